import Domain
import ScaleProtocols
import Testing

/// A kiosk and a scale that only speaks when asked, each played by the codec.
@Suite struct `Asking a scale` {
    /// Pounds have no answer that says a mass.
    static let asked = Dialect.allCases.filter { $0.make().polling != nil && $0 != .toledo8217Pounds }

    /// The reading that the dialogue comes to; nil when it goes on for ever or ends without one.
    private func dialogue(
        _ dialect: Dialect, showing reading: ScaleReading, byteByByte: Bool = false
    ) -> ScaleReading? {
        var kiosk = dialect.make()
        var scale = dialect.make()
        var request = kiosk.ask()
        for _ in 0..<10 where !request.isEmpty {
            let answer = scale.answer(request, showing: reading)
            let readings = byteByByte ? answer.flatMap { kiosk.feed([$0]) } : kiosk.feed(answer)
            if let reading = readings.first { return reading }
            request = kiosk.takeReply()
        }
        return nil
    }

    @Test(arguments: asked) func `comes to what the scale shows`(_ dialect: Dialect) throws {
        for grams in [0, 5, 1250, 12_340] as [Int64] {
            let shown = ScaleReading(mass: Mass(grams: grams), kind: .gross, stability: .stable, range: .ok)
            for byteByByte in [false, true] {
                let reading = try #require(dialogue(dialect, showing: shown, byteByByte: byteByByte))
                #expect(reading.mass == shown.mass && reading.fault == nil)
                #expect([.stable, .unknown].contains(reading.stability))
            }
        }
    }

    @Test(arguments: asked) func `a scale in motion or overloaded is never at rest with a weight`(_ dialect: Dialect) {
        for shown in [
            ScaleReading(mass: Mass(grams: 1250), stability: .unstable, range: .ok),
            ScaleReading(stability: .stable, range: .over),
        ] {
            let reading = dialogue(dialect, showing: shown)
            #expect(reading?.mass == nil || reading?.stability != .stable, "\(shown)")
        }
    }

    @Test(arguments: asked) func `a question forgets what came before it`(_ dialect: Dialect) throws {
        let shown = ScaleReading(mass: Mass(grams: 1250), kind: .gross, stability: .stable, range: .ok)
        var kiosk = dialect.make()
        var scale = dialect.make()
        var request = kiosk.ask()
        _ = kiosk.feed(scale.answer(request, showing: shown).dropLast())
        request = kiosk.ask()
        for _ in 0..<10 where !request.isEmpty {
            if let reading = kiosk.feed(scale.answer(request, showing: shown)).first {
                #expect(reading.mass == shown.mass)
                return
            }
            request = kiosk.takeReply()
        }
        Issue.record("no reading after a broken dialogue")
    }

    @Test(arguments: asked) func `there is a pace, and a question, but no answer to nonsense`(_ dialect: Dialect) throws
    {
        var codec = dialect.make()
        let polling = try #require(codec.polling)
        #expect(polling.timeout.milliseconds <= 1000 && polling.interval.milliseconds > 0)
        #expect(!codec.ask().isEmpty)
        #expect(codec.takeReply().isEmpty && codec.takeOrderOutcome() == nil)
        let answer = codec.answer([0xFF], showing: ScaleReading(mass: Mass(grams: 1250), stability: .stable))
        #expect(codec.feed(answer).allSatisfy { $0.mass == nil })
    }

    @Test func `SICS tells whether an order was done`() {
        var codec = MTSICS()
        for (line, outcome) in [
            ("Z A", .done), ("ZI D", .done), ("T S       2.15 kg", .done), ("TAC A", .done),
            ("Z I", .refused("the scale is not at rest or busy")), ("Z +", .refused("too much lies on the scale")),
            ("T -", .refused("the scale is too far below zero")),
            ("TAC L", .refused("the scale does not accept the value")),
        ] as [(String, ScaleOrderOutcome)] {
            #expect(codec.feed(Array((line + "\r\n").utf8)).isEmpty)
            #expect(codec.takeOrderOutcome() == outcome, "\(line)")
            #expect(codec.takeOrderOutcome() == nil)
        }
        #expect(codec.dropped == 0)
    }

    @Test func `CAS and Kern tell whether an order was done`() {
        var cas = CASStream()
        #expect(cas.feed(cas.answer(cas.order(.zero)!, showing: ScaleReading())).isEmpty)
        #expect(cas.takeOrderOutcome() == .done)
        #expect(cas.feed(Array("!\r\n?\r\n".utf8)).isEmpty)
        #expect(cas.takeOrderOutcome() == .refused("the scale does not know the request"))
        var kern = Kern()
        #expect(kern.feed(Array("Z A\r\n".utf8)).isEmpty && kern.takeOrderOutcome() == nil)
        #expect(kern.feed(Array("Z D\r\n".utf8)).isEmpty && kern.takeOrderOutcome() == .done)
        #expect(kern.feed(Array("T ^\r\n".utf8)).isEmpty)
        #expect(kern.takeOrderOutcome() == .refused("too much lies on the scale"))
        #expect(kern.dropped == 0 && cas.dropped == 0)
    }

    @Test func `CAS is asked again after a NAK, three times in all`() {
        var codec = CASPoll()
        #expect(codec.ask() == [0x05])
        for _ in 0..<2 {
            #expect(codec.feed([0x15]).isEmpty)
            #expect(codec.takeReply() == [0x05])
        }
        let given = codec.feed([0x15])
        #expect(given.count == 1 && given[0].mass == nil && given[0].fault != nil)
        #expect(codec.takeReply().isEmpty)
        #expect(codec.ask() == [0x05] && codec.feed([0x06]).isEmpty && codec.takeReply() == [0x11])
        #expect(codec.takeReply().isEmpty)
        // A late ACK asks for nothing.
        #expect(codec.feed([0x06]).isEmpty && codec.takeReply().isEmpty)
    }

    @Test func `Yaohua is asked for gross, tare and net, and they are checked`() {
        var codec = YaohuaCommand()
        var scale = YaohuaCommand()
        let shown = ScaleReading(mass: Mass(grams: 70_150), kind: .net, tare: Mass(grams: 2150))
        let gross = codec.ask()
        #expect(codec.feed(scale.answer(gross, showing: shown)).isEmpty)
        let tare = codec.takeReply()
        #expect(tare == Array("\u{2}AC02\u{3}".utf8))
        #expect(codec.feed(scale.answer(tare, showing: shown)).isEmpty)
        let net = codec.takeReply()
        #expect(net == Array("\u{2}AD05\u{3}".utf8))
        let reading = codec.feed(scale.answer(net, showing: shown))
        #expect(reading.map(\.mass) == [shown.mass] && reading.map(\.tare) == [shown.tare])
        #expect(codec.takeReply().isEmpty)
        // The load goes down between the questions.
        #expect(codec.feed(scale.answer(codec.ask(), showing: shown)).isEmpty)
        #expect(codec.feed(scale.answer(codec.takeReply(), showing: shown)).isEmpty)
        let lighter = ScaleReading(mass: Mass(grams: 60_150), kind: .net, tare: Mass(grams: 2150))
        let torn = codec.feed(scale.answer(codec.takeReply(), showing: lighter))
        #expect(torn.count == 1 && torn[0].mass == nil && torn[0].fault != nil)
    }
}
