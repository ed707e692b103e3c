import Domain
import MQTT
import Wire

/// A broker that keeps nothing that matters, and between it and everyone a network that drops, delays, doubles, reorders and
/// half-opens. It says "taken" of messages that it then loses, as brokers do.
final class SimulatedBroker {
    /// How bad it is, in thousandths of all messages.
    struct NetworkConditions: Hashable {
        var lost = 0
        var doubled = 0
        var overtaken = 0
        var refused = 0
        var longestDelay: Int64 = 50

        static let fine = NetworkConditions()
    }

    let context: SimulationContext
    var conditions = NetworkConditions.fine
    private(set) var isUp = true
    private var clients: [String: SimulatedSession] = [:]
    private var retained: [String: MQTTMessage] = [:]
    /// Kiosks that may not publish just now.
    var barred: Set<String> = []

    init(context: SimulationContext) { self.context = context }

    func chance(_ thousandths: Int) -> Bool {
        thousandths > 0 && Int.random(in: 0..<1000, using: &context.generator) < thousandths
    }

    func delay() -> Int64 { Int64.random(in: 1...conditions.longestDelay, using: &context.generator) }

    // MARK: Its own life

    /// Everything in its memory is gone, what it kept for newcomers too.
    func crash() {
        context.trace.note("broker crashes")
        isUp = false
        for client in clients.values.sorted(by: { $0.clientID < $1.clientID }) { client.cut("the broker is gone") }
        clients = [:]
        retained = [:]
    }

    func rise() {
        context.trace.note("broker rises")
        isUp = true
    }

    var connected: [SimulatedSession] { clients.values.sorted { $0.clientID < $1.clientID } }

    // MARK: What comes in

    func accept(_ session: SimulatedSession) {
        guard isUp, !session.isHalfOpen else { return session.cut("connection refused") }
        // The same name again is taken for the same client: the older connection ends.
        if let older = clients[session.clientID], older !== session { drop(older, publishesWill: true) }
        clients[session.clientID] = session
        session.receiveMaximum = session.isCenter ? 65_535 : [1, 2, 5, 20, 65_535][Int(context.generator.next() % 5)]
        session.deliver(.connected(receiveMaximum: session.receiveMaximum))
    }

    /// The connection is over as far as the broker knows.
    func drop(_ session: SimulatedSession, publishesWill: Bool) {
        guard clients[session.clientID] === session else { return }
        clients[session.clientID] = nil
        session.cut("the broker ended the connection")
        if publishesWill, let will = session.will { route(will, from: nil) }
    }

    func subscribe(_ session: SimulatedSession, _ topic: String) {
        guard clients[session.clientID] === session else { return }
        if chance(conditions.refused) { return session.deliver(.subscribed(ReasonCode(0x97))) }
        session.topics.append(topic)
        session.deliver(.subscribed(.success))
        for (name, message) in retained.sorted(by: { $0.key < $1.key }) where Self.matches(topic, name) {
            session.deliver(.message(message))
        }
    }

    func publish(_ message: MQTTMessage, id: Int32, from session: SimulatedSession) {
        guard clients[session.clientID] === session else { return }
        session.answered(id)
        if barred.contains(session.clientID) { return session.deliver(.published(id: id, .notAuthorised)) }
        if !session.isCenter, chance(conditions.refused) {
            return session.deliver(
                .published(
                    id: id, [.packetTooLarge, ReasonCode(0x97), ReasonCode(0x83)][Int(context.generator.next() % 3)]))
        }
        let isHeard = route(message, from: session)
        session.deliver(.published(id: id, isHeard ? .success : .noMatchingSubscribers))
    }

    /// - Returns: whether somebody listens, which says nothing of whether it arrives.
    @discardableResult
    private func route(_ message: MQTTMessage, from sender: SimulatedSession?) -> Bool {
        if message.isRetained { retained[message.topic] = message }
        var copy = message
        copy.isRetained = false
        var isHeard = false
        for client in connected where client.topics.contains(where: { Self.matches($0, message.topic) }) {
            isHeard = true
            if chance(conditions.lost) {
                context.trace.note("lost: \(message.topic) to \(client.clientID)")
                continue
            }
            client.deliver(.message(copy))
            if chance(conditions.doubled) { client.deliver(.message(copy)) }
        }
        return isHeard
    }

    private static func matches(_ filter: String, _ topic: String) -> Bool {
        if filter == topic { return true }
        // By bytes: characters would cost a twentieth of all simulated time.
        let (plus, hash, slash) = (UInt8(ascii: "+"), UInt8(ascii: "#"), UInt8(ascii: "/"))
        guard filter.utf8.contains(plus) || filter.utf8.last == hash else { return false }
        let (pattern, parts) = (filter.utf8.split(separator: slash), topic.utf8.split(separator: slash))
        for (index, part) in pattern.enumerated() {
            if part.elementsEqual(CollectionOfOne(hash)) { return true }
            guard index < parts.count, part.elementsEqual(CollectionOfOne(plus)) || part.elementsEqual(parts[index])
            else {
                return false
            }
        }
        return pattern.count == parts.count
    }
}

/// One end's connection with the broker.
final class SimulatedSession: BrokerSession {
    var brokerCertificateEnd: Timestamp? { nil }
    let broker: SimulatedBroker
    let clientID: String
    let isCenter: Bool
    let will: MQTTMessage?
    let keepAliveSeconds: Int
    let uptime: () -> Uptime
    /// Called when something has arrived that a turn would take.
    let onArrival: () -> Void
    var onEvent: (MQTTEvent) -> Void = { _ in }
    var topics: [String] = []
    var receiveMaximum = 1
    /// Batches that are published and not answered by the broker yet.
    private(set) var underWay: Set<Int32> = []
    /// Neither end hears the other, and neither knows.
    private(set) var isHalfOpen = false
    /// This end is done with it.
    private var isOver = false
    /// What is on the way to the broker does not get there any more.
    private var isSevered = false
    /// Told of what this end publishes, and of what has come before a turn takes it; a bug may change either.
    var onPublish: (Int32, inout MQTTMessage) -> Void = { _, _ in }
    var onTake: (inout MQTTEvent) -> Void = { _ in }
    /// Its process ends before another message leaves: what it was about to say, nobody hears.
    var diesAtPublish: (() -> Void)?
    private var arrived: [MQTTEvent] = []
    private var heard: Uptime
    private var lastID: Int32 = 0
    /// What is sent later does not arrive earlier, unless the weather wants it.
    private var outward: Int64 = 0
    private var inward: Int64 = 0

    init(
        broker: SimulatedBroker, configuration: MQTTConfiguration, isCenter: Bool, uptime: @escaping () -> Uptime,
        onArrival: @escaping () -> Void
    ) {
        self.broker = broker
        self.isCenter = isCenter
        clientID = configuration.clientID
        will = configuration.will
        keepAliveSeconds = configuration.keepAliveSeconds
        self.uptime = uptime
        self.onArrival = onArrival
        heard = uptime()
    }

    private var context: SimulationContext { broker.context }

    /// As long as both ends hear one another, the keep-alive's answers come.
    var lastHeard: Uptime {
        if !isHalfOpen || context.bug == .silenceNotNoticed { heard = uptime() }
        return heard
    }

    func halfOpen() {
        heard = uptime()
        isHalfOpen = true
        // The broker notices after one and a half keep-alives, and speaks the will.
        context.agenda.enter(at: context.now + Int64(keepAliveSeconds) * 1500) { [self] in
            broker.drop(self, publishesWill: true)
        }
    }

    /// The connection ends for this end, at once.
    func cut(_ reason: String) {
        guard !isOver, !isHalfOpen else { return }
        (isOver, isSevered) = (true, true)
        arrived.append(.disconnected(reason: reason))
        onArrival()
    }

    /// The process of this end is gone. What it sent before is on its way; then the broker learns of the end.
    func abandon() {
        guard !isOver else { return }
        send { [self] in broker.drop(self, publishesWill: true) }
        isOver = true
        arrived = []
    }

    // MARK: To the broker

    func connect() throws(MQTTError) {
        guard broker.isUp else { throw MQTTError(code: 14, words: "connection refused") }
        send { [self] in broker.accept(self) }
    }

    func disconnect(publishWill: Bool) {
        send { [self] in broker.drop(self, publishesWill: publishWill) }
        isOver = true
    }

    func subscribe(_ topics: [String]) throws(MQTTError) {
        for topic in topics { send { [self] in broker.subscribe(self, topic) } }
    }

    func publish(_ message: MQTTMessage) throws(MQTTError) -> Int32 {
        guard !isOver else { throw MQTTError(code: 4, words: "there is no connection") }
        if let diesAtPublish {
            diesAtPublish()
            throw MQTTError(code: 4, words: "the process ends")
        }
        lastID += 1
        let id = lastID
        var message = message
        onPublish(id, &message)
        if message.topic.hasSuffix("/up/events") { underWay.insert(id) }
        send { [self, message] in broker.publish(message, id: id, from: self) }
        if context.bug == .windowIgnored, !isCenter { arrived.append(.published(id: id, .success)) }
        return id
    }

    func answered(_ id: Int32) { underWay.remove(id) }

    private func send(_ action: @escaping () -> Void) {
        guard !isOver else { return }
        let at = arrival(after: &outward)
        context.agenda.enter(at: at) { [self] in if !isSevered, !isHalfOpen { action() } }
    }

    // MARK: From the broker

    func deliver(_ event: MQTTEvent) {
        let at = arrival(after: &inward)
        context.agenda.enter(at: at) { [self] in
            guard !isOver, !isHalfOpen else { return }
            arrived.append(event)
            onArrival()
        }
    }

    private func arrival(after last: inout Int64) -> Int64 {
        let at = context.now + broker.delay()
        if broker.chance(broker.conditions.overtaken) { return at }
        last = max(last, at)
        return last
    }

    func turn(wake: Int32, milliseconds: Int32) {
        let events = arrived
        arrived = []
        for var event in events {
            onTake(&event)
            onEvent(event)
        }
    }
}
