import Domain
import Journal
import ScaleProtocols
import Wire
import Workflow

/// Who lives and works at every simulated point, what is bought there, and what people do.
enum Village {
    static let operatorBadge = "KB-OPERATOR"
    static let farmerBadge = "KB-FARMER"

    /// The first takes parcels, the second weighs.
    static let desks = ["front", "scale"].map { Desk(name: $0, policy: Desk.Policy()) }

    static let documents: [(type: EventType, data: JSON, document: CenterDocument)] = [
        (
            .rosterApplied, ["version": 1, "count": 2],
            CenterDocument(version: 1, digest: roster.digest, content: .roster(roster.people))
        ),
        (
            .catalogApplied, ["version": 1, "count": 2],
            CenterDocument(version: 1, digest: catalog.digest, content: .catalog(catalog))
        ),
    ]

    private static let roster = Roster(
        version: 1,
        people: [
            Person(id: "p-op", name: "李*", roles: [.operator], badge: BadgeHash(of: operatorBadge)),
            Person(id: "p-farm", name: "孙*", roles: [.farmer], badge: BadgeHash(of: farmerBadge)),
        ])

    private static let catalog = Catalog(
        version: 1,
        produce: [
            .init(
                id: "tomato", number: 1, name: "番茄",
                grades: [.init(id: "1", name: "一级"), .init(id: "2", name: "二级")]),
            .init(id: "shiitake", number: 2, name: "香菇", grades: [.init(id: "A", name: "A级")]),
        ],
        offers: [
            .init(produce: "tomato", grade: "1", price: Price(fenPerKilogram: 325)),
            .init(produce: "tomato", grade: "2", price: Price(fenPerKilogram: 210)),
            .init(produce: "shiitake", grade: "A", price: Price(fenPerKilogram: 6435)),
        ])

    /// Few enough that some come twice.
    static func parcel(using generator: inout SeededGenerator) -> Desk.Input {
        let number = "SF" + String(1_000_000_000_000 + Int.random(in: 0..<400, using: &generator))
        return .parcel(
            ScannedParcel(
                waybill: Waybill(number: number), carriers: [.sf], isCertain: true, symbology: nil,
                raw: Array(number.utf8)))
    }

    /// What comes next at the scale: mostly what makes sense, sometimes anything.
    static func weighing(_ desk: Desk, using generator: inout SeededGenerator) -> Desk.Input {
        guard desk.session != nil else { return .card(operatorBadge) }
        guard desk.mode == .weigh else { return .text(DeskCommand.mode(.weigh).text) }
        let commands: [DeskCommand] = [
            .record, .record, .record, .record, .produce(1), .produce(2), .grade("1"), .grade("2"), .closeLot,
            .void(.mistake), .tare(.none), .signOut,
        ]
        let choice = Int.random(in: 0...commands.count + 2, using: &generator)
        return choice < commands.count ? .text(commands[choice].text) : .card(farmerBadge)
    }

    static func load(using generator: inout SeededGenerator) -> ScaleWatch.State {
        let grams = Int64.random(in: 150...1500, using: &generator) * 20
        return .weighable(
            ScaleReading(
                mass: Mass(grams: grams), kind: .gross, stability: .stable, range: .ok, interval: Mass(grams: 20),
                raw: Array("\(grams)".utf8)))
    }
}
