/// What is sent to a scale whose question and orders are fixed bytes.
struct ScaleCommands: Sendable {
    /// Nil for a scale that talks unasked.
    var polling: ScalePolling?
    var question: [UInt8] = []
    var zero: [UInt8]?
    var tare: [UInt8]?
    var clearTare: [UInt8]?

    func bytes(of order: ScaleCommand) -> [UInt8]? {
        switch order {
        case .zero: zero
        case .tare: tare
        case .clearTare: clearTare
        }
    }
}

extension ScaleCommands {
    /// Commands that are lines.
    ///
    /// - Parameter pace: how often it is asked and how long it may take, in milliseconds; nil for one that talks unasked.
    static func lines(
        _ question: String, every pace: (interval: Int64, timeout: Int64)?, zero: String, tare: String,
        clearTare: String? = nil
    ) -> ScaleCommands {
        ScaleCommands(
            polling: pace.map {
                ScalePolling(interval: .milliseconds($0.interval), timeout: .milliseconds($0.timeout))
            },
            question: line(question), zero: line(zero), tare: line(tare), clearTare: clearTare.map(line))
    }

    static func line(_ text: String) -> [UInt8] { Array(text.utf8) + Control.lineEnd }

    /// The command mode of Yaohua's A12 family: one letter each, without an end, and no answer to an order. While the
    /// indicator talks unasked it does not listen.
    static func yaohuaLetters(isAsked: Bool) -> ScaleCommands {
        var commands = ScaleCommands(question: [UInt8(ascii: "R")])
        guard isAsked else { return commands }
        commands.polling = ScalePolling(interval: .milliseconds(250), timeout: .milliseconds(500))
        commands.zero = [UInt8(ascii: "Z")]
        commands.tare = [UInt8(ascii: "T")]
        return commands
    }
}

/// A framed protocol with such commands. A question forgets the frame that has begun.
protocol CommandedScale: FramedScale {
    var commands: ScaleCommands { get }
}

extension CommandedScale {
    public var polling: ScalePolling? { commands.polling }

    public mutating func ask() -> [UInt8] {
        frames.reset()
        return commands.question
    }

    public func order(_ order: ScaleCommand) -> [UInt8]? { commands.bytes(of: order) }
}
