public import Domain
public import Journal
import Workflow

extension Transaction {
    /// Gives crates that have no price theirs, a page at a time.
    /// - Returns: what was recorded, and the crate after which the next page begins; `nil` after the last.
    public func priceCrates(
        after number: WeighIn.Number?, limit: Int, _ rounding: Rounding, because reason: WeighIn.LaterPrice.Reason,
        at moment: Moment, using generator: inout some RandomNumberGenerator
    ) throws -> (events: [Event], next: WeighIn.Number?) {
        guard let catalog = try catalog() else { return ([], nil) }
        let page = try unpriced(after: number, limit: limit)
        var events: [Event] = []
        for entry in page {
            // When it was weighed is asked of the events around it; not where nothing would come of it.
            let weighIn = entry.weighIn
            guard catalog.offers.contains(where: { $0.produce == weighIn.produce && $0.grade == weighIn.grade }) else {
                continue
            }
            let span = try span(of: entry, now: moment.now)
            guard let price = LatePricing.price(entry, by: catalog, at: span, rounding, because: reason) else {
                continue
            }
            events.append(
                try record(
                    EventDraft(.weighInPriced, price.number.description, at: moment, price.json, using: &generator),
                    needsRoom: false))
        }
        return (events, page.count == limit ? page.last?.weighIn.number : nil)
    }
}
