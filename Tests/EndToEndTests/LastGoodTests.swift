import Foundation
import Harness
import TestSupport
import Testing

/// Settings that nobody can read must not close a point that was open, nor a county's center.
@Suite struct LastGoodTests {
    enum Wrong: String, CaseIterable, Sendable {
        /// What a power cut leaves of a file that was being written.
        case empty
        case cut
        case unknownKey
        case gone
        case strayVariable
    }

    @Test(arguments: Wrong.allCases)
    func `a point opens with the last settings that were good, and says so`(wrong: Wrong) throws {
        let village = try Village()
        try village.start()
        try village.receive("SF1234567890123")
        #expect(try village.kiosk?.terminate() == 0)
        let text = try String(contentsOfFile: village.kioskSettings, encoding: .utf8)
        switch wrong {
        case .empty: try village.directory.write("", to: "kiosk.yaml")
        case .cut: try village.directory.write(String(text.prefix(text.count / 2)) + "\n  {", to: "kiosk.yaml")
        case .unknownKey: try village.directory.write(text + "\nbroke: 1\n", to: "kiosk.yaml")
        case .gone: try FileManager.default.removeItem(atPath: village.kioskSettings)
        case .strayVariable: break
        }
        // As systemd tells where the store lies.
        var environment = ["STATE_DIRECTORY": village.directory.file("kiosk")]
        if wrong == .strayVariable { environment["KIOSK_FOO"] = "1" }
        try village.startKiosk(environment: environment)
        try village.waitUntilReady()
        try village.receive("SF1234567890124")
        try village.waitUntilDelivered()
        let alarms = "\(try village.status()["alarms"] ?? "")"
        #expect(alarms.contains("settings-refused"), "\(alarms)")
        // The county sees it too.
        try eventually("the center was told") {
            try village.storedEvents().count { $0.contains("parcel.received") } == 2
        }
        let log = village.kiosk?.logText ?? ""
        #expect(log.contains(wrong == .strayVariable ? "KIOSK_FOO" : "settings.good"), "\(log)")

        // Mended, they are in force again, and nothing is said any more.
        #expect(try village.kiosk?.terminate() == 0)
        try village.directory.write(text, to: "kiosk.yaml")
        try village.startKiosk()
        try village.waitUntilReady()
        #expect(!"\(try village.status()["alarms"] ?? "")".contains("settings-refused"))
    }

    @Test func `the center goes on with its last good settings`() throws {
        let village = try Village()
        try village.start()
        #expect(try village.center?.terminate() == 0)
        try village.directory.write("broker: [", to: "center.yaml")
        let center = try ChildProgram(
            Products.path("kiosk-center"), ["--config", village.centerSettings], log: village.directory.file("c.log"),
            environment: ["STATE_DIRECTORY": village.directory.file("center")])
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        #expect(center.logText.contains("settings.good"))
        #expect(try center.terminate() == 0)
    }

    /// Nothing to go back to: then one line says what is wrong.
    @Test func `a first start with wrong settings ends`() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("kiosk: [", to: "kiosk.yaml")
        let answer = try run(
            Products.path("kioskd"), ["--config", file], environment: ["STATE_DIRECTORY": directory.path])
        #expect(answer.code == 78 && answer.errors.split(separator: "\n").count == 1)
    }

    /// A usual setting of boards against wear of the card: everything works, until the power fails.
    @Test func `a journal that lies in memory is an alarm, unless somebody wants it`() throws {
        let memory = "/dev/shm/kiosk-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: memory) }
        let village = try Village(isCaptured: false)
        try FileManager.default.createDirectory(
            atPath: village.directory.file("kiosk"), withIntermediateDirectories: true)
        for (setting, isAlarmed) in [("alarm", true), ("allowed", false)] {
            try village.startKiosk(environment: [
                "KIOSK_STORAGE_DIRECTORY": memory, "KIOSK_STORAGE_VOLATILE": setting,
                "KIOSK_API_SOCKET": village.directory.file("kiosk/kioskd.sock"),
            ])
            try village.waitUntilReady()
            let alarms = "\(try village.status()["alarms"] ?? "")"
            #expect(alarms.contains("storage-volatile") == isAlarmed)
            #expect(try village.kiosk?.terminate() == 0)
        }
    }
}
