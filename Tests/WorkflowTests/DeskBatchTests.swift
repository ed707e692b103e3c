import Domain
import Phrases
import TestSupport
import Testing
import Workflow

@Suite struct `A hand-over between courier and point` {
    static func number(_ index: Int) -> String { "SF12345678901" + String(String(100 + index).dropFirst()) }

    @Test func `ten parcels in ten seconds, the running count, and at the end what is missing and what is too much`()
        throws
    {
        let scene = DeskScene()
        for index in 0..<8 { scene.announce(Self.number(index)) }
        scene.announce(Self.number(20))
        scene.announce("721234567890", .zto)
        try scene.play((DeskScene.courierBadge, .signedIn), ("KC-BATCH-IN", .batchOpened))
        let opened = try #require(scene.recorded.first)
        #expect(opened.subject == opened.id.text)
        #expect(
            try scene.data(opened) == ["kind": "delivery", "carrier": "sf", "courier": "p-sf", "desk": "front"])
        for index in 0..<10 {
            try scene.play((Self.number(index), .received))
            #expect(scene.answer?.count?.scanned == index + 1)
            scene.pass(milliseconds: 1000)
        }
        try scene.play((Self.number(3), .already))
        #expect(scene.answer?.count?.scanned == 10)
        try scene.play(("KC-BATCH-CLOSE", .batchClosed))
        let count = try #require(scene.answer?.count)
        #expect(count.scanned == 10 && count.missing == [Self.number(20)] && count.missingCount == 1)
        #expect(count.unexpected == [Self.number(8), Self.number(9)] && count.unexpectedCount == 2)
        #expect(scene.recorded.first?.subject == opened.id.text)
        #expect(
            try scene.data(scene.recorded.first) == [
                "kind": "delivery", "carrier": "sf", "courier": "p-sf", "scanned": 10,
                "missing": [.string(Self.number(20))], "missingcount": 1,
                "unexpected": [.string(Self.number(8)), .string(Self.number(9))], "unexpectedcount": 2,
            ])
        #expect(
            scene.answer?.phrase.english
                == "Hand-over ended: 10 parcels, 1 expected and not scanned, 2 not expected")
        try scene.play(("KC-BATCH-CLOSE", .noBatch), (Self.number(11), .openBatchFirst))
    }

    @Test func `without any announcement nothing is unexpected`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.courierBadge, .signedIn), ("KC-BATCH-IN", .batchOpened), (Self.number(1), .received),
            ("KC-BATCH-CLOSE", .batchClosed))
        #expect(scene.answer?.count == Answer.Count(kind: .delivery, scanned: 1))
    }

    @Test func `what was announced stays expected after the center takes it off its list`() throws {
        let scene = DeskScene()
        scene.announce(Self.number(1))
        try scene.play(
            (DeskScene.courierBadge, .signedIn), ("KC-BATCH-IN", .batchOpened), (Self.number(1), .received),
            (Self.number(2), .received))
        scene.point.announced = []
        try scene.play(("KC-BATCH-CLOSE", .batchClosed))
        #expect(scene.answer?.count?.unexpected == [Self.number(2)])
    }

    @Test func `long lists are cut and the numbers stay whole`() throws {
        let scene = DeskScene()
        for index in 0..<150 { scene.announce("SF1234567890\(String(1000 + index).dropFirst())") }
        try scene.play(
            (DeskScene.courierBadge, .signedIn), ("KC-BATCH-IN", .batchOpened), ("KC-BATCH-CLOSE", .batchClosed))
        #expect(scene.answer?.count?.missing.count == 100 && scene.answer?.count?.missingCount == 150)
    }

    @Test func `a courier scans nothing outside a hand-over, and opens one at a time`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.courierBadge, .signedIn), (Self.number(1), .openBatchFirst), ("KC-BATCH-CLOSE", .noBatch),
            ("KC-BATCH-IN", .batchOpened), (Self.number(1), .received), ("KC-BATCH-OUT", .batchIsOpen))
        #expect(scene.answer?.count?.scanned == 1)
        #expect(scene.point.open.count == 1)
    }

    @Test func `a courier who leaves in the middle goes on later, at whichever desk`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.courierBadge, .signedIn), ("KC-BATCH-IN", .batchOpened), (Self.number(1), .received))
        #expect(try scene.wait(milliseconds: 300_000)?.word == .signedOut)
        #expect(scene.point.open.count == 1, "the hand-over goes on")
        try scene.play(at: "back", (DeskScene.courierBadge, .signedIn))
        #expect(scene.answer?.count == Answer.Count(kind: .delivery, scanned: 1))
        try scene.play(at: "back", (Self.number(2), .received), ("KC-BATCH-CLOSE", .batchClosed))
        #expect(scene.answer?.count?.scanned == 2)
    }

    @Test func `another courier has a hand-over of his own`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.courierBadge, .signedIn), ("KC-BATCH-IN", .batchOpened), (Self.number(1), .received),
            (DeskScene.otherCourierBadge, .signedIn), (Self.number(2), .openBatchFirst),
            ("KC-BATCH-IN", .batchOpened), ("721234567890", .received))
        #expect(scene.answer?.count?.scanned == 1)
        try scene.play(
            ("KC-BATCH-CLOSE", .batchClosed), (DeskScene.courierBadge, .signedIn), (Self.number(3), .received),
            ("KC-BATCH-CLOSE", .batchClosed))
        #expect(scene.answer?.count?.scanned == 2)
    }

    @Test func `an operator may run a hand-over for a carrier that is named before`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-CARRIER-ZTO", .armed), ("KC-BATCH-IN", .batchOpened),
            ("721234567890", .received))
        #expect(scene.point.open.first?.carrier == .zto)
        #expect(scene.point.known["721234567890"]?.condition.carrier == .zto)
        try scene.play(("KC-SHELVE", .mode), ("721234567891", .shelved))
        #expect(scene.answer?.count?.scanned == 2, "parcels shelved at once belong to it too")
        #expect(scene.point.known["721234567891"]?.condition.carrier == .zto)
        try scene.play(("KC-SIGN-OUT", .signedOut), (DeskScene.operatorBadge, .signedIn))
        #expect(scene.answer?.count?.scanned == 2)
        try scene.play(("KC-BATCH-CLOSE", .batchClosed))
        #expect(scene.answer?.count?.scanned == 2)
    }

    @Test func `an operator ends the hand-over that a courier left open at this desk`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.courierBadge, .signedIn), ("KC-BATCH-IN", .batchOpened), (Self.number(1), .received),
            (DeskScene.operatorBadge, .signedIn), ("KC-BATCH-CLOSE", .batchClosed))
        #expect(try scene.data(scene.recorded.first)["courier"] == "p-sf")
        #expect(scene.recorded.first?.actor == "p-op")
    }

    @Test func `undoing a scan takes it out of the count`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.courierBadge, .signedIn), ("KC-BATCH-IN", .batchOpened), (Self.number(1), .received),
            (Self.number(2), .received), ("KC-UNDO", .undone))
        #expect(scene.answer?.count?.scanned == 1)
        #expect(scene.point.known[Self.number(2)] == nil)
        try scene.play((Self.number(2), .received))
        #expect(scene.answer?.count?.scanned == 2)
    }

    // MARK: The other way round

    @Test func `a courier fetches what villagers send and what has a problem, and nothing else`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-ACCEPT", .mode), (Self.number(1), .accepted),
            (Self.number(2), .accepted), ("KC-RECEIVE", .mode), (Self.number(3), .received),
            (Self.number(4), .received), ("KC-FLAG-REFUSED", .armed), (Self.number(4), .flagged),
            (DeskScene.courierBadge, .signedIn), ("KC-BATCH-OUT", .batchOpened), (Self.number(1), .dispatched))
        #expect(scene.answer?.count == Answer.Count(kind: .dispatch, scanned: 1))
        try scene.play((Self.number(3), .notForDispatch), (Self.number(4), .returned))
        #expect(scene.answer?.count?.scanned == 2)
        try scene.play(
            (Self.number(1), .already), (Self.number(4), .already), (Self.number(9), .impossible),
            ("KC-BATCH-CLOSE", .batchClosed))
        let count = try #require(scene.answer?.count)
        #expect(count.scanned == 2 && count.missing == [Self.number(2)] && count.unexpectedCount == 0)
        #expect(scene.status(Self.number(1)) == .dispatched && scene.status(Self.number(3)) == .received)
        #expect(scene.status(Self.number(4)) == .returned)
    }

    @Test func `what a courier flagged himself he does not take, at another desk or on another day either`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), (Self.number(1), .received),
            (DeskScene.courierBadge, .signedIn), ("KC-FLAG-DAMAGED", .armed), (Self.number(1), .flagged),
            ("KC-BATCH-OUT", .batchOpened), (Self.number(1), .notForDispatch), ("KC-SIGN-OUT", .signedOut))
        try scene.play(at: "back", (DeskScene.courierBadge, .signedIn), (Self.number(1), .notForDispatch))
        // Ten others later nothing of it can be undone at that desk any more.
        try scene.play((DeskScene.courierBadge, .signedIn))
        for number in 10..<25 { try scene.play((Self.number(number), .impossible)) }
        try scene.play((Self.number(1), .notForDispatch))
        // An operator who looked at it says the same.
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-FLAG-DAMAGED", .armed), (Self.number(1), .flagged),
            ("KC-FLAG-DAMAGED", .armed), (Self.number(1), .already),
            (DeskScene.courierBadge, .signedIn), (Self.number(1), .returned))
    }

    @Test func `a courier fetches for the carrier that the county names, and nothing whose number is another's`() throws
    {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-ACCEPT", .mode), ("JDVA12345678901", .accepted),
            (Self.number(1), .accepted), (DeskScene.courierBadge, .signedIn), ("KC-CARRIER-JD", .armed),
            ("KC-BATCH-OUT", .batchOpened))
        #expect(try scene.data(scene.recorded.last)["carrier"] == "sf")
        try scene.play(("JDVA12345678901", .notForDispatch), (Self.number(1), .dispatched))
    }

    @Test func `a parcel that is marked missing leaves with nobody`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), (Self.number(1), .received), ("KC-FLAG-MISSING", .armed),
            (Self.number(1), .flagged), ("KC-BATCH-OUT", .batchOpened), (Self.number(1), .impossible))
        #expect(scene.answer?.obstacle == .flag(.missing))
    }

    @Test func `an operator's own words in a hand-over out are counted in it`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), (Self.number(1), .received), (Self.number(2), .received),
            ("KC-BATCH-OUT", .batchOpened), ("KC-RETURN", .mode), (Self.number(1), .returned),
            ("KC-DISPATCH", .mode), (Self.number(2), .dispatched))
        #expect(scene.answer?.count?.scanned == 2)
        try scene.play(("KC-BATCH-CLOSE", .batchClosed))
        #expect(scene.answer?.count?.scanned == 2)
    }

    @Test func `what comes back within its own hand-over counts once`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-BATCH-IN", .batchOpened), (Self.number(1), .received),
            ("KC-RETURN", .mode), (Self.number(1), .returned), ("KC-RECEIVE", .mode), (Self.number(1), .received))
        #expect(scene.answer?.count?.scanned == 1)
    }
}
