import Domain
import Foundation
import TestSupport
import Testing

/// The programs under the system-call rules of the units that are shipped, expanded by this machine's systemd: as somebody who is not
/// root, because that alone is what the units start.
@Suite struct UnitFilterTests {
    private let place: TemporaryDirectory
    private let units = Products.repository + "/Device/systemd"

    /// Copies, so that whoever they run as can read them wherever the project lies.
    init() throws {
        place = try TemporaryDirectory()
        let files = FileManager.default
        try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place.path)
        try files.createDirectory(atPath: place.file("real"), withIntermediateDirectories: true)
        try files.createDirectory(atPath: place.file("days"), withIntermediateDirectories: true)
        try files.setAttributes([.posixPermissions: 0o777], ofItemAtPath: place.file("days"))
        try files.copyItem(atPath: Products.repository + "/Device/under-filter", toPath: place.file("under-filter"))
        try files.copyItem(atPath: Products.path("kiosk-lab"), toPath: place.file("kiosk-lab"))
        for name in ["kioskd", "kiosk-center"] {
            try files.copyItem(atPath: Products.path(name), toPath: place.file("real/\(name)"))
            try files.copyItem(atPath: "\(units)/\(name).service", toPath: place.file("\(name).service"))
            let path = place.path
            try script(name, "exec \(path)/under-filter \(path)/\(name).service \(path)/real/\(name) \"$@\"")
        }
    }

    private func script(_ name: String, _ line: String) throws {
        let path = try place.write("#!/bin/sh\n\(line)\n", to: name)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// Root gives up what it is; anybody else stays.
    private func asNobody(_ words: [String]) throws -> (code: Int32, output: String, errors: String) {
        let drop = getuid() == 0 ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : []
        return try run("/usr/bin/env", ["TMPDIR=\(place.file("days"))"] + drop + words)
    }

    @Test func `a day with a lost broker and a power cut passes under both units' rules`() throws {
        let day = try asNobody([place.file("kiosk-lab"), "day", "--parcels", "100"])
        #expect(day.code == 0 && day.output.contains("The account matches"), "\(day.output.suffix(2000)) \(day.errors)")
    }

    /// Each thing that is left open has its reason in the unit, and nothing more is opened than that.
    @Test(arguments: ["kioskd", "kiosk-center"])
    func `a unit's exposure is at most 2.0, and what remains is what the unit gives a reason for`(_ name: String) throws
    {
        let unit = "\(units)/\(name).service"
        let judged = try run(
            "/usr/bin/env",
            ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", unit])
        #expect(judged.code == 0, "\(judged.output.suffix(300)) \(judged.errors)")
        let open = judged.output.split(separator: "\n").filter { $0.contains("✗") }.compactMap { line in
            line.split(separator: " ").first { $0.hasSuffix("=") || $0.contains("=~") || $0.contains("=/") }
        }.map { $0.split(separator: "~").last.map(String.init) ?? String($0) }
        let text = try String(contentsOfFile: unit, encoding: .utf8)
        let reasons = text.split(separator: "\n").filter { $0.hasPrefix("#   ") }.map {
            $0.dropFirst(4).split(separator: "   ")[0]
        }.joined(separator: ", ")
        let named = reasons.split(separator: ", ").map { $0.split(separator: "~").last.map(String.init) ?? String($0) }
        #expect(Set(open) == Set(named))
        #expect(!text.contains("char-usb_device"), "every device of the bus, not printers alone")
    }

    /// What the rules are for, and that they are in force here.
    @Test(arguments: ["kioskd", "kiosk-center"])
    func `what a unit does not allow ends the program, and a unit that forbids what a program needs is found`(
        _ name: String
    ) throws {
        let filter = place.file("under-filter")
        let unit = place.file("\(name).service")
        let clock = try asNobody([filter, unit, "/bin/date", "-s", "2026-01-01"])
        #expect(clock.code != 0)
        // mount(2) is in no set that is allowed.
        let mount = try asNobody([filter, unit, "/bin/mount", "-t", "tmpfs", "none", "/mnt"])
        #expect(mount.code != 0 && mount.code != 1, "\(mount)")
        let starts = try asNobody([filter, unit, place.file("real/\(name)"), "--help"])
        #expect(starts.code == 0)
        // As it was shipped once: libdispatch sets the priority of its threads.
        let text = try String(contentsOfFile: unit, encoding: .utf8)
        let former = try place.write(text.replacing(" setpriority\n", with: "\n"), to: "former.service")
        #expect(try asNobody([filter, former, "/usr/bin/nice", "-n", "5", "/bin/true"]).code != 0)
        let listed = try asNobody([filter, "--list", unit]).output.split(separator: "\n").map(String.init)
        #expect(Set(listed).isSuperset(of: ["adjtimex", "clock_adjtime", "setpriority", "fdatasync", "read"]))
        #expect(Set(listed).isDisjoint(with: ["mount", "reboot", "settimeofday", "chown", "setuid", "init_module"]))
    }
}
