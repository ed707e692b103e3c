/// What a printed or shown symbol looks like to a scanner.
public enum Symbology: String, Hashable, Sendable, CaseIterable {
    /// ISO/IEC 15417: one row, ASCII only. Every laser scanner reads it.
    case code128 = "code-128"
    /// ISO/IEC 18004, error correction level M: a symbol may lose about 15 % of itself. Text beyond ASCII is marked as UTF-8
    /// (ECI 26). For imagers and phones.
    case qr
}

/// The modules of one barcode, dark or light: what is to be drawn, whatever draws it.
///
/// A Code 128 has one row, which the renderer makes as high as it needs. The quiet zone is not part of it: the renderer
/// leaves `Symbol.quietZone` modules light on every side that needs it.
public struct Symbol: Hashable, Sendable {
    public let symbology: Symbology
    /// In modules.
    public let width: Int
    /// In modules; 1 for a Code 128.
    public let height: Int
    /// Row by row from the top, each row from the left, eight modules a byte with the first in the lowest bit.
    private let bits: [UInt8]

    /// - Parameter isDark: asked once for each module, column and row counted from 0 at the upper left.
    init(symbology: Symbology, width: Int, height: Int, isDark: (_ x: Int, _ y: Int) -> Bool) {
        self.symbology = symbology
        self.width = width
        self.height = height
        var bits = [UInt8](repeating: 0, count: (width * height + 7) / 8)
        for y in 0..<height {
            for x in 0..<width where isDark(x, y) {
                bits[(y * width + x) / 8] |= 1 << UInt8((y * width + x) % 8)
            }
        }
        self.bits = bits
    }

    /// Column and row are counted from 0 at the upper left. Outside everything is light, like the paper.
    public func isDark(x: Int, y: Int) -> Bool {
        guard (0..<width).contains(x), (0..<height).contains(y) else { return false }
        let index = y * width + x
        return bits[index / 8] >> UInt8(index % 8) & 1 == 1
    }

    /// How many modules have to stay light left and right of it, and for a QR code above and below it too. Without them
    /// scanners do not find it.
    public var quietZone: Int {
        switch symbology {
        case .code128: 10
        case .qr: 4
        }
    }

    /// The dark runs of a row from the left: what a printer has to blacken, in modules.
    public func darkRuns(row y: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for x in 0...width {
            let isDark = isDark(x: x, y: y)
            if isDark, start == nil { start = x }
            if !isDark, let begin = start {
                runs.append(begin..<x)
                start = nil
            }
        }
        return runs
    }

    /// The dark modules as the data of an SVG path, one unit a module, the symbol's upper left at 0 0.
    public var path: String {
        var path = ""
        for y in 0..<height {
            for run in darkRuns(row: y) { path += "M\(run.lowerBound) \(y)h\(run.count)v1h-\(run.count)z" }
        }
        return path
    }
}
