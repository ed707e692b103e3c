import CSQLite

/// What can be bound to a parameter.
public enum Value: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    public static func text(_ optional: String?) -> Value { optional.map { .text($0) } ?? .null }
}

/// One compiled statement, kept by its connection and used by the same thread. After each use it is reset and holds
/// none of the bound values.
@safe public final class Statement {
    private let handle: OpaquePointer
    private let sql: String

    init(handle: OpaquePointer, sql: String) {
        unsafe self.handle = handle
        self.sql = sql
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Runs to the end and ignores rows.
    public func run(_ values: Value...) throws(SQLiteError) { try run(values) }

    public func run(_ values: [Value]) throws(SQLiteError) {
        defer { reset() }
        try bind(values)
        while try step() {}
    }

    /// The first row, mapped; `nil` when there is none.
    public func first<Result>(_ values: Value..., map: (Row) throws -> Result) throws -> Result? {
        defer { reset() }
        try bind(values)
        return try step() ? try map(unsafe Row(handle: handle)) : nil
    }

    public func forEach(_ values: Value..., body: (Row) throws -> Void) throws {
        defer { reset() }
        try bind(values)
        while try step() { try body(unsafe Row(handle: handle)) }
    }

    public func map<Result>(_ values: Value..., row: (Row) throws -> Result) throws -> [Result] {
        try map(values, row: row)
    }

    public func map<Result>(_ values: [Value], row: (Row) throws -> Result) throws -> [Result] {
        defer { reset() }
        try bind(values)
        var results: [Result] = []
        while try step() { results.append(try row(unsafe Row(handle: handle))) }
        return results
    }

    private func bind(_ values: [Value]) throws(SQLiteError) {
        for (index, value) in values.enumerated() {
            let position = Int32(index + 1)
            let code =
                switch value {
                case .null: unsafe sqlite3_bind_null(handle, position)
                case .integer(let number): unsafe sqlite3_bind_int64(handle, position, number)
                case .text(let text): bind(text, at: position)
                case .blob(let bytes): bind(bytes, at: position)
                }
            guard code == SQLITE_OK else { throw error(code) }
        }
    }

    private func bind(_ text: String, at position: Int32) -> Int32 {
        // An empty buffer has no address to give, and SQLite takes nil for NULL.
        guard !text.isEmpty else { return unsafe sqlite3_bind_text(handle, position, "", 0, copied) }
        var text = text
        return text.withUTF8 { utf8 in
            unsafe utf8.withMemoryRebound(to: CChar.self) { characters in
                unsafe sqlite3_bind_text64(
                    handle, position, characters.baseAddress, UInt64(characters.count), copied, UInt8(SQLITE_UTF8))
            }
        }
    }

    private func bind(_ bytes: [UInt8], at position: Int32) -> Int32 {
        guard !bytes.isEmpty else { return unsafe sqlite3_bind_zeroblob(handle, position, 0) }
        return unsafe bytes.withUnsafeBytes {
            unsafe sqlite3_bind_blob64(handle, position, $0.baseAddress, UInt64($0.count), copied)
        }
    }

    private func step() throws(SQLiteError) -> Bool {
        let code = unsafe sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw error(code)
        }
    }

    private func reset() {
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
    }

    private func error(_ code: Int32) -> SQLiteError {
        unsafe SQLiteError(
            code: code, message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))),
            during: "running \(sql.prefix(80))")
    }

    /// SQLITE_TRANSIENT: SQLite copies what it is given before the call returns.
    private var copied: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

/// A row while its statement stands on it; not to be kept beyond the closure that got it.
@safe public struct Row {
    fileprivate let handle: OpaquePointer

    public var count: Int { unsafe Int(sqlite3_column_count(handle)) }

    public func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }
    public func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    /// As it stands; a number with a fraction, which nothing here writes, counts as nothing.
    public func value(_ column: Int32) -> Value {
        switch unsafe sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: .integer(integer(column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: .blob(bytes(column))
        default: .null
        }
    }

    public func bytes(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Text as it was stored; bytes that are not UTF-8 (a damaged row) come back with replacement characters, and then
    /// fail the hash.
    public func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
    public func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
}
