import ScaleProtocols

/// A protocol with the options that make a difference; the raw value is its folder of fixtures.
enum Dialect: String, CaseIterable, Sendable {
    case mtSICS = "mt-sics"
    case mtSICSKilograms = "mt-sics-kilograms"
    case mtSICSAnyWidth = "mt-sics-any-width"
    case toledoContinuous = "toledo-continuous"
    case toledoContinuousUnchecked = "toledo-continuous-unchecked"
    case toledoLiden = "toledo-liden"
    case toledoFairbanks = "toledo-fairbanks"
    case toledoShort = "toledo-short"
    case toledoShortUnchecked = "toledo-short-unchecked"
    case toledo8217 = "toledo-8217"
    case toledo8217Kilograms = "toledo-8217-kilograms"
    case toledo8217Pounds = "toledo-8217-pounds"
    case ht9800
    case yaohuaA9 = "yaohua-a9"
    case yaohuaReversed = "yaohua-reversed"
    case yaohuaReversedSeven = "yaohua-reversed-seven"
    case yaohuaReversedSix = "yaohua-reversed-six"
    case yaohuaKeli = "yaohua-keli"
    case yaohuaForward = "yaohua-forward"
    case yaohuaForwardDecimals = "yaohua-forward-decimals"
    case yaohuaPriced = "yaohua-priced"
    case yaohuaA12E = "yaohua-a12e"
    case yaohuaText = "yaohua-text"
    case yaohuaTextEight = "yaohua-text-eight"
    case yaohuaCommand = "yaohua-command"
    case yaohuaCommandGross = "yaohua-command-gross"
    case yaohuaCommandNet = "yaohua-command-net"
    case yaohuaA22 = "yaohua-a22"
    case casCI = "cas-ci"
    case casCISecond = "cas-ci-second"
    case cas18 = "cas-18"
    case casValue = "cas-value"
    case casValueDecimals = "cas-value-decimals"
    case casENQ = "cas-enq"
    case andStandard = "and-standard"
    case stGS = "st-gs"
    case stGSDini = "st-gs-dini"
    case ohaus
    case ohausRanger = "ohaus-ranger"
    case ohausBalance = "ohaus-balance"
    case kern
    case sma
    case ffBCD = "ff-bcd"
    case ffBCDSix = "ff-bcd-six"
    case ffBCDUnmarked = "ff-bcd-unmarked"
    case sartoriusSBI = "sartorius-sbi"
    case os2x

    var name: ScaleProtocolName {
        switch self {
        case .mtSICSKilograms, .mtSICSAnyWidth: .mtSICS
        case .toledoContinuousUnchecked, .toledoLiden, .toledoFairbanks: .toledoContinuous
        case .toledoShortUnchecked: .toledoShort
        case .toledo8217Kilograms, .toledo8217Pounds: .toledo8217
        case .yaohuaReversedSeven, .yaohuaReversedSix, .yaohuaKeli: .yaohuaReversed
        case .yaohuaForwardDecimals: .yaohuaForward
        case .yaohuaTextEight: .yaohuaText
        case .yaohuaCommandGross, .yaohuaCommandNet: .yaohuaCommand
        case .casCISecond: .casCI
        case .ffBCDSix, .ffBCDUnmarked: .ffBCD
        case .casValueDecimals: .casValue
        case .cas18, .stGSDini: .stGS
        default: ScaleProtocolName(rawValue: rawValue)!
        }
    }

    var options: ScaleOptions {
        var options = ScaleOptions()
        switch self {
        case .mtSICSKilograms, .toledo8217Kilograms: options.unit = .kilogram
        case .toledo8217Pounds: options.unit = .pound
        case .mtSICSAnyWidth: options.characters = 0
        case .toledoContinuousUnchecked, .toledoShortUnchecked: options.checksum = false
        case .toledoLiden: options.variant = .liden
        case .toledoFairbanks: options.variant = .fairbanks
        case .yaohuaReversedSeven, .yaohuaKeli: options.characters = 7
        case .yaohuaReversedSix: options.characters = 6
        case .yaohuaForwardDecimals: options.decimals = 3
        case .yaohuaTextEight:
            options.characters = 8
            options.isAsked = true
        case .yaohuaCommandGross: options.kind = .gross
        case .yaohuaCommandNet: options.kind = .net
        case .casCISecond:
            options.address = 2
            options.isAsked = true
        case .cas18:
            options.characters = 16
            options.isAsked = true
        case .casValueDecimals:
            options.decimals = 3
            options.kind = .gross
        case .stGSDini: options.address = 1
        case .ffBCDSix: options.characters = 6
        case .ffBCDUnmarked: options.variant = .unmarkedRest
        case .andStandard, .ohaus, .yaohuaA12E: options.isAsked = true
        default: break
        }
        return options
    }

    func make() -> any ScaleProtocol {
        do {
            return try name.make(options)
        } catch {
            fatalError("\(self): \(error)")
        }
    }

    /// Whether one damaged bit is always noticed.
    var isChecked: Bool {
        switch self {
        case .toledoContinuous, .toledoLiden, .toledoFairbanks, .toledoShort, .yaohuaA9, .yaohuaA12E,
            .yaohuaCommandGross, .yaohuaCommandNet, .casENQ:
            true
        default: false
        }
    }

    /// Whether a byte too many inside a frame is always noticed, also in the first frame of all.
    var noticesAddedBytes: Bool {
        switch self {
        case .mtSICSAnyWidth, .toledo8217Kilograms, .yaohuaText, .yaohuaA22, .stGS, .stGSDini, .ohausBalance: false
        default: true
        }
    }

    /// Whether a frame with noise right before it is refused with the noise.
    var isLine: Bool {
        switch name {
        case .mtSICS, .yaohuaA12E, .yaohuaText, .casCI, .casValue, .andStandard, .stGS, .ohaus, .ohausRanger,
            .ohausBalance, .kern, .sartoriusSBI:
            true
        default: self == .yaohuaKeli
        }
    }

    /// What ends a frame beyond its own bytes: the start of the next.
    var closing: [UInt8] {
        switch self {
        case .yaohuaReversed, .yaohuaReversedSeven, .yaohuaReversedSix, .yaohuaForward, .yaohuaForwardDecimals,
            .yaohuaPriced:
            [0x3D]
        case .ffBCD, .ffBCDSix, .ffBCDUnmarked: [0xFF]
        default: []
        }
    }
}
