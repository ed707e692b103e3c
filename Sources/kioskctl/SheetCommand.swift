public import ArgumentParser
public import Domain

extension KioskID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

struct SheetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sheet",
        abstract: "The sheet of command barcodes, to print: with it the scanner alone drives a point.",
        discussion: """
            Writes one HTML file for A4, complete in itself. It needs no running kioskd and no network.

            To print: open the file in a browser, print at actual size (100 %, never "fit to page"), black on white \
            paper. Then lay a ruler on the line at the top: it must measure 50 mm.

            What scanners need: bars of 0.339 mm (not below 0.33) and 12 mm high, and 10 bar widths of white paper left \
            and right of each code. So do not cut closer than the printed lines, do not fold through a code, and print \
            again when the black has become grey.

            To laminate: use matt foil, because glossy foil throws the scanner's light back; let it stand out 5 mm around \
            the paper, so that no water creeps in. Hang the pages flat, not around a corner.

            Each command is a Code 128, which every scanner reads. --qr adds a QR code of the same text, for phones and \
            for imagers that find it faster.

            Examples:
              kioskctl sheet --output commands.html
              kioskctl sheet --qr --kiosk k1310020007 > commands.html
            """)

    @Option(help: ArgumentHelp("Where to write it; - is standard output.", valueName: "file"))
    var output = "-"
    @Flag(name: .customLong("qr"), help: "Add a QR code to each command.")
    var addsQR = false
    @Option(help: ArgumentHelp("Print this kiosk's name at the top.", valueName: "id"))
    var kiosk: KioskID?

    func validate() throws {
        guard !output.isEmpty else { throw ValidationError("--output needs the name of a file, or -") }
    }

    func run() async throws {
        try await complaining {
            let page: String
            do {
                page = try CommandSheet(kiosk: kiosk, addsQR: addsQR).html()
            } catch {
                throw Complaint(code: .output, "the sheet cannot be made: \(error)")
            }
            if output == "-" { return try Output.write(page) }
            try Output.write(page, file: output)
            try Output.line("\(output): \(DeskCommand.all.count) commands. Print it on A4 at actual size (100 %).")
        }
    }
}
