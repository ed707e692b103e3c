import Domain

/// The bytes of a scan as text: the AIM identifier taken off, the rest in the one form that waybills are compared in.
/// Source: Protocols.md in the catalogue.
struct ScannedText {
    /// `]`, a letter whose case matters, and a modifier; nil when the scanner does not send it.
    let symbology: String?

    /// Trimmed, without spaces, full-width forms and dashes as ASCII, ASCII letters in upper case. Nil when the bytes
    /// are not UTF-8 or hold control characters.
    let text: String?

    private let data: ArraySlice<UInt8>

    init(_ scanned: [UInt8]) {
        // A mark that says of itself that it is UTF-8, before all else.
        var rest = scanned.starts(with: [0xEF, 0xBB, 0xBF]) ? scanned[3...] : scanned[...]
        if rest.first == 0x02, rest.last == 0x03 { rest = rest.dropFirst().dropLast() }
        let bytes = Array(rest)
        let hasIdentifier =
            bytes.count >= 3 && bytes[0] == UInt8(ascii: "]") && bytes[1].isLetter
            && (bytes[2].isLetter || bytes[2].isDigit)
        symbology = hasIdentifier ? String(decoding: bytes.prefix(3), as: UTF8.self) : nil
        data = bytes.dropFirst(hasIdentifier ? 3 : 0)
        text = Self.normalised(Self.withoutStarts(data, isCodabar: symbology?.hasPrefix("]F") ?? false))
    }

    /// Without what some scanners, and the symbologies themselves, put around the data: STX and ETX, the stars of Code 39, the
    /// letters with which Codabar starts and stops. Small ones are Codabar's in any case: no carrier prints them.
    private static func withoutStarts(_ bytes: ArraySlice<UInt8>, isCodabar: Bool) -> ArraySlice<UInt8> {
        var rest = bytes
        if rest.count > 2, rest.first == UInt8(ascii: "*"), rest.last == UInt8(ascii: "*") {
            rest = rest.dropFirst().dropLast()
        }
        func isStart(_ byte: UInt8?) -> Bool {
            guard let byte else { return false }
            return (UInt8(ascii: "a")...UInt8(ascii: "d")).contains(byte)
                || isCodabar && (UInt8(ascii: "A")...UInt8(ascii: "D")).contains(byte)
        }
        if rest.count >= 10, isStart(rest.first), isStart(rest.last), rest.dropFirst().dropLast().allSatisfy(\.isDigit)
        {
            rest = rest.dropFirst().dropLast()
        }
        return rest
    }

    /// EAN and UPC: what is printed on goods.
    var isProduct: Bool { symbology?.hasPrefix("]E") ?? false }

    /// Only these carry GS1 element strings; a plain Code 128 never does.
    var isGS1: Bool { ["]C1", "]d2", "]Q3", "]e0", "]J1"].contains(symbology) }

    /// What the element string says; nil when it is none. Nothing of it is normalised: case matters there.
    var elements: GS1Elements? { try? GS1Elements(parsing: data) }

    private static func normalised(_ bytes: some Sequence<UInt8>) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var result = ""
        for scalar in text.unicodeScalars {
            let plain = ascii(scalar)
            switch plain.properties.generalCategory {
            case .control: return nil
            case .spaceSeparator: continue
            default: result.unicodeScalars.append(upperCased(plain))
            }
        }
        return result
    }

    private static func ascii(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0xFF01...0xFF5E: Unicode.Scalar(UInt8(scalar.value - 0xFEE0))
        case 0x2010...0x2015, 0x2212: "-"
        default: scalar
        }
    }

    /// ASCII only: Unicode would make an `I` of a dotless ı, and so one number of two.
    private static func upperCased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        ("a"..."z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) - 0x20) : scalar
    }
}
