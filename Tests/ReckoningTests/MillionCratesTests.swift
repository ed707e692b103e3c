import Domain
import Testing

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
            produce: "tomato", grade: "1", lot: "KL-000000-000001", gross: .zero, tare: .zero,
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
