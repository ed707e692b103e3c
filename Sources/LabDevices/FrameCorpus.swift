package import Domain
package import ScaleProtocols

/// The sound frames of one codec, and the inputs that are made of them.
package struct FrameCorpus: Sendable {
    /// Bytes that mean something to some format, so that an inserted one does harm.
    private static let special: [UInt8] = [
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A, 0x0D, 0x11, 0x15, 0x20, 0x2B, 0x2C, 0x2D, 0x2E, 0x30, 0x39,
        0x3D, 0x3F, 0x82, 0x8D, 0xFF,
    ]

    private let codec: any ScaleProtocol
    private let frames: [[UInt8]]
    private let readable: [(frame: [UInt8], reading: ScaleReading)]

    package init(_ codec: any ScaleProtocol, seed: UInt64) {
        self.codec = codec
        var random = SeededGenerator(seed: seed)
        var frames: [[UInt8]] = []
        for _ in 0..<200 {
            let reading = Self.reading(random: &random)
            if let frame = codec.encode(reading) { frames.append(frame) }
            var scale = codec
            var kiosk = codec
            let answer = scale.answer(kiosk.ask(), showing: reading)
            if !answer.isEmpty { frames.append(answer) }
            for order in ScaleCommand.allCases {
                let answer = codec.order(order).map { scale.answer($0, showing: reading) } ?? []
                if !answer.isEmpty { frames.append(answer) }
            }
        }
        self.frames = frames.isEmpty ? [Self.special] : frames
        readable = frames.compactMap { frame in
            var fresh = codec
            return fresh.feed((0..<5).flatMap { _ in frame }).last.map { (frame, $0) }
        }
    }

    /// A frame that gives this reading when it comes again and again; nil where the codec can say nothing.
    package func sound(random: inout SeededGenerator) -> (frame: [UInt8], reading: ScaleReading)? {
        readable.randomElement(using: &random)
    }

    /// Any reading, also such as no scale shows.
    package func reading(random: inout SeededGenerator) -> ScaleReading { Self.reading(random: &random) }

    private static func reading(random: inout SeededGenerator) -> ScaleReading {
        func mass(_ random: inout SeededGenerator) -> Mass? {
            switch Int.random(in: 0..<16, using: &random) {
            case 0: nil
            case 1: Mass(grams: .random(in: .min ... .max, using: &random))
            case 2: [Mass(grams: .min), Mass(grams: .max), .zero].randomElement(using: &random)
            case 3: Mass(grams: .random(in: -999_999_999...999_999_999, using: &random))
            default: Mass(grams: .random(in: -2_000...60_000, using: &random))
            }
        }
        return ScaleReading(
            mass: mass(&random), kind: ScaleReading.Kind.allCases.randomElement(using: &random) ?? .gross,
            stability: [.stable, .stable, .unstable].randomElement(using: &random) ?? .stable,
            range: [.ok, .ok, .ok, .over, .under].randomElement(using: &random) ?? .ok, tare: mass(&random),
            tareMode: ScaleReading.TareMode.allCases.randomElement(using: &random) ?? .none)
    }

    /// Noise, the letters of a frame in any order, or frames with some damage.
    package func input(random: inout SeededGenerator) -> [UInt8] {
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            return (0..<Int.random(in: 0...80, using: &random)).map { _ in .random(in: 0...255, using: &random) }
        case 1:
            let letters = frame(&random) + Self.special
            return (0..<Int.random(in: 0...80, using: &random)).map { _ in letters.randomElement(using: &random) ?? 0 }
        default:
            var bytes = (0..<Int.random(in: 1...3, using: &random)).flatMap { _ in frame(&random) }
            for _ in 0..<Int.random(in: 0...4, using: &random) { damage(&bytes, random: &random) }
            return bytes
        }
    }

    private func frame(_ random: inout SeededGenerator) -> [UInt8] { frames.randomElement(using: &random) ?? [] }

    private func damage(_ bytes: inout [UInt8], random: inout SeededGenerator) {
        guard let place = bytes.indices.randomElement(using: &random) else { return }
        let end = min(bytes.endIndex, place + Int.random(in: 1...8, using: &random))
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = .random(in: 0...255, using: &random)
        case 2: bytes[place] = Self.special.randomElement(using: &random) ?? 0
        case 3: bytes.insert(Self.special.randomElement(using: &random) ?? 0, at: place)
        case 4: bytes.remove(at: place)
        case 5: bytes.removeSubrange(place..<end)
        case 6: bytes.insert(contentsOf: bytes[place..<end], at: place)
        default: bytes.swapAt(place, Int.random(in: bytes.indices, using: &random))
        }
    }
}
