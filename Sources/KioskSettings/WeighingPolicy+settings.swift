import Devices
import Domain
import ScaleProtocols
import Settings
import Workflow

extension WeighingPolicy {
    /// What the section `produce` says, and what the scale's own section says of the instrument.
    init(_ section: SettingsSection?, scale: ScaleConfiguration?) throws(SettingsError) {
        self.init()
        if let scale {
            serial = scale.identity.serial
            protocolName = scale.protocolName.rawValue
            interval = scale.identity.interval
            minimum = scale.identity.minimum
            verifiedUntil = scale.identity.verifiedUntil.flatMap { Self.dayAfter($0) }
        }
        guard let section else { return }
        rounding = try section.choice("rounding", of: Rounding.self, default: .halfUp)
        voids = try section.choice("voids", of: VoidRule.self, default: .withinLot)
        belowMinimum = try section.choice("below-minimum", of: Rule.self, default: .warn)
        expired = try section.choice("verification-expired", of: Rule.self, default: .warn)
        scaleWrong = try section.choice("scale-wrong", of: Rule.self, default: .refuse)
        unchecked = try section.choice("unchecked", of: Rule.self, default: .ignore)
        unpriced = try section.choice("unpriced", of: Rule.self, default: .warn)
        if let check = try section.section("check") {
            reference = Mass(grams: Int64(try check.integer("grams", in: 1...10_000_000)))
            tolerance = Mass(grams: Int64(try check.integer("tolerance", in: 0...100_000)))
        }
        guard unchecked == .ignore || reference != nil else {
            throw section.invalid(
                "unchecked", "asks for a daily check, but no reference weight is named",
                remedy: "write check: with grams: and tolerance: below produce:")
        }
    }

    /// The first moment after a day of the place: China has one time, eight hours ahead.
    static func dayAfter(_ day: String) -> Timestamp? {
        guard let midnight = Timestamp(day + "T00:00:00.000Z") else { return nil }
        return midnight.adding(86_400_000 - Timestamp.beijing)
    }
}
