import ArgumentParser
import Domain
import NIOHTTP1

struct ParcelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parcels", abstract: "The parcels that are here.",
        discussion: """
            Examples:
              kioskctl parcels                     everything here
              kioskctl parcels --flag overdue      what has been here for too long
              kioskctl parcels --slot 3-2          what lies in one slot
            """)
    @OptionGroup var target: ConnectionOptions
    @Option(
        help: ArgumentHelp(
            "Only parcels with this problem: damaged, missing, wrong-village, refused, overdue.", valueName: "problem"))
    var flag: String?
    @Option(help: ArgumentHelp("Only parcels in this slot.", valueName: "slot"))
    var slot: String?
    @Flag(help: "One parcel a line as JSON, for programs.")
    var json = false

    func validate() throws {
        guard flag == nil || flag.flatMap(Parcel.Flag.init) != nil else {
            let known = Parcel.Flag.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no problem of that name; known are \(known)")
        }
    }

    func run() async throws {
        try await complaining {
            let client = try target.client()
            var rows: [[String]] = []
            var last = ""
            while true {
                let answer = try await client.ask(.GET, "/v1/parcels?after=\(last)")
                let lines = answer.body.split(separator: 0x0A)
                for line in lines {
                    guard let parcel = try? JSON(parsing: line), let subject = parcel["subject"]?.string else {
                        throw CommandError(code: .protocolError, "kioskd sent a parcel that is not understood")
                    }
                    last = subject
                    guard isWanted(parcel) else { continue }
                    if json {
                        try Output.line(String(decoding: line, as: UTF8.self))
                    } else {
                        rows.append(ParcelText.row(parcel))
                    }
                }
                if lines.isEmpty { break }
            }
            if json { return }
            guard !rows.isEmpty else { return try Output.line("No such parcel is here.") }
            for line in TextTable.lines(header: ParcelText.header, rows: rows) { try Output.line(line) }
        }
    }

    private func isWanted(_ parcel: JSON) -> Bool {
        if let flag, !(parcel["flags"]?.array ?? []).contains(.string(flag)) { return false }
        if let slot, parcel["slot"]?.string != slot { return false }
        return true
    }
}

struct ParcelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parcel", abstract: "One parcel: where it is, what is wrong, what can be done.")
    @OptionGroup var target: ConnectionOptions
    @Argument(help: ArgumentHelp("Its waybill, with - and the package if there is one.", valueName: "waybill"))
    var subject: String
    @Flag(help: "The answer as JSON, for programs.")
    var json = false

    func validate() throws {
        guard (1...40).contains(subject.utf8.count),
            subject.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x2D })
        else { throw ValidationError("a waybill has capital letters, digits and dashes only") }
    }

    func run() async throws {
        try await complaining {
            let parcel = try await target.client().ask(.GET, "/v1/parcels/\(subject)").json()
            if json { return try Output.line(parcel.canonicalText) }
            for line in ParcelText.lines(parcel) { try Output.line(line) }
        }
    }
}

struct PointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "point", abstract: "The point: who works where, open hand-overs, shelves, what is on its way.")
    @OptionGroup var target: ConnectionOptions
    @Flag(help: "The answer as JSON, for programs.")
    var json = false

    func run() async throws {
        try await complaining {
            let point = try await target.client().ask(.GET, "/v1/point").json()
            if json { return try Output.line(point.canonicalText) }
            for line in PointText.lines(point) { try Output.line(line) }
        }
    }
}

/// A parcel for people.
enum ParcelText {
    static let header = ["WAYBILL", "STATE", "SLOT", "CODE", "FOR", "CARRIER", "ARRIVED", "PROBLEMS"]

    static func row(_ parcel: JSON) -> [String] {
        [
            text(parcel["subject"]), text(parcel["status"]), text(parcel["slot"]), text(parcel["code"]),
            recipient(parcel), text(parcel["carrier"]), atPlace(parcel["arrived"]), problems(parcel),
        ]
    }

    static func lines(_ parcel: JSON) -> [String] {
        let possible = (parcel["possible"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
        let rows = [
            ["Waybill", text(parcel["subject"])], ["State", text(parcel["status"])], ["Slot", text(parcel["slot"])],
            ["Pick-up code", text(parcel["code"])], ["For", recipient(parcel)], ["Size", text(parcel["handling"])],
            ["Carrier", text(parcel["carrier"])], ["Arrived", text(parcel["arrived"])],
            ["Problems", problems(parcel)], ["Last event", text(parcel["sequence"])],
            ["Can be done", possible.isEmpty ? "-" : possible],
        ]
        return StatusText.aligned(rows)
    }

    private static func problems(_ parcel: JSON) -> String {
        let flags = (parcel["flags"]?.array ?? []).compactMap(\.string)
        return flags.isEmpty ? "-" : flags.joined(separator: ", ")
    }

    private static func recipient(_ parcel: JSON) -> String {
        guard let recipient = parcel["recipient"] else { return "-" }
        return "\(text(recipient["name"])) \(text(recipient["tail"]))"
    }

    private static func text(_ value: JSON?) -> String { StatusText.text(value) }
}

/// The point for people.
enum PointText {
    static func lines(_ point: JSON) -> [String] {
        var lines: [String] = []
        func table(_ title: String, _ header: [String], _ rows: [[String]]) {
            if !lines.isEmpty { lines.append("") }
            lines.append(rows.isEmpty ? "\(title): none" : "\(title)")
            if !rows.isEmpty { lines += TextTable.lines(header: header, rows: rows) }
        }
        func text(_ value: JSON?) -> String { StatusText.text(value) }
        table(
            "Desks", ["DESK", "WHO", "ROLE", "MODE", "PRACTICE"],
            (point["desks"]?.array ?? []).map {
                [
                    text($0["name"]), text($0["person"]), text($0["role"]), text($0["mode"]),
                    $0["practice"]?.boolean == true ? "yes" : "no",
                ]
            })
        table(
            "Open hand-overs", ["KIND", "CARRIER", "COURIER", "DESK", "BEGUN", "SCANNED"],
            (point["batches"]?.array ?? []).map {
                [
                    text($0["kind"]), text($0["carrier"]), text($0["courier"]), text($0["desk"]), text($0["opened"]),
                    text($0["scanned"]),
                ]
            })
        table(
            "Shelves", ["SLOT", "FOR", "LIES THERE", "CAPACITY"],
            (point["shelves"]?.array ?? []).map {
                [text($0["slot"]), text($0["for"]), text($0["occupied"]), text($0["capacity"])]
            })
        let awaited = (point["awaited"]?.array ?? []).compactMap(\.string)
        table("On their way", ["WAYBILL"], awaited.map { [$0] })
        lines += [
            "", "List of expected parcels: version \(text(point["expected"]))",
            "Roster: version \(text(point["roster"]))",
        ]
        return lines
    }
}
