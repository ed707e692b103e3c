import Domain
import Phrases

/// The status as a person reads it.
enum StatusText {
    static func lines(_ status: JSON) -> [String] {
        var rows = [
            ["Kiosk", text(status["kiosk"])],
            ["Version", text(status["versions"]?["agent"])],
            ["Time", time(status)],
        ]
        if let head = status["head"]?.integer {
            let acknowledged = status["acknowledged"]?.integer ?? 0
            let pending = status["pending"]?.integer ?? head - acknowledged
            rows.append(["Journal", "\(head) events, epoch \(text(status["epoch"]))"])
            rows.append(["Acknowledged", acknowledgement(acknowledged, pending, status["oldestms"]?.integer)])
        } else {
            rows.append(["Journal", "OUT OF USE: nothing is recorded, everything is refused; the alarm says why"])
        }
        rows += [
            ["Link", link(status["link"])],
            ["Parcels here", text(status["parcels"])],
            ["Scans", counters(status["scans"])],
        ]
        for device in status["devices"]?.array ?? [] {
            let state =
                device["connected"]?.boolean == true
                ? "connected\(device["problem"]?.string.map { ", but \($0)" } ?? ""), \(counters(device["counters"]))"
                : "not connected: \(device["problem"]?.string ?? "opened a moment ago")"
            rows.append([text(device["name"]), "\(text(device["path"])) \(state)"])
        }
        if let scale = status["scale"] {
            let weight = scale["grams"]?.integer.map { Mass(grams: $0).description } ?? text(scale["fault"])
            rows.append(["Weight now", "\(weight), \(text(scale["stability"]))"])
        }
        if let board = status["board"] {
            let free = (board["freebytes"]?.integer ?? 0) / 1_048_576
            rows.append([
                "Board", "\(free) MiB free, \((board["residentkib"]?.integer ?? 0) / 1024) MiB in use by kioskd",
            ])
        }
        let alarms = status["alarms"]?.array ?? []
        if alarms.isEmpty { rows.append(["Alarms", "none"]) }
        for alarm in alarms {
            let title = alarm["code"]?.string.flatMap(AlarmCode.init)?.title.chinese
            let words = "\(text(alarm["code"])): \(text(alarm["detail"]))"
            rows.append(["ALARM", [title, words].compactMap(\.self).joined(separator: "  ")])
        }
        return aligned(rows)
    }

    /// Pairs of a name and a value, the values below one another.
    static func aligned(_ rows: [[String]]) -> [String] {
        let width = rows.map { $0[0].count }.max() ?? 0
        return rows.map { $0[0] + String(repeating: " ", count: width - $0[0].count + 2) + $0[1] }
    }

    /// What time it is here, how far that may be wrong, and by what it is known.
    static func time(_ status: JSON) -> String {
        guard let time = status["time"]?.string.flatMap({ Timestamp($0) }) else { return text(status["time"]) }
        // All of China keeps one time.
        let local = time.adding(Timestamp.beijing).description.prefix(19).replacing("T", with: " ")
        guard let bound = status["timeboundms"]?.integer else {
            return "\(local) UTC+8, NOT KNOWN: nobody has told the time since the board started"
        }
        let source =
            switch status["clocksource"]?.string.flatMap(Timekeeper.Source.init) {
            case .kernel?: "the network time of the kernel"
            case .center?: "the center"
            case .rtc?: "the battery-backed clock"
            case .operator?: "somebody's watch"
            case nil: "nobody knows what"
            }
        let isHeld = status["clock"]?.string == ClockTrust.Word.holdover.rawValue
        return
            "\(local) UTC+8, at most \(bounded(bound)) wrong: \(isHeld ? "held on from" : "by") \(source)"
    }

    /// Rounded up in the unit that is shown: it is a bound.
    private static func bounded(_ milliseconds: Int64) -> String {
        func whole(_ unit: Int64) -> Int64 { (milliseconds + unit - 1) / unit }
        switch milliseconds {
        case ..<120_000: return "\(whole(1000)) s"
        case ..<7_200_000: return "\(whole(60_000)) min"
        case ..<172_800_000: return "\(whole(3_600_000)) h"
        default: return "\(whole(86_400_000)) days"
        }
    }

    private static func acknowledgement(_ acknowledged: Int64, _ pending: Int64, _ oldest: Int64?) -> String {
        guard pending > 0 else { return "all \(acknowledged)" }
        return "\(acknowledged), \(pending) waiting" + (oldest.map { ", the oldest for \(duration($0))" } ?? "")
    }

    private static func link(_ link: JSON?) -> String {
        guard let link else { return "unknown" }
        var words = text(link["state"])
        if let host = link["host"]?.string { words += " (\(host))" }
        if let since = link["sincems"]?.integer { words += " for \(duration(since))" }
        if let next = link["nextms"]?.integer { words += ", next try in \(duration(next))" }
        if let hold = link["hold"]?.string { words += "; delivery is held: \(hold)" }
        if let trouble = link["trouble"]?.string { words += "; \(trouble)" }
        return words
    }

    private static func counters(_ counters: JSON?) -> String {
        let members = counters?.object ?? [:]
        guard !members.isEmpty else { return "none" }
        return members.sorted { $0.key < $1.key }.map { "\($0.key) \(text($0.value))" }.joined(separator: ", ")
    }

    static func text(_ value: JSON?) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case nil, .null: "-"
        case .some(let other): other.canonicalText
        }
    }

    static func duration(_ milliseconds: Int64) -> String {
        switch milliseconds {
        case ..<1000: "\(milliseconds) ms"
        case ..<120_000: "\(milliseconds / 1000) s"
        case ..<7_200_000: "\(milliseconds / 60_000) min"
        case ..<172_800_000: "\(milliseconds / 3_600_000) h"
        default: "\(milliseconds / 86_400_000) days"
        }
    }
}

/// An event as one line of a table.
enum EventText {
    static let header = line("SEQUENCE", "TIME", "CLOCK", "TYPE", "SUBJECT")

    static func line(_ event: JSON) -> String {
        line(
            StatusText.text(event["sequence"]), atPlace(event["time"]), StatusText.text(event["clock"]),
            StatusText.text(event["type"]), StatusText.text(event["subject"]))
    }

    private static func line(_ sequence: String, _ time: String, _ clock: String, _ type: String, _ subject: String)
        -> String
    {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(width - text.count, 0))
        }
        return [padded(sequence, 9), padded(time, 24), padded(clock, 8), padded(type, 28), subject].joined(
            separator: " ")
    }
}
