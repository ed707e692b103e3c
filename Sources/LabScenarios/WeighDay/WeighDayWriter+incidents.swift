import Domain
import LabDevices
import Phrases
import ScaleProtocols
import Workflow

/// What goes wrong at a scale on a day: each is one crate more, and nothing else in the account.
extension WeighDayWriter {
    enum Incident: String, CaseIterable, Hashable {
        case unstable = "confirmed before it was at rest"
        case left = "confirmed again while it still lay there"
        case doublePress = "confirmed twice at once"
        case pulledBefore = "unplugged before the record"
        case pulledAfter = "unplugged after the record"
        case overload = "too heavy for the scale"
        case belowZero = "below zero"
        case garbage = "garbage on the line"
        case silence = "a silent scale"
        case wrongProduce = "the wrong produce, voided"
        case voidOld = "an older crate voided by its receipt"
        case emptied = "the only crate of a lot voided"
        case ownTare = "the scale's own tare key, and a crash"
        case heavyTare = "a tare heavier than the load"
        case swapped = "another crate without an empty scale between"
        case hardlySwapped = "a load that hardly changed"
        case unpriced = "no price"
        case tooLight = "lighter than the scale may weigh"
        case stranger = "a courier who weighs"
        case unknown = "numbers that mean nothing"
        case wrongScale = "a scale that shows too much"
        case killed = "killed while recording"
        case brokerLost = "no broker"
        case powerCut = "a power cut"
        case paperOut = "no paper, and a crash before there was any"
        case coverOpen = "the printer's cover left open"

        /// On which scales of the day each has to happen; the others on the one with the least to bear.
        private func places(_ scales: [WeighDay.Scale]) -> [Int] {
            switch self {
            case .unstable, .left, .overload: Array(scales.indices)
            case .killed: scales.indices.filter { $0.isMultiple(of: 2) }
            case .brokerLost: [1]
            case .powerCut: [3]
            case .ownTare: scales.indices.filter { scales[$0].tellsTare }
            case .belowZero: [1, 2]
            default: []
            }
        }

        static func dealt(
            to scales: [WeighDay.Scale], using generator: inout SeededGenerator
        ) -> [[Incident]] {
            var dealt = [[Incident]](repeating: [], count: scales.count)
            for incident in allCases.shuffled(using: &generator) {
                for place in incident.places(scales) { dealt[place].append(incident) }
            }
            for incident in allCases.shuffled(using: &generator) where incident.places(scales).isEmpty {
                let place = dealt.indices.min { dealt[$0].count < dealt[$1].count }
                if let place { dealt[place].append(incident) }
            }
            return dealt.map { $0.shuffled(using: &generator) }
        }
    }

    mutating func perform(_ incident: Incident) {
        let gross = gross()
        switch incident {
        case .unstable:
            add(.swing(grams: gross), .see(.moving))
            command(.record, .scale("scale-unstable"))
            put(gross)
            record(gross)
        case .left:
            put(gross)
            record(gross)
            command(.record, .scale("scale-not-returned"))
            lift()
            add(.see(.rest(grams: 0)))
            command(.confirm, .scale("scale-empty"))
        case .doublePress:
            put(gross)
            let text = WeighDay.Scan.Text.plain(DeskCommand.record.text)
            add(
                .burst([
                    .init(text: text, answer: note(gross: gross)),
                    .init(text: text, answer: .scale("scale-not-returned")),
                ]))
        case .pulledBefore:
            put(gross)
            pull()
            command(.record, .scale("scale-disconnected"))
            plug(gross)
            record(gross)
        case .pulledAfter:
            put(gross)
            record(gross)
            pull()
            plug(gross)
            command(.record, .scale("scale-not-returned"))
        case .overload: fail(.overload, seen: .over, scale.overloaded, gross)
        case .belowZero: fail(.negative, seen: .negative, scale.negative, gross)
        case .garbage: fail(.garbage, seen: .nothing, nil, gross)
        case .silence: fail(.silence, seen: .nothing, "scale-silent", gross)
        case .hardlySwapped:
            // Less than twenty steps lighter: the same crate, out of which somebody took an apple.
            put(gross)
            record(gross)
            put(gross - 10 * scale.interval)
            command(.record, .scale("scale-not-returned"))
        case .swapped:
            put(gross)
            record(gross)
            let another = gross + 40 * scale.interval
            guard day.paper.rows.count < day.size else { break }
            put(another)
            record(another)
        case .heavyTare:
            take(.measured(5000))
            let light = 4000 / scale.interval * scale.interval
            put(light)
            command(.record, WeighAnswer(.tareTooHeavy, goods: ["gross": .integer(light)]))
            lift()
            take(.none)
            put(gross)
            record(gross)
        case .tooLight:
            take(.none)
            let light = 150 / scale.interval * scale.interval
            put(light)
            record(light)
        case .unpriced:
            choose(WeighMarket.herbs, WeighMarket.herbs.grades[0])
            put(gross)
            record(gross)
        case .wrongScale: failedCheck(gross)
        case .stranger: stranger(gross)
        case .unknown: nonsense(gross)
        case .wrongProduce: wrongProduce(gross)
        case .voidOld: voidOld(gross)
        case .emptied: emptyLot(gross)
        case .ownTare: return ownTare()
        case .killed: killed(gross)
        case .brokerLost:
            add(.loseBroker)
            put(gross)
            record(gross)
        case .powerCut: powerCut(gross)
        case .paperOut, .coverOpen: noPaper(incident, gross)
        }
        lift()
    }

    /// The lot is closed all the same; its papers wait, over a crash if need be.
    private mutating func noPaper(_ incident: Incident, _ gross: Int64) {
        let visit = (farmer, produce, grade)
        add(.printer(incident == .paperOut ? .paperOut : .coverOpen))
        put(gross)
        record(gross)
        closeLot()
        if incident == .paperOut { restart(.kill) }
        again(visit)
        add(.printer(.fine))
    }

    private mutating func record(_ gross: Int64) { command(.record, note(gross: gross)) }

    private mutating func pull() { add(.fail(.unplug), .see(.unplugged)) }
    private mutating func plug(_ grams: Int64) { add(.fail(.none), .see(.rest(grams: grams))) }

    /// - Parameter reason: `nil` for garbage, which begins as silence.
    private mutating func fail(
        _ fault: SimulatedScale.Fault, seen: WeighDay.Sight, _ reason: String?, _ gross: Int64
    ) {
        put(gross)
        // Where a format has no word for it, its indicator falls silent.
        add(.fail(fault), .see(reason == "scale-silent" ? .nothing : seen))
        command(.record, reason.map { .scale($0) } ?? .scale("scale-garbage", "scale-silent"))
        add(.fail(.none), .see(.rest(grams: gross)))
        record(gross)
    }

    private mutating func failedCheck(_ gross: Int64) {
        check(shown: Self.reference + 100, isRight: false)
        check(shown: Self.reference, isRight: true)
        put(gross)
        record(gross)
    }

    /// A courier may not weigh; whatever the operator had begun is ended, and begins anew.
    private mutating func stranger(_ gross: Int64) {
        let visit = (farmer, produce, grade)
        scan(courierBadge, WeighAnswer(.signedIn))
        day.paper.count(.operatorSignedIn)
        endLot()
        forget()
        put(gross)
        command(.mode(.weigh), WeighAnswer(.notPermitted))
        command(.record, WeighAnswer(.notPermitted))
        command(.signOut, WeighAnswer(.signedOut))
        command(.mode(.weigh), WeighAnswer(.signInFirst))
        command(.record, WeighAnswer(.signInFirst))
        open()
        again(visit)
        put(gross)
        record(gross)
    }

    private mutating func nonsense(_ gross: Int64) {
        let visit = (farmer, produce, grade)
        put(gross)
        begin()
        command(.record, WeighAnswer(.askFarmer))
        type("0000")
        command(.confirm, WeighAnswer(.nobodyFound))
        scan(BadgeHash.prefix + "0000000000000001", WeighAnswer(.unknownPerson))
        command(.void(.mistake), WeighAnswer(.nothingToVoid))
        again(visit)
        command(.produce(99), WeighAnswer(.unknownProduce))
        command(.grade("Z"), WeighAnswer(.unknownProduce))
        command(.tare(.container(77)), WeighAnswer(.unknownContainer))
        record(gross)
    }

    /// Who was here before is here again.
    private mutating func again(_ visit: (farmer: Farmer?, produce: Catalog.Produce?, grade: Catalog.Grade?)) {
        guard let farmer = visit.farmer, let produce = visit.produce, let grade = visit.grade else { return }
        meet(farmer)
        choose(produce, grade)
    }

    private mutating func wrongProduce(_ gross: Int64) {
        guard day.paper.rows.count + 1 < day.size, let meant = produce, let grade else {
            put(gross)
            return record(gross)
        }
        let wrong = catalog.produce.first { $0.id != meant.id }
        if let wrong { choose(wrong, wrong.grades[0]) }
        put(gross)
        record(gross)
        let crate = day.paper.rows.count
        void(crate, .wrongProduce)
        command(.void(.wrongProduce), WeighAnswer(.already))
        // Voided, and recorded all the same: it has to be lifted.
        command(.record, .scale("scale-not-returned"))
        lift()
        choose(meant, grade)
        put(gross)
        record(gross)
    }

    /// A farmer comes back with a receipt: the crate was another's.
    private mutating func voidOld(_ gross: Int64) {
        put(gross)
        record(gross)
        let candidates = day.paper.rows.indices.filter { day.paper.rows[$0].voided == nil }
        guard let place = candidates.randomElement(using: &generator) else { return }
        var found = WeighAnswer(.found, goods: ["net": .integer(day.paper.rows[place].net)])
        found.crate = place + 1
        add(.scan(WeighDay.Scan(text: .receipt(place + 1), answer: found)))
        void(place + 1, .wrongFarmer)
    }

    /// A lot in which nothing is left is never closed.
    private mutating func emptyLot(_ gross: Int64) {
        let visit = (farmer, produce, grade)
        begin()
        again(visit)
        put(gross)
        record(gross)
        let crate = day.paper.rows.count
        void(crate, .returned)
        closeLot()
    }

    /// The scale's key takes the container off. Its frames say so, and the desk believes them; what it shows after a crash is
    /// still the crate that was recorded.
    private mutating func ownTare() {
        let visit = (farmer, produce, grade)
        take(.none)
        let container = 60 * scale.interval
        let gross = gross() + container
        put(container)
        add(.press(.tare), .see(.rest(grams: 0)))
        command(.record, .scale("scale-empty"))
        add(.put(grams: gross), .see(.rest(grams: gross - container)))
        command(.tare(.measured), WeighAnswer(.scaleIsTared))
        command(.record, note(gross: gross, scaleTare: container))
        restart(.kill)
        again(visit)
        add(.see(.rest(grams: gross - container)))
        command(.record, .scale("scale-not-returned"))
        add(.put(grams: 0), .see(.negative))
        command(.record, .scale("scale-negative"))
        add(.press(.clearTare), .see(.rest(grams: 0)))
    }

    private mutating func restart(_ step: WeighDay.Step) {
        add(step)
        endLot()
        forget()
        open()
    }

    /// Whether it was saved, nobody knows; confirming once more has to lead to one record either way.
    private mutating func killed(_ gross: Int64) {
        let visit = (farmer, produce, grade)
        begin()
        again(visit)
        put(gross)
        let saved = note(gross: gross)
        add(.killWhileRecording(microseconds: UInt32(pick(0...12) * 500)))
        day.paper.closed.insert(lot?.number ?? 0)
        day.paper.count(.lotPacked)
        lot = nil
        forget()
        open()
        again(visit)
        add(.see(.rest(grams: gross)))
        var answer = saved
        answer.words.insert(.scale)
        answer.reasons = ["scale-not-returned"]
        command(.record, answer)
        command(.closeLot, WeighAnswer(.lotClosed, .noLot))
        // Closed or not, the desk begins anew.
        begin()
        again(visit)
    }

    private mutating func powerCut(_ gross: Int64) {
        let visit = (farmer, produce, grade)
        put(gross)
        record(gross)
        restart(.powerCut)
        again(visit)
        add(.see(.rest(grams: gross)))
        command(.record, .scale("scale-not-returned"))
    }
}
