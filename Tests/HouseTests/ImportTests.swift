import Foundation
import TestSupport
import Testing

/// The house's rule that arrows point down only, as a table: each room, and what it may know of the others.
@Suite struct ImportTests {
    /// Pure rooms: values in, values out. They may not know the operating system, the clock, threads or a log.
    static let pure: Set<String> = [
        "Domain", "Barcodes", "ScaleProtocols", "Phrases", "Sounds", "Receipts", "Wire", "Projections", "Delivery",
        "Workflow",
    ]
    /// Rooms that do I/O side by side; none may know another of them.
    static let inputOutput: Set<String> = ["Devices", "Journal", "Uplink", "LocalAPI"]
    /// The one Swift owner of each C library; the simulator gives SQLite another disk to stand on, and the lab is a thousand
    /// clients with TLS in one thread.
    static let owners = [
        "CMosquitto": ["MQTT"], "CSSL": ["MQTT", "Lab"], "CSQLite": ["SQLite", "Simulation"], "CYAML": ["Settings"],
        "CZlib": ["Deflate"],
        "CZint": ["Symbols"], "COpenSSL": ["Hashing"], "CFreeType": ["Glyphs"],
        "CDevices": ["Board", "Devices", "Lab"],
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
        "Journal": ["Domain", "Wire", "Workflow", "Projections", "SQLite", "Board"],
        // The desk's turn: what beeps, and what the simulator proves.
        "DeskSession": ["Domain", "Barcodes", "ScaleProtocols", "Phrases", "Workflow", "Journal"],
        "Uplink": ["Domain", "Wire", "Delivery", "MQTT", "Board"],
        "LocalAPI": ["Domain", "Wire"],
        "KioskAgent": [
            "Domain", "Barcodes", "ScaleProtocols", "Phrases", "Sounds", "Receipts", "Wire", "Projections", "Delivery",
            "Workflow", "Settings", "Devices", "Journal", "DeskSession", "Uplink", "LocalAPI", "Board", "MQTT",
            "Glyphs", "Symbols",
        ],
        "Center": ["Domain", "Phrases", "Wire", "Projections", "Delivery", "Settings", "SQLite", "MQTT", "Board"],
        // The lab stands on the top floor: it measures rooms below it against the bare library.
        "Lab": [
            "Domain", "Barcodes", "ScaleProtocols", "Phrases", "Wire", "Projections", "Delivery", "Workflow", "Journal",
            "SQLite", "MQTT", "Board", "CDevices", "CSSL",
        ],
        // It drives the real kiosk and the real center, so it stands above both; no program but kiosk-lab knows it.
        "Simulation": [
            "Domain", "Barcodes", "ScaleProtocols", "Phrases", "Wire", "Projections", "Delivery", "Workflow", "Journal",
            "DeskSession", "Uplink", "Center", "SQLite", "CSQLite", "MQTT", "Board",
        ],
        "kioskd": ["KioskAgent", "Board"],
        "kiosk-center": ["Center", "Board", "Domain"],
        "kioskctl": ["KioskAgent", "Devices", "ScaleProtocols", "Board", "Domain", "Phrases", "Symbols", "Wire"],
        "kiosk-lab": ["Lab", "Simulation", "Board", "Domain", "ScaleProtocols"],
    ]

    /// What else a room may import; a room not named here may import anything from outside the house.
    static let outside: [String: Set<String>] = [
        "Domain": [], "Barcodes": [], "ScaleProtocols": [], "Phrases": [], "Sounds": [], "Receipts": [], "Wire": [],
        "Projections": [], "Delivery": [], "Workflow": [],
    ]

    @Test func `every room is in the table and every room of the table exists`() throws {
        let rooms = try FileManager.default.contentsOfDirectory(atPath: Products.repository + "/Sources")
            .filter { !$0.hasPrefix("C") || $0 == "Center" }
        #expect(Set(rooms) == Set(Self.allowed.keys))
    }

    @Test(arguments: allowed.keys.sorted())
    func `a room imports only what lies below it`(room: String) throws {
        let house = Set(Self.allowed.keys).union(Self.owners.keys)
        for (file, module) in try imports(of: room) {
            if house.contains(module) {
                #expect(Self.allowed[room]?.contains(module) == true, "\(file) imports \(module)")
            } else if let outside = Self.outside[room] {
                #expect(outside.contains(module), "\(file) imports \(module); \(room) is pure")
            }
            // Full Foundation brings ICU: 8 MB of memory and 48 MB in every update.
            #expect(module != "Foundation" && module != "FoundationNetworking", "\(file) imports \(module)")
        }
    }

    @Test func `no arrow of the table points between rooms of the same floor or up`() {
        for room in Self.inputOutput {
            #expect(Self.allowed[room]?.isDisjoint(with: Self.inputOutput) == true, "\(room)")
        }
        for room in Self.pure {
            #expect(Self.allowed[room]?.isSubset(of: Self.pure.union(["Deflate", "Hashing"])) == true, "\(room)")
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

    private func imports(of room: String) throws -> [(file: String, module: String)] {
        let directory = Products.repository + "/Sources/" + room
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
                return ("\(room)/\(file)", words[index + 1].split(separator: ".").first.map(String.init) ?? "")
            }
        }
    }
}
