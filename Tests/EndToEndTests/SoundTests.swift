import Foundation
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
        try village.scan("SF1234567890123")
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
