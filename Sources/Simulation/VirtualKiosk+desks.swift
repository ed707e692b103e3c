import Domain
import Journal
import ScaleProtocols
import Workflow

extension VirtualKiosk {
    /// Somebody does something at each of so many desks, at the same moment: the journal finds it all together.
    func work(_ count: Int) {
        var jobs: [Job] = []
        for _ in 0..<count {
            let desk = world.chance(2, in: 3) ? 0 : 1
            let input =
                desk == 0
                ? Village.parcel(using: &world.generator)
                : Village.weighing(desks[desk], using: &world.generator)
            jobs.append(job(input, at: desk))
        }
        perform(jobs)
    }

    func scan(_ input: Desk.Input, at desk: Int) { perform([job(input, at: desk)]) }

    /// What a turn at a desk came to, before its commit.
    private struct Outcome: Sendable {
        var events: [Event] = []
        var epoch: Epoch
        var answer: Answer?
    }

    /// Sendable: filled and read on one thread.
    private final class Pending: @unchecked Sendable { var outcome: Outcome? }

    /// As the agent's desks do it: the turn inside the transaction, the word after the commit.
    private func job(_ input: Desk.Input, at place: Int) -> Job {
        let scale = Village.load(using: &world.generator)
        let before = desks[place]
        let pending = Pending()
        return .recording { [unowned self] transaction in
            var outcome = Outcome(epoch: transaction.store.chain.epoch)
            var source = entropy
            let actions = try desks[place].handle(
                input, at: moment, point: transaction, scale: scale, using: &source)
            for action in actions {
                switch action {
                case .record(let draft): outcome.events.append(try record(spoilt(draft), transaction))
                case .count(let key, let attempts): try transaction.count(key, attempts)
                case .answer(let answer): outcome.answer = answer
                case .verify, .practice: break
                }
            }
            if world.bug == .beepBeforeCommit { say(outcome) }
            pending.outcome = outcome
            return outcome
        } then: { [unowned self] result in
            switch result {
            case .success(let outcome): if world.bug != .beepBeforeCommit { say(outcome) }
            case .failure:
                // Not saved, so nothing of it happened.
                if desks.indices.contains(place) { desks[place] = before }
                if world.bug == .failedCommitShownAsSaved, let outcome = pending.outcome { say(outcome) }
            }
        }
    }

    /// The screen, the beep, the receipt.
    private func say(_ outcome: Outcome) {
        guard let answer = outcome.answer else { return show(outcome.events, outcome.epoch) }
        note("says \(answer.word.rawValue)\(answer.subject.map { " \($0)" } ?? "")")
        show(outcome.events, outcome.epoch)
        guard answer.word == .weighed, let number = answer.subject, let net = answer.goods?.net,
            let event = outcome.events.last(where: { $0.draft.type == .weighInRecorded })
        else { return }
        weighed.append(
            Weighed(event: event.draft.id.text, number: number, grams: net.grams, fen: answer.goods?.amount?.fen ?? 0))
    }

    /// A bug in what is written, not in what is said.
    private func spoilt(_ draft: EventDraft) -> EventDraft {
        guard world.bug == .amountRoundedTwice, draft.type == .weighInRecorded,
            let json = try? JSON(parsing: draft.data), var weighIn = WeighIn(json), let amount = weighIn.pricing?.amount
        else { return draft }
        weighIn.pricing?.amount = Money(fen: amount.fen + 1)
        var draft = draft
        draft.data = weighIn.json.canonical
        return draft
    }
}
