import Foundation
import Sounds

/// What an ear makes of samples: where there is something to hear, and at what pitch.
struct Hearing {
    let samples: [Double]
    let rate = Double(Sound.samplesPerSecond)

    init(_ samples: some Sequence<Int16>) { self.samples = samples.map { Double($0) / Double(Int16.max) } }

    private init(part: ArraySlice<Double>) { samples = Array(part) }

    var milliseconds: Double { Double(samples.count) / rate * 1000 }

    func part(from start: Double, to end: Double) -> Hearing {
        Hearing(part: samples[Int(start * rate / 1000)..<min(Int(end * rate / 1000), samples.count)])
    }

    /// Beginnings and ends in milliseconds. Less than 20 ms of silence is none to an ear.
    var bursts: [ClosedRange<Double>] {
        let frame = Int(rate / 200)
        var found: [ClosedRange<Double>] = []
        for start in stride(from: 0, to: samples.count, by: frame) {
            let piece = samples[start..<min(start + frame, samples.count)]
            guard piece.contains(where: { abs($0) > 0.05 }) else { continue }
            let (from, to) = (Double(start) / rate * 1000, Double(piece.endIndex) / rate * 1000)
            if let last = found.last, from - last.upperBound < 20 {
                found[found.count - 1] = last.lowerBound...to
            } else {
                found.append(from...to)
            }
        }
        return found
    }

    /// Energy at a frequency, by Goertzel's algorithm.
    func energy(at hertz: Double) -> Double {
        let factor = 2 * cos(2 * .pi * hertz / rate)
        var (one, two) = (0.0, 0.0)
        for sample in samples { (one, two) = (sample + factor * one - two, one) }
        return one * one + two * two - factor * one * two
    }

    /// The strongest frequency, in hertz.
    var pitch: Double {
        stride(from: 100.0, through: 3000, by: 10).map { ($0, energy(at: $0)) }.max { $0.1 < $1.1 }?.0 ?? 0
    }

    /// What part of the whole lies above a frequency.
    func share(above hertz: Double) -> Double {
        let bands = stride(from: 50.0, through: 8000, by: 10).map { ($0, energy(at: $0)) }
        let high = bands.filter { $0.0 > hertz }.reduce(0) { $0 + $1.1 }
        return high / bands.reduce(0) { $0 + $1.1 }
    }

    /// The pitch at the beginning and at the end of the first burst.
    var movement: (from: Double, to: Double) {
        guard let first = bursts.first else { return (0, 0) }
        return (
            part(from: first.lowerBound, to: first.lowerBound + 30).pitch,
            part(from: first.upperBound - 30, to: first.upperBound).pitch
        )
    }
}
