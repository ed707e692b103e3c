import Board
import Domain
import Foundation
import Harness
import TestSupport
import Testing

/// A write that fails is a failed write: no false "saved", exit code 74, and a clean start afterwards. One that fails while
/// kioskd starts leaves it up, refusing everything.
@Suite struct FailingStorageTests {
    /// A sync that fails may leave its data behind; a write that fails does not, and shows who told too early.
    struct Fault: Sendable, CustomTestStringConvertible {
        var call: String
        var number: Int
        var error: String
        var testDescription: String { "\(error) from \(call) number \(number)" }
    }

    static let faults =
        [(1, "EIO"), (2, "EIO"), (3, "ENOSPC"), (4, "EIO"), (6, "EIO"), (9, "ENOSPC")].map {
            Fault(call: "fdatasync", number: $0, error: $1)
        }
        + [(7, "EIO"), (12, "ENOSPC"), (17, "EIO"), (23, "EIO")].map { Fault(call: "pwrite64", number: $0, error: $1) }

    @Test(arguments: faults)
    func `a write that fails ends with 74, or leaves a point that refuses, and nothing is told as saved that is not`(
        fault: Fault
    ) throws {
        let village = try Village()
        let kiosk = try village.startFailing(fault.call, from: fault.number, with: fault.error)
        var number = 0
        var refuses = false
        try eventually("kioskd ends or says that it cannot record", within: 30, every: 20) {
            number += 1
            try? village.scan("SF\(1_000_000_000_000 + number)")
            refuses = kiosk.logText.contains("reason=storage")
            return !kiosk.isRunning || refuses
        }
        if refuses { try village.stopFailing(kiosk) } else { #expect(try kiosk.waitForExit() == 74) }
        let told = kiosk.logText.split(separator: "\n").filter { $0.contains("parcel received") }.compactMap {
            $0.split(separator: "waybill=").last?.split(separator: " ").first.map(String.init)
        }
        try village.start()
        let recorded = try village.recordedEvents()
        for waybill in told { #expect(recorded.contains { $0.contains(waybill) }, "\(waybill) was told as saved") }
        #expect(try village.kioskctl("verify").code == 0)
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        #expect(try village.storedEvents() == village.recordedEvents())
    }

    @Test func `a storage that fails from the start is told to everybody, and the point stays up`() throws {
        let village = try Village()
        try village.startCenter()
        let kiosk = try village.startFailing("fdatasync", with: "EIO")
        try eventually("kioskctl finds it in its refuge") { (try? village.status()["state"] as? String) == "degraded" }
        let answer = try village.kioskctl("scan", "SF1234567890123")
        #expect(answer.code == 2)
        #expect(answer.output.contains("没有保存") && answer.output.contains("NOT saved"))
        try village.scan("SF1234567890124")
        try eventually("both were refused") {
            (try village.status()["scans"] as? [String: Int]) == ["storage": 2]
        }
        #expect("\(try village.status()["alarms"] ?? "")".contains("storage-failed"))
        #expect(try village.kioskctl("status").output.contains("OUT OF USE"))
        let socket = try #require(village.refuge["RUNTIME_DIRECTORY"]) + "/kioskd.sock"
        #expect(try Recorder.ask("GET", "/v1/status", socket: socket).status == 200)
        #expect(try Recorder.ask("GET", "/v1/events", socket: socket).status == 500)
        try eventually("the center knows") { try village.centerctl("list").output.contains("degraded") }
        try village.stopFailing(kiosk)
        try village.startKiosk()
        try village.waitUntilReady()
        #expect(try village.number("parcels") == 0)
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        #expect(try village.centerctl("list").output.contains("online"))
    }

    @Test func `after five restarts for failed writes the point stays up and refuses for a while`() throws {
        let village = try Village()
        let refuge = try #require(village.refuge["RUNTIME_DIRECTORY"])
        try FileManager.default.createDirectory(atPath: refuge, withIntermediateDirectories: true)
        let uptime = BoardClock.uptime.milliseconds
        // Four within minutes, and one of long ago.
        let times = [uptime - 400_000, uptime - 200_000, uptime - 100_000, uptime - 50_000, uptime - 10_000]
        try village.directory.write(times.map { "\($0)\n" }.joined(), to: "run/failed-writes")
        try village.startKiosk(environment: ["KIOSK_STORAGE_RETRY": "1"])
        try village.waitUntilReady()
        #expect(try village.status()["state"] as? String == "online")
        try village.kiosk?.terminate()
        try village.directory.write(([uptime - 1000] + times).map { "\($0)\n" }.joined(), to: "run/failed-writes")
        try village.startKiosk(environment: ["KIOSK_STORAGE_RETRY": "1"])
        try eventually("it stays up and refuses") { (try? village.status()["state"] as? String) == "degraded" }
        // The storage works, and is tried after a second.
        try eventually("it records again") { (try? village.status()["state"] as? String) == "online" }
        try village.waitUntilReady()
        try village.scan("SF1234567890123")
        try eventually("it is in") { try village.number("parcels") == 1 }
        #expect(try village.kiosk?.terminate() == 0)
    }

    @Test func `a full disk refuses new parcels loudly and takes them again when there is space`() throws {
        let village = try Village()
        try village.start()
        try village.scan("SF1234567890123")
        try eventually("one parcel is in") { try village.number("parcels") == 1 }
        try village.kiosk?.terminate()
        // More in reserve than any disk has: the same as a full one.
        try village.startKiosk(environment: ["KIOSK_STORAGE_RESERVE": "100000"])
        try village.waitUntilReady()
        let free = (try village.status()["board"] as? [String: Any])?["freebytes"] as? Int ?? 0
        try #require(free < 100_000 << 20, "this machine's disk is larger than the largest reserve")
        try village.scan("SF1234567890124")
        try eventually("it was refused for want of space") {
            (try village.status()["scans"] as? [String: Int])?["full"] == 1
        }
        #expect(try village.status()["alarms"].map { "\($0)" }?.contains("disk-reserve") == true)
        #expect(try village.number("parcels") == 1)
        // A card that nobody knows, and a refusal in words: the desk goes on answering.
        let answer = try village.kioskctl("scan", "SF1234567890125")
        #expect(answer.output.contains("存储卡满了") && answer.output.contains("the storage is full"))
        try village.kiosk?.terminate()
        try village.startKiosk()
        try village.waitUntilReady()
        try village.scan("SF1234567890124")
        try eventually("it is in") { try village.number("parcels") == 2 }
    }

    @Test func `the service manager is told that a long recovery goes on`() throws {
        let village = try Village()
        try village.startKiosk()
        try village.waitUntilReady()
        for number in 1...1100 { try village.scan("SF\(1_000_000_000_000 + number)") }
        try eventually("all are in") { try village.number("parcels") == 1100 }
        try village.kiosk?.terminate()
        // The log holds all of it too, and is no help without its beginning.
        for name in ["journal.db", "journal.db-wal"] {
            let file = try #require(FileHandle(forWritingAtPath: village.directory.file("kiosk/\(name)")))
            try file.write(contentsOf: Data(count: 100))
            try file.close()
        }
        let manager = try NotifySocket(path: village.directory.file("notify"))
        try village.startKiosk(environment: ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "400000"])
        try eventually("READY=1") { manager.heard("READY=1") }
        // Once while it counts, once while it copies.
        #expect(manager.count("EXTEND_TIMEOUT_USEC=") >= 2)
        #expect(try village.number("parcels") == 1100)
    }

    @Test func `the service manager is told of readiness and life, and of a hang by silence`() throws {
        let village = try Village()
        let manager = try NotifySocket(path: village.directory.file("notify"))
        try village.startKiosk(environment: ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "400000"])
        try eventually("READY=1") { manager.heard("READY=1") }
        try eventually("WATCHDOG=1 thrice") { manager.count("WATCHDOG=1") >= 3 }
        village.kiosk?.signal(SIGSTOP)
        manager.forget()
        // What was under way may still arrive; after that a stopped daemon is silent for longer than its watchdog allows.
        let end = Date(timeIntervalSinceNow: 1)
        var late = 0
        while Date() < end {
            late = max(late, manager.count("WATCHDOG=1"))
            usleep(10_000)
        }
        #expect(late <= 1)
        village.kiosk?.signal(SIGCONT)
        manager.forget()
        try eventually("life again") { manager.heard("WATCHDOG=1") }
        #expect(try village.kiosk?.terminate() == 0)
        try eventually("STOPPING=1") { manager.heard("STOPPING=1") }
    }
}

/// The socket that systemd would listen on.
private final class NotifySocket {
    let path: String
    private let descriptor: Int32
    private var messages: [String] = []

    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw TimedOut(description: "no notify socket: errno \(errno)") }
    }

    deinit { close(descriptor) }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: 512)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
            messages.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }

    func heard(_ words: String) -> Bool { count(words) > 0 }

    func count(_ words: String) -> Int {
        receive()
        return messages.count { $0.contains(words) }
    }

    func forget() {
        receive()
        messages = []
    }
}
