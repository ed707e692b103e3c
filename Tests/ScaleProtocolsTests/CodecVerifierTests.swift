import Domain
import ScaleProtocols
import Testing

/// What every codec must stand, whatever its frames look like. After the decoder verifier of swift-nio.
@Suite struct `Every scale protocol` {
    @Test(arguments: Fixture.all) func `reads its golden frames`(_ fixture: Fixture) {
        var codec = fixture.dialect.make()
        #expect(codec.feed(fixture.whole) == (fixture.reading.map { [$0] } ?? []))
        #expect(codec.dropped == fixture.dropped)
    }

    @Test(arguments: Fixture.all) func `reads byte by byte as it reads at once`(_ fixture: Fixture) {
        var codec = fixture.dialect.make()
        #expect(fixture.whole.flatMap { codec.feed([$0]) } == (fixture.reading.map { [$0] } ?? []))
    }

    @Test(arguments: Dialect.allCases) func `reads many frames at once`(_ dialect: Dialect) {
        let fixtures = Fixture.all.filter { $0.dialect == dialect }
        let stream = (0..<50).flatMap { _ in fixtures.flatMap(\.bytes) } + dialect.closing
        var codec = dialect.make()
        #expect(codec.feed(stream) == (0..<50).flatMap { _ in fixtures.compactMap(\.reading) })
        #expect(codec.dropped == 50 * fixtures.reduce(0) { $0 + $1.dropped })
    }

    @Test(arguments: Fixture.readable) func `skips noise before and after a frame`(_ fixture: Fixture) throws {
        let reading = try #require(fixture.reading)
        var random = SeededGenerator(seed: 5)
        let noises: [[UInt8]] = [
            [], [0x02], [0x02, 0x02], [0x0D], [0x00, 0xFF], fixture.bytes.dropLast(), random.bytes(100),
        ]
        for noise in noises {
            var codec = fixture.dialect.make()
            // A line with noise in it is lost, the next one is not.
            let frames = fixture.dialect.isLine && !noise.isEmpty ? fixture.bytes + fixture.whole : fixture.whole
            #expect(codec.feed(noise + frames + noise + frames) == [reading, reading], "noise \(noise)")
        }
    }

    @Test(arguments: Fixture.readable.filter(\.dialect.noticesAddedBytes))
    func `never makes another weight of a frame with noise inside`(
        _ fixture: Fixture
    ) {
        var random = SeededGenerator(seed: 6)
        for position in fixture.bytes.indices {
            for noise in [[0x02], [0x0D], [0x30], [0x39], [0xFF], random.bytes(7)] {
                var damaged = fixture.bytes
                damaged.insert(contentsOf: noise, at: position)
                expectOnlyTruth(of: fixture, after: damaged)
            }
        }
    }

    @Test(arguments: Fixture.readable) func `survives truncation at every byte`(_ fixture: Fixture) {
        for length in fixture.bytes.indices {
            var codec = fixture.dialect.make()
            #expect(codec.feed(fixture.bytes.prefix(length)).isEmpty)
            expectOnlyTruth(of: fixture, after: Array(fixture.bytes.prefix(length)))
            expectOnlyTruth(of: fixture, after: Array(fixture.bytes.dropFirst(length + 1)))
        }
    }

    @Test(arguments: Fixture.readable.filter(\.dialect.isChecked))
    func `refuses a frame with any one bit wrong`(_ fixture: Fixture) {
        for position in fixture.bytes.indices {
            for bit in 0..<7 {
                var damaged = fixture.bytes
                damaged[position] ^= 1 << bit
                var codec = fixture.dialect.make()
                // Without its start or its end there is no frame that could be refused.
                let isEdge = position == 0 || position == fixture.bytes.endIndex - 1
                #expect(codec.feed(damaged).isEmpty && (codec.dropped > 0 || isEdge), "byte \(position), bit \(bit)")
            }
        }
    }

    @Test(arguments: Fixture.readable) func `forgets a begun frame on reset, and keeps its count`(_ fixture: Fixture)
        throws
    {
        var codec = fixture.dialect.make()
        if let broken = Fixture.all.first(where: { $0.dialect == fixture.dialect && $0.dropped > 0 }) {
            _ = codec.feed(broken.whole)
            #expect(codec.dropped == broken.dropped)
        }
        codec.reset()
        let dropped = codec.dropped
        _ = codec.feed(fixture.bytes.dropLast())
        codec.reset()
        #expect(codec.feed(fixture.bytes.suffix(1)).isEmpty)
        codec.reset()
        #expect(codec.feed(fixture.whole) == [try #require(fixture.reading)])
        #expect(codec.dropped == dropped)
    }

    /// Half the bytes are any, half come from real frames, so that the fuzz gets past the first checks.
    @Test(arguments: Dialect.allCases) func `stands 100,000 random bytes`(_ dialect: Dialect) throws {
        var random = SeededGenerator(seed: 7)
        let fixture = try #require(Fixture.readable.first { $0.dialect == dialect })
        let noise = (0..<100_000).map { _ in
            Bool.random(using: &random)
                ? UInt8.random(in: 0...255, using: &random) : fixture.bytes.randomElement(using: &random)!
        }
        var whole = dialect.make()
        let end = (dialect.isLine ? fixture.bytes : []) + fixture.whole
        let readings = whole.feed(noise + end)
        #expect(readings.last == fixture.reading)
        #expect(whole.dropped > 100)
        #expect(readings.allSatisfy { $0.fault == nil || $0.mass == nil })
        #expect(readings.allSatisfy { !$0.raw.isEmpty && $0.raw.count <= 64 })

        var bytewise = dialect.make()
        var largest = 0
        var collected = noise.enumerated().flatMap { index, byte in
            // Looking is slow; a prime stride meets frames at every place.
            defer { if index % 17 == 0 { largest = max(largest, footprint(of: bytewise)) } }
            return bytewise.feed([byte])
        }
        collected += bytewise.feed(end)
        #expect(collected == readings && bytewise.dropped == whole.dropped)
        #expect(largest < 120)
    }

    @Test(arguments: ScaleProtocolName.allCases) func `has a name that makes it and golden frames under that name`(
        _ name: ScaleProtocolName
    ) throws {
        let fixture = try #require(Fixture.readable.first { $0.dialect.rawValue == name.rawValue })
        var codec = name.make()
        #expect(codec.feed(fixture.whole) == [try #require(fixture.reading)])
    }

    /// The reading at the end must come out; one from the damaged bytes may, but only with the same weight, or none
    /// where there is no check that would notice.
    private func expectOnlyTruth(of fixture: Fixture, after damaged: [UInt8]) {
        var codec = fixture.dialect.make()
        // One frame may be lost with the damaged bytes, and another by being longer or shorter than what they made.
        let lost = fixture.dialect.isLine ? fixture.bytes + fixture.bytes : []
        let readings = codec.feed(damaged + lost + fixture.whole)
        #expect(readings.last == fixture.reading, "after \(damaged)")
        let truths = readings.filter { reading in
            guard !fixture.dialect.isChecked else { return reading == fixture.reading }
            return reading.mass == nil
                || reading.mass == fixture.reading?.mass && reading.stability == fixture.reading?.stability
        }
        #expect(truths.count == readings.count, "after \(damaged)")
    }
}

/// How many values hang below this one: grows with every byte that is kept.
func footprint(of value: Any) -> Int {
    Mirror(reflecting: value).children.reduce(1) { $0 + footprint(of: $1.value) }
}

extension SeededGenerator {
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }
}
