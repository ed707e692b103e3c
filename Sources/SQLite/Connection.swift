import CSQLite

/// One open database; the only owner of its handle. It belongs to one thread at a time: nothing here is locked.
@safe public final class Connection {
    public enum Mode: Sendable {
        case readWrite
        /// Never writes, so never checkpoints: safe beside the one writer.
        case readOnly
    }

    private var handle: OpaquePointer?
    private var statements: [String: Statement] = [:]

    public init(path: String, mode: Mode = .readWrite) throws(SQLiteError) {
        let flags =
            switch mode {
            case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
            case .readOnly: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
            }
        var handle: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let opened = unsafe handle else {
            let error = unsafe SQLiteError(
                code: handle.map { unsafe sqlite3_extended_errcode($0) } ?? code,
                message: String(cString: unsafe handle.map { unsafe sqlite3_errmsg($0) } ?? sqlite3_errstr(code)),
                during: "opening \(path)")
            unsafe sqlite3_close_v2(handle)
            throw error
        }
        unsafe self.handle = opened
        unsafe sqlite3_extended_result_codes(opened, 1)
        unsafe sqlite3_busy_timeout(opened, 5000)
    }

    deinit { close() }

    /// Closes the file now. Every later use of the connection is an error that SQLite reports (SQLITE_MISUSE).
    public func close() {
        statements.removeAll()
        unsafe sqlite3_close_v2(handle)
        unsafe handle = nil
    }

    /// Runs SQL that gives no rows; several statements may stand in it.
    public func execute(_ sql: String) throws(SQLiteError) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, "running \(sql.prefix(80))") }
    }

    /// The prepared statement for this text, compiled once and kept.
    public func statement(_ sql: String) throws(SQLiteError) -> Statement {
        if let kept = statements[sql] { return kept }
        var pointer: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK, let prepared = unsafe pointer else { throw error(code, "preparing \(sql.prefix(80))") }
        let statement = unsafe Statement(handle: prepared, sql: sql)
        statements[sql] = statement
        return statement
    }

    /// Runs `body` between BEGIN IMMEDIATE and COMMIT. Whatever throws, COMMIT included, undoes all of it; the error of
    /// the cause is the one thrown.
    public func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try statement("BEGIN IMMEDIATE").run()
        do {
            let result = try body()
            try statement("COMMIT").run()
            return result
        } catch {
            // A failed COMMIT may have ended the transaction already; then there is nothing left to undo.
            if unsafe sqlite3_get_autocommit(handle) == 0 { try? statement("ROLLBACK").run() }
            throw error
        }
    }

    /// How many rows have been changed since the connection was opened.
    public var changes: Int64 { unsafe sqlite3_total_changes64(handle) }

    /// Keeps the `-wal` file when the last connection closes, so that its absence always means that it was taken away.
    public func keepWAL() throws(SQLiteError) {
        var on: Int32 = 1
        let code = unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_PERSIST_WAL, &on)
        guard code == SQLITE_OK else { throw error(code, "keeping the write-ahead log") }
    }

    /// The first column of the first row, as text: for pragmas.
    public func text(_ sql: String) throws -> String? {
        try statement(sql).first { $0.text(0) }
    }

    private func error(_ code: Int32, _ during: String) -> SQLiteError {
        unsafe SQLiteError(code: code, message: String(cString: sqlite3_errmsg(handle)), during: during)
    }
}
