import Board
import Domain
import Foundation
import LabDevices
import ScaleProtocols
import Synchronization
import TestSupport
import Testing
import Wire

/// A scale at a kiosk, played on a thread of its own until it is let go of.
final class PlayedScale: Sendable {
    private struct State {
        var load = SimulatedLoad(grams: 0).now
        var isOver = false
    }

    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    private let shared = Shared()
    private let directory: TemporaryDirectory
    /// Where it is plugged in.
    let path: String

    init(_ name: ScaleProtocolName) throws {
        directory = try TemporaryDirectory()
        path = directory.file("scale")
        let scale = try SimulatedScale(name)
        _ = DedicatedThread.start(name: "scale") { [shared, path] in
            var scale = scale
            var line: SimulatedLine?
            while case let state = shared.state.withLock({ $0 }), !state.isOver {
                if state.load.fault == .unplug {
                    line = nil
                    usleep(5000)
                    continue
                }
                scale.fault = state.load.fault
                (scale.grams, scale.isStable) = (state.load.grams, state.load.isStable)
                if line == nil { line = try? SimulatedLine(link: path) }
                guard let line, let frame = try? scale.frame() else { continue }
                try? line.send(frame)
                _ = line.receive(waiting: 30)
            }
        }
        try eventually("the scale is there") { FileManager.default.fileExists(atPath: path) }
    }

    deinit { shared.state.withLock { $0.isOver = true } }

    func lay(_ grams: Int64, isStable: Bool) {
        shared.state.withLock { ($0.load.grams, $0.load.isStable, $0.load.fault) = (grams, isStable, .none) }
    }

    fileprivate func play(_ fault: SimulatedScale.Fault) { shared.state.withLock { $0.load.fault = fault } }
}

/// A village point that buys: an operator, two farmers, a catalog, orders and a scale.
final class Market: @unchecked Sendable {
    static let catalog = """
        {"version": 4, "produce": [
          {"id": "tomato", "number": 11, "name": "番茄", "english": "Tomatoes",
           "grades": [{"id": "1", "name": "一级"}, {"id": "2", "name": "二级"}]},
          {"id": "shiitake", "number": 31, "name": "干香菇", "grades": [{"id": "A", "name": "统货"}]}],
         "containers": [{"id": "crate-blue", "number": 1, "name": "蓝色周转筐", "tare": 1500}],
         "prices": [{"produce": "tomato", "grade": "1", "fenperkg": 320},
                    {"produce": "shiitake", "grade": "A", "fenperkg": 6400}]}
        """
    static let orders = """
        {"version": 2, "orders": [
          {"id": "O-20261124-0001", "carrier": "sf", "tolerance": 50, "recipient": {"id": "r-7K2M9", "name": "欧*"},
           "lines": [{"produce": "tomato", "grade": "1", "quantity": 5000}]},
          {"id": "O-20261124-0002", "tolerance": 0, "lines": [{"produce": "tomato", "grade": "2", "quantity": 1000}]},
          {"id": "O-20261124-0003", "tolerance": 0, "lines": [
            {"produce": "tomato", "grade": "1", "quantity": 2000},
            {"produce": "shiitake", "grade": "A", "quantity": 2000}]}]}
        """
    static let people = [
        Person(id: "p-op", name: "李*", roles: [.operator], badge: BadgeHash(of: "KB-OPERATOR1")),
        Person(id: "p-boss", name: "吴*", roles: [.supervisor], badge: BadgeHash(of: "KB-BOSS1")),
        Person(
            id: "p-f1", name: "张*", roles: [.farmer], badge: BadgeHash(of: "KB-FARMER1"), phoneTail: "5678", number: 17),
        Person(
            id: "p-f2", name: "王*", roles: [.farmer], badge: BadgeHash(of: "KB-FARMER2"), phoneTail: "5678", number: 18),
    ]

    let village: Village
    let scale: PlayedScale

    init(
        scale name: ScaleProtocolName = .toledoContinuous, catalog: String = Market.catalog, centerExtra: String = "",
        environment: [String: String] = [:]
    ) throws {
        scale = try PlayedScale(name)
        village = try Village(
            kioskExtra: """
                  scale: {path: \(scale.path), protocol: \(name.rawValue), identity: {serial: B021002593, interval: 20}}
                produce: {check: {grams: 20000, tolerance: 20}}
                """, centerExtra: centerExtra)
        for (kind, to, text) in [
            ("catalog", ["--county", "131002"], catalog), ("orders", ["--kiosk", Village.id], Self.orders),
            ("roster", ["--kiosk", Village.id], Roster(version: 1, people: Self.people).json.canonicalText),
        ] {
            let file = try village.directory.write(text, to: "\(kind).json")
            let answer = try run(
                Products.path("kiosk-center"), ["--config", village.centerSettings, "send", kind] + to + [file])
            #expect(answer.code == 0, "\(answer.errors)")
        }
        try village.startCenter()
        try village.startKiosk(environment: environment)
        try village.waitUntilReady()
        try eventually("the kiosk has its documents") {
            try village.hasRoster(1)
                && ask("/v1/catalog").status == 200 && !ask("/v1/orders").body.isEmpty
        }
        #expect(try word("KB-OPERATOR1") == "signed-in")
    }

    var socket: String { village.directory.file("kiosk/kioskd.sock") }

    func ask(_ path: String) throws -> (status: Int, body: String) { try Recorder.ask("GET", path, socket: socket) }

    // MARK: The desk

    /// What the screen's desk says to a text.
    func said(_ text: String) throws -> JSON {
        let body = JSON.object(["text": .string(text)]).canonicalText
        let answer = try Recorder.ask("POST", "/v1/desks/screen/scan", body: body, socket: socket)
        #expect(answer.status == 200, "\(text)")
        return try JSON(parsing: answer.body.utf8)
    }

    func word(_ text: String) throws -> String? { try said(text)["word"]?.string }

    /// Each text, and the word that has to be said to it; of a scale that is refused, its reason.
    func play(_ steps: [(String, String)]) throws {
        for (text, word) in steps {
            let answer = try said(text)
            let heard = answer["word"]?.string == "scale" ? answer["reason"]?.string : answer["word"]?.string
            #expect(heard == word, "\(text): \(answer.canonicalText)")
        }
    }

    /// Up to "put it on the scale": whose, and what.
    func choose(_ card: String = "KB-FARMER1", _ commands: String...) throws {
        try play([("KC-WEIGH", "ask-farmer"), (card, "ask-produce")])
        for command in commands.isEmpty ? ["KC-PRODUCE-11", "KC-GRADE-1"] : commands { _ = try said(command) }
    }

    // MARK: The scale

    /// Goes on when the kiosk has seen it.
    func lay(_ grams: Int64, isStable: Bool = true) throws {
        scale.lay(grams, isStable: isStable)
        try eventually("\(grams) g lie on the scale") {
            let shown = try JSON(parsing: ask("/v1/status").body.utf8)["scale"]
            return shown?["grams"]?.integer == grams
                && shown?["stability"]?.string == (isStable ? "stable" : "unstable")
        }
    }

    func play(_ fault: SimulatedScale.Fault) { scale.play(fault) }

    /// Lifts what lies there, lays the next crate down and records it.
    @discardableResult
    func weigh(_ grams: Int64, _ command: String = "KC-RECORD") throws -> JSON {
        try lay(0)
        try lay(grams)
        let answer = try said(command)
        #expect(answer["word"]?.string == "weighed", "\(grams): \(answer.canonicalText)")
        return answer
    }

    // MARK: Looking

    func weighIns() throws -> [JSON] {
        try ask("/v1/weighins").body.split(separator: "\n").map { try JSON(parsing: $0.utf8) }
    }

    /// The center's account of a farmer: its lines, and its sums.
    func centerAccount(of farmer: String) throws -> (lines: [JSON], sums: JSON?) {
        let answer = try village.centerctl("statement", "--farmer", farmer, "--json")
        #expect(answer.code == 0, "\(answer.errors)")
        let lines = try answer.output.split(separator: "\n").map { try JSON(parsing: $0.utf8) }
        return (lines.filter { $0["kind"] == "weighin" }, lines.first { $0["kind"] == "sum" })
    }
}
