import ArgumentParser
import Domain
import LocalAPIClient
import LocalAPIModel
import Phrases

struct TimeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "time", abstract: "What time the point believes it is, and how sure; or set it by a watch.",
        discussion: """
            A point knows the time by the network (NTP), by the control center, and for weeks after either was heard last. A \
            board without a battery-backed clock that starts without a network knows nothing: dated prices cannot be told, and \
            nothing is overdue. Then set it by a watch or a telephone; it is believed to ten minutes until something better \
            is heard, and recorded as an event. At a desk the same is done with the scanner alone: twelve digits, then "Set \
            the time" (KC-TIME).

            A point that was told a wrong time by its center or by the network believes that more than a watch: --force sets it \
            all the same, until a live source speaks again.

            Examples:
              kioskctl time
              kioskctl time --set "2026-11-30 16:05"     the time in China, whatever this machine's zone is
              kioskctl time --decided                    what was decided by a time that turned out wrong
            """)
    @OptionGroup var target: ConnectionOptions
    @Option(help: ArgumentHelp("Year to minute, as a clock on the wall shows it.", valueName: "time"))
    var set: String?
    @Flag(help: "Also against what the point knows better.")
    var force = false
    @Flag(help: "List what was priced, checked, offered or found overdue by a time that was contradicted.")
    var decided = false
    @Flag(help: "The answer as JSON, for programs.")
    var json = false

    func validate() throws {
        guard let set, wanted == nil else { return }
        throw ValidationError("\(set) is no time; write for example --set \"2026-11-30 16:05\"")
    }

    private func listDecided(_ client: LocalAPIClient) async throws {
        let kinds: Set<String> = [
            EventType.weighInRecorded.text, EventType.weighInPriced.text, EventType.scaleChecked.text,
            EventType.lotOffered.text, EventType.parcelFlagged.text,
        ]
        var ranges: [(ClosedRange<Int64>, JSON)] = []
        var events: [JSON] = []
        var after: Int64 = 0
        while true {
            let lines = try await client.ask(.get, "/v1/events?after=\(after)&limit=1000").body.split(separator: 0x0A)
            for line in lines {
                guard let event = try? JSON(parsing: line),
                    let sequence = event["sequence"]?.string.flatMap({ Int64($0) })
                else { throw CommandError(code: .protocolError, "kioskd sent an event that is not understood") }
                after = sequence
                if let type = event["type"]?.string, kinds.contains(type) { events.append(event) }
                let contradicts = event["data"]?["contradicts"]
                guard let contradicts, let from = contradicts["decided"]?["from"]?.integer,
                    let through = contradicts["decided"]?["through"]?.integer, from <= through
                else { continue }
                ranges.append((from...through, contradicts))
            }
            if lines.isEmpty { break }
        }
        let found = events.filter { event in
            let sequence = event["sequence"]?.string.flatMap { Int64($0) } ?? 0
            return ranges.contains { $0.0.contains(sequence) } && event["clock"]?.string != "unsynced"
        }
        if json { return try found.forEach { try Output.line($0.canonicalText) } }
        guard !found.isEmpty else { return try Output.line("Nothing was decided by a time that turned out wrong.") }
        for (range, contradicts) in ranges {
            try Output.line(
                "Events \(range.lowerBound) to \(range.upperBound): the time by \(contradicts["believed"]?.string ?? "-") was off by "
                    + "\((contradicts["differencems"]?.integer ?? 0) / 1000) s, by \(contradicts["by"]?.string ?? "-")."
            )
        }
        let rows = found.map { event in
            [
                event["sequence"]?.string ?? "-", atPlace(event["time"]?.string.flatMap { Timestamp($0) }),
                event["type"]?.string ?? "-",
                event["subject"]?.string ?? "-",
            ]
        }
        for line in TextTable.lines(header: ["SEQUENCE", "TIME BELIEVED", "TYPE", "SUBJECT"], rows: rows) {
            try Output.line(line)
        }
    }

    private var wanted: Timestamp? {
        // Nothing else, or a zone behind it would be passed over.
        guard let set, set.wholeMatch(of: /\d{4}-\d{2}-\d{2} \d{2}:\d{2}/.asciiOnlyDigits()) != nil else { return nil }
        return Timestamp(digits: set.filter(\.isNumber))
    }

    func run() async throws {
        try await reportingErrors {
            let client = try target.client()
            if decided { return try await listDecided(client) }
            guard let time = wanted else {
                let status = try await client.ask(.get, "/v1/status").value(LocalStatus.self)
                let shown = JSON.members([
                    "time": .string(status.time.description), "clock": .string(status.clock.rawValue),
                    "timeboundms": status.timeBoundMilliseconds.map { .integer($0) },
                    "clocksource": status.clockSource.map { .string($0) },
                ])
                return try Output.line(json ? shown.canonicalText : StatusText.time(status))
            }
            let answer = try await client.ask(.post, "/v1/time", body: TimeRequest(time: time, force: force))
            if json { return try Output.line(answer.text) }
            let result = try answer.value(TimeResult.self)
            switch result.result {
            case .set:
                try Output.line(
                    "The time is set: \(result.time.atPlace). It is believed to ten minutes until something better is heard."
                )
            case .known:
                throw CommandError(
                    code: .declined, "the time is known here, and better than by a watch: \(result.time.atPlace)")
            }
        }
    }
}
