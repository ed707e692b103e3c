import Barcodes
import Domain
import Phrases
import Testing
import Workflow

/// A number that is most likely no parcel becomes one only by a second thought, or because the point knows it.
@Suite struct DeskDoubtTests {
    static let goods = "6901028512343"

    @Test func `goods are refused at first and taken when they are scanned again`() throws {
        let scene = DeskScene()
        try scene.play((Self.goods, .scan))
        #expect(scene.point.events.isEmpty)
        scene.pass(milliseconds: 1500)
        try scene.play((Self.goods, .received), (Self.goods, .already))
    }

    /// What a scanner reads twice by itself is no second thought.
    @Test func `twice within a moment is once`() throws {
        let scene = DeskScene()
        try scene.play((Self.goods, .scan))
        scene.pass(milliseconds: 5)
        try scene.play((Self.goods, .scan))
        #expect(scene.point.events.isEmpty)
    }

    @Test func `a doubt is forgotten after a minute, by another scan and by another command`() throws {
        for change in 0..<3 {
            let scene = DeskScene()
            try scene.play((Self.goods, .scan))
            switch change {
            case 0: scene.pass(milliseconds: 61_000)
            case 1: try scene.play(("SF1234567890123", .received))
            default: try scene.play(("KC-FIND", .mode), ("KC-RECEIVE", .mode))
            }
            scene.pass(milliseconds: 1500)
            try scene.play((Self.goods, .scan))
            #expect(scene.point.known[Self.goods] == nil, "\(change)")
        }
    }

    @Test func `what is announced is no question`() throws {
        let scene = DeskScene()
        scene.announce(Self.goods)
        try scene.play((Self.goods, .received))
    }

    @Test func `of several packages the number alone asks for the package's code`() throws {
        let scene = DeskScene()
        try scene.play(
            ("JD0118080218877-1-3-", .received), ("JD0118080218877-2-3-", .received), ("JD0118080218877", .scan))
        #expect(scene.point.known["JD0118080218877"] == nil)
        try scene.play(("JD0118080218899-7-9-", .received), ("JD0118080218899", .scan))
        // The other code of the label first.
        try scene.play(("JD0118080218881", .received), ("JD0118080218881-1-3-", .scan))
        #expect(scene.point.known["JD0118080218881-1"] == nil)
        // The second package bears it too, and whoever scans it again means it.
        scene.pass(milliseconds: 1500)
        try scene.play(("JD0118080218881-2-3-", .scan))
        scene.pass(milliseconds: 1500)
        try scene.play(("JD0118080218881-2-3-", .received))
        // From then on it is known that there are several.
        try scene.play(("JD0118080218881-3-3-", .received))
        // One label of one package bears both.
        try scene.play(("JD0118080218878-1-1-", .received), ("JD0118080218878", .already))
    }
}
