import ArgumentParser
import Domain
import LocalAPIClient
import LocalAPIModel
import Phrases

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
        try await reportingErrors {
            let client = try target.client()
            var rows: [[String]] = []
            var last = ""
            while true {
                let answer = try await client.ask(.get, "/v1/parcels?after=\(last)")
                let page = try answer.lines(ShownParcel.self)
                guard let newest = page.last else { break }
                last = newest.subject
                for (line, parcel) in zip(answer.body.split(separator: 0x0A), page) where isWanted(parcel) {
                    if json {
                        try Output.line(String(decoding: line, as: UTF8.self))
                    } else {
                        rows.append(ParcelText.row(parcel))
                    }
                }
            }
            if json { return }
            guard !rows.isEmpty else { return try Output.line("No such parcel is here.") }
            for line in TextTable.lines(header: ParcelText.header, rows: rows) { try Output.line(line) }
        }
    }

    private func isWanted(_ parcel: ShownParcel) -> Bool {
        if let flag = flag.flatMap(Parcel.Flag.init), parcel.flags?.contains(flag) != true { return false }
        if let slot, parcel.slot != slot { return false }
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
            subject.utf8.allSatisfy({ $0.isDigit || $0.isCapital || $0 == 0x2D })
        else { throw ValidationError("a waybill has capital letters, digits and dashes only") }
    }

    func run() async throws {
        try await reportingErrors {
            let answer = try await target.client().ask(.get, "/v1/parcels/\(subject)")
            if json { return try Output.line(answer.text) }
            for line in ParcelText.lines(try answer.value()) { try Output.line(line) }
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
        try await reportingErrors {
            let answer = try await target.client().ask(.get, "/v1/point")
            if json { return try Output.line(answer.text) }
            for line in PointText.lines(try answer.value()) { try Output.line(line) }
        }
    }
}

/// A parcel for people.
enum ParcelText {
    static let header = ["WAYBILL", "STATE", "SLOT", "CODE", "FOR", "CARRIER", "ARRIVED", "PROBLEMS"]

    static func row(_ parcel: ShownParcel) -> [String] {
        [
            parcel.subject, parcel.status, shown(parcel.slot), shown(parcel.code), recipient(parcel),
            shown(parcel.carrier?.rawValue), atPlace(parcel.arrived), problems(parcel),
        ]
    }

    static func lines(_ parcel: ShownParcel) -> [String] {
        let possible = parcel.possible.map(\.rawValue).joined(separator: ", ")
        let rows = [
            ["Waybill", parcel.subject], ["State", parcel.status], ["Slot", shown(parcel.slot)],
            ["Pick-up code", shown(parcel.code)], ["For", recipient(parcel)], ["Size", parcel.handling.rawValue],
            ["Carrier", shown(parcel.carrier?.rawValue)], ["Arrived", shown(parcel.arrived)],
            ["Problems", problems(parcel)], ["Last event", shown(parcel.sequence)],
            ["Can be done", possible.isEmpty ? "-" : possible],
        ]
        return StatusText.aligned(rows)
    }

    private static func problems(_ parcel: ShownParcel) -> String {
        let flags = (parcel.flags ?? []).map(\.rawValue)
        return flags.isEmpty ? "-" : flags.joined(separator: ", ")
    }

    private static func recipient(_ parcel: ShownParcel) -> String {
        parcel.recipient.map { "\($0.name) \($0.tail)" } ?? "-"
    }
}

/// The point for people.
enum PointText {
    static func lines(_ point: PointState) -> [String] {
        var lines: [String] = []
        func table(_ title: String, _ header: [String], _ rows: [[String]]) {
            if !lines.isEmpty { lines.append("") }
            lines.append(rows.isEmpty ? "\(title): none" : "\(title)")
            if !rows.isEmpty { lines += TextTable.lines(header: header, rows: rows) }
        }
        table(
            "Desks", ["DESK", "WHO", "ROLE", "MODE", "PRACTICE"],
            point.desks.map {
                [$0.name, shown($0.person), shown($0.role), $0.mode.rawValue, $0.isPractice ? "yes" : "no"]
            })
        table(
            "Open hand-overs", ["KIND", "CARRIER", "COURIER", "DESK", "BEGUN", "SCANNED"],
            point.batches.map {
                [$0.kind.rawValue, shown($0.carrier?.rawValue), $0.courier, $0.desk, $0.opened, "\($0.scanned)"]
            })
        table(
            "Shelves", ["SLOT", "FOR", "LIES THERE", "CAPACITY"],
            point.shelves.map { [$0.slot, $0.handling.rawValue, "\($0.occupied)", "\($0.capacity)"] })
        table("On their way", ["WAYBILL"], point.awaited.map { [$0] })
        lines += [
            "", "List of expected parcels: version \(shown(point.expected))", "Roster: version \(shown(point.roster))",
        ]
        return lines
    }
}
