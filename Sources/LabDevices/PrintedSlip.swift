import Glibc

/// One paper that came out of a printer, read as a person reads it: lines, and what the squares on it say.
public struct PrintedSlip: Hashable, Sendable {
    /// In columns, without the spaces at either end. Wide letters are letters.
    public var lines: [String] = []
    /// The contents of its QR codes.
    public var symbols: [String] = []
    public var barcodes: [String] = []

    public init(lines: [String] = [], symbols: [String] = [], barcodes: [String] = []) {
        (self.lines, self.symbols, self.barcodes) = (lines, symbols, barcodes)
    }

    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// The papers that these bytes of ESC/POS are, cut by cut; what comes after the last cut hangs in the printer and is none.
    /// Written from the printers' command lists and not from what kioskd sends: a command that is not known here is a failure.
    public static func read(_ bytes: [UInt8]) throws -> [PrintedSlip] {
        var reader = Reader(bytes)
        var slips: [PrintedSlip] = []
        while let slip = try reader.slip() { slips.append(slip) }
        return slips
    }

    /// What stands behind a title at the beginning of a line, or on the next line where both did not fit.
    public func value(_ title: String) -> String? { values(title).first }

    public func values(_ title: String) -> [String] {
        lines.indices.compactMap { place in
            guard lines[place].hasPrefix(title) else { return nil }
            let rest = lines[place].dropFirst(title.count)
            if !rest.isEmpty { return rest.first == " " ? String(rest.drop { $0 == " " }) : nil }
            return place + 1 < lines.count ? lines[place + 1] : nil
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var place = 0
        var symbol = ""

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        mutating func next() throws -> UInt8 {
            guard place < bytes.count else { throw Failure(description: "a command is cut short") }
            defer { place += 1 }
            return bytes[place]
        }

        mutating func take(_ count: Int) throws -> [UInt8] {
            guard place + count <= bytes.count else { throw Failure(description: "a command is cut short") }
            defer { place += count }
            return Array(bytes[place..<place + count])
        }

        /// `nil` when there is no cut any more.
        mutating func slip() throws -> PrintedSlip? {
            var slip = PrintedSlip()
            var line: [UInt8] = []
            while place < bytes.count {
                switch try next() {
                case 0x0A:
                    let text = try Self.decoded(line)
                    if text.contains(where: { $0 != " " }) {
                        slip.lines.append(
                            String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()))
                    }
                    line = []
                case 0x1B:
                    let command = try next()
                    switch command {
                    // A printer that begins anew forgets the line that it had begun.
                    case UInt8(ascii: "@"): line = []
                    case UInt8(ascii: "a"), UInt8(ascii: "E"), UInt8(ascii: "d"): _ = try next()
                    default: throw Failure(description: "no command 1B \(String(command, radix: 16))")
                    }
                case 0x1C:
                    guard try next() == UInt8(ascii: "&") else { throw Failure(description: "an unknown command 1C") }
                case 0x1D:
                    let command = try next()
                    switch command {
                    case UInt8(ascii: "!"), UInt8(ascii: "h"), UInt8(ascii: "w"), UInt8(ascii: "H"): _ = try next()
                    case UInt8(ascii: "("): try squares(&slip)
                    case UInt8(ascii: "k"):
                        let head = try take(2)
                        slip.barcodes.append(Self.code128(try take(Int(head[1]))))
                    case UInt8(ascii: "V"):
                        _ = try take(2)
                        return slip
                    default: throw Failure(description: "no command 1D \(String(command, radix: 16))")
                    }
                case let byte: line.append(byte)
                }
            }
            return nil
        }

        private mutating func squares(_ slip: inout PrintedSlip) throws {
            let head = try take(3)
            guard head[0] == UInt8(ascii: "k") else { throw Failure(description: "an unknown command 1D 28") }
            let body = try take(Int(head[1]) + Int(head[2]) << 8)
            if body.starts(with: [0x31, 0x50, 0x30]) { symbol = String(decoding: body.dropFirst(3), as: UTF8.self) }
            if body.starts(with: [0x31, 0x51, 0x30]) { slip.symbols.append(symbol) }
        }

        /// `{B` and what follows stands for itself; after `{C` each byte is two digits; `{{` is one brace.
        private static func code128(_ data: [UInt8]) -> String {
            var text: [UInt8] = []
            var (place, isDigits) = (0, false)
            while place < data.count {
                let byte = data[place]
                let following = place + 1 < data.count ? data[place + 1] : 0
                place += 1
                if byte == UInt8(ascii: "{"), following != byte {
                    isDigits = following == UInt8(ascii: "C")
                    place += 1
                } else if isDigits {
                    text += [0x30 + byte / 10 % 10, 0x30 + byte % 10]
                } else {
                    text.append(byte)
                    if byte == UInt8(ascii: "{") { place += 1 }
                }
            }
            return String(decoding: text, as: UTF8.self)
        }

        private static func decoded(_ line: [UInt8]) throws -> String {
            let converter = unsafe iconv_open("UTF-8", "GB18030")
            guard unsafe converter != iconv_t(bitPattern: -1) else {
                throw Failure(description: "the system has no GB18030 conversion; install libc-gconv-modules-extra")
            }
            defer { unsafe iconv_close(converter) }
            var input = line.map { CChar(bitPattern: $0) }
            var output = [CChar](repeating: 0, count: line.count * 3 + 4)
            let left: Int? = unsafe input.withUnsafeMutableBufferPointer { input in
                unsafe output.withUnsafeMutableBufferPointer { output in
                    var from = input.baseAddress
                    var to = output.baseAddress
                    var (unread, room) = (input.count, output.count)
                    let result = unsafe iconv(converter, &from, &unread, &to, &room)
                    return result == -1 || unread != 0 ? nil : room
                }
            }
            guard let left else { throw Failure(description: "a line is not GB18030: \(line)") }
            return String(decoding: output.dropLast(left).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
