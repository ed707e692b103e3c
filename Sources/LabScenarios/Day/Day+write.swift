import Domain
import Wire
import Workflow

extension Day {
    /// - Parameter parcels: how many are here at some time of the day, those that villagers send included.
    public init(seed: UInt64, parcels: Int) {
        var writer = DayWriter(seed: seed, parcels: parcels)
        let cast = writer.cast(parcels)
        writer.early(cast)
        writer.firstCourier(cast)
        writer.secondCourier(cast)
        writer.shelving(cast)
        writer.noon(cast)
        writer.practice(cast)
        writer.pickUps(cast)
        writer.selfService(cast)
        writer.sending(cast)
        writer.outgoing(cast)
        writer.evening(cast)
        self = writer.day
    }

    /// Room for large parcels: one less than there are.
    public static func largeCapacity(parcels: Int) -> Int { max(parcels / 50 - 1, 2) }
}

/// Who and what takes part.
struct Personas {
    var keeper: DayWriter.Worker
    var deputy: DayWriter.Worker
    /// Drives for one carrier.
    var first: DayWriter.Worker
    /// Drives for several, and says for which.
    var second: DayWriter.Worker
    var firstItems: [DayWriter.Item] = []
    var secondItems: [DayWriter.Item] = []
    /// Brought to the counter by somebody else, some of them announced.
    var others: [DayWriter.Item] = []
    /// Twelve digits: three carriers have such numbers.
    var unclear: [DayWriter.Item] = []
    /// What villagers send.
    var sent: [DayWriter.Item] = []

    var incoming: [DayWriter.Item] { firstItems + secondItems + others + unclear }

    static let deputyNumber = 7
    static let deputyPIN = "2468"
}

extension DayWriter {
    mutating func cast(_ parcels: Int) -> Personas {
        var cast = Personas(
            keeper: worker("p-keeper", "李*", .operator, badge: "KB-" + digits(16)),
            deputy: worker("p-deputy", "王*", .operator, badge: "KB-" + digits(16)),
            first: worker("p-first", "赵*", .courier, badge: digits(10), carrier: .sf),
            second: worker("p-second", "孙*", .courier, badge: "04" + digits(8)))
        // By number and PIN as well. Few rounds: this is a play, and the check has tests of its own.
        let deputy = day.roster.people.firstIndex { $0.id == cast.deputy.person.id }
        if let deputy {
            day.roster.people[deputy].number = Personas.deputyNumber
            day.roster.people[deputy].pin = PINVerifier.make(
                pin: Personas.deputyPIN, iterations: 1000, using: &generator)
        }
        let sent = parcels * 2 / 15
        let incoming = parcels - sent
        cast.firstItems = (0..<(incoming * 45 / 100)).map { _ in item(of: .sf) }
        cast.secondItems = (0..<(incoming * 35 / 100)).map { _ in item(of: .yto) }
        cast.unclear = (0..<4).map { _ in item(of: .sto) }
        let carriers = [Carrier.jd, .jt, .zto, .ems]
        cast.others = (0..<(incoming - cast.firstItems.count - cast.secondItems.count - 4)).map {
            item(of: carriers[$0 % 4])
        }
        cast.sent = (0..<sent).map { item(of: $0 % 8 == 3 ? .sto : $0 % 3 == 0 ? .jd : .sf) }
        announce(&cast)
        return cast
    }

    /// Most of what comes was announced, and some of what was announced does not come.
    private mutating func announce(_ cast: inout Personas) {
        var waiting: [Recipient] = []
        func announced(_ item: Item, _ carrier: Carrier, _ writer: inout DayWriter) -> ExpectedParcel {
            var parcel = ExpectedParcel(subject: item.subject, carrier: carrier)
            if Int.random(in: 0..<10, using: &writer.generator) < 7 {
                // One, two or three parcels for one person, from different couriers.
                if waiting.isEmpty {
                    let recipient = writer.recipient()
                    waiting = Array(
                        repeating: recipient, count: [1, 1, 2, 3].randomElement(using: &writer.generator) ?? 1)
                }
                parcel.recipient = waiting.removeLast()
            }
            if Int.random(in: 0..<10, using: &writer.generator) == 0 { parcel.code = .digits }
            if Int.random(in: 0..<12, using: &writer.generator) == 0 { parcel.handling = .cold }
            // Most carriers know; of the others the keeper asks.
            if Int.random(in: 0..<4, using: &writer.generator) > 0 {
                parcel.consent = Parcel.Consent.allCases.randomElement(using: &writer.generator)
            }
            return parcel
        }
        func announce(_ items: inout [Item], every: Int, _ carrier: Carrier, _ writer: inout DayWriter) {
            for place in items.indices where place % every != every - 1 {
                items[place].expected = announced(items[place], carrier, &writer)
            }
        }
        announce(&cast.firstItems, every: 10, .sf, &self)
        announce(&cast.secondItems, every: 8, .yto, &self)
        for place in cast.others.indices where place % 2 == 0 {
            let carrier = [Carrier.jd, .jt, .zto, .ems][place % 4]
            cast.others[place].expected = announced(cast.others[place], carrier, &self)
        }
        // They lie on the shelf for large parcels, which is one too small for all.
        let large = Day.largeCapacity(parcels: day.size) + 1
        for place in cast.firstItems.indices where place % 10 == 4 && place / 10 < large {
            cast.firstItems[place].expected?.handling = .large
            cast.firstItems[place].expected?.consent = .order
        }
        day.expected.parcels = cast.incoming.compactMap(\.expected)
        for number in 0..<(cast.incoming.count / 16) {
            let item = item(of: number % 2 == 0 ? .sf : .yto)
            day.expected.parcels.append(
                ExpectedParcel(subject: item.subject, carrier: number % 2 == 0 ? .sf : .yto, recipient: recipient()))
        }
    }
}
