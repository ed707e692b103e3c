import Domain
import Phrases
import TestSupport
import Testing
import Workflow

@Suite struct `Signing in at a desk` {
    @Test func `an operator signs in by badge and out by command, and both are facts`() throws {
        let scene = DeskScene()
        try scene.play((DeskScene.operatorBadge, .signedIn))
        #expect(scene.answer?.person == "李*" && scene.answer?.role == .operator)
        let data = try scene.data(scene.recorded.first)
        #expect(data == ["role": "operator", "method": "badge", "desk": "front"])
        #expect(scene.recorded.first?.subject == "p-op" && scene.recorded.first?.actor == "p-op")
        try scene.play((DeskScene.operatorBadge, .already))
        #expect(scene.answer?.phrase.english == "Already signed in: 李*")
        try scene.play(("KC-SIGN-OUT", .signedOut))
        #expect(try scene.data(scene.recorded.first)["reason"] == "asked")
        try scene.play(("KC-SIGN-OUT", .nothingAsked))
        #expect(scene.point.events.map(\.draft.type) == [.operatorSignedIn, .operatorSignedOut])
    }

    @Test func `a card reader signs in as a badge does`() throws {
        let scene = DeskScene()
        scene.point.roster[0].badge = BadgeHash(of: "04A1B2C3")
        #expect(try scene.enter(.card("04A1B2C3"))?.word == .signedIn)
        #expect(try scene.enter(.card("04A1B2C4"))?.word == .unknownPerson)
        #expect(scene.desks["front"]?.session?.person == "p-op")
    }

    @Test func `a badge that nobody has, and a person with nothing to do here, sign nobody in`() throws {
        let scene = DeskScene()
        try scene.play(("KB-STRANGER", .unknownPerson), ("KB-FARMER", .notPermitted))
        #expect(scene.desks["front"]?.session == nil && scene.point.events.isEmpty)
    }

    @Test func `whoever signs in takes the place of whoever was there`() throws {
        let scene = DeskScene()
        try scene.play((DeskScene.operatorBadge, .signedIn), (DeskScene.otherOperatorBadge, .signedIn))
        #expect(scene.recorded.map(\.type) == [.operatorSignedOut, .operatorSignedIn])
        #expect(scene.recorded.map(\.subject) == ["p-op", "p-op-2"])
        #expect(try scene.data(scene.recorded.first)["reason"] == "replaced")
        #expect(scene.desks["front"]?.session?.role == .operator)
    }

    @Test func `digits, a dash and a PIN sign in by scanner alone`() throws {
        let scene = DeskScene()
        try scene.play(("KC-1", .typed), ("KC-DASH", .typed))
        for _ in 0..<4 { try scene.play(("KC-1", .typed)) }
        #expect(scene.answer?.typed == "1-••••")
        try scene.play(("KC-CONFIRM", .signedIn))
        #expect(try scene.data(scene.recorded.first)["method"] == "pin")
        #expect(scene.point.counters.isEmpty)
    }

    @Test func `an attempt is counted before it is answered, and a right one takes it back`() throws {
        let scene = DeskScene()
        var desk = try #require(scene.desks["front"])
        let actions = try desk.handle(
            .signIn(number: 1, pin: "0000"), at: Moment(now: scene.now, bootID: "b"), point: scene.point,
            using: &scene.generator)
        guard actions.count == 2, case .count("pin:1", let attempts) = actions[0],
            case .verify("p-op", _, "0000", nil) = actions[1]
        else {
            Issue.record("\(actions)")
            return
        }
        #expect(attempts?.failures == 1)
    }

    @Test func `wrong PINs lock the number, also for the right PIN, and for longer each time`() throws {
        let scene = DeskScene()
        for _ in 0..<5 { #expect(try scene.enter(.signIn(number: 1, pin: "9999"))?.word == .wrongPIN) }
        #expect(try scene.enter(.signIn(number: 1, pin: "1111"))?.word == .locked)
        #expect(scene.answer?.waitMilliseconds == 60_000)
        scene.pass(milliseconds: 60_000)
        #expect(try scene.enter(.signIn(number: 1, pin: "9999"))?.word == .wrongPIN)
        #expect(try scene.enter(.signIn(number: 1, pin: "1111"))?.waitMilliseconds == 120_000)
        #expect(try scene.enter(.signIn(number: 2, pin: "2222"))?.word == .signedIn, "another's number is not locked")
        scene.pass(milliseconds: 120_000)
        #expect(try scene.enter(.signIn(number: 1, pin: "1111"))?.word == .signedIn)
        #expect(scene.point.counters["pin:1"] == nil)
    }

    @Test func `a number that nobody has is treated like any other`() throws {
        let scene = DeskScene()
        func course(_ number: Int) throws -> [Answer?] {
            try (0..<7).map { _ in try scene.enter(.signIn(number: number, pin: "9999")) }
        }
        #expect(try course(1) == course(404))
        #expect(scene.point.counters["pin:1"] == scene.point.counters["pin?148"])
    }

    /// Otherwise five guesses at made-up numbers would tell of each further one whether somebody has it.
    @Test func `guesses at one number that nobody has say nothing of another`() throws {
        let scene = DeskScene()
        for _ in 0..<7 { _ = try scene.enter(.signIn(number: 404, pin: "9999")) }
        let other = try scene.enter(.signIn(number: 405, pin: "9999"))
        #expect(other?.word == .wrongPIN)
    }

    @Test func `numbers that nobody has cannot fill the disk`() throws {
        let scene = DeskScene()
        for number in 100..<400 { try scene.enter(.signIn(number: number, pin: "9999")) }
        #expect(scene.point.counters.count == 256)
    }

    @Test func `a restart does not shorten a lock`() throws {
        let scene = DeskScene()
        for _ in 0..<5 { try scene.enter(.signIn(number: 1, pin: "9999")) }
        scene.pass(milliseconds: 59_000)
        scene.bootID = "boot-2"
        scene.now.uptime = Uptime(milliseconds: 100)
        #expect(try scene.enter(.signIn(number: 1, pin: "1111"))?.waitMilliseconds == 60_000)
    }

    @Test func `whoever goes away is signed out, and every scan puts that off`() throws {
        let scene = DeskScene()
        try scene.play((DeskScene.operatorBadge, .signedIn))
        #expect(try scene.wait(milliseconds: 299_999) == nil)
        try scene.play(("SF1234567890123", .received))
        #expect(try scene.wait(milliseconds: 299_999) == nil)
        #expect(scene.desks["front"]?.deadline == scene.now.uptime + 1)
        #expect(try scene.wait(milliseconds: 1)?.word == .signedOut)
        #expect(try scene.data(scene.recorded.first)["reason"] == "idle")
        #expect(scene.desks["front"]?.deadline == nil)
    }

    @Test func `a scan that comes before the tick finds nobody signed in either`() throws {
        let scene = DeskScene()
        try scene.play((DeskScene.operatorBadge, .signedIn))
        scene.pass(milliseconds: 300_000)
        try scene.play(("KC-SHELVE", .signInFirst))
        #expect(scene.recorded.map(\.type) == [.operatorSignedOut])
    }

    @Test func `a mode lasts until another is chosen or the person signs out`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-FIND", .mode), ("SF1234567890123", .impossible),
            ("KC-SIGN-OUT", .signedOut), ("SF1234567890123", .received))
    }

    @Test func `a courier may do a courier's work only`() throws {
        let scene = DeskScene()
        try scene.play((DeskScene.courierBadge, .signedIn))
        for text in [
            "KC-SHELVE", "KC-RETURN", "KC-DISPATCH", "KC-ACCEPT", "KC-COLLECT", "KC-FIND", "KC-OVERRIDE", "KC-RESOLVE",
            "KC-NEXT-SHELF", "KC-PRACTICE",
        ] {
            #expect(try scene.scan(text)?.word == .notPermitted, "\(text)")
        }
        #expect(scene.point.events.count == 1)
    }

    @Test func `digits that are neither a code nor a number with a PIN mean nothing`() throws {
        let scene = DeskScene()
        try scene.play(("KC-1", .typed), ("KC-2", .typed), ("KC-CONFIRM", .scan), ("KC-CONFIRM", .nothingAsked))
        try scene.play(("KC-DASH", .typed), ("KC-DASH", .typed), ("KC-CONFIRM", .scan))
        for _ in 0..<40 { try scene.play(("KC-9", .typed)) }
        try scene.play(("KC-CONFIRM", .scan))
        #expect(scene.point.counters.isEmpty)
    }

    @Test func `half-typed digits are dropped by a parcel, by time and by cancel`() throws {
        let scene = DeskScene()
        try scene.play(("KC-1", .typed), ("SF1234567890123", .received), ("KC-CONFIRM", .nothingAsked))
        try scene.play(("KC-1", .typed))
        #expect(try scene.wait(milliseconds: 60_000)?.word == .cancelled)
        try scene.play(("KC-1", .typed), ("KC-CANCEL", .cancelled), ("KC-CONFIRM", .nothingAsked))
    }
}
