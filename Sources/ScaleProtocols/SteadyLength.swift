/// The guard of lines that have neither a check nor a width that one knows beforehand: a scale sends lines of one
/// length, so a sound one of another length than the last has lost or gained a byte, and is not believed. If the next
/// is like it, the scale was set otherwise.
struct SteadyLength: Sendable {
    private var last: Int?

    /// To be asked for lines that are sound otherwise.
    mutating func accepts(_ length: Int) -> Bool {
        defer { last = length }
        return last == nil || last == length
    }
}
