import Domain
import Testing

@Suite struct `A mass` {
    @Test(
        arguments: [
            (0, "0.000 kg"), (1, "0.001 kg"), (12, "0.012 kg"), (999, "0.999 kg"), (1000, "1.000 kg"),
            (12_340, "12.340 kg"),
            (-1, "-0.001 kg"), (-12_340, "-12.340 kg"), (.max, "9223372036854775.807 kg"),
            (.min, "-9223372036854775.808 kg"),
        ] as [(Int64, String)])
    func `is written in kilograms with three decimals`(_ grams: Int64, _ text: String) {
        #expect(Mass(grams: grams).description == text)
    }

    @Test func `is compared by weight`() {
        #expect(Mass(grams: -1) < .zero && .zero < Mass(grams: 1) && !(Mass.zero < .zero))
    }
}
