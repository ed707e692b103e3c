import Board
import Delivery
import Domain
import Glibc
import Harness
import Journal
import Logging

/// A sound journal as a killed process leaves it: its files, and what was recorded in it.
struct JournalSample {
    /// What the control compares of a row.
    struct Print: Hashable {
        var sequence: Int64
        var data: [UInt8]
        var hash: [UInt8]
    }

    let files: [String: [UInt8]]
    let epoch: Epoch
    let judge: DamageJudge
    let prints: [Print]

    /// - Parameters:
    ///   - events: how many are recorded.
    ///   - folded: so many of them lie in the database, the others in the write-ahead log.
    init(_ directory: String, events: Int, folded: Int) throws {
        let place = try DirectoryTree.make("journal", in: directory)
        defer { DirectoryTree.remove(place) }
        let subjects = (1...events).map { "SF\(1_000_000_000_000 + $0)" }
        if folded > 0 {
            let journal = try Self.open(place) { _ in }
            try Self.record(Array(subjects.prefix(folded)), in: journal)
            // Closing folds the log into the database.
            journal.close()
        }
        let journal = try Self.open(place) { _ in }
        try Self.record(Array(subjects.dropFirst(folded)), in: journal)
        let recorded = try Self.all(of: journal)
        epoch = journal.state.epoch
        files = Dictionary(
            uniqueKeysWithValues: Damage.files.map {
                ($0, BoundedFileReader.read("\(place)/\($0)", limit: 8 << 20) ?? [])
            })
        journal.close()
        judge = DamageJudge(recorded: recorded)
        prints = recorded.map { Print(sequence: $0.sequence, data: $0.draft.data, hash: $0.hash.bytes) }
    }

    /// Puts the files into a directory, one of them damaged.
    func lay(_ damage: Damage, in place: String) throws {
        for (name, bytes) in files {
            guard let bytes = name == damage.file ? damage.apply(to: bytes) : bytes else { continue }
            let path = "\(place)/\(name)"
            let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw ChildProgram.Failure("\(path) cannot be written: errno \(errno)") }
            defer { close(descriptor) }
            guard unsafe write(descriptor, bytes, bytes.count) == bytes.count else {
                throw ChildProgram.Failure("\(path) cannot be written: errno \(errno)")
            }
        }
    }

    // MARK: Journals

    private static let now = Now(
        wall: Timestamp(milliseconds: 1_790_000_000_000), uptime: Uptime(milliseconds: 1), clock: .synced)

    static func open(
        _ place: String, onFailure: @escaping @Sendable (JournalError) -> Void
    ) throws -> Journal {
        guard let kiosk = KioskID("k1310020007") else { throw ChildProgram.Failure("no kiosk") }
        let configuration = Journal.Configuration(
            directory: place, kiosk: kiosk, reserveBytes: 0, bootID: "lab", now: { now })
        return try Journal.open(
            configuration, logger: Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() }, onFailure: onFailure)
    }

    /// All that would be delivered. A damaged row is met while reading; then the journal begins anew, and the reader with it.
    static func all(of journal: Journal) throws -> [Event] {
        for _ in 0..<3 {
            do { return try journal.page(after: 0, limit: 100_000).events } catch JournalError.replaced { continue }
        }
        throw JournalError.replaced
    }

    /// The scan of a parcel that comes; where the state turns out damaged, it is scanned again.
    static func record(_ subjects: [String], in journal: Journal) throws {
        var generator = SystemRandomNumberGenerator()
        for subject in subjects {
            let draft = EventDraft(
                id: .make(at: now.wall, using: &generator), type: .parcelReceived, subject: subject, now: now,
                bootID: "lab", actor: nil, data: JSON.object(["raw": .string(subject)]).canonical)
            do {
                _ = try journal.record { try $0.record(draft) }
            } catch JournalError.replaced {
                _ = try journal.record { try $0.record(draft) }
            }
        }
    }
}
