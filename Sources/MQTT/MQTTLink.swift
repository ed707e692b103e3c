public import Domain

/// Keeps one connection to the broker, for ever: performs the schedule's attempts and works the session of the moment.
/// Used by one thread.
public final class MQTTLink {
    /// How the link is, in words for people.
    public enum State: Hashable, Sendable {
        case waiting(until: Uptime?)
        case connecting
        case connected(since: Uptime)
    }

    public private(set) var state = State.waiting(until: nil)
    /// Why the last attempt failed or the last connection ended; `nil` while all is well.
    public private(set) var trouble: String?
    public private(set) var attempts: Int64 = 0

    /// Called before an attempt, which may take as long as the operating system likes.
    public var onAttempt: () -> Void = {}

    private let configuration: () -> MQTTConfiguration
    private var schedule: LinkSchedule
    private let network: any Network
    private var session: (any BrokerSession)?
    private var events: [MQTTEvent] = []
    private var answerDue: Uptime?
    /// The broker's own words to the last attempt.
    private var said: String?

    /// A broker that accepts the connection and then says nothing is given up after this time.
    static let answerMilliseconds: Int64 = 20_000

    /// - Parameter configuration: asked before each attempt, so that a will can carry the present time.
    public convenience init(
        timing: LinkSchedule.Timing, seed: UInt64, configuration: @escaping () -> MQTTConfiguration
    ) {
        self.init(timing: timing, seed: seed, network: BoardNetwork(), configuration: configuration)
    }

    package init(
        timing: LinkSchedule.Timing, seed: UInt64, network: any Network,
        configuration: @escaping () -> MQTTConfiguration
    ) {
        self.configuration = configuration
        self.network = network
        schedule = LinkSchedule(timing: timing, seed: seed)
    }

    /// When the broker's certificate ends; `nil` while there is no connection, and without TLS.
    package var brokerCertificateEnd: Timestamp? { session?.brokerCertificateEnd }

    public func start() { feed(.started) }

    /// A person asks for a try at once.
    public func connectNow() { feed(.asked) }

    /// When `turn` has something to do even if nothing arrives.
    public var deadline: Uptime? { [schedule.deadline, answerDue, silenceDue].compactMap(\.self).min() }

    /// A connection that is open on one side only says nothing for ever. The library would wait for two keep-alives.
    private var silenceDue: Uptime? {
        guard let session, isConnected, session.keepAliveSeconds > 0 else { return nil }
        return session.lastHeard + Int64(session.keepAliveSeconds) * 1500
    }

    public var isConnected: Bool { if case .connected = state { true } else { false } }

    /// Waits at most so long for the socket or for `wake`, works, and returns what happened since the last turn.
    public func turn(wake: Int32, until deadline: Uptime?) -> [MQTTEvent] {
        let now = network.uptime
        let due = [deadline, self.deadline].compactMap(\.self).min()
        // An attempt that failed at once, outside of a turn, is told without waiting.
        let milliseconds = !events.isEmpty ? 0 : due.map { Int32(clamping: max($0 - now, 0)) } ?? 3_600_000
        if let session {
            session.turn(wake: wake, milliseconds: milliseconds)
        } else {
            network.idle(wake: wake, milliseconds: milliseconds)
        }
        if let answerDue, answerDue <= network.uptime {
            events.append(.disconnected(reason: "the broker gave no answer to the connection"))
        }
        if let silenceDue, silenceDue <= network.uptime {
            events.append(.disconnected(reason: "nothing was heard from the broker for one and a half keep-alives"))
        }
        feed(.tick)
        defer { events.removeAll(keepingCapacity: true) }
        for event in events { note(event) }
        return events
    }

    public func subscribe(_ topics: [String]) throws(MQTTError) { try open().subscribe(topics) }
    public func publish(_ message: MQTTMessage) throws(MQTTError) -> Int32 { try open().publish(message) }

    /// Ends a connection over which nothing useful can be done; the next attempt comes as after any that was lost.
    public func drop(_ why: String) {
        guard isConnected else { return }
        session?.disconnect(publishWill: false)
        events.append(.disconnected(reason: why))
    }

    /// Says good-bye and lets the broker publish the will.
    public func stop() {
        if isConnected { session?.disconnect(publishWill: true) }
        session = nil
        state = .waiting(until: nil)
    }

    private func open() throws(MQTTError) -> any BrokerSession {
        guard let session, isConnected else { throw MQTTError(code: 4, words: "there is no connection") }
        return session
    }

    private func note(_ event: MQTTEvent) {
        let now = network.uptime
        switch event {
        case .connected:
            answerDue = nil
            trouble = nil
            state = .connected(since: now)
            _ = schedule.handle(.connected, at: now)
        case .refused(let reason):
            trouble = "the broker refused the connection: \(reason)" + (said.map { "; it says: \($0)" } ?? "")
        case .said(let words): said = words
        case .disconnected(let reason):
            if trouble == nil { trouble = reason }
            ended()
        case .subscribed, .published, .message: break
        }
    }

    private func feed(_ input: LinkSchedule.Input) {
        let action = schedule.handle(input, at: network.uptime)
        if action == .connect { connect() }
        if session == nil { state = .waiting(until: schedule.deadline) }
    }

    private func connect() {
        attempts += 1
        trouble = nil
        said = nil
        state = .connecting
        onAttempt()
        do {
            let session = try network.session(configuration())
            session.onEvent = { [unowned self] in events.append($0) }
            try session.connect()
            self.session = session
            answerDue = network.uptime + Self.answerMilliseconds
        } catch {
            events.append(.disconnected(reason: "\(error)"))
        }
    }

    private func ended() {
        let wasConnected = isConnected
        session = nil
        answerDue = nil
        _ = schedule.handle(wasConnected ? .lost : .failed, at: network.uptime)
        state = .waiting(until: schedule.deadline)
    }
}
