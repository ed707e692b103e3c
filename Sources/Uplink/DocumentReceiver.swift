import Domain
import MQTT
import Wire

/// Reads what comes on the topics of documents, hands it to the inbox, and remembers what was refused.
struct DocumentReceiver {
    let topics: [String: Document.Kind]
    /// Why the last document of a kind was refused; a good one takes it away.
    private var refused: [Document.Kind: String] = [:]
    /// What came of a kind last and is not newer than what is in force, although it says something else.
    private var older: [Document.Kind: (came: Int64, inForce: Int64)] = [:]
    /// What came of a kind last and could not be kept.
    private var waiting: [Document.Kind: Document] = [:]
    /// When that is tried again.
    private(set) var deadline: Uptime?

    private static let retryInterval: Duration = .seconds(60)

    init(kiosk: KioskID) {
        topics = Dictionary(uniqueKeysWithValues: Document.Kind.allCases.map { ($0.topic(kiosk), $0) })
    }

    /// The detail of the alarm `document-refused`.
    var refusal: String? {
        let reasons = refused.map { "\($0.key.rawValue): \($0.value)" }.sorted()
        return reasons.isEmpty ? nil : "the one before stays in force; \(reasons.joined(separator: "; "))"
    }

    /// The detail of the alarm `document-ignored`.
    var ignored: String? {
        let words = older.map { "\($0.key.rawValue): version \($0.value.came) came, \($0.value.inForce) is in force" }
        return words.isEmpty
            ? nil : "not newer than what is in force, and another: \(words.sorted().joined(separator: "; "))"
    }

    /// - Returns: what was newly applied.
    /// - Throws: `WireError` when it is refused, and what the inbox throws.
    mutating func take(
        _ kind: Document.Kind, _ message: MQTTMessage, into inbox: any Inbox, at now: Uptime
    ) throws -> Document? {
        waiting[kind] = nil
        // The broker has dropped the one it kept. What was applied stays in force.
        guard !message.payload.isEmpty else { return nil }
        let document: Document
        do throws(WireError) {
            document = try Document(
                kind, parsing: message.payload, encoding: message.userProperties[BodyEncoding.property])
        } catch {
            refused[kind] = error.problem
            throw error
        }
        return try apply(document, into: inbox, at: now)
    }

    /// - Returns: what was newly applied of what had to wait.
    mutating func retry(into inbox: any Inbox, at now: Uptime) -> [Document] {
        deadline = nil
        return waiting.values.compactMap { document in (try? apply(document, into: inbox, at: now)) ?? nil }
    }

    private mutating func apply(_ document: Document, into inbox: any Inbox, at now: Uptime) throws -> Document? {
        let kind = document.kind
        let outcome: DocumentOutcome
        do {
            outcome =
                switch document {
                case .expected(let list): try inbox.apply(list)
                case .roster(let roster): try inbox.apply(roster)
                case .catalog(let catalog): try inbox.apply(catalog)
                case .orders(let list): try inbox.apply(list)
                case .payments(let list): try inbox.apply(list)
                }
        } catch {
            waiting[kind] = document
            deadline = now + Self.retryInterval
            refused[kind] = "version \(document.version) could not be kept, and is tried again: \(error)"
            throw error
        }
        waiting[kind] = nil
        refused[kind] = nil
        older[kind] = nil
        switch outcome {
        case .applied: return document
        case .known: return nil
        case .older(let inForce):
            older[kind] = (document.version, inForce)
            return nil
        }
    }
}
