import Board
public import Domain
import Glibc
import Harness
import LocalAPIClient
import LocalAPIModel

/// Plays a day on real parts and balances it in the evening.
public final class ParcelDayRunner {
    public struct Report: Sendable {
        public var seed: UInt64
        public var parcels: Int
        public var scans: Int
        public var events: Int
        public var messages: Int
        public var milliseconds: Int64
        public var states: [Reconciliation.Row]
        public var types: [Reconciliation.Row]
        /// Empty if and only if the account matches to the parcel.
        public var differences: [String]

        public var json: JSON {
            func rows(_ rows: [Reconciliation.Row]) -> JSON {
                .array(
                    rows.map {
                        [
                            "name": .string($0.name), "paper": .integer(Int64($0.paper)),
                            "kiosk": .integer(Int64($0.kiosk)), "center": .integer(Int64($0.center)),
                        ]
                    })
            }
            return [
                "seed": .integer(Int64(truncatingIfNeeded: seed)), "parcels": .integer(Int64(parcels)),
                "scans": .integer(Int64(scans)), "events": .integer(Int64(events)),
                "messages": .integer(Int64(messages)), "milliseconds": .integer(milliseconds),
                "states": rows(states), "types": rows(types), "matches": .boolean(differences.isEmpty),
                "differences": .array(differences.map { .string($0) }),
            ]
        }
    }

    /// An answer was not the expected one; the day cannot go on.
    public struct ScenarioFailure: Error, CustomStringConvertible {
        public let description: String
    }

    private let day: Day
    private let stage: TestEnvironment
    private let paceMilliseconds: Int
    private let say: (String) -> Void
    /// The codes that the point gave, each with its parcel, and every one it ever gave.
    private var codes: [String: String] = [:]
    private var everyCode: Set<String> = []
    /// Parcels that were called saved before a power cut.
    private var saved: Set<String> = []
    private var generator: SeededGenerator

    /// A scanner answers within this time, whatever else the machine does.

    /// - Parameters:
    ///   - directory: empty, and short enough for a socket's path.
    ///   - programs: where kioskd and kiosk-center lie.
    ///   - pace: a pause before each scan, for people who watch.
    public init(
        _ day: Day, directory: String, programs: String, paceMilliseconds: Int, say: @escaping (String) -> Void
    ) throws {
        self.day = day
        self.paceMilliseconds = paceMilliseconds
        self.say = say
        generator = SeededGenerator(seed: day.seed &+ 1)
        guard unsafe access(BrokerProcess.executable, X_OK) == 0 else {
            throw ScenarioFailure(description: "there is no \(BrokerProcess.executable); apt-get install mosquitto")
        }
        stage = try TestEnvironment(directory: directory, programs: programs, day: day)
    }

    /// - Throws: at the first answer that is not the expected one, and when a part does not do its work in time.
    public func run() throws -> Report {
        let start = BoardClock.uptime
        let personal = day.personal.union(day.secrets)
        try stage.start(watch: LeakDetector(words: personal.union(day.practised)))
        defer { stage.stop() }
        for phase in day.phases {
            say("\(phase.time)  \(phase.title)")
            for (number, step) in phase.steps.enumerated() {
                do {
                    try play(step)
                } catch {
                    throw ScenarioFailure(description: "\(phase.time) \(phase.title), step \(number + 1): \(error)")
                }
            }
        }
        let balance = try Reconciliation(day, stage.sides(of: day))
        let events = try stage.client.asked(.get, "/v1/status").value(LocalStatus.self).head ?? 0
        let heard = stage.endListening()
        stage.stop()
        var differences = balance.differences + heard.leaks
        // In the log a code is a secret too; in an event, for the center, it is not.
        differences += stage.leaks(LeakDetector(words: personal.union(everyCode)))
        if heard.messages == 0 { differences.append("the recorder heard nothing, so nobody knows what was sent") }
        return Report(
            seed: day.seed, parcels: day.expectedStates.count, scans: day.scanCount, events: Int(events),
            messages: heard.messages, milliseconds: BoardClock.uptime - start, states: balance.states,
            types: balance.events, differences: differences)
    }

    // MARK: Steps

    private func play(_ step: Day.Step) throws {
        switch step {
        case .scan(let scan): try play(scan)
        case .burst(let scans):
            for scan in scans { try send(scan) }
            for scan in scans { try check(scan.answer, scan, next()) }
        case .powerCut(let scans, let answers): try cutPower(scans, after: answers)
        case .heard(let expected): try check(expected, nil, next())
        case .sendDocuments: try stage.sendDocuments(of: day)
        case .loseBroker: stage.loseBroker()
        case .returnBroker: try stage.startBroker()
        case .deliver: try stage.deliver()
        }
    }

    private func play(_ scan: Day.Scan) throws {
        if scan.reader == .screen {
            let answer = try stage.client.asked(
                .post, "/v1/desks/screen/scan", body: ScanRequest(text: text(scan.text)))
            return try check(scan.answer, scan, answer.value(JSON.self))
        }
        try send(scan)
        try check(scan.answer, scan, next())
    }

    private func send(_ scan: Day.Scan) throws {
        if paceMilliseconds > 0 { usleep(UInt32(paceMilliseconds) * 1000) }
        try stage.send(Array(text(scan.text).utf8), from: scan.reader)
    }

    private func text(_ text: Day.Scan.Text) throws -> String {
        switch text {
        case .plain(let text): return text
        case .code(let subject):
            guard let code = codes[subject] else { throw ScenarioFailure(description: "\(subject) was given no code") }
            return code
        case .wrongCode:
            while true {
                let code = "A-1-" + String(String(10_000 + Int.random(in: 0..<10_000, using: &generator)).dropFirst())
                if !everyCode.contains(code) { return code }
            }
        }
    }

    /// The next thing that is said at the scanner's desk.
    private func next() throws -> JSON {
        while let outcome = try stage.nextOutcome() {
            guard outcome["scanner"]?.string != "screen" else { continue }
            learn(outcome)
            return outcome
        }
        throw ScenarioFailure(description: "kioskd has ended its stream of answers")
    }

    private func learn(_ answer: JSON) {
        guard let code = answer["code"]?.string, answer["practice"]?.boolean != true else { return }
        everyCode.insert(code)
        if let subject = answer["subject"]?.string { codes[subject] = code }
    }

    private func check(_ expected: ExpectedAnswer, _ scan: Day.Scan?, _ answer: JSON) throws {
        if let complaint = expected.complaint(about: answer) {
            throw ScenarioFailure(description: "\(scan.map { "\($0.text)" } ?? "nothing was scanned"): \(complaint)")
        }
        // "Received" now of what was called saved before would mean that it was lost.
        guard let subject = answer["subject"]?.string, saved.remove(subject) != nil else { return }
        guard answer["word"]?.string == "already" else {
            throw ScenarioFailure(
                description: "\(subject) was called saved before the power cut, and was gone after it")
        }
    }

    private func cutPower(_ scans: [Day.Scan], after answers: Int) throws {
        for scan in scans { try send(scan) }
        for _ in 0..<answers { heard(try next()) }
        stage.killKiosk()
        // Said before the end, and not read yet.
        while let outcome = try stage.nextOutcome() { heard(outcome) }
        try stage.startKiosk()
        say("       \(saved.count) of \(scans.count) were called saved when the power went")
    }

    private func heard(_ outcome: JSON) {
        guard outcome["word"]?.string == "received", let subject = outcome["subject"]?.string else { return }
        saved.insert(subject)
    }
}
