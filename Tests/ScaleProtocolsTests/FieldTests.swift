import Domain
import ScaleProtocols
import Testing

/// What scales in use really sent, frame after frame.
@Suite struct `Scales from the field` {
    /// An older indicator has no word for rest, and is learnt as such; one that has is learnt as that.
    @Test(arguments: [(0x04, ScaleVariant.unmarkedRest as ScaleVariant?), (0x44, nil)] as [(UInt8, ScaleVariant?)])
    func `FF and packed digits: what rest looks like is learnt`(status: UInt8, variant: ScaleVariant?) throws {
        let heard = Array(repeating: [0xFF, status, 0x45, 0x23, 0x01] as [UInt8], count: 40).flatMap(\.self)
        let best = try #require(ScaleLearning.candidates(heard).first { $0.name == .ffBCD })
        #expect(best.options.variant == variant && best.sample.mass == Mass(grams: 12_345))
        let six = Array(repeating: [0xFF, status, 0x45, 0x23, 0x01, 0x00] as [UInt8], count: 40).flatMap(\.self)
        #expect(ScaleLearning.candidates(six).first { $0.name == .ffBCD }?.options.characters == 6)
    }

    /// None of these may be offered as a scale that weighs.
    @Test func `a scale that counts is not learnt as one that weighs`() {
        let counting = Array(repeating: [0xFF, 0x49, 0x50, 0x00, 0x00] as [UInt8], count: 40).flatMap(\.self)
        for candidate in ScaleLearning.candidates(counting) where candidate.name == .ffBCD {
            #expect(candidate.sample.mass == nil && candidate.score <= 50)
        }
    }

    @Test func `a capture of an Ohaus Defender is read whole`() {
        var codec = Ohaus()
        var lines: [UInt8] = []
        for grams in 0..<500 {
            let number = "\(grams / 1000).\(String(1000 + grams % 1000).dropFirst())"
            let padded = String(repeating: " ", count: 7 - number.count) + number
            lines += Array(" \(padded) kg   \(grams % 3 == 0 ? "?" : " ")\(grams % 2 == 0 ? "G" : "N")\r\n".utf8)
        }
        let readings = codec.feed(lines)
        #expect(readings.map(\.mass) == (0..<500).map { Mass(grams: $0) } && codec.dropped == 0)
        #expect(readings.map { $0.stability == .unstable } == (0..<500).map { $0 % 3 == 0 })
    }

    @Test(arguments: 0..<16)
    func `a check of Yaohua is read in letters and as it was captured`(nibble: Int) {
        // The last digit of the point chooses the low half of the check.
        for grams in 0..<4000 {
            let codec = YaohuaA9()
            guard let frame = codec.encode(ScaleReading(mass: Mass(grams: Int64(grams)))) else { continue }
            let character = frame[10]
            guard character == UInt8(ascii: "A") + UInt8(max(nibble - 10, 0)), nibble > 9 else { continue }
            var captured = frame
            captured[10] = UInt8(ascii: "0") + UInt8(nibble)
            var reader = YaohuaA9()
            #expect(reader.feed(frame + captured).count == 2)
            captured[10] = UInt8(ascii: "0") + UInt8((nibble + 1) % 16)
            #expect(reader.feed(captured).isEmpty)
            return
        }
    }

    @Test func `an OS2X scale that is asked answers as one at a till, and takes its orders`() {
        var codec = CASPoll.os2x(isAsked: true)
        #expect(codec.ask() == [0x05])
        #expect(codec.feed([0x06]).isEmpty && codec.takeReply() == [0x11])
        let said = ScaleReading(mass: Mass(grams: 12_345), stability: .stable, range: .ok)
        #expect(codec.feed(codec.encode(said) ?? []).map(\.mass) == [Mass(grams: 12_345)])
        #expect(codec.order(.zero) == [0x3C, 0x5A, 0x4B, 0x3E, 0x09])
        #expect(codec.order(.tare) == [0x3C, 0x54, 0x4B, 0x3E, 0x09])
        // The byte behind the check says it too.
        var unasked = CASPoll.os2x()
        var frame = unasked.encode(said) ?? []
        frame[15] |= 0x40
        #expect(unasked.feed(frame).map(\.mass) == [nil])
        #expect(CASPoll.os2x().polling == nil && CASPoll().order(.zero) == nil)
    }

    @Test func `a Sartorius balance in motion shows a weight where its unit is set`() {
        var codec = SartoriusSBI(unit: .gram)
        let readings = codec.feed(Array("+   1234.0    \r\n".utf8))
        #expect(readings.map(\.mass) == [Mass(grams: 1234)] && readings[0].stability == .unstable)
    }

    /// A counting indicator moves its point and says nothing else: fifty pieces were credited as 50.000 kg.
    @Test(
        arguments: [
            (ScaleProtocolName.yaohuaA9, "\u{2}+0000500", true), (.yaohuaReversed, "=05000000", true),
            (.yaohuaReversed, "=000.5000", false),
        ] as [(ScaleProtocolName, String, Bool)])
    func `what shows fewer decimals than its interval has is no weight`(
        name: ScaleProtocolName, text: String, isWrong: Bool
    ) throws {
        var bytes = Array(text.utf8)
        if name == .yaohuaA9 {
            let sum = bytes.dropFirst().reduce(0, ^)
            bytes += Array(String(sum >> 4, radix: 16, uppercase: true).utf8)
            bytes += Array(String(sum & 15, radix: 16, uppercase: true).utf8) + [0x03]
        } else {
            bytes.append(0x3D)
        }
        var codec = name.make()
        let reading = try #require(codec.feed(bytes).first, "\(bytes)")
        var limits = ScaleWatch.Limits()
        limits.interval = Mass(grams: 5)
        var watch = ScaleWatch(limits)
        watch.connect()
        for place in 0..<40 {
            var again = reading
            again.stability = .inferredStable
            watch.hear(atMilliseconds: Int64(place) * 100)
            watch.feed(again, atMilliseconds: Int64(place) * 100)
        }
        let state = watch.state(atMilliseconds: 4000)
        #expect((state.obstacle == .wrongUnit) == isWrong, "\(state)")
    }
}
