import Foundation
import TestSupport
import Testing

/// Dependencies point down only, as a table: each module, and what it may import of the others.
@Suite struct ImportTests {
    /// Pure modules: values in, values out. They may not know the operating system, the clock, threads or a log.
    static let pure: Set<String> = [
        "Domain", "Barcodes", "ScaleProtocols", "Phrases", "Sounds", "Receipts", "Wire", "Projections", "Delivery",
        "Workflow", "LocalAPIModel",
    ]
    /// Modules that do I/O, side by side; none may import another of them.
    static let inputOutput: Set<String> = ["Devices", "Journal", "Uplink", "LocalAPI"]
    /// The one Swift owner of each C library; the simulator gives SQLite another disk to stand on, and the lab is a thousand
    /// clients with TLS in one thread.
    static let owners = [
        "CMosquitto": ["MQTT"], "CSSL": ["MQTT", "LabBench"], "CSQLite": ["SQLite", "Simulation"],
        "CYAML": ["Settings"],
        "CZlib": ["Deflate"],
        "CZint": ["Symbols"], "COpenSSL": ["Hashing"], "CFreeType": ["Glyphs"],
        "CDevices": ["Board", "Devices", "LabDevices", "LabBench"],
    ]

    static let allowed: [String: Set<String>] = [
        // A hash is a computation like any other; it touches nothing outside.
        "Domain": ["Hashing"],
        "Hashing": ["COpenSSL"],
        "Deflate": ["CZlib"],
        "Symbols": ["CZint"],
        "SQLite": ["CSQLite"],
        "Settings": ["CYAML"],
        "Board": ["CDevices", "Domain"],
        "MQTT": ["CMosquitto", "CSSL", "Board", "Domain"],
        "Barcodes": ["Domain"],
        "ScaleProtocols": ["Domain"],
        // What desk, voice, paper, log and kioskctl say.
        "Phrases": ["Domain", "Barcodes", "ScaleProtocols"],
        "Sounds": ["Domain"],
        // A picture's PNG is compressed, as Wire's batches are.
        "Receipts": ["Domain", "Deflate", "Phrases"],
        "Glyphs": ["CFreeType", "Receipts"],
        // Compression is a computation like any other; it touches nothing outside.
        "Wire": ["Domain", "Deflate"],
        "Projections": ["Domain"],
        "Delivery": ["Domain"],
        "Workflow": ["Domain", "Barcodes", "ScaleProtocols", "Phrases", "Projections"],
        "Devices": ["Domain", "Barcodes", "ScaleProtocols", "Sounds", "Receipts", "CDevices", "Board"],
        "Journal": ["Domain", "Wire", "Workflow", "Projections", "Delivery", "SQLite", "Board"],
        // The desk's turn: what beeps, and what the simulator proves.
        "DeskSession": ["Domain", "Barcodes", "ScaleProtocols", "Phrases", "Workflow", "Journal"],
        "Uplink": ["Domain", "Wire", "Delivery", "MQTT", "Board"],
        "LocalAPIModel": ["Domain", "ScaleProtocols", "Wire"],
        "LocalAPI": ["Domain", "ScaleProtocols", "Wire", "LocalAPIModel"],
        "LocalAPIClient": ["LocalAPIModel"],
        // What kiosk.yaml says, for the daemon and for whoever looks for it.
        "KioskSettings": [
            "Domain", "Barcodes", "ScaleProtocols", "Phrases", "Workflow", "Settings", "Devices", "MQTT", "Board",
        ],
        "KioskAgent": [
            "Domain", "Barcodes", "ScaleProtocols", "Phrases", "Sounds", "Receipts", "Wire", "Projections", "Delivery",
            "Workflow", "Settings", "KioskSettings", "Devices", "Journal", "DeskSession", "Uplink", "LocalAPI",
            "LocalAPIModel", "Board", "MQTT", "Glyphs", "Symbols",
        ],
        "Center": ["Domain", "Wire", "Projections", "Delivery", "Settings", "SQLite", "MQTT", "Board"],
        // The rigs are in the top layer: they start programs, and measure modules below them against the bare library.
        "Harness": ["Board", "Domain", "LocalAPIClient", "LocalAPIModel", "MQTT"],
        "LabDevices": ["Board", "CDevices", "Domain", "ScaleProtocols"],
        "LabScenarios": [
            "Barcodes", "Board", "Domain", "Harness", "LabDevices", "LocalAPIClient", "LocalAPIModel", "MQTT",
            "Phrases", "Projections", "ScaleProtocols", "Wire", "Workflow",
        ],
        "LabBench": [
            "Board", "CDevices", "CSSL", "Delivery", "Domain", "Harness", "Journal", "LabDevices", "LocalAPIClient",
            "LocalAPIModel", "MQTT", "SQLite", "Wire", "Workflow",
        ],
        "LabFaults": ["Board", "Delivery", "Domain", "Harness", "Journal", "LabDevices", "SQLite", "ScaleProtocols"],
        // It drives the real kiosk and the real center, so it stands above both; no program but kiosk-lab knows it.
        "Simulation": [
            "Domain", "Barcodes", "ScaleProtocols", "Phrases", "Wire", "Projections", "Delivery", "Workflow", "Journal",
            "DeskSession", "Uplink", "Center", "SQLite", "CSQLite", "MQTT", "Board",
        ],
        "kioskd": ["KioskAgent", "KioskSettings", "Board"],
        "kiosk-center": ["Center", "Board", "Domain", "Phrases", "Projections", "SQLite", "Wire"],
        "kioskctl": [
            "KioskSettings", "Devices", "ScaleProtocols", "Board", "Domain", "Phrases", "Symbols", "Wire",
            "LocalAPIModel", "LocalAPIClient",
        ],
        "kiosk-lab": [
            "Phrases",
            "Board", "Domain", "Harness", "LabBench", "LabDevices", "LabFaults", "LabScenarios", "ScaleProtocols",
            "Simulation",
        ],
    ]

    /// What else a module may import; one that is not named here may import anything from outside this package.
    static let outside: [String: Set<String>] = [
        "Domain": [], "Barcodes": [], "ScaleProtocols": [], "Phrases": [], "Sounds": [], "Receipts": [], "Wire": [],
        "Projections": [], "Delivery": [], "Workflow": [], "LocalAPIModel": ["FoundationEssentials"],
    ]

    @Test func `every module is in the table and every module of the table exists`() throws {
        let modules = try FileManager.default.contentsOfDirectory(atPath: Products.repository + "/Sources")
            .filter { !$0.hasPrefix("C") || $0 == "Center" }
        #expect(Set(modules) == Set(Self.allowed.keys))
    }

    @Test(arguments: allowed.keys.sorted())
    func `a module imports only what lies below it`(module: String) throws {
        let ours = Set(Self.allowed.keys).union(Self.owners.keys)
        for (file, imported) in try imports(of: module) {
            if ours.contains(imported) {
                #expect(Self.allowed[module]?.contains(imported) == true, "\(file) imports \(imported)")
            } else if let outside = Self.outside[module] {
                #expect(outside.contains(imported), "\(file) imports \(imported); \(module) is pure")
            }
            // Full Foundation brings ICU: 8 MB of memory and 48 MB in every update.
            #expect(imported != "Foundation" && imported != "FoundationNetworking", "\(file) imports \(imported)")
        }
    }

    @Test func `no dependency of the table points up, or sideways where that is not allowed`() {
        for module in Self.inputOutput {
            #expect(Self.allowed[module]?.isDisjoint(with: Self.inputOutput) == true, "\(module)")
        }
        for module in Self.pure {
            #expect(Self.allowed[module]?.isSubset(of: Self.pure.union(["Deflate", "Hashing"])) == true, "\(module)")
        }
        for (library, owners) in Self.owners {
            let users = Self.allowed.filter { $0.value.contains(library) }.map(\.key)
            #expect(Set(users) == Set(owners), "\(library)")
        }
        // A table with a circle would allow anything.
        var settled: Set<String> = Set(Self.owners.keys)
        var open = Self.allowed
        while let next = open.first(where: { $0.value.isSubset(of: settled) }) {
            settled.insert(next.key)
            open.removeValue(forKey: next.key)
        }
        #expect(open.isEmpty)
    }

    private func imports(of module: String) throws -> [(file: String, module: String)] {
        let directory = Products.repository + "/Sources/" + module
        let files = try FileManager.default.subpathsOfDirectory(atPath: directory).filter { $0.hasSuffix(".swift") }
        #expect(!files.isEmpty)
        return try files.flatMap { file in
            try String(contentsOfFile: directory + "/" + file, encoding: .utf8).split(separator: "\n").compactMap {
                line in
                let words = line.split(separator: " ")
                guard let index = words.firstIndex(of: "import"), index + 1 < words.count,
                    words[..<index].allSatisfy({
                        ["public", "internal", "private", "package", "@preconcurrency", "@testable"].contains($0)
                    })
                else { return nil }
                return ("\(module)/\(file)", words[index + 1].split(separator: ".").first.map(String.init) ?? "")
            }
        }
    }
}
