import Domain
import Phrases
import Testing
import Workflow

@Suite struct `Practising at a desk` {
    static let number = "SF1234567890123"

    static func practising() throws -> DeskScene {
        let scene = DeskScene()
        try scene.play((DeskScene.operatorBadge, .signedIn), ("KC-PRACTICE", .practiceBegan))
        #expect(scene.actions.contains(.practice(true)))
        return scene
    }

    @Test func `nothing of it is recorded where it counts`() throws {
        let scene = try Self.practising()
        let before = scene.point.events
        try scene.play(
            (Self.number, .received), ("KC-SHELVE", .mode), (Self.number, .shelved), ("KC-UNDO", .undone),
            ("000000", .wrongCode), ("KC-BATCH-IN", .batchOpened), ("KC-BATCH-CLOSE", .batchClosed))
        #expect(scene.point.events == before && scene.point.counters.isEmpty && scene.point.known.isEmpty)
        #expect(scene.practice.events.count == 5)
    }

    @Test(arguments: ["KC-PRACTICE", "KC-SIGN-OUT"])
    func `it ends by command or by signing out, and whoever was there still is`(_ command: String) throws {
        let scene = try Self.practising()
        try scene.play((Self.number, .received), ("KC-1", .typed), (command, .practiceEnded))
        #expect(scene.desks["front"]?.isPractice == false && scene.desks["front"]?.session?.person == "p-op")
        try scene.play(("KC-CONFIRM", .nothingAsked), ("KC-UNDO", .nothingToUndo), (Self.number, .received))
        #expect(scene.status(Self.number) == .received)
        try scene.play(("KC-SIGN-OUT", .signedOut))
        #expect(scene.point.events.map(\.draft.type) == [.operatorSignedIn, .parcelReceived, .operatorSignedOut])
    }

    @Test func `it ends when whoever practised goes away, and then he is signed out`() throws {
        let scene = try Self.practising()
        #expect(try scene.wait(milliseconds: 300_000)?.word == .practiceEnded)
        #expect(scene.recorded.isEmpty && scene.point.events.count == 1)
        #expect(try scene.wait(milliseconds: 300_000)?.word == .signedOut)
        #expect(scene.point.events.count == 2)
    }

    @Test func `a scan that comes as it ends is not taken for real in a journal that is none`() throws {
        let scene = try Self.practising()
        scene.pass(milliseconds: 300_000)
        try scene.play((Self.number, .practiceEnded))
        #expect(scene.recorded.isEmpty)
        try scene.play((Self.number, .received))
        #expect(scene.status(Self.number) == .received && scene.practice.known.isEmpty)
    }

    @Test func `nobody else signs in while somebody practises, and no PIN is told`() throws {
        let scene = try Self.practising()
        try scene.play((DeskScene.otherOperatorBadge, .notPermitted), (DeskScene.operatorBadge, .already))
        #expect(try scene.enter(.signIn(number: 2, pin: "2222"))?.word == .notPermitted)
        #expect(try scene.enter(.signIn(number: 2, pin: "9999"))?.word == .notPermitted)
        #expect(scene.practice.counters.isEmpty)
    }

    @Test func `whoever signs in only in practice is not signed in when it ends`() throws {
        let scene = DeskScene()
        #expect(try scene.enter(.practice(true))?.word == .practiceBegan)
        try scene.play((DeskScene.operatorBadge, .signedIn), (Self.number, .received), ("KC-SIGN-OUT", .practiceEnded))
        #expect(scene.desks["front"]?.session == nil && scene.point.events.isEmpty)
        try scene.play(("KC-SHELVE", .signInFirst))
    }

    @Test func `practice that somebody began from outside ends by sign-out and by itself`() throws {
        let scene = DeskScene()
        try scene.enter(.practice(true))
        try scene.play((Self.number, .received), ("KC-SIGN-OUT", .practiceEnded), (Self.number, .received))
        try scene.enter(.practice(true))
        #expect(try scene.wait(milliseconds: 299_999) == nil)
        #expect(try scene.wait(milliseconds: 1)?.word == .practiceEnded)
        #expect(scene.desks["front"]?.deadline == nil)
    }

    @Test func `beginning twice begins once`() throws {
        let scene = try Self.practising()
        #expect(try scene.enter(.practice(true))?.word == .practiceBegan)
        #expect(!scene.actions.contains(.practice(true)))
        #expect(try scene.enter(.practice(false))?.word == .practiceEnded)
        #expect(try scene.enter(.practice(false))?.word == .practiceEnded)
        #expect(scene.actions.count == 1)
    }

    @Test func `when its journal fails, the desk is back where it was`() throws {
        let scene = try Self.practising()
        scene.desks["front"]?.abandonPractice()
        #expect(scene.desks["front"]?.isPractice == false && scene.desks["front"]?.session?.person == "p-op")
        try scene.enter(.practice(true), at: "back")
        try scene.play(at: "back", (DeskScene.operatorBadge, .signedIn))
        scene.desks["back"]?.abandonPractice()
        #expect(scene.desks["back"]?.session == nil)
    }
}
