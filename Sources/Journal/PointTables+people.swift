import Domain
import Projections
import SQLite
import Wire
import Workflow

/// Who works and brings something here: the county's roster, and people who were met before it knew them.
extension PointTables {
    // MARK: Looking

    /// As the center sent it.
    func roster() throws -> [Person] {
        try connection.statement("SELECT \(PersonRecord.columns) FROM person ORDER BY id").map([]) {
            try PersonRecord.person($0)
        }
    }

    /// The roster, and whom it does not name in the role in which the point has met them.
    func people() throws -> [Person] {
        let roster = try roster()
        let met = try newcomers().map { newcomer in merged(newcomer, roster.first { $0.id == newcomer.mergedInto }) }
        var known = Set(roster.flatMap { person in person.roles.map { [person.id, $0.rawValue] } })
        return roster
            + met.filter { person in
                let roles = person.roles.filter { known.insert([person.id, $0.rawValue]).inserted }
                return !roles.isEmpty
            }
    }

    /// Who a newcomer is by now. What was given at a desk, card and number, names that person in the role of then and in no other: it
    /// was in the hands of an operator, and nobody becomes one by it.
    private func merged(_ newcomer: Newcomer, _ known: Person?) -> Person {
        guard let id = newcomer.mergedInto else { return newcomer.person }
        var person = newcomer.person
        person.id = id
        person.badge = nil
        person.name = known?.name ?? person.name
        person.phoneTail = known?.phoneTail ?? person.phoneTail
        person.number = known?.number ?? person.number
        return person
    }

    func person(_ id: String) throws -> Person? { try person("id = ?1", .text(id)) }
    func person(badge: BadgeHash) throws -> Person? { try person("badge = ?1", .blob(badge.digest.bytes)) }
    func person(number: Int) throws -> Person? { try person("number = ?1", .integer(Int64(number))) }

    private func person(_ condition: String, _ value: Value) throws -> Person? {
        // The roster of a village is short; it has no index of its own.
        let found = try connection.statement("SELECT \(PersonRecord.columns) FROM person WHERE \(condition)").first(
            value
        ) {
            try PersonRecord.person($0)
        }
        if let found { return found }
        let met = try connection.statement("SELECT \(NewcomerRecord.columns) FROM newcomer WHERE \(condition)").first(
            value
        ) {
            try NewcomerRecord.newcomer($0)
        }
        guard let met else {
            // Nobody is told to be unknown because of a flipped bit in what was searched for.
            _ = try people()
            return nil
        }
        guard let id = met.mergedInto else { return met.person }
        let known = try connection.statement("SELECT \(PersonRecord.columns) FROM person WHERE id = ?1").first(
            .text(id)
        ) {
            try PersonRecord.person($0)
        }
        return merged(met, known)
    }

    func newcomers() throws -> [Newcomer] {
        try connection.statement("SELECT \(NewcomerRecord.columns) FROM newcomer ORDER BY id").map([]) {
            try NewcomerRecord.newcomer($0)
        }
    }

    func newcomer(_ id: String) throws -> Newcomer? {
        try connection.statement("SELECT \(NewcomerRecord.columns) FROM newcomer WHERE id = ?1").first(.text(id)) {
            try NewcomerRecord.newcomer($0)
        }
    }

    /// By what the county calls this person: what was recorded under either name is one account.
    func canonical(_ id: String) throws -> String { try newcomer(id)?.mergedInto ?? id }

    /// The number is one that nobody had here, in an earlier journal either.
    func nextNewcomer() throws -> (id: String, number: Int) {
        let journal = try journalName()
        let count = try counter(Newcomer.prefix + journal) + 1
        let taken = Set(try newcomers().compactMap(\.person.number) + roster().compactMap(\.number))
        let number = Newcomer.numbers.first { !taken.contains($0) } ?? Newcomer.numbers.upperBound
        return (Newcomer.id(journal: journal, count: count), number)
    }

    /// What a roster says of people who were met here, and is so from now on: what was said before too, because the event that said
    /// it may be lost. What a roster cannot change any more stays as it was, and that is told.
    func mergings(by people: [Person]) throws -> Newcomer.Mergings {
        var mergings = Newcomer.Mergings()
        var known: [String: String] = [:]
        for person in people {
            for id in person.was {
                guard let met = try newcomer(id) else { continue }
                let first = met.mergedInto ?? known[id] ?? person.id
                guard first == person.id else {
                    mergings.kept.append(.init(id: id, person: first))
                    continue
                }
                if known.updateValue(first, forKey: id) == nil { mergings.stated.append(.init(id: id, person: first)) }
            }
        }
        return mergings
    }

    // MARK: Writing what events say

    func perform(_ step: PersonProjection.Step) throws {
        switch step {
        case .add(let newcomer):
            guard try self.newcomer(newcomer.person.id) == nil else { return }
            try put(newcomer)
            if let (journal, count) = Newcomer.parts(newcomer.person.id) { try note(Newcomer.prefix + journal, count) }
        case .merge(let merged):
            for merging in merged {
                guard var newcomer = try newcomer(merging.id), newcomer.mergedInto == nil else { continue }
                newcomer.mergedInto = merging.person
                newcomer.card = nil
                try put(newcomer)
            }
        }
    }

    func keep(card: String, of id: String) throws {
        guard var newcomer = try newcomer(id), newcomer.mergedInto == nil else { return }
        newcomer.card = card
        try put(newcomer)
    }

    func put(_ newcomer: Newcomer) throws {
        try connection.statement(
            "INSERT OR REPLACE INTO newcomer (\(NewcomerRecord.columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ).run(NewcomerRecord.values(newcomer))
    }
}

/// Somebody met here as a row; proved like a person of the roster.
enum NewcomerRecord {
    static let columns = "id, badge, number, person, detail, proof"

    static func values(_ newcomer: Newcomer) -> [Value] {
        let person = newcomer.person
        let detail = JSON.members([
            "event": newcomer.json, "met": person.met?.json, "into": newcomer.mergedInto.map { .string($0) },
            "card": newcomer.card.map { .string($0) },
        ]).canonicalText
        return [
            .text(person.id), person.badge.map { .blob($0.digest.bytes) } ?? .null,
            person.number.map { .integer(Int64($0)) } ?? .null, .text(newcomer.mergedInto), .text(detail),
            .integer(ParcelRecord.proof(person.id, 0, 0, detail)),
        ]
    }

    static func newcomer(_ row: Row) throws -> Newcomer {
        let id = row.text(0)
        let detail = row.text(4)
        guard ParcelRecord.proof(id, 0, 0, detail) == row.integer(5), let json = try? JSON(parsing: detail.utf8),
            let data = json["event"], let met = json["met"].flatMap(Moment.init),
            var newcomer = Newcomer(id: id, data, met: met)
        else { throw Damage("somebody met here is not what was written") }
        newcomer.mergedInto = json["into"]?.string
        newcomer.card = json["card"]?.string
        guard newcomer.person.badge?.digest.bytes == (row.isNull(1) ? nil : row.bytes(1)),
            newcomer.person.number == (row.isNull(2) ? nil : Int(row.integer(2))),
            newcomer.mergedInto == row.optionalText(3)
        else { throw Damage("somebody met here is not what was written") }
        return newcomer
    }
}
