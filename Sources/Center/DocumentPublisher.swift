import Board
import Domain
import Glibc
import Logging
import MQTT
import Wire

/// Publishes the documents: each of them on every connection, because a broker may have forgotten all it had, and
/// whenever its file changes. Used by the center's thread, of which it takes a little at a time.
final class DocumentPublisher {
    /// Of 75,000 documents, three for each of 25,000 kiosks, no more than these are in the library's queue: it has no bound
    /// of its own, and acknowledgements wait behind them. At most 6.4 MB.
    static let mostUnderWay = 100
    /// What one turn does at most: files read and published, and directory entries looked at. Each is some milliseconds.
    static let mostAtOnce = 8
    static let mostEntries = 500
    /// The directory is looked at this often.
    static let lookMilliseconds: Int64 = 1000

    struct Counters: Hashable {
        /// Handed to the broker and taken.
        var published: Int64 = 0
        /// Damaged, too large or refused by the broker.
        var skipped: Int64 = 0
    }

    private(set) var counters = Counters()
    private let documents: Documents
    private let logger: Logger
    private var isConnected = false
    private var known: [Documents.Address: Documents.Stamp] = [:]
    /// What is to be published, the last to come first: a document that has just changed does not wait for a whole county.
    private var waiting: [Documents.Address] = []
    private var isWaiting: Set<Documents.Address> = []
    private var underWay: [Int32: Documents.Address] = [:]
    /// Files of which was said what is wrong; they are named again when they change.
    private var damaged: Set<Documents.Address> = []
    private var strangers: Set<String> = []
    private var refusals = LogRateLimiter(every: .seconds(60))
    /// Published since the last line that told of it.
    private var untold = 0

    /// What the broker refused, and when it is offered again.
    private var again: Set<Documents.Address> = []
    private var againDue: Uptime?
    private static let againMilliseconds: Int64 = 60_000

    private var lookDue: Uptime?
    private var walk: DirectoryWalk?
    private var seen: Set<Documents.Address> = []
    private var walked: Documents.Stamp?
    /// A clock tick of the file system can hold two changes of which the walk saw one; so it walks once more.
    private var walksAgain = false

    init(_ documents: Documents, logger: Logger) {
        self.documents = documents
        self.logger = logger
    }

    /// A broker that knows nothing may be at the other end.
    func connected() {
        isConnected = true
        underWay = [:]
        waiting = Array(known.keys)
        isWaiting = Set(waiting)
    }

    func disconnected() {
        isConnected = false
        again = []
        againDue = nil
        underWay = [:]
        waiting = []
        isWaiting = []
    }

    /// When `turn` has something to do.
    func deadline(_ now: Uptime) -> Uptime { walk != nil || canSend ? now : lookDue ?? now }

    private var canSend: Bool { isConnected && !waiting.isEmpty && underWay.count < Self.mostUnderWay }

    func turn(at now: Uptime, publish: (MQTTMessage) throws(MQTTError) -> Int32) {
        look(at: now)
        if let due = againDue, due <= now {
            for place in again where isWaiting.insert(place).inserted { waiting.append(place) }
            again = []
            againDue = nil
        }
        for _ in 0..<Self.mostAtOnce {
            guard canSend, let place = waiting.popLast() else { break }
            isWaiting.remove(place)
            send(place, at: now, publish)
        }
        // One line for all that went together.
        if untold > 0, waiting.isEmpty, underWay.isEmpty {
            logger.info("documents were published", metadata: ["documents": "\(untold)"])
            untold = 0
        }
    }

    /// `false` when the message was not one of these.
    func published(_ id: Int32, _ reason: ReasonCode, at now: Uptime) -> Bool {
        guard let place = underWay.removeValue(forKey: id) else { return false }
        guard reason.isSuccess else {
            skip(place, "the broker refused it: \(reason)", at: now, isTriedAgain: true)
            return true
        }
        counters.published += 1
        untold += 1
        return true
    }

    private func send(_ place: Documents.Address, at now: Uptime, _ publish: (MQTTMessage) throws(MQTTError) -> Int32) {
        let held: Documents.Held?
        do {
            held = try documents.read(place)
        } catch {
            counters.skipped += 1
            guard damaged.insert(place).inserted else { return }
            return logger.error("a document is skipped", metadata: ["file": "\(place)", "reason": "\(error)"])
        }
        // Taken away since.
        guard let held else { return }
        let body = held.document.body
        do {
            let id = try publish(
                MQTTMessage(
                    topic: place.topic, payload: body.bytes, isRetained: true,
                    contentType: Document.contentType,
                    userProperties: body.encoding.map { [BodyEncoding.property: $0] } ?? [:]))
            underWay[id] = place
        } catch {
            skip(place, error.isTooLarge ? "the broker takes no message so large" : "\(error)", at: now)
        }
    }

    private func skip(_ place: Documents.Address, _ reason: String, at now: Uptime, isTriedAgain: Bool = false) {
        counters.skipped += 1
        // Most refusals pass: a quota, a broker short of memory.
        if isTriedAgain {
            again.insert(place)
            againDue = againDue ?? now + Self.againMilliseconds
        }
        guard let heldBack = refusals.admit(at: now) else { return }
        logger.error(
            isTriedAgain
                ? "a document was not published; it is tried again in a minute"
                : "a document was not published; it is tried again at the next connection",
            metadata: ["file": "\(place)", "reason": "\(reason)", "not-logged": "\(heldBack)"])
    }

    // MARK: Looking

    private func look(at now: Uptime) {
        if walk == nil, lookDue.map({ $0 <= now }) ?? true {
            lookDue = now + Self.lookMilliseconds
            var state = stat()
            let stamp = unsafe stat(documents.directory, &state) == 0 ? Documents.Stamp(state) : nil
            guard stamp != walked || walksAgain else { return }
            walksAgain = stamp != walked
            walked = stamp
            seen = []
            walk = DirectoryWalk(documents.directory)
            // A directory that is not there yet, or not any more, has no documents.
            if walk == nil { known = [:] }
        }
        guard let walk else { return }
        for _ in 0..<Self.mostEntries {
            guard let entry = walk.next() else { return finishWalk() }
            note(entry.name, entry.stamp)
        }
    }

    private func note(_ file: String, _ stamp: Documents.Stamp) {
        guard let place = Documents.Address(file: file) else {
            if strangers.insert(file).inserted {
                logger.warning(
                    "a file is no document and is left alone; a document's name is k1310020007.roster.json or 131002.catalog.json",
                    metadata: ["file": "\(documents.directory)/\(file)"])
            }
            return
        }
        seen.insert(place)
        guard known.updateValue(stamp, forKey: place) != stamp else { return }
        damaged.remove(place)
        if isConnected, isWaiting.insert(place).inserted { waiting.append(place) }
    }

    private func finishWalk() {
        walk = nil
        // What is gone is not taken back: the broker keeps what it has, and a kiosk what it applied.
        if known.count != seen.count { known = known.filter { seen.contains($0.key) } }
        seen = []
    }
}
