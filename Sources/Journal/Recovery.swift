import Board
import Domain
import Glibc
import Logging
import SQLite

/// Building journals: an empty one at first, and a new one out of what can be read of a damaged one.
///
/// The damaged files are moved aside untouched. Every row that can be read and proves itself by its hash goes into a new
/// epoch in its old order and keeps its id, by which the center knows what it has already. The first event of the new
/// epoch names the old head and the ranges that are gone.
struct Recovery {
    let files: JournalFiles
    let kiosk: KioskID
    let bootID: String
    let logger: Logger

    /// What befell the old journal; its words go into the event.
    enum Cause: String, Sendable {
        case damaged
        case logMissing = "log-missing"
        /// The center holds more of this epoch than we do: an older copy was put back.
        case rolledBack = "rolled-back"
        /// The center holds another event in this place of this epoch.
        case forked
    }

    func createEmpty() throws {
        var generator = SystemRandomNumberGenerator()
        try build(chain: HashChain(kiosk: kiosk, epoch: .random(using: &generator))) { _ in }
    }

    func rebuild(cause: Cause, detail: String, now: Now) throws {
        let old = files.recordedIdentity
        let place = try files.moveToQuarantine()
        let name = "quarantine/" + (place.split(separator: "/").last ?? "")
        logger.error(
            "the journal is damaged; it was moved aside and what can be read is being salvaged",
            metadata: ["cause": "\(cause.rawValue)", "detail": "\(detail)", "moved-to": "\(place)"])

        var generator = SystemRandomNumberGenerator()
        let chain = HashChain(kiosk: kiosk, epoch: .random(using: &generator))
        let source = Salvage(directory: place, identity: old, logger: logger)
        let survey = source.survey()
        let data: JSON = .members([
            "cause": .string(cause.rawValue), "detail": .string(String(detail.prefix(200))),
            "quarantine": .string(name), "salvaged": .integer(survey.good),
            "oldepoch": survey.chain.map { .string($0.epoch.text) },
            "oldhead": survey.head.map { ["sequence": .integer($0.sequence), "hash": .string($0.hash.description)] },
            "lost": .array(survey.lost.map { [.integer($0.lowerBound), .integer($0.upperBound)] }),
            // What lay behind the last readable event cannot be counted from here; the center may know it.
            "mayhavelostmore": .boolean(cause == .logMissing || cause == .damaged),
        ])
        let recovered = EventDraft(
            id: .make(at: now.wall, using: &generator), type: .journalRecovered, subject: nil, now: now, bootID: bootID,
            actor: nil, data: data.canonical)
        try build(chain: chain) { store in
            _ = try store.record(recovered)
            try source.forEachGood { draft in _ = try store.record(draft) }
        }
        logger.notice(
            "a new journal was begun",
            metadata: [
                "epoch": "\(chain.epoch)", "salvaged": "\(survey.good)",
                "lost": "\(survey.lost.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: " "))",
            ])
    }

    /// Builds a whole journal beside the place where it will lie, and puts it there in one step. It has no write-ahead
    /// log yet, and its header says so.
    private func build(chain: HashChain, _ fill: (Builder) throws -> Void) throws {
        for leftover in ["", "-journal"] { unsafe unlink(files.draft + leftover) }
        do {
            let connection = try Connection(path: files.draft)
            try connection.execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA page_size = 4096;")
            let builder = Builder(connection: connection, chain: chain)
            try connection.transaction {
                try connection.execute(Schema.create)
                let meta = try connection.statement("INSERT INTO meta VALUES (?1, ?2)")
                try meta.run(.text("kiosk"), .text(chain.kiosk.text))
                try meta.run(.text("epoch"), .text(chain.epoch.text))
                try fill(builder)
            }
        }
        try files.install(kiosk: chain.kiosk, epoch: chain.epoch)
    }

    /// Appends to a journal being built.
    final class Builder {
        private let writer: EventWriter
        private let chain: HashChain
        private var head = Head.genesis

        init(connection: Connection, chain: HashChain) {
            writer = EventWriter(connection: connection)
            self.chain = chain
        }

        func record(_ draft: EventDraft) throws -> Event {
            let event = chain.append(draft, after: head)
            try writer.insert(event)
            head = Head(sequence: event.sequence, hash: event.hash)
            return event
        }
    }
}
