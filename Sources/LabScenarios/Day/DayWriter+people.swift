import Domain
import Phrases
import Wire
import Workflow

/// Who works at the point that day, and for whom parcels come.
extension DayWriter {
    static let familyNames = [
        "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "宇文", "长孙", "司徒", "夏侯",
    ]

    mutating func worker(
        _ id: String, _ name: String, _ role: Person.Role, badge: String, carrier: Carrier? = nil
    ) -> Worker {
        let person = Person(
            id: id, name: name, roles: [role], badge: BadgeHash(of: badge), phoneTail: tail(), carrier: carrier)
        enlist(person)
        day.secrets.insert(badge)
        return Worker(person: person, badge: badge)
    }

    mutating func enlist(_ person: Person) {
        day.roster.people.append(person)
        day.personal.insert(person.name)
        if let tail = person.phoneTail { day.personal.insert(tail) }
    }

    /// The end of a telephone number; no year and no count of this day looks like one.
    mutating func tail() -> String { String(Int.random(in: 5000...9999, using: &generator)) }

    /// What a recipient's square holds, in capitals. Of a real one nobody could make it out of the id.
    static func secret(of recipient: String) -> String { "SECRET-OF-\(recipient.uppercased())" }

    mutating func recipient() -> Recipient {
        let letters = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
        let id = "r-" + String((0..<6).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
        let name = (Self.familyNames.randomElement(using: &generator) ?? "欧阳") + "*"
        let recipient = Recipient(
            id: id, name: name, phoneTail: tail(), secret: BadgeHash(of: Self.secret(of: id)))
        day.personal.formUnion([recipient.name, recipient.phoneTail])
        return recipient
    }

    // MARK: Coming and going

    /// - Parameter scanned: how far this courier's hand-over has come; `nil` where nobody can know.
    mutating func signIn(_ worker: Worker, with reader: Day.Scan.Reader, scanned: Int? = nil) {
        scan(worker.badge, from: reader, ExpectedAnswer(.signedIn) { $0.scanned = scanned })
        arrive(worker)
    }

    mutating func arrive(_ worker: Worker) {
        if present != nil { count(.operatorSignedOut) }
        count(.operatorSignedIn)
        present = worker
    }

    mutating func signOut() {
        command(.signOut, .signedOut)
        leave()
    }

    /// Signed out by whatever.
    mutating func leave() {
        count(.operatorSignedOut)
        present = nil
    }

    // MARK: Hand-overs

    var handOver: HandOver? { present.flatMap { handOvers[$0.person.id] } }

    mutating func open(_ kind: Batch.Kind, carrier: Carrier?) {
        guard let present else { return }
        command(kind == .delivery ? .openDelivery : .openDispatch, .batchOpened) { $0.scanned = 0 }
        handOvers[present.person.id] = HandOver(kind: kind, carrier: carrier)
        count(.batchOpened)
    }

    /// Both sides get the count: what came or left, what did not, and what nobody had announced.
    mutating func close() {
        guard let present, let handOver else { return }
        let missing: Int
        var unexpected = 0
        switch handOver.kind {
        case .delivery:
            missing = day.expected.parcels.count {
                (handOver.carrier == nil || $0.carrier == handOver.carrier) && day.expectedStates[$0.subject] == nil
            }
            let announced = Set(day.expected.parcels.map(\.subject))
            unexpected = handOver.items.count { !announced.contains($0) }
        case .dispatch:
            missing = day.expectedStates.values.count {
                $0.status == .accepted
                    && (handOver.carrier == nil || $0.carrier == nil || $0.carrier == handOver.carrier)
            }
        }
        command(.closeBatch, .batchClosed) {
            $0.scanned = handOver.items.count
            $0.missing = missing
            $0.unexpected = unexpected
        }
        handOvers[present.person.id] = nil
        count(.batchClosed)
    }

    /// A parcel of this session's hand-over; `nil` when none is open.
    mutating func addToHandOver(_ subject: String) -> Int? {
        guard let present, handOver != nil else { return nil }
        handOvers[present.person.id]?.items.insert(subject)
        return handOver?.items.count
    }

    mutating func removeFromHandOver(_ subject: String) {
        guard let present else { return }
        handOvers[present.person.id]?.items.remove(subject)
    }
}
