import Domain
import Phrases
import Workflow

/// From noon on: what goes out again.
extension DayWriter {
    /// What lies on a shelf and may be handed over.
    func onShelf(_ cast: Personas) -> [Item] {
        cast.incoming.filter {
            day.expectedStates[$0.subject].map { $0.status == .shelved && $0.flags.isEmpty } ?? false
        }
    }

    mutating func noon(_ cast: Personas) {
        phase("12:30", "a new broker comes, which knows of nothing")
        add(.returnBroker)
        signOut()
        add(.deliver)
    }

    mutating func practice(_ cast: Personas) {
        phase("13:00", "the deputy practises; nothing of it counts")
        signIn(cast.deputy, with: .scanner)
        let items = [item(of: .sf), item(of: .jd), item(of: .zto)]
        day.practised.formUnion(items.map(\.subject))
        func scan(_ text: String, _ word: Answer.Word, _ subject: String? = nil) -> Day.Step {
            .scan(Day.Scan(.plain(text), ExpectedAnswer(word, subject) { $0.isPractice = true }))
        }
        add(scan(DeskCommand.practice.text, .practiceBegan))
        for item in items { add(scan(item.label, .received, item.subject)) }
        add(scan(items[0].label, .already, items[0].subject))
        // A real one is not known there, and not touched by it.
        let real = onShelf(cast)[0]
        add(scan(DeskCommand.mode(.shelve).text, .mode))
        let agreed = DeskCommand.consent(.telephone).text
        // What the center announced is known there too, with its consent.
        if real.expected?.consent == nil { add(scan(real.label, .askConsent, real.subject)) }
        add(scan(real.expected?.consent == nil ? agreed : real.label, .shelved, real.subject))
        for item in items {
            add(scan(item.label, .askConsent, item.subject))
            add(scan(agreed, .shelved, item.subject))
        }
        add(scan(DeskCommand.mode(.giveBack).text, .mode))
        add(scan(items[1].label, .returned, items[1].subject))
        add(scan(DeskCommand.undo.text, .undone, items[1].subject))
        add(scan(cast.keeper.badge, .notPermitted))
        command(.practice, .practiceEnded)
        choose(.find)
        self.scan(real, .found) { $0.status = .shelved }
        self.scan(items[0], .impossible)
        signOut()
    }

    // MARK: Pick-ups

    mutating func pickUps(_ cast: Personas) {
        phase("14:00", "recipients come; the keeper hands over")
        signIn(cast.keeper, with: .scanner)
        refuse(cast)
        let items = Dictionary(uniqueKeysWithValues: cast.incoming.map { ($0.subject, $0) })
        let unattended = Set(unattended(cast))
        var visitors = onShelf(cast).filter { !unattended.contains($0) }.shuffled(using: &generator)
        // A third stays overnight.
        visitors.removeLast(visitors.count / 3)
        var turn = 0
        for item in visitors where day.expectedStates[item.subject]?.status == .shelved {
            turn += 1
            if turn == 2 {
                // A power of attorney is no code: the wrong one is said to be wrong.
                add(.scan(Day.Scan(.wrongCode, ExpectedAnswer(.wrongCode))))
            }
            let recipient = day.expectedStates[item.subject]?.recipient
            switch (turn % 6, recipient) {
            case (4, _): askFirst(item)
            case (5, _): override(item, [.idShown, .known, .family, .codeLost][turn / 6 % 4])
            case (1, let recipient?):
                // As a telephone shows it; some readers turn it into capitals.
                let secret = Self.secret(of: recipient)
                let address = "https://kiosk.example/m/" + (turn % 4 == 1 ? secret : secret.lowercased())
                serve(.plain(address), ready(for: recipient), by: "member", items, turn)
            default:
                serve(
                    .code(of: item.subject), recipient.map { ready(for: $0) } ?? [item.subject], by: "code", items, turn
                )
            }
        }
        scan("https://kiosk.example/m/r-STRANGER", ExpectedAnswer(.nothingHere))
        // The id, which stands in every list, is not the secret.
        if let id = visitors.compactMap({ day.expectedStates[$0.subject]?.recipient }).first {
            scan("https://kiosk.example/m/\(id)", ExpectedAnswer(.nothingHere))
        }
        choose(.collect)
        scan(visitors[0], .already) { $0.status = .collected }
        choose(.receive)
        scan(visitors[0], .impossible) { $0.status = .collected }
        signOut()
    }

    /// Two do not want theirs; nobody gets them any more.
    private mutating func refuse(_ cast: Personas) {
        for item in onShelf(cast).filter({ day.expectedStates[$0.subject]?.recipient == nil }).prefix(2) {
            flag(item, .refused)
            add(.scan(Day.Scan(.code(of: item.subject), ExpectedAnswer(.impossible, item.subject))))
        }
    }

    private mutating func serve(
        _ text: Day.Scan.Text, _ parcels: Set<String>, by authority: String, _ items: [String: Item], _ turn: Int
    ) {
        var rest = parcels
        beginPickUp(text, of: rest)
        if turn % 5 == 0,
            let wrong = items.values.sorted(by: { $0.subject < $1.subject }).first(where: {
                !rest.contains($0.subject)
            })
        {
            scan(wrong, .wrongParcel) { $0.parcels = rest }
        }
        for subject in parcels.sorted() {
            guard let item = items[subject] else { continue }
            // Somebody takes one of several and goes.
            if turn % 7 == 3, rest.count < parcels.count {
                command(.confirm, .pickUpEnded)
                return
            }
            rest.remove(subject)
            takeAway(item, by: authority, rest: rest)
        }
        // The wrong person stood there: it goes back to its place, and the right one gets it by the same code.
        if turn % 8 == 2, parcels.count == 1, let subject = parcels.first, let item = items[subject] {
            undo(subject)
            let all = day.expectedStates[subject]?.recipient.map { ready(for: $0) } ?? [subject]
            beginPickUp(.code(of: subject), of: all)
            takeAway(item, by: "code", rest: all.subtracting([subject]))
        }
    }

    /// The parcel lies on the counter already; its code is asked for.
    private mutating func askFirst(_ item: Item) {
        choose(.collect)
        scan(item, .askCode)
        add(.scan(Day.Scan(.code(of: item.subject), ExpectedAnswer(.collected, item.subject))))
        noteCollection(item.subject, by: "code")
    }

    private mutating func override(_ item: Item, _ reason: DeskCommand.Reason) {
        choose(.collect)
        scan(item, .askCode)
        scan(DeskCommand.override.text, ExpectedAnswer(.askReason, item.subject))
        scan(DeskCommand.reason(reason).text, ExpectedAnswer(.collected, item.subject))
        noteCollection(item.subject, by: reason.rawValue)
    }

    /// Parcels of four people who come when nobody is there.
    private func unattended(_ cast: Personas) -> [Item] {
        Array(onShelf(cast).filter { day.expectedStates[$0.subject]?.recipient == nil }.prefix(4))
    }

    mutating func selfService(_ cast: Personas) {
        phase("16:00", "nobody stands at the counter; who has a code serves himself, one of them wrongly")
        let waiting = unattended(cast)
        choose(.collect)
        scan(waiting[0], .askCode)
        command(.override, .signInFirst)
        add(.scan(Day.Scan(.wrongCode, ExpectedAnswer(.wrongCode))))
        add(.scan(Day.Scan(.code(of: waiting[0].subject), ExpectedAnswer(.collected, waiting[0].subject))))
        noteCollection(waiting[0].subject, by: "code")
        command(.undo, .signInFirst)
        // Typed at the screen.
        beginPickUp(.code(of: waiting[1].subject), of: [waiting[1].subject], at: .screen)
        takeAway(waiting[1], by: "code", rest: [], at: .screen)
        for item in waiting[2...3] {
            beginPickUp(.code(of: item.subject), of: [item.subject])
            takeAway(item, by: "code", rest: [])
        }
        // The keeper finds the one that went to the wrong person, and takes that back, whoever did it.
        signIn(cast.keeper, with: .scanner)
        choose(.find)
        scan(waiting[3], .found) { $0.status = .collected }
        undo(waiting[3].subject)
        scan(waiting[3], .found) { $0.status = .shelved }
    }

    // MARK: Out of the village

    mutating func sending(_ cast: Personas) {
        phase("16:30", "villagers send \(cast.sent.count) parcels")
        choose(.accept)
        let carriers: [Carrier?] = [.sf, .zto, nil]
        for (place, item) in cast.sent.enumerated() {
            accept(item, decided: item.candidates > 1 ? carriers[place / 8 % 3] : nil)
            if place % 9 == 4 { scan(item, .already) { $0.status = .accepted } }
            if place == 6 {
                undo(item.subject)
                accept(item, decided: item.candidates > 1 ? .sf : nil)
            }
        }
        let kept = onShelf(cast)[0]
        scan(kept, .impossible) { $0.status = .shelved }
        signOut()
    }

    mutating func outgoing(_ cast: Personas) {
        phase("17:30", "the first courier fetches what is sent, and what goes back")
        signIn(cast.first, with: .cards)
        // What is for other carriers waits for an operator.
        open(.dispatch, carrier: .sf)
        let first = cast.sent.prefix(cast.sent.count * 4 / 5)
        // By its record, or by a number that can be nobody else's.
        let forms: [String: Carrier] = ["SF": .sf, "YT": .yto, "JT": .jt, "JD": .jd]
        func isHis(_ item: Item) -> Bool {
            (day.expectedStates[item.subject]?.carrier ?? forms[String(item.subject.prefix(2))]).map { $0 == .sf }
                ?? true
        }
        let others = first.filter { !isHis($0) }
        for item in others.prefix(2) { scan(item, .notForDispatch) { $0.status = .accepted } }
        for (place, item) in first.filter(isHis).enumerated() {
            letGo(item, .dispatched)
            if place == 2 { scan(item, .already) { $0.status = .dispatched } }
            if place == 5 {
                undo(item.subject)
                letGo(item, .dispatched)
            }
        }
        scan(onShelf(cast)[0], .notForDispatch) { $0.status = .shelved }
        let flagged = cast.incoming.filter { day.expectedStates[$0.subject].map { !$0.flags.isEmpty } ?? false }
        for item in flagged.filter(isHis) { letGo(item, .returned) }
        close()
        signOut()

        phase("18:30", "the deputy returns one more, and it comes again")
        signIn(cast.deputy, with: .scanner)
        let item = onShelf(cast).first { $0.expected != nil } ?? onShelf(cast)[0]
        choose(.giveBack)
        for item in flagged where !isHis(item) { letGo(item, .returned) }
        letGo(item, .returned)
        choose(.receive)
        receive(item)
        choose(.dispatch)
        for item in others { letGo(item, .dispatched) }
        if let last = cast.sent.last { letGo(last, .dispatched) }
        signOut()
    }

    mutating func evening(_ cast: Personas) {
        phase("19:00", "the day ends; everything goes to the center")
        add(.deliver)
    }
}
