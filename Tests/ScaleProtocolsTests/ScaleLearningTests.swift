import Domain
import ScaleProtocols
import Testing

@Suite struct `Learning a scale by listening` {
    /// What a scale sends while somebody loads it, from the middle of a frame on.
    static func stream(_ name: ScaleProtocolName, _ options: ScaleOptions = ScaleOptions()) throws -> [UInt8] {
        let codec = try name.make(options)
        var bytes: [UInt8] = []
        for grams in [0, 1230, 1230, 4570, 12_340, 12_340, 12_340, 9870, 6510, 0] as [Int64] {
            let reading = ScaleReading(mass: Mass(grams: grams), kind: .gross, stability: .stable, range: .ok)
            bytes += try #require(codec.encode(reading))
        }
        return Array(bytes.dropFirst(4))
    }

    static var talkers: [ScaleProtocolName] {
        ScaleProtocolName.allCases.filter { name in
            var options = ScaleOptions()
            if name.options.contains(.isAsked) { options.isAsked = false }
            return ((try? name.make(options))?.polling).map { _ in false } ?? true
        }
    }

    @Test(arguments: talkers) func `finds the protocol that was spoken`(_ name: ScaleProtocolName) throws {
        let candidates = ScaleLearning.candidates(try Self.stream(name))
        let found = try #require(candidates.first { $0.name == name })
        #expect(found.score == candidates.first?.score, "\(candidates.map { "\($0.name.rawValue) \($0.score)" })")
        #expect(found.frames >= 8 && found.parity == .none)
        // Where a frame ends with the next one's beginning, the last was not heard.
        #expect([0, 6510].contains(found.sample.mass?.grams))
    }

    @Test func `finds a protocol with a check before all without, and says so`() throws {
        for name in [.yaohuaA9, .toledoContinuous, .yaohuaA12E] as [ScaleProtocolName] {
            let candidates = ScaleLearning.candidates(try Self.stream(name))
            #expect(candidates.first?.name == name)
            #expect(candidates.first?.isChecked == true)
            #expect(candidates.first?.score ?? 0 >= 90)
        }
        let forward = ScaleLearning.candidates(try Self.stream(.yaohuaForward)).first
        #expect(forward?.isChecked == false)
        #expect(forward?.score ?? 100 <= 60)
    }

    /// Its grams have decimals, so most changed digits make no weight; that is no check.
    @Test func `a format without a check is never said to have one`() {
        for text in [
            "      0.665 g   \r\n", "S S      0.665 g \r\n", "+    0.665 g  \r\n", "ST,GS,   0.665 g\r\n",
            "ST,GS,   5.000 g\r\n",
        ] {
            let heard = Array(String(repeating: text, count: 20).utf8)
            for candidate in ScaleLearning.candidates(heard) {
                #expect(!candidate.isChecked && candidate.score <= 60, "\(text): \(candidate.name.rawValue)")
            }
        }
    }

    @Test func `finds the options that the bytes tell`() throws {
        var unchecked = ScaleOptions()
        unchecked.checksum = false
        #expect(
            ScaleLearning.candidates(try Self.stream(.toledoContinuous, unchecked)).first?.options.checksum == false)
        var narrow = ScaleOptions()
        narrow.characters = 7
        let found = ScaleLearning.candidates(try Self.stream(.yaohuaReversed, narrow)).first {
            $0.name == .yaohuaReversed
        }
        #expect(found?.options.characters == 7)
    }

    @Test(arguments: [ScaleLearning.Parity.even, .odd])
    func `sees seven bits and a parity through eight bits and none`(_ parity: ScaleLearning.Parity) throws {
        let bytes = try Self.stream(.toledoContinuous).map { byte in
            (byte.nonzeroBitCount % 2 == 0) == (parity == .even) ? byte : byte | 0x80
        }
        let best = ScaleLearning.candidates(bytes).first
        #expect(best?.name == .toledoContinuous && best?.parity == parity)
        #expect(best?.sample.mass == .zero)
        #expect(ScaleLearning.impression(bytes) == .parity(parity))
    }

    @Test func `says what a line looks like on which nothing fits`() {
        #expect(ScaleLearning.impression([]) == .silent)
        var generator = SeededGenerator(seed: 9)
        let noise = (0..<500).map { _ in UInt8.random(in: 0...255, using: &generator) }
        #expect(ScaleLearning.impression(noise) == .wrongSpeed)
        #expect(ScaleLearning.candidates(noise).isEmpty)
        let prose = Array(String(repeating: "Hello, who is there?\r\n", count: 20).utf8)
        #expect(ScaleLearning.impression(prose) == .unknown)
        #expect(ScaleLearning.candidates(prose).isEmpty)
    }

    @Test func `one frame is less sure than three`() throws {
        let frame = try #require(YaohuaA9().encode(ScaleReading(mass: Mass(grams: 12_340))))
        let one = ScaleLearning.candidates(frame).first
        let three = ScaleLearning.candidates(frame + frame + frame).first
        #expect(one?.score == 33 && three?.score == 100)
    }

    @Test func `a line with a scanner on it is no scale`() {
        let scans = Array("SF1234567890123\rJD0001234567890\r6901234567892\r".utf8)
        #expect(ScaleLearning.candidates(scans).isEmpty)
    }

    @Test func `any bytes are judged without a trap`() {
        var generator = SeededGenerator(seed: 3)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in
                [0x02, 0x0D, 0x3D, 0x20, 0x30, 0xFF].randomElement(using: &generator) ?? 0
            }
            _ = ScaleLearning.candidates(bytes.map(UInt8.init))
        }
    }
}
