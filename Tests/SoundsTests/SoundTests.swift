import Domain
import Foundation
import Testing

@testable import Sounds

@Suite struct SoundTests {
    static let real = Sound.all.filter { !$0.isPractice }
    static let practice = Sound.all.filter(\.isPractice)
    /// How long the warble before each practice sound is, with the silence after it.
    static let marker = 180.0

    @Test func `there are eight sounds with names of their own`() {
        #expect(Sound.all.count == 8)
        #expect(Set(Sound.all.map(\.name)).count == 8)
        #expect(Sound(.saved, isPractice: false).name == "saved")
        #expect(Sound(.refused, isPractice: true).name == "refused-practice")
    }

    @Test func `ten parcels in ten seconds never wait for a sound`() {
        for sound in Sound.all { #expect(Hearing(sound.samples).milliseconds <= 600, "\(sound.name)") }
        #expect(Hearing(Sound(.saved, isPractice: false).samples).milliseconds <= 120)
    }

    @Test(arguments: Sound.all)
    func `no sample clips, and none is too soft`(sound: Sound) {
        let peak = sound.samples.map { abs(Int($0)) }.max() ?? 0
        let level = sound.isPractice ? 0.6 : 0.9
        #expect(Double(peak) <= level * Double(Int16.max))
        #expect(Double(peak) >= (level - 0.01) * Double(Int16.max))
    }

    /// A jump of the membrane clicks: sounds begin and end softly, also around their silences.
    @Test(arguments: Sound.all)
    func `no sound clicks`(sound: Sound) {
        let samples = sound.samples
        #expect(samples.first == 0 && samples.last == 0)
        // Ten zeros are silence; what lies just before and after it must be soft.
        let isSilent = samples.indices.map { index in samples[max(index - 9, 0)...index].allSatisfy { $0 == 0 } }
        for index in samples.indices.dropFirst(10).dropLast(10) where isSilent[index - 1] != isSilent[index] {
            let near = samples[(index - 10)...(index + 3)]
            for value in near { #expect(abs(Int(value)) < 1500, "at \(index)") }
        }
    }

    // MARK: Which is which

    @Test func `saved is one short beep that rises`() {
        let heard = Hearing(Sound(.saved, isPractice: false).samples)
        #expect(heard.bursts.count == 1)
        #expect(heard.movement.from > 1500 && heard.movement.to > heard.movement.from * 1.25)
    }

    @Test func `already is two equal beeps of middle pitch`() {
        let heard = Hearing(Sound(.already, isPractice: false).samples)
        #expect(heard.bursts.count == 2)
        for burst in heard.bursts {
            #expect(abs(heard.part(from: burst.lowerBound, to: burst.upperBound).pitch - 1000) < 30)
        }
    }

    @Test func `refused is one long low buzz`() {
        let heard = Hearing(Sound(.refused, isPractice: false).samples)
        #expect(heard.bursts.count == 1 && heard.milliseconds >= 400)
        #expect(heard.pitch < 250)
        // Small speakers give little below 400 Hz.
        #expect(heard.share(above: 400) > 0.5)
    }

    @Test func `attention is three times high and low`() {
        let heard = Hearing(Sound(.attention, isPractice: false).samples)
        #expect(heard.bursts.count == 3)
        for burst in heard.bursts {
            let middle = (burst.lowerBound + burst.upperBound) / 2
            let high = heard.part(from: burst.lowerBound, to: middle).pitch
            let low = heard.part(from: middle, to: burst.upperBound).pitch
            #expect(high > low * 1.5)
        }
    }

    /// One of the two is enough for who hears badly, or does not listen closely.
    @Test func `any two differ in rhythm and in pitch`() {
        for one in Self.real {
            for other in Self.real where one.tone.rawValue < other.tone.rawValue {
                let (a, b) = (Hearing(one.samples), Hearing(other.samples))
                let lengths = max(a.milliseconds, b.milliseconds) / min(a.milliseconds, b.milliseconds)
                #expect(a.bursts.count != b.bursts.count || lengths > 2, "\(one.name), \(other.name)")
                let octaves = max(
                    abs(log2(a.movement.from / b.movement.from)), abs(log2(a.movement.to / b.movement.to)))
                #expect(octaves > 0.5, "\(one.name), \(other.name)")
            }
        }
    }

    // MARK: Practice

    @Test(arguments: practice)
    func `practice begins with a warble, which nothing real has`(sound: Sound) {
        func warbles(_ hearing: Hearing) -> Bool {
            (0..<6).allSatisfy { step in
                let piece = hearing.part(from: Double(step) * 25, to: min(Double(step + 1) * 25, 100_000))
                guard piece.milliseconds > 20 else { return false }
                let (high, low) = (piece.energy(at: 600), piece.energy(at: 450))
                return step.isMultiple(of: 2) ? high > low * 4 : low > high * 4
            }
        }
        #expect(warbles(Hearing(sound.samples)))
        let real = Hearing(Sound(sound.tone, isPractice: false).samples)
        #expect(real.milliseconds < 150 || !warbles(real))
    }

    @Test(arguments: practice)
    func `practice is muffled, and the real thing is bright`(sound: Sound) {
        #expect(Hearing(sound.samples).share(above: 1500) < 0.02)
        #expect(Hearing(Sound(sound.tone, isPractice: false).samples).share(above: 1500) > 0.05)
    }

    @Test(arguments: practice)
    func `after the warble practice has the rhythm of the real thing`(sound: Sound) {
        let heard = Hearing(sound.samples)
        let rest = heard.part(from: Self.marker, to: heard.milliseconds)
        let real = Hearing(Sound(sound.tone, isPractice: false).samples)
        #expect(rest.bursts.count == real.bursts.count)
        #expect(abs(rest.milliseconds - real.milliseconds) < 1)
        guard sound.tone != .refused else { return }
        #expect(abs(real.movement.from / rest.movement.from - 2) < 0.1)
    }

    // MARK: The file

    @Test(arguments: Sound.all)
    func `the file is a whole WAV file`(sound: Sound) throws {
        let file = sound.file
        func text(_ range: Range<Int>) -> String { String(decoding: file[range], as: UTF8.self) }
        func number(_ start: Int, _ bytes: Int) -> Int {
            (0..<bytes).reduce(0) { $0 | Int(file[start + $1]) << (8 * $1) }
        }
        try #require(file.count > 44)
        #expect(text(0..<4) == "RIFF" && text(8..<16) == "WAVEfmt " && text(36..<40) == "data")
        #expect(number(4, 4) == file.count - 8 && number(16, 4) == 16 && number(40, 4) == file.count - 44)
        // PCM, one channel, the rate, bytes a second, bytes a sample, bits a sample.
        #expect(number(20, 2) == 1 && number(22, 2) == 1 && number(24, 4) == 22_050)
        #expect(number(28, 4) == 44_100 && number(32, 2) == 2 && number(34, 2) == 16)
        let samples = stride(from: 44, to: file.count, by: 2).map { Int16(truncatingIfNeeded: number($0, 2)) }
        #expect(samples == sound.samples)
    }

    @Test func `the sine is right to five digits`() {
        for step in -3000...3000 {
            let turns = Double(step) / 1000
            #expect(abs(sine(turns) - sin(2 * .pi * turns)) < 1e-5, "\(turns)")
        }
    }
}
