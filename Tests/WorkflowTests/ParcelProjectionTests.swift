import Domain
import Projections
import TestSupport
import Testing
import Workflow

/// Events of one parcel, folded one after the other.
struct FoldedParcel {
    static let subject = "SF1234567890123"
    var parcel: Parcel?
    var events: [Event] = []
    var generator = SeededGenerator(seed: 3)

    @discardableResult
    mutating func apply(
        _ type: EventType, _ data: JSON = [:], subject: String? = subject, raw: [UInt8]? = nil
    ) -> EventID {
        let wall = Timestamp(milliseconds: 1_795_000_000_000 + Int64(events.count))
        let draft = EventDraft(
            id: .make(at: wall, using: &generator), type: type, subject: subject,
            now: Now(wall: wall, uptime: Uptime(milliseconds: Int64(events.count)), clock: .synced), bootID: "b",
            actor: "p-op", data: raw ?? data.canonical)
        let event = Event(
            draft: draft, sequence: Int64(events.count + 1), previousHash: .genesis, hash: .genesis)
        events.append(event)
        parcel = ParcelProjection.apply(event, to: parcel)
        return draft.id
    }

    mutating func undo(_ id: EventID, _ more: [String: JSON] = [:]) {
        apply(.parcelCorrected, .object(more.merging(["corrects": .string(id.text)]) { first, _ in first }))
    }

    /// Received and shelved.
    static var shelved: FoldedParcel {
        var parcel = FoldedParcel()
        parcel.apply(
            .parcelReceived,
            ["carrier": "sf", "recipient": "r-1", "handling": "cold", "batch": "batch-1", "expected": true])
        parcel.apply(.parcelRelocated, ["slot": "3-2", "code": "3-2-1024"])
        return parcel
    }
}

@Suite struct ParcelFoldTests {
    @Test func `a received parcel has what its event says`() throws {
        var folded = FoldedParcel()
        let id = folded.apply(
            .parcelReceived,
            ["carrier": "sf", "recipient": "r-1", "handling": "cold", "batch": "batch-1", "expected": true])
        let parcel = try #require(folded.parcel)
        #expect(parcel.subject == FoldedParcel.subject && parcel.status == .received && parcel.sequence == 1)
        #expect(parcel.condition.carrier == .sf && parcel.condition.recipient == "r-1")
        #expect(parcel.condition.handling == .cold && parcel.condition.batch == "batch-1")
        #expect(parcel.condition.isAnnounced && parcel.condition.slot == nil && parcel.condition.code == nil)
        #expect(parcel.condition.arrived.bootID == "b")
        #expect(parcel.change == Parcel.Change(id: id, type: .parcelReceived))
        #expect(parcel.past == [Parcel.Past(change: nil, condition: nil)])
    }

    @Test func `an accepted parcel waits for a courier`() {
        var folded = FoldedParcel()
        folded.apply(.parcelAccepted, ["carrier": "zto"])
        #expect(folded.parcel?.status == .accepted)
        #expect(folded.parcel?.condition.carrier == .zto)
        #expect(folded.parcel?.condition.isAnnounced == false)
    }

    @Test func `a relocated parcel lies in its slot, and keeps the code unless it gets another`() {
        var folded = FoldedParcel.shelved
        #expect(folded.parcel?.status == .shelved)
        #expect(folded.parcel?.condition.slot == "3-2" && folded.parcel?.condition.code == "3-2-1024")
        #expect(folded.parcel?.condition.handling == .cold)
        folded.apply(.parcelRelocated, ["slot": "1-1", "handling": "large"])
        #expect(folded.parcel?.condition.slot == "1-1" && folded.parcel?.condition.code == "3-2-1024")
        #expect(folded.parcel?.condition.handling == .large)
    }

    static let departures: [(EventType, Parcel.Status)] = [
        (.parcelCollected, .collected), (.parcelReturned, .returned), (.parcelDispatched, .dispatched),
    ]

    @Test(arguments: departures)
    func `whatever leaves gives up its slot, its code and its problems`(_ type: EventType, _ status: Parcel.Status) {
        var folded = FoldedParcel.shelved
        folded.apply(.parcelFlagged, ["flag": "damaged", "resolved": false])
        folded.apply(type, ["batch": "batch-2", "carrier": "jd"])
        let condition = folded.parcel?.condition
        #expect(condition?.status == status && condition?.slot == nil && condition?.code == nil)
        #expect(condition?.flags == [] && condition?.batch == "batch-2" && condition?.carrier == .jd)
        #expect(condition?.recipient == "r-1")
    }

    @Test func `a departure that says nothing of carrier and hand-over leaves them`() {
        var folded = FoldedParcel.shelved
        folded.apply(.parcelReturned)
        #expect(folded.parcel?.condition.batch == "batch-1" && folded.parcel?.condition.carrier == .sf)
    }

    @Test(arguments: Parcel.Flag.allCases) func `a problem is marked and resolved`(_ flag: Parcel.Flag) {
        var folded = FoldedParcel.shelved
        folded.apply(.parcelFlagged, ["flag": .string(flag.rawValue), "resolved": false])
        #expect(folded.parcel?.condition.flags == [flag] && folded.parcel?.status == .shelved)
        folded.apply(.parcelFlagged, ["flag": .string(flag.rawValue), "resolved": true])
        #expect(folded.parcel?.condition.flags == [])
        #expect((folded.parcel?.condition.extended != nil) == (flag == .overdue))
    }

    @Test func `a parcel that comes again begins a new stay`() {
        var folded = FoldedParcel.shelved
        folded.apply(.parcelReturned)
        folded.apply(.parcelReceived, ["carrier": "zto"])
        let condition = folded.parcel?.condition
        #expect(condition?.status == .received && condition?.carrier == .zto && condition?.recipient == nil)
        #expect(condition?.arrived.now.uptime == Uptime(milliseconds: 3))
    }

    // MARK: Undo

    static let undone: [Named<(EventType, JSON)>] = [
        Named("a relocation", (.parcelRelocated, ["slot": "1-1", "code": "1-1-0001"])),
        Named("a collection", (.parcelCollected, ["by": "code"])),
        Named("a return", (.parcelReturned, ["batch": "batch-2"])),
        Named("a dispatch", (.parcelDispatched, ["batch": "batch-2", "carrier": "jd"])),
        Named("a problem", (.parcelFlagged, ["flag": "missing", "resolved": false])),
        Named("a resolution", (.parcelFlagged, ["flag": "overdue", "resolved": true])),
        Named("a second arrival", (.parcelReceived, ["carrier": "jd", "recipient": "r-2"])),
    ]

    @Test(arguments: undone) func `undoing puts back exactly what was`(_ row: Named<(EventType, JSON)>) throws {
        var folded = FoldedParcel.shelved
        folded.apply(.parcelFlagged, ["flag": "overdue", "resolved": false])
        let before = try #require(folded.parcel)
        let id = folded.apply(row.value.0, row.value.1)
        #expect(folded.parcel?.condition != before.condition)
        folded.undo(id)
        let after = try #require(folded.parcel)
        #expect(after.condition == before.condition && after.change == before.change && after.past == before.past)
        #expect(after.sequence == 5 && after.touched == folded.events[4].draft.now.wall)
    }

    @Test(arguments: [EventType.parcelReceived, .parcelAccepted])
    func `undoing the first event leaves no parcel`(_ type: EventType) {
        var folded = FoldedParcel()
        folded.undo(folded.apply(type))
        #expect(folded.parcel == nil)
    }

    @Test func `a correction of anything but the last change changes nothing`() throws {
        var folded = FoldedParcel()
        let first = folded.apply(.parcelReceived)
        folded.apply(.parcelRelocated, ["slot": "3-2", "code": "3-2-1024"])
        let before = folded.parcel
        folded.undo(first)
        folded.undo(try #require(EventID("01900000-0000-7000-8000-000000000000")))
        folded.apply(.parcelCorrected, ["corrects": 7])
        folded.apply(.parcelCorrected, [:])
        #expect(folded.parcel == before)
    }

    @Test func `the same correction twice undoes once`() {
        var folded = FoldedParcel.shelved
        let id = folded.apply(.parcelCollected)
        folded.undo(id)
        let once = folded.parcel
        folded.undo(id)
        #expect(folded.parcel == once)
    }

    @Test func `only the last few changes are remembered, and none before them can be undone`() throws {
        var folded = FoldedParcel.shelved
        var ids: [EventID] = []
        for slot in 0..<10 { ids.append(folded.apply(.parcelRelocated, ["slot": .string("1-\(slot)")])) }
        #expect(folded.parcel?.past.count == Parcel.mostPast)
        for id in ids.reversed() { folded.undo(id) }
        #expect(folded.parcel?.condition.slot == "1-5" && folded.parcel?.past.isEmpty == true)
        #expect(folded.parcel?.change?.id == ids[5])
    }

    @Test func `a correction may give another slot and code than there were`() {
        var folded = FoldedParcel.shelved
        folded.undo(folded.apply(.parcelCollected), ["slot": "1-1", "code": "1-1-7777"])
        #expect(folded.parcel?.status == .shelved)
        #expect(folded.parcel?.condition.slot == "1-1" && folded.parcel?.condition.code == "1-1-7777")
    }

    // MARK: Garbage

    @Test func `events that are no parcel's, and data that says nothing, change nothing`() {
        var folded = FoldedParcel.shelved
        let before = folded.parcel
        for type in [EventType.batchOpened, .batchClosed, .operatorSignedIn, .clockSynced, .deviceStarted] {
            folded.apply(type, ["slot": "9-9"])
        }
        folded.apply(.parcelRelocated, ["slot": 7])
        folded.apply(.parcelFlagged, ["flag": "haunted"])
        folded.apply(.parcelCollected, subject: nil)
        folded.apply(.parcelCollected, raw: Array("{".utf8))
        #expect(folded.parcel == before)
        folded.apply(.parcelReceived, raw: Array("[]".utf8))
        #expect(folded.parcel?.status == .received, "an arrival is an arrival, whatever else it says")
    }

    @Test func `what happens to a parcel that never came makes none`() {
        for type in ParcelProjection.types.subtracting([.parcelReceived, .parcelAccepted]) {
            var folded = FoldedParcel()
            folded.apply(type, ["slot": "1-1", "code": "1-1-0001", "flag": "damaged", "corrects": "x"])
            #expect(folded.parcel == nil, "\(type)")
        }
    }

    @Test(arguments: 0..<20) func `no data traps, and the past stays bounded`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var folded = FoldedParcel()
        let keys = ["slot", "code", "flag", "resolved", "batch", "carrier", "handling", "recipient", "corrects"]
        func value() -> JSON {
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: .null
            case 1: .integer(.random(in: .min ... .max, using: &generator))
            case 2: .boolean(.random(using: &generator))
            case 3: .array([.string("x")])
            case 4: .string(folded.parcel?.change?.id.text ?? "")
            case 5: .string(Parcel.Flag.allCases.randomElement(using: &generator)?.rawValue ?? "")
            case 6: .string("cold")
            default: .string(["sf", "", "3-2", "\u{0}"].randomElement(using: &generator) ?? "")
            }
        }
        for _ in 0..<200 {
            let type = ParcelProjection.types.sorted { $0.text < $1.text }.randomElement(using: &generator)
            let before = folded.parcel
            var data: [String: JSON] = [:]
            for key in keys where Bool.random(using: &generator) { data[key] = value() }
            folded.apply(type ?? .parcelReceived, .object(data))
            #expect((folded.parcel?.past.count ?? 0) <= Parcel.mostPast)
            if let event = folded.events.last {
                _ = ParcelProjection.batchStep(event, before: before, after: folded.parcel)
            }
        }
    }

    // MARK: Hand-overs

    /// The step of the last of these events.
    private static func step(_ folded: inout FoldedParcel, _ next: (inout FoldedParcel) -> Void) -> ParcelProjection
        .BatchStep?
    {
        let before = folded.parcel
        next(&folded)
        return folded.events.last.flatMap { ParcelProjection.batchStep($0, before: before, after: folded.parcel) }
    }

    @Test func `an arrival and a departure within a hand-over belong to it, and an undo takes them out`() {
        var folded = FoldedParcel()
        var id: EventID?
        #expect(
            Self.step(&folded) { id = $0.apply(.parcelReceived, ["batch": "in"]) } == .adds(batch: "in"))
        #expect(Self.step(&folded) { $0.apply(.parcelRelocated, ["slot": "1-1"]) } == nil)
        #expect(
            Self.step(&folded) { id = $0.apply(.parcelReturned, ["batch": "out"]) } == .adds(batch: "out"))
        #expect(Self.step(&folded) { folded in id.map { folded.undo($0) } } == .removes(batch: "out"))
        #expect(folded.parcel?.condition.batch == "in")
    }

    @Test func `undoing the arrival takes the parcel out of its hand-over`() {
        var folded = FoldedParcel()
        let id = folded.apply(.parcelReceived, ["batch": "in"])
        #expect(Self.step(&folded) { $0.undo(id) } == .removes(batch: "in"))
    }

    @Test func `what is no arrival or departure leaves the hand-overs alone`() {
        var folded = FoldedParcel.shelved
        #expect(Self.step(&folded) { $0.apply(.parcelCollected) } == nil)
        let id = folded.apply(.parcelReceived)
        #expect(Self.step(&folded) { $0.undo(id) } == nil)
        #expect(Self.step(&folded) { $0.undo(id) } == nil)
    }
}
