import Domain
import ScaleProtocols
import Testing

@Suite struct `Encoding for a simulated scale` {
    static let toledoVectors = [
        "gross", "in-motion", "net", "negative", "over", "preset-tare", "blank-tare", "hundreds",
    ]

    @Test(arguments: Fixture.readable.filter { $0.dialect == .toledoContinuous && toledoVectors.contains($0.name) })
    func `Toledo gives the golden bytes of a golden reading`(_ fixture: Fixture) throws {
        #expect(ToledoContinuous().encode(try #require(fixture.reading)) == fixture.bytes)
        #expect(ToledoContinuous(checksum: false).encode(try #require(fixture.reading)) == fixture.bytes.dropLast())
    }

    @Test(arguments: [1, 2, 5, 10, 20, 50, 100, 500, 1000, 5000, 10_000, 50_000, 100_000, 500_000] as [Int64])
    func `Toledo reads back what it says, at every interval`(_ interval: Int64) throws {
        var random = SeededGenerator(seed: UInt64(interval))
        var codec = ToledoContinuous()
        for _ in 0..<200 {
            let isNet = Bool.random(using: &random)
            var reading = ScaleReading(
                mass: Mass(grams: .random(in: -99_999...99_999, using: &random) * interval),
                kind: isNet ? .net : .gross,
                stability: Bool.random(using: &random) ? .stable : .unstable, range: .ok,
                tare: Mass(grams: isNet ? .random(in: 1...99_999, using: &random) * interval : 0),
                tareMode: isNet ? (Bool.random(using: &random) ? .measured : .preset) : .none,
                interval: Mass(grams: interval))
            reading.raw = try #require(codec.encode(reading))
            #expect(codec.feed(reading.raw) == [reading])
        }
        #expect(codec.dropped == 0)
    }

    @Test func `Toledo has no frame for what does not fit its fields`() {
        let codec = ToledoContinuous()
        #expect(codec.encode(ScaleReading(mass: Mass(grams: 999_999))) != nil)
        #expect(codec.encode(ScaleReading(mass: Mass(grams: 1_000_000))) == nil)
        #expect(codec.encode(ScaleReading(mass: Mass(grams: 12_345), interval: Mass(grams: 10))) == nil)
        #expect(
            codec.encode(ScaleReading(mass: Mass(grams: 12_345), tare: Mass(grams: 5), interval: Mass(grams: 10)))
                == nil)
        for interval in [0, -1, 3, 15, 1_000_000, .max, .min] as [Int64] {
            #expect(
                codec.encode(ScaleReading(mass: .zero, interval: Mass(grams: interval))) == nil, "d = \(interval) g")
        }
        #expect(codec.encode(ScaleReading(mass: Mass(grams: .min))) == nil)
    }

    @Test(arguments: [ScaleUnit.gram, .kilogram]) func `Yaohua reads back what it says`(_ unit: ScaleUnit)
        throws
    {
        var random = SeededGenerator(seed: 8)
        var codec = YaohuaA9(unit: unit)
        for _ in 0..<1000 {
            var reading = ScaleReading(mass: Mass(grams: .random(in: -999_999...999_999, using: &random)))
            reading.raw = try #require(codec.encode(reading))
            #expect(codec.feed(reading.raw) == [reading])
        }
    }

    @Test func `Yaohua takes as many decimals as fit`() throws {
        let codec = YaohuaA9()
        let heavy = try #require(codec.encode(ScaleReading(mass: Mass(grams: 53_280_000))))
        #expect(heavy == [0x02] + Array("+5328001".utf8) + Array("16".utf8) + [0x03])
        #expect(codec.encode(ScaleReading(mass: Mass(grams: 1_000_001))) == nil)
        #expect(codec.encode(ScaleReading(mass: Mass(grams: .min))) == nil)
        #expect(codec.encode(ScaleReading(mass: nil)) == nil)
    }

    @Test func `Yaohua reads the display in the unit that is set`() throws {
        let frame = try #require(Fixture.all.first { $0.dialect == .yaohuaA9 && $0.name == "whole-kilograms" }).bytes
        var codec = YaohuaA9(unit: .gram)
        #expect(codec.feed(frame).map(\.mass) == [Mass(grams: 1560)])
    }
}
