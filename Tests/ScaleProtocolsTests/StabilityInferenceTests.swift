import Domain
import ScaleProtocols
import Testing

@Suite struct `Inferring stability` {
    private func judge(_ steps: [(Int64?, Int64)]) -> [ScaleReading.Stability] {
        var inference = StabilityInference()
        return steps.map { grams, time in
            inference.judge(ScaleReading(mass: grams.map(Mass.init(grams:))), at: Uptime(milliseconds: time)).stability
        }
    }

    @Test func `five equal frames over a second are at rest`() {
        #expect(
            judge([(500, 0), (500, 250), (500, 500), (500, 750), (500, 1000), (500, 1250)])
                == [.unknown, .unknown, .unknown, .unknown, .inferredStable, .inferredStable])
    }

    @Test func `five frames in less than a second are not`() {
        #expect(judge([(500, 0), (500, 250), (500, 500), (500, 750), (500, 999)]).allSatisfy { $0 == .unknown })
    }

    @Test func `four frames over a second are not`() {
        #expect(judge([(500, 0), (500, 400), (500, 800), (500, 1200)]).allSatisfy { $0 == .unknown })
    }

    @Test(arguments: [499, nil] as [Int64?]) func `another weight or none starts anew`(_ other: Int64?) {
        let steps: [(Int64?, Int64)] = [(500, 0), (500, 300), (500, 600), (500, 900), (other, 1000)]
        let after: [(Int64?, Int64)] = [(500, 1200), (500, 1500), (500, 1800), (500, 2100), (500, 2200)]
        #expect(
            judge(steps + after) == [.unknown, .unknown, .unknown, .unknown, .unknown]
                + [.unknown, .unknown, .unknown, .unknown, .inferredStable])
    }

    @Test func `a silence of more than a second starts anew`() {
        #expect(judge([(500, 0), (500, 200), (500, 400), (500, 600), (500, 1601)]).last == .unknown)
        #expect(judge([(500, 0), (500, 200), (500, 400), (500, 600), (500, 1600)]).last == .inferredStable)
    }

    @Test func `a clock that ran backwards starts anew`() {
        #expect(judge([(500, 5000), (500, 5200), (500, 5400), (500, 5600), (500, 5599), (500, 6000)]).last == .unknown)
    }

    @Test func `frames of other bytes are not equal, though they weigh the same`() {
        var inference = StabilityInference(frames: 2, span: .milliseconds(100))
        #expect(inference.judge(ScaleReading(mass: .zero, raw: [1]), at: Uptime(milliseconds: 0)).stability == .unknown)
        #expect(
            inference.judge(ScaleReading(mass: .zero, raw: [2]), at: Uptime(milliseconds: 500)).stability == .unknown)
        #expect(
            inference.judge(ScaleReading(mass: .zero, raw: [2]), at: Uptime(milliseconds: 600)).stability
                == .inferredStable)
    }

    @Test(arguments: [ScaleReading.Stability.stable, .unstable]) func `the scale's own word is never changed`(
        _ word: ScaleReading.Stability
    ) {
        var inference = StabilityInference(frames: 1, span: .milliseconds(0))
        let reading = ScaleReading(mass: .zero, stability: word)
        #expect(inference.judge(reading, at: Uptime(milliseconds: 0)) == reading)
        #expect(inference.judge(reading, at: Uptime(milliseconds: 5000)) == reading)
    }

    @Test func `only the stability of a reading is changed`() {
        var inference = StabilityInference(frames: 1, span: .milliseconds(0))
        var expected = ScaleReading(mass: Mass(grams: 7), kind: .gross, range: .ok, raw: [1, 2])
        let judged = inference.judge(expected, at: Uptime(milliseconds: .min))
        expected.stability = .inferredStable
        #expect(judged == expected)
    }
}
