import Domain
import Phrases
import TestSupport
import Testing
import Workflow

@Suite struct `Handing a parcel over` {
    /// Two parcels of Wang, one of Li, all shelved; nobody has signed in.
    static func scene() throws -> DeskScene {
        let scene = DeskScene { $0.shelves.slots[0].capacity = 9 }
        scene.announce(wang1, for: "r-wang")
        scene.announce(wang2, for: "r-wang")
        scene.announce(li, for: "r-li")
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-SHELVE", .mode), (wang1, .shelved), (wang2, .shelved),
            (li, .shelved), ("KC-SIGN-OUT", .signedOut))
        return scene
    }

    static let wang1 = "SF1234567890121"
    static let wang2 = "SF1234567890122"
    static let li = "SF1234567890123"

    @Test func `one code fetches everything of one recipient, and each parcel's own scan confirms it`() throws {
        let scene = try Self.scene()
        try scene.play((try scene.code(Self.wang2), .pickUp))
        #expect(Set(scene.answer?.parcels ?? []) == [Self.wang1, Self.wang2])
        #expect(
            scene.answer?.json["parcels"]?.array?.allSatisfy { $0["slot"] != nil } == true && scene.recorded.isEmpty)
        try scene.play((Self.wang1, .collected))
        #expect(scene.answer?.parcels == [Self.wang2])
        #expect(scene.recorded.first?.actor == "r-wang")
        #expect(try scene.data(scene.recorded.first) == ["by": "code"])
        try scene.play((Self.wang2, .collected))
        #expect(scene.answer?.parcels.isEmpty == true)
        #expect(scene.status(Self.wang1) == .collected && scene.status(Self.li) == .shelved)
        #expect(scene.point.known[Self.wang1]?.condition.code == nil)
        try scene.play(("SF1234567890199", .received))
    }

    @Test func `any other parcel is called wrong, loudly, and the right ones are named`() throws {
        let scene = try Self.scene()
        try scene.play((try scene.code(Self.wang1), .pickUp), (Self.li, .wrongParcel))
        #expect(scene.answer?.tone == .refused && scene.answer?.parcels.count == 2 && scene.recorded.isEmpty)
        try scene.play(("SF1234567890199", .wrongParcel), (Self.wang1, .collected))
        #expect(scene.status(Self.li) == .shelved && scene.status("SF1234567890199") == nil)
    }

    @Test func `a code without a known recipient fetches that one parcel`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-SHELVE", .mode), ("SF1234567890120", .shelved),
            ("SF1234567890121", .shelved))
        try scene.play((try scene.code("SF1234567890120"), .pickUp))
        #expect(scene.answer?.parcels == ["SF1234567890120"])
        try scene.play(("SF1234567890120", .collected))
        #expect(scene.recorded.first?.actor == "p-op", "by whoever ran the desk")
    }

    @Test func `a pick-up ends by confirming, by time, or by choosing something else`() throws {
        let scene = try Self.scene()
        try scene.play((try scene.code(Self.li), .pickUp), ("KC-CONFIRM", .pickUpEnded), (Self.li, .already))
        try scene.play((try scene.code(Self.li), .pickUp))
        #expect(try scene.wait(milliseconds: 59_999) == nil)
        #expect(try scene.wait(milliseconds: 1)?.word == .pickUpEnded)
        try scene.play((Self.li, .already))
        try scene.play((try scene.code(Self.li), .pickUp))
        scene.pass(milliseconds: 60_000)
        try scene.play((Self.li, .already))
        #expect(scene.status(Self.li) == .shelved, "also when the scan comes before the tick")
        try scene.play((try scene.code(Self.li), .pickUp), ("KC-RECEIVE", .mode), (Self.li, .already))
    }

    @Test func `a code of typed digits is as good as a scanned one`() throws {
        let scene = try Self.scene()
        for character in try scene.code(Self.li) {
            try scene.play((character == "-" ? "KC-DASH" : "KC-\(character)", .typed))
        }
        try scene.play(("KC-CONFIRM", .pickUp), (Self.li, .collected))
    }

    @Test func `the parcel first: then its code is asked for, and hands over that one`() throws {
        let scene = try Self.scene()
        try scene.play(("KC-COLLECT", .mode), (Self.li, .askCode), (try scene.code(Self.li), .collected))
        #expect(scene.status(Self.li) == .collected)
        try scene.play((Self.wang1, .askCode), (try scene.code(Self.wang2), .collected))
        #expect(scene.status(Self.wang1) == .collected, "any code of the same recipient is right")
        try scene.play((Self.li, .already), ("SF1234567890199", .impossible))
        #expect(scene.answer?.obstacle == .notHere)
    }

    @Test func `another recipient's code is as wrong as any`() throws {
        let scene = try Self.scene()
        try scene.play(("KC-COLLECT", .mode), (Self.li, .askCode), (try scene.code(Self.wang1), .wrongCode))
        #expect(scene.status(Self.li) == .shelved && scene.status(Self.wang1) == .shelved)
        #expect(scene.point.counters["code:\(Self.li)"]?.failures == 1)
        try scene.play((try scene.code(Self.li), .collected))
    }

    // MARK: Guessing

    static func wrong(_ scene: DeskScene) -> String {
        (0..<10_000).lazy.map { "1-1-" + String(String(10_000 + $0).dropFirst()) }
            .first { scene.point.parcel(code: $0) == nil } ?? ""
    }

    @Test func `wrong codes for one parcel lock that parcel, also for the right code`() throws {
        let scene = try Self.scene()
        try scene.play(("KC-COLLECT", .mode), (Self.li, .askCode))
        for _ in 0..<5 { try scene.play((Self.wrong(scene), .wrongCode)) }
        try scene.play((try scene.code(Self.li), .locked))
        #expect(scene.answer?.waitMilliseconds == 3_600_000 && scene.status(Self.li) == .shelved)
        try scene.play((Self.wang1, .askCode), (try scene.code(Self.wang1), .collected))
        scene.pass(milliseconds: 3_600_000)
        try scene.play((Self.li, .askCode), (try scene.code(Self.li), .collected))
        #expect(scene.point.counters["code:\(Self.li)"] == nil, "a parcel that has gone needs no counter")
    }

    @Test func `wrong codes for no parcel in particular lock codes at this point`() throws {
        let scene = try Self.scene()
        for _ in 0..<10 { try scene.play((Self.wrong(scene), .wrongCode)) }
        try scene.play((try scene.code(Self.li), .locked))
        #expect(scene.answer?.waitMilliseconds == 900_000)
        try scene.play(at: "back", (try scene.code(Self.li), .locked))
        scene.bootID = "boot-2"
        try scene.play((try scene.code(Self.li), .locked))
        #expect(scene.answer?.waitMilliseconds == 900_000, "a restart begins it anew")
        scene.pass(milliseconds: 900_000)
        try scene.play((try scene.code(Self.li), .pickUp))
    }

    @Test func `a wrong code is counted in the turn that answers it, a right one costs nothing`() throws {
        let scene = try Self.scene()
        try scene.play((Self.wrong(scene), .wrongCode))
        #expect(scene.point.counters["code"]?.failures == 1)
        for _ in 0..<20 { try scene.play((try scene.code(Self.li), .pickUp), ("KC-CONFIRM", .pickUpEnded)) }
        #expect(scene.point.counters["code"]?.failures == 1)
    }

    // MARK: By QR and by word

    @Test(arguments: ["https://v.example/m/r-wang", "http://v.example/app/m/R-Wang"])
    func `a recipient's own code fetches everything of his`(_ text: String) throws {
        let scene = try Self.scene()
        try scene.play((text, .pickUp))
        #expect(scene.answer?.parcels.count == 2)
        try scene.play((Self.wang1, .collected))
        #expect(try scene.data(scene.recorded.first) == ["by": "member"])
    }

    /// It stands in events, in lists and in logs.
    @Test func `a recipient's id fetches nothing, neither bare nor in an address`() throws {
        let scene = DeskScene()
        scene.announce(Self.li, for: "M1234567")
        scene.point.announced[0].recipient?.secret = BadgeHash(of: "B2F0C6D1A7E84C53")
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-SHELVE", .mode), (Self.li, .shelved), ("KC-COLLECT", .mode),
            ("M1234567", .impossible), ("https://v.example/m/M1234567", .nothingHere),
            ("https://v.example/m/b2f0c6d1a7e84c53", .pickUp), (Self.li, .collected))
    }

    @Test func `guesses at a recipient's secret are counted like codes, and lock with them`() throws {
        let scene = try Self.scene()
        for guess in 0..<10 { try scene.play(("https://v.example/m/guess-\(guess)", .nothingHere)) }
        try scene.play(("https://v.example/m/r-wang", .locked), ("000000", .locked))
    }

    @Test func `a recipient with nothing here is told so, and another address means nothing`() throws {
        let scene = try Self.scene()
        try scene.play(
            ("https://v.example/m/r-nobody", .nothingHere), ("https://v.example/x/r-wang", .scan),
            ("R-NOBODY", .scan), ("https://", .scan), ("https://m", .scan))
    }

    @Test func `the operator's word needs a reason, and both are recorded with who gave it`() throws {
        let scene = try Self.scene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-OVERRIDE", .nothingAsked), ("KC-REASON-KNOWN", .nothingAsked),
            ("KC-COLLECT", .mode), (Self.li, .askCode), ("KC-REASON-KNOWN", .nothingAsked), ("KC-OVERRIDE", .askReason))
        #expect(scene.status(Self.li) == .shelved)
        try scene.play(("KC-REASON-FAMILY", .collected))
        #expect(try scene.data(scene.recorded.first) == ["by": "override", "reason": "family"])
        #expect(scene.recorded.first?.actor == "p-op")
    }

    @Test func `nobody else may hand over without a code`() throws {
        let scene = try Self.scene()
        try scene.play(
            ("KC-COLLECT", .mode), (Self.li, .askCode), ("KC-OVERRIDE", .signInFirst),
            ("KC-REASON-KNOWN", .nothingAsked))
        #expect(scene.status(Self.li) == .shelved)
    }

    @Test func `an override that is not explained is dropped`() throws {
        let scene = try Self.scene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-COLLECT", .mode), (Self.li, .askCode),
            ("KC-OVERRIDE", .askReason))
        #expect(try scene.wait(milliseconds: 60_000)?.word == .cancelled)
        try scene.play(("KC-REASON-KNOWN", .nothingAsked))
    }

    // MARK: Problems

    @Test func `a parcel with a problem is not fetched, and the others are`() throws {
        let scene = try Self.scene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-FLAG-REFUSED", .armed), (Self.wang1, .flagged),
            ("KC-FLAG-MISSING", .armed), (Self.li, .flagged), (try scene.code(Self.wang1), .pickUp))
        #expect(scene.answer?.parcels == [Self.wang2])
        try scene.play((Self.wang1, .wrongParcel), (Self.wang2, .collected))
        try scene.play((try scene.code(Self.li), .impossible))
        #expect(scene.answer?.obstacle == .flag(.missing))
    }

    @Test func `a problem that comes up at the counter leaves the pick-up under way`() throws {
        let scene = try Self.scene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), (try scene.code(Self.wang1), .pickUp), ("KC-FLAG-REFUSED", .armed),
            (Self.wang1, .flagged), (Self.wang1, .impossible), ("KC-RESOLVE", .armed), (Self.wang1, .resolved),
            (Self.wang1, .collected), (Self.wang2, .collected))
    }
}
