import ArgumentParser
import Board
import Domain
import LabScenarios
import Phrases

struct DayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "day", abstract: "Play a whole day with its mistakes at one point, and balance the account.",
        discussion: """
            It starts a broker, the center and a kiosk in a directory of its own, on free loopback ports, and plays what \
            people do: hand-overs, shelves, pick-ups, what villagers send; with wrong scans, double scans, the wrong parcel, \
            undo, a courier who leaves, practice, a lost broker and a power cut. Each answer has to be the expected one. \
            In the evening it compares what was written down beforehand with the kiosk and with the center, parcel by \
            parcel, and looks for names, telephone numbers and codes where none may be.

            kioskd and kiosk-center are taken from beside kiosk-lab; mosquitto and setpriv have to be installed.

            Exit codes: 0 the account matches to the parcel, 1 it does not, or the day went otherwise.

            Example: kiosk-lab day --seed 7 --keep
            """)

    @Option(help: "Which day: the same seed plays the same one.") var seed: UInt64 = 1
    @Option(help: "How many parcels.") var parcels = 300
    @Option(help: ArgumentHelp("A pause before each scan, to watch.", valueName: "milliseconds")) var pace = 0
    @Flag(help: "Leave the files behind and say where.") var keep = false
    @Flag(help: "The account as JSON; progress goes to stderr.") var json = false

    func validate() throws {
        guard Day.sizes.contains(parcels) else {
            throw ValidationError("--parcels must be from \(Day.sizes.lowerBound) to \(Day.sizes.upperBound)")
        }
        // Slower, and the kiosk would sign people out between two scans.
        guard (0...5000).contains(pace) else { throw ValidationError("--pace must be from 0 to 5000") }
    }

    func run() async throws {
        let day = Day(seed: seed, parcels: parcels)
        try await DayPlace.play("day", seed: seed, keep: keep) { [json, pace] directory in
            try ParcelDayRunner(
                day, directory: directory, programs: DayPlace.programs("kioskd", "kiosk-center"),
                paceMilliseconds: pace
            ) { line in
                DayPlace.tell(line, toErrors: json)
            }.run()
        } show: { report in
            if json { print(report.json.canonicalText) } else { table(report) }
            return report.differences.isEmpty
        }
    }

    private func table(_ report: ParcelDayRunner.Report) {
        print("")
        func rows(_ title: String, _ rows: [Reconciliation.Row]) {
            let cells = rows.map { [$0.name, String($0.paper), String($0.kiosk), String($0.center)] }
            func total(_ value: (Reconciliation.Row) -> Int) -> String { String(rows.reduce(0) { $0 + value($1) }) }
            let all = cells + [["total", total(\.paper), total(\.kiosk), total(\.center)]]
            for line in TextTable.lines(header: [title, "PAPER", "KIOSK", "CENTER"], rows: all) { print(line) }
            print("")
        }
        rows("PARCELS", report.states)
        rows("EVENTS", report.types)
        let seconds = report.milliseconds / 1000
        print(
            "\(report.scans) scans, \(report.events) events, \(report.messages) messages to the broker, \(seconds) s, "
                + "seed \(report.seed)")
        guard !report.differences.isEmpty else {
            return print("The account matches: \(report.parcels) parcels, each the same on all three sides.")
        }
        for difference in report.differences.prefix(50) { print("DIFFERS: \(difference)") }
        print("The account does not match: \(report.differences.count) differences.")
    }
}
