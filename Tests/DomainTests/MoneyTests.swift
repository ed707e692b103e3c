import Domain
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

/// A million crates by chance beside reckoning on paper. A seed that fails is printed.
@Suite struct `A million crates` {
    static let cases = 1_000_000
    static let parts: [UInt64] = Array(1...10)

    /// As scales count and as people price: steps of 1 g to 100 g, whole jiao and odd fen, so that exact halves are common.
    @Test(arguments: parts)
    func `have the net and the amount that they have on paper`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var ties = 0
        var crate = WeighIn(
            number: .init(epoch: .random(using: &generator), count: 1), farmer: "f-1", identification: .card,
            isRegistered: false, produce: "tomato", grade: "1", lot: "KL-000000-000001", gross: .zero, tare: .zero,
            tareMode: .measured, container: nil, stability: .device,
            scale: .init(serial: nil, protocolName: "mt-sics", interval: nil), raw: [1], pricing: nil, warnings: [])
        for number in 0..<Self.cases / Self.parts.count {
            let step = [1, 2, 5, 10, 20, 50, 100][Int(generator.next() % 7)] as Int64
            let most = [600, 6000, 60_000, 600_000][Int(generator.next() % 4)] as Int64
            let gross = Mass(grams: Int64(generator.next() % UInt64(most)) * step)
            let tare = Mass(grams: gross.grams == 0 ? 0 : Int64(generator.next() % UInt64(gross.grams / step)) * step)
            let coin = [1, 1, 5, 10, 50, 100][Int(generator.next() % 6)] as Int64
            let price = Price(
                fenPerKilogram: Int64(generator.next() % (generator.next() % 4 == 0 ? 100_000 : 1000)) * coin)
            // The net that is recorded, and the one that is priced.
            (crate.gross, crate.tare) = (gross, tare)
            let net = gross.subtracting(tare)

            let paperNet = PaperDecimal(kilograms(gross)) - PaperDecimal(kilograms(tare))
            let product = paperNet * PaperDecimal(Money(fen: price.fenPerKilogram).description)
            if product.isTie(at: 2) { ties += 1 }
            let up = price.amount(for: net, .halfUp)?.description
            let even = price.amount(for: net, .halfEven)?.description
            // No macro for each of a million: it would take most of the time.
            guard kilograms(net) == paperNet.text, crate.net == net, up == product.rounded(to: 2, .fiveRoundsUp).text,
                even == product.rounded(to: 2, .fiveRoundsToEven).text
            else {
                return #expect(
                    Bool(false),
                    "seed \(seed), crate \(number): \(gross) less \(tare) at \(price.fenPerKilogram): \(net), \(up ?? "-"), \(even ?? "-"), on paper \(product.text)"
                )
            }
        }
        #expect(ties > 1000, "only \(ties) exact halves: they are what rounding is about")
    }

    private func kilograms(_ mass: Mass) -> String { String(mass.description.dropLast(3)) }
}
