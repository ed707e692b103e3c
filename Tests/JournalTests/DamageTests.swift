import Domain
import LabFaults
import Testing

/// The judge of the campaign of damage sees what an unsound product would do. That a sound one holds, and that the damage is hard
/// enough, is the campaign's own: Device/campaigns/damage.
@Suite struct DamageTests {
    let kiosk = KioskID("k1310020007")!

    enum Doing: String, CaseIterable {
        case nothing = "nothing", changed = "an event is changed", twice = "an event is given out twice"
        case gone = "an event is gone and nothing says so", named = "an event is gone and named"
        case behind = "events behind the end are gone, and it says that more may be"
        case before = "an event before the end is gone, and it says only that more may be behind it"
        case moved = "an event comes with another number in its own epoch"
    }

    @Test(arguments: Doing.allCases)
    func `the judge tells what is falsified, doubled, reported and unnoticed`(what: Doing) throws {
        var generator = SeededGenerator(seed: 1)
        let old = Epoch.random(using: &generator)
        let new = Epoch.random(using: &generator)
        let recorded = chain(old, (1...5).map { draft("SF000000000000\($0)", using: &generator) })
        func report(_ lost: JSON, more: Bool = false, head: Int64 = 5) -> EventDraft {
            var draft = draft("", using: &generator)
            draft.type = .journalRecovered
            draft.data =
                JSON.object([
                    "lost": lost, "mayhavelostmore": .boolean(more), "oldhead": ["sequence": .integer(head)],
                ]).canonical
            return draft
        }
        var epoch = old
        var given = recorded
        var expected = DamageJudge.Verdict()
        switch what {
        case .nothing: break
        case .changed:
            var draft = given[2].draft
            draft.data = Array(#"{"raw":"SF9"}"#.utf8)
            given[2] = Event(
                draft: draft, sequence: 3, previousHash: given[2].previousHash, hash: given[2].hash)
            expected.falsified = 1
        case .twice:
            given.append(recorded[1])
            expected.doubled = 1
        case .gone:
            given.remove(at: 2)
            expected.unnoticed = 1
        case .named:
            epoch = new
            given = chain(new, [report([[3, 3]])] + recorded.filter { $0.sequence != 3 }.map(\.draft))
            (expected.reported, expected.hasRecovered) = (1, true)
        case .behind:
            epoch = new
            given = chain(new, [report([], more: true, head: 3)] + recorded.prefix(3).map(\.draft))
            (expected.reported, expected.hasRecovered) = (2, true)
        case .before:
            epoch = new
            given = chain(new, [report([], more: true)] + recorded.dropFirst().map(\.draft))
            (expected.unnoticed, expected.hasRecovered) = (1, true)
        case .moved:
            given = chain(old, recorded.map(\.draft).reversed())
            expected.falsified = 5
        }
        #expect(DamageJudge(recorded: recorded).judge(given, epoch: epoch, old: old) == expected)
    }

    private func draft(_ subject: String, using generator: inout SeededGenerator) -> EventDraft {
        let now = Now(wall: Timestamp(milliseconds: 1), uptime: Uptime(milliseconds: 1), clock: .synced)
        return EventDraft(
            id: .make(at: now.wall, using: &generator), type: .parcelReceived, subject: subject, now: now, bootID: "b",
            actor: nil, data: JSON.object(["raw": .string(subject)]).canonical)
    }

    private func chain(_ epoch: Epoch, _ drafts: [EventDraft]) -> [Event] {
        var head = Head.genesis
        return drafts.map { draft in
            let event = HashChain(kiosk: kiosk, epoch: epoch).append(draft, after: head)
            head = Head(sequence: event.sequence, hash: event.hash)
            return event
        }
    }
}
