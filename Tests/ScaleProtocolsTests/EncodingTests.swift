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

    /// What a line of this dialect can say of a weight, beyond the mass.
    static let words: [ScaleReading] = [
        ScaleReading(kind: .gross, stability: .stable, range: .ok),
        ScaleReading(kind: .net, stability: .stable, range: .ok),
        ScaleReading(kind: .gross, stability: .unstable, range: .ok),
    ]

    @Test(arguments: Dialect.allCases) func `what a scale says is read back, to the gram`(_ dialect: Dialect) throws {
        var random = SeededGenerator(seed: 9)
        for word in Self.words {
            let codec = dialect.make()
            for grams in [0, 1, -1, 5, 999, 1000]
                + (0..<200).map({ _ in Int64.random(in: -9_999...99_999, using: &random) })
            {
                var said = word
                said.mass = Mass(grams: grams)
                guard let frame = codec.encode(said) else { continue }
                // The lines of one scale are of one length, which short numbers of some makers are not.
                var fresh = dialect.make()
                let read = fresh.feed(frame + (dialect == .yaohuaKeli ? [0x3D] : dialect.closing))
                try #require(read.count == 1, "\(grams): \(frame)")
                if read[0].mass == nil {
                    // An 8217 gives no weight in motion or below zero, an SBI balance no unit in motion.
                    #expect(
                        dialect.name == .toledo8217 && (word.stability == .unstable || grams < 0)
                            || dialect.name == .sartoriusSBI && word.stability == .unstable)
                } else {
                    #expect(read[0].mass == said.mass && read[0].fault == nil)
                }
                #expect(
                    [said.kind, .unknown].contains(read[0].kind) || dialect.name == .yaohuaCommand
                        || dialect == .casValueDecimals)
                #expect([said.stability, .unknown].contains(read[0].stability))
                #expect(read[0].raw.elementsEqual(frame) || dialect == .yaohuaKeli)
            }
            #expect(
                (codec.encode(ScaleReading(mass: Mass(grams: 12_340), kind: .gross)) == nil)
                    == (dialect == .toledo8217Pounds))
            for grams in [Int64.max, .min] {
                #expect(
                    codec.encode(ScaleReading(mass: Mass(grams: grams), stability: .stable, range: .ok)).map { frame in
                        var fresh = dialect.make()
                        return fresh.feed(frame + dialect.closing).allSatisfy { $0.mass == nil }
                    } ?? true)
            }
        }
    }

    @Test(arguments: Dialect.allCases) func `a scale out of range says no weight, or nothing`(_ dialect: Dialect) {
        for range in [ScaleReading.Range.over, .under] {
            var codec = dialect.make()
            guard let frame = codec.encode(ScaleReading(range: range)) else { continue }
            let read = codec.feed(frame + dialect.closing)
            #expect(read.count == 1 && read.allSatisfy { $0.mass == nil && $0.range != .ok }, "\(range)")
        }
    }
}
