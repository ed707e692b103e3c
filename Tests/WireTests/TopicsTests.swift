import Domain
import Testing
import Wire

@Suite struct `The topics` {
    @Test func `have the form of the contract`() throws {
        let kiosk = try #require(KioskID("k1310020007"))
        #expect(Topics.events(kiosk) == "kiosk/v1/131002/k1310020007/up/events")
        #expect(Topics.status(kiosk) == "kiosk/v1/131002/k1310020007/up/status")
        #expect(Topics.acknowledgement(kiosk) == "kiosk/v1/131002/k1310020007/down/ack")
        #expect(Topics.expected(kiosk) == "kiosk/v1/131002/k1310020007/down/expected")
        #expect(Topics.roster(kiosk) == "kiosk/v1/131002/k1310020007/down/roster")
        for kind in Document.Kind.allCases { #expect(kind.topic(kiosk).hasSuffix("/down/\(kind.rawValue)")) }
        #expect(Topics.centerState == "kiosk/v1/center/state" && Topics.everythingUp == "kiosk/v1/+/+/up/#")
    }

    @Test func `are read back`() throws {
        let kiosk = try #require(KioskID("k1310020007"))
        for (topic, kind): (String, Topics.Upward) in [
            (Topics.events(kiosk), .events), (Topics.status(kiosk), .status),
            ("kiosk/v1/131002/k1310020007/up/samples", .samples),
        ] {
            let read = try Topics.parseUpward(topic)
            #expect(read.kiosk == kiosk && read.kind == kind)
        }
    }

    @Test(arguments: [
        ("", "not a topic of a kiosk"), ("kiosk/v1/131002/k1310020007/down/ack", "not a topic"),
        ("kiosk/v2/131002/k1310020007/up/events", "not a topic"),
        ("shop/v1/131002/k1310020007/up/events", "not a topic"),
        ("/kiosk/v1/131002/k1310020007/up/events", "not a topic"), ("kiosk/v1/131002/k1310020007/up", "not a topic"),
        ("kiosk/v1/131002/k1310020007/up/events/", "not a topic"),
        ("kiosk/v1/131002/k1310020007/up/events/x", "not a topic"),
        ("kiosk/v1//k1310020007/up/events", "disagree"), ("kiosk/v1/131003/k1310020007/up/events", "disagree"),
        ("kiosk/v1/13100/k1310020007/up/events", "disagree"), ("kiosk/v1/+/k1310020007/up/events", "disagree"),
        ("kiosk/v1/131002/k131002000/up/events", "not a kiosk's name"),
        ("kiosk/v1/131002/+/up/events", "not a kiosk's name"),
        ("kiosk/v1/131002/K1310020007/up/events", "not a kiosk's name"),
        ("kiosk/v1/131002/k1310020007/up/Events", "unknown upward topic"),
        ("kiosk/v1/131002/k1310020007/up/", "unknown upward topic"),
        ("kiosk/v1/131002/k1310020007/up/#", "unknown upward topic"),
    ])
    func `that no kiosk may use are refused, above all those of another county`(_ topic: String, _ words: String) {
        let said = problem { () throws(WireError) in try Topics.parseUpward(topic) }
        #expect(said?.contains(words) == true, "said: \(said ?? "nothing, it was read")")
    }
}
