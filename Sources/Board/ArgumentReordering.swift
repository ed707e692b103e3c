/// `tool --config FILE verb` means the same as `tool verb --config FILE`: people write both.
public enum ArgumentReordering {
    /// Moves the options that stand before the first word behind everything else.
    /// - Parameter valued: the options that are followed by a value.
    public static func optionsLast(_ arguments: [String], valued: Set<String>) -> [String] {
        var index = 0
        while index < arguments.count, arguments[index].hasPrefix("-") {
            let takesNext = valued.contains(arguments[index])
            index += takesNext ? 2 : 1
        }
        // Only if a word follows; otherwise the options are all there is (`--help`, say).
        guard index < arguments.count, !arguments[index].hasPrefix("-") else { return arguments }
        return Array(arguments[index...] + arguments[..<index])
    }
}
