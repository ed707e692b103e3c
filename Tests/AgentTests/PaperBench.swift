import Board
import Domain
import Foundation
import Journal
import LabDevices
import Logging
import Receipts
import Synchronization
import TestSupport
import Testing

@testable import Devices
@testable import KioskAgent

/// A journal with its print queue and a printer on a pty, without the rest of the daemon.
final class PaperBench {
    static let cut: [UInt8] = [0x1D, 0x56, 0x42, 0x00]
    /// 补打
    static let copy: [UInt8] = [0xB2, 0xB9, 0xB4, 0xF2]
    static let kiosk = KioskID("k1310020007")!

    let directory: String
    let journal: Journal
    let paper: SimulatedPrinter
    let printer: Printer
    let queue: PrintQueue
    private var work: Task<Void, any Error>?

    /// - Parameter directory: of a journal that may be there already.
    init(_ directory: String, _ condition: SimulatedPrinter.Condition, printing: Int64 = 200) throws {
        self.directory = directory
        let configuration = Journal.Configuration(
            directory: directory, kiosk: Self.kiosk, reserveBytes: 0, bootID: "boot-1", now: { BoardClock.now })
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        journal = try Journal.open(configuration, logger: quiet, onFailure: { Issue.record("\($0)") })
        paper = try SimulatedPrinter(condition)
        let box = Box()
        let settings = PrinterConfiguration(path: paper.path, columns: 32)
        printer = Printer(
            settings, pace: Printer.Timeouts(blocked: 300, answer: 200, printing: printing, look: 50), logger: quiet,
            onChange: { box.queue.withLock { $0 }?.printerChanged() })
        queue = PrintQueue(
            journal: journal, practice: Practice(configuration: configuration, logger: quiet), printer: printer,
            source: SlipSource(kiosk: Self.kiosk), ink: SlipInk(printer: settings), logger: quiet, onObstacle: {})
        box.queue.withLock { [queue] in $0 = queue }
    }

    private final class Box: Sendable {
        let queue = Mutex<PrintQueue?>(nil)
    }

    func start() {
        printer.start()
        work = Task { [queue] in try await queue.run() }
    }

    func stop() {
        printer.stop()
        work?.cancel()
        journal.close()
    }

    /// A hand-over that ends, with its paper, in one transaction.
    @discardableResult
    func handOver(_ batch: String, scanned: Int64 = 1) throws -> Event {
        var generator = SystemRandomNumberGenerator()
        let draft = EventDraft(
            id: .make(at: BoardClock.now.wall, using: &generator), type: .batchClosed, subject: batch,
            now: BoardClock.now, bootID: "boot-1", actor: nil,
            data: (["kind": "delivery", "courier": "p-2", "scanned": .integer(scanned)] as JSON).canonical)
        let event = try journal.record { transaction in
            let event = try transaction.record(draft)
            try transaction.enqueuePrints(of: event)
            return event
        }
        queue.wake()
        return event
    }

    func jobs() async throws -> [PrintJob] { try await journal.look { try $0.prints(limit: 1000) }.reversed() }

    func wait(_ what: String, within limit: Duration = .seconds(20), _ condition: () async throws -> Bool) async throws
    {
        let end = ContinuousClock.now + limit
        while try await !condition() {
            guard ContinuousClock.now < end else { throw TimedOut(description: what) }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// The journal as a power cut at this moment leaves it.
    func snapshot(to place: String) throws {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) where !name.hasSuffix("lock") {
            let from = directory + "/" + name
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: from, isDirectory: &isDirectory), !isDirectory.boolValue else {
                continue
            }
            try FileManager.default.copyItem(atPath: from, toPath: place + "/" + name)
        }
    }
}
