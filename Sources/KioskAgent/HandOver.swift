import Domain
import Phrases
import Receipts
import Workflow

/// A hand-over as its recorded end tells it, and what its slip says of it.
struct HandOver: Hashable, Sendable {
    /// The id of the event that opened it.
    var batch: String
    var count: Answer.Count
    var carrier: Carrier?
    /// The id on the roster.
    var courier: String
    /// As the center sends it, masked; `nil` when nobody of that id is on the roster any more.
    var courierName: String?
    /// `nil` when the event that opened it is not in the journal any more.
    var begun: Now?
    var closed: Now

    /// `nil` for an event that is no hand-over's end.
    init?(closing event: Event) {
        let draft = event.draft
        guard draft.type == .batchClosed, let batch = draft.subject, let data = try? JSON(parsing: draft.data),
            let kind = data["kind"]?.string.flatMap(Batch.Kind.init), let courier = data["courier"]?.string,
            let scanned = data["scanned"]?.integer.flatMap({ Int(exactly: $0) })
        else { return nil }
        func list(_ key: String) -> [String] { data[key]?.array?.compactMap(\.string) ?? [] }
        func number(_ key: String, _ listed: [String]) -> Int {
            max(data[key]?.integer.flatMap { Int(exactly: $0) } ?? 0, listed.count)
        }
        let (missing, unexpected) = (list("missing"), list("unexpected"))
        self.batch = batch
        count = Answer.Count(
            kind: kind, scanned: scanned, missing: missing, missingCount: number("missingcount", missing),
            unexpected: unexpected, unexpectedCount: number("unexpectedcount", unexpected))
        carrier = data["carrier"]?.string.flatMap(Carrier.init)
        self.courier = courier
        closed = draft.now
    }
}

extension HandOver {
    /// A slip names at most so many parcels of each list: a longer one would be torn off unread.
    static let mostListed = 20

    /// The slip that both sides get. It bears no telephone number and no recipient.
    func slip(of kiosk: KioskID, _ marks: SlipMarks) -> Slip {
        let scanned = SlipWord.parcels(count.scanned).phrase
        var elements: [Slip.Element] = [
            .row(.point, kiosk.text),
            .row(.kind, (count.kind == .delivery ? SlipWord.delivery : .dispatch).phrase.both),
            .row(.courier, courierName.map(PersonalText.maskedName) ?? PersonalText.masked(courier)),
        ]
        if let carrier { elements.append(.row(.carrier, carrier.title.both)) }
        elements += Slip.time(.begun, begun) + Slip.time(.ended, closed)
        elements += [
            .rule, .text(scanned.chinese, size: .double, alignment: .center, isBold: true),
            .text(scanned.english, alignment: .center),
        ]
        elements +=
            count.kind == .delivery
            ? Self.list(.missing, count.missing, count.missingCount)
                + Self.list(.unexpected, count.unexpected, count.unexpectedCount)
            : Self.list(.waiting, count.missing, count.missingCount)
        elements += [
            .rule, .text(.handOverNumber), .text(batch), .symbol(batch), .text(.signatureOfCourier), .feed(2), .rule,
            .text(.signatureOfPoint), .feed(2), .rule,
        ]
        return Slip(.handOver, marks, elements + Slip.fromRecord)
    }

    private static func list(_ title: SlipWord, _ subjects: [String], _ whole: Int) -> [Slip.Element] {
        guard whole > 0 else { return [] }
        let shown = subjects.prefix(mostListed)
        var elements: [Slip.Element] = [.rule, .row(title, "\(whole)")]
        elements += shown.map { .text("  \($0)") }
        let rest = whole - shown.count
        if rest > 0 { elements.append(.text("  \(SlipWord.moreParcels(rest).phrase.both)")) }
        return elements
    }
}
