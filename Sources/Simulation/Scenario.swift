import Domain
import Journal
import Phrases
import Wire
import Workflow

/// Who lives and works at every simulated point, what is bought there, and what people do.
enum Scenario {
    static let operatorBadge = "KB-OPERATOR"
    static let farmerBadge = "KB-FARMER"
    static let supervisorBadge = "KB-SUPERVISOR"

    /// The first takes parcels, the second weighs.
    static let desks = ["front", "scale"]

    static let policy: Desk.Policy = {
        var policy = Desk.Policy()
        policy.weighing.reference = Mass(grams: 5000)
        policy.weighing.tolerance = Mass(grams: 20_000)
        return policy
    }()

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
            Person(
                id: "p-op", name: "李*", roles: [.operator], badge: BadgeHash(of: operatorBadge), pin: verifier,
                number: 11),
            Person(id: "p-farm", name: "孙*", roles: [.farmer], badge: BadgeHash(of: farmerBadge)),
            Person(id: "p-boss", name: "吴*", roles: [.supervisor], badge: BadgeHash(of: supervisorBadge)),
        ])

    /// A later roster, which says of people whom the point has met that they are the farmer.
    static func roster(_ version: Int64, was: [String]) -> Roster {
        var roster = roster
        roster.version = version
        for index in roster.people.indices where roster.people[index].id == "p-farm" {
            roster.people[index].was = was
        }
        return roster
    }

    private static let pin = "4321"
    private static let verifier: PINVerifier? = {
        var generator = SeededGenerator(seed: 4321)
        return .make(pin: pin, iterations: 1000, using: &generator)
    }()

    private static let catalog = Catalog(version: 1, produce: produce, offers: offers)

    /// Sent later to some points: only then has the pepper a price, also for what was weighed before.
    static let laterCatalog: CenterDocument = {
        let catalog = Catalog(
            version: 2, produce: produce,
            offers: offers + [.init(produce: "pepper", grade: "1", price: Price(fenPerKilogram: 480))])
        return CenterDocument(version: 2, digest: catalog.digest, content: .catalog(catalog))
    }()

    private static let produce: [Catalog.Produce] = [
        .init(
            id: "tomato", number: 1, name: "番茄", grades: [.init(id: "1", name: "一级"), .init(id: "2", name: "二级")]),
        .init(id: "shiitake", number: 2, name: "香菇", grades: [.init(id: "A", name: "A级")]),
        .init(id: "pepper", number: 3, name: "辣椒", grades: [.init(id: "1", name: "一级")]),
    ]

    private static let offers: [Catalog.Offer] =
        [
            .init(produce: "tomato", grade: "1", price: Price(fenPerKilogram: 325)),
            .init(produce: "shiitake", grade: "A", price: Price(fenPerKilogram: 6435)),
        ] + weekly

    /// Another price each five days: what was weighed when nobody knew the time waits for its own.
    private static let weekly: [Catalog.Offer] = (0..<60).map { number in
        func time(_ number: Int) -> Timestamp {
            Timestamp(milliseconds: SimulationContext.epoch + Int64(number) * 5 * 86_400_000 + 3_600_000)
        }
        return .init(
            produce: "tomato", grade: "2", price: Price(fenPerKilogram: Int64(210 + number)),
            from: number == 0 ? nil : time(number - 1), until: number == 59 ? nil : time(number))
    }

    /// At the desk that takes parcels.
    static func parcels(_ desk: Desk, using generator: inout SeededGenerator) -> Desk.Input {
        let roll = Int.random(in: 0..<100, using: &generator)
        guard desk.session != nil else {
            switch roll {
            case 0..<85: return parcel(using: &generator)
            case 85..<92: return .signIn(number: 11, pin: roll < 90 ? pin : "0000")
            default: return .card(operatorBadge)
            }
        }
        switch roll {
        case 0..<75: return parcel(using: &generator)
        case 75..<82: return .text(DeskCommand.openDelivery.text)
        case 82..<90: return .text(DeskCommand.closeBatch.text)
        case 90..<95: return .text(DeskCommand.practice.text)
        default: return .text(DeskCommand.signOut.text)
        }
    }

    /// Few enough that some come twice.
    private static func parcel(using generator: inout SeededGenerator) -> Desk.Input {
        let number = "SF" + String(1_000_000_000_000 + Int.random(in: 0..<400, using: &generator))
        return .parcel(
            ScannedParcel(
                waybill: Waybill(number: number), carriers: [.sf], isCertain: true, symbology: nil,
                raw: Array(number.utf8)))
    }

    /// What comes next at the scale: mostly what makes sense, sometimes anything.
    static func weighing(_ desk: Desk, _ said: Answer.Word?, using generator: inout SeededGenerator) -> Desk.Input {
        guard desk.session != nil else { return .card(operatorBadge) }
        if desk.mode == .pay { return paying(said, using: &generator) }
        guard desk.mode == .weigh else { return .text(DeskCommand.mode(.weigh).text) }
        if said == .askSupervisor, Int.random(in: 0..<3, using: &generator) > 0 { return .card(supervisorBadge) }
        if Int.random(in: 0..<3, using: &generator) > 0 {
            switch said {
            // Now and then somebody whom nobody knows.
            case .askFarmer? where Int.random(in: 0..<12, using: &generator) == 0:
                return .text(DeskCommand.newPerson(.farmer).text)
            case .askNewPerson?: return .text(DeskCommand.confirm.text)
            case .personAdded?: return .text(DeskCommand.produce(Int.random(in: 1...3, using: &generator)).text)
            case .askFarmer?: return .card(farmerBadge)
            case .askProduce?: return .text(DeskCommand.produce(Int.random(in: 1...3, using: &generator)).text)
            case .lotClosed? where Int.random(in: 0..<2, using: &generator) == 0:
                return .text(DeskCommand.mode(.pay).text)
            case .askGrade?: return .text(DeskCommand.grade("1").text)
            case .weighReady?, .weighed?: return .text(DeskCommand.record.text)
            default: break
            }
        }
        let commands: [DeskCommand] = [
            .record, .record, .record, .record, .record, .record, .produce(1), .produce(2), .grade("1"), .grade("2"),
            .produce(3), .closeLot, .closeLot, .void(.mistake), .void(.mistake), .tare(.none), .check, .practice,
            .signOut, .mode(.pay), .balance,
        ]
        let choice = Int.random(in: 0...commands.count + 2, using: &generator)
        return choice < commands.count ? .text(commands[choice].text) : .card(farmerBadge)
    }

    /// Mostly what makes sense: whose, and confirm.
    private static func paying(_ said: Answer.Word?, using generator: inout SeededGenerator) -> Desk.Input {
        if Int.random(in: 0..<4, using: &generator) > 0 {
            switch said {
            case .askFarmer?: return .card(farmerBadge)
            case .balance?: return .text(DeskCommand.confirm.text)
            case .askSupervisor?: return .card(supervisorBadge)
            case .paid? where Int.random(in: 0..<3, using: &generator) > 0:
                return .text(DeskCommand.mode(.weigh).text)
            default: break
            }
        }
        let commands: [DeskCommand] = [
            .mode(.weigh), .mode(.weigh), .confirm, .confirm, .pay(.transfer), .reverse(.mistake), .reverse(.failed),
            .digit(9), .till(.counted), .void(.mistake), .practice, .balance,
        ]
        let choice = Int.random(in: 0...commands.count + 3, using: &generator)
        return choice < commands.count ? .text(commands[choice].text) : .card(farmerBadge)
    }

    static func grams(using generator: inout SeededGenerator) -> Int64 {
        Int64.random(in: 150...1500, using: &generator) * 20
    }
}
