import Barcodes
import Domain
import Foundation
import KioskAgent
import KioskSettings
import MQTT
import TestSupport
import Testing

@testable import Center

@Suite struct ProgramTests {
    @Test func `kioskd needs FoundationEssentials at most`() throws {
        let answer = try run("/usr/bin/ldd", [Products.path("kioskd")])
        #expect(answer.code == 0)
        let needed = answer.output
        // The list is that of a real program: it does need these.
        #expect(needed.contains("libsqlite3") && needed.contains("libmosquitto"))
        for library in ["libFoundation.so", "lib_FoundationICU", "libFoundationNetworking", "libFoundationXML"] {
            #expect(!needed.contains(library), "\(library)")
        }
    }

    @Test func `symbols are drawn where paper is, so the center needs no zint`() throws {
        for name in ["kioskd", "kioskctl"] {
            #expect(try run("/usr/bin/ldd", [Products.path(name)]).output.contains("libzint"), "\(name)")
        }
        for name in ["kiosk-center", "kiosk-lab"] {
            let answer = try run("/usr/bin/ldd", [Products.path(name)])
            #expect(answer.code == 0 && !answer.output.contains("libzint"), "\(name)")
        }
    }

    /// As systemd reads a unit: the first list allows, and each later line adds or takes away.
    @Test(arguments: ["kioskd", "kiosk-center"])
    func `the sandbox lets the kernel be asked about its clock, and nobody set it`(_ name: String) throws {
        let unit = try String(
            contentsOfFile: "\(Products.repository)/Device/systemd/\(name).service", encoding: .utf8
        ).split(separator: "\n")
        #expect(!unit.contains("ProtectClock=yes"), "it forbids adjtimex, and no time would ever be believed")
        let filters = unit.filter { $0.hasPrefix("SystemCallFilter=") }
        #expect(filters.last?.contains("adjtimex") == true && filters.last?.contains("~") == false)
        #expect(unit.contains("CapabilityBoundingSet=") && unit.contains("NoNewPrivileges=yes"))
    }

    @Test func `every page of a scale's protocol says its sources and what each state looks like`() throws {
        let home = Products.repository + "/Sources/ScaleProtocols"
        let pages = try FileManager.default.contentsOfDirectory(atPath: home).filter { !$0.contains(".") }
        #expect(pages.count > 20)
        for page in pages {
            let text = try String(contentsOfFile: "\(home)/\(page)/README.md", encoding: .utf8)
            for state in ["over", "under", "another unit", "counting, percent", "rest"] {
                #expect(text.contains("| \(state) | "), "\(page): \(state)")
            }
            #expect(text.contains("| sure |") || text.contains("Layout "), "\(page): no sources")
        }
        let profiles = try FileManager.default.contentsOfDirectory(atPath: Products.repository + "/Config/scales")
        for profile in profiles {
            let text = try String(contentsOfFile: "\(Products.repository)/Config/scales/\(profile)", encoding: .utf8)
            #expect(text.contains("\nsource: ") && text.contains("\nsure: "), "\(profile)")
        }
    }

    /// Swift 6.3.1 leaves such a one zero in a release, whatever its value: the clock of every board stood in 1970.
    @Test func `no Mutex is a global of its own, but for one of zero`() throws {
        let home = Products.repository + "/Sources"
        for file in try FileManager.default.subpathsOfDirectory(atPath: home) where file.hasSuffix(".swift") {
            for line in try String(contentsOfFile: "\(home)/\(file)", encoding: .utf8).split(separator: "\n") {
                let isGlobal = line.contains("static let ") || line.hasPrefix("let ") || line.hasPrefix("private let ")
                #expect(!isGlobal || !line.contains("= Mutex(") || line.contains("= Mutex(0)"), "\(file): \(line)")
            }
        }
    }

    @Test func `the sample settings are accepted as they stand`() throws {
        let kiosk = try KioskSettings.load(file: Products.repository + "/Config/kiosk.yaml", environment: [:])
        #expect(kiosk.kiosk.text == "k1310020007")
        #expect(kiosk.socket == "/var/lib/kioskd/kioskd.sock")
        #expect(kiosk.broker?.tls?.key == "/etc/kioskd/tls/kiosk.key")
        #expect(kiosk.scanners.count == 1)
        #expect(kiosk.soundPlayer == ["/usr/bin/aplay", "-q"])
        #expect(kiosk.rulesFile == nil)
        let rules = Products.repository + "/Config/waybills.yaml"
        #expect(try WaybillRules(file: rules).table.count > 30)
        let own = try KioskSettings.load(
            file: Products.repository + "/Config/kiosk.yaml", environment: ["KIOSK_PARCELS_RULES": rules])
        #expect(own.rulesFile == rules)
        let center = try CenterSettings.load(file: Products.repository + "/Config/center.yaml", environment: [:])
        #expect(center.database == "/var/lib/kiosk-center/center.db")
    }

    @Test(arguments: ["kioskd", "kioskctl", "kiosk-center", "kiosk-lab"])
    func `each program explains itself`(name: String) throws {
        let help = try run(Products.path(name), ["--help"])
        #expect(help.code == 0)
        #expect(help.output.contains("OVERVIEW") && help.output.contains("USAGE"))
        if name != "kiosk-lab" { #expect(try run(Products.path(name), ["--version"]).output == "\(Version.text)\n") }
    }

    @Test func `every campaign of faults is there and explains itself`() throws {
        let help = try run(Products.repository + "/Device/faults", ["--help"])
        #expect(help.code == 0)
        let names = help.output.components(separatedBy: "Campaigns:\n").last?.split(separator: "\n").compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
        let campaigns = try #require(names)
        #expect(campaigns.count >= 5)
        for name in campaigns {
            let help = try run(Products.repository + "/Device/campaigns/" + name, ["--help"])
            #expect(help.code == 0 && help.output.count > 100, "\(name)")
        }
        #expect(try run(Products.repository + "/Device/faults", ["no-such-campaign"]).code == 64)
    }

    @Test func `the help of kioskd documents every exit code`() throws {
        let help = try run(Products.path("kioskd"), ["--help"]).output
        for code in ExitCode.allCases { #expect(help.contains("\(code.rawValue)\t\(code.meaning)"), "\(code)") }
    }

    @Test func `nothing stands at the top but what was agreed on`() throws {
        let agreed: Set<String> = ["Package.swift", "Sources", "Tests", "Device", "Config", "README.md"]
        let listed = try run("/usr/bin/git", ["-C", Products.repository, "ls-files"]).output.split(separator: "\n")
        let top = Set(
            listed.compactMap { $0.split(separator: "/").first.map(String.init) }.filter { !$0.hasPrefix(".") })
        #expect(top.isSubset(of: agreed), "\(top.subtracting(agreed))")
    }
}
