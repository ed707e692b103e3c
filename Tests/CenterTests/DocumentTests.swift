import Domain
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Center
@testable import MQTT

/// Keeps what was logged.
private final class LogLines: Sendable {
    private let kept = Mutex<[String]>([])
    var all: [String] { kept.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.kept.withLock { $0.append("\(event.level): \(event.message) \(event.metadata ?? [:])") }
        }
    }
}

/// A broker's side of the post, without a broker: it takes what it is given and answers when it is told to.
private struct Wharf {
    let directory: TemporaryDirectory
    let documents: Documents
    let log = LogLines()
    let post: DocumentPublisher
    var now = Uptime(milliseconds: 1_000_000)
    var taken: [MQTTMessage] = []
    var unanswered: [Int32] = []
    var next: Int32 = 0
    var refuses: ((MQTTMessage) -> MQTTError?)?

    init() throws {
        directory = try TemporaryDirectory()
        documents = Documents(directory: directory.file("documents"))
        post = DocumentPublisher(documents, logger: log.logger)
    }

    mutating func turn() {
        post.turn(at: now) { [refuses] message throws(MQTTError) in
            if let error = refuses?(message) { throw error }
            next += 1
            taken.append(message)
            unanswered.append(next)
            return next
        }
    }

    mutating func answer(_ reason: ReasonCode = .success) {
        for id in unanswered { #expect(post.published(id, reason, at: now)) }
        unanswered = []
    }

    /// Turns, a second apart where nothing is due sooner, for as long as the post could need; returns what was published.
    mutating func run(seconds: Int64 = 3) -> [MQTTMessage] {
        taken = []
        let end = now + seconds * 1000
        while now < end {
            turn()
            answer()
            now = max(post.deadline(now), now + 1)
        }
        return taken
    }

    func kiosk(_ number: Int = 7) -> KioskID {
        KioskID("k1310020007".dropLast(4) + String(10_000 + number).dropFirst())!
    }

    @discardableResult
    func write(_ version: Int64, _ kiosk: KioskID? = nil, parcels: Int = 1) throws -> Documents.WriteResult {
        let parcels = (0..<parcels).map { ExpectedParcel(subject: "SF\(1_000_000_000_000 + $0)") }
        return try documents.write(
            .expected(ExpectedList(version: version, parcels: parcels)), for: .kiosk(kiosk ?? self.kiosk()))
    }

    func writeRoster(_ version: Int64) throws {
        let people = [Person(id: "p-1", name: "李*", roles: [.courier])]
        _ = try documents.write(.roster(Roster(version: version, people: people)), for: .kiosk(kiosk()))
    }

    func writeCatalog(_ version: Int64, _ county: String = "131002") throws {
        let county = try #require(County(county))
        _ = try documents.write(.catalog(Catalog(version: version, produce: [])), for: .county(county))
    }
}

extension KioskID {
    fileprivate init?(_ text: Substring.SubSequence) { self.init(String(text)) }
}

private func versions(_ messages: [MQTTMessage]) throws -> [Int64] {
    try messages.map {
        let kind = try #require(Document.Kind(rawValue: String($0.topic.split(separator: "/").last ?? "")))
        return try Document(kind, parsing: $0.payload, encoding: $0.userProperties["content-encoding"]).version
    }.sorted()
}

@Suite struct `The post of documents` {
    @Test func `publishes every document, retained, on each connection`() throws {
        var wharf = try Wharf()
        try wharf.write(12, parcels: 200)
        try wharf.writeRoster(3)
        #expect(wharf.run().isEmpty, "without a connection")
        // A broker that was thrown away in between knows nothing, and cannot be told from another.
        for _ in 0..<2 {
            wharf.post.connected()
            let sent = wharf.run()
            #expect(
                Set(sent.map(\.topic)) == [
                    "kiosk/v1/131002/k1310020007/down/expected", "kiosk/v1/131002/k1310020007/down/roster",
                ])
            #expect(sent.count == 2 && sent.allSatisfy { $0.isRetained && $0.contentType == "application/json" })
            #expect(try versions(sent) == [3, 12])
            let list = try #require(sent.first { $0.topic.hasSuffix("expected") })
            #expect(list.userProperties == ["content-encoding": "deflate"])
            #expect(wharf.run().isEmpty, "nothing changed")
            wharf.post.disconnected()
        }
        #expect(wharf.post.counters == DocumentPublisher.Counters(published: 4, skipped: 0))
    }

    @Test func `publishes a county's catalog once for all its kiosks`() throws {
        var wharf = try Wharf()
        for number in 0..<5 { try wharf.write(1, wharf.kiosk(number)) }
        try wharf.writeCatalog(7)
        try wharf.writeCatalog(3, "131003")
        wharf.post.connected()
        let sent = wharf.run().filter { $0.topic.hasSuffix("catalog") }
        #expect(
            sent.map(\.topic).sorted() == [
                "kiosk/v1/131002/all/down/catalog", "kiosk/v1/131003/all/down/catalog",
            ])
        #expect(sent.allSatisfy { $0.isRetained && $0.contentType == "application/json" })
        #expect(try versions(sent) == [3, 7])
        try wharf.writeCatalog(8)
        #expect(try versions(wharf.run()) == [8])
    }

    @Test func `publishes a document that changes within two seconds, and no other`() throws {
        var wharf = try Wharf()
        wharf.post.connected()
        #expect(wharf.run().isEmpty)
        // The directory itself is only made now.
        try wharf.write(1)
        try wharf.write(1, wharf.kiosk(8))
        #expect(try versions(wharf.run(seconds: 2)) == [1, 1])
        try wharf.write(2)
        let sent = wharf.run(seconds: 2)
        #expect(sent.map(\.topic) == [Topics.expected(wharf.kiosk())])
        #expect(try versions(sent) == [2])
    }

    /// The file system's clock ticks every few milliseconds: after the second change of a tick the directory looks as it did
    /// after the first.
    @Test func `misses no change, however close it follows another`() throws {
        var wharf = try Wharf()
        wharf.post.connected()
        for version in Int64(1)...20 {
            try wharf.write(version * 2)
            var state = stat()
            #expect(stat(wharf.documents.directory, &state) == 0)
            wharf.now = wharf.now + 1000
            wharf.turn()
            try wharf.write(version * 2 + 1)
            #expect(utimensat(AT_FDCWD, wharf.documents.directory, [state.st_atim, state.st_mtim], 0) == 0)
            wharf.answer()
            #expect(try versions(wharf.run(seconds: 3)) == [version * 2 + 1])
        }
    }

    @Test func `has no more under way than its bound, and sends each document once`() throws {
        var wharf = try Wharf()
        for number in 0..<700 { try wharf.write(1, wharf.kiosk(number)) }
        wharf.post.connected()
        for _ in 0..<100 {
            let before = wharf.taken.count
            wharf.turn()
            #expect(wharf.taken.count - before <= DocumentPublisher.mostAtOnce)
        }
        // Nobody answered.
        #expect(wharf.taken.count == DocumentPublisher.mostUnderWay)
        #expect(wharf.post.deadline(wharf.now) > wharf.now, "it waits for the broker and does not spin")
        wharf.unanswered.removeLast(40)
        wharf.answer()
        for _ in 0..<100 { wharf.turn() }
        #expect(wharf.taken.count == DocumentPublisher.mostUnderWay + 60)
        wharf.post.disconnected()
        wharf.post.connected()
        wharf.unanswered = []
        let sent = wharf.run()
        #expect(sent.count == 700 && Set(sent.map(\.topic)).count == 700)
    }

    @Test func `skips a damaged file with one line, until it is mended`() throws {
        var wharf = try Wharf()
        try wharf.write(1)
        try wharf.writeRoster(1)
        try wharf.directory.write(#"{"version":1,"parcels":[{"waybill":"#, to: "documents/k1310020008.expected.json")
        try wharf.directory.write("{}", to: "documents/k1310020009.roster.json")
        for _ in 0..<3 {
            wharf.post.connected()
            #expect(wharf.run().count == 2)
            wharf.post.disconnected()
        }
        let lines = wharf.log.all.filter { $0.contains("skipped") }
        #expect(lines.count == 2)
        #expect(lines.contains { $0.contains("k1310020009.roster.json is damaged: the roster: version is missing") })
        wharf.post.connected()
        _ = wharf.run()
        #expect(try wharf.write(5, wharf.kiosk(8)) == .replaced(damaged: damage(wharf)))
        #expect(try versions(wharf.run()) == [5])
    }

    private func damage(_ wharf: Wharf) -> String {
        "\(wharf.directory.path)/documents/k1310020008.expected.json is damaged: not the JSON agreed on: "
            + "the text ends too early at byte 35"
    }

    @Test func `leaves files alone that are no documents, and says so once`() throws {
        var wharf = try Wharf()
        try wharf.write(1)
        for name in [
            "notes.txt", "k131.roster.json", ".k1310020007.expected.json.new", "k1310020007.wishes.json",
            "k1310020007.catalog.json", "131002.roster.json", "13100.catalog.json",
        ] {
            try wharf.directory.write(#"{"version":9,"parcels":[]}"#, to: "documents/\(name)")
        }
        wharf.post.connected()
        #expect(try versions(wharf.run()) == [1])
        wharf.post.disconnected()
        wharf.post.connected()
        #expect(try versions(wharf.run()) == [1])
        #expect(wharf.log.all.filter { $0.contains("is no document") }.count == 6)
    }

    @Test func `goes on behind a document that the broker does not take`() throws {
        var wharf = try Wharf()
        try wharf.write(1, parcels: 300)
        try wharf.writeRoster(2)
        wharf.refuses = { $0.topic.hasSuffix("expected") ? MQTTError(code: 25, words: "too large") : nil }
        wharf.post.connected()
        #expect(try versions(wharf.run()) == [2])
        #expect(wharf.log.all.contains { $0.contains("takes no message so large") })
        #expect(wharf.post.counters.skipped == 1)
        wharf.refuses = nil
        wharf.post.disconnected()
        wharf.post.connected()
        wharf.turn()
        wharf.turn()
        #expect(wharf.unanswered.count == 2)
        wharf.answer(.notAuthorised)
        #expect(wharf.post.counters.skipped == 3)
        #expect(!wharf.post.published(99, .success, at: wharf.now), "an acknowledgement is none of its messages")
    }

    @Test func `takes nothing back when a file is gone`() throws {
        var wharf = try Wharf()
        try wharf.write(1)
        wharf.post.connected()
        #expect(wharf.run().count == 1)
        try FileManager.default.removeItem(atPath: wharf.directory.file("documents"))
        #expect(wharf.run().isEmpty)
        try wharf.write(2)
        #expect(try versions(wharf.run()) == [2])
    }
}

@Suite struct `The documents held` {
    @Test func `take the place of an older version only`() throws {
        let wharf = try Wharf()
        #expect(try wharf.write(5) == .written)
        #expect(try wharf.write(5) == .known)
        #expect(try wharf.write(6) == .written)
        for version in [Int64(1), 5, 6] {
            let error = #expect(throws: Documents.NotNewer.self) { try wharf.write(version, parcels: 2) }
            #expect(error?.description.contains("version 6 was written at 2") == true)
        }
        #expect(throws: Documents.NotNewer.self) { try wharf.write(5) }
        let place = Documents.Address(wharf.kiosk(), .expected)
        #expect(try wharf.documents.read(place)?.document.version == 6)
        // Another kiosk and another kind have versions of their own.
        #expect(try wharf.write(1, wharf.kiosk(8)) == .written)
        try wharf.writeRoster(1)
        #expect(
            try wharf.documents.places().map(\.file) == [
                "k1310020007.expected.json", "k1310020007.roster.json", "k1310020008.expected.json",
            ])
    }

    @Test func `go to whom their kind is for`() throws {
        let wharf = try Wharf()
        let county = try #require(County("131002"))
        #expect(throws: CenterError("131002 is sent no roster")) {
            try wharf.documents.write(.roster(Roster(version: 1, people: [])), for: .county(county))
        }
        #expect(throws: CenterError("k1310020007 is sent no catalog")) {
            try wharf.documents.write(.catalog(Catalog(version: 1, produce: [])), for: .kiosk(wharf.kiosk()))
        }
        try wharf.writeCatalog(1)
        #expect(throws: Documents.NotNewer.self) {
            try wharf.documents.write(
                .catalog(
                    Catalog(
                        version: 1, produce: [],
                        containers: [
                            Catalog.Container(id: "sack", number: 1, name: "袋", tare: .zero)
                        ])), for: .county(county))
        }
        try wharf.writeRoster(1)
        let places = try wharf.documents.places()
        #expect(places.map(\.file) == ["131002.catalog.json", "k1310020007.roster.json"])
        #expect(places.map { $0.reaches(wharf.kiosk()) } == [true, true])
        #expect(places.map { $0.reaches(wharf.kiosk(8)) } == [true, false])
        #expect(try places.map { $0.reaches(try #require(KioskID("k1310030007"))) } == [false, false])
    }

    @Test func `are written whole, for the center and its group alone`() throws {
        let wharf = try Wharf()
        try wharf.write(1, parcels: 50)
        let all = try FileManager.default.contentsOfDirectory(atPath: wharf.documents.directory)
        #expect(all.sorted() == ["history", "k1310020007.expected.json"], "no draft is left")
        let path = wharf.documents.path(Documents.Address(wharf.kiosk(), .expected))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect((mode ?? 0o777) & 0o027 == 0)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(try JSON(parsing: bytes).canonical == bytes)
    }

    @Test func `that cannot be written leave the old one in place`() throws {
        let wharf = try Wharf()
        try wharf.write(1)
        // A directory where the document would be: nothing takes its place.
        let path = wharf.documents.directory + "/k1310020008.expected.json"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(throws: CenterError.self) { try wharf.write(2, wharf.kiosk(8)) }
        #expect(try wharf.documents.read(Documents.Address(wharf.kiosk(), .expected))?.document.version == 1)
        let left = try FileManager.default.contentsOfDirectory(atPath: wharf.documents.directory)
        #expect(left.sorted() == ["history", "k1310020007.expected.json", "k1310020008.expected.json"])
    }

    /// Root writes them into a directory that the center's own user may change.
    @Test func `do not follow what somebody laid in their way`() throws {
        let wharf = try Wharf()
        try wharf.write(1)
        let target = wharf.directory.file("target")
        try Data("untouched".utf8).write(to: URL(fileURLWithPath: target))
        let files = FileManager.default
        for name in [".k1310020007.expected.json.new", "k1310020007.expected.json"] {
            try? files.removeItem(atPath: wharf.documents.directory + "/" + name)
            try files.createSymbolicLink(atPath: wharf.documents.directory + "/" + name, withDestinationPath: target)
        }
        _ = try? wharf.write(2) as Documents.WriteResult
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "untouched")
        #expect(try wharf.documents.read(Documents.Address(wharf.kiosk(), .expected))?.document.version == 2)
        // Nor is the directory itself a way to another place.
        try files.moveItem(atPath: wharf.documents.directory, toPath: wharf.documents.directory + "-kept")
        try files.createDirectory(atPath: wharf.directory.file("elsewhere"), withIntermediateDirectories: false)
        try files.createSymbolicLink(
            atPath: wharf.documents.directory, withDestinationPath: wharf.directory.file("elsewhere"))
        #expect(throws: CenterError.self) { try wharf.write(3) }
        #expect(try files.contentsOfDirectory(atPath: wharf.directory.file("elsewhere")) == [])
    }
}
