extension JSON {
    /// Why a text was refused, and at which byte.
    public struct SyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
        public let problem: String
        public let offset: Int
        public var description: String { "\(problem) at byte \(offset)" }
    }

    /// Reads one JSON text. Stricter than the standard where that protects a record: numbers must be whole and fit 64
    /// bits, no member may stand twice, no byte may follow, and nesting ends at 32, so that hostile input costs no more
    /// than its own length.
    ///
    /// `JSONDecoder` was not taken for this: it turns numbers into floating point, lets the last of two equal members
    /// win, and costs more than the rest of the center's work on an event together.
    public init(parsing bytes: some Sequence<UInt8>) throws(SyntaxError) {
        var reader = Reader(bytes: ContiguousArray(bytes))
        self = try reader.whole()
    }

    private struct Reader {
        let bytes: ContiguousArray<UInt8>
        var index = 0

        static let deepest = 32

        mutating func whole() throws(SyntaxError) -> JSON {
            let value = try value(depth: 0)
            skipSpace()
            guard index == bytes.count else { throw error("unexpected text after the value") }
            return value
        }

        mutating func value(depth: Int) throws(SyntaxError) -> JSON {
            guard depth < Self.deepest else { throw error("nested too deeply") }
            skipSpace()
            switch peek {
            case UInt8(ascii: "{"): return try object(depth: depth)
            case UInt8(ascii: "["): return try array(depth: depth)
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t"): return try word("true", .boolean(true))
            case UInt8(ascii: "f"): return try word("false", .boolean(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            case UInt8(ascii: "-"): return .integer(try number())
            case nil: throw error("the text ends too early")
            case .some(let byte) where byte.isDigit: return .integer(try number())
            default: throw error("unexpected character")
            }
        }

        mutating func object(depth: Int) throws(SyntaxError) -> JSON {
            index += 1
            var members: [String: JSON] = [:]
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            repeat {
                skipSpace()
                guard peek == UInt8(ascii: "\"") else { throw error("expected a member name") }
                let start = index
                let key = try string()
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw error("expected a colon") }
                let value = try value(depth: depth + 1)
                guard members.updateValue(value, forKey: key) == nil else {
                    throw SyntaxError(problem: "the same member twice", offset: start)
                }
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { throw error("expected a comma or a closing brace") }
            return .object(members)
        }

        mutating func array(depth: Int) throws(SyntaxError) -> JSON {
            index += 1
            var values: [JSON] = []
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(values) }
            repeat {
                values.append(try value(depth: depth + 1))
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "]")) else { throw error("expected a comma or a closing bracket") }
            return .array(values)
        }

        mutating func number() throws(SyntaxError) -> Int64 {
            let start = index
            let negative = take(UInt8(ascii: "-"))
            guard let first = peek, first.isDigit else { throw error("expected a digit") }
            if first == UInt8(ascii: "0"), index + 1 < bytes.count, bytes[index + 1].isDigit {
                throw error("a number must not begin with 0")
            }
            var value: Int64 = 0
            while let digit = peek, digit.isDigit {
                let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
                let step = Int64(digit - UInt8(ascii: "0"))
                let (next, overflow2) = scaled.addingReportingOverflow(negative ? -step : step)
                guard !overflow, !overflow2 else { throw SyntaxError(problem: "number too large", offset: start) }
                value = next
                index += 1
            }
            if let next = peek, next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") {
                throw error("only whole numbers are allowed")
            }
            return value
        }

        mutating func string() throws(SyntaxError) -> String {
            index += 1
            let start = index
            while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
            if peek == UInt8(ascii: "\"") {
                defer { index += 1 }
                return try utf8(bytes[start..<index], at: start)
            }
            var text = ContiguousArray(bytes[start..<index])
            while let byte = peek {
                switch byte {
                case UInt8(ascii: "\""):
                    index += 1
                    return try utf8(text[...], at: start)
                case UInt8(ascii: "\\"):
                    index += 1
                    try escape(into: &text)
                case 0..<0x20: throw error("a control character inside a string")
                default:
                    text.append(byte)
                    index += 1
                }
            }
            throw error("the text ends inside a string")
        }

        mutating func escape(into text: inout ContiguousArray<UInt8>) throws(SyntaxError) {
            guard let byte = peek else { throw error("the text ends inside a string") }
            index += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                var unit = try hex4()
                if (0xD800..<0xDC00).contains(unit) {
                    guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw error("half a surrogate") }
                    let low = try hex4()
                    guard (0xDC00..<0xE000).contains(low) else { throw error("half a surrogate") }
                    unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
                }
                guard let scalar = Unicode.Scalar(unit) else { throw error("half a surrogate") }
                text += UTF8.encode(scalar).map { ContiguousArray($0) } ?? []
            default: throw error("unknown escape")
            }
        }

        mutating func hex4() throws(SyntaxError) -> UInt32 {
            var value: UInt32 = 0
            for _ in 0..<4 {
                switch peek {
                case .some(let digit) where digit.isDigit: value = value << 4 | UInt32(digit - UInt8(ascii: "0"))
                case .some(let digit) where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(digit | 0x20):
                    value = value << 4 | UInt32((digit | 0x20) - UInt8(ascii: "a") + 10)
                default: throw error("expected four hexadecimal digits")
                }
                index += 1
            }
            return value
        }

        func utf8(_ slice: ArraySlice<UInt8>, at offset: Int) throws(SyntaxError) -> String {
            guard let text = String(validating: slice, as: UTF8.self) else {
                throw SyntaxError(problem: "not UTF-8", offset: offset)
            }
            return text
        }

        mutating func word(_ word: String, _ value: JSON) throws(SyntaxError) -> JSON {
            for byte in word.utf8 where !take(byte) { throw error("unknown word") }
            return value
        }

        var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

        mutating func take(_ byte: UInt8) -> Bool {
            guard peek == byte else { return false }
            index += 1
            return true
        }

        mutating func skipSpace() {
            while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
        }

        func error(_ problem: String) -> SyntaxError { SyntaxError(problem: problem, offset: index) }
    }
}
