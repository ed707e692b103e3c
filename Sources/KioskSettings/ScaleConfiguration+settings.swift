import Devices
import Domain
import ScaleProtocols
import Settings

/// The section `devices.scale`: a profile by its name, or the protocol and its line in so many words.
extension ScaleConfiguration {
    init(_ section: SettingsSection) throws(SettingsError) {
        let path = try section.string("path")
        let profile = try Self.profile(section)
        let name: ScaleProtocolName
        if let profile {
            guard try section.optionalString("protocol") == nil else {
                throw section.invalid(
                    "protocol", "stands beside a profile, which has its own",
                    remedy: "keep one of the two; baud, line and options may stand beside a profile")
            }
            name = profile.protocolName
        } else {
            name = try section.choice("protocol", of: ScaleProtocolName.self)
        }
        let options = try ScaleOptions(section, for: name, over: profile?.options ?? ScaleOptions())
        let baud = try section.integer("baud", in: ScaleProfile.bauds, default: profile?.baud ?? 9600)
        let line = try section.choice("line", of: Line.self, default: profile?.line ?? .eightNone)
        do {
            try self.init(path: path, protocolName: name, options: options, baud: baud, line: line)
        } catch {
            throw section.invalid("options", error.description, remedy: nil)
        }
        identity = try Self.identity(section)
        limits = try Self.limits(section, identity)
    }

    /// From the directory that is named, else from those built in.
    private static func profile(_ section: SettingsSection) throws(SettingsError) -> ScaleProfile? {
        let directory = try section.optionalString("profiles")
        guard let name = try section.optionalString("profile") else { return nil }
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || isLowerOrDigit($0) }) else {
            throw section.invalid(
                "profile", "expected the name of a profile, found \"\(name)\"",
                remedy: "write for example profile: yaohua-a9")
        }
        if let directory { return try ScaleProfile(file: "\(directory)/\(name).yaml") }
        if let profile = try ScaleProfile.builtIn(name) { return profile }
        throw section.invalid(
            "profile", "there is no profile \"\(name)\"",
            remedy: "known are \(ScaleProfile.names.joined(separator: ", "))")
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        byte.isDigit || byte.isLowerCase
    }

    private static func identity(_ section: SettingsSection) throws(SettingsError) -> ScaleIdentity {
        guard let section = try section.section("identity") else { return ScaleIdentity() }
        let identity = ScaleIdentity(
            serial: try section.optionalString("serial"), maximum: try mass(section, "maximum", in: 1...100_000_000),
            minimum: try mass(section, "minimum", in: 1...100_000_000),
            interval: try mass(section, "interval", in: 1...1_000_000),
            verifiedUntil: try section.optionalString("verified-until"))
        if let serial = identity.serial {
            guard (1...40).contains(serial.utf8.count), serial.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
                throw section.invalid(
                    "serial", "is empty or longer than 40 bytes", remedy: "write what stands on the plate")
            }
        }
        if let day = identity.verifiedUntil, Timestamp("\(day)T00:00:00.000Z") == nil {
            throw section.invalid(
                "verified-until", "expected a day, found \"\(day)\"",
                remedy: "write for example verified-until: 2027-03-31")
        }
        if let minimum = identity.minimum, let maximum = identity.maximum, minimum >= maximum {
            throw section.invalid("minimum", "is not below maximum", remedy: "write both in grams, as on the plate")
        }
        return identity
    }

    private static func limits(
        _ section: SettingsSection, _ identity: ScaleIdentity
    ) throws(SettingsError) -> ScaleWatch.Limits {
        var limits = ScaleWatch.Limits()
        (limits.interval, limits.maximum) = (identity.interval, identity.maximum)
        limits.change = try mass(section, "change", in: 1...1_000_000)
        limits.frozenTime = .milliseconds(
            try section.milliseconds("frozen", in: 10_000...86_400_000, default: Int(limits.frozenTime.milliseconds)))
        if let stability = try section.section("stability") {
            limits.stableFrames = try stability.integer("frames", in: 2...50, default: limits.stableFrames)
            limits.stableTime = .milliseconds(
                try stability.integer("milliseconds", in: 100...10_000, default: Int(limits.stableTime.milliseconds)))
        }
        return limits
    }

    /// Whole grams.
    private static func mass(
        _ section: SettingsSection, _ key: String, in range: ClosedRange<Int>
    ) throws(SettingsError) -> Mass? {
        guard try section.optionalString(key) != nil else { return nil }
        return Mass(grams: Int64(try section.integer(key, in: range)))
    }
}
