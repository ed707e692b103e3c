import Board
package import Domain

/// What a link stands on: the time, and sessions with the broker. On a board these are the kernel's clock and libmosquitto; a
/// simulator brings its own.
package protocol Network {
    var uptime: Uptime { get }
    func session(_ configuration: MQTTConfiguration) throws(MQTTError) -> any BrokerSession
    /// Waits like a session's turn while there is none.
    func idle(wake: Int32, milliseconds: Int32)
}

/// One connection with the broker, from its beginning to its end.
package protocol BrokerSession: AnyObject {
    var onEvent: (MQTTEvent) -> Void { get set }
    /// When something last came from the broker.
    var lastHeard: Uptime { get }
    var keepAliveSeconds: Int { get }
    /// When the certificate ends that the broker has shown; `nil` where it shows none.
    var brokerCertificateEnd: Timestamp? { get }
    func connect() throws(MQTTError)
    func disconnect(publishWill: Bool)
    func subscribe(_ topics: [String]) throws(MQTTError)
    func publish(_ message: MQTTMessage) throws(MQTTError) -> Int32
    func turn(wake: Int32, milliseconds: Int32)
}

extension MQTTSession: BrokerSession {}

package struct BoardNetwork: Network {
    package init() {}
    package var uptime: Uptime { BoardClock.uptime }

    package func session(_ configuration: MQTTConfiguration) throws(MQTTError) -> any BrokerSession {
        try MQTTSession(configuration: configuration)
    }

    package func idle(wake: Int32, milliseconds: Int32) { MQTTSession.idle(wake: wake, milliseconds: milliseconds) }
}
