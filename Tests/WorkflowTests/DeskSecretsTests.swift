import Domain
import Phrases
import TestSupport
import Testing
import Workflow

/// Codes, names and the ids of recipients, which fetch parcels like codes, are for the operator only.
@Suite struct `What a desk keeps to itself` {
    static let number = "SF1234567890123"

    static func scene() throws -> DeskScene {
        let scene = DeskScene()
        for parcel in [number, "SF1234567890124", "SF1234567890125"] { scene.announce(parcel, for: "r-wang") }
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-SHELVE", .mode), (number, .shelved),
            ("KC-SIGN-OUT", .signedOut))
        return scene
    }

    private static func check(_ scene: DeskScene, _ texts: [String], here: SourceLocation = #_sourceLocation) throws {
        let code = try scene.code(number)
        for text in texts {
            let answer = try #require(try scene.scan(text))
            #expect(answer.code == nil && answer.recipient == nil, "\(text)", sourceLocation: here)
            let json = answer.json.canonicalText
            for secret in [code, "王*", "8642", "r-wang"] {
                #expect(!json.contains(secret), "\(text): \(json)", sourceLocation: here)
            }
        }
    }

    @Test func `at an open desk nobody learns a code or a name`() throws {
        let scene = try Self.scene()
        try Self.check(
            scene,
            [
                Self.number, "SF1234567890124", "KC-FIND", Self.number, "SF1234567890125", "KC-COLLECT", Self.number,
                "000000", "SF1234567890124",
            ])
    }

    @Test func `a courier learns neither`() throws {
        let scene = try Self.scene()
        try Self.check(
            scene,
            [
                DeskScene.courierBadge, "KC-BATCH-IN", Self.number, "SF1234567890124", "KC-FLAG-DAMAGED", Self.number,
                "KC-FLAG-DAMAGED", Self.number,
            ])
        try scene.play(
            at: "back", (DeskScene.operatorBadge, .signedIn), ("KC-RESOLVE", .armed), (Self.number, .resolved))
        try Self.check(scene, ["KC-UNDO", "KC-BATCH-CLOSE", "KC-BATCH-OUT", Self.number, "KC-BATCH-CLOSE"])
    }

    @Test func `whoever has one code is told where the parcels lie, and no other code`() throws {
        let scene = try Self.scene()
        let code = try scene.code(Self.number)
        let answer = try #require(try scene.scan(code))
        #expect(answer.word == .pickUp && answer.parcels.count == 1 && answer.recipient == nil && answer.code == nil)
    }

    @Test func `the operator sees both`() throws {
        let scene = try Self.scene()
        try scene.play((DeskScene.operatorBadge, .signedIn), ("KC-FIND", .mode), (Self.number, .found))
        #expect(scene.answer?.code == (try scene.code(Self.number)) && scene.answer?.recipient == "r-wang")
    }

    @Test func `no event holds a name, a telephone number or a PIN`() throws {
        let scene = try Self.scene()
        try scene.enter(.signIn(number: 1, pin: "9999"))
        try scene.enter(.signIn(number: 1, pin: "1111"))
        try scene.play((try scene.code(Self.number), .pickUp), (Self.number, .collected), ("KC-UNDO", .undone))
        for event in scene.point.events {
            let text = String(decoding: event.draft.canonical, as: UTF8.self)
            for secret in ["王", "李", "8642", "9999", "1111"] { #expect(!text.contains(secret), "\(text)") }
        }
    }
}
