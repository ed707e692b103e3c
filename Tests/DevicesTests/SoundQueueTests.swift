import Domain
import Sounds
import Testing

@testable import Devices

@Suite struct SoundQueueTests {
    private func filled(with tones: [Tone]) -> (queue: SoundQueue, dropped: Int) {
        var queue = SoundQueue()
        let dropped = tones.reduce(0) { $0 + queue.add(Sound($1, isPractice: false)) }
        return (queue, dropped)
    }

    @Test func `sounds come out in the order in which they went in`() {
        var (queue, dropped) = filled(with: [.refused, .saved, .already])
        #expect(dropped == 0)
        #expect(
            [queue.next(), queue.next(), queue.next(), queue.next()].map { $0?.tone } == [
                .refused, .saved, .already, nil,
            ])
    }

    @Test func `when all places are taken the oldest that does not say saved makes room`() {
        let (queue, dropped) = filled(
            with: [.saved, .already, .refused] + Array(repeating: .saved, count: 5) + [.attention])
        #expect(dropped == 1)
        #expect(queue.waiting.map(\.tone) == [.saved, .refused] + Array(repeating: .saved, count: 5) + [.attention])
    }

    @Test func `when all that wait say saved the new one is not played`() {
        let (queue, dropped) = filled(with: Array(repeating: .saved, count: 8) + [.refused, .saved])
        #expect(dropped == 2)
        #expect(queue.waiting.map(\.tone) == Array(repeating: .saved, count: 8))
    }

    @Test func `nothing is heard as saved that was not`() {
        var generator = SystemRandomNumberGenerator()
        var queue = SoundQueue()
        var asked: [Tone: Int] = [:]
        var heard: [Tone: Int] = [:]
        var dropped = 0
        for _ in 0..<2000 {
            if Bool.random(using: &generator), let next = queue.next() { heard[next.tone, default: 0] += 1 }
            guard let tone = Tone.allCases.randomElement(using: &generator) else { continue }
            asked[tone, default: 0] += 1
            dropped += queue.add(Sound(tone, isPractice: false))
            #expect(queue.waiting.count <= SoundQueue.capacity)
        }
        while let next = queue.next() { heard[next.tone, default: 0] += 1 }
        for tone in Tone.allCases { #expect(heard[tone, default: 0] <= asked[tone, default: 0]) }
        #expect(heard.values.reduce(0, +) + dropped == 2000)
    }
}
