public import Domain
public import ScaleProtocols

/// What the scale shows, and how old that is.
public struct ShownWeight: Codable, Hashable, Sendable {
    public var weight: Mass?
    public var kind: ScaleReading.Kind
    public var stability: ScaleReading.Stability
    public var range: ScaleReading.Range
    public var fault: String?
    public var ageMilliseconds: Int64

    public init(_ reading: ScaleReading, age: Duration) {
        weight = reading.mass
        kind = reading.kind
        stability = reading.stability
        range = reading.range
        fault = reading.fault
        ageMilliseconds = age.milliseconds
    }

    enum CodingKeys: String, CodingKey {
        case kind, stability, range, fault
        case weight = "grams"
        case ageMilliseconds = "agems"
    }
}

/// The scale: what it shows, whether that may be recorded, and what the scale is.
public struct ScaleNow: Codable, Hashable, Sendable {
    public struct Identity: Codable, Hashable, Sendable {
        public var serial: String?
        public var maximum: Mass?
        public var minimum: Mass?
        public var interval: Mass?
        /// A day, `2026-11-30`.
        public var verifiedUntil: String?
        /// `nil` when nobody knows.
        public var isVerified: Bool?

        public init(
            serial: String?, maximum: Mass?, minimum: Mass?, interval: Mass?, verifiedUntil: String?, isVerified: Bool?
        ) {
            (self.serial, self.maximum, self.minimum, self.interval) = (serial, maximum, minimum, interval)
            (self.verifiedUntil, self.isVerified) = (verifiedUntil, isVerified)
        }

        enum CodingKeys: String, CodingKey {
            case serial, maximum, minimum, interval
            case verifiedUntil = "verifieduntil"
            case isVerified = "isverified"
        }
    }

    /// `weighable`, or what hinders it.
    public var state: String
    public var text: String
    public var english: String
    public var path: String
    public var protocolName: String
    public var reading: ShownWeight?
    public var identity: Identity

    public init(
        state: String, text: String, english: String, path: String, protocolName: String, reading: ShownWeight?,
        identity: Identity
    ) {
        (self.state, self.text, self.english) = (state, text, english)
        (self.path, self.protocolName, self.reading, self.identity) = (path, protocolName, reading, identity)
    }

    enum CodingKeys: String, CodingKey {
        case state, text, english, path, reading, identity
        case protocolName = "protocol"
    }
}

public struct ScaleOrderRequest: Codable, Hashable, Sendable {
    public var order: ScaleCommand

    public init(order: ScaleCommand) { self.order = order }
}

public struct ScaleOrderAnswer: Codable, Hashable, Sendable {
    public enum Result: String, Codable, Sendable, CaseIterable {
        case done
        case notDone = "not-done"
        case unsupported
        case silent
    }

    public var order: ScaleCommand
    public var result: Result
    public var reason: String?

    public init(order: ScaleCommand, result: Result, reason: String? = nil) {
        (self.order, self.result, self.reason) = (order, result, reason)
    }
}
