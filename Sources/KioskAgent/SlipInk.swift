import Devices
import Glyphs
import Receipts
import Symbols

/// Turns a slip into what a printer or a screen takes. The font and the symbols are libraries of the system; one that is
/// missing costs the pictures, and says so.
final class SlipInk: Sendable {
    /// Why there is nothing to print with, in words.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let columns: Int
    private let text: PrinterConfiguration.Text
    private let glyphs = Glyphs()
    private let encoding: GB18030?

    /// - Parameter printer: `nil` where slips are only looked at.
    init(printer: PrinterConfiguration?, columnsOnScreen: Int = 48) {
        columns = printer?.columns ?? columnsOnScreen
        text = printer?.text ?? .gb18030
        encoding = printer?.text == .gb18030 ? GB18030() : nil
    }

    /// The bytes of a job.
    func escPos(_ slip: Slip) throws -> [UInt8] {
        switch text {
        case .raster: return try picture(slip).escPos
        case .gb18030:
            guard let encoding else {
                throw Failure(description: "the system has no GB18030 conversion; install libc-gconv-modules-extra")
            }
            return EscPos.bytes(slip, width: columns) { encoding.encode($0) }
        }
    }

    func png(_ slip: Slip) throws -> [UInt8] { try picture(slip).bitmap.png(margin: 16) }

    func html(_ slip: Slip, title: String) -> String { SlipPage.html(slip, title: title, modules: Self.modules) }

    /// The font is given back at once: a kiosk prints some minutes a day.
    private func picture(_ slip: Slip) throws -> SlipPicture {
        defer { glyphs.close() }
        return try SlipPicture(
            slip, columns: columns,
            pen: SlipPicture.TextStyle(
                text: { [glyphs] in try glyphs.render($0, pixelHeight: $1, spacing: .columns) }, modules: Self.modules))
    }

    @Sendable private static func modules(_ text: String, _ form: SlipPicture.Form) throws -> Bitmap {
        let symbol = try Symbol.encode(text, as: form == .qr ? .qr : .code128)
        var modules = Bitmap(width: symbol.width, height: symbol.height)
        for y in 0..<symbol.height {
            for x in 0..<symbol.width where symbol.isDark(x: x, y: y) { modules[x, y] = true }
        }
        return modules
    }
}
