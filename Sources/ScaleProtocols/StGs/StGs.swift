import Domain

/// The "ST,GS" family: T-Scale, Dini Argeo, Brecknell, Jinzhong, CAS with 18 bytes, and many bench scales.
///
///     [address×2] ST|US|OL|UL|ZR , GS|NT|TR , sign spaces value spaces [,] unit CR LF
///
/// Widths differ from maker to maker, so the line is read by its commas; but one scale's lines are all of one length,
/// and that is the guard against a lost or added digit (`SteadyLength`, or `characters`). `TR` is the tare and no
/// reading. A line without a unit needs one to be set. The CR may be missing.
/// Sources: the page beside this file.
public struct StGs: CommandedScale {
    private let unit: ScaleUnit?
    private let characters: Int?
    private let address: Int?
    let commands: ScaleCommands
    private var length = SteadyLength()
    var frames = DelimitedFramer.lines(longest: 40)

    /// - Parameters:
    ///   - characters: how long a line is, without CR and LF; nil for as long as the one before.
    ///   - address: 1…99 where lines begin with it; others are ignored.
    public init(unit: ScaleUnit? = nil, characters: Int? = nil, address: Int? = nil, isAsked: Bool = false) {
        self.unit = unit
        self.characters = characters
        self.address = address
        commands = .lines("RW", every: isAsked ? (250, 500) : nil, zero: "MZ", tare: "MT", clearTare: "CT")
    }

    /// In the layout of a line of 19 characters unless told otherwise.
    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        let unit = unit ?? .kilogram
        let prefix = address.map { Array(String($0).utf8).leftPadded(to: 2, with: UInt8(ascii: "0")) } ?? []
        let width = max(0, (characters ?? 19 + prefix.count) - prefix.count - 10)
        let header: String
        var value = [UInt8](repeating: UInt8(ascii: " "), count: width)
        switch reading.range {
        case .over: header = "OL"
        case .under: header = "UL"
        default:
            guard let number = reading.mass.flatMap({ DecimalText.encode($0, unit: unit, width: width) }) else {
                return nil
            }
            header = reading.stability == .unstable ? "US" : "ST"
            value = number.leftPadded(to: width, with: UInt8(ascii: " "))
        }
        let sign = UInt8(ascii: (reading.mass ?? .zero) < .zero || reading.range == .under ? "-" : "+")
        return prefix + Array((header + (reading.kind == .net ? ",NT," : ",GS,")).utf8) + [sign] + value
            + unit.text.leftPadded(to: 3, with: UInt8(ascii: " ")) + Control.lineEnd
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        request == commands.question ? encode(reading) ?? [] : []
    }

    mutating func parse(_ frame: [UInt8]) -> FrameContent {
        var text = frame.dropLast()
        if text.last == Control.carriageReturn { text = text.dropLast() }
        guard text.allSatisfy(\.isPrintable), characters == nil || text.count == characters else { return .refused }
        let whole = text.count
        let digits = text.prefix { $0.isDigit }
        guard digits.isEmpty || digits.count == 2 else { return .refused }
        text = text.dropFirst(digits.count)
        guard let header = ScaleLineHeader(text.prefix(6)) else { return .refused }
        guard address == nil || String(decoding: digits, as: UTF8.self).suffix(2) == Self.number(address ?? 0) else {
            return .nothing
        }
        let content = read(text.dropFirst(6), header, frame)
        if case .refused = content { return .refused }
        guard length.accepts(whole) else { return .refused }
        return header.kind == .tare ? .nothing : content
    }

    private static func number(_ address: Int) -> String { address < 10 ? "0\(address)" : "\(address)" }

    private func read(_ rest: ArraySlice<UInt8>, _ header: ScaleLineHeader, _ frame: [UInt8]) -> FrameContent {
        var reading = ScaleReading(kind: header.kind, stability: header.stability, range: header.range, raw: frame)
        var value = rest.prefix { !$0.isUnitSign }
        let name = rest.dropFirst(value.count)
        guard name.allSatisfy(\.isUnitSign), name.count <= 3 else { return .refused }
        let fill = [UInt8(ascii: " "), UInt8(ascii: ",")]
        // A comma is only one before the unit.
        guard value.filter({ $0 == fill[1] }).count <= (name.isEmpty ? 0 : 1) else { return .refused }
        // Out of range, what stands for the digits is not known.
        guard header.range == .ok else {
            // Some say OL of both ends, and the sign tells which.
            if value.contains(UInt8(ascii: "-")) { reading.range = .under }
            return .reading(reading)
        }
        while let last = value.last, fill.contains(last) { value = value.dropLast() }
        guard let number = DecimalText(value) else { return .refused }
        reading.setWeight(number, unit: name.isEmpty ? nil : name, expected: unit)
        return .reading(reading)
    }
}
