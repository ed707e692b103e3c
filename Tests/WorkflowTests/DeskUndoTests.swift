import Domain
import Phrases
import TestSupport
import Testing
import Workflow

@Suite struct `Undoing at a desk` {
    static let number = "SF1234567890123"

    static func scene(_ change: (inout Desk.Policy) -> Void = { _ in }) throws -> DeskScene {
        let scene = DeskScene(change)
        try scene.play((DeskScene.operatorBadge, .signedIn))
        return scene
    }

    @Test func `the last thing is taken back by an event that names it, with who and why`() throws {
        let scene = try Self.scene()
        try scene.play((Self.number, .received))
        let undone = try #require(scene.recorded.first)
        try scene.play(("KC-UNDO", .undone))
        let draft = try #require(scene.recorded.first)
        #expect(scene.recorded.count == 1 && draft.type == .parcelCorrected && draft.actor == "p-op")
        #expect(
            try scene.data(draft) == [
                "corrects": .string(undone.id.text), "undoes": "kiosk.parcel.received.v1", "reason": "mistake",
            ])
        #expect(scene.status(Self.number) == nil && scene.answer?.status == nil)
        try scene.play(("KC-UNDO", .nothingToUndo), (Self.number, .received))
    }

    @Test func `what was done in one go is taken back in one go, the last first`() throws {
        let scene = try Self.scene()
        try scene.play(("KC-SHELVE", .mode), (Self.number, .shelved))
        let done = scene.recorded.map(\.id.text)
        try scene.play(("KC-UNDO", .undone))
        #expect(try scene.recorded.map { try scene.data($0)["corrects"]?.string } == done.reversed())
        #expect(scene.status(Self.number) == nil)
    }

    @Test func `one after the other is taken back, and nothing from before the sign-in`() throws {
        let scene = try Self.scene()
        try scene.play(("SF1234567890120", .received), ("KC-SIGN-OUT", .signedOut), ("KC-UNDO", .signInFirst))
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("SF1234567890121", .received), ("SF1234567890122", .received),
            ("KC-UNDO", .undone), ("KC-UNDO", .undone), ("KC-UNDO", .nothingToUndo))
        #expect(scene.point.present.map(\.subject) == ["SF1234567890120"])
    }

    @Test func `only so much is remembered`() throws {
        let scene = try Self.scene()
        for index in 10..<30 { try scene.play(("SF12345678901\(index)", .received)) }
        for _ in 0..<10 { try scene.play(("KC-UNDO", .undone)) }
        try scene.play(("KC-UNDO", .nothingToUndo))
        #expect(scene.point.present.count == 10)
    }

    @Test func `what has changed since is not undone`() throws {
        let scene = try Self.scene()
        try scene.play((Self.number, .received))
        try scene.play(
            at: "back", (DeskScene.otherOperatorBadge, .signedIn), ("KC-FLAG-DAMAGED", .armed),
            (Self.number, .flagged))
        try scene.play(("KC-UNDO", .changedSince))
        #expect(scene.recorded.isEmpty && scene.status(Self.number) == .received)
        try scene.play(at: "back", ("KC-UNDO", .undone))
        try scene.play(("KC-UNDO", .undone))
        #expect(scene.status(Self.number) == nil)
    }

    @Test func `what has changed since does not stand before what is older`() throws {
        let scene = try Self.scene()
        try scene.play(("SF1234567890120", .received), (Self.number, .received))
        try scene.play(
            at: "back", (DeskScene.otherOperatorBadge, .signedIn), ("KC-FLAG-DAMAGED", .armed),
            (Self.number, .flagged))
        try scene.play(("KC-UNDO", .changedSince), ("KC-UNDO", .undone), ("KC-UNDO", .changedSince))
        #expect(scene.status("SF1234567890120") == nil && scene.status(Self.number) == .received)
    }

    @Test func `what somebody else has undone already does not stand in the way`() throws {
        let scene = try Self.scene()
        try scene.play(("SF1234567890120", .received), (Self.number, .received))
        try scene.play(
            at: "back", (DeskScene.otherOperatorBadge, .signedIn), ("KC-FIND", .mode), (Self.number, .found),
            ("KC-UNDO", .undone))
        try scene.play(("KC-UNDO", .nothingToUndo), ("KC-UNDO", .undone))
        #expect(scene.point.present.isEmpty)
    }

    @Test func `a parcel that was found is undone step by step, by whomever it was done`() throws {
        let scene = try Self.scene()
        try scene.play(
            ("KC-SHELVE", .mode), (Self.number, .shelved), (DeskScene.otherOperatorBadge, .signedIn),
            ("KC-FIND", .mode), ("KC-UNDO", .nothingToUndo), (Self.number, .found), ("KC-UNDO", .undone))
        #expect(scene.status(Self.number) == .received && scene.answer?.status == .received)
        #expect(try scene.data(scene.recorded.first)["reason"] == "found")
        try scene.play(("KC-UNDO", .undone), ("KC-UNDO", .nothingToUndo))
        #expect(scene.status(Self.number) == nil)
    }

    @Test func `what was undone by finding is not offered again`() throws {
        let scene = try Self.scene()
        try scene.play(
            ("SF1234567890120", .received), ("KC-SHELVE", .mode), (Self.number, .shelved), ("KC-FIND", .mode),
            (Self.number, .found), ("KC-UNDO", .undone), ("KC-RECEIVE", .mode), ("KC-UNDO", .undone))
        #expect(scene.status(Self.number) == nil && scene.status("SF1234567890120") == .received)
    }

    @Test func `a mode chosen anew forgets what was found`() throws {
        let scene = try Self.scene()
        try scene.play(
            (Self.number, .received), ("KC-FIND", .mode), (Self.number, .found), ("KC-RECEIVE", .mode),
            ("KC-FIND", .mode), ("KC-UNDO", .undone))
        #expect(try scene.data(scene.recorded.first)["reason"] == "mistake")
    }

    @Test func `a collection undone puts the parcel back with its slot and code`() throws {
        let scene = try Self.scene()
        try scene.play(("KC-SHELVE", .mode), (Self.number, .shelved))
        let before = scene.point.known[Self.number]
        try scene.play((try scene.code(Self.number), .pickUp), (Self.number, .collected), ("KC-UNDO", .undone))
        #expect(scene.point.known[Self.number]?.condition == before?.condition)
        #expect(scene.answer?.slot == before?.condition.slot && scene.answer?.code == before?.condition.code)
    }

    /// Shelves `other` and gives it the code that the collected parcel had.
    private static func give(_ code: String, to other: String, _ scene: DeskScene) {
        let draft = scene.point.events.last?.draft
        scene.point.record(
            EventDraft(
                id: .make(at: scene.now.wall, using: &scene.generator), type: .parcelReceived, subject: other,
                now: scene.now, bootID: "b", actor: nil, data: Array("{}".utf8)))
        scene.point.record(
            EventDraft(
                id: .make(at: scene.now.wall, using: &scene.generator), type: .parcelRelocated, subject: other,
                now: scene.now, bootID: "b", actor: draft?.actor,
                data: JSON.members(["slot": "1-1", "code": .string(code)]).canonical))
    }

    @Test(arguments: PickUpCode.Form.allCases)
    func `a code given away meanwhile is replaced, and the new one is told`(_ form: PickUpCode.Form) throws {
        let scene = try Self.scene { $0.codeForm = form }
        try scene.play(("KC-SHELVE", .mode), (Self.number, .shelved))
        let code = try scene.code(Self.number)
        try scene.play(("KC-FLAG-DAMAGED", .armed), (Self.number, .flagged))
        try scene.play((code, .pickUp), (Self.number, .collected))
        Self.give(code, to: "SF9999999999999", scene)
        try scene.play(("KC-UNDO", .undone))
        let other = try scene.code(Self.number)
        #expect(other != code && PickUpCode.isCode(other) && scene.answer?.code == other)
        #expect(try scene.code("SF9999999999999") == code)
        // The older past still holds the old code; the parcel keeps the one that was told.
        try scene.play(("KC-UNDO", .undone))
        #expect(scene.point.known[Self.number]?.condition.flags == [])
        #expect(try scene.code(Self.number) == other)
    }

    @Test func `a group undone after its code was given away gives no code twice`() throws {
        let scene = try Self.scene()
        try scene.play(("KC-SHELVE", .mode), (Self.number, .shelved))
        let code = try scene.code(Self.number)
        for flag in ["KC-FLAG-DAMAGED", "KC-FLAG-REFUSED"] { try scene.play((flag, .armed), (Self.number, .flagged)) }
        try scene.play(
            ("KC-RESOLVE", .armed), (Self.number, .resolved), ("KC-RETURN", .mode), (Self.number, .returned))
        Self.give(code, to: "SF9999999999999", scene)
        try scene.play(("KC-UNDO", .undone), ("KC-UNDO", .undone))
        #expect(scene.point.known[Self.number]?.condition.flags == [.damaged, .refused])
        #expect(Set(scene.point.present.compactMap(\.condition.code)).count == 2)
    }

    @Test func `a slot filled meanwhile is not overfilled while there is another`() throws {
        let scene = try Self.scene {
            $0.shelves = SlotAllocator(slots: [
                .init(name: "1-1", capacity: 1, handling: .normal), .init(name: "1-2", capacity: 1, handling: .normal),
            ])
        }
        try scene.play(
            ("KC-SHELVE", .mode), (Self.number, .shelved), ("KC-RETURN", .mode), (Self.number, .returned),
            ("KC-SHELVE", .mode), ("SF1234567890120", .shelved))
        #expect(scene.slot("SF1234567890120") == "1-1")
        try scene.play(("KC-UNDO", .undone))
        #expect(scene.point.present.isEmpty)
        try scene.play(("SF1234567890120", .shelved))
        try scene.play(("KC-FIND", .mode), (Self.number, .found), ("KC-UNDO", .undone))
        #expect(scene.slot(Self.number) == "1-2" && scene.answer?.slot == "1-2")
        #expect(try scene.code(Self.number).hasPrefix("1-2-"))
        #expect(scene.point.occupancy() == ["1-1": 1, "1-2": 1])
    }

    @Test func `what lies in a full slot stays there when no other is free`() throws {
        let scene = try Self.scene {
            $0.shelves = SlotAllocator(slots: [.init(name: "1-1", capacity: 1, handling: .normal)])
        }
        try scene.play(
            ("KC-SHELVE", .mode), (Self.number, .shelved), ("KC-RETURN", .mode), (Self.number, .returned),
            ("KC-SHELVE", .mode), ("SF1234567890120", .shelved), ("KC-FIND", .mode), (Self.number, .found),
            ("KC-UNDO", .undone))
        #expect(scene.slot(Self.number) == "1-1" && scene.point.occupancy() == ["1-1": 2])
    }

    @Test func `no more is undone than the parcel remembers`() throws {
        let scene = try Self.scene()
        try scene.play(("KC-SHELVE", .mode), (Self.number, .shelved))
        for _ in 0..<6 { try scene.play(("KC-NEXT-SHELF", .moved)) }
        for _ in 0..<4 { try scene.play(("KC-UNDO", .undone)) }
        try scene.play(("KC-UNDO", .nothingToUndo))
        #expect(scene.status(Self.number) == .shelved)
    }

    @Test func `a courier takes back only what is his`() throws {
        let scene = try Self.scene()
        try scene.play((Self.number, .received), (DeskScene.courierBadge, .signedIn), ("KC-UNDO", .nothingToUndo))
        #expect(scene.status(Self.number) == .received)
    }
}
