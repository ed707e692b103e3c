import Domain
import Testing
import Workflow

/// On a disk that takes nothing new, what was begun is finished.
@Suite struct DeskUndertakingTests {
    /// Whether the last of these scans needs the space that new things need.
    private func needsRoom(_ scene: DeskScene, _ texts: String...) throws -> Bool {
        for text in texts.dropLast() { try scene.scan(text) }
        let before = try #require(scene.desks["front"])
        try scene.scan(try #require(texts.last))
        return try #require(scene.desks["front"]).needsRoom(for: scene.actions, since: before)
    }

    private func draft(_ type: EventType, _ scene: DeskScene) -> [Desk.Action] {
        [
            .record(
                EventDraft(
                    id: .make(at: scene.now.wall, using: &scene.generator), type: type, subject: nil, now: scene.now,
                    bootID: scene.bootID, actor: nil, data: []))
        ]
    }

    @Test func `a new parcel needs room, and a second scan of it does not`() throws {
        let scene = DeskScene()
        scene.announce("SF1234567890123")
        #expect(try needsRoom(scene, "SF1234567890123"))
        #expect(try !needsRoom(scene, "SF1234567890123"))
    }

    @Test func `a hand-over needs room to begin and to go on, and none to end`() throws {
        let scene = DeskScene()
        scene.announce("SF1234567890123")
        #expect(try needsRoom(scene, DeskScene.courierBadge))
        #expect(try needsRoom(scene, DeskCommand.openDelivery.text))
        #expect(try needsRoom(scene, "SF1234567890123"))
        #expect(try !needsRoom(scene, DeskCommand.closeBatch.text))
        #expect(scene.recorded.map(\.type) == [.batchClosed])
    }

    @Test func `whoever has signed in can leave`() throws {
        let scene = DeskScene()
        #expect(try !needsRoom(scene, DeskScene.operatorBadge, DeskCommand.signOut.text))
        #expect(scene.recorded.map(\.type) == [.operatorSignedOut])
    }

    @Test func `a farmer is met only with room, and then all of the crates belong to it`() throws {
        let scene = DeskScene()
        let weigh = DeskCommand.mode(.weigh).text
        #expect(try needsRoom(scene, DeskScene.operatorBadge, weigh, "KB-FARMER"))
        let desk = try #require(scene.desks["front"])
        for type in [EventType.weighInRecorded, .weighInVoided, .lotPacked] {
            #expect(!desk.needsRoom(for: draft(type, scene), since: desk), "\(type.text)")
        }
        #expect(desk.needsRoom(for: draft(.parcelReceived, scene), since: desk))
        // Scanned again, the same farmer is nothing new.
        #expect(try !needsRoom(scene, "KB-FARMER"))
        // Without a farmer nothing was begun.
        try scene.scan(weigh)
        let idle = try #require(scene.desks["front"])
        #expect(idle.needsRoom(for: draft(.weighInRecorded, scene), since: idle))
    }
}
