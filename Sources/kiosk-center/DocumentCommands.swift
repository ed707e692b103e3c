import ArgumentParser
import Board
import Center

extension CenterCommand {
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case expected
        case roster
        case catalog
        case orders
        case payments
    }

    struct Send: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a kiosk its expected parcels, people, orders or payments, or a county its catalog.",
            discussion: """
                The file is checked as a kiosk would check it, and put down beside the center's database. The running \
                center sends it within seconds; a kiosk that is away gets it when it returns. This command itself speaks \
                to no broker, and may be used while no center runs.

                Each document is whole: it takes the place of the one before, and its version must be higher. To take \
                everything back, send one with an empty list. Names of recipients must be masked, and no full telephone \
                number may stand anywhere.

                expected, at most 2,000 parcels. Needed are version and waybill; handling is normal, large or cold; code \
                is shelf or digits. A recipient's secret (SHA-256 of kiosk-badge-v1, a line feed and what stands in the \
                recipient's square behind /m/, in capitals) fetches all of theirs:

                  {"version": 12, "parcels": [
                    {"waybill": "SF1234567890123", "carrier": "sf",
                     "recipient": {"id": "r-7K2M9", "name": "张*", "tail": "5678"}},
                    {"waybill": "JDVA12345678901", "package": 2,
                     "handling": "cold", "code": "shelf"}]}

                roster, at most 500 people. Needed are version, id, name and roles (operator, courier, farmer, \
                supervisor). badge is \
                the SHA-256 of kiosk-badge-v1, a line feed and what the reader sends; pin is PBKDF2 with HMAC-SHA-256, \
                1,000 to 1,000,000 iterations, a salt of 8 to 64 bytes; all in base64url without padding:

                  {"version": 3, "people": [
                    {"id": "p-7K2M9", "name": "李*", "roles": ["operator", "courier"],
                     "tail": "5678",
                     "badge": "P-PomNxlVPgcDeRNNwnsOO_wZIdnS7ULr4Oe3xmOtnc",
                     "pin": {"iterations": 20000, "salt": "AAECAwQFBgcICQoLDA0ODw",
                             "hash": "362gcf8kfmvsN3NtvtG6k6WK-JqggRdqGgJsrAOCI74"}}]}

                catalog, for all kiosks of a county: what is bought, for how much, and in which containers. At most 200 \
                kinds of produce with 1 to 9 grades each, 99 containers, 2,000 prices. english, from and until may be left \
                out; a price holds from the one moment until just before the other, and no two of one grade overlap. tare \
                is grams, fenperkg fen (1/100 yuan) a kilogram; number is what a person types to choose:

                  {"version": 7,
                   "produce": [{"id": "tomato", "number": 11, "name": "番茄",
                     "english": "Tomatoes", "grades": [{"id": "1", "name": "一级"}]}],
                   "containers": [{"id": "crate-blue", "number": 1,
                     "name": "蓝筐", "tare": 1500}],
                   "prices": [{"produce": "tomato", "grade": "1", "fenperkg": 320,
                     "from": "2026-11-24T00:00:00+08:00"}]}

                orders, at most 500 of 1 to 20 lines: all that are still to be packed. id begins with O-; quantity is \
                grams, tolerance by how many thousandths of it a weight may differ. recipient, carrier and lot may be left \
                out:

                  {"version": 5, "orders": [
                    {"id": "O-20261124-0007", "carrier": "sf", "tolerance": 50,
                     "recipient": {"id": "r-7K2M9", "name": "张*", "tail": "5678"},
                     "lines": [{"produce": "tomato", "grade": "1", "quantity": 5000}]}]}

                payments, at most 200 transfers of 1 to 100 crates: what the county is about to transfer for crates of \
                this point. The point records each once, if all its crates are open for just these amounts; transfer the \
                money only when this transfer itself was recorded: its id is the reference of a payment.made event. Crates \
                that the statement shows as paid may have been paid in cash; payments.applied says what was refused. id is yours and never used again; amount is fen:

                  {"version": 4, "transfers": [
                    {"id": "T-20261130-0007", "farmer": "p-7K2M9",
                     "crates": [{"id": "019e7c1f-5a00-7abc-8def-0123456789ff",
                                 "number": "KW-3f9a1c-000123", "amount": 3481}]}]}

                For example:

                  kiosk-center send roster --kiosk k1310020007 people.json \\
                    --config /etc/kiosk-center/center.yaml
                  kiosk-center send catalog --county 131002 catalog.json \\
                    --config /etc/kiosk-center/center.yaml
                """)
        @OptionGroup var settings: Settings
        @Argument(help: "expected, roster, catalog, orders or payments.")
        var kind: Kind
        @Option(help: ArgumentHelp("Whose it is; not for a catalog.", valueName: "id"))
        var kiosk: String?
        @Option(help: ArgumentHelp("Whose catalog it is.", valueName: "six digits"))
        var county: String?
        @Flag(help: "Give it the next version after whatever is in force or held.")
        var force = false
        @Argument(help: "The document, a JSON file.", completion: .file(extensions: ["json"]))
        var file: String

        func run() throws {
            try finish(
                CenterProgram.send(
                    configuration: settings.config, environment: Environment.all, kind: kind.rawValue, kiosk: kiosk,
                    county: county, file: file, isForced: force))
        }
    }

    struct DocumentList: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "documents", abstract: "Show what is held for kiosks: kind, version, count, when written.",
            discussion: "It reads the files that send wrote and may be used while the center runs.")
        @OptionGroup var settings: Settings
        @Option(help: ArgumentHelp("Only what this kiosk is sent, its county's catalog too.", valueName: "id"))
        var kiosk: String?
        @Flag(help: "One JSON object a line, for programs.")
        var json = false

        func run() throws {
            try finish(
                CenterProgram.documents(
                    configuration: settings.config, environment: Environment.all, kiosk: kiosk, asJSON: json))
        }
    }
}
