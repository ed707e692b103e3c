import ArgumentParser
import Glibc
import LabDevices

struct ScannerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scanner",
        abstract: "A serial barcode scanner on a pseudo-terminal.",
        discussion: """
            Prints the device's path, then sends each line of standard input as one scan, followed by a carriage return.

            Example:
              kiosk-lab scanner --link /tmp/scanner
              (set devices.scanners[0].path to /tmp/scanner, start kioskd, type SF1234567890123 and Enter)
            """)

    @Option(help: ArgumentHelp("A stable name for the device.", valueName: "path"))
    var link: String?
    @Option(help: ArgumentHelp("Wait so long after each scan.", valueName: "milliseconds"))
    var pause = 0

    func run() async throws {
        let line = try SimulatedLine(link: link)
        print(link ?? line.path)
        fflush(nil)
        while let text = readLine(strippingNewline: true) {
            try line.send(Array(text.utf8) + [0x0D])
            if pause > 0 { try await Task.sleep(for: .milliseconds(pause)) }
        }
        // The scanner stays plugged in until somebody ends the command.
        try await Task.sleep(for: .seconds(1_000_000))
    }
}

struct WaybillsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waybills", abstract: "Waybill numbers of real forms with invented digits, one a line.",
        discussion: "The same seed gives the same numbers. Example: kiosk-lab waybills --count 20 | kiosk-lab scanner")

    @Option(help: "How many.") var count = 10
    @Option(help: "Which series.") var seed: UInt64 = 1

    func validate() throws {
        guard (1...1_000_000).contains(count) else { throw ValidationError("--count must be from 1 to 1000000") }
    }

    func run() {
        for number in WaybillGenerator(seed: seed).prefix(count) { print(number) }
    }
}
