/// How much room text takes on a receipt printer's paper. A column is one Latin character: 58 mm have 32, 80 mm have 48.
///
/// The printer's own rule, not a terminal's: ASCII takes one column, and everything that is sent as two GB18030 bytes takes
/// two, `é` and `…` as well as Chinese. `Domain.TextTable` counts those two as one and would make a line too wide.
enum Paper {
    static func columns(_ scalar: Unicode.Scalar) -> Int { scalar.isASCII ? 1 : 2 }

    static func columns(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + columns($1) } }

    /// Cuts a text into lines of at most so many columns, at least 2: after a space or a dash, beside a Chinese character, and inside
    /// a word only when the word alone is wider than the paper. A control character, which could be a command to the
    /// printer, becomes `?`; a line feed begins a line.
    static func wrap(_ text: String, columns most: Int) -> [String] {
        var lines: [String] = []
        var line: [Unicode.Scalar] = []
        var used = 0
        /// The line may be cut before this index; 0 when nowhere.
        var cut = 0

        func trimmed(_ scalars: some BidirectionalCollection<Unicode.Scalar>) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars.reversed().drop { $0 == " " }.reversed())
            return String(view)
        }
        func end(at index: Int) {
            lines.append(trimmed(line[..<index]))
            line = Array(line[index...].drop { $0 == " " })
            used = line.reduce(0) { $0 + columns($1) }
            cut = 0
        }

        for raw in text.unicodeScalars {
            if raw == "\n" {
                end(at: line.count)
                continue
            }
            let scalar: Unicode.Scalar = raw.isControl ? "?" : raw
            let width = columns(scalar)
            if used + width > most {
                // The line's own end is the break that this space stands for.
                if scalar == " " {
                    end(at: line.count)
                    continue
                }
                end(at: width == 1 && cut > 0 ? cut : line.count)
            }
            line.append(scalar)
            used += width
            // An amount is never parted from its sign: nothing can be written in between.
            if width == 2 && scalar != "￥" || scalar == " " || scalar == "-" { cut = line.count }
        }
        if !line.isEmpty || lines.isEmpty { end(at: line.count) }
        return lines
    }
}

extension Unicode.Scalar {
    /// C0, DEL and C1.
    var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
