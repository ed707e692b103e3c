public import Domain

/// The time, as somebody's watch shows it.
public struct TimeRequest: Codable, Hashable, Sendable {
    public var time: Timestamp
    /// Also against what is known better.
    public var force: Bool?

    public init(time: Timestamp, force: Bool? = nil) { (self.time, self.force) = (time, force) }
}

public struct TimeResult: Codable, Hashable, Sendable {
    public enum Result: String, Codable, Sendable, CaseIterable {
        case set
        /// Better than a watch tells it.
        case known
    }

    public var result: Result
    public var time: Timestamp
    public var boundMilliseconds: Int64

    public init(_ result: Result, time: Timestamp, boundMilliseconds: Int64) {
        (self.result, self.time, self.boundMilliseconds) = (result, time, boundMilliseconds)
    }

    enum CodingKeys: String, CodingKey {
        case result, time
        case boundMilliseconds = "timeboundms"
    }
}

/// What a trial of the voice shall say.
public struct SpeechTrial: Codable, Hashable, Sendable {
    public var weight: Mass?
    public var amount: Money?

    public init(weight: Mass? = nil, amount: Money? = nil) { (self.weight, self.amount) = (weight, amount) }
}

public struct SpeechResult: Codable, Hashable, Sendable {
    public enum Result: String, Codable, Sendable, CaseIterable {
        case spoken
        /// Not at its end yet.
        case speaking
        case cutOff = "cut-off"
        case notSpoken = "not-spoken"
    }

    public var sentence: String
    public var result: Result
    public var reason: String?

    public init(sentence: String, result: Result, reason: String? = nil) {
        (self.sentence, self.result, self.reason) = (sentence, result, reason)
    }
}
