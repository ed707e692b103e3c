import Domain
import Workflow

/// A point in memory, as plain as can be: every question is answered by looking at everything.
struct MemoryPoint: Point {
    var events: [Event] = []
    var known: [String: Parcel] = [:]
    var announced: [ExpectedParcel] = []
    var people: [Person] = []
    var counters: [String: Attempts] = [:]
    var open: [Batch] = []
    var scanned: [String: Set<String>] = [:]

    // MARK: What a desk gives back

    mutating func perform(_ action: Desk.Action) {
        switch action {
        case .record(let draft): record(draft)
        case .count(let key, let attempts): counters[key] = attempts
        case .verify, .practice, .answer: break
        }
    }

    mutating func record(_ draft: EventDraft) {
        let event = Event(
            draft: draft, sequence: Int64(events.count + 1), previousHash: .genesis, hash: .genesis)
        events.append(event)
        if let batch = Batch(opening: event) {
            open.append(batch)
            scanned[batch.id] = []
        }
        guard let subject = draft.subject else { return }
        if draft.type == .batchClosed {
            open.removeAll { $0.id == subject }
            scanned[subject] = nil
        }
        let before = known[subject]
        known[subject] = ParcelFold.apply(event, to: before)
        switch ParcelFold.batchStep(event, before: before, after: known[subject]) {
        case .adds(let batch) where open.contains { $0.id == batch }: scanned[batch, default: []].insert(subject)
        case .removes(let batch): scanned[batch]?.remove(subject)
        default: break
        }
    }

    // MARK: What a desk asks

    var present: [Parcel] { known.values.filter(\.isPresent) }

    func parcel(_ subject: String) -> Parcel? { known[subject] }
    func parcel(code: String) -> Parcel? { present.first { $0.condition.code == code } }

    func parcels(of recipient: String) -> [Parcel] {
        present.filter { $0.condition.recipient?.uppercased() == recipient.uppercased() }.sorted {
            $0.subject < $1.subject
        }
    }

    func occupancy() -> [String: Int] {
        present.compactMap(\.condition.slot).reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    func accepted(for carrier: Carrier?) -> [String] {
        present.filter {
            $0.status == .accepted
                && (carrier == nil || $0.condition.carrier == nil || $0.condition.carrier == carrier)
        }.map(\.subject).sorted()
    }

    func expected(_ subject: String) -> ExpectedParcel? { announced.first { $0.subject == subject } }
    func hasExpectations() -> Bool { !announced.isEmpty }

    func awaited(from carrier: Carrier?) -> [String] {
        announced.filter { (carrier == nil || $0.carrier == carrier) && known[$0.subject] == nil }.map(\.subject)
            .sorted()
    }

    func recipient(_ id: String) -> Recipient? { announced.compactMap(\.recipient).first { $0.id == id } }
    func person(_ id: String) -> Person? { people.first { $0.id == id } }
    func person(badge: BadgeHash) -> Person? { people.first { $0.badge == badge } }
    func person(number: Int) -> Person? { people.first { $0.number == number } }
    func attempts(_ key: String) -> Attempts? { counters[key] }
    func batch(of courier: String) -> Batch? { open.last { $0.courier == courier } }
    func batch(at desk: String) -> Batch? { open.last { $0.desk == desk } }
    func items(of batch: String) -> [String] { Array(scanned[batch] ?? []) }
}
