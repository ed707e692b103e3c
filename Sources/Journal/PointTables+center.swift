import Domain
import SQLite

/// What the center sent, each kind replaced as a whole, and personal data that has had its time.
extension PointTables {
    enum Kind: String, CaseIterable { case expected, roster, catalog, orders, payments }

    struct Document: Hashable {
        var version: Int64
        var digest: Digest
    }

    func document(_ kind: Kind) throws -> Document? {
        try connection.statement("SELECT version, digest, proof FROM document WHERE kind = ?1").first(
            .text(kind.rawValue)
        ) { row in
            // A version that a flipped bit made huge would make everything that follows old.
            guard let digest = Digest(bytes: row.bytes(1)),
                ParcelRecord.proof(kind.rawValue, row.integer(0), 0, digest.description) == row.integer(2)
            else { throw Damage("the version of what the center sent is not what was written") }
            return Document(version: row.integer(0), digest: digest)
        }
    }

    func set(_ document: Document, _ kind: Kind) throws {
        try connection.statement("INSERT OR REPLACE INTO document VALUES (?1, ?2, ?3, ?4)").run(
            .text(kind.rawValue), .integer(document.version), .blob(document.digest.bytes),
            .integer(ParcelRecord.proof(kind.rawValue, document.version, 0, document.digest.description)))
    }

    func replace(expected: [ExpectedParcel]) throws {
        try overwriting {
            try connection.statement("DELETE FROM expected").run()
            let insert = try connection.statement(
                "INSERT OR REPLACE INTO expected VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
            for parcel in expected {
                try insert.run(
                    .text(parcel.subject), .text(parcel.carrier?.rawValue), .text(parcel.handling.rawValue),
                    .text(parcel.code?.rawValue), .text(parcel.recipient?.id), .text(parcel.recipient?.name),
                    .text(parcel.recipient?.phoneTail), .text(parcel.consent?.rawValue),
                    parcel.recipient?.secret.map { .blob($0.digest.bytes) } ?? .null)
            }
        }
    }

    func replace(people: [Person]) throws {
        try overwriting {
            try connection.statement("DELETE FROM person").run()
            let insert = try connection.statement("INSERT OR REPLACE INTO person VALUES (?1, ?2, ?3, ?4, ?5)")
            for person in people { try insert.run(PersonRecord.values(person)) }
        }
    }

    /// Erases whom parcels were for once all of theirs have been gone since before `cutoff`. Both times are trusted ones; a
    /// recipient whose last parcel left while the clock could not be believed counts from now.
    /// - Returns: how many recipients were erased.
    func eraseRecipients(goneBefore cutoff: Timestamp, now: Timestamp) throws -> Int {
        // A later list may name again whose parcel has come: from then on that name has its time too.
        try connection.statement(
            """
            INSERT OR IGNORE INTO recipient SELECT recipient, name, tail, NULL, secret FROM expected
            WHERE name IS NOT NULL AND EXISTS (SELECT 1 FROM parcel WHERE parcel.subject = expected.subject)
            """
        ).run()
        let isHere =
            "id IN (SELECT recipient FROM parcel INDEXED BY parcel_here WHERE recipient IS NOT NULL "
            + "AND \(ParcelRecord.here))"
        try connection.statement("UPDATE recipient SET gone_at = NULL WHERE gone_at IS NOT NULL AND \(isHere)").run()
        try connection.statement("UPDATE recipient SET gone_at = ?1 WHERE gone_at IS NULL AND NOT \(isHere)").run(
            .integer(now.milliseconds))
        let erased = try connection.statement("SELECT id FROM recipient WHERE gone_at < ?1").map(
            [.integer(cutoff.milliseconds)]
        ) { $0.text(0) }
        guard !erased.isEmpty else { return 0 }
        try overwriting {
            for id in erased {
                try connection.statement("DELETE FROM recipient WHERE id = ?1").run(.text(id))
                // What was announced and has come needs no name any more.
                try connection.statement(
                    """
                    UPDATE expected SET recipient = NULL, name = NULL, tail = NULL, secret = NULL
                    WHERE recipient = ?1 AND EXISTS (SELECT 1 FROM parcel WHERE parcel.subject = expected.subject)
                    """
                ).run(.text(id))
            }
        }
        return erased.count
    }

    /// Overwrites what is deleted where it lay, whole pages too. Elsewhere that would cost writes for nothing.
    private func overwriting(_ body: () throws -> Void) throws {
        try connection.execute("PRAGMA secure_delete = ON")
        defer { try? connection.execute("PRAGMA secure_delete = FAST") }
        try body()
    }
}

/// A person as a row; proved like a parcel, because it decides who may do what.
enum PersonRecord {
    static let columns = "id, badge, number, detail, proof"

    static func values(_ person: Person) -> [Value] {
        let detail = json(person).canonicalText
        return [
            .text(person.id), person.badge.map { .blob($0.digest.bytes) } ?? .null,
            person.number.map { .integer(Int64($0)) } ?? .null, .text(detail),
            .integer(ParcelRecord.proof(person.id, 0, 0, detail)),
        ]
    }

    static func person(_ row: Row) throws -> Person {
        let id = row.text(0)
        let detail = row.text(3)
        guard ParcelRecord.proof(id, 0, 0, detail) == row.integer(4), let json = try? JSON(parsing: detail.utf8),
            let name = json["name"]?.string
        else { throw Damage("the roster is not what was written") }
        let badge = json["badge"]?.string.flatMap { Digest($0) }.map(BadgeHash.init)
        let number = json["number"]?.integer.map { Int($0) }
        guard badge?.digest.bytes == (row.isNull(1) ? nil : row.bytes(1)),
            number == (row.isNull(2) ? nil : Int(row.integer(2)))
        else { throw Damage("the roster is not what was written") }
        return Person(
            id: id, name: name,
            roles: Set((json["roles"]?.array ?? []).compactMap { $0.string.flatMap(Person.Role.init) }), badge: badge,
            pin: json["pin"].flatMap(pin), phoneTail: json["tail"]?.string, number: number,
            carrier: json["carrier"]?.string.flatMap(Carrier.init))
    }

    private static func json(_ person: Person) -> JSON {
        .members([
            "name": .string(person.name),
            "roles": .array(person.roles.map(\.rawValue).sorted().map { .string($0) }),
            "badge": person.badge.map { .string($0.digest.description) },
            "pin": person.pin.map {
                [
                    "iterations": .integer(Int64($0.iterations)), "salt": bytes($0.salt), "hash": bytes($0.hash),
                ]
            }, "tail": person.phoneTail.map { .string($0) }, "number": person.number.map { .integer(Int64($0)) },
            "carrier": person.carrier.map { .string($0.rawValue) },
        ])
    }

    private static func bytes(_ bytes: [UInt8]) -> JSON { .array(bytes.map { .integer(Int64($0)) }) }

    private static func pin(_ json: JSON) -> PINVerifier? {
        func bytes(_ name: String) -> [UInt8]? {
            json[name]?.array?.compactMap { $0.integer.flatMap { UInt8(exactly: $0) } }
        }
        guard let iterations = json["iterations"]?.integer, let salt = bytes("salt"), let hash = bytes("hash") else {
            return nil
        }
        return PINVerifier(iterations: Int(clamping: iterations), salt: salt, hash: hash)
    }
}
