import Domain
import Phrases
import ScaleProtocols
import Wire
import Workflow

/// Writes the script of a day of weighing and, beside each line, the paper.
struct WeighDayWriter {
    struct Farmer: Hashable {
        enum Way: Hashable {
            case badge(String)
            /// The last digits of the telephone number, and who of several.
            case tail(String, place: Int, among: Int)
            /// The operator knows whom.
            case number(Int)
            case code(String)

            var identified: WeighIn.Identification {
                switch self {
                case .badge: .card
                case .tail: .tail
                case .number: .operator
                case .code: .code
                }
            }
        }

        var id: String
        var name: String
        var way: Way
    }

    enum Tare: Hashable {
        case none
        case measured(Int64)
        case preset(Catalog.Container)
    }

    var day: WeighDay
    var generator: SeededGenerator
    var farmers: [Farmer] = []
    var operatorBadge = ""
    var courierBadge = ""
    var supervisorBadge = ""
    var catalog = WeighMarket.catalog
    var scale: WeighDay.Scale

    // What a person remembers who stands at the desk.
    var farmer: Farmer?
    var produce: Catalog.Produce?
    var grade: Catalog.Grade?
    var tare = Tare.none
    /// The lot that is open, and how many crates in it count.
    var lot: (number: Int64, grade: String, crates: Int)?
    private var lots: Int64 = 0

    init(seed: UInt64, crates: Int) {
        generator = SeededGenerator(seed: seed)
        day = WeighDay(seed: seed, size: crates)
        scale = WeighMarket.scales(seed: seed)[0]
    }

    // MARK: Lines of the script

    mutating func phase(_ title: String) { day.phases.append(WeighDay.Phase(title: title)) }

    mutating func add(_ steps: WeighDay.Step...) { day.phases[day.phases.count - 1].steps += steps }

    mutating func scan(_ text: String, _ answer: WeighAnswer) {
        add(.scan(WeighDay.Scan(text: .plain(text), answer: answer)))
    }

    mutating func command(_ command: DeskCommand, _ answer: WeighAnswer) { scan(command.text, answer) }

    mutating func type(_ digits: String) {
        for digit in digits.compactMap(\.wholeNumberValue) { command(.digit(digit), WeighAnswer(.typed)) }
    }

    mutating func put(_ grams: Int64) { add(.put(grams: grams), .see(.rest(grams: grams))) }
    mutating func lift() { add(.put(grams: 0), .see(.empty)) }

    mutating func pick(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &generator) }
    mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }

    mutating func digits(_ count: Int) -> String {
        String((0..<count).map { _ in Character(String(Int.random(in: 0...9, using: &generator))) })
    }

    /// A crate as the display shows it: whole steps.
    mutating func gross() -> Int64 { pick(3000...28_000) / scale.interval * scale.interval }

    // MARK: Who and what

    /// What the desk asks for next.
    var next: Answer.Word {
        farmer == nil ? .askFarmer : produce == nil ? .askProduce : grade == nil ? .askGrade : .weighReady
    }

    /// Signs the operator in, and weighs. Nobody is signed in any more after a restart.
    mutating func open() {
        scan(operatorBadge, WeighAnswer(.signedIn))
        day.paper.count(.operatorSignedIn)
        begin()
    }

    /// "Weigh" begins anew, whatever was chosen.
    mutating func begin() {
        endLot()
        command(.mode(.weigh), WeighAnswer(.askFarmer))
        forget()
    }

    /// After a restart, or when weighing begins anew.
    mutating func forget() { (farmer, produce, grade, tare) = (nil, nil, nil, .none) }

    mutating func meet(_ wanted: Farmer) {
        if farmer?.id != wanted.id {
            switch wanted.way {
            // Digits mean a farmer only while none is there.
            case .tail, .number: if farmer != nil { begin() }
            case .badge, .code: endLot()
            }
            tare = .none
        } else if case .tail = wanted.way {
            return
        } else if case .number = wanted.way {
            return
        }
        farmer = wanted
        let answer = WeighAnswer(next, goods: ["chosen": "farmer", "farmer": .string(wanted.name)])
        name(wanted, answer)
    }

    /// In the way that this farmer is named in.
    mutating func name(_ wanted: Farmer, _ answer: WeighAnswer) {
        switch wanted.way {
        case .badge(let badge): scan(badge, answer)
        case .code(let code): scan(code, answer)
        case .number(let number):
            type(String(number))
            command(.confirm, answer)
        case .tail(let tail, let place, let among):
            type(tail)
            command(.confirm, WeighAnswer(.askFarmer))
            if among > 1 { type(String(place)) }
            command(.confirm, answer)
        }
    }

    mutating func choose(_ wanted: Catalog.Produce, _ wantedGrade: Catalog.Grade) {
        if produce?.id != wanted.id { endLot() }
        produce = wanted
        grade = wanted.grades.count == 1 ? wanted.grades[0] : nil
        command(.produce(wanted.number), WeighAnswer(next, goods: ["chosen": "produce"]))
        guard wanted.grades.count > 1 else { return }
        // Its grade is told anew; the lot goes on with the same one.
        if lot?.grade != wantedGrade.id { endLot() }
        if chance(3), let place = wanted.grades.firstIndex(of: wantedGrade) {
            grade = wantedGrade
            type(String(place + 1))
            command(.confirm, WeighAnswer(.weighReady))
        } else {
            grade = wantedGrade
            command(.grade(wantedGrade.id), WeighAnswer(.weighReady, goods: ["grade": .string(wantedGrade.name)]))
        }
    }

    mutating func take(_ wanted: Tare) {
        switch wanted {
        case .none: command(.tare(.none), WeighAnswer(next, goods: ["taremode": .null]))
        case .preset(let container):
            command(.tare(.container(container.number)), WeighAnswer(next, goods: ["taremode": "preset"]))
        case .measured(let grams):
            put(grams)
            command(
                .tare(.measured), WeighAnswer(next, goods: ["taremode": "measured", "tare": .integer(grams)]))
        }
        tare = wanted
    }

    // MARK: The paper

    /// What the desk and the scale together make of the tare now.
    var tareGrams: (grams: Int64, mode: String, container: String?) {
        switch tare {
        case .none: (0, "none", nil)
        case .measured(let grams): (grams, "measured", nil)
        case .preset(let container):
            (ExpectedLedger.preset(container.tare.grams, interval: scale.interval), "preset", container.id)
        }
    }

    /// Notes a crate, and what has to be said to it.
    /// - Parameters:
    ///   - scaleTare: what the scale's own key took off; the desk knows of no other then.
    mutating func note(gross: Int64, scaleTare: Int64? = nil) -> WeighAnswer {
        guard let farmer, let produce, let grade else { return WeighAnswer(.askFarmer) }
        if lot == nil {
            lots += 1
            lot = (lots, grade.id, 0)
        }
        let number = lot?.number ?? 0
        let crates = (lot?.crates ?? 0) + 1
        lot?.crates = crates
        let tare = scaleTare.map { ($0, "measured", nil) } ?? tareGrams
        let price = catalog.offers.first { $0.produce == produce.id && $0.grade == grade.id }?.price.fenPerKilogram
        let net = gross - tare.0
        var row = WeighRow(
            count: Int64(day.paper.rows.count + 1), lot: number, farmer: farmer.id, produce: produce.id,
            grade: grade.id, gross: gross, tare: tare.0, net: net)
        row.identified = farmer.way.identified.rawValue
        row.tareMode = tare.1
        row.container = tare.2
        row.stability = scale.saysRest ? "device" : "inferred"
        row.scale = scale.protocolName.rawValue
        row.fenPerKilogram = price
        row.list = price.map { _ in catalog.version }
        row.fen = price.map { ExpectedLedger.fen(net, at: $0) }
        row.warnings = (gross < Self.minimum ? ["below-minimum"] : []) + (price == nil ? ["unpriced"] : [])
        day.paper.rows.append(row)
        day.paper.count(.weighInRecorded)
        var answer = WeighAnswer(
            .weighed,
            goods: [
                "gross": .integer(gross), "tare": .integer(tare.0), "net": .integer(net), "taremode": .string(tare.1),
                "amount": row.fen.map { .integer($0) } ?? .null, "farmer": .string(farmer.name),
                "crates": .integer(Int64(crates)),
            ])
        answer.crate = day.paper.rows.count
        return answer
    }

    /// Min on the plate of each of the scales.
    static let minimum: Int64 = 200

    /// A stroke through a crate.
    /// - Parameter crate: from 1.
    mutating func strike(_ crate: Int, _ reason: WeighIn.Voiding.Reason) {
        day.paper.rows[crate - 1].voided = reason.rawValue
        day.paper.count(.weighInVoided)
        if lot?.number == day.paper.rows[crate - 1].lot { lot?.crates -= 1 }
    }

    /// Whoever voids a crate of a lot that is closed needs a supervisor.
    mutating func void(_ crate: Int, _ reason: WeighIn.Voiding.Reason) {
        strike(crate, reason)
        var answer = WeighAnswer(
            .voided, goods: ["net": .integer(day.paper.rows[crate - 1].net), "voided": true])
        answer.crate = crate
        if day.paper.closed.contains(day.paper.rows[crate - 1].lot) {
            command(.void(reason), WeighAnswer(.askSupervisor))
            scan(supervisorBadge, answer)
        } else {
            command(.void(reason), answer)
        }
    }

    /// Whatever ends the lot that is open; one without a crate that counts ends without a word.
    mutating func endLot() {
        guard let lot else { return }
        self.lot = nil
        guard lot.crates > 0 else { return }
        day.paper.closed.insert(lot.number)
        day.paper.count(.lotPacked)
    }

    mutating func closeLot() {
        guard let open = lot else { return }
        let rows = day.paper.rows.filter { $0.lot == open.number && $0.voided == nil }
        guard !rows.isEmpty else {
            lot = nil
            return command(.closeLot, WeighAnswer(.noLot))
        }
        let isPriced = rows.allSatisfy { $0.fen != nil }
        command(
            .closeLot,
            WeighAnswer(
                .lotClosed,
                goods: [
                    "crates": .integer(Int64(rows.count)), "net": .integer(rows.reduce(0) { $0 + $1.net }),
                    "amount": isPriced ? .integer(rows.reduce(0) { $0 + ($1.fen ?? 0) }) : .null,
                ]))
        endLot()
        forget()
    }
}
