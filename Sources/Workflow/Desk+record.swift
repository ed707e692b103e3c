import Domain
import Phrases
import ScaleProtocols

/// A crate on the scale becomes a record that money is paid on, or is refused with the reason.
extension Desk {
    /// What lies on the scale, out of one reading.
    struct Load: Hashable {
        var gross: Mass
        /// The scale's own tare key was used, and the frame says with what.
        var scaleTare: (mass: Mass, mode: WeighIn.TareMode)?
        var interval: Mass?
        var stability: WeighIn.Stability
        var raw: [UInt8]

        static func == (left: Load, right: Load) -> Bool {
            left.gross == right.gross && left.raw == right.raw && left.scaleTare?.mass == right.scaleTare?.mass
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(gross)
            hasher.combine(raw)
        }
    }

    enum Judged {
        case read(Load)
        case refused((Answer.NextCrate?) -> Answer)
    }

    /// A net from the scale and a tare from here are never mixed: the scale's net is taken only together with the scale's
    /// own tare.
    func load(_ scale: ScaleWatch.State) -> Judged {
        switch scale {
        case .obstacle(let obstacle): return .refused { .scale(obstacle, $0) }
        case .weighable(let reading):
            guard let mass = reading.mass else { return .refused { .scale(.faulty, $0) } }
            var load = Load(
                gross: mass, interval: policy.weighing.interval ?? reading.interval,
                stability: reading.stability == .stable ? .device : .inferred, raw: reading.raw)
            switch reading.kind {
            case .gross, .unknown: return .read(load)
            case .tare: return .refused { .scale(.faulty, $0) }
            case .net:
                guard let tare = reading.tare, tare > .zero else { return .refused { .scaleIsTared($0) } }
                load.gross = mass.adding(tare)
                load.scaleTare = (tare, reading.tareMode == .preset ? .preset : .measured)
                return .read(load)
            }
        }
    }

    mutating func recordCrate(_ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        guard mode == .weigh else { return turn.answer = .weighFirst }
        guard let farmer = weighing.farmer, let produce = weighing.produce, let grade = weighing.grade else {
            return turn.answer = next()
        }
        let load: Load
        switch self.load(turn.scale) {
        case .refused(let answer): return turn.answer = answer(nextCrate())
        case .read(let read): load = read
        }
        guard let tare = tare(of: load) else {
            return turn.answer = .scaleIsTared(nextCrate())
        }
        guard tare.mass < load.gross else {
            return turn.answer = .tareTooHeavy(.init(nextCrate(), gross: load.gross))
        }
        let net = load.gross.subtracting(tare.mass)
        let pricing = try price(net, produce.id, grade.id, turn)
        guard let warnings = try warnings(load, isPriced: pricing != nil, &turn) else { return }

        let number = try turn.point.nextWeighIn()
        let lot = try weighing.lot ?? turn.point.nextLot()
        let weighIn = WeighIn(
            number: number, farmer: farmer.id, identification: farmer.identification,
            produce: produce.id, grade: grade.id, lot: lot, gross: load.gross,
            tare: tare.mass, tareMode: tare.mode, container: tare.container, stability: load.stability,
            scale: scale(load), raw: load.raw, pricing: pricing, warnings: warnings)
        turn.record(.weighInRecorded, number.description, actor: session?.person, weighIn.json)
        let crates = try turn.point.lot(lot)?.crates.count ?? 0
        weighing.lot = lot
        weighing.last = number.description
        var crate = Answer.Crate(weighIn, farmer: farmer.name, .init(produce), grade: grade.name)
        if case .preset(let container) = weighing.tare, tare.container != nil { crate.container = container.name }
        crate.crates = crates + 1
        turn.answer = .weighed(crate)
    }

    private func scale(_ load: Load) -> WeighIn.Scale {
        WeighIn.Scale(
            serial: policy.weighing.serial, protocolName: policy.weighing.protocolName, interval: load.interval)
    }

    /// - Returns: `nil` when both the scale and this desk have tared.
    private func tare(of load: Load) -> (mass: Mass, mode: WeighIn.TareMode, container: String?)? {
        if let scaleTare = load.scaleTare {
            return weighing.tare == .none ? (scaleTare.mass, scaleTare.mode, nil) : nil
        }
        switch weighing.tare {
        case .none: return (.zero, .none, nil)
        case .measured(let mass): return (mass, .measured, nil)
        case .preset(let container):
            return (container.tare.rounded(to: load.interval), .preset, container.id)
        }
    }

    private func price(_ net: Mass, _ produce: String, _ grade: String, _ turn: DeskContext) throws -> WeighIn.Pricing?
    {
        guard let catalog = try turn.point.catalog(),
            let price = catalog.price(of: produce, grade: grade, at: turn.moment.now.span),
            let amount = price.amount(for: net, policy.weighing.rounding)
        else { return nil }
        return WeighIn.Pricing(
            price: price, list: catalog.version, rounding: policy.weighing.rounding, amount: amount)
    }

    /// What is let pass and what is not. What the clock cannot tell is no warning against anybody, and no way around a rule that
    /// the county set to `refuse`.
    /// - Returns: `nil` when it is refused; then the answer is given.
    private func warnings(_ load: Load, isPriced: Bool, _ turn: inout DeskContext) throws -> Set<WeighIn.Warning>? {
        let policy = policy.weighing
        let now = turn.moment.now
        let check = try turn.point.lastCheck()
        // Each: whether it is so, as far as anybody can tell.
        let cases: [(Bool?, WeighingPolicy.Rule, WeighIn.Warning, (Answer.RefusedCrate) -> Answer)] = [
            (policy.minimum.map { load.gross < $0 } ?? false, policy.belowMinimum, .belowMinimum, Answer.belowMinimum),
            (policy.isExpired(at: now), policy.expired, .verificationExpired, Answer.verificationExpired),
            (check.map { !$0.isPassed } ?? false, policy.scaleWrong, .scaleWrong, Answer.scaleIsWrong),
            (
                try policy.isUnchecked(at: turn.moment, last: check, startOf: turn.point.bootTimes), policy.unchecked,
                .unchecked, Answer.checkFirst
            ),
            (!isPriced, policy.unpriced, .unpriced, { .noPrice(.crate($0)) }),
        ]
        var warnings: Set<WeighIn.Warning> = []
        for (isSo, rule, warning, refuse) in cases where isSo != false {
            switch rule {
            case .ignore: break
            case .warn: if isSo == true { warnings.insert(warning) }
            case .refuse:
                turn.answer = refuse(.init(nextCrate(), gross: load.gross))
                return nil
            }
        }
        // A record without a price says so, whatever the rule: nobody must take it for nothing.
        if !isPriced { warnings.insert(.unpriced) }
        return warnings
    }

    // MARK: The reference weight

    mutating func checkScale(_ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let reference = policy.weighing.reference else { return turn.answer = .noReference }
        let load: Load
        switch self.load(turn.scale) {
        case .refused(let answer): return turn.answer = answer(nil)
        case .read(let read) where read.scaleTare != nil: return turn.answer = .scaleIsTared(nil)
        case .read(let read): load = read
        }
        // Goods, or the weight and goods: that says nothing of the scale, and must not stop all weighing. Said twice of about the
        // same reading it is the scale.
        let tolerance = policy.weighing.tolerance
        let isFar =
            load.gross.subtracting(reference).grams.magnitude
            > max(reference.grams.magnitude / 10, tolerance.grams.magnitude)
        let isRepeated = unlikely.map {
            load.gross.subtracting($0).grams.magnitude
                <= max(reference.grams.magnitude / 100, tolerance.grams.magnitude)
        }
        guard !isFar || isRepeated == true else {
            unlikely = load.gross
            return turn.answer = .onlyReference(.init(reference, shown: load.gross))
        }
        unlikely = nil
        let check = ScaleCheck(
            reference: reference, shown: load.gross, tolerance: tolerance, scale: scale(load),
            raw: load.raw)
        turn.record(.scaleChecked, { _ in nil }, actor: session?.person, check.json)
        let reading = Answer.ReferenceReading(reference, shown: load.gross)
        turn.answer = check.isPassed ? .checked(reading) : .checkFailed(reading)
    }
}

extension DeskContext {
}

extension Mass {
    /// The nearest multiple of the scale's interval, ties away from zero: only for a preset tare, never for a reading.
    func rounded(to interval: Mass?) -> Mass {
        guard let interval, interval > .zero else { return self }
        let step = interval.grams
        let (steps, rest) = grams.quotientAndRemainder(dividingBy: step)
        let isUp = rest.magnitude >= step.magnitude - rest.magnitude
        guard isUp else { return Mass(grams: steps * step) }
        return Mass(grams: steps * step).adding(Mass(grams: grams < 0 ? -step : step))
    }
}
