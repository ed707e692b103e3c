import Domain
import Phrases
import Testing
import Workflow

/// An order that the city withdraws or changes while it is packed.
@Suite struct DeskOrderTests {
    private static func order(_ grams: Int64) -> Order {
        Order(
            id: "O-20261124-0001", recipient: nil, carrier: .sf,
            lines: [.init(produce: "tomato", grade: "1", quantity: Mass(grams: grams))], tolerancePermille: 50)
    }

    @Test(arguments: [nil, order(2000)])
    func `is not sent`(_ later: Order?) throws {
        let scene = DeskScene()
        scene.point.orders = [Self.order(5000)]
        try scene.play(
            (DeskScene.operatorBadge, .signedIn), ("KC-PACK", .askOrder), ("O-20261124-0001", .packNext),
            ("SF1234567890123", .packNext))
        scene.point.orders = later.map { [$0] } ?? []
        let before = scene.point.events.count
        try scene.play(("SF1234567890123", .unknownOrder))
        #expect(scene.point.events.count == before && scene.point.parcel("SF1234567890123") == nil)
        // It begins anew as it is now, or not at all.
        try scene.play(("O-20261124-0001", later == nil ? .unknownOrder : .packNext))
    }
}
