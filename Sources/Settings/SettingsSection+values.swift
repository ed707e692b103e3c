extension SettingsSection {
    /// Text, quoted or not, just as it is written: `off`, `0123` and `"8883"` are texts too.
    public func string(_ key: String, default fallback: String? = nil) throws(SettingsError) -> String {
        if let text = try optionalString(key) ?? fallback { return text }
        throw missing(key, example: nil)
    }

    /// Text that may be left out.
    public func optionalString(_ key: String) throws(SettingsError) -> String? {
        guard let node = node(key) else { return nil }
        guard case .scalar(let text, _) = node.value else {
            throw wrong(key, node, expected: "one text", remedy: "write \(key): and the text on one line")
        }
        return text
    }

    /// A whole number in decimal digits, unquoted. Leading zeros mean nothing (`010` is ten, as in YAML 1.2).
    public func integer(
        _ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil
    ) throws(SettingsError) -> Int {
        try value(
            key, fallback, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            example: "\(fallback ?? range.lowerBound)"
        ) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// One of the words true, yes, on, false, no, off, unquoted, in any case.
    public func boolean(_ key: String, default fallback: Bool? = nil) throws(SettingsError) -> Bool {
        try value(key, fallback, expected: "true or false", example: "\(fallback ?? true)") { text in
            switch text.lowercased() {
            case "true", "yes", "on": true
            case "false", "no", "off": false
            default: nil
            }
        }
    }

    /// A time that the file gives in seconds, with up to three decimals: `spread: 0.25` reads as 250.
    ///
    /// - Parameter range: in milliseconds, like the default and the result.
    public func milliseconds(
        _ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil
    ) throws(SettingsError) -> Int {
        let (least, most) = (Seconds.text(range.lowerBound), Seconds.text(range.upperBound))
        return try value(
            key, fallback, expected: "seconds from \(least) to \(most) with at most 3 decimals",
            example: Seconds.text(fallback ?? range.lowerBound)
        ) { text in
            Seconds.milliseconds(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// One of an enum's words, quoted or not.
    public func choice<C: RawRepresentable & CaseIterable>(
        _ key: String, of: C.Type, default fallback: C? = nil
    ) throws(SettingsError) -> C where C.RawValue == String {
        let words = C.allCases.map(\.rawValue)
        let example = (fallback ?? C.allCases.first)?.rawValue
        guard let node = node(key) else {
            guard let fallback else { throw missing(key, example: example) }
            return fallback
        }
        if case .scalar(let text, _) = node.value {
            if let choice = C(rawValue: text) { return choice }
            if let near = text.nearest(among: words) {
                throw wrong(key, node, expected: "one of \(words.listed)", remedy: "did you mean \(near)?")
            }
        }
        throw wrong(key, node, expected: "one of \(words.listed)", remedy: written(key, example ?? ""))
    }

    /// An unquoted value of some type: the default when it is absent, an error when it does not parse.
    private func value<T>(
        _ key: String, _ fallback: T?, expected: String, example: String, parse: (String) -> T?
    ) throws(SettingsError) -> T {
        guard let node = node(key) else {
            guard let fallback else { throw missing(key, example: example) }
            return fallback
        }
        switch node.value {
        case .scalar(let text, isPlain: true):
            if let value = parse(text) { return value }
        case .scalar(let text, isPlain: false) where parse(text) != nil:
            throw wrong(key, node, expected: expected, remedy: "write \(key): \(text.abbreviated) without quotes")
        default: break
        }
        throw wrong(key, node, expected: expected, remedy: written(key, example))
    }

    private func missing(_ key: String, example: String?) -> SettingsError {
        let line = example.map { "for example \(key): \($0)" } ?? "\(key): and its value"
        let variable = path.key(key).variable.map { ", or set \($0)" } ?? ""
        var error = invalid(key, "required but missing", remedy: "add \(line)\(variable)")
        // An empty variable hides the file's value; without this the error would send the reader to the file.
        if reading.overlay[path.key(key)] != nil { error.remedy = "give it a value or unset it" }
        return error
    }

    private func written(_ key: String, _ example: String) -> String {
        let place = path.key(key)
        if let variable = place.variable, reading.overlay[place] != nil {
            return "set for example \(variable)=\(example)"
        }
        return "write for example \(key): \(example)"
    }
}

/// Decimal seconds to whole milliseconds and back, by their digits alone.
enum Seconds {
    /// nil for anything but digits with up to three decimals, and for what no Int holds.
    static func milliseconds(_ text: String) -> Int? {
        let sign = text.hasPrefix("-") ? "-" : ""
        let parts = text.dropFirst(sign.count).split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard parts.count <= 2, (1...3).contains(fraction.count), parts.allSatisfy(\.isDigits) else { return nil }
        return Int(sign + parts[0] + fraction + String(repeating: "0", count: 3 - fraction.count))
    }

    static func text(_ milliseconds: Int) -> String {
        let (whole, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
        var fraction = String(String(1000 + rest).dropFirst())
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(milliseconds < 0 ? "-" : "")\(whole)\(fraction.isEmpty ? "" : ".")\(fraction)"
    }
}

extension Substring {
    fileprivate var isDigits: Bool {
        !isEmpty && utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
