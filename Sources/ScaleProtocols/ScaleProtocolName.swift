/// The protocols by the names they have in settings.
public enum ScaleProtocolName: String, CaseIterable, Sendable {
    case mtSICS = "mt-sics"
    case toledoContinuous = "toledo-continuous"
    case toledoShort = "toledo-short"
    case toledo8217 = "toledo-8217"
    case ht9800
    case yaohuaA9 = "yaohua-a9"
    case yaohuaReversed = "yaohua-reversed"
    case yaohuaForward = "yaohua-forward"
    case yaohuaPriced = "yaohua-priced"
    case yaohuaA12E = "yaohua-a12e"
    case yaohuaText = "yaohua-text"
    case yaohuaCommand = "yaohua-command"
    case yaohuaA22 = "yaohua-a22"
    case casCI = "cas-ci"
    case casValue = "cas-value"
    case casENQ = "cas-enq"
    case andStandard = "and-standard"
    case stGS = "st-gs"
    case ohaus
    case ohausRanger = "ohaus-ranger"
    case ohausBalance = "ohaus-balance"
    case kern
    case sma
    case ffBCD = "ff-bcd"
    case sartoriusSBI = "sartorius-sbi"
    case os2x

    /// A decoder with the protocol's usual options.
    public func make() -> any ScaleProtocol { build(ScaleOptions()) }

    /// A decoder for a scale with these options; those that are not given are the protocol's usual ones. An option that
    /// the protocol does not have is an error, so that a profile cannot promise what nobody keeps.
    public func make(_ options: ScaleOptions) throws(ScaleOptionFault) -> any ScaleProtocol {
        try check(options)
        return build(options)
    }

    private func build(_ options: ScaleOptions) -> any ScaleProtocol {
        let unit = options.unit ?? .kilogram
        let decimals = options.decimals ?? 0
        let kind = options.kind ?? .unknown
        let asked = options.isAsked ?? false
        return switch self {
        case .mtSICS:
            MTSICS(unit: options.unit, characters: options.characters ?? 10, isAsked: options.isAsked ?? true)
        case .toledoContinuous: ToledoContinuous(checksum: options.checksum ?? true, variant: options.variant)
        case .toledoShort:
            ToledoContinuous(tare: false, checksum: options.checksum ?? true, variant: options.variant)
        case .toledo8217: Toledo8217(unit: options.unit)
        case .ht9800: HT9800(unit: unit, kind: kind)
        case .yaohuaA9: YaohuaA9(unit: unit, kind: kind)
        case .yaohuaReversed, .yaohuaForward:
            YaohuaEquals(
                isReversed: self == .yaohuaReversed, characters: options.characters ?? 8, unit: unit,
                decimals: decimals, kind: kind)
        case .yaohuaPriced: YaohuaPriced(unit: options.unit)
        case .yaohuaA12E: YaohuaA12E(unit: options.unit, isAsked: asked)
        case .yaohuaText: YaohuaText(unit: options.unit, characters: options.characters, isAsked: asked)
        case .yaohuaCommand: YaohuaCommand(address: options.address ?? 1, unit: unit, kind: options.kind)
        case .yaohuaA22:
            YaohuaA22(
                address: options.address ?? 1, isReversed: options.variant != .forward,
                characters: options.characters ?? 8, unit: unit, decimals: decimals, kind: kind)
        case .casCI:
            CASStream(unit: options.unit, address: options.address, isAsked: asked, variant: options.variant)
        case .casValue: CASValue(unit: unit, decimals: decimals, kind: kind)
        case .casENQ: CASPoll(unit: options.unit)
        case .andStandard: AndStandard(unit: options.unit, isAsked: asked)
        case .stGS:
            StGs(unit: options.unit, characters: options.characters, address: options.address, isAsked: asked)
        case .ohaus: Ohaus(layout: .defender, unit: options.unit, isAsked: asked)
        case .ohausRanger: Ohaus(layout: .ranger, unit: options.unit, isAsked: asked)
        case .ohausBalance: Ohaus(layout: .balance, unit: options.unit, isAsked: asked)
        case .kern: Kern(unit: options.unit, isAsked: options.isAsked ?? true)
        case .sma: SMA(unit: options.unit)
        case .ffBCD:
            FFBCD(
                unit: unit, kind: kind, characters: options.characters ?? 5, tellsRest: options.variant != .unmarkedRest
            )
        case .sartoriusSBI: SartoriusSBI(unit: options.unit, isAsked: asked)
        case .os2x: CASPoll.os2x(unit: options.unit, isAsked: asked)
        }
    }
}

extension ScaleProtocolName {
    /// The options that the protocol has.
    public var options: Set<ScaleOptions.Name> {
        switch self {
        case .mtSICS: [.unit, .characters, .isAsked]
        case .toledoContinuous, .toledoShort: [.checksum, .variant]
        case .toledo8217, .yaohuaPriced, .casENQ, .sma: [.unit]
        case .ht9800, .yaohuaA9: [.unit, .kind]
        case .ffBCD: [.unit, .kind, .characters, .variant]
        case .yaohuaReversed, .yaohuaForward: [.unit, .decimals, .characters, .kind]
        case .yaohuaA12E, .andStandard, .ohaus, .ohausRanger, .ohausBalance, .kern, .sartoriusSBI, .os2x:
            [.unit, .isAsked]
        case .yaohuaText: [.unit, .characters, .isAsked]
        case .yaohuaCommand: [.unit, .address, .kind]
        case .yaohuaA22: [.unit, .decimals, .characters, .address, .kind, .variant]
        case .casCI: [.unit, .address, .isAsked, .variant]
        case .casValue: [.unit, .decimals, .kind]
        case .stGS: [.unit, .characters, .address, .isAsked]
        }
    }

    private var characters: [Int] {
        switch self {
        case .mtSICS: [0, 10, 11, 12]
        case .yaohuaText: [7, 8]
        case .ffBCD: [5, 6]
        case .stGS: Array(14...38)
        default: [6, 7, 8]
        }
    }

    private var variants: [ScaleVariant] {
        switch self {
        case .toledoContinuous, .toledoShort: [.liden, .fairbanks, .kernFTC]
        case .yaohuaA22: [.forward]
        case .ffBCD: [.unmarkedRest]
        default: [.caston]
        }
    }

    private func check(_ options: ScaleOptions) throws(ScaleOptionFault) {
        for name in options.given where !self.options.contains(name) {
            throw ScaleOptionFault(option: name, description: "\(rawValue) has no option \(name.rawValue)")
        }
        try check(.characters, options.characters, in: characters)
        try check(.decimals, options.decimals, in: Array(0...6))
        try check(.address, options.address, in: Array(1...(self == .casCI || self == .stGS ? 99 : 26)))
        try check(.kind, options.kind?.rawValue, in: ["gross", "net", "unknown"])
        try check(.variant, options.variant?.rawValue, in: variants.map(\.rawValue))
        try check(.unit, options.unit?.rawValue, in: self == .toledo8217 ? ["kg", "lb"] : ["g", "kg", "t", "lb"])
    }

    private func check<Value: Equatable>(
        _ name: ScaleOptions.Name, _ value: Value?, in allowed: [Value]
    ) throws(ScaleOptionFault) {
        guard let value, !allowed.contains(value) else { return }
        throw ScaleOptionFault(option: name, description: "\(rawValue) has no \(name.rawValue) \(value)")
    }
}
