import Domain
import MQTT
import Wire

/// Reads what comes on the topics of documents, hands it to the inbox, and remembers what was refused.
struct DocumentIntake {
    let topics: [String: Document.Kind]
    /// Why the last document of a kind was refused; a good one takes it away.
    private var refused: [Document.Kind: String] = [:]

    init(kiosk: KioskID) {
        topics = Dictionary(uniqueKeysWithValues: Document.Kind.allCases.map { ($0.topic(kiosk), $0) })
    }

    /// The detail of the alarm `document-refused`.
    var refusal: String? {
        let reasons = refused.map { "\($0.key.rawValue): \($0.value)" }.sorted()
        return reasons.isEmpty ? nil : "the one before stays in force; \(reasons.joined(separator: "; "))"
    }

    /// - Returns: what was newly applied.
    /// - Throws: `WireError` when it is refused, and what the inbox throws.
    mutating func take(_ kind: Document.Kind, _ message: MQTTMessage, into inbox: any Inbox) throws -> Document? {
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
        refused[kind] = nil
        return switch document {
        case .expected(let list): try inbox.apply(list) ? document : nil
        case .roster(let roster): try inbox.apply(roster) ? document : nil
        case .catalog(let catalog): try inbox.apply(catalog) ? document : nil
        case .orders(let list): try inbox.apply(list) ? document : nil
        case .payments(let list): try inbox.apply(list) ? document : nil
        }
    }
}
