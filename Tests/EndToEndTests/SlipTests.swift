import CDevices
import Domain
import Foundation
import Harness
import TestSupport
import Testing
import Wire

/// The paper of a receipt printer that says nothing: the other end of a pty.
private final class PaperRoll {
    let path: String
    private let master: Int32
    /// Held open, so that the line stays up between two jobs.
    private let slave: Int32
    private(set) var bytes: [UInt8] = []

    init() throws {
        var name = [CChar](repeating: 0, count: 64)
        master = kiosk_pty_open(&name, name.count)
        try #require(master >= 0 && fcntl(master, F_SETFL, O_NONBLOCK) == 0)
        path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    }

    deinit {
        close(slave)
        close(master)
    }

    /// How often this is on the paper by now.
    func count(_ part: [UInt8]) -> Int {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = read(master, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
        guard bytes.count >= part.count else { return 0 }
        return (0...bytes.count - part.count).count { bytes[$0..<$0 + part.count].elementsEqual(part) }
    }

    func count(_ text: String) -> Int { count(Array(text.utf8)) }
}

@Suite struct SlipTests {
    static let cut: [UInt8] = [0x1D, 0x56, 0x42, 0x00]
    /// 共 3 件
    static let three: [UInt8] = [0xB9, 0xB2, 0x20, 0x33, 0x20, 0xBC, 0xFE]
    /// 练习
    static let practice: [UInt8] = [0xC1, 0xB7, 0xCF, 0xB0]
    /// 补打
    static let copy: [UInt8] = [0xB2, 0xB9, 0xB4, 0xF2]

    private func village(printer path: String) throws -> Village {
        try Village.withCourier(printer: "{path: \(path), width: 32}")
    }

    /// A courier hands over three parcels at the screen's desk.
    private func handOver(_ village: Village) throws {
        let parcels = (1...3).map { "SF000000000000\($0)" }
        for text in ["KB-COURIER1", "KC-BATCH-IN"] + parcels + ["KC-BATCH-CLOSE"] {
            let answer = try village.kioskctl("scan", text)
            #expect(answer.code == 0, "\(text): \(answer)")
        }
    }

    @Test func `both sides get the count on paper, and once more as a copy`() throws {
        let paper = try PaperRoll()
        let village = try village(printer: paper.path)
        try handOver(village)
        try eventually("the slip came out") { paper.count(Self.cut) == 1 }
        let closed = try #require(try village.recordedEvents().first { $0.contains("kiosk.batch.closed.v1") })
        let batch = try #require(try JSON(parsing: closed.utf8)["subject"]?.string)
        #expect(paper.count(Self.three) == 1)
        // Once as a symbol, and once in words, on two lines of 32 columns.
        #expect(paper.count(batch) == 1 && paper.count("\(batch.prefix(24))\n\(batch.suffix(12))\n") == 1)
        #expect(paper.count(Village.id) == 1)
        #expect(paper.count([0xCD, 0xF5] + Array("*".utf8)) == 1)
        #expect(paper.count(Self.practice) == 0 && paper.count(Self.copy) == 0)

        let shown = try village.kioskctl("slip", batch)
        #expect(shown.code == 0 && shown.output.contains("共 3 件") && shown.output.contains("王*"))
        #expect(shown.output.contains("开始 Begun      20"), "\(shown.output)")
        #expect(paper.count(Self.cut) == 1)
        let again = try village.kioskctl("slip", "--print", batch)
        #expect(again.code == 0 && again.output.contains("Sent."), "\(again)")
        try eventually("the copy came out") { paper.count(Self.cut) == 2 }
        #expect(paper.count(Self.copy) == 1 && paper.count(Self.three) == 2)
        #expect(try village.kioskctl("status").output.contains("\(paper.path) connected, bytes"))

        // Every answer the API has for it, for the contract.
        let socket = village.directory.file("kiosk/kioskd.sock")
        for method in ["GET", "POST"] {
            #expect(try Recorder.ask(method, "/v1/slips/\(batch)", socket: socket).status == 200)
            let nobody = try Recorder.ask(method, "/v1/slips/019e7c1f-5a00-7abc-8def-0123456789ab", socket: socket)
            #expect(nobody.status == 404 && nobody.body.contains(#""error":"no-such-slip""#))
        }
        #expect(try Recorder.ask("GET", "/v1/status", socket: socket).body.contains(#""kind":"printer""#))
        #expect(try village.kioskctl("slip", "no-id").code == 70, "nothing of that name is there")
        #expect(try village.kioskctl("slip", "no id").code == 64)
    }

    @Test func `the slip of practice says that it does not count, and the record knows nothing of it`() throws {
        let paper = try PaperRoll()
        let village = try village(printer: paper.path)
        #expect(try village.kioskctl("practice", "on").code == 0)
        try handOver(village)
        try eventually("the slip came out") { paper.count(Self.cut) == 1 }
        #expect(paper.count(Self.practice) == 2)
        #expect(paper.count(Self.three) == 1)
        #expect(try !village.recordedEvents().contains { $0.contains("kiosk.batch") })
    }

    @Test func `a slip that did not come out is told, and the hand-over counts all the same`() throws {
        let village = try village(printer: "/dev/no-such-printer")
        try handOver(village)
        try eventually("the log tells it") {
            village.kiosk?.logText.contains("a slip was not printed; it waits") == true
        }
        #expect(village.kiosk?.logText.contains("no such device") == true)
        let status = try village.kioskctl("status").output
        #expect(status.contains("/dev/no-such-printer not connected: no such device"), "\(status)")
        try village.waitUntilDelivered()
        let closed = try #require(try village.storedEvents().first { $0.contains("kiosk.batch.closed.v1") })
        let batch = try #require(try JSON(parsing: closed.utf8)["subject"]?.string)
        let again = try village.kioskctl("slip", "--print", batch)
        #expect(again.code == 0 && again.output.contains("It waits for the printer: no such device"), "\(again)")
        let socket = village.directory.file("kiosk/kioskd.sock")
        #expect(try Recorder.ask("POST", "/v1/slips/\(batch)", socket: socket).body.contains("waiting"))
        let prints = try village.kioskctl("prints").output
        #expect(
            prints.contains("hand-over") && prints.contains("waiting") && prints.contains("no such device"), "\(prints)"
        )
        #expect(try village.kioskctl("status").output.contains("slips-wait"))
    }
}
