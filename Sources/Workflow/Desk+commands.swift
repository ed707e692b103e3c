import Barcodes
import Domain
import Phrases

/// Text that is no waybill, and what printed commands do.
extension Desk {
    /// The secret in a member's address, which normalisation has put into capitals: `HTTPS://…/M/<secret>`. A farmer's holds the
    /// farmer's code.
    private static func member(in text: String) -> String? {
        guard text.hasPrefix("HTTP://") || text.hasPrefix("HTTPS://") else { return nil }
        let parts = text.split(separator: "/")
        guard parts.count >= 2, parts[parts.count - 2] == "M" else { return nil }
        return parts.last.map(String.init)
    }

    mutating func read(_ text: String, _ turn: inout DeskContext) throws {
        if let command = DeskCommand(text) { return try execute(command, &turn) }
        if let number = WeighIn.Number(text) { return try show(weighIn: number, &turn) }
        if let number = Payment.Number(text) { return try show(payment: number, &turn) }
        if let lot = Lot.id(in: text) { return try show(lot: lot, &turn) }
        if let proof = RecordProof(text) { return try check(proof, &turn) }
        if try begin(order: text, &turn) { return }
        if text.hasPrefix(BadgeHash.prefix) { return try present(badge: text, &turn) }
        if mode == .pack, packing == nil, session != nil { return turn.answer = .unknownOrder }
        if PickUpCode.isCode(text) { return try present(code: text, &turn) }
        // A closed desk does not even say whether there is anything for somebody.
        guard isPermitted(.receiving, &turn) else { return }
        if let id = Self.member(in: text) {
            let farmer = try farmer(code: id, turn)
            if try meet(farmer, .code, &turn) { return }
            // A farmer's code in the wrong place is no guess at a secret.
            guard farmer == nil else { return turn.answer = .nothingHere(nil) }
            return try present(member: id, &turn)
        }
        turn.answer = .refused(.unknown)
    }

    private mutating func execute(_ command: DeskCommand, _ turn: inout DeskContext) throws {
        switch command {
        case .mode(let mode): try choose(mode, &turn)
        case .openDelivery: try open(.delivery, &turn)
        case .openDispatch: try open(.dispatch, &turn)
        case .closeBatch: try closeBatch(&turn)
        case .confirm: try confirm(&turn)
        case .cancel:
            let isPaying = mode == .pay && weighing.farmer != nil
            turn.answer = isWaiting || packing != nil || isPaying ? .cancelled(unsaved: unsaved) : .nothingAsked(nil)
            if isPaying, !isWaiting { (weighing, paying) = (Weighing(last: weighing.last), Paying()) }
            forgetQuestions()
            packing = nil
        case .undo where mode == .weigh: try void(.mistake, &turn)
        case .undo: try undo(&turn)
        case .nextShelf:
            guard isPermitted(.work, &turn) else { return }
            try moveOn(&turn)
        case .signOut: try signOut(.asked, &turn)
        case .handling(let handling):
            guard isPermitted(.receiving, &turn) else { return }
            self.handling = handling
            asked = turn.moment.now.uptime
            turn.answer = .armed(command)
        case .flag(let flag): arm(.flag(flag), command, .flagging, &turn)
        case .resolve: arm(.resolve, command, .work, &turn)
        case .override: override(&turn)
        case .reason(let reason): try give(reason, &turn)
        case .consent(let consent): try give(consent, &turn)
        case .noConsent: try refuseConsent(&turn)
        case .newPerson(let role): try begin(newcomer: role, &turn)
        case .surname(let number): try name(surname: number, &turn)
        case .digit(let digit): type(String(digit), &turn)
        case .dash: type("-", &turn)
        case .practice:
            guard isPermitted(.work, &turn) else { return }
            try practise(!isPractice, &turn)
        case .time: setTime(&turn)
        case .carrier(let carrier): try name(carrier, &turn)
        case .produce(let number): try choose(produce: number, &turn)
        case .grade(let grade): try choose(grade: grade, &turn)
        case .tare(let what): try tare(what, &turn)
        case .record: try recordCrate(&turn)
        case .closeLot: try closeLot(&turn)
        case .void(let reason): try void(reason, &turn)
        case .pay(let method): try pay(method, &turn)
        case .balance: try askBalance(&turn)
        case .reverse(let reason): try reverse(reason, &turn)
        case .till(let occasion): try count(till: occasion, &turn)
        case .check: try checkScale(&turn)
        case .offer: try offer(&turn)
        }
    }

    private mutating func choose(_ mode: DeskCommand.Mode, _ turn: inout DeskContext) throws {
        let right: Permission =
            switch mode {
            case .receive, .collect, .find: .receiving
            case .shelve, .giveBack, .dispatch, .accept, .weigh, .pack, .pay: .work
            }
        guard isPermitted(right, &turn) else { return }
        // A courier only hands over; whatever a scan would do besides, it would be taken for that.
        guard session?.role != .courier || mode == .receive else { return turn.answer = .notPermitted }
        forgetQuestions()
        found = nil
        try endLot(&turn)
        weighing = Weighing()
        packing = nil
        paying = Paying()
        self.mode = mode
        turn.answer =
            switch mode {
            case .weigh, .pay: .askFarmer([], nextCrate())
            case .pack: .askOrder
            case .receive, .shelve, .collect, .giveBack, .dispatch, .accept, .find: .mode(mode)
            }
    }

    private mutating func arm(
        _ what: ArmedModifier, _ command: DeskCommand, _ right: Permission, _ turn: inout DeskContext
    ) {
        guard isPermitted(right, &turn) else { return }
        armed = what
        asked = turn.moment.now.uptime
        turn.answer = .armed(command)
    }

    private mutating func type(_ character: String, _ turn: inout DeskContext) {
        if typed.count < Self.mostTyped { typed += character }
        let isForSupervisor = if case .supervisor = question { true } else { false }
        // Whoever only types does not make the question last.
        if !isForSupervisor { asked = turn.moment.now.uptime }
        // Behind the first dash stands what nobody else should read, unless it is money.
        let isMoney = mode == .pay && !isForSupervisor && Self.looksLikeMoney(typed)
        let dash = isMoney ? nil : typed.firstIndex(of: "-")
        let shown = typed.enumerated().map { place, character -> Character in
            guard let dash, place > typed.distance(from: typed.startIndex, to: dash) else { return character }
            return character == "-" ? "-" : "•"
        }
        turn.answer = .typed(String(shown))
    }

    /// `120-5`: no PIN has so few digits.
    private static func looksLikeMoney(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && (1...9).contains(parts[0].count) && parts[1].count <= 2
    }

    /// What somebody reads off a watch. It counts while nothing better is known.
    private mutating func setTime(_ turn: inout DeskContext) {
        guard isPermitted(.work, &turn) else { return }
        let digits = typed
        typed = ""
        let now = turn.moment.now
        guard !now.clock.isBetterThanWatch else { return turn.answer = .timeKnown(now.wall) }
        guard let time = Timestamp(digits: digits) else { return turn.answer = .askTime }
        turn.record(
            .clockConfirmed, { _ in nil }, actor: session?.person,
            ["time": .string(time.description), "boundms": .integer(Timekeeper.operatorBound)])
        turn.answer = .timeSet(time)
    }

    private mutating func confirm(_ turn: inout DeskContext) throws {
        if case .carrier(let parcel) = question { return try decide(.open, parcel, &turn) }
        if case .newcomer(let arrival) = question { return try confirm(arrival, &turn) }
        if !typed.isEmpty {
            let text = typed
            typed = ""
            // A number and a PIN, where a supervisor is asked for.
            if case .supervisor(let asked) = question {
                guard let (number, pin) = Self.numberAndPIN(text) else {
                    return turn.answer = .askSupervisor(asked.told)
                }
                return try signIn(number: number, pin: pin, approving: asked, &turn)
            }
            if mode == .weigh { return try typedWhileWeighing(text, &turn) }
            if mode == .pay { return try typedWhilePaying(text, &turn) }
            if mode == .pack, try begin(order: text, &turn) { return }
            if mode == .pack, packing == nil, !text.contains("-") { return turn.answer = .unknownOrder }
            if PickUpCode.isCode(text) { return try present(code: text, &turn) }
            guard let (number, pin) = Self.numberAndPIN(text) else { return turn.answer = .refused(.unknown) }
            return try signIn(number: number, pin: pin, &turn)
        }
        if pickUp != nil {
            pickUp = nil
            return turn.answer = .pickUpEnded
        }
        if case .farmer(let ids) = question {
            guard ids.count == 1 else { return askWhich(try ids.compactMap { try turn.point.person($0) }, &turn) }
            return try chooseFarmer(0, among: ids, &turn)
        }
        if case .supervisor(let asked) = question { return turn.answer = .askSupervisor(asked.told) }
        if mode == .weigh { return try recordCrate(&turn) }
        if mode == .pay { return try pay(.cash, &turn) }
        if mode == .pack { return try weighLine(&turn) }
        turn.answer = .nothingAsked(nil)
    }

    private static func numberAndPIN(_ text: String) -> (Int, String)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), (4...8).contains(parts[1].count) else { return nil }
        return (number, String(parts[1]))
    }

    /// The answer to "which carrier?", or the carrier of the hand-over that is about to begin.
    private mutating func name(_ carrier: Carrier, _ turn: inout DeskContext) throws {
        if case .carrier(let parcel) = question { return try decide(.carrier(carrier), parcel, &turn) }
        guard isPermitted(.batch, &turn) else { return }
        self.carrier = carrier
        asked = turn.moment.now.uptime
        turn.answer = .armed(.carrier(carrier))
    }

    private mutating func decide(_ decision: Decision, _ parcel: ScannedParcel, _ turn: inout DeskContext) throws {
        question = nil
        switch mode {
        case .shelve: try shelve(parcel, decided: decision, &turn)
        case .accept: try accept(parcel, decided: decision, &turn)
        default: try receive(parcel, in: try openBatch(turn), decided: decision, &turn)
        }
    }

    // MARK: Undo

    /// Takes back what was done last at this desk since the sign-in; in the mode "find", what was done last to the parcel
    /// that was found, by whomever.
    private mutating func undo(_ turn: inout DeskContext) throws {
        if mode == .find, let found {
            guard isPermitted(.work, &turn) else { return }
            guard let parcel = try turn.point.parcel(found), let change = parcel.change else {
                return turn.answer = .nothingToUndo
            }
            try undo(Undoable(subject: found, events: [change.id]), why: "found", &turn)
            if turn.answer?.word == .undone { forget(change.id) }
            return
        }
        guard isPermitted(.undo, &turn) else { return }
        guard let last = undoable.last else { return turn.answer = .nothingToUndo }
        try undo(last, why: "mistake", &turn)
        // What is not there to be undone any more would stand before everything older, and so would what has changed since;
        // that may yet be undone by whoever changed it, so its turn comes again behind the others.
        undoable.removeLast()
        if turn.answer?.word == .changedSince { undoable.insert(last, at: 0) }
    }

    private mutating func forget(_ event: EventID) {
        for index in undoable.indices { undoable[index].events.removeAll { $0 == event } }
        undoable.removeAll(where: \.events.isEmpty)
    }

    private mutating func undo(_ what: Undoable, why: String, _ turn: inout DeskContext) throws {
        guard var parcel = try turn.point.parcel(what.subject) else { return turn.answer = .nothingToUndo }
        // All of it or nothing: what came since must be undone first, by whoever did it.
        var changes: [Parcel.Change] = []
        var past = parcel.past
        for id in what.events.reversed() {
            let change = changes.isEmpty ? parcel.change : past.popLast().flatMap(\.change)
            guard let change, change.id == id else {
                turn.answer = .changedSince(.init(parcel))
                return
            }
            changes.append(change)
        }
        guard parcel.past.count >= changes.count else { return turn.answer = .nothingToUndo }
        var restored: Parcel.Condition?
        for change in changes {
            let before = parcel.past.removeLast().condition
            restored = try before.map { try putBack($0, after: parcel.condition, what.subject, &turn) }
            turn.record(
                .parcelCorrected, what.subject, actor: session?.person,
                .members([
                    "order": try order(in: what.subject, after: change, turn).map { .string($0) },
                    "corrects": .string(change.id.text), "undoes": .string(change.type.text), "reason": .string(why),
                    "slot": restored?.slot == before?.slot ? nil : restored?.slot.map { .string($0) },
                    "code": restored?.code == before?.code ? nil : restored?.code.map { .string($0) },
                ]))
            if let restored { parcel.condition = restored }
        }
        let wasIn = try turn.point.parcel(what.subject)?.condition.batch
        turn.answer = .undone(
            what.subject,
            restored.map { .init(what.subject, $0.status, slot: $0.slot, code: $0.code) },
            try count(try openBatch(turn), turn, removing: wasIn == restored?.batch ? nil : wasIn))
    }

    /// The order that goes back along with its parcel, when this change is the one by which it was packed or has left.
    private func order(in subject: String, after change: Parcel.Change, _ turn: DeskContext) throws -> String? {
        guard let shipment = try turn.point.shipment(waybill: subject) else { return nil }
        switch (shipment.status, change.type) {
        case (.packed, .parcelAccepted), (.dispatched, .parcelDispatched): return shipment.order
        default: return nil
        }
    }

    /// What an undo puts back. Where its slot or its code was given away meanwhile, it gets another; if every slot of its
    /// kind is full, it keeps its own, because that is where it lies.
    private func putBack(
        _ before: Parcel.Condition, after now: Parcel.Condition, _ subject: String, _ turn: inout DeskContext
    ) throws -> Parcel.Condition {
        guard let slot = before.slot, let code = before.code else { return before }
        var condition = before
        if slot == now.slot {
            // It never left; the code it has now is the one its recipient was told.
            condition.code = now.code ?? code
            return condition
        }
        let occupied = try turn.point.occupancy()
        if policy.shelves.isFull(slot, occupied: occupied) {
            condition.slot = policy.shelves.emptiest(for: before.handling, occupied: occupied)?.name ?? slot
        }
        let form: PickUpCode.Form = code.hasPrefix(slot + "-") ? .shelf : .digits
        let isTaken = try turn.point.parcel(code: code).map { $0.subject != subject } ?? false
        if isTaken || form == .shelf && condition.slot != slot {
            condition.code = try issue(form, condition.slot ?? slot, &turn) ?? issue(.digits, slot, &turn)
        }
        return condition
    }
}
