/// Why a message was refused, in words for the log; it never quotes the payload.
public struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
    public let problem: String

    /// - Parameter problem: in English, with the place and never the value.
    public init(_ problem: String) { self.problem = problem }
    public var description: String { problem }
}
