import Center
import Domain
import Journal
import Logging
import Testing
import Wire

@testable import Simulation

/// After a synchronisation that failed, Linux counts the pages as written: the next process reads them and builds on them,
/// though the card has never got them. What was found by the simulator's seed 15.
@Suite struct `After a synchronisation that failed` {
    private let disk = SimulatedDisk(bug: nil)
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() { DiskVFS.mount(disk) }

    private func draft(_ number: Int) -> EventDraft {
        var generator = SeededGenerator(seed: UInt64(number))
        return EventDraft(
            id: .make(at: Timestamp(milliseconds: 1), using: &generator), type: .deviceStarted, subject: nil,
            now: Now(wall: Timestamp(milliseconds: 1), uptime: Uptime(milliseconds: 1), clock: .synced), bootID: "boot",
            actor: nil, data: JSON.members([:]).canonical)
    }

    private func openJournal() throws -> JournalKeeper {
        var configuration = Journal.Configuration(
            directory: disk.root, kiosk: try #require(KioskID("k1310020007")), reserveBytes: 0, bootID: "boot",
            now: { Now(wall: Timestamp(milliseconds: 1), uptime: Uptime(milliseconds: 1), clock: .synced) })
        configuration.disk = disk
        return try JournalKeeper(configuration: configuration, logger: logger)
    }

    private func record(_ number: Int, _ keeper: JournalKeeper) throws {
        let draft = draft(number)
        var jobs = [Job.recording({ try $0.record(draft) }, then: { _ in })]
        try keeper.work(&jobs, at: Uptime(milliseconds: 1)) { _ in }
    }

    private func cut(_ how: SimulatedDisk.Death) {
        var generator = SeededGenerator(seed: 5)
        disk.dieNow(how)
        if how == .powerCut { disk.losePower(using: &generator) }
    }

    @Test func `what a kiosk saves next survives a power cut`() throws {
        var keeper: JournalKeeper? = try openJournal()
        try record(1, #require(keeper))
        disk.fail(after: 0, .sync)
        #expect(throws: (any Error).self) { try record(2, #require(keeper)) }
        cut(.kill)
        keeper = nil
        disk.restart()

        keeper = try openJournal()
        try record(3, #require(keeper))
        let head = try #require(keeper).state.head
        cut(.powerCut)
        keeper = nil
        disk.restart()

        let state = try openJournal().state
        #expect(state.head == head && state.recoveries == 0)
    }

    @Test func `what a center acknowledges next survives a power cut`() throws {
        let chain = HashChain(
            kiosk: try #require(KioskID("k1310020007")), epoch: try #require(Epoch(String(repeating: "a", count: 32))))
        var head = Head.genesis
        func store(_ number: Int, _ center: CenterStore) throws {
            let event = chain.append(draft(number), after: head)
            try center.transaction {
                let message = EventMessage(kiosk: chain.kiosk, epoch: chain.epoch, event: event)
                _ = try center.store(message, at: Timestamp(milliseconds: 1))
            }
            head = Head(sequence: event.sequence, hash: event.hash)
        }
        func open() throws -> CenterStore { try CenterStore(path: disk.root + "/center.db", disk: disk) }
        var center: CenterStore? = try open()
        try store(1, #require(center))
        disk.fail(after: 0, .sync)
        #expect(throws: (any Error).self) { try store(2, #require(center)) }
        cut(.kill)
        center = nil
        disk.restart()

        center = try open()
        // Number 2 is there to be read, or is not: either way what comes now must hold.
        if try #require(center).hash(chain, 2) != nil { head = chain.append(draft(2), after: head).asHead }
        try store(3, #require(center))
        cut(.powerCut)
        center = nil
        disk.restart()
        #expect(try open().hash(chain, head.sequence) == head.hash)
    }
}

extension Event {
    fileprivate var asHead: Head { Head(sequence: sequence, hash: hash) }
}
