import Board
public import Domain
import Glibc
import Harness
import LabDevices
import LocalAPIClient
import LocalAPIModel
import Phrases
import ScaleProtocols
import Wire
import Workflow

/// Plays a day of weighing on real programs and pseudo-terminals, and balances it in the evening.
public final class WeighDayRunner {
    public struct Report: Sendable {
        public var seed: UInt64
        public var scans: Int
        public var scales: [String]
        public var incidents: [String: Int]
        public var events: Int
        public var messages: Int
        public var milliseconds: Int64
        /// Of the crates at which kioskd was killed: those that it had saved.
        public var killed: (all: Int, saved: Int) = (0, 0)
        public var balance: WeighBalance
        /// Empty if and only if every account says the same, to the gram and the fen.
        public var differences: [String]

        public var json: JSON {
            func json(_ totals: WeighTotals?) -> JSON {
                guard let totals else { return .null }
                return [
                    "crates": .integer(totals.crates), "net": .integer(totals.net), "amount": .integer(totals.fen),
                    "unpriced": .integer(totals.unpriced), "voided": .integer(totals.voided),
                    "voidednet": .integer(totals.voidedNet), "voidedamount": .integer(totals.voidedFen),
                ]
            }
            return [
                "seed": .integer(Int64(truncatingIfNeeded: seed)), "scans": .integer(Int64(scans)),
                "scales": .array(scales.map { .string($0) }), "events": .integer(Int64(events)),
                "messages": .integer(Int64(messages)), "milliseconds": .integer(milliseconds),
                "incidents": .object(incidents.mapValues { .integer(Int64($0)) }),
                "killed": ["all": .integer(Int64(killed.all)), "saved": .integer(Int64(killed.saved))],
                "farmers": .array(
                    balance.lines.map {
                        [
                            "farmer": .string($0.farmer), "paper": json($0.paper), "slips": json($0.slips),
                            "kiosk": json($0.kiosk), "center": json($0.center), "events": json($0.events),
                        ]
                    }),
                "matches": .boolean(differences.isEmpty),
                "differences": .array(differences.map { .string($0) }),
            ]
        }
    }

    private let day: WeighDay
    private let stage: TestEnvironment
    private let say: (String) -> Void
    private let load = SimulatedLoad(grams: 0)
    private let printer: SimulatedPrinter
    private var scale: PtyScale?
    private var isRunning = false
    /// `KW-3f9a1c-`, once the first crate has been recorded.
    private var journal: String?
    /// Was "recorded" heard for the crate at which kioskd was killed?
    private var wasHeard = false
    private var killed: (all: Int, saved: Int) = (0, 0)

    /// A scale that talks seven times a second would make the day long and prove nothing more.
    private static let frameMilliseconds = 40

    /// - Parameters:
    ///   - directory: empty, and short enough for a socket's path.
    ///   - programs: where kioskd, kiosk-center and kioskctl lie.
    public init(_ day: WeighDay, directory: String, programs: String, say: @escaping (String) -> Void) throws {
        self.day = day
        self.say = say
        guard unsafe access(BrokerProcess.executable, X_OK) == 0 else {
            throw ParcelDayRunner.ScenarioFailure(
                description: "there is no \(BrokerProcess.executable); apt-get install mosquitto")
        }
        printer = try SimulatedPrinter(.fine, link: directory + "/printer")
        stage = try TestEnvironment(
            directory: directory, programs: programs,
            options: TestEnvironment.EnvironmentOptions(settings: Self.settings))
    }

    private static let settings = """
        produce:
          check: {grams: \(WeighDayWriter.reference), tolerance: \(WeighDayWriter.tolerance)}
        """

    /// - Throws: at the first answer that is not the expected one, and when a part does not do its work in time.
    public func run() throws -> Report {
        let start = BoardClock.uptime
        try stage.startCenter(watch: LeakDetector(words: day.secrets))
        defer {
            stage.stop()
            scale?.takeAway()
        }
        for phase in day.phases {
            say(phase.title)
            for (number, step) in phase.steps.enumerated() {
                do {
                    try play(step)
                } catch {
                    let trouble = scale?.problem.map { "; the scale: \($0)" } ?? ""
                    throw ParcelDayRunner.ScenarioFailure(
                        description: "\(phase.title), step \(number + 1): \(error)\(trouble)")
                }
            }
        }
        let sides = try WeighSides(stage, day)
        let slips = PrintedSlipReader(try PrintedSlip.read(printer.printed))
        let names = Dictionary(day.roster.people.filter { $0.roles.contains(.farmer) }.map { ($0.id, $0.name) }) {
            first, _ in first
        }
        let balance = WeighBalance(day.paper, sides, slips, names: names)
        let unproved = doubts(slips.proofs)
        let heard = stage.endListening()
        stage.stop()
        let watch = LeakDetector(words: day.secrets)
        var differences = balance.differences + Reconciliation.leaks(watch, sides.centerEvents) + heard.leaks
        differences += stage.leaks(watch) + unproved
        if heard.messages == 0 { differences.append("the recorder heard nothing, so nobody knows what was sent") }
        return Report(
            seed: day.seed, scans: day.scanCount, scales: WeighMarket.scales(seed: day.seed).map(\.profile),
            incidents: day.incidents, events: sides.centerEvents.count, messages: heard.messages,
            milliseconds: BoardClock.uptime - start, killed: killed, balance: balance, differences: differences)
    }

    // MARK: Steps

    private func play(_ step: WeighDay.Step) throws {
        switch step {
        case .scan(let scan):
            try send(scan)
            try check(scan, next())
        case .burst(let scans):
            for scan in scans { try send(scan) }
            for scan in scans { try check(scan, next()) }
        case .put(let grams): load.put(grams: grams)
        case .swing(let grams): load.swing(around: grams, by: 500)
        case .fail(let fault): load.fail(fault)
        case .press(let key): load.press(key)
        case .see(let sight): try Polling.wait("the scale is seen: \(sight)", seconds: 20) { try see(sight) }
        case .change(let scale): try change(to: scale)
        case .killWhileRecording(let microseconds): try killWhileRecording(microseconds)
        case .kill:
            stage.killKiosk()
            try stage.startKiosk()
        case .powerCut:
            stage.loseBroker()
            stage.killKiosk()
            try stage.startBroker()
            try stage.startKiosk()
        case .loseBroker: stage.loseBroker()
        case .returnBroker: try stage.startBroker()
        case .sendRoster: try sendRoster()
        case .sendCatalog(let catalog): try send(catalog)
        case .printer(let condition): printer.become(condition)
        case .deliver: try stage.deliver()
        case .printAccounts: try printAccounts()
        }
    }

    private func send(_ scan: WeighDay.Scan) throws {
        let text: String
        switch scan.text {
        case .plain(let plain): text = plain
        case .receipt(let crate): text = try numbered(WeighIn.Number.prefix, crate)
        case .payment(let payment): text = try numbered(Payment.Number.prefix, payment)
        }
        try stage.send(Array(text.utf8), from: .scanner)
    }

    private func numbered(_ prefix: String, _ count: Int) throws -> String {
        guard let journal else { throw ParcelDayRunner.ScenarioFailure(description: "there is no number yet") }
        return prefix + journal.dropFirst(prefix.count).description + String(1_000_000 + count).dropFirst().description
    }

    private func next() throws -> JSON {
        while let outcome = try stage.nextOutcome() {
            if outcome["scanner"]?.string != "screen" { return outcome }
        }
        throw ParcelDayRunner.ScenarioFailure(description: "kioskd has ended its stream of answers")
    }

    private func check(_ scan: WeighDay.Scan, _ answer: JSON) throws {
        if let complaint = scan.answer.complaint(about: answer) {
            throw ParcelDayRunner.ScenarioFailure(description: "\(scan.text): \(complaint)")
        }
        let isRecorded = answer["word"]?.string == "weighed"
        if isRecorded, journal == nil, let number = answer["subject"]?.string {
            journal = number.split(separator: "-").dropLast().joined(separator: "-") + "-"
        }
        // The crate at which kioskd was killed is the only one that may be recorded or lie there recorded already.
        guard scan.answer.words == [.weighed, .scale] else { return }
        if !isRecorded { killed.saved += 1 }
        guard !(isRecorded && wasHeard) else {
            throw ParcelDayRunner.ScenarioFailure(
                description: "a crate was called recorded before the crash, and was gone after it")
        }
    }

    private func killWhileRecording(_ microseconds: UInt32) throws {
        killed.all += 1
        wasHeard = false
        try stage.send(Array(DeskCommand.record.text.utf8), from: .scanner)
        usleep(microseconds)
        stage.killKiosk()
        // Said before the end, and not read yet.
        while let outcome = try stage.nextOutcome() {
            if outcome["word"]?.string == "weighed" { wasHeard = true }
        }
        try stage.startKiosk()
    }

    // MARK: The scale

    private func change(to scale: WeighDay.Scale) throws {
        if isRunning { stage.stopKiosk() }
        self.scale?.takeAway()
        load.put(grams: 0)
        let link = stage.directory + "/scale"
        self.scale = PtyScale(
            try SimulatedScale(scale.protocolName, options: scale.options), link: link, load: load,
            interval: .milliseconds(Self.frameMilliseconds))
        var options = TestEnvironment.EnvironmentOptions(settings: Self.settings)
        // Of a pseudo-terminal the line's bits are always eight; the profile may ask for seven.
        options.scale =
            "{path: \(link), profile: \(scale.profile), line: 8N1, stability: {frames: 3, milliseconds: 300}, "
            + "identity: {serial: L1, maximum: 60000, minimum: \(WeighDayWriter.minimum), interval: \(scale.interval)}}"
        // A narrow roll and a wide one by turns: what does not fit stands on lines of its own.
        options.printer = "{path: \(printer.path), text: gb18030, width: \(scale.saysRest ? 32 : 48)}"
        try stage.configure(options)
        try stage.startKiosk()
        isRunning = true
        try Polling.wait("the scale is seen empty", seconds: 20) { try see(.empty) }
    }

    private func see(_ sight: WeighDay.Sight) throws -> Bool {
        let status = try stage.client.asked(.get, "/v1/status").value(LocalStatus.self)
        let scale = status.scale
        let grams = scale?.weight?.grams
        let isAtRest = scale?.stability == .stable || scale?.stability == .inferredStable
        switch sight {
        case .rest(let wanted): return grams == wanted && isAtRest
        case .moving: return scale != nil && !isAtRest
        case .over: return scale?.range == .over
        case .negative: return scale?.range == .under || (grams ?? 0) < 0
        case .empty: return grams == 0
        case .nothing: return scale == nil
        case .unplugged:
            return status.devices.contains { $0.kind == "scale" && !$0.isConnected }
        }
    }

    // MARK: Paper

    private func printAccounts() throws {
        for person in day.roster.people where person.roles.contains(.farmer) {
            _ = try stage.command("kioskctl", ["slip", person.id, "--kind", "statement", "--print"])
        }
        try Polling.wait("all papers are out", seconds: 90) {
            try stage.client.asked(.get, "/v1/prints?limit=300").lines(ShownPrintJob.self).allSatisfy {
                !$0.state.isOpen
            }
        }
    }

    /// The codes on the slips that do not prove a record, at the point or at the center.
    private func doubts(_ proofs: Set<String>) -> [String] {
        let names = ["kioskctl", "kiosk-center"]
        guard !proofs.isEmpty else { return ["no slip has a code that proves a record"] }
        return proofs.sorted().flatMap { proof in
            names.compactMap { name in
                do {
                    // 3: it proves a record that was voided since.
                    _ = try stage.command(name, ["verify-receipt", proof], accepting: [0, 3])
                    return nil
                } catch {
                    return "the code \(proof) of a slip proves nothing: \(error)"
                }
            }
        }
    }

    // MARK: Documents

    private func sendRoster() throws {
        // Known to the center alone.
        let list: JSON = [
            "households": .array(day.paper.registered.sorted().map { ["person": .string($0)] })
        ]
        let file = stage.directory + "/households.json"
        try LabFile.write(list.canonicalText, to: file)
        _ = try stage.command("kiosk-center", ["households", file])
        try stage.send("roster", day.roster.json)
        try Polling.wait("the roster is in force", seconds: 30) {
            try stage.client.asked(.get, "/v1/point").value(PointState.self).roster == day.roster.version
        }
    }

    private func send(_ catalog: Catalog) throws {
        try stage.send("catalog", catalog.json, county: WeighDay.county)
        try Polling.wait("the catalog is in force", seconds: 30) {
            // There is none at all before the first.
            (try? stage.client.asked(.get, "/v1/catalog").value(JSON.self))?["version"]?.integer == catalog.version
        }
    }
}
