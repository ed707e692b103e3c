import Barcodes
import Domain
import Foundation
import Journal
import Synchronization
import TestSupport
import Testing
import Workflow

/// What the center sends, and personal data that has had its time.
@Suite struct CenterDocumentTests {
    let bench: JournalFixture

    init() throws { bench = try JournalFixture() }

    private static let day: Int64 = 86_400_000

    private func expected(_ version: Int64, _ parcels: [ExpectedParcel]) -> CenterDocument {
        CenterDocument(version: version, digest: Digest(of: [UInt8(version)]), content: .expected(parcels))
    }

    private func roster(_ version: Int64, _ people: [Person]) -> CenterDocument {
        CenterDocument(version: version, digest: Digest(of: [UInt8(version)]), content: .roster(people))
    }

    private func parcel(_ subject: String, for recipient: String, _ name: String) -> ExpectedParcel {
        ExpectedParcel(
            subject: subject, carrier: .sf, recipient: Recipient(id: recipient, name: name, phoneTail: "9\(recipient)"),
            handling: .cold, code: .digits)
    }

    private let people = [
        Person(
            id: "p1", name: "李*站", roles: [.operator, .courier], badge: BadgeHash(of: "KB-1"),
            pin: PINVerifier(iterations: 1000, salt: [1, 2], hash: [3, 4]), phoneTail: "0001", number: 7,
            carrier: .zto), Person(id: "p2", name: "王*", roles: [.farmer]),
    ]

    /// Applies what is news, as the agent does; says whether it was.
    @discardableResult
    private func apply(_ document: CenterDocument, _ journal: Journal) throws -> Bool {
        try journal.record { transaction in
            guard try transaction.isNews(document) else { return false }
            try transaction.apply(document)
            return true
        }
    }

    private func receive(_ subject: String, for recipient: String?, _ journal: Journal) throws {
        var draft = bench.draft(subject)
        if let recipient { draft.data = JSON.object(["recipient": .string(recipient)]).canonical }
        try journal.record { [draft] in _ = try $0.record(draft) }
    }

    private func collect(_ subject: String, _ journal: Journal) throws {
        let draft = bench.draft(subject, type: .parcelCollected)
        try journal.record { _ = try $0.record(draft) }
    }

    @discardableResult
    private func erase(_ journal: Journal, days: Int64 = 7) throws -> Int {
        let now = bench.now.wall
        let cutoff = Timestamp(milliseconds: now.milliseconds - days * Self.day)
        return try journal.record { try $0.eraseRecipients(goneBefore: cutoff, now: now) }
    }

    private func pass(_ days: Int64) { bench.wall.withLock { $0 += days * Self.day } }

    private func recipient(_ id: String, _ journal: Journal) throws -> Recipient? {
        try journal.record { try $0.recipient(id) }
    }

    /// Whether these bytes lie anywhere in the files of the journal, quarantine left aside.
    private func files(hold text: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: bench.directory.path).filter { name in
            let path = bench.directory.file(name)
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue else {
                return false
            }
            return try Data(contentsOf: URL(fileURLWithPath: path)).range(of: Data(text.utf8)) != nil
        }
    }

    // MARK: In force

    @Test func `the newest version is in force, and an older or equal one is no news`() async throws {
        let journal = try bench.open()
        defer { journal.close() }
        #expect(try apply(expected(3, [parcel("SF1", for: "r1", "张*")]), journal))
        #expect(try !apply(expected(3, []), journal))
        #expect(try !apply(expected(2, [parcel("SF2", for: "r2", "赵*")]), journal))
        #expect(try await journal.record { try $0.expected("SF1") } == parcel("SF1", for: "r1", "张*"))
        #expect(try await journal.record { try $0.expected("SF2") } == nil)
        #expect(try apply(expected(4, [parcel("SF2", for: "r2", "赵*")]), journal))
        #expect(try await journal.record { try $0.expected("SF1") } == nil)
        #expect(try await journal.record { try $0.awaited(from: .sf) } == ["SF2"])
        #expect(try await journal.record { try $0.awaited(from: .zto) } == [])
        // The roster has versions of its own.
        #expect(try apply(roster(1, people), journal))
        let versions = try await journal.look { try $0.versions() }
        #expect(versions.expected == 4 && versions.roster == 1)
    }

    @Test func `a document that fails half way changes nothing`() async throws {
        let journal = try bench.open()
        defer { journal.close() }
        try apply(expected(1, [parcel("SF1", for: "r1", "张*")]), journal)
        let next = expected(2, [parcel("SF2", for: "r2", "赵*")])
        let draft = bench.draft("", type: .expectedApplied)
        journal.close()
        let full = try bench.open(reserve: .max)
        defer { full.close() }
        // The event that tells of it finds no room.
        #expect(throws: JournalError.self) {
            try full.record { transaction in
                try transaction.apply(next)
                _ = try transaction.record(draft)
            }
        }
        #expect(try await full.look { try $0.versions() }.expected == 1)
        #expect(try await full.look { try $0.expected("SF1") } != nil)
        #expect(try await full.look { try $0.expected("SF2") } == nil)
    }

    @Test(arguments: ["closed", "killed", "superseded"])
    func `documents, people and guesses are still there after the journal was`(how: String) async throws {
        var journal = try bench.open()
        let list = (0..<300).map { parcel("SF\(1000 + $0)", for: "r\($0)", "张*") }
        try apply(expected(5, list), journal)
        try apply(roster(6, people), journal)
        let attempts = AttemptLimiter(
            failures: 6, lock: .seconds(120), bootID: "boot-1", at: Uptime(milliseconds: 77))
        try await journal.record { try $0.count("pin:7", attempts) }
        try receive("SF1001", for: "r1", journal)
        switch how {
        case "superseded": try journal.supersede(forked: false, detail: "a test")
        case "killed":
            try bench.kill(journal)
            journal = try bench.open()
        default:
            journal.close()
            journal = try bench.open()
        }
        defer { journal.close() }
        let versions = try await journal.look { try $0.versions() }
        #expect(versions.expected == 5 && versions.roster == 6)
        for document in try await journal.look({ try $0.documents() }) {
            switch document.content {
            case .expected(let known):
                #expect(known == list)
                #expect(document.digest == Digest(of: [5]))
            case .roster(let known): #expect(known == people)
            case .catalog, .orders, .payments: Issue.record("none was sent")
            }
        }
        #expect(try await journal.record { try $0.person(badge: BadgeHash(of: "KB-1")) } == people[0])
        #expect(try await journal.record { try $0.person(number: 7) }?.id == "p1")
        #expect(try await journal.record { try $0.attempts("pin:7") } == attempts)
        #expect(try recipient("r1", journal)?.name == "张*")
        #expect(try !apply(roster(6, []), journal))
    }

    // MARK: Erasing

    @Test func `a recipient is known while a parcel is here and so many days longer`() throws {
        let journal = try bench.open()
        defer { journal.close() }
        try apply(expected(1, [parcel("SF1", for: "r1", "张*"), parcel("SF2", for: "r1", "张*")]), journal)
        try receive("SF1", for: "r1", journal)
        try receive("SF2", for: "r1", journal)
        pass(100)
        #expect(try erase(journal) == 0)
        try collect("SF1", journal)
        pass(100)
        #expect(try erase(journal) == 0)
        try collect("SF2", journal)
        // Its days begin when that is first seen by a clock that can be believed.
        pass(100)
        #expect(try erase(journal) == 0)
        pass(6)
        #expect(try erase(journal) == 0)
        #expect(try recipient("r1", journal) != nil)
        pass(2)
        #expect(try erase(journal) == 1)
        #expect(try recipient("r1", journal) == nil)
        #expect(try journal.record { try $0.expected("SF1") }?.recipient == nil)
        #expect(try erase(journal) == 0)
    }

    @Test func `a parcel that comes back in time begins the days anew`() throws {
        let journal = try bench.open()
        defer { journal.close() }
        try apply(expected(1, [parcel("SF1", for: "r1", "张*"), parcel("SF2", for: "r1", "张*")]), journal)
        try receive("SF1", for: "r1", journal)
        try collect("SF1", journal)
        #expect(try erase(journal) == 0)
        pass(5)
        try receive("SF2", for: "r1", journal)
        pass(5)
        #expect(try erase(journal) == 0)
        try collect("SF2", journal)
        #expect(try erase(journal) == 0)
        pass(5)
        #expect(try erase(journal) == 0)
        pass(3)
        #expect(try erase(journal) == 1)
    }

    @Test func `a rebuild neither lengthens the days nor brings a name back`() throws {
        let journal = try bench.open()
        defer { journal.close() }
        try apply(
            expected(1, [parcel("SF1", for: "r1", "张*"), parcel("SF2", for: "r2", "赵*")]), journal)
        try receive("SF1", for: "r1", journal)
        try collect("SF1", journal)
        #expect(try erase(journal) == 0)
        pass(8)
        #expect(try erase(journal) == 1)
        try receive("SF2", for: "r2", journal)
        try collect("SF2", journal)
        #expect(try erase(journal) == 0)
        pass(5)
        try journal.supersede(forked: false, detail: "a test")
        #expect(try recipient("r1", journal) == nil)
        #expect(try recipient("r2", journal)?.name == "赵*")
        pass(3)
        #expect(try erase(journal) == 1)
    }

    @Test func `a name that a later list brings back for a parcel that has gone has its days too`() throws {
        let journal = try bench.open()
        defer { journal.close() }
        try apply(expected(1, [parcel("SF1", for: "r1", "张*")]), journal)
        try receive("SF1", for: "r1", journal)
        try collect("SF1", journal)
        #expect(try erase(journal) == 0)
        pass(8)
        #expect(try erase(journal) == 1)
        try apply(expected(2, [parcel("SF1", for: "r1", "张*"), parcel("SF9", for: "r9", "冯*")]), journal)
        #expect(try erase(journal) == 0)
        pass(8)
        #expect(try erase(journal) == 1)
        #expect(try journal.record { try $0.expected("SF1") }?.recipient == nil)
        // One that is still on its way keeps its name.
        #expect(try journal.record { try $0.expected("SF9") }?.recipient?.name == "冯*")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `an erased name lies in none of the journal's bytes any more`(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let journal = try bench.open()
        var names: [String: String] = [:]
        var present: Set<Int> = []
        // Lists that grow and shrink move rows between pages again and again.
        for version in 1...12 {
            let numbers = (0..<600).shuffled(using: &generator).prefix(Int.random(in: 50...500, using: &generator))
            for number in numbers { names["r\(number)"] = "刘\(seed)\(number)家的名字" }
            try apply(
                expected(
                    Int64(version), numbers.map { parcel("SF\(1000 + $0)", for: "r\($0)", names["r\($0)"]!) }), journal)
            let came = numbers.prefix(40).filter { present.insert($0).inserted }
            for number in came { try receive("SF\(1000 + number)", for: "r\(number)", journal) }
        }
        let stays = present.sorted().prefix(5)
        for number in present.subtracting(stays) { try collect("SF\(1000 + number)", journal) }
        #expect(try files(hold: "家的名字") != [])
        try erase(journal)
        pass(8)
        // What is no longer on its way is named nowhere; what has come and gone was.
        try apply(expected(13, []), journal)
        #expect(try erase(journal) == present.count - stays.count)
        for (id, name) in names {
            let isHere = stays.contains { "r\($0)" == id }
            #expect(try recipient(id, journal) == nil || isHere)
            let found = try files(hold: name)
            #expect(isHere || found == [], "\(name) is in \(found)")
        }
        journal.close()
        for name in names.values where !stays.contains(where: { names["r\($0)"] == name }) {
            #expect(try files(hold: name) == [], "after closing")
        }
    }

    @Test func `no event holds a name, a tail, a badge or a PIN`() async throws {
        let journal = try bench.open()
        defer { journal.close() }
        try apply(expected(1, (0..<20).map { parcel("SF\(1000 + $0)000000000", for: "R\($0)", "张某人") }), journal)
        try apply(roster(1, people), journal)
        var policy = Desk.Policy()
        policy.shelves = SlotAllocator(slots: [.init(name: "1-1", capacity: 50, handling: .cold)])
        policy.consent = .warn
        var desk = Desk(name: "desk", policy: policy)
        let scans: [Desk.Input] =
            [.text("KB-1"), .text("KC-SHELVE")]
            + (0..<20).map { number in
                let subject = "SF\(1000 + number)000000000"
                return .parcel(
                    ScannedParcel(
                        waybill: Waybill(number: subject), carriers: [.sf], symbology: nil, raw: Array(subject.utf8)))
            } + [.text("R3"), .signIn(number: 7, pin: "123456"), .verified(person: "p1", isRight: false)]
        for scan in scans {
            let moment = Moment(now: bench.now, bootID: "boot-1")
            desk = try await journal.record { [desk] transaction in
                var desk = desk
                var generator = SystemRandomNumberGenerator()
                for action in try desk.handle(scan, at: moment, point: transaction, using: &generator) {
                    if case .record(let draft) = action { _ = try transaction.record(draft) }
                }
                return desk
            }
        }
        let events = try bench.all(journal)
        #expect(events.count == 41)
        for event in events {
            let text = String(decoding: event.draft.canonical, as: UTF8.self)
            for secret in ["张某人", "9R", "李*站", "0001\"", "KB-1", "123456"] {
                #expect(!text.contains(secret), "\(text)")
            }
        }
    }
}
