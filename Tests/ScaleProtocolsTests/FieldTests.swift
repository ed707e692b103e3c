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

    @Test func `where d is not set, a scale without a unit that has shown finer steps before counts now`() throws {
        func reading(_ text: String) throws -> ScaleReading {
            var codec = ScaleProtocolName.yaohuaReversed.make()
            var reading = try #require(codec.feed(Array("=\(text)=".utf8)).first)
            reading.stability = .inferredStable
            return reading
        }
        var watch = ScaleWatch()
        watch.connect()
        func state(_ text: String, _ now: Int64) throws -> ScaleWatch.NotWeighableReason? {
            watch.hear(at: Uptime(milliseconds: now))
            watch.feed(try reading(text), at: Uptime(milliseconds: now))
            return watch.state(at: Uptime(milliseconds: now)).obstacle
        }
        // Nobody can tell before it has weighed.
        #expect(try state("05000000", 0) == nil)
        #expect(try state("000.0000", 100) == .empty)
        #expect(try state("005.2100", 200) == nil)
        watch.disconnect()
        watch.connect()
        #expect(try state("05000000", 1300) == .wrongUnit)
        // One digit more for a moment is a key of many displays, and costs that moment only.
        #expect(try state("005.2100", 1320) == nil)
        #expect(try state("0052.100", 1340) == nil)
        #expect(try state("005.2100", 1360) == nil)
        // A digit misread on its way teaches nothing: it never comes to rest.
        var moving = try reading("5432.100")
        moving.stability = .unstable
        watch.feed(moving, at: Uptime(milliseconds: 1400))
        #expect(try state("005.2100", 1500) == nil)
    }

    @Test func `tola is no tonne, and minus OL is no overload`() {
        func read(_ name: ScaleProtocolName, _ text: String) -> ScaleReading? {
            var codec = name.make()
            return codec.feed(Array(text.utf8)).first
        }
        let tola = read(.andStandard, "ST,+00012.34  t\r\n")
        #expect(tola?.mass == nil && tola?.fault == "the scale weighs in a unit that is not kg or g")
        #expect(read(.andStandard, "OL,+9999999E+19\r\n")?.range == .over)
        #expect(read(.andStandard, "OL,-9999999E+19\r\n")?.range == .under)
        #expect(read(.stGS, "OL,GS,-      kg\r\n")?.range == .under)
        #expect(read(.stGS, "OL,GS,       kg\r\n")?.range == .over)
        var six = FFBCD(characters: 6)
        let reading = six.feed([0xFF, 0x43, 0x45, 0x23, 0x01, 0x00, 0xFF]).first
        #expect(reading?.mass == Mass(grams: 123_450) && reading?.resolution == Mass(grams: 10))
    }

    /// Percent is a unit that is no weight, and not a broken line: whoever looks is told so.
    @Test(
        arguments: [
            (.sma, "kg_", "%__"), (.mtSICS, "kg", "%"), (.kern, "kg ", "%  "), (.casCI, "kg", "% "),
            (.stGS, "kg", "%"), (.andStandard, " kg", "  %"), (.casENQ, "kg", " %"), (.os2x, "kg", " %"),
            (.sartoriusSBI, "g  ", "%  "), (.ohaus, "kg", "% "), (.ohausBalance, "kg", "%"), (.ohausRanger, "kg", "% "),
        ] as [(ScaleProtocolName, String, String)])
    func `percent in the place of the unit is told as percent`(
        name: ScaleProtocolName, unit: String, percent: String
    ) throws {
        var codec = name.make()
        let said = ScaleReading(mass: Mass(grams: 5000), stability: .stable, range: .ok)
        var frame = try #require(codec.encode(said))
        let place = try #require(
            frame.indices.first { frame[$0...].starts(with: unit.utf8) }, "\(String(decoding: frame, as: UTF8.self))")
        if name == .casENQ || name == .os2x {
            for byte in unit.utf8 { frame[place + 2] ^= byte }
            for byte in percent.utf8 { frame[place + 2] ^= byte }
        }
        frame.replaceSubrange(place..<place + unit.utf8.count, with: percent.utf8)
        let readings = codec.feed(frame)
        #expect(readings.map(\.fault) == ["the scale shows percent"] && readings.first?.mass == nil)
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
            watch.hear(at: Uptime(milliseconds: Int64(place) * 100))
            watch.feed(again, at: Uptime(milliseconds: Int64(place) * 100))
        }
        let state = watch.state(at: Uptime(milliseconds: 4000))
        #expect((state.obstacle == .wrongUnit) == isWrong, "\(state)")
    }
}
