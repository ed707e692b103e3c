import ArgumentParser
import Board
import Center

extension CenterCommand {
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case expected
        case roster
    }

    struct Send: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a kiosk its expected parcels or its roster of people.",
            discussion: """
                The file is checked as a kiosk would check it, and put down beside the center's database. The running \
                center sends it within seconds; a kiosk that is away gets it when it returns. This command itself speaks \
                to no broker, and may be used while no center runs.

                Each document is whole: it takes the place of the one before, and its version must be higher. To take \
                everything back, send one with an empty list. Names of recipients must be masked, and no full telephone \
                number may stand anywhere.

                expected, at most 2,000 parcels. Needed are version and waybill; handling is normal, large or cold; code \
                is shelf or digits:

                  {"version": 12, "parcels": [
                    {"waybill": "SF1234567890123", "carrier": "sf",
                     "recipient": {"id": "r-7K2M9", "name": "张*", "tail": "5678"}},
                    {"waybill": "JDVA12345678901", "package": 2,
                     "handling": "cold", "code": "shelf"}]}

                roster, at most 500 people. Needed are version, id, name and roles (operator, courier, farmer). badge is \
                the SHA-256 of kiosk-badge-v1, a line feed and what the reader sends; pin is PBKDF2 with HMAC-SHA-256, \
                1,000 to 1,000,000 iterations, a salt of 8 to 64 bytes; all in base64url without padding:

                  {"version": 3, "people": [
                    {"id": "p-7K2M9", "name": "李*", "roles": ["operator", "courier"],
                     "tail": "5678", "registered": true,
                     "badge": "P-PomNxlVPgcDeRNNwnsOO_wZIdnS7ULr4Oe3xmOtnc",
                     "pin": {"iterations": 20000, "salt": "AAECAwQFBgcICQoLDA0ODw",
                             "hash": "362gcf8kfmvsN3NtvtG6k6WK-JqggRdqGgJsrAOCI74"}}]}

                For example:

                  kiosk-center send roster --kiosk k1310020007 people.json \\
                    --config /etc/kiosk-center/center.yaml
                """)
        @OptionGroup var settings: Settings
        @Argument(help: "expected or roster.")
        var kind: Kind
        @Option(help: ArgumentHelp("Whose it is.", valueName: "id"))
        var kiosk: String
        @Argument(help: "The document, a JSON file.", completion: .file(extensions: ["json"]))
        var file: String

        func run() throws {
            let code = CenterProgram.send(
                configuration: settings.config, environment: Environment.all, kind: kind.rawValue, kiosk: kiosk,
                file: file)
            if code != 0 { throw ExitCode(code) }
        }
    }

    struct DocumentList: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "documents", abstract: "Show what is held for kiosks: kind, version, count, when written.",
            discussion: "It reads the files that send wrote and may be used while the center runs.")
        @OptionGroup var settings: Settings
        @Option(help: ArgumentHelp("Only this kiosk's documents.", valueName: "id"))
        var kiosk: String?
        @Flag(help: "One JSON object a line, for programs.")
        var json = false

        func run() throws {
            let code = CenterProgram.documents(
                configuration: settings.config, environment: Environment.all, kiosk: kiosk, asJSON: json)
            if code != 0 { throw ExitCode(code) }
        }
    }
}
