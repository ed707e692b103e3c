import Domain
import Foundation
import LabDevices
import LocalAPIClient
import TestSupport
import Testing

/// The scale of a real kioskd, played by kiosk-lab, seen through kioskctl and the local API.
@Suite struct ScaleTests {
    /// A scale in a process of its own; lines on its input change it.
    private final class Player {
        let path: String
        private let process = Process()
        private let input = Pipe()

        init(_ name: String, in directory: TemporaryDirectory, _ arguments: String...) throws {
            path = directory.file("scale")
            process.executableURL = URL(fileURLWithPath: Products.path("kiosk-lab"))
            process.arguments = ["scale", "--link", path, "--protocol", name] + arguments
            process.standardInput = input
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            try eventually("the scale is there") { FileManager.default.fileExists(atPath: self.path) }
        }

        deinit {
            process.terminate()
            process.waitUntilExit()
        }

        func tell(_ line: String) { input.fileHandleForWriting.write(Data("\(line)\n".utf8)) }
    }

    private func state(_ village: Village) throws -> String? {
        let answer = try Recorder.ask("GET", "/v1/scale", socket: village.directory.file("kiosk/kioskd.sock"))
        return try JSON(parsing: answer.body.utf8)["state"]?.string
    }

    private func shown(_ village: Village) throws -> Int64? {
        try village.ask("/v1/scale").lines(JSON.self).first?["reading"]?["grams"]?.integer
    }

    private func village(_ scale: String) throws -> Village { try Village(kioskExtra: "  scale: {\(scale)}") }

    @Test func `each thing that goes wrong with a scale is said in words, and what is right as well`() throws {
        let directory = try TemporaryDirectory()
        let player = try Player("toledo-continuous", in: directory, "--grams", "12340")
        let village = try village(
            "path: \(player.path), profile: toledo-continuous, identity: {serial: B1, maximum: 60000, minimum: 200, "
                + "interval: 10, verified-until: 2027-03-31}")
        try village.startKiosk()
        try village.waitUntilReady()
        try eventually("it weighs") { try self.state(village) == "weighable" }
        let shown = try village.kioskctl("scale")
        #expect(shown.code == 0)
        for words in ["12.340 kg gross, stable", "秤已稳定  The scale is at rest (weighable)", "B1", "Max 60.000 kg"] {
            #expect(shown.output.contains(words), "\(words)")
        }
        for (line, expected) in [
            ("8250 u", "unstable"), ("0", "empty"), ("12345", "out-of-steps"),
            ("60100", "overloaded"), ("12340", "weighable"), ("overload", "overloaded"), ("negative", "negative"),
            ("pounds", "wrong-unit"), ("garbage", "garbage"), ("silence", "silent"), ("unplug", "disconnected"),
            ("none", "weighable"),
        ] {
            player.tell(line)
            try eventually("\(line) is \(expected)") { try self.state(village) == expected }
        }
    }

    @Test func `a scale that is asked is shown, ordered about, and says no`() throws {
        let directory = try TemporaryDirectory()
        let player = try Player("mt-sics", in: directory, "--grams", "5000")
        let village = try village("path: \(player.path), profile: mettler-sics")
        try village.startKiosk()
        try village.waitUntilReady()
        try eventually("it weighs") { try self.state(village) == "weighable" }
        #expect(try village.kioskctl("scale", "tare") == (0, "Done.\n", ""))
        try eventually("its display is empty") { try self.state(village) == "empty" }
        player.tell("7000")
        try eventually("it weighs net") { try self.shown(village) == 2000 }
        #expect(try village.kioskctl("scale").output.contains("2.000 kg"))
        #expect(
            try village.kioskctl("scale", "clear", "--json").output == #"{"order":"clear-tare","result":"done"}"# + "\n"
        )
        try eventually("it weighs gross") { try self.shown(village) == 7000 }
        #expect(try village.kioskctl("scale", "show").output.contains("7.000 kg"))
        player.tell("silence")
        let refused = try village.kioskctl("scale", "zero")
        #expect(refused.code == 2 && refused.errors.contains("the scale said nothing"))

        let socket = village.directory.file("kiosk/kioskd.sock")
        for body in ["", "{}", #"{"order":"taste"}"#, #"{"order":7}"#] {
            let answer = try Recorder.ask("POST", "/v1/scale/order", body: body, socket: socket)
            #expect(answer.status == 400 && answer.body.contains("bad-body"), "\(body)")
        }
        let answer = try Recorder.ask("POST", "/v1/scale/order", body: #"{"order":"zero"}"#, socket: socket)
        #expect(answer.body.contains(#""result":"silent""#))
    }

    @Test func `without a scale there is none`() throws {
        let village = try Village()
        try village.startKiosk()
        try village.waitUntilReady()
        let socket = village.directory.file("kiosk/kioskd.sock")
        #expect(try Recorder.ask("GET", "/v1/scale", socket: socket).body.contains("no-scale"))
        #expect(try Recorder.ask("POST", "/v1/scale/order", body: #"{"order":"zero"}"#, socket: socket).status == 404)
        let shown = try village.kioskctl("scale")
        #expect(shown.code == 70 && shown.errors.contains("no scale is configured"))
    }

    @Test func `an unknown scale is learned by listening, and the settings it names work`() throws {
        let directory = try TemporaryDirectory()
        let player = try Player("yaohua-a12e", in: directory, "--grams", "4139", "--interval", "50")
        let learned = try run(Products.path("kioskctl"), ["scale", "learn", "--path", player.path, "--seconds", "1"])
        #expect(learned.code == 0, "\(learned.errors)")
        #expect(learned.output.contains("4.139 kg"))
        let settings = learned.output.components(separatedBy: "devices:\n").last ?? ""
        #expect(settings.contains("protocol: yaohua-a12e\n") && settings.contains("baud: 9600\n"))

        let village = try Village(kioskExtra: settings)
        try village.startKiosk()
        try village.waitUntilReady()
        try eventually("it weighs") { try self.state(village) == "weighable" }
        // The line has its reader now.
        let refused = try village.kioskctl("scale", "learn", "--path", player.path)
        #expect(refused.code == 70 && refused.errors.contains("kioskd holds"))
        #expect(try state(village) == "weighable")
    }

    @Test func `of a silent line nothing is learned, and nothing is sent to it`() throws {
        let directory = try TemporaryDirectory()
        let line = try SimulatedLine(link: directory.file("scale"))
        let learned = try run(
            Products.path("kioskctl"), ["scale", "learn", "--path", directory.file("scale"), "--seconds", "1"])
        #expect(learned.code == 2)
        #expect(learned.output.contains("said nothing at any speed"))
        #expect(learned.output.contains("waits to be asked"))
        #expect(line.receive(waiting: 0) == [])
        let missing = try run(Products.path("kioskctl"), ["scale", "learn", "--path", directory.file("none")])
        #expect(missing.code == 70 && missing.errors.contains("no such device"))
    }
}
