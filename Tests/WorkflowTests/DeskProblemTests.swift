import Domain
import Phrases
import TestSupport
import Testing
import Workflow

@Suite struct `Problems, returns and looking` {
    static let number = "SF1234567890123"

    static func scene() throws -> DeskScene {
        let scene = DeskScene()
        try scene.play((DeskScene.operatorBadge, .signedIn), (number, .received))
        return scene
    }

    static let commands: [(String, Parcel.Flag)] = [
        ("KC-FLAG-DAMAGED", .damaged), ("KC-FLAG-MISSING", .missing), ("KC-FLAG-WRONG-VILLAGE", .wrongVillage),
        ("KC-FLAG-REFUSED", .refused),
    ]

    @Test(arguments: commands) func `a problem is marked and resolved`(_ command: String, _ flag: Parcel.Flag) throws {
        let scene = try Self.scene()
        try scene.play((command, .armed), (Self.number, .flagged))
        #expect(scene.answer?.flags == [flag] && scene.point.known[Self.number]?.condition.flags == [flag])
        #expect(try scene.data(scene.recorded.first) == ["flag": .string(flag.rawValue), "resolved": false])
        try scene.play((command, .armed), (Self.number, .already), ("KC-RESOLVE", .armed), (Self.number, .resolved))
        #expect(scene.answer?.flags == [] && scene.point.known[Self.number]?.condition.flags == [])
        try scene.play(("KC-RESOLVE", .armed), (Self.number, .already))
    }

    @Test func `overdue is the clock's to say, never a person's`() throws {
        let scene = try Self.scene()
        try scene.play(("KC-FLAG-OVERDUE", .scan))
    }

    @Test func `resolving ends all problems of the parcel`() throws {
        let scene = try Self.scene()
        try scene.play(
            ("KC-FLAG-DAMAGED", .armed), (Self.number, .flagged), ("KC-FLAG-REFUSED", .armed), (Self.number, .flagged))
        #expect(scene.answer?.flags == [.damaged, .refused])
        try scene.play(("KC-RESOLVE", .armed), (Self.number, .resolved))
        #expect(scene.recorded.count == 2 && scene.point.known[Self.number]?.condition.flags == [])
        try scene.play(("KC-UNDO", .undone))
        #expect(scene.point.known[Self.number]?.condition.flags == [.damaged, .refused])
    }

    @Test func `a command for a problem is the next parcel's alone, and does not wait for ever`() throws {
        let scene = try Self.scene()
        try scene.play(("KC-FLAG-DAMAGED", .armed), ("KC-CANCEL", .cancelled), (Self.number, .already))
        try scene.play(("KC-FLAG-DAMAGED", .armed))
        #expect(try scene.wait(milliseconds: 60_000)?.word == .cancelled)
        try scene.play((Self.number, .already), ("KC-FLAG-DAMAGED", .armed), ("SF9999999999999", .impossible))
        #expect(scene.answer?.obstacle == .notHere)
        try scene.play((Self.number, .already))
    }

    @Test func `a courier may mark a problem and not resolve one`() throws {
        let scene = try Self.scene()
        try scene.play(
            (DeskScene.courierBadge, .signedIn), ("KC-FLAG-DAMAGED", .armed), (Self.number, .flagged),
            ("KC-RESOLVE", .notPermitted))
        #expect(scene.recorded.isEmpty && scene.point.known[Self.number]?.condition.flags == [.damaged])
    }

    @Test func `what has left has no problems any more`() throws {
        let scene = try Self.scene()
        try scene.play(
            ("KC-RETURN", .mode), (Self.number, .returned), ("KC-FLAG-DAMAGED", .armed), (Self.number, .impossible))
        #expect(scene.answer?.obstacle == .state(.returned) && scene.answer?.possible == [.receive])
    }

    @Test func `an operator returns and dispatches, once, and a parcel may come again`() throws {
        let scene = try Self.scene()
        try scene.play(
            ("KC-RETURN", .mode), (Self.number, .returned), (Self.number, .already), ("KC-DISPATCH", .mode),
            (Self.number, .impossible), ("KC-RECEIVE", .mode), (Self.number, .received), ("KC-DISPATCH", .mode),
            (Self.number, .dispatched), (Self.number, .already))
    }

    @Test func `finding a parcel changes nothing, and says where it is and what can be done`() throws {
        let scene = try Self.scene()
        try scene.play(("KC-SHELVE", .mode), (Self.number, .shelved), ("KC-FIND", .mode), (Self.number, .found))
        #expect(scene.recorded.isEmpty && scene.answer?.slot == "1-1")
        #expect(scene.answer?.code == (try scene.code(Self.number)))
        #expect(scene.answer?.possible == [.shelve, .collect, .giveBack, .dispatch])
        try scene.play(("SF9999999999999", .impossible))
        #expect(scene.answer?.possible == [.receive, .accept])
    }
}
