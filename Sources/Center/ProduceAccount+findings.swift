package import Domain
import Wire

/// What a kiosk recorded that does not agree with what it was sent. It counts as it was recorded, because somebody may have been
/// paid for it; a person decides.
extension ProduceAccount {
    package struct Finding {
        package var number: WeighIn.Number
        package var id: EventID
        package var farmer: String
        package var words: String
    }

    package func findings(_ sent: inout SentDocuments) -> [Finding] {
        let catalogs = sent.catalogs(of: County(of: kiosk))
        let people = sent.people(of: kiosk)
        let since = sent.peopleSince(of: kiosk)
        let mergings = sent.mergings(of: kiosk)
        // What was paid is looked at also where it was voided since.
        return entries.filter { $0.counts || $0.paidBy != nil }.flatMap { entry in
            let weighIn = entry.weighIn
            var words: [String] = []
            if let pricing = entry.pricing {
                let amount = pricing.price.amount(for: weighIn.net, pricing.rounding)
                if amount != pricing.amount {
                    words.append(
                        "its amount is \(pricing.amount) yuan, and its price makes \(amount.map { "\($0)" } ?? "nothing") of its weight"
                    )
                }
                if !sent.unreadable.contains(pricing.list), let fault = fault(of: pricing, entry, catalogs) {
                    words.append(fault)
                }
            }
            if let inForce = pricedByOlder[entry.id], let list = entry.weighIn.pricing?.list {
                words.append("it was priced by list \(list) when list \(inForce) was in force there")
            }
            if !people.isEmpty, let person = known(weighIn.farmer), !isBefore(since, entry),
                // A program before wrote down that somebody was met, and not who it is.
                mergings[weighIn.farmer].map({ !$0.contains(person) }) ?? !people.contains(weighIn.farmer)
            {
                words.append("\(weighIn.farmer) became \(person) there, and no roster that this point was sent says so")
            }
            if let voiding = entry.voiding, entry.paidBy != nil, voiding.approvedBy == nil {
                words.append("it was paid, and voided without a supervisor's word")
            }
            if lostAtPoint.contains(entry.id), let due = entry.due {
                words.append(
                    "the card of the point does not have it any more, and cannot \(due == .price ? "price" : "settle") it: the county has to, by hand"
                )
            }
            if !people.isEmpty, !isKnown(weighIn.farmer, people), !isBefore(since, entry) {
                words.append("\(weighIn.farmer) is on no roster that this point was sent, and was not met here")
            }
            return words.map { Finding(number: weighIn.number, id: entry.id, farmer: weighIn.farmer, words: $0) }
        }
    }

    /// How many crates were priced by a list from before such a history was kept: nothing here says what that list was.
    /// Those whose file is damaged are counted too, and all of them where the file of the rosters is.
    package func countOfUncompared(_ sent: inout SentDocuments, farmer: String? = nil) -> Int {
        let first = sent.catalogs(of: County(of: kiosk)).keys.min()
        let unreadable = sent.unreadable
        let hasRosters = sent.canReadPeople(of: kiosk)
        return entries.count { entry in
            guard entry.counts, farmer == nil || canonical(entry.weighIn.farmer) == farmer.map(canonical) else {
                return false
            }
            if !hasRosters { return true }
            guard let list = entry.pricing?.list, list > 0 else { return false }
            return first.map { list < $0 } ?? true || unreadable.contains(list)
        }
    }

    /// Weighed before the first roster that is remembered here: whoever had left by then is known to nobody any more.
    private func isBefore(_ since: Timestamp?, _ entry: WeighInEntry) -> Bool {
        guard let since else { return false }
        return span(of: entry).map { $0.earliest < since } ?? true
    }

    private func isKnown(_ farmer: String, _ people: Set<String>) -> Bool {
        people.contains(farmer) || people.contains(canonical(farmer)) || newcomers[farmer] != nil
    }

    /// Lists from before a history was kept are not known, and no crate is accused by them.
    private func fault(of pricing: WeighIn.Pricing, _ entry: WeighInEntry, _ catalogs: [Int64: Catalog]) -> String? {
        let weighIn = entry.weighIn
        guard pricing.list > 0 else { return "it was priced by list \(pricing.list), and no list has such a version" }
        guard let first = catalogs.keys.min(), pricing.list >= first else { return nil }
        guard let catalog = catalogs[pricing.list] else {
            return "it was priced by list \(pricing.list), which its county was never sent"
        }
        let price = Money(fen: pricing.price.fenPerKilogram)
        let offers = catalog.offers.filter {
            $0.produce == weighIn.produce && $0.grade == weighIn.grade && $0.price == pricing.price
        }
        if offers.isEmpty {
            return "list \(pricing.list) has no price of \(price) yuan for \(weighIn.produce) \(weighIn.grade)"
        }
        // Only what is certain is said: a price that may have been in force is none.
        guard let span = span(of: entry), !offers.contains(where: { $0.mayHold(in: span) }) else { return nil }
        return "the price of \(price) yuan of list \(pricing.list) was not in force when it was weighed"
    }
}
