public import ArgumentParser
import Board
public import Domain
import LocalAPIClient
import Phrases
import Wire

extension KioskID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

struct SheetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sheet",
        abstract: "The sheet of command barcodes, to print: with it the scanner alone drives a point.",
        discussion: """
            Writes one HTML file for A4, complete in itself. It needs no network, and without --catalog no running kioskd.

            --catalog makes the county's own sheet: produce, grades and containers of the catalog that the running kioskd \
            has; --catalog-file takes the document that goes to kiosk-center send instead. Print it again when the catalog has \
            other produce; prices are not on it. With --commands both are in one file.

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
              kioskctl sheet --catalog --output produce.html
              kioskctl sheet --surnames --output surnames.html
              kioskctl sheet --catalog-file catalog.json --commands --output all.html
            """)

    @Option(help: ArgumentHelp("Where to write it; - is standard output.", valueName: "file"))
    var output = "-"
    @Flag(name: .customLong("qr"), help: "Add a QR code to each command.")
    var addsQR = false
    @Option(help: ArgumentHelp("Print this kiosk's name at the top.", valueName: "id"))
    var kiosk: KioskID?

    @OptionGroup var target: ConnectionOptions
    @Flag(name: .customLong("catalog"), help: "The county's produce, grades and containers, as kioskd has them.")
    var asksCatalog = false
    @Option(
        name: .customLong("catalog-file"), help: ArgumentHelp("The same of the center's document.", valueName: "file"))
    var catalogFile: String?
    @Flag(name: .customLong("commands"), help: "With a catalog: the general commands too.")
    var addsCommands = false
    @Flag(name: .customLong("surnames"), help: "Frequent surnames, for people who are added at a desk (KC-NEW-FARMER).")
    var asksSurnames = false

    private static let mostCatalogBytes = 1 << 20

    func validate() throws {
        guard !output.isEmpty else { throw ValidationError("--output needs the name of a file, or -") }
        guard !asksCatalog || catalogFile == nil else {
            throw ValidationError("--catalog and --catalog-file: one of the two")
        }
        guard !asksSurnames || !asksCatalog && catalogFile == nil else {
            throw ValidationError("--surnames makes a sheet of its own, without a catalog")
        }
    }

    func run() async throws {
        try await reportingErrors {
            let sheet = try await sheet()
            let page: String
            do {
                page = try sheet.html()
            } catch {
                throw CommandError(code: .output, "the sheet cannot be made: \(error)")
            }
            if output == "-" { return try Output.write(page) }
            try Output.write(page, file: output)
            let count = sheet.sections.reduce(0) { $0 + $1.items.count }
            try Output.line("\(output): \(count) commands. Print it on A4 at actual size (100 %).")
        }
    }

    private func sheet() async throws -> CommandSheet {
        if asksSurnames {
            return CommandSheet(
                kiosk: kiosk, addsQR: addsQR, title: SheetGroup.surnames.title, sections: SheetSection.surnames)
        }
        guard let catalog = try await catalog() else {
            return CommandSheet(
                kiosk: kiosk, addsQR: addsQR, title: SheetWord.commands.phrase, sections: SheetSection.general)
        }
        let own = SheetSection.sections(of: catalog)
        guard !own.isEmpty else {
            throw CommandError(code: .refused, "version \(catalog.version) of the catalog has nothing in it")
        }
        return CommandSheet(
            kiosk: kiosk, addsQR: addsQR, title: SheetWord.produce(version: Int64(catalog.version)).phrase,
            sections: addsCommands ? SheetSection.general + own : own)
    }

    private func catalog() async throws -> Catalog? {
        let bytes: [UInt8]
        let name: String
        if let catalogFile {
            guard let read = BoundedFileReader.read(catalogFile, limit: Self.mostCatalogBytes) else {
                throw CommandError(code: .configuration, "\(catalogFile) cannot be read, or has more than 1 MiB")
            }
            (bytes, name) = (read, catalogFile)
        } else if asksCatalog {
            (bytes, name) = (try await target.client().ask(.get, "/v1/catalog").body, "kioskd's catalog")
        } else {
            return nil
        }
        do {
            return try Catalog(parsing: bytes)
        } catch {
            throw CommandError(code: .protocolError, "\(name) is no catalog: \(error)")
        }
    }
}
