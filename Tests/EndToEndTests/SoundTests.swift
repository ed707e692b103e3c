import Foundation
import Harness
import TestSupport
import Testing

@Suite struct SoundTests {
    @Test func `a player that is not there does not keep the point closed`() throws {
        let village = try Village()
        try village.startCenter()
        try village.startKiosk(environment: ["KIOSK_SOUND_PLAYER_0": "/no/such/player"])
        try village.waitUntilReady()
        let kiosk = try #require(village.kiosk)
        try eventually("the missing player is told") { kiosk.logText.contains("/no/such/player: No such file") }
        let names = try FileManager.default.contentsOfDirectory(atPath: village.directory.file("kiosk/sounds"))
        #expect(names.count == 8)
        try village.receive("SF1234567890123")
        try village.waitUntilDelivered()
        #expect(try village.number("parcels") == 1)
        #expect(try kiosk.terminate() == 0)
        #expect(kiosk.logText.components(separatedBy: "no sound:").count == 2)
    }

    @Test func `a player without its whole path is a wrong setting`() throws {
        let village = try Village()
        try village.startKiosk(environment: ["KIOSK_SOUND_PLAYER_0": "aplay"])
        let kiosk = try #require(village.kiosk)
        #expect(try kiosk.waitForExit() == 78)
        #expect(kiosk.logText.contains("expected a program's whole path first, found \"aplay\""))
    }

    @Test func `kioskctl say is heard with weight and amount, and says what is wrong`() throws {
        let village = try Village()
        let player = try village.directory.write(
            "#!/bin/sh\ncat \"$1\" >\(village.directory.file("said.wav"))\n", to: "player")
        #expect(chmod(player, 0o755) == 0)
        try village.startKiosk(environment: ["KIOSK_SOUND_PLAYER_0": player, "KIOSK_SOUND_VOICE_UNIT": "jin"])
        try village.waitUntilReady()
        let answer = try village.kioskctl("say", "--weight", "12340", "--amount", "3950")
        #expect(answer.code == 0 && answer.output == "Spoken: 试音。净重二十四点六八斤。三十九元五角\n", "\(answer.errors)")
        let heard = try Data(contentsOf: URL(fileURLWithPath: village.directory.file("said.wav")))
        // Some four seconds at 44,100 bytes a second.
        #expect((100_000...400_000).contains(heard.count), "\(heard.count)")
        let status = try village.kioskctl("status", "--json").output
        #expect(status.contains(#""counters":{"spoken":1,"unspoken":0}"#) && status.contains(#""kind":"voice""#))
        let json = try village.kioskctl("say", "--json", "--amount=-5")
        #expect(json.output == #"{"result":"spoken","sentence":"试音。负五分"}"# + "\n", "\(json.errors)")
        for (option, value) in [("--weight", "1000000001"), ("--amount", "x"), ("--weight", "1.5")] {
            #expect(try village.kioskctl("say", option, value).code != 0, "\(option) \(value)")
        }
        let socket = village.directory.file("kiosk/kioskd.sock")
        for body in ["", "[]", #"{"weight":"12"}"#, #"{"weight":null}"#, #"{"amount":1.5}"#, #"{"amount":1000000001}"#]
        {
            let answer = try Recorder.ask("POST", "/v1/say", body: body, socket: socket)
            #expect(answer.status == 400 && answer.body.contains("bad-body"), "\(body)")
        }
        let large = #"{"weight":1,"x":"\#(String(repeating: "7", count: 4096))"}"#
        #expect(try Recorder.ask("POST", "/v1/say", body: large, socket: socket).status == 413)
        #expect(try Recorder.ask("POST", "/v1/say", body: "{}", socket: socket).body.contains("试音"))
        #expect(try village.kiosk?.terminate() == 0)
    }

    @Test func `a point whose engine is missing or unwanted has its tones and says why it is silent`() throws {
        for (environment, reason) in [
            (["KIOSK_SOUND_VOICE_PROGRAM_0": "/no/such/engine"], "/no/such/engine: No such file or directory"),
            (["KIOSK_SOUND_VOICE_ENABLED": "false"], "this point has no voice"),
        ] {
            let village = try Village()
            try village.startKiosk(
                environment: environment.merging(["KIOSK_SOUND_PLAYER_0": "/bin/true"]) { first, _ in first })
            try village.waitUntilReady()
            let answer = try village.kioskctl("say", "--amount", "3950")
            #expect(answer.code != 0 && answer.errors.contains("not spoken: \(reason)"), "\(answer.errors)")
            let status = try village.kioskctl("status").output
            #expect(status.contains("voice") == reason.hasPrefix("/no/such"), "\(status)")
            #expect(try village.kiosk?.terminate() == 0)
        }
        let village = try Village()
        try village.startKiosk()
        try village.waitUntilReady()
        #expect(try village.kioskctl("say").errors.contains("this point has no sound; see sound.player"))
        #expect(try village.kiosk?.terminate() == 0)
    }

    @Test func `an engine without its whole path is a wrong setting`() throws {
        let village = try Village()
        try village.startKiosk(
            environment: ["KIOSK_SOUND_PLAYER_0": "/bin/true", "KIOSK_SOUND_VOICE_PROGRAM_0": "espeak-ng"])
        let kiosk = try #require(village.kiosk)
        #expect(try kiosk.waitForExit() == 78)
        #expect(kiosk.logText.contains("expected a program's whole path first, found \"espeak-ng\""))
    }

    @Test func `each answer has its sound, and practice sounds like practice`() throws {
        let village = try Village()
        let log = village.directory.file("played")
        let player = try village.directory.write("#!/bin/sh\nbasename \"$1\" >>\(log)\n", to: "player")
        #expect(chmod(player, 0o755) == 0)
        try village.startCenter()
        try village.startKiosk(environment: ["KIOSK_SOUND_PLAYER_0": player])
        try village.waitUntilReady()
        func played() -> [String] {
            ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
        }
        var expected: [String] = []
        for (text, sound) in [
            ("SF1234567890123", "saved.wav"), ("SF1234567890123", "already.wav"), ("milk", "refused.wav"),
            ("KC-FIND", "attention.wav"),
        ] {
            try village.scan(text)
            expected.append(sound)
            try eventually("\(text) sounds") { played() == expected }
        }
        #expect(try village.kioskctl("practice", "on", "--desk", "scanner-1").code == 0)
        try village.scan("KC-RECEIVE")
        try village.scan("SF1234567890124")
        try eventually("practice sounds") { played().count == 7 }
        #expect(played().dropFirst(4).allSatisfy { $0.contains("practice") }, "\(played())")
        #expect(try village.kiosk?.terminate() == 0)
    }
}
