import Barcodes
import Domain

/// Text that is no waybill, and what printed commands do.
extension Desk {

    /// The id in a member's address, which normalisation has put into capitals: `HTTPS://…/M/<id>`.
    private static func member(in text: String) -> String? {
        guard text.hasPrefix("HTTP://") || text.hasPrefix("HTTPS://") else { return nil }
        let parts = text.split(separator: "/")
        guard parts.count >= 2, parts[parts.count - 2] == "M" else { return nil }
        return parts.last.map(String.init)
    }

    mutating func read(_ text: String, _ turn: inout Turn) throws {
        if let command = DeskCommand(text) { return try obey(command, &turn) }
        if text.hasPrefix(BadgeHash.prefix) { return try present(badge: text, &turn) }
        if PickUpCode.isCode(text) { return try present(code: text, &turn) }
        if let id = Self.member(in: text) {
            if try !present(member: id, &turn) { turn.answer = Answer(.nothingHere) }
            return
        }
        if try present(member: text, &turn) { return }
        turn.answer = .refused(.unknown)
    }

    private mutating func obey(_ command: DeskCommand, _ turn: inout Turn) throws {
        switch command {
        case .mode(let mode): choose(mode, &turn)
        case .openDelivery: try open(.delivery, &turn)
        case .openDispatch: try open(.dispatch, &turn)
        case .closeBatch: try closeBatch(&turn)
        case .confirm: try confirm(&turn)
        case .cancel:
            turn.answer = Answer(isWaiting || handling != nil || carrier != nil ? .cancelled : .nothingAsked)
            forgetQuestions()
        case .undo: try undo(&turn)
        case .nextShelf:
            guard isPermitted(.work, &turn) else { return }
            try moveOn(&turn)
        case .signOut: try signOut(.asked, &turn)
        case .handling(let handling):
            guard isPermitted(.receiving, &turn) else { return }
            self.handling = handling
            turn.answer = Answer(.armed) { $0.command = command }
        case .flag(let flag): arm(.flag(flag), command, .flagging, &turn)
        case .resolve: arm(.resolve, command, .work, &turn)
        case .override: override(&turn)
        case .reason(let reason): try give(reason, &turn)
        case .digit(let digit): type(String(digit), &turn)
        case .dash: type("-", &turn)
        case .practice:
            guard isPermitted(.work, &turn) else { return }
            practise(!isPractice, &turn)
        case .carrier(let carrier): try name(carrier, &turn)
        }
    }

    private mutating func choose(_ mode: DeskCommand.Mode, _ turn: inout Turn) {
        let right: Right =
            switch mode {
            case .receive, .collect, .find: .receiving
            case .shelve, .giveBack, .dispatch, .accept: .work
            }
        guard isPermitted(right, &turn) else { return }
        forgetQuestions()
        self.mode = mode
        turn.answer = Answer(.mode) { $0.mode = mode }
    }

    private mutating func arm(_ what: Armed, _ command: DeskCommand, _ right: Right, _ turn: inout Turn) {
        guard isPermitted(right, &turn) else { return }
        armed = what
        asked = turn.moment.now.uptime
        turn.answer = Answer(.armed) { $0.command = command }
    }

    private mutating func type(_ character: String, _ turn: inout Turn) {
        if typed.count < Self.mostTyped { typed += character }
        asked = turn.moment.now.uptime
        turn.answer = Answer(.typed) {
            // Behind the first dash stands what nobody else should read.
            let dash = typed.firstIndex(of: "-")
            $0.typed = String(
                typed.enumerated().map { place, character in
                    guard let dash, place > typed.distance(from: typed.startIndex, to: dash) else { return character }
                    return character == "-" ? "-" : "•"
                })
        }
    }

    private mutating func confirm(_ turn: inout Turn) throws {
        if case .carrier(let parcel) = question { return try decide(.open, parcel, &turn) }
        if !typed.isEmpty {
            let text = typed
            typed = ""
            if PickUpCode.isCode(text) { return try present(code: text, &turn) }
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let number = Int(parts[0]), (4...8).contains(parts[1].count) else {
                return turn.answer = .refused(.unknown)
            }
            return try signIn(number: number, pin: String(parts[1]), &turn)
        }
        if pickUp != nil {
            pickUp = nil
            return turn.answer = Answer(.pickUpEnded)
        }
        turn.answer = Answer(.nothingAsked)
    }

    /// The answer to "which carrier?", or the carrier of the hand-over that is about to begin.
    private mutating func name(_ carrier: Carrier, _ turn: inout Turn) throws {
        if case .carrier(let parcel) = question { return try decide(.carrier(carrier), parcel, &turn) }
        guard isPermitted(.batch, &turn) else { return }
        self.carrier = carrier
        turn.answer = Answer(.armed) { $0.command = .carrier(carrier) }
    }

    private mutating func decide(_ decision: Decision, _ parcel: ScannedParcel, _ turn: inout Turn) throws {
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
    private mutating func undo(_ turn: inout Turn) throws {
        if mode == .find, let found {
            guard isPermitted(.work, &turn) else { return }
            guard let parcel = try turn.point.parcel(found), let change = parcel.change else {
                return turn.answer = Answer(.nothingToUndo)
            }
            return try undo(Undoable(subject: found, events: [change.id]), why: "found", &turn)
        }
        guard isPermitted(.undo, &turn) else { return }
        guard let last = undoable.last else { return turn.answer = Answer(.nothingToUndo) }
        try undo(last, why: "mistake", &turn)
        if turn.answer?.word == .undone { undoable.removeLast() }
    }

    private mutating func undo(_ what: Undoable, why: String, _ turn: inout Turn) throws {
        guard var parcel = try turn.point.parcel(what.subject) else { return turn.answer = Answer(.nothingToUndo) }
        // All of it or nothing: what came since must be undone first, by whoever did it.
        var changes: [Parcel.Change] = []
        var past = parcel.past
        for id in what.events.reversed() {
            let change = changes.isEmpty ? parcel.change : past.popLast().flatMap(\.change)
            guard let change, change.id == id else {
                turn.answer = Answer(.changedSince) { $0.describe(parcel) }
                return
            }
            changes.append(change)
        }
        guard parcel.past.count >= changes.count else { return turn.answer = Answer(.nothingToUndo) }
        var restored: Parcel.Condition?
        for change in changes {
            let before = parcel.past.removeLast().condition
            var data: [String: JSON?] = [
                "corrects": .string(change.id.text), "undoes": .string(change.type.text), "reason": .string(why),
            ]
            if let slot = before?.slot, let code = before?.code, before?.code != parcel.condition.code,
                let other = try turn.point.parcel(code: code), other.subject != what.subject
            {
                // Meanwhile somebody else got this code.
                let form: PickUpCode.Form = code.hasPrefix(slot + "-") ? .shelf : .digits
                data["code"] = try issue(form, slot, &turn).map { .string($0) }
            }
            turn.record(.parcelCorrected, what.subject, actor: session?.person, .members(data))
            restored = before
            if let before { parcel.condition = before }
            if let code = data["code"]??.string { restored?.code = code }
        }
        turn.answer = Answer(.undone) {
            $0.subject = what.subject
            $0.status = restored?.status
            $0.slot = restored?.slot
            $0.code = restored?.code
        }
    }
}
