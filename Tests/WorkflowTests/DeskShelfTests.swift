import Domain
import Phrases
import TestSupport
import Testing
import Workflow

@Suite struct `Shelving at a desk` {
    static func scene(_ change: (inout Desk.Policy) -> Void = { _ in }) throws -> DeskScene {
        let scene = DeskScene(change)
        try scene.play((DeskScene.operatorBadge, .signedIn), ("KC-SHELVE", .mode))
        return scene
    }

    @Test func `an unknown parcel is received and shelved in one go, with a code`() throws {
        let scene = try Self.scene()
        try scene.play(("SF1234567890123", .shelved))
        #expect(scene.recorded.map(\.type) == [.parcelReceived, .parcelRelocated])
        let code = try scene.code("SF1234567890123")
        #expect(scene.answer?.slot == "1-1" && scene.answer?.code == code)
        #expect(code.hasPrefix("1-1-") && PickUpCode.isCode(code))
        try scene.play(("SF1234567890123", .already))
        #expect(scene.answer?.slot == "1-1" && scene.answer?.code == code, "an operator may look the code up")
    }

    @Test func `a parcel received before is only shelved`() throws {
        let scene = try Self.scene()
        try scene.play(
            ("KC-RECEIVE", .mode), ("SF1234567890123", .received), ("KC-SHELVE", .mode),
            ("SF1234567890123", .shelved))
        #expect(scene.recorded.map(\.type) == [.parcelRelocated])
    }

    @Test func `slots fill evenly, and when all are full the parcel is received and that is said`() throws {
        let scene = try Self.scene()
        try scene.play(
            ("SF1234567890120", .shelved), ("SF1234567890121", .shelved), ("SF1234567890122", .shelved),
            ("SF1234567890123", .shelved))
        #expect(scene.point.occupancy() == ["1-1": 2, "1-2": 2])
        try scene.play(("SF1234567890124", .noSlot))
        #expect(scene.recorded.map(\.type) == [.parcelReceived] && scene.answer?.tone == .attention)
        #expect(scene.status("SF1234567890124") == .received)
        try scene.play(("SF1234567890124", .noSlot))
        #expect(scene.recorded.isEmpty)
        try scene.play(("KC-UNDO", .undone))
        #expect(scene.status("SF1234567890124") == nil)
    }

    @Test func `cold and large parcels go to their own slots`() throws {
        let scene = try Self.scene()
        scene.announce("SF1234567890121", for: nil, .cold)
        try scene.play(
            ("KC-SIZE-LARGE", .armed), ("SF1234567890120", .shelved), ("SF1234567890121", .shelved),
            ("SF1234567890122", .shelved), ("KC-SIZE-LARGE", .armed), ("SF1234567890123", .noSlot))
        #expect(scene.slot("SF1234567890120") == "2-1" && scene.slot("SF1234567890121") == "3-1")
        #expect(scene.slot("SF1234567890122") == "1-1")
        #expect(scene.point.known["SF1234567890123"]?.condition.handling == .large)
    }

    @Test func `the kind of a parcel that is here already can be set right while shelving`() throws {
        let scene = try Self.scene()
        try scene.play(
            ("KC-RECEIVE", .mode), ("SF1234567890123", .received), ("KC-SHELVE", .mode), ("KC-SIZE-COLD", .armed),
            ("SF1234567890123", .shelved))
        #expect(scene.slot("SF1234567890123") == "3-1")
        #expect(scene.point.known["SF1234567890123"]?.condition.handling == .cold)
    }

    @Test func `next shelf moves the parcel on, and its code with it`() throws {
        let scene = try Self.scene()
        try scene.play(("KC-NEXT-SHELF", .nothingAsked), ("SF1234567890123", .shelved), ("KC-NEXT-SHELF", .moved))
        #expect(scene.slot("SF1234567890123") == "1-2" && scene.answer?.slot == "1-2")
        #expect(try scene.code("SF1234567890123").hasPrefix("1-2-"))
        #expect(scene.answer?.code == (try scene.code("SF1234567890123")))
        try scene.play(("KC-NEXT-SHELF", .moved))
        #expect(scene.slot("SF1234567890123") == "1-1")
    }

    @Test func `a code of digits says nothing of the slot and stays when the parcel moves`() throws {
        let scene = try Self.scene { $0.codeForm = .digits }
        try scene.play(("SF1234567890123", .shelved))
        let code = try scene.code("SF1234567890123")
        #expect(code.utf8.count == 6)
        try scene.play(("KC-NEXT-SHELF", .moved))
        #expect(try scene.code("SF1234567890123") == code)
    }

    @Test func `the center may wish for the form of a code`() throws {
        let scene = try Self.scene()
        scene.announce("SF1234567890123", code: .digits)
        try scene.play(("SF1234567890123", .shelved))
        #expect(try scene.code("SF1234567890123").utf8.count == 6)
    }

    @Test func `where there is no other slot, the parcel stays, and that is said`() throws {
        let scene = try Self.scene()
        try scene.play(("KC-SIZE-COLD", .armed), ("SF1234567890123", .shelved), ("KC-NEXT-SHELF", .noSlot))
        #expect(scene.recorded.isEmpty && scene.slot("SF1234567890123") == "3-1")
        #expect(scene.answer?.phrase.english == "No other slot is free; SF1234567890123 stays in 3-1")
        try scene.play(("KC-SIZE-LARGE", .armed), ("KC-NEXT-SHELF", .moved))
        #expect(scene.slot("SF1234567890123") == "2-1", "unless it turns out to be of another kind")
    }

    @Test func `a parcel with a problem that keeps it off the shelves is not moved on either`() throws {
        let scene = try Self.scene()
        try scene.play(
            ("SF1234567890123", .shelved), ("KC-FLAG-MISSING", .armed), ("SF1234567890123", .flagged),
            ("KC-NEXT-SHELF", .impossible))
        #expect(scene.answer?.obstacle == .flag(.missing))
    }

    @Test func `next shelf is nobody's once its parcel has left`() throws {
        let scene = try Self.scene()
        try scene.play(
            ("SF1234567890123", .shelved), ("KC-RETURN", .mode), ("SF1234567890123", .returned),
            ("KC-NEXT-SHELF", .nothingAsked))
    }

    @Test func `without shelves nothing is shelved`() throws {
        let scene = try Self.scene { $0.shelves = SlotAllocator() }
        try scene.play(("SF1234567890123", .noShelves))
        #expect(scene.status("SF1234567890123") == nil)
    }

    @Test func `codes of the parcels here are all different, also when one is drawn twice`() throws {
        let scene = try Self.scene {
            $0.shelves = SlotAllocator(slots: [.init(name: "1-1", capacity: 1000, handling: .normal)])
        }
        // Ten thousand codes and six hundred parcels: some are drawn twice for certain, see the birthday problem.
        for index in 0..<600 { try scene.play(("SF1234567890" + String(String(1000 + index).dropFirst()), .shelved)) }
        #expect(Set(scene.point.present.compactMap(\.condition.code)).count == 600)
    }
}
