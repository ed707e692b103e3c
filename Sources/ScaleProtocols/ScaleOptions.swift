/// What differs between two scales of one protocol, and cannot be learned from the frames. Plain fields, so that a
/// profile file can name them; which protocol has which, and what it takes without, stands in `ScaleProtocolName`.
public struct ScaleOptions: Sendable, Hashable {
    /// The unit of the display. A frame that names another one is a reading with a fault.
    public var unit: ScaleUnit?
    /// How many digits stand right of the point, where the frame has no point.
    public var decimals: Int?
    /// How many characters the weight has, where clones differ.
    public var characters: Int?
    /// Whether frames end in a checksum.
    public var checksum: Bool?
    /// The number of the scale on a shared line, from 1. Frames of another one are ignored.
    public var address: Int?
    /// Gross or net: what the frames mean, where they do not say, or which of them is asked for.
    public var kind: ScaleReading.Kind?
    /// Whether the scale waits to be asked, where it can do both.
    public var isAsked: Bool?
    /// A maker's own way with the same frames.
    public var variant: ScaleVariant?

    /// Nothing is set: each protocol does as its manual says.
    public init() {}

    /// The fields by name.
    public enum Name: String, CaseIterable, Sendable {
        case unit, decimals, characters, checksum, address, kind, isAsked, variant
    }

    /// Those that are set.
    public var given: [Name] {
        Name.allCases.filter { name in
            switch name {
            case .unit: unit != nil
            case .decimals: decimals != nil
            case .characters: characters != nil
            case .checksum: checksum != nil
            case .address: address != nil
            case .kind: kind != nil
            case .isAsked: isAsked != nil
            case .variant: variant != nil
            }
        }
    }
}

public enum ScaleVariant: String, Sendable, CaseIterable {
    /// Toledo frames whose status bit C0 tells kg (0) from lb (1).
    case liden
    /// Toledo frames whose status bit B5 is 0.
    case fairbanks
    /// Toledo frames; orders end in CR LF.
    case kernFTC = "kern-ftc"
    /// A22's `=` frames with the most significant character first.
    case forward
    /// FF and packed digits of an indicator that has no word for rest.
    case unmarkedRest = "unmarked-rest"
    /// CAS frames; the commands are two letters without the number of the scale (NT, Caston).
    case caston
}

/// The units that scales show.
public enum ScaleUnit: String, Sendable, CaseIterable {
    case gram = "g"
    case kilogram = "kg"
    case tonne = "t"
    /// Known, so that it can be refused by name. Never converted: the figure would not be the one on the display.
    case pound = "lb"
}

/// An option that the protocol does not have, or a value that it has no meaning for.
public struct ScaleOptionFault: Error, Hashable, CustomStringConvertible {
    public let option: ScaleOptions.Name
    public let description: String
}
