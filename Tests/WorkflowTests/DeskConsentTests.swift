import Barcodes
import Domain
import Phrases
import Testing
import Workflow

/// A parcel is put on a shelf with its recipient's consent, and received without.
@Suite struct DeskConsentTests {
    static let number = "SF1234567890123"

    private func scene(_ rule: Desk.ConsentRule = .ask) throws -> DeskScene {
        let scene = DeskScene { $0.consent = rule }
        try scene.play((DeskScene.operatorBadge, .signedIn))
        return scene
    }

    private func told(_ scene: DeskScene, _ type: EventType) throws -> JSON {
        let event = try #require(scene.point.events.last { $0.draft.type == type })
        return try JSON(parsing: event.draft.data)
    }

    @Test(arguments: Parcel.Consent.allCases)
    func `whoever shelves says how it was given, with one code`(_ consent: Parcel.Consent) throws {
        let scene = try scene()
        try scene.play((Self.number, .received), ("KC-SHELVE", .mode), (Self.number, .askConsent))
        #expect(scene.status(Self.number) == .received)
        try scene.play((DeskCommand.consent(consent).text, .shelved))
        #expect(try told(scene, .parcelRelocated)["consent"]?.string == consent.rawValue)
        #expect(scene.answer?.json["consent"]?.string == consent.rawValue)
        // For this stay nobody is asked again.
        try scene.play(
            (Self.number, .already), ("KC-NEXT-SHELF", .moved), (DeskCommand.consent(consent).text, .nothingAsked))
        try scene.play(("KC-UNDO", .undone), ("KC-UNDO", .undone), (Self.number, .askConsent))
    }

    @Test func `the announced list brings it, and nobody is asked`() throws {
        let scene = try scene()
        scene.announce(Self.number, consent: .order)
        try scene.play(("KC-SHELVE", .mode), (Self.number, .shelved))
        #expect(try told(scene, .parcelRelocated)["consent"]?.string == "order")
    }

    @Test func `what comes straight to the shelf is received at once, whatever is answered`() throws {
        let scene = try scene()
        try scene.play(("KC-SHELVE", .mode), (Self.number, .askConsent))
        #expect(scene.status(Self.number) == .received && scene.answer?.phrase.chinese.contains("已入库") == true)
        // Another one is scanned meanwhile: the question is about that one now.
        try scene.play(("SF1234567890120", .askConsent), ("KC-CONSENT-TELEPHONE", .shelved))
        #expect(scene.status(Self.number) == .received && scene.status("SF1234567890120") == .shelved)
        try scene.play(("KC-CANCEL", .nothingAsked), (Self.number, .askConsent), ("KC-CONSENT-NO", .consentRefused))
        #expect(try told(scene, .parcelFlagged)["consent"]?.string == "refused")
        #expect(scene.point.parcel(Self.number)?.condition.flags == [.refused])
        // It goes back with the courier.
        try scene.play((DeskScene.courierBadge, .signedIn), ("KC-BATCH-OUT", .batchOpened), (Self.number, .returned))
    }

    @Test func `what was said of its size is for the parcel that is asked about, and an unread scan ends the question`()
        throws
    {
        let scene = try scene()
        try scene.play(
            (Self.number, .received), ("SF1234567890120", .received), ("KC-SHELVE", .mode), ("KC-SIZE-COLD", .armed),
            (Self.number, .askConsent), ("SF1234567890120", .askConsent), ("KC-CONSENT-TELEPHONE", .shelved))
        #expect(scene.point.parcel("SF1234567890120")?.condition.handling == .normal)
        try scene.play(("KC-SIZE-COLD", .armed), (Self.number, .askConsent), ("KC-CONSENT-TELEPHONE", .shelved))
        #expect(scene.point.parcel(Self.number)?.condition.handling == .cold)
        try scene.play(("SF1234567890121", .askConsent))
        _ = try scene.enter(.refused(.misread))
        try scene.play(("KC-CONSENT-IN-PERSON", .nothingAsked))
        try scene.play(("SF1234567890121", .askConsent), (DeskScene.otherCourierBadge, .signedIn))
        #expect(scene.status("SF1234567890121") == .received)
    }

    @Test func `two desks that ask about one parcel shelve it once`() throws {
        let scene = try scene()
        try scene.play(
            at: "back", (DeskScene.otherOperatorBadge, .signedIn), ("KC-SHELVE", .mode), (Self.number, .askConsent))
        try scene.play(("KC-SHELVE", .mode), (Self.number, .askConsent), ("KC-CONSENT-ORDER", .shelved))
        try scene.play(at: "back", ("KC-CONSENT-TELEPHONE", .already))
        #expect(scene.point.events.count { $0.draft.type == .parcelRelocated } == 1)
    }

    @Test func `a county may be content with a word, or with nothing`() throws {
        let warned = try scene(.warn)
        try warned.play(("KC-SHELVE", .mode), (Self.number, .shelved))
        #expect(warned.answer?.json["consent"] == "missing" && warned.answer?.phrase.chinese.contains("同意") == true)
        let off = try scene(.off)
        try off.play(("KC-SHELVE", .mode), (Self.number, .shelved))
        #expect(off.answer?.json["consent"] == nil && off.answer?.phrase.chinese.contains("同意") == false)
        for scene in [warned, off] { #expect(try told(scene, .parcelRelocated)["consent"] == nil) }
    }

    /// Nobody who only looks may give it, and a parcel is never kept waiting outside for it.
    @Test func `couriers and open desks receive as before`() throws {
        let scene = DeskScene { $0.consent = .ask }
        try scene.play((Self.number, .received), ("KC-CONSENT-TELEPHONE", .nothingAsked))
        try scene.play(
            (DeskScene.courierBadge, .signedIn), ("KC-BATCH-IN", .batchOpened), ("SF1234567890120", .received))
    }
}
