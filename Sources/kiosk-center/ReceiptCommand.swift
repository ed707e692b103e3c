import ArgumentParser
import Board
import Center

extension CenterCommand {
    struct VerifyReceipt: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify-receipt", abstract: "Check the code of a receipt against the stored record.",
            discussion: """
                The text is what a telephone reads from the receipt's QR code. It tells what was recorded, to be \
                compared with the paper. Exit code 0: the record is stored, with this hash. Exit code 3: so it is, but it was \
                voided since. Exit code 1: it is not, or is another. It reads the center's database and may be used while the \
                center runs.

                For example: kiosk-center verify-receipt KR-k1310020007.3f9a….123.A5BYxv… --config /etc/kiosk-center/center.yaml
                """)
        @OptionGroup var settings: Settings
        @Argument(help: ArgumentHelp("The text of the code.", valueName: "text"))
        var text: String

        func run() throws {
            try finish(
                CenterProgram.verify(
                    receipt: text, configuration: settings.config, environment: Environment.all))
        }
    }
}
