import Domain
import Phrases
import ScaleProtocols
import Wire
import Workflow

extension WeighDay {
    /// - Parameter crates: how many are recorded in the day, those that are voided later included.
    public init(seed: UInt64, crates: Int) {
        var writer = WeighDayWriter(seed: seed, crates: crates)
        writer.cast()
        let scales = WeighMarket.scales(seed: seed)
        var incidents = WeighDayWriter.Incident.dealt(to: scales, using: &writer.generator)
        for (place, scale) in scales.enumerated() {
            writer.segment(
                place, scale, until: crates * (place + 1) / scales.count, &incidents[place])
        }
        writer.evening()
        self = writer.day
    }

    init(seed: UInt64, size: Int) {
        self.seed = seed
        self.size = size
    }
}

extension WeighDayWriter {
    mutating func cast() {
        func named(_ place: Int) -> String { DayWriter.familyNames[place % DayWriter.familyNames.count] + "*" }
        operatorBadge = badge()
        courierBadge = badge()
        supervisorBadge = badge()
        enlist(Person(id: "p-keeper", name: named(0), roles: [.operator], badge: BadgeHash(of: operatorBadge)))
        enlist(Person(id: "p-courier", name: named(1), roles: [.courier], badge: BadgeHash(of: courierBadge)))
        enlist(Person(id: "p-boss", name: named(9), roles: [.supervisor], badge: BadgeHash(of: supervisorBadge)))
        let shared = "7" + digits(3)
        let alone = "8" + digits(3)
        let ways: [Farmer.Way] = [
            .badge(badge()), .tail(alone, place: 1, among: 1), .badge(badge()), .tail(shared, place: 1, among: 2),
            .number(205), .tail(shared, place: 2, among: 2), .code("https://shop.example/m/f-7"),
        ]
        for (place, way) in ways.enumerated() {
            let farmer = Farmer(id: "f-\(place + 1)", name: named(place + 2), way: way)
            var person = Person(
                id: farmer.id, name: farmer.name, roles: [.farmer])
            switch way {
            case .badge(let badge): person.badge = BadgeHash(of: badge)
            case .tail(let tail, _, _): person.phoneTail = tail
            case .number(let number): person.number = number
            case .code: break
            }
            if place.isMultiple(of: 2) { day.paper.registered.insert(farmer.id) }
            farmers.append(farmer)
            enlist(person)
        }
    }

    private mutating func badge() -> String {
        let badge = BadgeHash.prefix + digits(16)
        day.secrets.insert(badge)
        return badge
    }

    private mutating func enlist(_ person: Person) {
        day.roster.people.append(person)
        day.secrets.insert(person.name)
        if let tail = person.phoneTail { day.secrets.insert(tail) }
    }

    // MARK: The day

    /// The time in which one scale is used.
    mutating func segment(_ place: Int, _ scale: WeighDay.Scale, until last: Int, _ incidents: inout [Incident]) {
        phase("\(scale.profile): \(last - day.paper.rows.count) crates")
        // Whatever lot is open ends with the restart.
        endLot()
        forget()
        self.scale = scale
        add(.change(scale))
        if place == 0 {
            add(.sendRoster, .sendCatalog(catalog))
            day.paper.count(.rosterApplied)
            day.paper.count(.catalogApplied)
        } else if place == 2 {
            catalog = WeighMarket.catalogOfNoon
            add(.sendCatalog(catalog))
            day.paper.count(.catalogApplied)
        }
        open()
        if place == 0 { countTill(.opened, Self.float) }
        check(shown: Self.reference, isRight: true)
        while day.paper.rows.count < last {
            visit(at: place)
            for _ in 0..<pick(1...4) where day.paper.rows.count < last {
                if let incident = incidents.popLast() {
                    day.incidents[incident.rawValue, default: 0] += 1
                    perform(incident)
                } else {
                    plainCrate()
                }
            }
            if !chance(3) { closeLot() }
        }
        if place == 1 { add(.returnBroker) }
    }

    mutating func evening() {
        phase("evening")
        closeLot()
        payEverybody()
        command(.signOut, WeighAnswer(.signedOut))
        add(.deliver, .printAccounts)
    }

    static let reference: Int64 = 5000
    static let tolerance: Int64 = 50

    mutating func check(shown: Int64, isRight: Bool) {
        put(shown)
        command(
            .check,
            WeighAnswer(
                isRight ? .checked : .checkFailed,
                goods: ["gross": .integer(shown), "reference": .integer(Self.reference)]))
        day.paper.count(.scaleChecked)
        lift()
    }

    /// Another farmer than before, most of the time.
    mutating func visit(at place: Int) {
        // In turns at first, so that everybody comes; then as it happens.
        let visitor = farmers[(day.paper.rows.count + place) % farmers.count]
        meet(chance(4) ? farmer ?? visitor : visitor)
        if produce == nil || chance(2) { chooseAnything() }
        switch pick(0...4) {
        case 0: take(.none)
        case 1: take(.measured(pick(12...40) * 50 / scale.interval * scale.interval))
        case 2...3: if let container = catalog.containers.randomElement(using: &generator) { take(.preset(container)) }
        default: break
        }
        if case .measured = tare { lift() }
    }

    mutating func chooseAnything() {
        let priced = catalog.produce.filter { $0.id != WeighMarket.herbs.id }
        guard let produce = priced.randomElement(using: &generator),
            let grade = produce.grades.randomElement(using: &generator)
        else { return }
        choose(produce, grade)
    }

    mutating func plainCrate() {
        let gross = gross()
        put(gross)
        command(chance(2) ? .record : .confirm, note(gross: gross))
        lift()
    }
}
