package import Board
public import Delivery
import Dispatch
public import Domain
import Glibc
public import Logging
import SQLite
import Synchronization

/// The kiosk's append-only record, outbox and state in one SQLite file, owned by one thread.
///
/// Whoever records hands over a closure; the thread takes all that wait, runs them in one transaction, and only after
/// its COMMIT tells each that it is saved. A lone scan waits for nobody; scans that come together share a commit.
///
/// A write that fails is final: nothing is reported as saved, `onFailure` is called once, and every later call fails.
/// A journal that is found damaged is another matter: it is moved aside, salvaged into a new epoch, and work goes on.
public final class Journal: Sendable {
    public struct Configuration: Sendable {
        public var directory: String
        public var kiosk: KioskID
        /// Below this much free space nothing new is recorded.
        public var reserveBytes: Int64
        /// Kept from everybody for what was begun before the disk was full; 0 for none.
        public var ballastBytes: Int64
        public var bootID: String
        /// Of its thread, as `top -H` shows it.
        public var name = "journal"
        public var now: @Sendable () -> Now
        /// Called now and then while a recovery reads and writes, which may take minutes, by the thread that does so.
        public var onRecovering: @Sendable () -> Void = {}
        /// Where the files lie, and where identities are drawn from; a simulator brings its own.
        package var disk: any Disk = BoardDisk()
        package var random = Entropy.system

        /// - Parameters:
        ///   - directory: is made where it is missing; nobody else may write there.
        ///   - reserveBytes: below this much free space nothing new is recorded.
        ///   - ballastBytes: kept from everybody for what was begun before the disk was full; 0 for none.
        ///   - bootID: the kernel's, which changes at each boot.
        ///   - now: the board's time, and how far it can be believed.
        public init(
            directory: String, kiosk: KioskID, reserveBytes: Int64, ballastBytes: Int64 = 0, bootID: String,
            now: @escaping @Sendable () -> Now
        ) {
            self.directory = directory
            self.kiosk = kiosk
            self.reserveBytes = reserveBytes
            self.ballastBytes = ballastBytes
            self.bootID = bootID
            self.now = now
        }
    }

    /// What everyone may know of the journal at any time.
    public struct State: Hashable, Sendable {
        public var epoch: Epoch
        public var head: Head
        public var acknowledged: Int64
        /// The last event that was pruned; those after it can be read.
        public var pruned: Head
        public var anchor: Int64 { pruned.sequence }
        public var freeBytes: Int64
        /// Whether there is space for something new; what was begun is finished without.
        public var hasRoom: Bool
        /// How often a damaged or superseded journal was replaced since this process began.
        public var recoveries: Int
    }

    /// How far a walk over the chain came, and where it stopped.
    public struct Verification: Hashable, Sendable {
        public struct Fault: Hashable, Sendable {
            public var sequence: Int64
            public var problem: String
        }

        public var through: Int64
        public var firstBad: Fault?
    }

    /// At most this many recordings wait; one more is refused, so that a stalled card cannot fill the memory.
    public static let mostWaiting = 200
    /// A cursor that moved is on disk after this time at the latest; an event that is recorded takes it along at once.
    static let cursorDelayMilliseconds: Int64 = 1000
    static let tailLength: Int64 = 200

    public let configuration: Configuration
    let logger: Logger
    let mailbox = Mailbox<Job>(capacity: 4096)
    private let published: Mutex<State>
    /// Recordings that wait.
    private let waiting = Atomic(0)
    private let onState: @Sendable (State) -> Void
    private let onFailure: @Sendable (JournalError) -> Void
    private let thread = Mutex<DedicatedThread?>(nil)

    /// Opens the journal of the directory, makes one if there is none, recovers it if it is damaged.
    /// - Parameters:
    ///   - onState: called on the journal's thread after each commit that changed what `state` says; must be quick.
    ///   - onFailure: called once, on the journal's thread, when a write failed for good.
    public static func open(
        _ configuration: Configuration, logger: Logger, onState: @escaping @Sendable (State) -> Void = { _ in },
        onFailure: @escaping @Sendable (JournalError) -> Void
    ) throws -> Journal {
        try open(configuration, logger: logger, onState: onState, onFailure: onFailure) {
            try JournalKeeper(configuration: configuration, logger: logger)
        }
    }

    private static func open(
        _ configuration: Configuration, logger: Logger, onState: @escaping @Sendable (State) -> Void,
        onFailure: @escaping @Sendable (JournalError) -> Void, _ make: () throws -> JournalKeeper
    ) throws -> Journal {
        let keeper: JournalKeeper
        do {
            keeper = try make()
        } catch let error as JournalError {
            throw error
        } catch {
            // Not damage, which is recovered from, but a file system that fails.
            throw JournalError.failed("\(error)")
        }
        let journal = Journal(
            configuration: configuration, logger: logger, state: keeper.state, onState: onState, onFailure: onFailure)
        // The keeper is handed over to the thread; nobody else ever has it again.
        nonisolated(unsafe) let handedOver = keeper
        let thread = DedicatedThread.start(name: configuration.name) { journal.serve(unsafe handedOver, failure: nil) }
        journal.thread.withLock { $0 = thread }
        return journal
    }

    /// Stands in for a journal that cannot be opened: it refuses everything with the reason. Its state says nothing.
    public static func unavailable(
        _ configuration: Configuration, because reason: JournalError, logger: Logger
    ) -> Journal {
        var generator = SystemRandomNumberGenerator()
        let nothing = State(
            epoch: .random(using: &generator), head: .genesis, acknowledged: 0, pruned: .genesis, freeBytes: 0,
            hasRoom: false, recoveries: 0)
        let journal = Journal(
            configuration: configuration, logger: logger, state: nothing, onState: { _ in }, onFailure: { _ in })
        let thread = DedicatedThread.start(name: configuration.name) { journal.serve(nil, failure: reason) }
        journal.thread.withLock { $0 = thread }
        return journal
    }

    /// Opens a journal that is to begin empty: what lay there is removed. For practice, never for what counts.
    public static func openEmpty(
        _ configuration: Configuration, logger: Logger, onFailure: @escaping @Sendable (JournalError) -> Void
    ) throws -> Journal {
        try open(configuration, logger: logger, onState: { _ in }, onFailure: onFailure) {
            try JournalKeeper.empty(configuration: configuration, logger: logger)
        }
    }

    private init(
        configuration: Configuration, logger: Logger, state: State, onState: @escaping @Sendable (State) -> Void,
        onFailure: @escaping @Sendable (JournalError) -> Void
    ) {
        self.configuration = configuration
        self.logger = logger
        self.onState = onState
        self.onFailure = onFailure
        published = Mutex(state)
    }

    public var state: State { published.withLock { $0 } }

    // MARK: What can be asked

    /// Queues a recording. `then` is called on the journal's thread after the COMMIT, or with the reason why nothing was
    /// saved; it must be quick. `false`, at once, when too many wait already: then nothing happens.
    public func record<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Result,
        then: @escaping @Sendable (Swift.Result<Result, any Error>) -> Void
    ) -> Bool {
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.mostWaiting,
            mailbox.post(.recording(body, then: then))
        else {
            waiting.subtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    /// Records and waits for the COMMIT.
    public func record<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Result
    ) throws -> Result {
        let answer = Answer<Result>()
        guard record(body, then: { answer.give($0) }) else { throw JournalError.busy }
        return try answer.wait()
    }

    /// The events after `sequence`, each checked against its hash; at most `limit`.
    public func page(after sequence: Int64, limit: Int) throws -> EventPage {
        try ask { try $0.page(after: sequence, limit: limit) }
    }

    /// Likewise, without holding up the caller's thread.
    public func page(after sequence: Int64, limit: Int) async throws -> EventPage {
        try await ask { try $0.page(after: sequence, limit: limit) }
    }

    /// The first event that the center has not acknowledged.
    public func oldestPending() throws -> Event? { try ask { try $0.oldestPending() } }
    /// Likewise, without holding up the caller's thread.
    public func oldestPending() async throws -> Event? { try await ask { try $0.oldestPending() } }

    /// What the center sent and is in force: version and digest by kind.
    public func documents() throws -> [String: (version: Int64, digest: Digest)] {
        try ask { keeper in
            var known: [String: (version: Int64, digest: Digest)] = [:]
            for kind in PointTables.Kind.allCases {
                if let document = try keeper.store.tables.document(kind) {
                    known[kind.rawValue] = (document.version, document.digest)
                }
            }
            return known
        }
    }

    /// How many parcels are here.
    public func parcelCount() async throws -> Int64 { try await ask { try $0.store.tables.parcelCount() } }

    /// Reads the point's state, all of it as of one moment.
    public func look<Result: Sendable>(
        _ body: @escaping @Sendable (PointView) throws -> Result
    ) async throws -> Result {
        try await ask { try body(PointView(store: $0.store)) }
    }

    /// Walks the chain from an event on, at most `limit` events, and tells the first that is not as recorded.
    /// - Throws: `JournalError`, when the journal cannot be read; a broken chain is an answer.
    public func verify(after sequence: Int64, limit: Int) async throws -> Verification {
        try await ask { try $0.store.verify(after: sequence, limit: limit) }
    }

    /// Returns when everything handed over before has been done, which proves that the thread is alive, and measures the
    /// free space anew.
    public func settle() async throws { try await ask { $0.measureSpace() } }

    /// Commits something that changes nothing, unless the disk is full: who opens a journal on a card that fails finds out
    /// before anybody scans.
    public func prove() async throws {
        try await record { transaction in
            if !transaction.space.isTight { try transaction.store.writeCursor() }
        }
    }

    /// Likewise, for a thread that may wait.
    public func prove() throws {
        try record { transaction in
            if !transaction.space.isTight { try transaction.store.writeCursor() }
        }
    }

    /// Records without holding up the caller's thread.
    public func record<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = record(body) { continuation.resume(with: $0) }
            if !isTaken { continuation.resume(throwing: JournalError.busy) }
        }
    }

    /// Takes the center's word for `mark`, if its hash is our own.
    public func acknowledge(_ mark: Head, of epoch: Epoch) throws -> CursorMove {
        try ask { try $0.acknowledge(mark, of: epoch) }
    }

    /// Deletes at most 1,000 events that are acknowledged and were recorded before `cutoff`; says how many. On a full disk
    /// none: deleting writes more than the last of the space is for.
    public func prune(before cutoff: Timestamp) async throws -> Int64 {
        try await record { transaction in
            transaction.space.isTight ? 0 : try transaction.store.prune(before: cutoff, limit: 1000)
        }
    }

    /// Begins a new epoch because the center knows another story of this one. Nothing that can be read is lost.
    public func supersede(forked: Bool, detail: String) throws {
        try ask { try $0.rebuild(cause: forked ? .forked : .rolledBack, detail: detail) }
    }

    /// Writes what is still to be written, and closes the file. Later calls fail.
    public func close() {
        guard mailbox.post(.close) else { return }
        thread.withLock { $0 }?.join(within: .seconds(5))
    }

    private func ask<Result: Sendable>(
        _ body: @escaping @Sendable (JournalKeeper) throws -> Result
    ) throws -> Result {
        let answer = Answer<Result>()
        guard mailbox.post(.question(body, then: { answer.give($0) })) else { throw JournalError.busy }
        return try answer.wait()
    }

    private func ask<Result: Sendable>(
        _ body: @escaping @Sendable (JournalKeeper) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            guard mailbox.post(.question(body, then: { continuation.resume(with: $0) })) else {
                return continuation.resume(throwing: JournalError.busy)
            }
        }
    }

    // MARK: The thread

    private func serve(_ keeper: JournalKeeper?, failure first: JournalError?) {
        var failure = first
        while true {
            let now = BoardClock.uptime
            wait(milliseconds: failure == nil ? keeper?.cursorDeadline.map { max($0 - now, 0) } : nil)
            let jobs = mailbox.drain()
            waiting.subtract(jobs.count(where: \.isRecording), ordering: .relaxed)
            let isClosing = jobs.contains(where: \.isClose)
            var unanswered = jobs
            if failure == nil, let keeper {
                do {
                    try keeper.work(&unanswered, at: BoardClock.uptime, publish: publish)
                } catch {
                    let fatal = error as? JournalError ?? .failed("\(error)")
                    failure = fatal
                    onFailure(fatal)
                }
            }
            if let failure { for job in unanswered { job.refuse(failure) } }
            if isClosing {
                keeper?.close(hasFailed: failure != nil)
                for job in mailbox.close() { job.refuse(.closed) }
                return
            }
        }
    }

    private func publish(_ state: State) {
        let changed = published.withLock { old in
            defer { old = state }
            return old != state
        }
        if changed { onState(state) }
    }

    private func wait(milliseconds: Int64?) {
        var waiter = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
        unsafe poll(&waiter, 1, milliseconds.map { Int32(clamping: $0) } ?? -1)
    }
}

/// One answer that one thread waits for.
private final class Answer<Value: Sendable>: Sendable {
    private let value = Mutex<Result<Value, any Error>?>(nil)
    private let arrived = DispatchSemaphore(value: 0)

    func give(_ result: Result<Value, any Error>) {
        value.withLock { $0 = result }
        arrived.signal()
    }

    func wait() throws -> Value {
        arrived.wait()
        return try value.withLock { $0 ?? .failure(JournalError.closed) }.get()
    }
}

/// The journal is what delivery takes from.
extension Journal: Outbox {
    public var mark: OutboxMark {
        let state = state
        return OutboxMark(epoch: state.epoch, head: state.head, acknowledged: state.acknowledged, anchor: state.anchor)
    }
}
