import Foundation
import LabDevices
import Logging
import Receipts
import Synchronization
import TestSupport
import Testing

@testable import Devices

@Suite(.timeLimit(.minutes(1)))
struct `A receipt printer` {
    static let quick = Printer.Timeouts(blocked: 300, answer: 100, printing: 200, look: 600_000)
    /// A real slip, so that every command of it crosses the line.
    static let slip = Slip([
        .text("交接单", size: .double, alignment: .center, isBold: true), .rule, .row("数量 Count", "3"),
        .symbol("019e7c1f-5a00-7abc-8def-0123456789ab"), .text("乗㐂é…"), .feed(2), .cut,
    ])

    let bench: DeviceFixture
    let changes = Counter()

    init() throws {
        bench = try DeviceFixture()
    }

    final class Counter: Sendable {
        private let number = Mutex(0)
        var value: Int { number.withLock { $0 } }
        func count() { number.withLock { $0 += 1 } }
    }

    func job() throws -> [UInt8] {
        let encoding = try #require(GB18030())
        return EscPos.bytes(Self.slip, width: 32) { encoding.encode($0) }
    }

    func printer(_ path: String, _ pace: Printer.Timeouts = quick) -> Printer {
        Printer(
            PrinterConfiguration(path: path, columns: 32), pace: pace,
            logger: Logger(label: "printer") { [log = bench.log] _ in log },
            onChange: { [changes] in changes.count() })
    }

    func print(_ bytes: [UInt8], on printer: Printer) async -> Printer.PrintResult {
        await withCheckedContinuation { continuation in
            printer.print(bytes) { continuation.resume(returning: $0) }
        }
    }

    @Test func `that answers prints exactly the job and says so`() async throws {
        let paper = try SimulatedPrinter(.fine, noise: [0x11, 0x13, 0x41])
        let printer = printer(paper.path)
        printer.start()
        defer { printer.stop() }
        let bytes = try job()
        #expect(await print(bytes, on: printer) == .printed)
        #expect(paper.printed == bytes)
        #expect(printer.peripheral.connected && printer.peripheral.problem == nil)
        #expect(printer.peripheral.counters["slips"] == 1 && printer.peripheral.counters["bytes"] == bytes.count)
        #expect(await print(bytes, on: printer) == .printed)
        #expect(paper.printed == bytes + bytes)
    }

    @Test(arguments: [("paper is out", SimulatedPrinter.Condition.paperOut), ("the cover is open", .coverOpen)])
    func `that cannot print gets no job, says why, and prints the next when it was mended`(
        _ problem: String, _ condition: SimulatedPrinter.Condition
    ) async throws {
        let paper = try SimulatedPrinter(condition)
        let printer = printer(paper.path)
        printer.start()
        defer { printer.stop() }
        // Before anybody wants a slip.
        #expect(try await eventually { printer.peripheral.problem == problem })
        #expect(printer.peripheral.connected)
        let bytes = try job()
        #expect(await print(bytes, on: printer) == .notPrinted(problem))
        #expect(paper.printed.isEmpty)
        #expect(printer.peripheral.counters["faults"] == 1)
        #expect(bench.log.lines.contains { $0.contains("warning: printer not usable: \(problem)") })
        let before = changes.value
        paper.become(.fine)
        #expect(await print(bytes, on: printer) == .printed)
        #expect(printer.peripheral.problem == nil && changes.value == before + 1)
        #expect(paper.printed == bytes)
    }

    @Test func `that never answers gets the job, and nothing is claimed of it`() async throws {
        let paper = try SimulatedPrinter(.silent)
        let printer = printer(paper.path)
        printer.start()
        defer { printer.stop() }
        let bytes = try job()
        #expect(await print(bytes, on: printer) == .sent)
        #expect(try await eventually { paper.printed == bytes })
        #expect(printer.peripheral.connected && printer.peripheral.problem == nil)
    }

    @Test func `whose paper ends in the middle has not printed`() async throws {
        var condition = SimulatedPrinter.Condition.fine
        condition.afterwards = 0x0C
        let paper = try SimulatedPrinter(condition)
        let printer = printer(paper.path)
        printer.start()
        defer { printer.stop() }
        #expect(await print(try job(), on: printer) == .torn("the paper ran out before the end"))

        // One that says nothing more until there is paper again, but still answers in real time.
        condition = .fine
        condition.afterwards = nil
        condition.answersAfterwards = SimulatedPrinter.Condition.paperOut.answers
        paper.become(condition)
        #expect(await print(try job(), on: printer) == .torn("paper is out"))
        // And one that just does not know the question.
        condition.answersAfterwards = nil
        condition.answers = SimulatedPrinter.Condition.fine.answers
        paper.become(condition)
        #expect(await print(try job(), on: printer) == .sent)
    }

    @Test func `is given the first byte only after it was written down that it may print`() async throws {
        let paper = try SimulatedPrinter(.paperOut)
        let printer = printer(paper.path)
        printer.start()
        defer { printer.stop() }
        let bytes = try job()
        let begun = Counter()
        func attempt(_ isWanted: Bool) async -> Printer.PrintResult {
            await withCheckedContinuation { continuation in
                printer.print(bytes) {
                    // Nothing is on the paper yet, and the printer has been asked.
                    #expect(paper.printed.isEmpty && paper.questions >= 3)
                    begun.count()
                    return isWanted
                } then: {
                    continuation.resume(returning: $0)
                }
            }
        }
        // What does not print never begins.
        #expect(await attempt(true) == .notPrinted("paper is out"))
        #expect(begun.value == 0)
        paper.become(.fine)
        #expect(await attempt(false) == .withdrawn)
        #expect(begun.value == 1 && paper.printed.isEmpty && printer.peripheral.counters["slips"] == nil)
        #expect(await attempt(true) == .printed)
        #expect(begun.value == 2 && paper.printed == bytes)
    }

    @Test func `whose paper is nearly out prints, and says so`() async throws {
        let paper = try SimulatedPrinter(.paperLow)
        let printer = printer(paper.path)
        printer.start()
        defer { printer.stop() }
        #expect(try await eventually { printer.peripheral.problem == "paper is nearly out" })
        #expect(await print(try job(), on: printer) == .printed)
        #expect(printer.peripheral.connected && printer.peripheral.problem == "paper is nearly out")
        #expect(bench.log.lines.contains { $0.contains("warning: the printer's paper is nearly out") })
        paper.become(.fine)
        #expect(await print(try job(), on: printer) == .printed)
        #expect(printer.peripheral.problem == nil)
    }

    @Test func `that is unplugged says so, and prints when it is back`() async throws {
        let printer = printer(bench.path("printer"))
        printer.start()
        defer { printer.stop() }
        #expect(try await eventually { printer.peripheral.problem == "no such device" })
        #expect(await print(try job(), on: printer) == .notPrinted("no such device"))
        let paper = try SimulatedPrinter(.fine)
        try FileManager.default.createSymbolicLink(atPath: bench.path("printer"), withDestinationPath: paper.path)
        #expect(await print(try job(), on: printer) == .printed)
        try bench.unplug("printer")
        #expect(await print(try job(), on: printer) == .notPrinted("no such device"))
        #expect(!printer.peripheral.connected)
    }

    @Test func `that takes nothing any more is offline after its time, and the next job begins afresh`() async throws {
        // Nobody reads the other end.
        let line = try Pty()
        let printer = printer(line.path)
        printer.start()
        defer { printer.stop() }
        let begin = ContinuousClock.now
        let long = [UInt8](repeating: 0x41, count: 200_000)
        #expect(await print(long, on: printer) == .torn("offline: it takes no data"))
        #expect(ContinuousClock.now - begin >= .milliseconds(300))
        #expect(printer.peripheral.connected && printer.peripheral.problem == "offline: it takes no data")
    }

    @Test func `is given sixteen jobs and no more, and each is told what became of it`() async throws {
        let line = try Pty()
        let printer = printer(
            line.path, Printer.Timeouts(blocked: 600_000, answer: 600_000, printing: 1, look: 600_000))
        let outcomes = Mutex<[Printer.PrintResult]>([])
        let bytes = try job()
        for _ in 0..<20 { printer.print(bytes) { outcome in outcomes.withLock { $0.append(outcome) } } }
        #expect(outcomes.withLock { $0 } == Array(repeating: .notPrinted("too many slips wait already"), count: 4))
        printer.start()
        // Although the printer would be waited for for ten minutes, which the suite's time limit does not allow.
        printer.stop()
        #expect(outcomes.withLock { $0.count } == 20)
        #expect(outcomes.withLock { $0.suffix(16).allSatisfy { $0 == .notPrinted("kioskd stops") } })
        #expect(await print(bytes, on: printer) == .notPrinted("kioskd stops"))
    }

    @Test func `is never a file, which might be the journal`() async throws {
        let path = bench.path("journal.db")
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        let printer = printer(path)
        printer.start()
        defer { printer.stop() }
        #expect(await print(try job(), on: printer) == .notPrinted("not a device"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }

    @Test func `may be a FIFO, which nobody can ask`() async throws {
        try bench.makeFIFO("printer")
        let reader = open(bench.path("printer"), O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let printer = printer(bench.path("printer"))
        printer.start()
        defer { printer.stop() }
        let bytes = try job()
        #expect(await print(bytes, on: printer) == .sent)
        var buffer = [UInt8](repeating: 0, count: 4096)
        #expect(Array(buffer[..<read(reader, &buffer, buffer.count)]) == bytes)
    }

    @Test func `is looked at again while nobody prints`() async throws {
        let paper = try SimulatedPrinter(.fine)
        var pace = Self.quick
        pace.look = 20
        let printer = printer(paper.path, pace)
        printer.start()
        defer { printer.stop() }
        #expect(try await eventually { printer.peripheral.connected })
        paper.become(.paperOut)
        #expect(try await eventually { printer.peripheral.problem == "paper is out" })
        paper.become(.fine)
        #expect(try await eventually { printer.peripheral.problem == nil })
        #expect(paper.printed.isEmpty)
    }
}

@Suite struct `Chinese text for printers` {
    @Test(
        arguments: [
            ("净重", [[0xBE, 0xBB], [0xD6, 0xD8]]), ("斤", [[0xBD, 0xEF]]), ("两", [[0xC1, 0xBD]]),
            ("公斤", [[0xB9, 0xAB], [0xBD, 0xEF]]), ("取件码", [[0xC8, 0xA1], [0xBC, 0xFE], [0xC2, 0xEB]]),
            ("㐂", [[0x81, 0x39, 0xEF, 0x31]]), ("A", [[0x41]]), ("□", [[0xA1, 0xF5]]), ("…", [[0xA1, 0xAD]]),
        ] as [(String, [[UInt8]])])
    func `has the bytes of GB18030`(_ text: String, _ bytes: [[UInt8]]) throws {
        let encoding = try #require(GB18030())
        #expect(text.unicodeScalars.map { encoding.encode($0) } == bytes.map { $0 })
    }

    @Test func `has for every character one, two or four bytes, and never a control character in them`() throws {
        let encoding = try #require(GB18030())
        var wrong: [UInt32] = []
        for value in UInt32(0x80)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), let bytes = encoding.encode(scalar) else { continue }
            if ![1, 2, 4].contains(bytes.count) || bytes.contains(where: { $0 < 0x30 }) { wrong.append(value) }
        }
        #expect(wrong.isEmpty)
    }
}
