import Domain
import Foundation
import Harness
import TestSupport
import Testing

/// A card that takes its time: each fdatasync of the program is held up for seconds, as old cards do.
@Suite struct SlowCardTests {
    /// Three seconds are long beside what a person does in between, and beside what this test measures.
    static let delay = 3.0

    private let market: Market
    private let strace: ChildProgram

    init() throws {
        market = try Market()
        try market.choose()
        let kiosk = try #require(market.village.kiosk)
        strace = try ChildProgram(
            "/usr/bin/strace",
            [
                "-f", "-qq", "-o", market.village.directory.file("strace"), "-e", "trace=fdatasync", "-e",
                "inject=fdatasync:delay_enter=\(Int(Self.delay * 1_000_000))", "-p", "\(kiosk.id)",
            ], log: market.village.directory.file("strace.log"))
        try eventually("strace holds every thread of it") {
            let tasks = "/proc/\(kiosk.id)/task"
            return try FileManager.default.contentsOfDirectory(atPath: tasks).allSatisfy {
                let status = try String(contentsOfFile: "\(tasks)/\($0)/status", encoding: .utf8)
                return status.contains("TracerPid:\t\(strace.id)\n")
            }
        }
    }

    private var isReceived: Bool { market.village.kiosk?.logText.contains("parcel received") ?? false }

    /// Confirms while the card writes a parcel, then does something to the scale.
    /// - Returns: the answer, and when it was asked for.
    private func confirm(then change: () throws -> Void) throws -> (answer: JSON, pressed: Date, after: Double) {
        try market.lay(10_000)
        try market.village.scan("SF1234567890123")
        // It is at the card now.
        Thread.sleep(forTimeInterval: 0.5)
        #expect(!isReceived)
        let pressed = Date()
        let crate = Asked { try market.said("KC-RECORD") }
        Thread.sleep(forTimeInterval: 0.3)
        try change()
        let answer = try crate.answer()
        let after = Date().timeIntervalSince(pressed)
        #expect(isReceived)
        return (answer, pressed, after)
    }

    @Test func `what lay on the scale when it was confirmed is recorded, with the time of that`() throws {
        let (answer, pressed, after) = try confirm {}
        #expect(answer["word"] == "weighed" && answer["goods"]?["gross"] == 10_000, "\(answer.canonicalText)")
        // The first commit held it up, and its own.
        #expect(after > Self.delay)
        let event = try JSON(parsing: #require(try market.village.recordedEvents().last).utf8)
        let time = try #require(event["time"]?.string.flatMap { Timestamp($0) })
        #expect(abs(Double(time.milliseconds) / 1000 - pressed.timeIntervalSince1970) < 1)
        strace.kill()
    }

    @Test func `a load that was exchanged meanwhile is refused, and nothing is recorded of it`() throws {
        let (answer, _, _) = try confirm { market.scale.lay(20_000, isStable: true) }
        #expect(answer["word"] == "scale" && answer["reason"] == "scale-exchanged", "\(answer.canonicalText)")
        #expect(try market.weighIns().isEmpty)
        strace.kill()
    }
}

/// A request on a thread of its own.
private final class Asked: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let lock = NSLock()
    private var result: Result<JSON, any Error>?

    init(_ body: @escaping @Sendable () throws -> JSON) {
        Thread.detachNewThread { [self] in
            let result = Result { try body() }
            lock.withLock { self.result = result }
            done.signal()
        }
    }

    func answer() throws -> JSON {
        #expect(done.wait(timeout: .now() + 30) == .success)
        return try #require(lock.withLock { result }).get()
    }
}
