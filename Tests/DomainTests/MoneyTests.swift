import Domain
import TestSupport
import Testing

@Suite struct `An amount of money` {
    @Test(arguments: [
        (0, "0.00"), (1, "0.01"), (99, "0.99"), (100, "1.00"), (3950, "39.50"), (-1, "-0.01"), (-12_345, "-123.45"),
        (Int64.max, "92233720368547758.07"), (Int64.min, "-92233720368547758.08"),
    ])
    func `is written in yuan`(_ fen: Int64, _ text: String) {
        #expect(Money(fen: fen).description == text)
    }

    /// Every case by hand: net in grams, price in fen a kilogram, and the fen that either rule gives.
    static let amounts: [Named<(Int64, Int64, Int64, Int64)>] = [
        Named("nothing weighs nothing", (0, 320, 0, 0)),
        Named("given away", (12_340, 0, 0, 0)),
        Named("whole", (12_000, 320, 3840, 3840)),
        Named("3948.8", (12_340, 320, 3949, 3949)),
        Named("just below a half: 0.499", (499, 1, 0, 0)),
        Named("a half of the even 0", (500, 1, 1, 0)),
        Named("just above it: 0.501", (501, 1, 1, 1)),
        Named("a half of the odd 1", (1500, 1, 2, 2)),
        Named("a half of the even 2", (2500, 1, 3, 2)),
        Named("0.999", (999, 1, 1, 1)),
        Named("a gram at one yuan a kilogram", (1, 100, 0, 0)),
        Named("five grams at one yuan a kilogram", (5, 100, 1, 0)),
        Named("a lorry of saffron", (30_000_000, 10_000_000, 300_000_000_000, 300_000_000_000)),
    ]

    @Test(arguments: amounts)
    func `is net times price, rounded once`(_ row: Named<(Int64, Int64, Int64, Int64)>) {
        let (grams, fen, up, even) = row.value
        let price = Price(fenPerKilogram: fen)
        #expect(price.amount(for: Mass(grams: grams), .halfUp) == Money(fen: up))
        #expect(price.amount(for: Mass(grams: grams), .halfEven) == Money(fen: even))
    }

    @Test func `is not guessed where there can be none`() {
        for rule in Rounding.allCases {
            #expect(Price(fenPerKilogram: 320).amount(for: Mass(grams: -1), rule) == nil)
            #expect(Price(fenPerKilogram: -1).amount(for: Mass(grams: 1), rule) == nil)
            #expect(Price(fenPerKilogram: .max).amount(for: Mass(grams: 2), rule) == nil)
            #expect(Price(fenPerKilogram: .max).amount(for: Mass(grams: .max), rule) == nil)
            #expect(Price(fenPerKilogram: .min).amount(for: Mass(grams: .min), rule) == nil)
        }
        #expect(Price(fenPerKilogram: .max).amount(for: Mass(grams: 1), .halfUp) == Money(fen: 9_223_372_036_854_776))
        #expect(Price(fenPerKilogram: .max).amount(for: Mass(grams: 1), .halfEven) == Money(fen: 9_223_372_036_854_776))
    }
}
