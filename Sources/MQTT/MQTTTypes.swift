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
            || host.hasPrefix("127.") && host.utf8.allSatisfy { $0 == 0x2E || $0.isDigit }
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
        let code = "0x" + (digits.count < 2 ? "0" : "") + digits
        return words.map { "\(code), \($0)" } ?? code
    }

    /// What it means, and what helps. Source: MQTT 5, table 2-6.
    private var words: String? {
        switch value {
        case 0x10: "nobody listens"
        case 0x80: "the broker does not say why"
        case 0x81, 0x82: "the broker does not understand the message"
        case 0x83: "for a reason of the broker's own"
        case 0x84: "the broker does not speak MQTT 5; look for a setting that allows it, or use another broker"
        case 0x85: "the client's name is not taken; look at broker.client"
        case 0x86: "wrong user name or password"
        case 0x87: "not authorised; look at the broker's access rules and the certificate's name"
        case 0x88: "the broker is not available"
        case 0x89: "the broker is busy"
        case 0x8A: "this client is banned"
        case 0x8B: "the broker shuts down"
        case 0x8C: "the broker wants another kind of authentication"
        case 0x8D: "the broker heard nothing for one and a half keep-alives"
        case 0x8E: "another client took the name"
        case 0x8F: "the topic filter is not taken"
        case 0x90: "the topic is not taken"
        case 0x93: "more messages under way than the broker allows"
        case 0x95: "larger than the broker takes"
        case 0x96: "too many messages for the broker"
        case 0x97: "a limit of the broker is reached"
        case 0x98: "an administrator's doing"
        case 0x99: "not of the form that was said"
        case 0x9A: "the broker keeps no retained messages; allow them there (mosquitto: retain_available true)"
        case 0x9B: "the broker does not take QoS 1"
        case 0x9C, 0x9D: "the broker wants another server to be used"
        case 0x9F: "too many connections at a time"
        default: nil
        }
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
    /// What the broker adds to an answer, in its own words; the answer follows.
    case said(String)
    /// The connection is gone; `reason` in words.
    case disconnected(reason: String)
    /// The broker's answer to a subscription.
    case subscribed(ReasonCode)
    /// The broker has taken the message with this id, or refused it.
    case published(id: Int32, ReasonCode)
    case message(MQTTMessage)
}
