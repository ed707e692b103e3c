import Domain
import Phrases
import Workflow

/// What is done to a parcel, with the line on the paper.
extension DayWriter {
    // MARK: In

    /// - Parameter decided: what a person answered to "which carrier?".
    mutating func noteArrival(_ item: Item, decided: Carrier? = nil, handling: Parcel.Handling? = nil) {
        let carrier = decided ?? item.expected?.carrier ?? handOver?.carrier
        note(item.subject, .parcelReceived) {
            $0 = ExpectedParcelState(.received)
            $0.carrier = carrier
            $0.handling = handling ?? item.expected?.handling ?? .normal
            $0.recipient = item.expected?.recipient?.id
        }
    }

    /// The scan that brings a parcel in, for a burst or alone.
    mutating func receiving(_ item: Item) -> Day.Scan {
        noteArrival(item)
        let scanned = addToHandOver(item.subject)
        return Day.Scan(
            .plain(item.label),
            ExpectedAnswer(.received, item.subject) {
                $0.status = .received
                $0.scanned = scanned
            })
    }

    mutating func receive(_ item: Item) {
        let scan = receiving(item)
        add(.scan(scan))
    }

    func again(_ item: Item) -> Day.Scan {
        let scanned = handOver?.items.count
        return Day.Scan(.plain(item.label), ExpectedAnswer(.already, item.subject) { $0.scanned = scanned })
    }

    mutating func undo(_ subject: String, lines: Int = 1) {
        scan(DeskCommand.undo.text, ExpectedAnswer(.undone, subject))
        strike(subject, lines)
        removeFromHandOver(subject)
    }

    // MARK: Shelves

    static func shelf(_ handling: Parcel.Handling) -> String {
        switch handling {
        case .normal: "A"
        case .large: "L"
        case .cold: "C"
        }
    }

    mutating func noteShelf(_ subject: String, _ handling: Parcel.Handling) {
        note(subject, .parcelRelocated) {
            $0.status = .shelved
            $0.isOnShelf = true
            $0.handling = handling
        }
    }

    /// - Parameter handling: said with a command barcode just before.
    mutating func shelve(_ item: Item, as handling: Parcel.Handling? = nil) {
        let known = day.expectedStates[item.subject]?.handling ?? item.expected?.handling ?? .normal
        let wanted = handling ?? known
        if let handling { command(.handling(handling), .armed) }
        if day.expectedStates[item.subject] == nil { noteArrival(item, handling: handling) }
        if item.expected?.consent == nil {
            scan(item, .askConsent) { $0.status = .received }
            agree(item) { $0.shelf = Self.shelf(wanted) }
        } else {
            scan(item, .shelved) {
                $0.status = .shelved
                $0.shelf = Self.shelf(wanted)
            }
        }
        noteShelf(item.subject, wanted)
    }

    /// The keeper calls the recipient, mostly.
    mutating func agree(_ item: Item, _ fill: (inout ExpectedAnswer) -> Void) {
        let consent = Int.random(in: 0..<4, using: &generator) == 0 ? Parcel.Consent.inPerson : .telephone
        scan(DeskCommand.consent(consent).text, ExpectedAnswer(.shelved, item.subject, fill))
    }

    mutating func moveOn(_ item: Item) {
        guard let state = day.expectedStates[item.subject] else { return }
        scan(DeskCommand.nextShelf.text, ExpectedAnswer(.moved, item.subject) { $0.shelf = Self.shelf(state.handling) })
        noteShelf(item.subject, state.handling)
    }

    // MARK: Problems

    mutating func flag(_ item: Item, _ flag: Parcel.Flag) {
        command(.flag(flag), .armed)
        scan(item, .flagged)
        note(item.subject, .parcelFlagged) { $0.flags.insert(flag) }
    }

    mutating func resolve(_ item: Item) {
        command(.resolve, .armed)
        scan(item, .resolved)
        let flags = day.expectedStates[item.subject]?.flags.sorted() ?? []
        for flag in flags { note(item.subject, .parcelFlagged) { $0.flags.remove(flag) } }
    }

    // MARK: Out

    /// A code or a QR was shown: what may leave.
    mutating func beginPickUp(_ text: Day.Scan.Text, of parcels: Set<String>, at reader: Day.Scan.Reader = .scanner) {
        add(.scan(Day.Scan(text, from: reader, ExpectedAnswer(.pickUp) { $0.parcels = parcels })))
    }

    mutating func noteCollection(_ subject: String, by authority: String) {
        note(subject, .parcelCollected) {
            $0.status = .collected
            $0.isOnShelf = false
            $0.flags = []
            $0.authority = authority
        }
    }

    /// The parcel's own scan, which lets it leave.
    mutating func takeAway(
        _ item: Item, by authority: String, rest: Set<String>, at reader: Day.Scan.Reader = .scanner
    ) {
        scan(
            item.label, from: reader,
            ExpectedAnswer(.collected, item.subject) {
                $0.status = .collected
                $0.parcels = rest
            })
        noteCollection(item.subject, by: authority)
    }

    mutating func noteLeaving(_ subject: String, _ status: Parcel.Status, with carrier: Carrier?) {
        note(subject, status == .returned ? .parcelReturned : .parcelDispatched) {
            $0.status = status
            $0.isOnShelf = false
            $0.flags = []
            $0.carrier = carrier ?? $0.carrier
        }
    }

    /// Away from the point, with the courier's hand-over or by the operator alone.
    mutating func letGo(_ item: Item, _ status: Parcel.Status) {
        noteLeaving(item.subject, status, with: handOver?.carrier)
        let scanned = addToHandOver(item.subject)
        scan(item, status == .returned ? .returned : .dispatched) {
            $0.status = status
            $0.scanned = scanned
        }
    }

    mutating func accept(_ item: Item, decided: Carrier? = nil) {
        if item.candidates > 1 {
            scan(item, .askCarrier)
            let answer = decided.map { DeskCommand.carrier($0) } ?? .confirm
            scan(answer.text, ExpectedAnswer(.accepted, item.subject))
        } else {
            scan(item, .accepted) { $0.status = .accepted }
        }
        note(item.subject, .parcelAccepted) {
            $0 = ExpectedParcelState(.accepted)
            $0.carrier = decided
        }
    }
}
