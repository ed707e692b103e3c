import Board
import Domain
import Foundation
import Harness
import LocalAPIClient
import TestSupport
import Testing

/// What time a real kioskd believes. The wall clock of a board can be played, but not what the kernel of the machine that plays it
/// says of its own: where that follows a reference, a board of 1970 cannot be shown.
@Suite(.enabled(if: BoardClock.discipline == .free)) struct ClockTests {
    /// A board without a battery, half a minute after its start.
    static func board() throws -> [String: String] {
        try Village.wrongClock(bySeconds: -Int(Date().timeIntervalSince1970) + 30)
    }

    /// A center whose clock something else than the kernel keeps.
    static let keptClock = "clock: {within: 0.5}"

    /// Prices with a beginning and an end, which nobody can choose among without a clock.
    static func catalog() -> String {
        func day(_ days: Double) -> String {
            Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 + days * 86_400) * 1000)).description
        }
        return Market.catalog.replacing(
            #"{"produce": "tomato", "grade": "1", "fenperkg": 320}"#,
            with: """
                {"produce": "tomato", "grade": "1", "fenperkg": 300, "until": "\(day(-1))"},
                {"produce": "tomato", "grade": "1", "fenperkg": 320, "from": "\(day(-1))", "until": "\(day(1))"},
                {"produce": "tomato", "grade": "1", "fenperkg": 340, "from": "\(day(1))"}
                """)
    }

    private func seconds(_ text: String?) throws -> Double {
        Double(try #require(text.flatMap { Timestamp($0) }).milliseconds) / 1000
    }

    @Test func `a board of 1970 learns the time from the center and pays the price of today`() throws {
        let market = try Market(catalog: Self.catalog(), centerExtra: Self.keptClock, environment: Self.board())
        try eventually("it knows the time") { try market.village.status()["clocksource"] as? String == "center" }
        let status = try market.village.status()
        #expect(status["clock"] as? String == "synced" && (status["timeboundms"] as? Int ?? .max) <= 5000)
        #expect(try abs(seconds(status["time"] as? String) - Date().timeIntervalSince1970) < 5)
        try market.choose()
        let crate = try market.weigh(10_000)
        #expect(crate["goods"]?["fenperkg"] == 320 && crate["goods"]?["amount"] == 3200, "\(crate.canonicalText)")
        let events = try market.village.recordedEvents().map { try JSON(parsing: $0.utf8) }
        let weighed = try #require(events.last { $0["type"] == "kiosk.weighin.recorded.v1" })
        #expect(weighed["clock"] == "synced" && (weighed["timeboundms"]?.integer ?? .max) <= 5000)
        #expect(try abs(seconds(weighed["time"]?.string) - Date().timeIntervalSince1970) < 60)
        // What came before is placed by it.
        let synced = try #require(events.first { $0["type"] == "kiosk.clock.synced.v1" })
        #expect(synced["data"] == ["source": "center"])
        let shown = try market.village.kioskctl("status").output
        #expect(try market.word("KC-TIME") == "time-known")
        #expect(try market.village.kioskctl("time", "--set", "2026-12-01 08:00").code == 2)
        let forced = try market.village.kioskctl("time", "--set", "2026-12-01 08:00", "--force")
        #expect(forced.code == 0 && forced.output.contains("2026-12-01 08:00"))
        #expect(shown.contains(" UTC+8, at most ") && shown.contains("wrong: by the center"), "\(shown)")
        #expect(!shown.contains("clock-unset"))
    }

    @Test func `without a center it knows nothing, says so, and afterwards places what came before`() throws {
        let village = try Village(centerExtra: Self.keptClock)
        try village.startKiosk(environment: Self.board())
        try village.waitUntilReady()
        try village.receive("SF1234567890123")
        #expect(try village.status()["clock"] as? String == "unsynced")
        let shown = try village.kioskctl("status").output
        #expect(
            shown.contains("1970-01-01 08:0") && shown.contains("NOT KNOWN") && shown.contains("clock-unset"),
            "\(shown)")
        func arrived() throws -> String? {
            try village.ask("/v1/parcels/SF1234567890123").lines(JSON.self).first?["arrived"]?.string
        }
        #expect(try arrived() == nil)
        try village.startCenter()
        try eventually("it knows the time", within: 30) { try arrived() != nil }
        #expect(try abs(seconds(arrived()) - Date().timeIntervalSince1970) < 120)
        try village.waitUntilDelivered()
        #expect(try village.storedEvents() == village.recordedEvents())

        // Over a start of the program alone it goes on without anybody.
        try village.center?.terminate()
        try village.kiosk?.terminate()
        try village.startKiosk(environment: Self.board())
        try village.waitUntilReady()
        let status = try village.status()
        #expect(status["clock"] as? String != "unsynced" && status["clocksource"] as? String == "center")
        #expect(try abs(seconds(status["time"] as? String) - Date().timeIntervalSince1970) < 5)
    }

    @Test
    func
        `where nobody knows it, an operator sets the time with the scanner, and whoever maintains the board forces it`()
        throws
    {
        let market = try Market(catalog: Self.catalog(), environment: Self.board())
        #expect(try market.word("KC-TIME") == "ask-time")
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970) * 1000)
        let digits = now.atPlace.filter(\.isNumber)
        for digit in digits { #expect(try market.word("KC-\(digit)") == "typed") }
        let set = try market.said("KC-TIME")
        #expect(set["word"] == "time-set" && set["outcome"] == "saved", "\(set.canonicalText)")
        try eventually("it is believed") { try market.village.status()["clocksource"] as? String == "operator" }
        #expect(try market.village.status()["timeboundms"] as? Int ?? 0 >= 600_000)
        try market.choose()
        #expect(try market.weigh(10_000)["goods"]?["fenperkg"] == 320)
        let events = try market.village.recordedEvents().map { try JSON(parsing: $0.utf8) }
        let confirmed = try #require(events.last { $0["type"] == "kiosk.clock.confirmed.v1" })
        #expect(confirmed["clock"] == "unsynced" && confirmed["data"]?["boundms"] == 600_000)
        #expect(events.last { $0["type"] == "kiosk.weighin.recorded.v1" }?["clock"] == "holdover")

        // A watch that was read wrong is read again.
        let later = now.adding(86_400_000).atPlace
        #expect(try market.village.kioskctl("time", "--set", later).output.contains(later))
        #expect(try market.village.kioskctl("time").output.contains("held on from somebody's watch"))
        #expect(try market.village.kioskctl("time", "--set", "\(later)Z").code == 64)
        #expect(try market.village.kioskctl("time", "--set", "tomorrow").code == 64)
    }

    @Test func `what was decided by a watch that was wrong is listed when somebody knows better`() throws {
        let market = try Market(catalog: Self.catalog(), environment: Self.board())
        // Whoever signs in is asked for it.
        _ = try market.said("KC-SIGN-OUT")
        let signedIn = try market.said("KB-OPERATOR1")
        #expect(signedIn["asktime"] == true && signedIn["text"]?.string?.contains("对时") == true)
        let wrong = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 - 2 * 86_400) * 1000)
        #expect(try market.village.kioskctl("time", "--set", wrong.atPlace).code == 0)
        try market.choose()
        // By the list of the day before yesterday.
        let crate = try market.weigh(10_000)
        #expect(crate["goods"]?["fenperkg"] == 300, "\(crate.canonicalText)")
        #expect(try market.village.kioskctl("time", "--decided").output.contains("Nothing was decided"))
        // Now the center knows the time.
        try market.village.center?.terminate()
        let file = market.village.centerSettings
        let settings = try String(contentsOfFile: file, encoding: .utf8)
        try (settings + "\n" + Self.keptClock + "\n").write(toFile: file, atomically: true, encoding: .utf8)
        try market.village.startCenter()
        _ = try market.village.kioskctl("link", "now")
        try eventually("it knows better", within: 60) {
            try market.village.status()["clocksource"] as? String == "center"
        }
        try eventually("it is recorded") { try market.village.kioskctl("time", "--decided").output.contains("KW-") }
        let list = try market.village.kioskctl("time", "--decided").output
        #expect(
            list.contains("the time by operator was off by 172") && list.contains("kiosk.weighin.recorded.v1"),
            "\(list)")
        // Nothing is decided anew.
        let number = crate["subject"]?.string ?? ""
        let known = try JSON(parsing: market.village.kioskctl("weighins", number, "--json").output.utf8)
        #expect(known["price"]?["fenperkg"] == 300)
        let alarms = try market.village.status()["alarms"] as? [[String: Any]] ?? []
        #expect(alarms.contains { $0["code"] as? String == "clock-contradicted" })
    }

    /// As in 32 bits, signed and not, and around them; and where the zone counts leap seconds.
    @Test(arguments: [
        ("1901-12-13", "UTC"), ("1969-12-31", "UTC"), ("2038-01-20", "UTC"), ("2106-02-08", "UTC"),
        ("2016-12-31", "right/Asia/Shanghai"),
    ])
    func `whatever year a clock says, every scan is saved and delivered once`(day: String, zone: String) throws {
        let noon = try #require(Timestamp("\(day)T12:00:00.000Z"))
        let offset = Int(noon.milliseconds / 1000) - Int(Date().timeIntervalSince1970)
        let village = try Village(centerExtra: "")
        try village.startCenter()
        let environment = try Village.wrongClock(bySeconds: offset).merging(["TZ": zone]) { $1 }
        try village.startKiosk(environment: environment)
        try village.waitUntilReady()
        for number in 1...20 { try village.receive("SF\(1_234_567_890_100 + number)") }
        try village.waitUntilDelivered()
        let events = try village.recordedEvents()
        #expect(events.filter { $0.contains("kiosk.parcel.received.v1") && $0.contains("\"\(day)T12:") }.count == 20)
        #expect(try village.storedEvents() == events)
        #expect(try village.kioskctl("verify").code == 0)
    }

    @Test func `a sandbox that forbids to ask the kernel for its clock is an alarm of its own`() throws {
        let village = try Village(centerExtra: "")
        try village.startCenter()
        let kiosk = try village.startFailing("adjtimex,clock_adjtime", with: "EPERM")
        try village.waitUntilReady()
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        let shown = try village.kioskctl("status").output
        #expect(shown.contains("clock-unreadable") && shown.contains("allow adjtimex"), "\(shown)")
        try village.stopFailing(kiosk)
    }

    @Test func `a center that does not know the time tells none`() throws {
        let village = try Village(centerExtra: "")
        try village.start()
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        #expect(try village.status()["clocksource"] == nil)
        #expect(try village.kioskctl("status").output.contains("clock-unset"))
    }
}
