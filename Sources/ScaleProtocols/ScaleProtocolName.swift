/// The protocols by the names they have in settings.
public enum ScaleProtocolName: String, CaseIterable, Sendable {
    case mtSICS = "mt-sics"
    case toledoContinuous = "toledo-continuous"
    case yaohuaA9 = "yaohua-a9"

    /// A decoder with the protocol's usual options.
    public func make() -> any ScaleProtocol { build(ScaleOptions()) }

    /// A decoder for a scale with these options; those that are not given are the protocol's usual ones.
    public func make(_ options: ScaleOptions) throws(ScaleOptionFault) -> any ScaleProtocol {
        try check(options)
        return build(options)
    }

    private func build(_ options: ScaleOptions) -> any ScaleProtocol {
        switch self {
        case .mtSICS:
            MTSICS(unit: options.unit, characters: options.characters ?? 10, isAsked: options.isAsked ?? true)
        case .toledoContinuous: ToledoContinuous(checksum: options.checksum ?? true)
        case .yaohuaA9: YaohuaA9(unit: options.unit ?? .kilogram, kind: options.kind ?? .unknown)
        }
    }

    /// The options that the protocol has.
    public var options: Set<ScaleOptions.Name> {
        switch self {
        case .mtSICS: [.unit, .characters, .isAsked]
        case .toledoContinuous: [.checksum]
        case .yaohuaA9: [.unit, .kind]
        }
    }

    private func check(_ options: ScaleOptions) throws(ScaleOptionFault) {
        for name in options.given where !self.options.contains(name) {
            throw ScaleOptionFault(option: name, description: "\(rawValue) has no option \(name.rawValue)")
        }
        try check(.characters, options.characters, in: [0, 10, 11, 12])
    }

    private func check(
        _ name: ScaleOptions.Name, _ value: Int?, in allowed: some Collection<Int>
    ) throws(ScaleOptionFault) {
        guard let value, !allowed.contains(value) else { return }
        throw ScaleOptionFault(option: name, description: "\(rawValue) has no \(name.rawValue) \(value)")
    }
}
