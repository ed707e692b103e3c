// swift-tools-version: 6.2
// The modules, top to bottom as in Sources/KioskAgent/KioskAgent.docc: executables, the agent and the center, I/O,
// pure logic, and at the bottom one Swift owner for each C library. Dependencies point down only; a test checks it.

import PackageDescription

/// Every target is held to the same rules.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// Thousands of simulated days go through these in every test run; unoptimised they take four times as long. Nothing changes in
/// what they check: assertions stay. (Compiled as a whole module instead of in batches, they take a quarter longer.)
let optimised: [SwiftSetting] = [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))]

/// Tests speak C and Foundation freely; the safety annotations would only be noise there.
let strictTests: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
    // A failing test names its line itself; without what a debugger wants they compile a seventh faster.
    .unsafeFlags(["-gnone"], .when(configuration: .debug)),
]

func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource] = [],
    isOptimised: Bool = false
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources,
        swiftSettings: strict + (isOptimised ? optimised : []))
}

/// A release writes its relocations as a bitmap, which both lld and GNU ld can and gold, the default, cannot: 1.9 MB less
/// in kioskd and as much less to read at each start. It needs glibc 2.36, which is Debian 12.
let small: [LinkerSetting] = [
    .unsafeFlags(
        ["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"], .when(configuration: .release))
]

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict, linkerSettings: small)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = [],
    isOptimised: Bool = false
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources,
        swiftSettings: strictTests + (isOptimised ? optimised : []))
}

/// Each with a page on what is known of it, for people.
let scaleProtocols = [
    "AndStandard",
    "CASPoll",
    "CASStream",
    "CASValue",
    "FFBCD",
    "HT9800",
    "Kern",
    "MTSICS",
    "Ohaus",
    "SMA",
    "SartoriusSBI",
    "StGs",
    "Toledo8217",
    "ToledoContinuous",
    "YaohuaA12E",
    "YaohuaA22",
    "YaohuaA9",
    "YaohuaCommand",
    "YaohuaEquals",
    "YaohuaPriced",
    "YaohuaText",
]

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let sockets: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let core: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let http: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")

let package = Package(
    name: "KioskAgent",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        // Already there through NIO.
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    ],
    targets: [
        // The only C.
        .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSSL", pkgConfig: "libssl", providers: [.apt(["libssl-dev"])]),
        // No pkgConfig: Debian's libzint-dev has no .pc file.
        .systemLibrary(name: "CZint", providers: [.apt(["libzint-dev"])]),
        .systemLibrary(name: "CFreeType", pkgConfig: "freetype2", providers: [.apt(["libfreetype-dev"])]),
        .target(name: "CDevices"),

        // One Swift owner for each C library.
        module("Board", ["CDevices", "Domain", log], isOptimised: true),
        module("MQTT", ["CMosquitto", "CSSL", "Board", "Domain"], isOptimised: true),
        module("SQLite", ["CSQLite"], isOptimised: true),
        module("Settings", ["CYAML"]),
        module("Deflate", ["CZlib"]),
        module("Symbols", ["CZint"]),
        module("Hashing", ["COpenSSL"], isOptimised: true),

        // Pure: values in, values out; no clock, no file, no socket.
        module("Domain", ["Hashing"], isOptimised: true),
        module("Barcodes", ["Domain"]),
        module("ScaleProtocols", ["Domain"], exclude: scaleProtocols.map { "\($0)/README.md" }, isOptimised: true),
        module("Phrases", ["Domain", "Barcodes", "ScaleProtocols"], isOptimised: true),
        module("Sounds", ["Domain"]),
        module("Receipts", ["Domain", "Deflate", "Phrases"]),
        module("Glyphs", ["CFreeType", "Receipts"]),
        module("Wire", ["Domain", "Deflate"], isOptimised: true),
        // What events add up to, at the kiosk and at the center alike.
        module("Projections", ["Domain"], isOptimised: true),
        // The questions and answers of the local API, for those who ask and those who answer.
        module("LocalAPIModel", ["Domain", "ScaleProtocols", "Wire"]),
        // What is sent when, and whether what comes continues a chain.
        module("Delivery", ["Domain"], isOptimised: true),
        module("Workflow", ["Domain", "Barcodes", "ScaleProtocols", "Phrases", "Projections"], isOptimised: true),

        // I/O; these never import one another, but for the desk's turn, which stands on the journal alone.
        module("Devices", ["Domain", "Barcodes", "ScaleProtocols", "Sounds", "Receipts", "CDevices", "Board", log]),
        module(
            "Journal", ["Domain", "Wire", "Workflow", "Projections", "Delivery", "SQLite", "Board", log],
            isOptimised: true),
        module(
            "DeskSession", ["Domain", "Barcodes", "ScaleProtocols", "Phrases", "Workflow", "Journal"], isOptimised: true
        ),
        module("Uplink", ["Domain", "Wire", "Delivery", "MQTT", "Board", log], isOptimised: true),
        module("LocalAPI", ["Domain", "ScaleProtocols", "Wire", "LocalAPIModel", hummingbird, sockets, log]),

        // One client for all who ask kioskd.
        module("LocalAPIClient", ["LocalAPIModel", core, http, sockets]),

        // kiosk.yaml, for the daemon and for whoever looks for it.
        module(
            "KioskSettings",
            [
                "Domain", "Barcodes", "ScaleProtocols", "Phrases", "Workflow", "Settings", "Devices", "MQTT", "Board",
                log,
            ],
            // Links into Config: the table that a kiosk without a file of its own works with, and the scales it knows by name.
            resources: [.embedInCode("waybills.yaml"), .embedInCode("scales")]),

        // What runs.
        module(
            "KioskAgent",
            [
                "Domain", "Barcodes", "ScaleProtocols", "Phrases", "Sounds", "Receipts", "Wire", "Projections",
                "Delivery", "Workflow",
                "Settings", "KioskSettings", "Devices", "Journal", "DeskSession", "Uplink", "LocalAPI", "LocalAPIModel",
                "Board", "MQTT",
                "Glyphs",
                "Symbols", lifecycle,
                signals, log,
            ]),
        module(
            "Center",
            [
                "Domain", "Wire", "Projections", "Delivery", "Settings", "SQLite", "MQTT", "Board",
                lifecycle, signals, log,
            ],
            isOptimised: true),
        // What rigs and tests start and stop: broker, center, kiosk, each a process of its own.
        module(
            "Harness", ["Board", "Domain", "LocalAPIClient", "LocalAPIModel", "MQTT"],
            resources: [.embedInCode("Broker/mosquitto.conf"), .embedInCode("Broker/acl")]),
        // Scanners, scales and printers that are none.
        module("LabDevices", ["Board", "CDevices", "Domain", "ScaleProtocols"]),
        // Two days as they are lived, one of parcels and one of produce, and what must stand everywhere in the end.
        module(
            "LabScenarios",
            [
                "Barcodes", "Board", "Domain", "Harness", "LabDevices", "LocalAPIClient", "LocalAPIModel", "MQTT",
                "Phrases", "Projections", "ScaleProtocols", "Wire", "Workflow",
            ]),
        // What is fast and what is light, beside the bare library.
        module(
            "LabBench",
            [
                "Board", "CDevices", "CSSL", "Delivery", "Domain", "Harness", "Journal", "LabDevices", "LocalAPIClient",
                "LocalAPIModel", "MQTT", "SQLite", "Wire", "Workflow", log,
            ]),
        // What breaks, and what must be whole afterwards.
        module(
            "LabFaults",
            ["Board", "Delivery", "Domain", "Harness", "Journal", "LabDevices", "SQLite", "ScaleProtocols", log]),
        // On the top floor too: kiosks, broker and center in virtual time. Nothing of it is linked into what runs on a board.
        module(
            "Simulation",
            [
                "Domain", "Barcodes", "ScaleProtocols", "Phrases", "Wire", "Projections", "Delivery", "Workflow",
                "Journal",
                "DeskSession", "Uplink", "Center", "SQLite", "CSQLite", "MQTT", "Board", log, heap,
            ], isOptimised: true),
        program("kioskd", ["KioskAgent", "KioskSettings", "Board", arguments]),
        program(
            "kiosk-center",
            [
                "Center", "Domain", "Phrases", "Projections", "Wire", "SQLite", "Board", lifecycle, signals, log,
                arguments,
            ]),
        program(
            "kioskctl",
            [
                "KioskSettings", "Devices", "ScaleProtocols", "Board", "Domain", "Phrases", "Symbols", "Wire",
                "LocalAPIModel", "LocalAPIClient", arguments,
            ]),
        program(
            "kiosk-lab",
            [
                "Phrases", "Harness", "LabDevices", "LabScenarios", "LabBench", "LabFaults", "Simulation", "Board",
                "Domain",
                "ScaleProtocols", arguments,
            ]),

        .target(
            name: "TestSupport",
            dependencies: [
                "Harness", "LabDevices", "LocalAPIModel", "LocalAPIClient", "MQTT", "Board", "Domain", "Phrases",
                "CDevices",
            ],
            path: "Tests/TestSupport",
            swiftSettings: strictTests),
        tests("DomainTests", ["Domain", "Hashing", "TestSupport"]),
        // A million long multiplications, digit by digit: unoptimised they take ten times as long.
        tests("ReckoningTests", ["Domain"], isOptimised: true),
        tests("WireTests", ["Wire", "Domain", "Deflate", "CZlib", "TestSupport"]),
        tests(
            "WorkflowTests",
            [
                "Workflow", "Delivery", "Projections", "Phrases", "Wire", "Barcodes", "ScaleProtocols", "Domain",
                "KioskSettings", "TestSupport",
            ]),
        tests("PhrasesTests", ["Phrases", "Barcodes", "ScaleProtocols", "Domain"]),
        tests("LinkTests", ["MQTT", "Domain"]),
        tests(
            "JournalTests",
            [
                "Journal", "DeskSession", "Workflow", "Phrases", "Barcodes", "ScaleProtocols", "Wire", "Domain",
                "SQLite", "TestSupport", "LabDevices", "LabFaults", "LabBench", log,
            ], exclude: ["Forms"]),
        tests("CenterTests", ["Center", "Domain", "Wire", "MQTT", "SQLite", "TestSupport", log]),
        tests(
            "EndToEndTests",
            [
                "TestSupport", "Harness", "LabDevices", "LabScenarios", "LabBench", "LabFaults", "LocalAPIModel",
                "LocalAPIClient", "Barcodes", "Board", "Domain", "MQTT", "Phrases", "ScaleProtocols", "Wire",
                "CDevices", "kioskd", "kioskctl", "kiosk-center", "kiosk-lab",
            ]),
        tests(
            "ArchitectureTests",
            [
                "TestSupport", "Barcodes", "KioskAgent", "KioskSettings", "Center", "Domain", "Journal",
                "LocalAPIModel", "MQTT",
                "Phrases",
                "ScaleProtocols", "Uplink", "Workflow", "kioskd",
            ]),
        tests(
            "AgentTests",
            [
                "KioskAgent", "KioskSettings", "DeskSession", "Devices", "ScaleProtocols", "Settings", "Journal",
                "Workflow",
                "Phrases", "Receipts", "Sounds", "LocalAPI", "Domain", "Wire", "LabDevices", "TestSupport", log,
            ]),
        tests(
            "SimulationTests",
            ["Simulation", "Center", "Journal", "Board", "SQLite", "Wire", "Domain", "TestSupport", "kiosk-lab", log]),
        tests("SettingsTests", ["Settings", "Board"]),
        tests("BoardTests", ["Board", "Domain"]),
        tests("SymbolsTests", ["Symbols", "Board", "Domain", "TestSupport", "Wire", "kioskctl"]),
        tests("SoundsTests", ["Sounds", "Domain"]),
        tests("BarcodesTests", ["Barcodes", "Domain", "KioskSettings", "Settings", "TestSupport", log]),
        tests(
            "ScaleProtocolsTests", ["ScaleProtocols", "Domain", "LabDevices", "LabFaults"],
            resources: [.copy("Fixtures")]),
        tests(
            "DevicesTests",
            [
                "Devices", "Domain", "Barcodes", "ScaleProtocols", "Phrases", "Sounds", "Receipts", "CDevices",
                "LabDevices",
                "Board", "TestSupport", log,
            ]),
        tests("ReceiptsTests", ["Receipts", "Domain", "Deflate", "Phrases"]),
        tests("GlyphsTests", ["Glyphs", "Receipts", "Symbols", "TestSupport"]),
    ]
)
