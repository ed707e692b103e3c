import Devices
import Domain
import Foundation
import ScaleProtocols
import Settings
import TestSupport
import Testing

@testable import KioskSettings

/// The profiles in `Config/scales`, and `devices.scale` of `kiosk.yaml`.
@Suite struct `Scales in the settings` {
    static let directory = Products.repository + "/Config/scales"

    static var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }

    private func settings(_ scale: String, environment: [String: String] = [:]) throws -> ScaleConfiguration? {
        let directory = try TemporaryDirectory()
        let file = try directory.write(
            "kiosk: {id: k1310020007}\nstorage: {directory: /tmp/none}\ndevices:\n  scale: {\(scale)}\n",
            to: "kiosk.yaml")
        return try KioskSettings.load(file: file, environment: environment).scale
    }

    private func error(_ scale: String) -> String {
        do {
            _ = try settings(scale)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: files) func `every profile is sound, and built in as it stands`(_ file: String) throws {
        let profile = try ScaleProfile(file: "\(Self.directory)/\(file)")
        let builtIn = try ScaleProfile.builtIn(String(file.dropLast(5)))
        #expect(profile == builtIn)
        #expect(!profile.title.isEmpty && !profile.source.isEmpty && !profile.notes.isEmpty)
    }

    @Test func `no profile is built in that has no file, and every protocol has a profile`() throws {
        #expect(Set(Self.files) == Set(ScaleProfile.names.map { "\($0).yaml" }))
        let used = try Set(ScaleProfile.names.compactMap { try ScaleProfile.builtIn($0)?.protocolName })
        #expect(used == Set(ScaleProtocolName.allCases))
    }

    @Test func `the sample settings name every protocol and are read whole`() throws {
        let file = Products.repository + "/Config/kiosk.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for name in ScaleProtocolName.allCases { #expect(text.contains(name.rawValue), "\(name.rawValue)") }
        let scale = try #require(try KioskSettings.load(file: file, environment: [:]).scale)
        #expect(scale.protocolName == .toledoContinuous && scale.identity.interval == Mass(grams: 50))
    }

    @Test func `the old way of naming a scale still works`() throws {
        let scale = try settings("path: /dev/scale, protocol: yaohua-a9")
        #expect(scale == ScaleConfiguration(path: "/dev/scale", protocolName: .yaohuaA9))
        #expect(try settings("path: /dev/scale, protocol: yaohua-a9, baud: 1200")?.baud == 1200)
    }

    @Test func `a profile gives protocol, line and options, and the settings say what is different here`() throws {
        let plain = try #require(try settings("path: /dev/scale, profile: toledo-8217"))
        #expect(plain.protocolName == .toledo8217 && plain.line == .sevenEven && plain.options.unit == .kilogram)
        let own = try #require(
            try settings("path: /dev/scale, profile: toledo-8142, baud: 4800, line: 8E1, options: {variant: liden}"))
        #expect(own.baud == 4800 && own.line == .eightEven)
        #expect(own.options.checksum == false && own.options.variant == .liden)
    }

    @Test func `the environment may name the profile`() throws {
        let scale = try settings(
            "path: /dev/scale, profile: yaohua-a9", environment: ["KIOSK_DEVICES_SCALE_PROFILE": "kern"])
        #expect(scale?.protocolName == .kern)
    }

    @Test func `profiles may lie in a directory of one's own`() throws {
        let directory = try TemporaryDirectory()
        let text = try String(contentsOfFile: Self.directory + "/yaohua-a9.yaml", encoding: .utf8)
        let file = try directory.write(text.replacingOccurrences(of: "baud: 9600", with: "baud: 1200"), to: "ours.yaml")
        let folder = (file as NSString).deletingLastPathComponent
        #expect(try settings("path: /dev/scale, profiles: \(folder), profile: ours")?.baud == 1200)
        #expect(error("path: /dev/scale, profiles: \(folder), profile: kern").contains("no such file"))
    }

    @Test func `the plate, the seal and the ways of judging are read`() throws {
        let scale = try #require(
            try settings(
                """
                path: /dev/scale, profile: yaohua-a9, change: 500, frozen: 60, stability: {frames: 3, milliseconds: 600},
                    identity: {serial: B1, maximum: 150000, minimum: 1000, interval: 50, verified-until: 2027-03-31}
                """))
        #expect(
            scale.identity
                == ScaleIdentity(
                    serial: "B1", maximum: Mass(grams: 150_000), minimum: Mass(grams: 1000), interval: Mass(grams: 50),
                    verifiedUntil: "2027-03-31"))
        #expect(scale.limits.maximum == Mass(grams: 150_000))
        #expect(scale.limits.interval == Mass(grams: 50) && scale.limits.change == Mass(grams: 500))
        #expect(scale.limits.stableFrames == 3 && scale.limits.stableTime.milliseconds == 600)
        #expect(scale.limits.frozenTime.milliseconds == 60_000)
    }

    @Test(arguments: [
        ("path: /dev/s", "devices.scale.protocol: required but missing"),
        ("path: /dev/s, profile: yaohua-a9, protocol: kern", "devices.scale.protocol: stands beside a profile"),
        ("path: /dev/s, profile: yaohua-a10", "devices.scale.profile: there is no profile \"yaohua-a10\"; known are"),
        ("path: /dev/s, profile: ../kiosk", "devices.scale.profile: expected the name of a profile"),
        ("path: /dev/s, protocol: sma, options: {decimals: 2}", "devices.scale.options.decimals: sma has no option"),
        ("path: /dev/s, protocol: kern, options: {unit: kg, checksum: yes}", "options.checksum: kern has no option"),
        ("path: /dev/s, protocol: yaohua-a9, options: {units: kg}", "devices.scale.options.units: unknown key"),
        ("path: /dev/s, protocol: yaohua-a9, identity: {verified-until: 2027-02-30}", "verified-until: expected a day"),
        ("path: /dev/s, protocol: yaohua-a9, identity: {minimum: 9, maximum: 9}", "minimum: is not below maximum"),
        ("path: /dev/s, protocol: yaohua-a9, identity: {interval: 0}", "interval: expected a whole number from 1"),
        ("path: /dev/s, protocol: yaohua-a9, stability: {frames: 1}", "frames: expected a whole number from 2"),
        ("path: /dev/s, protocol: yaohua-a9, line: 9N1", "line: expected one of"),
    ])
    func `a mistake is told with its place`(_ scale: String, _ words: String) {
        let told = error(scale)
        #expect(told.contains(words), "\(told)")
    }
}
