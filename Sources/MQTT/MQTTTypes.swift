import CMosquitto
public import Domain

/// The moment at which a certificate has to be valid.
public enum CertificateTime: Hashable, Sendable {
    case now(Timestamp)
    /// It is not earlier now, and nobody knows how much later: what had expired by then is refused, and what was not valid yet
    /// may be by now.
    case notBefore(Timestamp)
}

/// Where and how to reach the broker.
public struct MQTTConfiguration: Hashable, Sendable {
    public struct TLS: Hashable, Sendable {
        /// A file of certificates, or a directory of hashed ones.
        public var authority: String
        public var certificate: String?
        public var key: String?
        /// When certificates have to be valid; `nil` for now, by the kernel's clock.
        public var time: CertificateTime?

        public init(authority: String, certificate: String?, key: String?) {
            self.authority = authority
            self.certificate = certificate
            self.key = key
        }
    }

    public var host: String
    /// Nobody else's machine lies between.
    public var isLoopback: Bool {
        host == "localhost" || host == "::1"
            || host.hasPrefix("127.") && host.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
    }
    public var port: Int
    public var clientID: String
    public var keepAliveSeconds: Int
    public var tls: TLS?
    /// Published by the broker, retained, when the connection ends without a word.
    public var will: MQTTMessage?
    /// What the broker is told to send at most: the library reads any packet whole into memory. 68 KiB hold the largest document
    /// of the contract, as `max_packet_size` does in Config/broker.
    public var largestPacketBytes: UInt32

    public init(
        host: String, port: Int, clientID: String, keepAliveSeconds: Int, tls: TLS?, will: MQTTMessage?,
        largestPacketBytes: UInt32 = 69_632
    ) {
        self.largestPacketBytes = largestPacketBytes
        self.host = host
        self.port = port
        self.clientID = clientID
        self.keepAliveSeconds = keepAliveSeconds
        self.tls = tls
        self.will = will
    }
}

/// An application message; always sent with QoS 1.
public struct MQTTMessage: Hashable, Sendable {
    public var topic: String
    public var payload: [UInt8]
    public var isRetained: Bool
    public var contentType: String?
    public var userProperties: [String: String]

    public init(
        topic: String, payload: [UInt8], isRetained: Bool = false, contentType: String? = nil,
        userProperties: [String: String] = [:]
    ) {
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
        self.contentType = contentType
        self.userProperties = userProperties
    }
}

/// An MQTT 5 reason code. Success is below 0x80, and 0x10 says that nobody listens.
public struct ReasonCode: Hashable, Sendable, CustomStringConvertible {
    public let value: UInt8

    public init(_ value: UInt8) { self.value = value }
    public var isSuccess: Bool { value < 0x80 }

    public static let success = ReasonCode(0)
    public static let noMatchingSubscribers = ReasonCode(0x10)
    public static let notAuthorised = ReasonCode(0x87)
    public static let packetTooLarge = ReasonCode(0x95)

    public var description: String {
        let digits = String(value, radix: 16)
        return "0x" + (digits.count < 2 ? "0" : "") + digits
    }
}

/// A call that the library refused, or a connection that ended.
public struct MQTTError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The library's own code (MOSQ_ERR_…).
    public let code: Int32
    public let words: String

    package init(code: Int32, words: String) {
        self.code = code
        self.words = words
    }

    /// The message is larger than this broker takes.
    public var isTooLarge: Bool {
        code == Int32(MOSQ_ERR_OVERSIZE_PACKET.rawValue) || code == Int32(MOSQ_ERR_PAYLOAD_SIZE.rawValue)
    }

    public var description: String { "\(words) (\(code))" }
}

public enum MQTTEvent: Hashable, Sendable {
    case connected(receiveMaximum: Int)
    /// The broker answered the connection with a refusal.
    case refused(ReasonCode)
    /// The connection is gone; `reason` in words.
    case disconnected(reason: String)
    /// The broker's answer to a subscription.
    case subscribed(ReasonCode)
    /// The broker has taken the message with this id, or refused it.
    case published(id: Int32, ReasonCode)
    case message(MQTTMessage)
}
