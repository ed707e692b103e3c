public import Domain
public import ScaleProtocols

/// A scale on a serial line: how it is wired, how it speaks, what it is.
public struct ScaleConfiguration: Sendable, Hashable {
    /// Data bits, parity, one stop bit.
    public enum Line: String, Sendable, CaseIterable {
        case eightNone = "8N1"
        case eightEven = "8E1"
        case eightOdd = "8O1"
        case sevenEven = "7E1"
        case sevenOdd = "7O1"
    }

    public var path: String
    public let protocolName: ScaleProtocolName
    public let options: ScaleOptions
    public var baud: Int
    public var line: Line
    public var identity = ScaleIdentity()
    /// How many equal frames over how long are rest, where the scale has no word for it; and what else is asked of a weight.
    public var limits = ScaleWatch.Limits()

    /// With the protocol's usual options.
    public init(path: String, protocolName: ScaleProtocolName, baud: Int = 9600, line: Line = .eightNone) {
        self.path = path
        self.protocolName = protocolName
        options = ScaleOptions()
        self.baud = baud
        self.line = line
    }

    /// With options of its own.
    /// - Throws: the option that this protocol does not have, or not with that value.
    public init(
        path: String, protocolName: ScaleProtocolName, options: ScaleOptions, baud: Int = 9600, line: Line = .eightNone
    ) throws(ScaleOptionFault) {
        _ = try protocolName.make(options)
        self.path = path
        self.protocolName = protocolName
        self.options = options
        self.baud = baud
        self.line = line
    }

    func makeProtocol() -> any ScaleProtocol {
        // Only what `init` has checked is in here.
        (try? protocolName.make(options)) ?? protocolName.make()
    }
}

/// The instrument itself, as its plate and its seal say: it belongs on every receipt.
public struct ScaleIdentity: Sendable, Hashable {
    /// The indicator's serial number.
    public var serial: String?
    /// Max, Min and e = d.
    public var maximum: Mass?
    public var minimum: Mass?
    public var interval: Mass?
    /// The last day of its verification, `2027-03-31`.
    public var verifiedUntil: String?

    /// - Parameters:
    ///   - interval: e = d, as on the plate.
    ///   - verifiedUntil: the last day, `2027-03-31`.
    public init(
        serial: String? = nil, maximum: Mass? = nil, minimum: Mass? = nil, interval: Mass? = nil,
        verifiedUntil: String? = nil
    ) {
        self.serial = serial
        self.maximum = maximum
        self.minimum = minimum
        self.interval = interval
        self.verifiedUntil = verifiedUntil
    }
}
