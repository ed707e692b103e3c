import Domain
import Testing

/// What of a lot is on sale.
@Suite struct StockTests {
    private func lot(_ net: Int64, taken: Int64, offered: Int64, until: Int64? = nil, _ status: Lot.Status = .offered)
        -> Lot
    {
        Lot(
            id: "KL-3f9a1c-000001", farmer: "f-1", produce: "tomato", grade: "1", status: status, crates: [],
            net: Mass(grams: net), taken: Mass(grams: taken),
            offer: .init(
                quantity: Mass(grams: offered), price: Price(fenPerKilogram: 990),
                until: until.map { Timestamp(milliseconds: $0) }))
    }

    @Test func `it goes down with packing and voids, and is never more than was offered`() {
        #expect(lot(10_000, taken: 0, offered: 8000).onSale(at: nil).grams == 8000)
        #expect(lot(10_000, taken: 5000, offered: 8000).onSale(at: nil).grams == 5000)
        // A crate of 6 kg was voided since.
        #expect(lot(4000, taken: 1000, offered: 8000).onSale(at: nil).grams == 3000)
        #expect(lot(4000, taken: 5000, offered: 8000).onSale(at: nil) == .zero)
        #expect(lot(10_000, taken: 0, offered: 8000, .packed).onSale(at: nil) == .zero)
    }

    /// One that may have run out is not sold; one of which no clock can tell goes on.
    @Test func `it ends with its offer`() {
        let offer = lot(10_000, taken: 0, offered: 8000, until: 1_000_000)
        func span(_ time: Int64) -> TimeSpan { TimeSpan(around: Timestamp(milliseconds: time), within: 100) }
        #expect(offer.onSale(at: span(999_000)).grams == 8000 && offer.onSale(at: nil).grams == 8000)
        #expect(offer.onSale(at: span(1_000_200)) == .zero)
    }
}
