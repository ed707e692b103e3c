import Domain
import ScaleProtocols

/// What is bought that day, for how much, in which containers, and on which scales.
enum WeighMarket {
    /// No time stands at any price, so that it holds whatever the board's clock is worth. Herbs have none at all.
    static let catalog = Catalog(
        version: 1,
        produce: [
            produce("tomato", 11, "番茄", "Tomatoes", ["1", "2"]),
            produce("cucumber", 12, "黄瓜", "Cucumbers", ["1", "2"]),
            produce("apple-fuji", 21, "富士苹果", "Fuji apples", ["80", "70", "X"]),
            produce("shiitake", 31, "干香菇", "Dried shiitake", ["A"]), herbs,
        ],
        containers: [
            .init(id: "crate-blue", number: 1, name: "蓝筐", tare: Mass(grams: 1500)),
            .init(id: "crate-foam", number: 2, name: "泡沫箱", tare: Mass(grams: 345)),
            .init(id: "sack", number: 3, name: "编织袋", tare: Mass(grams: 125)),
        ],
        offers: [
            offer("tomato", "1", 325), offer("tomato", "2", 210), offer("cucumber", "1", 285),
            offer("cucumber", "2", 190), offer("apple-fuji", "80", 765), offer("apple-fuji", "70", 595),
            offer("apple-fuji", "X", 175), offer("shiitake", "A", 6435),
        ])

    static let herbs = produce("herbs", 41, "野草药", "Wild herbs", ["A"])

    /// At noon the market is known: some prices fall, some rise.
    static var catalogOfNoon: Catalog {
        var noon = catalog
        noon.version = 2
        noon.offers = catalog.offers.enumerated().map { place, offer in
            var offer = offer
            offer.price = Price(fenPerKilogram: offer.price.fenPerKilogram + (place.isMultiple(of: 2) ? -15 : 20))
            return offer
        }
        return noon
    }

    /// Five, of which one has to be asked, and one has no word for rest nor for too much.
    static func scales(seed: UInt64) -> [WeighDay.Scale] {
        var options = ScaleOptions()
        options.unit = .kilogram
        var first = ScaleOptions()
        first.address = 1
        let asked =
            seed.isMultiple(of: 2)
            ? WeighDay.Scale(
                protocolName: .toledo8217, profile: "toledo-8217", options: options, interval: 5,
                negative: "scale-underloaded")
            : WeighDay.Scale(
                protocolName: .mtSICS, profile: "mettler-sics", options: ScaleOptions(), interval: 10)
        return [
            WeighDay.Scale(
                protocolName: .toledoContinuous, profile: "toledo-continuous", options: ScaleOptions(), interval: 20,
                tellsTare: true),
            WeighDay.Scale(
                protocolName: .yaohuaA9, profile: "yaohua-a9", options: options, interval: 10, saysRest: false,
                overloaded: "scale-silent"),
            asked,
            WeighDay.Scale(protocolName: .casCI, profile: "cas-ci", options: first, interval: 50),
            WeighDay.Scale(
                protocolName: .andStandard, profile: "and-standard", options: ScaleOptions(), interval: 20),
        ]
    }

    private static func produce(
        _ id: String, _ number: Int, _ name: String, _ english: String, _ grades: [String]
    ) -> Catalog.Produce {
        Catalog.Produce(
            id: id, number: number, name: name, english: english,
            grades: grades.map { Catalog.Grade(id: $0, name: "\($0)级") })
    }

    private static func offer(_ produce: String, _ grade: String, _ fen: Int64) -> Catalog.Offer {
        Catalog.Offer(produce: produce, grade: grade, price: Price(fenPerKilogram: fen))
    }
}
