public import Testing

/// A named row of a table: the name is what a failing run prints.
public struct Named<Value: Sendable>: Sendable, CustomTestStringConvertible {
    public let testDescription: String
    public let value: Value

    public init(_ name: String, _ value: Value) {
        testDescription = name
        self.value = value
    }
}
