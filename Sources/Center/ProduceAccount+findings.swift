import Domain
import Wire

/// What a kiosk recorded that does not agree with what it was sent. It counts as it was recorded, because somebody may have been
/// paid for it; a person decides.
extension ProduceAccount {
    struct Finding {
        var number: WeighIn.Number
        var id: EventID
        var farmer: String
        var words: String
    }

    func findings(_ sent: inout SentDocuments) -> [Finding] {
        let catalogs = sent.catalogs(of: County(of: kiosk))
        let people = sent.people(of: kiosk)
        return entries.filter(\.counts).flatMap { entry in
            let weighIn = entry.weighIn
            var words: [String] = []
            if let pricing = entry.pricing {
                let amount = pricing.price.amount(for: weighIn.net, pricing.rounding)
                if amount != pricing.amount {
                    words.append(
                        "its amount is \(pricing.amount) yuan, and its price makes \(amount.map { "\($0)" } ?? "nothing") of its weight"
                    )
                }
                if !sent.unreadable.contains(pricing.list), let fault = Self.fault(of: pricing, weighIn, catalogs) {
                    words.append(fault)
                }
            }
            if !people.isEmpty, !isKnown(weighIn.farmer, people) {
                words.append("\(weighIn.farmer) is on no roster that this point was sent, and was not met here")
            }
            return words.map { Finding(number: weighIn.number, id: entry.id, farmer: weighIn.farmer, words: $0) }
        }
    }

    private func isKnown(_ farmer: String, _ people: Set<String>) -> Bool {
        people.contains(farmer) || people.contains(canonical(farmer)) || newcomers[farmer] != nil
    }

    /// Lists from before a history was kept are not known, and nothing is said of them.
    private static func fault(
        of pricing: WeighIn.Pricing, _ weighIn: WeighIn, _ catalogs: [Int64: Catalog]
    ) -> String? {
        guard let first = catalogs.keys.min(), pricing.list >= first else { return nil }
        guard let catalog = catalogs[pricing.list] else {
            return "it was priced by list \(pricing.list), which its county was never sent"
        }
        let prices = catalog.offers.filter { $0.produce == weighIn.produce && $0.grade == weighIn.grade }.map(\.price)
        return prices.contains(pricing.price)
            ? nil
            : "list \(pricing.list) has no price of \(Money(fen: pricing.price.fenPerKilogram)) yuan for \(weighIn.produce) \(weighIn.grade)"
    }
}
