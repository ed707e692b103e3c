import Delivery
import Domain
import Testing
import Workflow

/// A kiosk, a broker and a center in one clock, driven by one seed. Every step is one small thing that can happen, in
/// any order: so a message is late, lost, doubled or overtaken just by what is drawn next.
struct DeliverySimulation {
    struct Broken: Error, CustomStringConvertible { let description: String }

    struct Batch {
        let epoch: Epoch
        let events: ArraySlice<Event>
    }

    enum ToKiosk {
        case acknowledgement(epoch: Epoch, through: Head, missing: [ClosedRange<Int64>])
        case center(isOnline: Bool, isNews: Bool)
    }

    /// What the center holds of one epoch, in the order in which it came.
    struct Record: Equatable {
        var stored: [Digest] = []
        var through = Head.genesis
    }

    var random: SeededGenerator
    var now = Uptime(milliseconds: 0)
    let batchLimit: Int64

    // The kiosk. Its journal survives everything; the rest ends with the process.
    let journals: [SampleChain]
    var place = 0
    var head: Int64 = 0
    var acknowledged: Int64 = 0
    var anchor: Int64 = 0
    var delivery: Delivery
    var lastID: Int32 = 0

    // The link and the broker.
    var isLinked = false
    var window = 0
    var toBroker: [(id: Int32, batch: Batch)] = []
    var toCenter: [Batch] = []
    var toKiosk: [ToKiosk] = []
    var isAuthorised = true
    /// The retained state; `nil` after the broker lost it.
    var retained: Bool?

    // The center.
    var isCenterThere = true
    var records: [Epoch: Record] = [:]
    /// Judged but not committed, with the acknowledgements that wait for the COMMIT.
    var open: (records: [Epoch: Record], answers: [ToKiosk])
    var mostCommitted: [Epoch: Int64] = [:]

    private(set) var sends = 0
    private(set) var doubles = 0

    init(seed: UInt64, journals: [SampleChain]) {
        random = SeededGenerator(seed: seed)
        batchLimit = [1, 3, 7, 50][Int(seed % 4)]
        self.journals = journals
        delivery = Delivery(seed: seed)
        open = ([:], [])
        delivery.tell(journal, at: now)
    }

    var sample: SampleChain { journals[place] }
    var epoch: Epoch { sample.chain.epoch }
    var journal: Delivery.Input { .journal(epoch: epoch, head: head, acknowledged: acknowledged, anchor: anchor) }

    // MARK: The driver, as the uplink's

    mutating func feed(_ input: Delivery.Input) throws {
        var inputs = [input]
        while let next = inputs.popLast() {
            for action in delivery.handle(next, at: now) {
                switch action {
                case .send(let after): inputs.append(try send(after))
                case .reconnect:
                    try unlink()
                    try link()
                }
            }
        }
    }

    private mutating func send(_ after: Int64) throws -> Delivery.Input {
        guard isLinked else { throw Broken(description: "sent without a link") }
        guard after >= anchor, after < head else { throw Broken(description: "asked for events after \(after)") }
        guard after - acknowledged < Delivery.mostAhead else { throw Broken(description: "too far ahead") }
        if chance(1, in: 200) { return .notSent }
        sends += 1
        lastID += 1
        let events = sample.events[Int(after)..<Int(min(head, after + batchLimit))]
        toBroker.append((lastID, Batch(epoch: epoch, events: events)))
        guard toBroker.count <= window else {
            throw Broken(description: "\(toBroker.count) batches in flight, \(window) allowed")
        }
        return .sent(id: lastID, through: after + Int64(events.count))
    }

    // MARK: What can happen

    mutating func step() throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<20: try record(Int64.random(in: 1...3, using: &random))
        case 20..<22: try record(Int64.random(in: 1...batchLimit * 4, using: &random))
        case 22..<50: try brokerTakes(faults: true)
        case 50..<65: try centerReads(faults: true)
        case 65..<73: centerCommits()
        case 73..<86: try kioskHears(faults: true)
        case 86: try unlink()
        case 87..<90: if !isLinked { try link() }
        case 90: centerLeaves()
        case 91: if !isCenterThere { centerReturns(isSilent: chance(1, in: 5)) }
        case 92: isAuthorised = chance(2, in: 3)
        case 93: try restart()
        case 94: prune()
        case 95: if chance(1, in: 10) { try loseData() }
        case 96: if chance(1, in: 20) { try newEpoch() }
        case 97: try feed(.asked)
        case 98: if chance(1, in: 20) { retained = nil }
        default: now = now + Int64.random(in: 0...40_000, using: &random)
        }
        now = now + Int64.random(in: 0...100, using: &random)
        if chance(1, in: 500) { now = now + Int64.random(in: 0...700_000, using: &random) }
        try feed(.tick)
        try check()
    }

    private mutating func record(_ count: Int64) throws {
        // One event is kept for the end.
        head = min(head + count, Int64(sample.events.count) - 1)
        try feed(journal)
    }

    private mutating func brokerTakes(faults: Bool) throws {
        guard !toBroker.isEmpty else { return }
        let at = faults && chance(1, in: 10) ? Int.random(in: 0..<toBroker.count, using: &random) : 0
        let (id, batch) = toBroker.remove(at: at)
        try feed(.published(id: id, brokerAnswers(batch, faults: faults)))
    }

    private mutating func brokerAnswers(_ batch: Batch, faults: Bool) -> Delivery.Answer {
        if !isAuthorised { return .notAuthorised }
        if faults, chance(1, in: 100) { return .refused }
        if !isCenterThere { return .nobodyListens }
        if faults, chance(1, in: 20) { return .taken }
        toCenter.append(batch)
        if faults, chance(1, in: 20) {
            doubles += 1
            toCenter.append(batch)
        }
        return .taken
    }

    private mutating func centerReads(faults: Bool) throws {
        guard isCenterThere, !toCenter.isEmpty else { return }
        let at = faults && chance(1, in: 10) ? Int.random(in: 0..<toCenter.count, using: &random) : 0
        let batch = toCenter.remove(at: at)
        let epoch = batch.epoch
        guard let chain = journals.first(where: { $0.chain.epoch == epoch })?.chain else { return }
        var record = open.records[epoch] ?? Record()
        var intake = ChainVerifier(chain: chain, through: record.through)
        var missing: [ClosedRange<Int64>] = []
        for event in batch.events {
            let judgement = intake.verify(event) { sequence in record.stored[Int(sequence) - 1] }
            switch judgement {
            case .next: record.stored.append(event.hash)
            case .known: break
            case .gap(let range): missing = [range]
            case .fork, .broken: throw Broken(description: "event \(event.sequence) is \(judgement)")
            }
            if !missing.isEmpty { break }
        }
        record.through = intake.through
        open.records[epoch] = record
        open.answers.append(.acknowledgement(epoch: epoch, through: intake.through, missing: missing))
    }

    private mutating func centerCommits() {
        records = open.records
        for (epoch, record) in records {
            mostCommitted[epoch] = max(mostCommitted[epoch] ?? 0, record.through.sequence)
        }
        if isLinked { toKiosk += open.answers }
        open.answers = []
    }

    private mutating func kioskHears(faults: Bool) throws {
        guard !toKiosk.isEmpty else { return }
        let at = faults && chance(1, in: 10) ? Int.random(in: 0..<toKiosk.count, using: &random) : 0
        let message = faults && chance(1, in: 20) ? toKiosk[at] : toKiosk.remove(at: at)
        switch message {
        case .center(let isOnline, let isNews): try feed(.center(isOnline: isOnline, isNews: isNews))
        case .acknowledgement(let epoch, let through, let missing):
            guard epoch == self.epoch else { return }
            guard through == sample.head(at: through.sequence) else { throw Broken(description: "not our hash") }
            acknowledged = max(acknowledged, through.sequence)
            try feed(journal)
            try feed(.acknowledged(missing: missing))
        }
    }

    private mutating func unlink() throws {
        guard isLinked else { return }
        // Some of what was in flight came through though its answer did not.
        for flight in toBroker where chance(1, in: 2) { _ = brokerAnswers(flight.batch, faults: true) }
        isLinked = false
        (toBroker, toKiosk) = ([], [])
        try feed(.linkDown)
    }

    private mutating func link() throws {
        isLinked = true
        let receiveMaximum = Int.random(in: 1...20, using: &random)
        window = min(receiveMaximum, 16)
        let isStateFirst = chance(1, in: 2)
        if isStateFirst, let retained { try feed(.center(isOnline: retained, isNews: false)) }
        try feed(.linkUp(receiveMaximum: receiveMaximum))
        if !isStateFirst, let retained { toKiosk.append(.center(isOnline: retained, isNews: false)) }
        // The status that it sends now is answered with what the center holds.
        if isCenterThere, isAuthorised {
            let through = (records[epoch] ?? Record()).through
            toKiosk.append(.acknowledgement(epoch: epoch, through: through, missing: []))
        }
    }

    private mutating func centerLeaves() {
        guard isCenterThere else { return }
        isCenterThere = false
        // It had no session: the broker forgets what was on its way, the crash what was not committed.
        toCenter = []
        open = (records, [])
        say(isOnline: false)
    }

    private mutating func centerReturns(isSilent: Bool) {
        isCenterThere = true
        if !isSilent { say(isOnline: true) }
    }

    private mutating func say(isOnline: Bool) {
        retained = isOnline
        if isLinked { toKiosk.append(.center(isOnline: isOnline, isNews: true)) }
    }

    private mutating func restart() throws {
        try unlink()
        delivery = Delivery(seed: random.next())
        // The row on disk may be behind.
        acknowledged = max(anchor, acknowledged - Int64.random(in: 0...20, using: &random))
        try feed(journal)
    }

    private mutating func prune() {
        let most = min(acknowledged, records[epoch]?.through.sequence ?? 0)
        anchor = max(anchor, most - Int64.random(in: 0...200, using: &random))
    }

    /// The center comes back from an older copy, though never from before what is pruned.
    private mutating func loseData() throws {
        let wasThere = isCenterThere
        centerLeaves()
        let kept = min(records[epoch]?.through.sequence ?? 0, anchor + Int64.random(in: 0...100, using: &random))
        records[epoch] = Record(stored: sample.events.prefix(Int(kept)).map(\.hash), through: sample.head(at: kept))
        open = (records, [])
        if wasThere { centerReturns(isSilent: false) }
    }

    private mutating func newEpoch() throws {
        guard place + 1 < journals.count else { return }
        place += 1
        (head, acknowledged, anchor) = (Int64.random(in: 1...10, using: &random), 0, 0)
        try feed(journal)
    }

    private func check() throws {
        guard acknowledged <= mostCommitted[epoch] ?? 0 else {
            throw Broken(description: "the cursor, \(acknowledged), has passed what was committed")
        }
        if let deadline = delivery.deadline, deadline <= now {
            throw Broken(description: "a tick leaves its own deadline in the past")
        }
    }

    private mutating func chance(_ part: Int, in whole: Int) -> Bool {
        Int.random(in: 0..<whole, using: &random) < part
    }

    // MARK: The end of all faults

    /// Everybody is there and may do what he must. Then all must be delivered within the longest probe and some. A center
    /// that lost what it had acknowledged learns of it from one more event.
    mutating func settle() throws {
        if chance(1, in: 2) {
            // The last thing that the broker answered for is lost, and nothing comes after it to tell.
            for _ in toBroker { try brokerTakes(faults: true) }
            toCenter = []
        }
        isAuthorised = true
        if !isCenterThere { centerReturns(isSilent: chance(1, in: 2)) }
        if !isLinked { try link() }
        if (records[epoch] ?? Record()).through.sequence < acknowledged { head += 1 }
        try feed(journal)
        let limit = now + 1_200_000
        while now < limit {
            if !toKiosk.isEmpty {
                try kioskHears(faults: false)
            } else if !open.answers.isEmpty {
                centerCommits()
            } else if !toCenter.isEmpty {
                try centerReads(faults: false)
            } else if !toBroker.isEmpty {
                try brokerTakes(faults: false)
            } else if let deadline = delivery.deadline {
                now = max(now, deadline)
            } else {
                break
            }
            now = now + 10
            try feed(.tick)
            try check()
        }
        guard acknowledged == head else {
            throw Broken(description: "stuck: \(acknowledged) of \(head) acknowledged, hold \(delivery.hold as Any)")
        }
        guard records[epoch]?.stored == sample.events.prefix(Int(head)).map(\.hash) else {
            throw Broken(description: "the center's record is not the journal")
        }
    }
}

extension Delivery {
    /// For inputs that cannot lead to anything yet.
    fileprivate mutating func tell(_ input: Input, at now: Uptime) { _ = handle(input, at: now) }
}
