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
}
