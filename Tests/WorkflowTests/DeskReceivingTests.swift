import Barcodes
import Domain
import Phrases
import TestSupport
import Testing
import Workflow

@Suite struct `Receiving at a desk` {
    @Test func `at an open desk anybody hands parcels in, and the same one twice is one event`() throws {
        let scene = DeskScene()
        try scene.play(("SF1234567890123", .received), ("SF1234567890123", .already), ("sf 1234567890123", .already))
        #expect(scene.point.events.count == 1)
        #expect(scene.answer?.tone == .already && scene.answer?.status == .received)
        #expect(scene.answer?.sequence == 1)
    }

    @Test func `a desk that is not open asks for a sign-in, and says nothing else`() throws {
        let scene = DeskScene(isOpen: false)
        scene.announce("SF1234567890123", for: "r-wang")
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-SHELVE", .mode), ("SF1234567890123", .shelved),
            ("KC-SIGN-OUT", .signedOut))
        let code = try scene.code("SF1234567890123")
        let events = scene.point.events.count
        for text in [
            "SF1234567890123", "SF9999999999999", code, "000000", "R-WANG", "R-NOBODY", "https://v.example/m/r-wang",
            "KC-COLLECT", "KC-FIND", "KC-SIZE-COLD", "KC-FLAG-DAMAGED", "KC-UNDO", "KC-BATCH-IN", "KC-PRACTICE",
            "KC-NEXT-SHELF", "KC-CARRIER-SF",
        ] {
            #expect(try scene.scan(text)?.word == .signInFirst, "\(text)")
        }
        #expect(scene.point.events.count == events)
    }

    static let cases: [Named<(String, String)>] = [
        Named(
            "everything there",
            (
                "]C0jdva12345678901-2-5-",
                #"{"carriers":["jd"],"package":2,"raw":"]C0jdva12345678901-2-5-","scanner":"front","symbology":"]C0","waybill":"JDVA12345678901"}"#
            )),
        Named(
            "nothing but the number",
            (
                "XYZ1234567",
                #"{"carriers":[],"raw":"XYZ1234567","scanner":"front","waybill":"XYZ1234567"}"#
            )),
    ]

    @Test(arguments: cases)
    func `a parcel that is not here is recorded, with the scan as it came`(_ row: Named<(String, String)>) throws {
        let scene = DeskScene()
        try scene.play((row.value.0, .received))
        let draft = try #require(scene.recorded.first)
        #expect(draft.type == .parcelReceived && draft.actor == nil)
        #expect(String(decoding: draft.data, as: UTF8.self) == row.value.1)
        #expect(scene.recorded.count == 1)
    }

    static let raw: [Named<([UInt8], String)>] = [
        Named("control characters and quotes are kept", (Array("A\u{1D}\"".utf8), "A\u{1D}\"")),
        Named("bytes that are not UTF-8 become readable", ([0x41, 0xFF, 0x42], "A\u{FFFD}B")),
    ]

    @Test(arguments: raw) func `whatever was scanned makes sound JSON`(_ row: Named<([UInt8], String)>) throws {
        let scene = DeskScene()
        try scene.enter(
            .parcel(
                ScannedParcel(
                    waybill: Waybill(number: "SF1234567890123"), carriers: [], symbology: nil, raw: row.value.0)))
        #expect(try scene.data(scene.recorded.first)["raw"] == .string(row.value.1))
    }

    @Test func `an announced parcel brings its carrier, recipient and kind with it`() throws {
        let scene = DeskScene()
        scene.announce("123456789012", .zto, for: "r-wang", .cold)
        try scene.play((DeskScene.operatorBadge, .signedIn), ("123456789012", .received))
        let condition = try #require(scene.point.known["123456789012"]?.condition)
        #expect(condition.carrier == .zto && condition.recipient == "r-wang" && condition.handling == .cold)
        #expect(condition.isAnnounced && scene.answer?.json["recipient"]?["name"] == "王*")
        let data = try scene.data(scene.recorded.first)
        #expect(data["recipient"] == "r-wang" && data["expected"] == true)
        #expect(!data.canonicalText.contains("王") && !data.canonicalText.contains("8642"))
    }

    @Test func `the kind named before a parcel is that parcel's alone`() throws {
        let scene = DeskScene()
        try scene.play(
            ("KC-SIZE-COLD", .armed), ("SF1234567890123", .received), ("SF1234567890124", .received))
        #expect(scene.point.known["SF1234567890123"]?.condition.handling == .cold)
        #expect(scene.point.known["SF1234567890124"]?.condition.handling == .normal)
    }

    @Test func `a kind named and then forgotten is not the next day's parcel's`() throws {
        let scene = DeskScene()
        try scene.play(("KC-SIZE-COLD", .armed))
        #expect(try scene.wait(milliseconds: 60_000)?.word == .cancelled)
        try scene.play(("SF1234567890123", .received))
        #expect(scene.point.known["SF1234567890123"]?.condition.handling == .normal)
    }

    @Test func `a scan that is no good is refused with its reason`() throws {
        let scene = DeskScene()
        for refusal in Refusal.allCases {
            let answer = try scene.enter(.refused(refusal))
            #expect(answer == .scan(refusal) && answer?.tally == refusal.rawValue)
        }
        #expect(try scene.scan("whatever") == .scan(.unknown))
        #expect(scene.point.events.isEmpty)
    }

    @Test func `what cannot be done says what state the parcel is in, and what can be`() throws {
        let scene = DeskScene()
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-SEND", .scan), ("KC-ACCEPT", .mode),
            ("SF1234567890123", .accepted), ("SF1234567890123", .already), ("KC-RECEIVE", .mode),
            ("SF1234567890123", .impossible))
        #expect(scene.answer?.obstacle == .state(.accepted) && scene.answer?.possible == [.dispatch])
        #expect(
            scene.answer?.phrase.english == "Not possible: SF1234567890123 is accepted for sending. Possible: dispatch")
        try scene.play(("KC-RETURN", .mode), ("SF9999999999999", .impossible))
        #expect(scene.answer?.obstacle == .notHere && scene.answer?.possible == [.receive, .accept])
    }

    @Test func `a seed gives the same turns again, each with its own ids`() throws {
        func ids(_ seed: UInt64) throws -> [EventID] {
            let scene = DeskScene(seed: seed)
            try scene.play(("SF1234567890123", .received), ("SF1234567890124", .received))
            return scene.point.events.map(\.draft.id)
        }
        let once = try ids(9)
        #expect(Set(once).count == 2)
        #expect(try ids(9) == once && ids(10) != once)
    }
}
