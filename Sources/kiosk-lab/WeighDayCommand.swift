import ArgumentParser
import Board
import Domain
import LabScenarios
import Phrases

struct WeighDayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weighday",
        abstract: "Play a day at the scale with all that goes wrong there, and balance the account to the fen.",
        discussion: """
            It starts a broker, the center and a kiosk with a scanner and a scale in a directory of its own, on free \
            loopback ports and pseudo-terminals. Farmers come in turn, known by card, code, telephone number or by the \
            operator; their crates are laid on five scales one after the other, each of which speaks otherwise. Crates \
            sway, stay on the scale, are too heavy or too light; scales are unplugged, fall silent, send garbage and tare \
            by themselves; records are voided; prices change at noon; the printer has no paper; kioskd is killed while it \
            records, and the power fails. Each answer has to be the expected one.

            In the evening seven accounts have to be the same, crate by crate, to the gram and the fen: what was written \
            down beforehand, the slips that came out of the printer, kioskctl weighins, kioskctl statement, kiosk-center \
            statement, kiosk-center produce, and the sum of the events at the center. Numbers must have no gap, lots must \
            be whole (kioskctl trace, kiosk-center lots), each lot has to have its receipt and its label and each void its \
            slip, once unless marked as a copy, and every code on them has to prove its record at both sides; refused \
            attempts must have left nothing, and names and badges may stand in no event and no log.

            kioskd, kiosk-center and kioskctl are taken from beside kiosk-lab; mosquitto and setpriv have to be installed.

            Exit codes: 0 every account is the same, 1 one is not, or the day went otherwise.

            Examples:
              kiosk-lab weighday
              kiosk-lab weighday --seed 7 --crates 200 --keep     and look afterwards, say with
              kiosk-center statement --farmer f-1 --config <the directory>/center.yaml
            """)

    @Option(help: "Which day: the same seed plays the same one.") var seed: UInt64 = 1
    @Option(help: "How many crates are recorded, voided ones included.") var crates = 60
    @Flag(help: "Leave the files behind and say where.") var keep = false
    @Flag(help: "The account as JSON; progress goes to stderr.") var json = false

    func validate() throws {
        guard WeighDay.sizes.contains(crates) else {
            throw ValidationError(
                "--crates must be from \(WeighDay.sizes.lowerBound) to \(WeighDay.sizes.upperBound)")
        }
    }

    func run() async throws {
        let day = WeighDay(seed: seed, crates: crates)
        try await DayPlace.play("weighday", seed: seed, keep: keep) { [json] directory in
            let programs = try DayPlace.programs("kioskd", "kiosk-center", "kioskctl")
            return try WeighDayRunner(day, directory: directory, programs: programs) { line in
                DayPlace.tell(line, toErrors: json)
            }.run()
        } show: { report in
            if json { print(report.json.canonicalText) } else { table(report) }
            return report.differences.isEmpty
        }
    }

    private func table(_ report: WeighDayRunner.Report) {
        print("")
        func text(_ totals: WeighTotals?) -> String {
            totals.map { "\($0.crates) · \($0.net) g · \(Money(fen: $0.fen))" } ?? "-"
        }
        let rows = report.balance.lines.map { line in
            [
                line.farmer, text(line.paper), text(line.slips), text(line.kiosk), text(line.events), text(line.center),
                String(line.paper.voided), String(line.paper.unpriced),
            ]
        }
        let header = ["FARMER", "WRITTEN", "SLIPS", "KIOSK", "EVENTS", "CENTER", "VOIDED", "UNPRICED"]
        for line in TextTable.lines(header: header, rows: rows) { print(line) }
        print("")
        for (incident, count) in report.incidents.sorted(by: { $0.key < $1.key }) { print("\(count) × \(incident)") }
        print("")
        print(
            "\(report.scans) scans, \(report.events) events, \(report.messages) messages to the broker; killed while "
                + "recording \(report.killed.all) times, \(report.killed.saved) of them after the commit; "
                + "\(report.milliseconds / 1000) s, seed \(report.seed)")
        guard !report.differences.isEmpty else {
            return print("Every account is the same, to the gram and the fen.")
        }
        for difference in report.differences.prefix(50) { print("DIFFERS: \(difference)") }
        print("The accounts are not the same: \(report.differences.count) differences.")
    }
}
