public import Domain

/// The body of `…/down/ack`: what the center has committed of one epoch, and which ranges it misses.
public struct Acknowledgement: Hashable, Sendable {
    public var epoch: Epoch
    /// The last event of the unbroken beginning that the center holds; 0 and the genesis hash when it holds none.
    public var through: Head
    public var missing: [ClosedRange<Int64>]
    /// What the status asked that this answers; it is told the time.
    public var question: String?
    /// The center's time as this went out, and how far it may be wrong; without a question, or a clock that the center can
    /// believe, there is none.
    public var time: Time?

    public struct Time: Hashable, Sendable {
        public var wall: Timestamp
        public var bound: Int64

        /// - Parameter bound: in milliseconds; the true time lies no further away.
        public init(_ wall: Timestamp, within bound: Int64) {
            self.wall = wall
            self.bound = bound
        }
    }

    /// - Parameters:
    ///   - through: the last event that the center holds without a gap.
    ///   - missing: sequence numbers that it held once and holds no more.
    ///   - question: what the kiosk asked for the time, with which `time` goes back.
    public init(
        epoch: Epoch, through: Head, missing: [ClosedRange<Int64>] = [], question: String? = nil, time: Time? = nil
    ) {
        self.epoch = epoch
        self.through = through
        self.missing = missing
        self.question = question
        self.time = time
    }

    /// A question is short, and nothing but what a kiosk asks: it goes back as it came.
    static func isQuestion(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                $0.isDigit
                    || $0.isLowerCase || $0 == 0x2D
            }
    }

    static let mostRanges = 64

    public var json: JSON {
        .members([
            "epoch": .string(epoch.text), "through": .integer(through.sequence),
            "hash": .string(through.hash.description),
            "missing": .array(missing.map { [.integer($0.lowerBound), .integer($0.upperBound)] }),
            "answers": time == nil ? nil : question.map { .string($0) },
            "time": time.map { .string($0.wall.description) }, "timeboundms": time.map { .integer($0.bound) },
        ])
    }

    /// - Parameter bytes: a message's body, of 8 KiB at most.
    /// - Throws: what is missing or wrong in it; nothing of it may be acted on.
    public init(parsing bytes: [UInt8]) throws(WireError) {
        let json = try JSON(message: bytes, limit: 8192)
        guard let epoch = json["epoch"]?.string.flatMap(Epoch.init) else { throw WireError("no epoch") }
        guard let sequence = json["through"]?.integer, sequence >= 0 else { throw WireError("no through") }
        guard let hash = json["hash"]?.string.flatMap({ Digest($0) }) else { throw WireError("no hash") }
        guard let ranges = json["missing"]?.array, ranges.count <= Self.mostRanges else {
            throw WireError("no missing")
        }
        var missing: [ClosedRange<Int64>] = []
        for range in ranges {
            guard let pair = range.array, pair.count == 2, let from = pair[0].integer, let to = pair[1].integer,
                from >= 1, to >= from
            else { throw WireError("a missing range has not the agreed form") }
            missing.append(from...to)
        }
        self.init(epoch: epoch, through: Head(sequence: sequence, hash: hash), missing: missing)
        guard let question = json["answers"] else { return }
        // What was committed counts all the same; a time that cannot be read is none.
        guard let question = question.string, Self.isQuestion(question),
            let wall = json["time"]?.string.flatMap({ Timestamp($0) }), let bound = json["timeboundms"]?.integer,
            (0...ClockTrust.widest).contains(bound)
        else { return }
        self.question = question
        time = Time(wall, within: bound)
    }
}

/// The body of `kiosk/v1/center/state`, retained, and the center's will.
public struct CenterState: Hashable, Sendable {
    public var isOnline: Bool
    public var since: Timestamp

    /// - Parameter since: the center's own clock.
    public init(isOnline: Bool, since: Timestamp) {
        self.isOnline = isOnline
        self.since = since
    }

    public var json: JSON {
        ["state": .string(isOnline ? "online" : "offline"), "since": .string(since.description)]
    }

    /// - Parameter bytes: a message's body, of 1 KiB at most.
    /// - Throws: what is missing or wrong in it.
    public init(parsing bytes: [UInt8]) throws(WireError) {
        let json = try JSON(message: bytes, limit: 1024)
        guard let state = json["state"]?.string, state == "online" || state == "offline" else {
            throw WireError("the center's state is neither online nor offline")
        }
        guard let since = json["since"]?.string.flatMap({ Timestamp($0) }) else { throw WireError("no since") }
        self.init(isOnline: state == "online", since: since)
    }
}

extension JSON {
    /// A whole message body: bounded, and an object.
    init(message bytes: [UInt8], limit: Int) throws(WireError) {
        guard bytes.count <= limit else { throw WireError("the message is larger than \(limit) bytes") }
        do {
            self = try JSON(parsing: bytes)
        } catch {
            throw WireError("not the JSON agreed on: \(error)")
        }
        guard object != nil else { throw WireError("the message is no object") }
    }
}
