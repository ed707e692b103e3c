import Domain
import Phrases
import Workflow

/// From the opening until everything lies on its shelf.
extension DayWriter {
    mutating func early(_ cast: Personas) {
        phase("07:30", "the center sends its lists; nobody has signed in yet")
        add(.sendDocuments)
        count(.expectedApplied)
        count(.rosterApplied)
        receive(cast.others[0])
        add(.scan(again(cast.others[0])))
        command(.mode(.shelve), .signInFirst)
        command(.undo, .signInFirst)
        scan("KB-0000111122223333", ExpectedAnswer(.unknownPerson))
        scan("00998877", from: .cards, ExpectedAnswer(.unknownPerson))
        add(.scan(Day.Scan(.wrongCode, ExpectedAnswer(.wrongCode))))

        phase("08:00", "the keeper signs in by badge, the deputy by number and PIN")
        signIn(cast.keeper, with: .scanner)
        scan(cast.keeper.badge, ExpectedAnswer(.already))
        command(.undo, .nothingToUndo)
        receive(cast.others[1])
        choose(.find)
        scan(cast.firstItems[0], .impossible)
        for pin in ["1357", Personas.deputyPIN] {
            for digit in String(Personas.deputyNumber) { type(digit) }
            command(.dash, .typed)
            for digit in pin { type(digit) }
            command(.confirm, pin == Personas.deputyPIN ? .signedIn : .wrongPIN)
        }
        arrive(cast.deputy)
        choose(.receive)
        // Which carrier's it is, the form does not tell; the first parcel is not saved before that is answered.
        scan(cast.unclear[0], .askCarrier)
        scan(cast.others[4].label, ExpectedAnswer(.answerFirst, cast.unclear[0].subject))
        scan(DeskCommand.carrier(.zto).text, ExpectedAnswer(.received, cast.unclear[0].subject))
        noteArrival(cast.unclear[0], decided: .zto)
        scan(cast.unclear[1], .askCarrier)
        scan(DeskCommand.confirm.text, ExpectedAnswer(.received, cast.unclear[1].subject))
        noteArrival(cast.unclear[1])
        // Cancelled, it was never here.
        scan(cast.unclear[2], .askCarrier)
        command(.cancel, .cancelled)
        command(.cancel, .nothingAsked)
    }

    private mutating func type(_ digit: Character) {
        command(.digit(digit.wholeNumberValue ?? 0), .typed)
    }

    mutating func firstCourier(_ cast: Personas) {
        phase("08:30", "the first courier hands over \(cast.firstItems.count) parcels, ten at a time")
        signIn(cast.first, with: .cards)
        scan(cast.firstItems[0].label, ExpectedAnswer(.openBatchFirst))
        command(.mode(.shelve), .notPermitted)
        command(.closeBatch, .noBatch)
        open(.delivery, carrier: .sf)
        command(.openDispatch, .batchIsOpen)
        let half = cast.firstItems.count / 2
        handOver(cast.firstItems[..<half])
        let last = cast.firstItems[half - 1]
        undo(last.subject)
        receive(last)

        phase("09:00", "somebody needs the keeper; the courier goes on afterwards")
        signIn(cast.keeper, with: .scanner)
        choose(.find)
        scan(cast.firstItems[1], .found) { $0.status = .received }
        signIn(cast.first, with: .cards, scanned: handOvers[cast.first.person.id]?.items.count)
        handOver(cast.firstItems[half...])
        close()
        signOut()
    }

    /// Ten in a row without looking up, and now and then one twice, or something that is no parcel.
    private mutating func handOver(_ items: ArraySlice<Item>) {
        var rest = items
        while !rest.isEmpty {
            var burst: [Day.Scan] = []
            for item in rest.prefix(10) {
                burst.append(receiving(item))
                switch Int.random(in: 0..<12, using: &generator) {
                case 0: burst.append(again(item))
                case 1: burst.append(mistake())
                default: break
                }
            }
            add(.burst(burst))
            rest = rest.dropFirst(10)
        }
    }

    mutating func secondCourier(_ cast: Personas) {
        let items = cast.secondItems
        let third = items.count / 3
        phase("09:30", "the second courier says for whom he drives, and leaves without a word")
        signIn(cast.second, with: .cards)
        command(.carrier(.yto), .armed)
        open(.delivery, carrier: .yto)
        for item in items[..<third] {
            receive(item)
            if Int.random(in: 0..<10, using: &generator) == 0 {
                let wrong = mistake()
                add(.scan(wrong))
            }
        }
        // Somebody else looks something up at the screen meanwhile.
        scan(DeskCommand.mode(.find).text, from: .screen, ExpectedAnswer(.mode))
        scan(items[0].label, from: .screen, ExpectedAnswer(.found, items[0].subject) { $0.status = .received })
        add(.heard(ExpectedAnswer(.signedOut)))
        leave()

        phase("10:00", "he comes back; then the power goes in the middle of a scan")
        signIn(cast.second, with: .cards, scanned: third)
        var wrong = mistake()
        add(.scan(wrong))
        let cut = items[third..<min(third + 20, items.count)]
        add(.powerCut(cut.map { receiving($0) }, answers: 3))
        leave()
        signIn(cast.second, with: .cards)
        for item in cut {
            scan(item, .received) { $0.words.insert(.already) }
        }
        handOver(items[cut.endIndex...])
        wrong = mistake()
        add(.scan(wrong))
        close()
        signOut()
    }

    mutating func shelving(_ cast: Personas) {
        phase("10:30", "the keeper puts everything on its shelf")
        signIn(cast.keeper, with: .scanner)
        choose(.shelve)
        let here = cast.incoming.filter { day.expectedStates[$0.subject] != nil }
        let wrongVillage = cast.secondItems[1]
        let damaged = cast.secondItems[2]
        let lost = cast.secondItems[3]
        let half = here.count / 2
        for (place, item) in here.enumerated() {
            if place == half {
                phase("11:30", "the broker is gone; nobody at the counter notices")
                add(.loseBroker)
            }
            if item == wrongVillage {
                flag(item, .wrongVillage)
                scan(item, .impossible)
                continue
            }
            if item == damaged { flag(item, .damaged) }
            if item == lost {
                flag(item, .missing)
                scan(item, .impossible)
                resolve(item)
            }
            shelve(orNoRoomFor: item)
            switch Int.random(in: 0..<25, using: &generator) {
            case 0 where day.expectedStates[item.subject]?.status == .shelved:
                scan(item, .already) { $0.status = .shelved }
            case 1 where day.expectedStates[item.subject]?.handling == .normal: moveOn(item)
            case 2:
                let wrong = mistake()
                add(.scan(wrong))
            default: break
            }
        }
        phase("12:00", "more parcels come straight to the counter")
        let direct = cast.others.filter { day.expectedStates[$0.subject] == nil }
        for item in direct { shelve(item) }
        // In one turn received and shelved, and so taken back; where the recipient was asked in between, in two.
        if let item = direct.last {
            if item.expected?.consent == nil {
                undo(item.subject)
                undo(item.subject)
            } else {
                undo(item.subject, lines: 2)
            }
            shelve(item, as: .cold)
        }
        shelveAsked(cast.unclear[2], decided: .sto)
        shelveAsked(cast.unclear[3], decided: nil)
    }

    /// The shelf for large parcels is one too small; the last one stays where it is.
    private mutating func shelve(orNoRoomFor item: Item) {
        let handling = day.expectedStates[item.subject]?.handling ?? .normal
        let capacity = Day.largeCapacity(parcels: day.size)
        let used = day.expectedStates.values.count { $0.handling == .large && $0.isOnShelf }
        guard handling == .large, used == capacity, day.expectedStates[item.subject]?.status == .received else {
            guard day.expectedStates[item.subject]?.status == .received else { return }
            return shelve(item)
        }
        scan(item, .noSlot) { $0.status = .received }
    }

    private mutating func shelveAsked(_ item: Item, decided: Carrier?) {
        scan(item, .askCarrier)
        noteArrival(item, decided: decided)
        let answer = decided.map { DeskCommand.carrier($0) } ?? .confirm
        scan(answer.text, ExpectedAnswer(.askConsent, item.subject) { $0.status = .received })
        agree(item) { $0.shelf = "A" }
        noteShelf(item.subject, .normal)
    }
}
