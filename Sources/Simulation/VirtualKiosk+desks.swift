import Barcodes
import CSQLite
import DeskSession
import Domain
import Journal
import Phrases
import SQLite
import ScaleProtocols
import Workflow

/// The desks are the daemon's own; here stands what stands around them: people, the queue, and a journal that sometimes takes
/// its time.
extension VirtualKiosk {
    /// What was so when somebody did something, whatever the kiosk makes of it.
    struct Press {
        var desk: Int
        var session: DeskSession
        var load: VirtualScale.Load?
        /// How often the scale had been touched.
        var moves: Int
        /// Since the last record.
        var wasEmptied: Bool
        /// The true time.
        var truth: Timestamp
    }

    /// People do so many things, one right after the other; the journal finds them together, or later.
    /// - Parameter isMorning: farmers come, the scale is busy, and people wait for an answer before they go on.
    func work(_ count: Int, isMorning: Bool = false) throws {
        guard isUp else { return }
        for _ in 0..<count {
            let desk = context.chance(1, in: isMorning ? 8 : 2) ? 0 : 1
            // Now and then somebody weighs at the other desk too.
            let isWeighing = desk == 1 || context.chance(1, in: isMorning ? 2 : 4)
            if isWeighing {
                if isMorning, context.chance(3, in: 4) { obey(lastWords[desk]) } else { moveLoad() }
            }
            let input =
                !isWeighing
                ? Scenario.parcels(sessions[desk].committed, using: &context.generator)
                : Scenario.weighing(sessions[desk].committed, lastWords[desk], using: &context.generator)
            enter(input, at: desk)
            guard isMorning, !isStalled else { continue }
            try flush()
            guard isUp, failure == nil, disk.death == nil else { return }
        }
        try checkSaid()
        guard !isStalled else { return }
        guard context.chance(1, in: 5) else { return try flush() }
        isStalled = true
        let (life, pause) = (life, Int64(context.pick(1...6000)))
        note("the journal is slow: \(pause) ms")
        context.agenda.enter(at: context.now + pause) { [unowned self] in
            guard self.life == life else { return }
            try flush()
            try turn()
        }
    }

    /// Who is told to put a crate on the scale, or to take it down, does.
    private func obey(_ word: Answer.Word?) {
        switch word {
        case .weighReady where scale.load == nil: scale.put(Scenario.grams(using: &context.generator))
        case .weighed, .scale:
            scale.clear()
            scale.put(Scenario.grams(using: &context.generator))
        default: break
        }
    }

    private func moveLoad() {
        switch context.pick(0...11) {
        // Exchanged so fast that the scale never was empty, and perhaps for one that weighs almost the same.
        case 10: scale.put((scale.load?.grams ?? 0) + Int64(context.pick(1...30)) * 20)
        case 11: scale.touch()
        case 0...3: if scale.load == nil { scale.put(Scenario.grams(using: &context.generator)) } else { scale.clear() }
        case 4:
            scale.clear()
            scale.put(Scenario.grams(using: &context.generator))
        case 5: if context.chance(1, in: 10) { scale.pull() }
        default: break
        }
    }

    func enter(_ input: Desk.Input, at desk: Int) {
        guard sessions.indices.contains(desk) else { return }
        let session = sessions[desk]
        hand(
            session.begin(input, at: moment),
            Press(
                desk: desk, session: session, load: scale.load, moves: scale.moves,
                wasEmptied: scale.wasEmptied, truth: time.truth))
    }

    /// Sendable: filled and read on one thread.
    private final class Pending: @unchecked Sendable { var outcome: DeskSession.TurnResult? }

    private func hand(_ turn: DeskSession.Turn, _ press: Press) {
        let session = press.session
        guard !turn.isPractice || practiceKeeper != nil else {
            return hear(session.practiceIsGone(turn), [], turn, press)
        }
        let pending = Pending()
        let job = Job.recording { [unowned self] transaction in
            let outcome = try session.run(turn, in: transaction)
            for event in outcome.events {
                attempted[event.draft.id] = Digest(of: event.draft.canonical)
                if turn.isPractice { practised.insert(event.draft.id) }
            }
            pending.outcome = outcome
            if isDamageFound, !turn.isPractice {
                isDamageFound = false
                note("finds its journal damaged")
                throw SQLiteError(code: SQLITE_CORRUPT, message: "damaged", during: "a turn")
            }
            return outcome
        } then: { [unowned self] result in
            let sequel = session.settle(turn, result, isPracticeGone: practiceKeeper == nil)
            // Whatever became of the commit, who is told that it is saved believes it.
            var events = pending.outcome?.events ?? []
            if case .failure = result, !sequel.saysSaved { events = [] }
            follow(sequel, events, turn, press)
        }
        if turn.isPractice { waitingToPractise.append(job) } else { waiting.append(job) }
    }

    private func follow(
        _ sequel: DeskSession.Sequel, _ events: [Event], _ turn: DeskSession.Turn, _ press: Press
    ) {
        switch sequel {
        case .say(let reply): hear(reply, events, turn, press)
        case .stayQuiet: if !turn.isPractice { show(events) }
        case .again(let turn): hand(turn, press)
        case .verify(let check):
            let life = life
            context.agenda.enter(at: context.now + Int64(context.pick(50...900))) { [unowned self] in
                guard self.life == life else { return }
                enter(check.result(), at: press.desk)
                if !isStalled { try flush() }
                try self.turn()
            }
        case .beginPractice(let reply):
            do {
                try openPractice()
                hear(reply, events, turn, press)
            } catch {
                // Not the error: it may name the disk, which is another in each run.
                note("practice is impossible")
                hear(press.session.practiceIsImpossible(turn), events, turn, press)
            }
        }
    }

    /// The journal has time for what waits. A turn that belongs into the other journal comes again.
    func flush() throws {
        isStalled = false
        while !waiting.isEmpty || !waitingToPractise.isEmpty {
            let (jobs, practiceJobs) = (waiting, waitingToPractise)
            (waiting, waitingToPractise) = ([], [])
            if !jobs.isEmpty { perform(jobs) }
            guard !practiceJobs.isEmpty else { continue }
            if practiceWillFail {
                practiceWillFail = false
                disk.fail(after: context.pick(0...1), .sync)
            }
            performInPractice(practiceJobs)
        }
        try checkSaid()
    }

    // MARK: Practice

    private func openPractice() throws {
        disk.isForPractice = true
        defer { disk.isForPractice = false }
        let keeper: JournalKeeper
        if let practiceKeeper {
            keeper = practiceKeeper
        } else {
            var configuration = configuration
            configuration.directory += "/practice"
            configuration.ballastBytes = 0
            keeper = try JournalKeeper.empty(configuration: configuration, logger: context.logger)
            practiceKeeper = keeper
        }
        let answer = Box<Void>()
        performInPractice([
            .recording(
                { transaction in
                    for document in Scenario.documents where try transaction.isNews(document.document) {
                        try transaction.apply(document.document)
                    }
                }, then: { answer.value = $0 })
        ])
        try answer.get()
    }

    /// A failure ends practice, and nothing else.
    private func performInPractice(_ jobs: [Job]) {
        guard let keeper = practiceKeeper else { return jobs.forEach { $0.refuse(.closed) } }
        disk.isForPractice = true
        defer { disk.isForPractice = false }
        var jobs = jobs
        do {
            try keeper.work(&jobs, at: uptime) { _ in }
        } catch {
            keeper.close()
            practiceKeeper = nil
            for job in jobs { job.refuse(error as? JournalError ?? .failed("\(error)")) }
        }
    }

    // MARK: What people see and hear

    /// The screen, the beep, the receipt.
    func hear(_ reply: Reply, _ events: [Event], _ turn: DeskSession.Turn, _ press: Press) {
        let answer = reply.answer
        lastWords[press.desk] = answer.word
        note(
            "\(reply.desk) says \(answer.tally == answer.word.rawValue ? "" : "\(answer.tally) ")\(answer.word.rawValue)"
                + "\(answer.subject.map { " \($0)" } ?? "")\(reply.isPractice ? " in practice" : "")"
                + (answer.word == .scale || answer.word == .weighed ? " of load \(press.load?.number ?? 0)" : ""))
        judge(reply, events, turn, press)
        guard !turn.isPractice else { return }
        show(events)
        for event in events where event.draft.type == .weighInRecorded { weighedAt[event.draft.id] = press.truth }
        if case .paid(let payout) = answer, let event = events.last(where: { $0.draft.type == .paymentMade }) {
            paidOut.append(Payout(event: event.draft.id, number: payout.number, fen: payout.amount.fen))
        }
        guard case .weighed(let crate) = answer,
            let event = events.last(where: { $0.draft.type == .weighInRecorded })
        else { return }
        weighed.append(
            Weighed(
                event: event.draft.id.text, number: crate.number, grams: crate.net.grams, fen: crate.amount?.fen ?? 0))
    }

    private func breaks(_ rule: String) { if broken == nil { broken = InvariantViolation("\(id): \(rule)") } }

    /// What must be true of every answer.
    private func judge(_ reply: Reply, _ events: [Event], _ turn: DeskSession.Turn, _ press: Press) {
        let answer = reply.answer
        if answer.tone == .saved, let last = events.last, reply.sequence != last.sequence {
            breaks("\(answer.word.rawValue) speaks of event \(reply.sequence ?? 0), and \(last.sequence) was recorded")
        }
        if case .scale(.exchanged, _) = answer, press.moves == scale.moves {
            breaks("a load that nobody touched is called exchanged")
        }
        if answer.tone == .saved, events.isEmpty { breaks("\(answer.word.rawValue) was said, and nothing is recorded") }
        if !events.isEmpty, turn.isPractice != practising.contains(press.desk) {
            breaks("desk \(reply.desk): \(answer.word.rawValue) went into the wrong journal")
        }
        switch answer.word {
        case .practiceBegan: practising.insert(press.desk)
        case .practiceEnded: practising.remove(press.desk)
        default: break
        }
        for event in events {
            if event.draft.type == .weighInRecorded { judge(crate: event, press, turn.isPractice) }
            if event.draft.type == .parcelReceived, !turn.isPractice, keeper?.state.hasRoom == false {
                breaks("parcel \(event.draft.subject ?? "") was received on a full disk")
            }
            if let paper = PrintJob.Kind.wanted(by: event.draft.type).first, !hasPaper(paper, event, turn.isPractice) {
                breaks("\(event.draft.type) \(event.draft.subject ?? "") has no \(paper.rawValue)")
            }
        }
        if case .scale(.notReturned, _) = answer, let load = press.load,
            !scale.counted.contains(load.number), press.wasEmptied, scale.wasEmptied
        {
            breaks("load \(load.number) was never recorded, and is refused as if it had been")
        }
    }

    private func judge(crate event: Event, _ press: Press, _ isPractice: Bool) {
        guard let json = try? JSON(parsing: event.draft.data), let weighIn = WeighIn(json), let load = press.load else {
            return breaks("a crate was recorded, and nothing lay on the scale")
        }
        if weighIn.gross.grams != load.grams {
            breaks("\(load.grams) g lay on the scale when it was confirmed, recorded are \(weighIn.gross.grams)")
        }
        if scale.counted.contains(load.number) { breaks("load \(load.number) was recorded twice") }
        scale.count(load, isPractice: isPractice)
    }

    // MARK: Paper

    private func hasPaper(_ kind: PrintJob.Kind, _ event: Event, _ isPractice: Bool) -> Bool {
        guard let store = (isPractice ? practiceKeeper : keeper)?.store else { return true }
        let reference = event.draft.subject ?? event.draft.id.text
        let jobs = (try? PointView(store: store).prints(limit: 40)) ?? []
        return jobs.contains { $0.request.kind == kind && $0.request.reference == reference }
    }

    /// The printer takes the next paper, as the daemon's queue gives it out.
    func print() {
        // A printer that hears nothing prints nothing, and is asked again.
        guard let job = try? ask({ try PointView(store: $0.store).nextPrint() }) else { return }
        guard let begun = try? record({ try $0.beginPrint(job.id) }) else { return }
        let paper = "\(begun.request.kind.rawValue) \(begun.request.reference)"
        note("prints \(paper)\(begun.copy > 0 ? ", a copy" : "")")
        // Its record was delivered and is pruned by now: the daemon gives such a paper up.
        guard begun.request.sequence > keeper?.state.anchor ?? 0 else { return }
        let event = try? ask { try PointView(store: $0.store).event(begun.request.sequence) }
        guard let event, PrintJob.Kind.wanted(by: event.draft.type).contains(begun.request.kind),
            event.draft.subject ?? event.draft.id.text == begun.request.reference
        else { return breaks("\(paper) comes out, and its record is not there") }
        if begun.copy == 0, !papers.insert(paper).inserted, !isHarmed { breaks("\(paper) comes out twice, unmarked") }
        _ = try? record { try $0.endPrint(begun.id, .printed) }
    }
}

extension DeskSession.Sequel {
    fileprivate var saysSaved: Bool {
        if case .say(let reply) = self { reply.answer.tone == .saved } else { false }
    }
}
