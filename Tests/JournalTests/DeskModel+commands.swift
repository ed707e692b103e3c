import Domain
import Phrases
import Workflow

extension DeskModel {
    // MARK: Pick-up

    mutating func present(_ code: String, _ now: Int64, _ world: inout World, _ turn: inout Turn) {
        var keys = ["code"]
        if case .code(let subject) = question { keys.append("code:\(subject)") }
        for key in keys where !world.guess(key, now, store: false) { return turn.word = .locked }
        let match = world.point.holder(of: code)
        func recipient(_ subject: String) -> String? { world.point.rows[subject]?.life.recipient }
        if case .code(let wanted) = question {
            // One code is good for all parcels of the same recipient.
            if let match, match == wanted || recipient(match) != nil && recipient(match) == recipient(wanted) {
                question = nil
                return collect(wanted, "code", &world, &turn)
            }
        } else if let match {
            question = nil
            let together =
                recipient(match).map { id in world.point.here.filter { $0.value.life.recipient == id }.map(\.key) }
            return begin(together ?? [match], now, world.point, &turn)
        }
        for key in keys { _ = world.guess(key, now, store: true) }
        turn.word = .wrongCode
    }

    mutating func present(
        member id: String, _ isAddress: Bool, _ now: Int64, _ world: inout World, _ turn: inout Turn
    ) {
        // A bare id opens nothing.
        guard isAddress else { return turn.word = .scan }
        if !world.guess("code", now, store: false) { return turn.word = .locked }
        guard world.point.expected.values.contains(where: { $0.recipient == id }) else {
            _ = world.guess("code", now, store: true)
            return turn.word = .nothingHere
        }
        let theirs = world.point.here.filter { $0.value.life.recipient == id }.map(\.key)
        if theirs.isEmpty { return turn.word = .nothingHere }
        question = nil
        begin(theirs, now, world.point, &turn)
    }

    mutating func begin(_ subjects: [String], _ now: Int64, _ point: PointModel, _ turn: inout Turn) {
        let ready = subjects.filter { point.judge("collect", $0) == .goes }.sorted()
        if ready.isEmpty { return turn.word = .impossible }
        pickUp = ready
        asked = now
        turn.word = .pickUp
    }

    mutating func takeAway(_ subject: String, _ now: Int64, _ world: inout World, _ turn: inout Turn) {
        guard let under = pickUp, under.contains(subject) else { return turn.word = .wrongParcel }
        collect(subject, nil, &world, &turn)
        asked = now
        // What could not be handed over still may be.
        guard turn.word == .collected || turn.word == .already else { return }
        let rest = under.filter { $0 != subject }
        pickUp = rest.isEmpty ? nil : rest
    }

    mutating func collect(_ subject: String, _ by: String?, _ world: inout World, _ turn: inout Turn) {
        guard goes("collect", subject, world.point, &turn) else { return }
        turn.events.append(
            .init(type: "parcel.collected", subject: subject) { _, data in
                by.map { data["by"]?.string == $0 } ?? ["code", "member"].contains(data["by"]?.string)
            })
        world.guesses["code:\(subject)"] = nil
        turn.undoable = subject
        turn.word = .collected
    }

    // MARK: Commands

    mutating func obey(
        _ command: DeskCommand, _ now: Int64, _ world: inout World, _ turn: inout Turn
    ) {
        switch command {
        case .mode(let next):
            let isEasy = [.receive, .collect, .find].contains(next)
            if mayNot(isEasy ? "receiving" : "work", &turn) { return }
            if session?.role == "courier", next != .receive { return turn.word = .notPermitted }
            forget()
            found = nil
            mode = next.rawValue
            turn.word = .mode
        case .openDelivery: open("delivery", world.point, &turn)
        case .openDispatch: open("dispatch", world.point, &turn)
        case .closeBatch: close(world.point, &turn)
        case .confirm:
            if case .carrier(let subject) = question { return decide(subject, "", now, world, &turn) }
            turn.word = pickUp == nil ? .nothingAsked : .pickUpEnded
            pickUp = nil
        case .cancel:
            turn.word = isWaiting ? .cancelled : .nothingAsked
            forget()
        case .undo: undo(world.point, &turn)
        case .nextShelf: moveOn(world.point, &turn)
        case .signOut: if session == nil { turn.word = .nothingAsked } else { leave(&turn) }
        case .handling(let kind):
            if mayNot("receiving", &turn) { return }
            handling = kind.rawValue
            asked = now
            turn.word = .armed
        case .flag(let flag): arm(flag.rawValue, "flagging", now, &turn)
        case .resolve: arm("resolve", "work", now, &turn)
        case .override:
            if mayNot("work", &turn) { return }
            guard case .code(let subject) = question else { return turn.word = .nothingAsked }
            question = .reason(subject)
            asked = now
            turn.word = .askReason
        case .reason:
            guard case .reason(let subject) = question else { return turn.word = .nothingAsked }
            question = nil
            collect(subject, "override", &world, &turn)
        case .carrier(let named):
            if case .carrier(let subject) = question { return decide(subject, named.rawValue, now, world, &turn) }
            if mayNot("batch", &turn) { return }
            carrier = named.rawValue
            asked = now
            turn.word = .armed
        case .consent(let how): agree(how.rawValue, world, &turn)
        case .noConsent: disagree(world, &turn)
        // People who are added have tests of their own.
        case .digit, .dash, .practice, .newPerson, .surname: break
        case .time:
            if mayNot("work", &turn) { return }
            // The clock of this play can be believed.
            turn.word = .timeKnown
        // Produce and money have plays of their own.
        case .pay, .balance, .reverse, .till, .produce, .grade, .tare, .record, .closeLot, .void, .check, .offer: break
        }
    }

    private mutating func arm(_ what: String, _ right: String, _ now: Int64, _ turn: inout Turn) {
        if mayNot(right, &turn) { return }
        armed = what
        asked = now
        turn.word = .armed
    }

    private mutating func decide(
        _ subject: String, _ decision: String, _ now: Int64, _ world: World, _ turn: inout Turn
    ) {
        question = nil
        switch mode {
        case "shelve": shelve(subject, decision, now, world, &turn)
        case "accept": accept(subject, decision, now, world, &turn)
        default: receive(subject, openBatch(world.point), decision, now, world, &turn)
        }
    }

    private mutating func open(_ kind: String, _ point: PointModel, _ turn: inout Turn) {
        if mayNot("batch", &turn) { return }
        guard openBatch(point) == nil else { return turn.word = .batchIsOpen }
        let (named, courier, desk) = (
            session?.role == "courier" ? session?.carrier ?? carrier : carrier ?? session?.carrier, session?.person,
            name
        )
        carrier = nil
        mode = "receive"
        turn.events.append(
            .init(type: "batch.opened", subject: nil) { _, data in
                data["kind"]?.string == kind && data["carrier"]?.string == named && data["desk"]?.string == desk
                    && data["courier"]?.string == courier
            })
        turn.word = .batchOpened
    }

    /// Both sides get the count: what was scanned, what is missing, what nobody announced.
    private func close(_ point: PointModel, _ turn: inout Turn) {
        if mayNot("batch", &turn) { return }
        guard let id = openBatch(point), let batch = point.batches[id] else { return turn.word = .noBatch }
        let missing: Int
        var unexpected = 0
        if batch.kind == "delivery" {
            missing =
                point.expected.filter {
                    point.rows[$0.key] == nil && (batch.carrier == nil || $0.value.carrier == batch.carrier)
                }.count
            unexpected = batch.items.filter { point.expected[$0] == nil }.count
        } else {
            missing =
                point.rows.values.filter {
                    $0.life.status == "accepted"
                        && (batch.carrier == nil || $0.life.carrier == nil || $0.life.carrier == batch.carrier)
                }.count
        }
        turn.events.append(
            .init(type: "batch.closed", subject: id) { _, data in
                data["scanned"]?.integer == Int64(batch.items.count) && data["missingcount"]?.integer == Int64(missing)
                    && data["unexpectedcount"]?.integer == Int64(unexpected)
            })
        turn.word = .batchClosed
    }

    // MARK: Undo

    private mutating func undo(_ point: PointModel, _ turn: inout Turn) {
        if mode == "find", let found {
            if mayNot("work", &turn) { return }
            guard let change = point.rows[found]?.change else { return turn.word = .nothingToUndo }
            takeBack(.init(subject: found, events: [change]), point, &turn)
            guard turn.word == .undone else { return }
            // It cannot be taken back a second time.
            for index in undoables.indices { undoables[index].events.removeAll { $0 == change } }
            undoables.removeAll(where: \.events.isEmpty)
            return
        }
        if mayNot("undo", &turn) { return }
        guard let last = undoables.last else { return turn.word = .nothingToUndo }
        takeBack(last, point, &turn)
        undoables.removeLast()
        // It may yet be undone by whoever changed it; its turn comes again behind the others.
        if turn.word == .changedSince { undoables.insert(last, at: 0) }
    }

    private func takeBack(_ what: Undoable, _ point: PointModel, _ turn: inout Turn) {
        guard let row = point.rows[what.subject] else { return turn.word = .nothingToUndo }
        let changes = [row.change] + row.past.reversed().map(\.change)
        guard changes.count >= what.events.count, Array(changes.prefix(what.events.count)) == what.events.reversed()
        else { return turn.word = .changedSince }
        guard row.past.count >= what.events.count else { return turn.word = .nothingToUndo }
        var events: [Turn.Awaited] = []
        var slot = row.life.slot
        for (event, step) in zip(what.events.reversed(), row.past.reversed()) {
            let isMoved = step.life?.slot != nil && step.life?.slot != slot
            slot = step.life?.slot
            events.append(
                .init(type: "parcel.corrected", subject: what.subject) { point, data in
                    guard data["corrects"]?.string == event else { return false }
                    guard let life = step.life, let old = life.slot else { return true }
                    let place = data["slot"]?.string ?? old
                    let code = data["code"]?.string ?? life.code ?? ""
                    let holder = point.holder(of: code)
                    // Back where it was if there is room there, or nowhere: that is where it lies.
                    let isFull = isMoved && point.isFull(old)
                    guard place == (isFull ? point.emptiest(life.handling) ?? old : old) else { return false }
                    return (holder == nil || holder == what.subject) && code.hasPrefix(place + "-")
                })
        }
        turn.events += events
        turn.word = .undone
    }
}
