import Barcodes
import Domain
import Phrases
import TestSupport
import Testing
import Workflow

@Suite struct `A number that several carriers use` {
    /// Twelve digits: SF, ZTO or STO.
    static let number = "721234567890"

    static func asked(_ mode: String = "KC-RECEIVE") throws -> DeskScene {
        let scene = DeskScene()
        try scene.play((DeskScene.operatorBadge, .signedIn), (mode, .mode), (number, .askCarrier))
        #expect(scene.answer?.carriers.count == 3 && scene.answer?.tone == .attention)
        #expect(scene.status(number) == nil, "nothing is saved before the answer")
        return scene
    }

    @Test func `is asked about, and the answer goes with the parcel`() throws {
        let scene = try Self.asked()
        try scene.play(("KC-CARRIER-ZTO", .received))
        #expect(scene.point.known[Self.number]?.condition.carrier == .zto)
    }

    @Test func `may be left open by confirming`() throws {
        let scene = try Self.asked()
        try scene.play(("KC-CONFIRM", .received))
        #expect(scene.point.known[Self.number]?.condition.carrier == nil)
        #expect(try scene.data(scene.recorded.first)["carriers"]?.array?.count == 3)
    }

    @Test func `is asked about in every mode in which a parcel comes in`() throws {
        let shelving = try Self.asked("KC-SHELVE")
        try shelving.play(("KC-CARRIER-STO", .shelved))
        #expect(shelving.point.known[Self.number]?.condition.carrier == .sto)
        let sending = try Self.asked("KC-ACCEPT")
        try sending.play(("KC-CARRIER-SF", .accepted))
        #expect(sending.point.known[Self.number]?.condition.carrier == .sf)
    }

    @Test func `is not saved when cancelled, and that is said`() throws {
        let scene = try Self.asked()
        try scene.play(("KC-CANCEL", .cancelled))
        #expect(scene.answer?.phrase.english == "Cancelled; \(Self.number) was NOT saved")
        #expect(scene.status(Self.number) == nil)
        try scene.play((Self.number, .askCarrier))
    }

    @Test func `is not saved when nobody answers, and that is said`() throws {
        let scene = try Self.asked()
        #expect(try scene.wait(milliseconds: 60_000)?.word == .cancelled)
        #expect(scene.answer?.subject == Self.number)
        #expect(scene.status(Self.number) == nil)
    }

    @Test func `is never lost in silence, whatever is scanned instead of an answer`() throws {
        let texts = [
            "SF1234567890123", Self.number, "KC-SHELVE", "KC-RECEIVE", "KC-BATCH-IN", "KC-BATCH-OUT", "KC-BATCH-CLOSE",
            "KC-UNDO", "KC-NEXT-SHELF", "KC-SIZE-COLD", "KC-FLAG-DAMAGED", "KC-RESOLVE", "KC-OVERRIDE",
            "KC-REASON-KNOWN", "KC-1", "KC-DASH", "KC-PRACTICE", "3-2-1024", "123456", "R-WANG", "NONSENSE",
            DeskScene.otherOperatorBadge, DeskScene.courierBadge,
        ]
        for text in texts {
            let scene = try Self.asked()
            let events = scene.point.events.count
            try scene.play((text, .answerFirst))
            #expect(scene.answer?.subject == Self.number && scene.point.events.count == events, "\(text)")
            try scene.play(("KC-CARRIER-ZTO", .received))
            #expect(scene.status(Self.number) == .received, "\(text)")
        }
        let scene = try Self.asked()
        #expect(try scene.enter(.card("04A1B2C3"))?.word == .answerFirst)
        #expect(try scene.enter(.signIn(number: 2, pin: "2222"))?.word == .answerFirst)
        #expect(try scene.enter(.verified(person: "p-op-2", isRight: true))?.word == .answerFirst)
        #expect(try scene.enter(.practice(true))?.word == .answerFirst)
        #expect(try scene.enter(.refused(.misread))?.word == .scan)
        try scene.play(("KC-CARRIER-ZTO", .received))
    }

    @Test func `is named when whoever scanned it signs out`() throws {
        let scene = try Self.asked()
        try scene.play(("KC-SIGN-OUT", .signedOut))
        #expect(scene.answer?.phrase.english == "Signed out; \(Self.number) was NOT saved")
    }

    @Test func `is named when the next scan finds the question too old`() throws {
        let scene = try Self.asked()
        scene.pass(milliseconds: 60_000)
        try scene.play(("SF1234567890123", .cancelled))
        #expect(scene.answer?.subject == Self.number && scene.recorded.isEmpty)
        scene.desks["front"]?.policy.questionTime = .seconds(600)
        try scene.play((Self.number, .askCarrier))
        #expect(try scene.wait(milliseconds: 300_000)?.word == .signedOut)
        #expect(scene.answer?.subject == Self.number)
    }

    @Test func `is the open hand-over's carrier's, where its form allows that`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-CARRIER-STO", .armed), ("KC-BATCH-IN", .batchOpened),
            (Self.number, .received))
        #expect(scene.point.known[Self.number]?.condition.carrier == .sto)
        try scene.play(("KC-BATCH-CLOSE", .batchClosed), ("KC-CARRIER-JD", .armed), ("KC-BATCH-IN", .batchOpened))
        try scene.play(("721234567891", .askCarrier))
    }

    @Test func `is no reason to hold up a courier, or whoever comes to an open desk`() throws {
        let scene = DeskScene()
        try scene.play((Self.number, .received))
        #expect(scene.point.known[Self.number]?.condition.carrier == nil)
        try scene.play(
            (DeskScene.otherCourierBadge, .signedIn), ("KC-BATCH-IN", .batchOpened), ("721234567891", .received))
        #expect(scene.point.known["721234567891"]?.condition.carrier == .zto)
    }

    @Test func `does not stay the next parcel's question`() throws {
        let scene = try Self.asked()
        try scene.play(("KC-CARRIER-ZTO", .received), ("SF1234567890123", .received))
        #expect(scene.point.known["SF1234567890123"]?.condition.carrier == nil)
    }
}
