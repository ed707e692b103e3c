import Barcodes
import Domain
import Phrases

/// Who works at the desk, and what each may do.
extension Desk {
    enum Permission {
        /// Take parcels in, look them up, hand them to whoever has the code.
        case receiving
        /// Everything else an operator does.
        case work
        case batch
        case undo
        case flagging
    }

    package enum SignOutReason: String, CaseIterable {
        case asked, idle, replaced
        /// The daemon ended while somebody had signed in.
        case restart
    }

    /// Whether whoever is here may do this; if not, the answer is given.
    func isPermitted(_ right: Permission, _ turn: inout DeskContext) -> Bool {
        guard let session else {
            if right == .receiving, policy.isOpen { return true }
            turn.answer = .signInFirst
            return false
        }
        switch (session.role, right) {
        case (.operator, _), (.courier, .receiving), (.courier, .batch), (.courier, .undo), (.courier, .flagging):
            return true
        case (.courier, .work), (.farmer, _), (.supervisor, _):
            turn.answer = .notPermitted
            return false
        }
    }

    // MARK: Coming

    mutating func present(badge: String, _ turn: inout DeskContext) throws {
        let person = try turn.point.person(badge: BadgeHash(of: badge))
        if case .supervisor(let asked) = question { return try approve(asked, person, &turn) }
        if try meet(person, .card, &turn) { return }
        guard let person else {
            return turn.answer = .unknownPerson
        }
        try signIn(person, method: "badge", &turn)
    }

    private static let strangersCounts = 256

    /// The attempt is counted first, also for a number that nobody has, so that neither time nor counter tells which.
    /// - Parameter asked: what the PIN is typed for; `nil` to sign in.
    mutating func signIn(number: Int, pin: String, approving asked: Asked? = nil, _ turn: inout DeskContext) throws {
        typed = ""
        // Practice counts guesses in its own journal, anew after each start; it must not tell anybody's PIN.
        guard !isPractice else { return turn.answer = .notPermitted }
        let person = try turn.point.person(number: number)
        // Numbers that nobody has are counted as others are, so that a lock tells nothing; they share some counts, or whoever
        // makes them up could fill the disk.
        let key = person == nil ? "pin?\(number % Self.strangersCounts)" : "pin:\(number)"
        let verdict = AttemptLimiter.next(
            try turn.point.attempts(key), rule: .pin, bootID: turn.moment.bootID, at: turn.moment.now.uptime)
        switch verdict {
        case .locked(let wait, let attempts):
            turn.actions.append(.count(key: key, attempts))
            turn.answer = .locked(milliseconds: wait)
        case .go(let attempts):
            turn.actions.append(.count(key: key, attempts))
            // Nobody's takes as long as somebody's of this roster.
            let verifier =
                try person?.pin
                ?? turn.point.people().lazy.compactMap(\.pin).first.map {
                    PINVerifier.nobody(iterations: $0.iterations)
                }
            turn.actions.append(.verify(person: person?.id ?? "", verifier, pin: pin, approving: asked))
        }
    }

    mutating func verified(_ id: String, _ isRight: Bool, _ asked: Asked?, _ turn: inout DeskContext) throws {
        guard isRight, let person = try turn.point.person(id) else { return turn.answer = .wrongPIN }
        if let number = person.number { turn.actions.append(.count(key: "pin:\(number)", nil)) }
        guard let asked else { return try signIn(person, method: "pin", &turn) }
        // While the PIN was looked at, somebody may have gone on to something else.
        guard question == .supervisor(asked) else { return turn.answer = .cancelled(unsaved: nil) }
        try approve(asked, person, &turn)
    }

    private mutating func signIn(_ person: Person, method: String, _ turn: inout DeskContext) throws {
        guard let role = [Person.Role.operator, .courier].first(where: person.roles.contains) else {
            return turn.answer = .notPermitted
        }
        guard try person.mayWork(at: turn.moment, by: turn.point.bootTimes) else { return turn.answer = .badgeExpired }
        if let session {
            guard session.person != person.id else {
                return turn.answer = .already(.signedIn(person.name))
            }
            // Practice belongs to whoever began it.
            guard !isPractice else { return turn.answer = .notPermitted }
            try signOut(.replaced, &turn)
        }
        begin(
            Session(
                person: person.id, name: person.name, role: role, carrier: person.carrier,
                active: turn.moment.now.uptime))
        turn.record(
            .operatorSignedIn, person.id, actor: person.id,
            ["role": .string(role.rawValue), "method": .string(method), "desk": .string(name)])
        turn.answer = .signedIn(
            person.name, role, try count(try openBatch(turn), turn),
            asksTime: role == .operator && !turn.moment.now.clock.isBelieved)
    }

    private mutating func begin(_ session: Session?) {
        self.session = session
        mode = .receive
        shelved = nil
        found = nil
        undoable = []
        weighing = Weighing()
        packing = nil
        paying = Paying()
        labelled = nil
        unlikely = nil
        forgetQuestions()
    }

    // MARK: Going

    mutating func signOut(_ reason: SignOutReason, _ turn: inout DeskContext) throws {
        // The real session began before practice, in the real journal; there it also ends.
        if isPractice { return try practise(false, &turn) }
        guard let session else { return turn.answer = .nothingAsked(.signOut) }
        let unsaved = unsaved
        try endLot(&turn)
        // Nobody is there to hear it; the receipt comes out all the same.
        if reason == .idle { turn.closed = nil }
        turn.record(
            .operatorSignedOut, session.person, actor: session.person,
            ["reason": .string(reason.rawValue), "desk": .string(name)])
        begin(nil)
        turn.answer = .signedOut(unsaved: unsaved)
    }

    mutating func practise(_ isWanted: Bool, _ turn: inout DeskContext) throws {
        guard isWanted != isPractice else {
            turn.answer = isPractice ? .practiceBegan : .practiceEnded
            return
        }
        // The farmer whose lot it is has to hear its total first, and not among what is practised.
        if isWanted, let lot = weighing.lot, let open = try turn.point.lot(lot), open.status == .open,
            !open.crates.isEmpty
        {
            return turn.answer = .lotIsOpen(.lot(try account(open, turn)))
        }
        // What was practised is whole where it was practised, and its total is nobody's.
        try endLot(&turn)
        turn.closed = nil
        if isWanted { real = session }
        begin(isWanted ? session : real)
        if !isWanted { real = nil }
        isPractice = isWanted
        session?.active = turn.moment.now.uptime
        practised = turn.moment.now.uptime
        turn.actions.append(.practice(isWanted))
        turn.answer = isWanted ? .practiceBegan : .practiceEnded
    }

    /// There is nowhere to practise any more: back to what counts, whoever had signed in still there.
    public mutating func abandonPractice() {
        begin(isPractice ? real : session)
        real = nil
        isPractice = false
    }
}
