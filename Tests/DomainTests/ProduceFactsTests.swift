import Domain
import Testing

/// What the events of produce say is what is read of them, and nothing that is not whole is read at all.
@Suite struct ProduceFactsTests {
    static let number = WeighIn.Number("KW-3f9a1c-000123")!
    static let id = EventID("01a20972-5f7b-7921-b9dc-f33bffd1e6e0")!
    static let scale = WeighIn.Scale(serial: "A9-17", protocolName: "toledo-continuous", interval: Mass(grams: 5))

    static func weighIn(priced: Bool = true) -> WeighIn {
        WeighIn(
            number: number, farmer: "p-3", identification: .card, produce: "tomato", grade: "1",
            lot: "KL-3f9a1c-000045", gross: Mass(grams: 12_345), tare: Mass(grams: 1500), tareMode: .preset,
            container: priced ? "crate-blue" : nil, stability: .inferred, scale: scale, raw: [2, 0x30, 13],
            pricing: priced
                ? WeighIn.Pricing(
                    price: Price(fenPerKilogram: 321), list: 7, rounding: .halfEven, amount: Money(fen: 3481)) : nil,
            warnings: priced ? [.unchecked, .belowMinimum] : [.unpriced])
    }

    @Test(arguments: [true, false])
    func `a weigh-in is read back as it was written`(priced: Bool) throws {
        let weighIn = Self.weighIn(priced: priced)
        #expect(WeighIn(weighIn.json) == weighIn)
    }

    @Test func `the other facts are read back as they were written`() throws {
        for reason in WeighIn.Voiding.Reason.allCases {
            let voiding = WeighIn.Voiding(voids: Self.id, number: Self.number, reason: reason)
            #expect(WeighIn.Voiding(voiding.json) == voiding)
        }
        let packing = Lot.Packing(
            farmer: "p-3", produce: "tomato", grade: "1",
            crates: [Self.number, try #require(.init("KW-3f9a1c-1000000"))],
            net: Mass(grams: 21_690), amount: Money(fen: 6962), unpriced: 1)
        #expect(Lot.Packing(packing.json) == packing)
        for until in [nil, Timestamp("2026-11-30T16:00:00.000Z")] {
            let offer = Lot.Offer(quantity: Mass(grams: 20_000), price: Price(fenPerKilogram: 990), until: until)
            #expect(Lot.Offer(offer.json) == offer)
        }
        let order = Order.Packing(
            parcel: "SF1234567890123",
            items: [.init(lot: "KL-3f9a1c-000045", produce: "tomato", grade: "1", quantity: Mass(grams: 5020))])
        #expect(Order.Packing(order.json) == order)
        for batch in [nil, Self.id.text] {
            let dispatch = Order.Dispatch(parcel: "SF1234567890123", batch: batch)
            #expect(Order.Dispatch(dispatch.json) == dispatch)
        }
        for shown in [Int64(19_990), 20_010, 20_011, -5, .min] {
            let check = ScaleCheck(
                reference: Mass(grams: 20_000), shown: Mass(grams: shown), tolerance: Mass(grams: 10),
                scale: Self.scale,
                raw: [2, 13])
            #expect(check.isPassed == (19_990...20_010).contains(shown))
            #expect(ScaleCheck(check.json) == check)
        }
    }

    /// Each member that must be there is taken away, and each is made something else.
    @Test func `what lacks a member, or has it in another form, is not read`() throws {
        let order = Order.Packing(
            parcel: "SF1234567890123", items: [.init(lot: "KL-1", produce: "t", grade: "1", quantity: Mass(grams: 1))])
        let facts: [(JSON, (JSON) -> Bool, optional: Set<String>)] = [
            (
                Self.weighIn().json, { WeighIn($0) != nil },
                ["container", "price", "warnings"]
            ),
            (
                WeighIn.Voiding(voids: Self.id, number: Self.number, reason: .mistake).json,
                { WeighIn.Voiding($0) != nil }, []
            ),
            (
                Lot.Packing(
                    farmer: "p", produce: "t", grade: "1", crates: [Self.number], net: Mass(grams: 1), amount: .zero,
                    unpriced: 0
                ).json, { Lot.Packing($0) != nil }, []
            ),
            (
                Lot.Offer(
                    quantity: .zero, price: Price(fenPerKilogram: 1), until: Timestamp("2026-11-30T16:00:00.000Z")
                )
                .json, { Lot.Offer($0) != nil }, ["until"]
            ), (order.json, { Order.Packing($0) != nil }, []),
            (Order.Dispatch(parcel: "P", batch: Self.id.text).json, { Order.Dispatch($0) != nil }, ["batch"]),
            (
                ScaleCheck(
                    reference: Mass(grams: 1), shown: Mass(grams: 1), tolerance: .zero, scale: Self.scale, raw: [1]
                ).json, { ScaleCheck($0) != nil }, []
            ),
        ]
        for (json, isRead, optional) in facts {
            let members = try #require(json.object)
            #expect(isRead(json))
            for name in members.keys {
                var without = members
                without[name] = nil
                #expect(isRead(.object(without)) == optional.contains(name), "without \(name)")
                guard !optional.contains(name) else { continue }
                var other = members
                other[name] = [7]
                #expect(!isRead(.object(other)), "another \(name)")
            }
        }
        var weighIn = try #require(Self.weighIn().json.object)
        weighIn["net"] = 10_846
        #expect(WeighIn(.object(weighIn)) == nil, "net is gross less tare")
    }
}
