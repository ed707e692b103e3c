import Domain
import LocalAPIModel
import Phrases
import ScaleProtocols

/// The status as a person reads it.
enum StatusText {
    static func lines(_ status: LocalStatus) -> [String] {
        var rows = [
            ["Kiosk", status.kiosk.text],
            ["Version", shown(status.versions["agent"])],
            ["Time", time(status)],
        ]
        if let head = status.head {
            let acknowledged = status.acknowledged ?? 0
            let pending = status.pending ?? head - acknowledged
            rows.append(["Journal", "\(head) events, epoch \(shown(status.epoch))"])
            rows.append(["Acknowledged", acknowledgement(acknowledged, pending, status.oldestMilliseconds)])
        } else {
            rows.append(["Journal", "OUT OF USE: nothing is recorded, everything is refused; the alarm says why"])
        }
        rows += [
            ["Link", link(status.link)],
            ["Parcels here", shown(status.parcels)],
            ["Scans", counters(status.scans)],
        ]
        for device in status.devices {
            let state =
                device.isConnected
                ? "connected\(device.problem.map { ", but \($0)" } ?? ""), \(counters(device.counters))"
                : "not connected: \(device.problem ?? "opened a moment ago")"
            rows.append([device.name, "\(device.path) \(state)"])
        }
        if let scale = status.scale {
            rows.append([
                "Weight now", "\(scale.weight?.description ?? shown(scale.fault)), \(scale.stability.rawValue)",
            ])
        }
        let board = status.board
        rows.append([
            "Board", "\(board.freeBytes / 1_048_576) MiB free, \(board.residentKiB / 1024) MiB in use by kioskd",
        ])
        if status.alarms.isEmpty { rows.append(["Alarms", "none"]) }
        for alarm in status.alarms {
            let title = AlarmCode(rawValue: alarm.code)?.title.chinese
            rows.append([
                "ALARM", [title, "\(alarm.code): \(alarm.detail)"].compactMap(\.self).joined(separator: "  "),
            ])
        }
        return aligned(rows)
    }

    /// Pairs of a name and a value, the values below one another.
    static func aligned(_ rows: [[String]]) -> [String] {
        let width = rows.map { $0[0].count }.max() ?? 0
        return rows.map { $0[0] + String(repeating: " ", count: width - $0[0].count + 2) + $0[1] }
    }

    /// What time it is here, how far that may be wrong, and by what it is known.
    static func time(_ status: LocalStatus) -> String {
        // All of China keeps one time.
        let local = status.time.adding(Timestamp.beijing).description.prefix(19).replacing("T", with: " ")
        guard let bound = status.timeBoundMilliseconds else {
            return "\(local) UTC+8, NOT KNOWN: nobody has told the time since the board started"
        }
        let source =
            switch status.clockSource.flatMap(Timekeeper.Source.init) {
            case .kernel?: "the network time of the kernel"
            case .center?: "the center"
            case .rtc?: "the battery-backed clock"
            case .operator?: "somebody's watch"
            case nil: "nobody knows what"
            }
        let isHeld = status.clock == .holdover
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

    private static func link(_ link: Link) -> String {
        var words = link.state
        if let host = link.host { words += " (\(host))" }
        if let since = link.sinceMilliseconds { words += " for \(duration(since))" }
        if let next = link.nextMilliseconds { words += ", next try in \(duration(next))" }
        if let hold = link.hold { words += "; delivery is held: \(hold)" }
        if let trouble = link.trouble { words += "; \(trouble)" }
        return words
    }

    private static func counters(_ counters: [String: Int64]) -> String {
        guard !counters.isEmpty else { return "none" }
        return counters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
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
            StatusText.text(event["sequence"]), atPlace(event["time"]?.string.flatMap { Timestamp($0) }),
            StatusText.text(event["clock"]),
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
