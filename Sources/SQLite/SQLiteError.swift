import CSQLite

/// What SQLite refused: its extended code, its words, and what was being done.
public struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
    public let code: Int32
    public let message: String
    public let during: String

    public init(code: Int32, message: String, during: String) {
        self.code = code
        self.message = message
        self.during = during
    }

    public var description: String { "SQLite error \(code) while \(during): \(message)" }

    private var primary: Int32 { code & 0xFF }

    /// The file is not what SQLite wrote: damaged, cut short, or no database at all.
    public var isCorruption: Bool { primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || code == 522 }
    /// A table or column that we know is not there.
    public var isWrongSchema: Bool { primary == SQLITE_ERROR }
    public var isReadOnly: Bool { primary == SQLITE_READONLY }
    public var isFull: Bool { primary == SQLITE_FULL }
    /// A rule of the schema said no: a unique key, a check, or a trigger.
    public var isConstraint: Bool { primary == SQLITE_CONSTRAINT }
}
