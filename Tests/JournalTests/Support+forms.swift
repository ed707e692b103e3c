import Foundation
import SQLite
import TestSupport

extension JournalFixture {
    /// What the programs of each form made, as it was: the first knew of parcels in another way, and has tests of its own.
    static let forms = [2, 3, 4, 5, 6, 7, 8]

    static func schema(ofForm form: Int) throws -> String {
        try String(contentsOfFile: "\(Products.repository)/Tests/JournalTests/Forms/\(form).sql", encoding: .utf8)
    }

    /// Puts what the closed journal holds into a file of an older form, with a log that was closed as those programs did.
    func putBack(form: Int) throws {
        let old = directory.file("older.db")
        let connection = try Connection(path: old)
        try connection.execute("PRAGMA page_size = \(form < 4 ? 4096 : 1024); PRAGMA journal_mode = DELETE;")
        try connection.execute(Self.schema(ofForm: form))
        try connection.execute("ATTACH '\(database)' AS now")
        let names = try connection.statement(
            "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).map([]) { $0.text(0) }
        for name in names {
            // The two marks are rows that may be moved and not replaced.
            if name == "cursor" || name == "anchor" {
                try connection.execute(
                    "UPDATE main.\(name) SET (seq, hash) = (SELECT seq, hash FROM now.\(name))")
            } else {
                let columns =
                    try connection.statement(
                        "SELECT group_concat(name) FROM pragma_table_info('\(name)', 'main')"
                    ).first { $0.text(0) } ?? "*"
                try connection.execute("INSERT INTO main.\(name) (\(columns)) SELECT \(columns) FROM now.\(name)")
            }
        }
        try connection.execute("UPDATE main.meta SET value = '\(form)' WHERE name = 'format'; DETACH now;")
        try connection.keepWAL()
        try connection.execute("PRAGMA journal_mode = WAL; UPDATE meta SET value = value;")
        connection.close()
        for end in ["", "-wal"] {
            try? FileManager.default.removeItem(atPath: database + end)
            try FileManager.default.moveItem(atPath: old + end, toPath: database + end)
        }
        try? FileManager.default.removeItem(atPath: old + "-shm")
    }
}
