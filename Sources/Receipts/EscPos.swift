/// A slip as the bytes of an ESC/POS receipt printer that speaks Chinese.
///
///     1B 40               initialise            1B 61 n            align left, centre, right; at a line's start only
///     1C 26               Chinese mode          1B 45 n            bold on, off
///     1D 21 n             size: 00, 11 double   1B 64 n            n empty lines
///     1D 56 42 00         feed and partial cut  0A                 end of line
///     1D 28 6B pL pH 31   QR code: 41 model, 43 module size, 45 error level, 50 store, 51 print
///     1D 6B 49 n          Code 128, see there
///
/// Text is GB18030. Of it most printers know the characters of one and two bytes; one of four becomes `□`, and one that
/// cannot be written at all `?`. A trail byte is never below 40, so no character contains a command; and no control
/// character of a text gets through.
/// Source: Protocols.md in the catalogue.
public struct EscPos {
    /// A character in GB18030: one, two or four bytes; `nil` when it has none.
    public typealias Encoder = (Unicode.Scalar) -> [UInt8]?

    static let initialise: [UInt8] = [0x1B, 0x40, 0x1C, 0x26]
    static let cut: [UInt8] = [0x1D, 0x56, 0x42, 0x00]
    /// `□`
    static let unprintable: [UInt8] = [0xA1, 0xF5]

    private let encoder: Encoder
    private var bytes = Self.initialise
    private var size = Slip.Size.normal
    private var alignment = Slip.Alignment.left
    private var isBold = false

    /// The whole job, from the initialisation to the last element.
    /// - Parameter width: of the paper, in columns: 32 or 48.
    public static func bytes(_ slip: Slip, width: Int, encoder: @escaping Encoder) -> [UInt8] {
        var printer = EscPos(encoder)
        for piece in slip.layout(width: width) { printer.add(piece) }
        return printer.bytes
    }

    private init(_ encoder: @escaping Encoder) { self.encoder = encoder }

    private mutating func add(_ piece: Slip.Piece) {
        switch piece {
        case .line(let line):
            set(line.size, line.alignment, line.isBold)
            bytes += Self.text(line.text, encoder) + [0x0A]
        case .feed(let lines):
            set(.normal, .left, false)
            bytes += [0x1B, 0x64, UInt8(clamping: lines)]
        case .symbol(let text):
            set(.normal, .center, false)
            bytes += Self.symbol(text) + [0x0A]
        case .barcode(let text):
            guard let code = Code128(text) else { break }
            set(.normal, .center, false)
            bytes += Self.barcode(code) + [0x0A]
        case .cut: bytes += Self.cut
        }
    }

    /// Only what changes: a printer takes time for each command.
    private mutating func set(_ size: Slip.Size, _ alignment: Slip.Alignment, _ isBold: Bool) {
        if alignment != self.alignment { bytes += [0x1B, 0x61, alignment.rawValue] }
        if isBold != self.isBold { bytes += [0x1B, 0x45, isBold ? 1 : 0] }
        if size != self.size { bytes += [0x1D, 0x21, size == .double ? 0x11 : 0x00] }
        (self.size, self.alignment, self.isBold) = (size, alignment, isBold)
    }

    static func text(_ text: String, _ encoder: Encoder) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar -> [UInt8] in
            if scalar.isControl { return [UInt8(ascii: "?")] }
            if scalar.isASCII { return [UInt8(truncatingIfNeeded: scalar.value)] }
            let bytes = encoder(scalar) ?? []
            switch bytes.count {
            case 2 where (0x81...0xFE).contains(bytes[0]) && bytes[1] >= 0x40: return bytes
            case 4: return unprintable
            default: return [UInt8(ascii: "?")]
            }
        }
    }

    /// Model 2, four dots a module (half a millimetre), error level M.
    static func symbol(_ text: String) -> [UInt8] {
        let data = Array(text.utf8)
        return command([0x41, 0x32, 0x00]) + command([0x43, 0x04]) + command([0x45, 0x31])
            + command([0x50, 0x30] + data) + command([0x51, 0x30])
    }

    /// Ten millimetres high, two dots a module; its text is a line of its own, which every printer puts where it belongs.
    static func barcode(_ code: Code128) -> [UInt8] {
        [0x1D, 0x68, 80, 0x1D, 0x77, 2, 0x1D, 0x48, 0, 0x1D, 0x6B, 0x49, UInt8(clamping: code.data.count)] + code.data
    }

    /// `1D 28 6B`, the length of what follows, low byte first, `31`, and the function with its arguments.
    private static func command(_ body: [UInt8]) -> [UInt8] {
        let length = body.count + 1
        return [0x1D, 0x28, 0x6B, UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8), 0x31]
            + body
    }
}
