/// A stretch of a sound: one pitch or one movement of it, in one timbre; or silence.
struct Note {
    /// In hertz.
    enum Pitch {
        case steady(Double)
        case glide(Double, Double)
        /// To and fro between the two.
        case warble(Double, Double, everyMilliseconds: Double)
    }

    /// How strong the fundamental and each overtone is.
    enum Timbre {
        case bright, reed
        /// The same two without what makes them sharp: as if heard through a wall.
        case soft, dull

        var overtones: [Double] {
            switch self {
            case .bright: [1, 0.5, 0.25]
            case .reed: [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25]
            case .soft: [1, 0.1]
            case .dull: [1, 0.7, 0.4]
            }
        }
    }

    /// A membrane that has to jump clicks, and a click sounds the same in all of them.
    static let attackMilliseconds = 4
    static let releaseMilliseconds = 8

    private let pitch: Pitch
    private let milliseconds: Int
    /// `nil`: silence.
    private let timbre: Timbre?

    init(_ pitch: Pitch, _ milliseconds: Int, _ timbre: Timbre?) {
        self.pitch = pitch
        self.milliseconds = milliseconds
        self.timbre = timbre
    }

    static func rest(_ milliseconds: Int) -> Note { Note(.steady(0), milliseconds, nil) }

    /// For practice. A buzz an octave lower would be lost in a small speaker.
    var muffled: Note {
        switch timbre {
        case .bright: Note(pitch.octaveLower, milliseconds, .soft)
        case .reed: Note(pitch, milliseconds, .dull)
        case .soft, .dull, nil: self
        }
    }

    /// - Parameter level: the highest sample, as a part of what 16 bits hold; at most 1.
    func samples(perSecond rate: Int, level: Double) -> [Int16] {
        let count = rate * milliseconds / 1000
        guard let timbre else { return [Int16](repeating: 0, count: count) }
        let wave = wave(timbre, count: count, rate: Double(rate))
        // Overtones add up to more than one or to less, as their phases fall: what counts is the highest place.
        let peak = wave.reduce(0) { max($0, abs($1)) }
        guard peak > 0 else { return [Int16](repeating: 0, count: count) }
        let (attack, release) = (rate * Self.attackMilliseconds / 1000, rate * Self.releaseMilliseconds / 1000)
        let scale = min(level, 1) * Double(Int16.max) / peak
        return wave.enumerated().map { index, value in
            let ramp = min(1, Double(index) / Double(attack), Double(count - 1 - index) / Double(release))
            return Int16((value * ramp * scale).rounded())
        }
    }

    private func wave(_ timbre: Timbre, count: Int, rate: Double) -> [Double] {
        let overtones = timbre.overtones
        // In turns. It runs on when the pitch changes: a jump in it would click too.
        var phase = 0.0
        return (0..<count).map { index in
            var value = 0.0
            for (number, strength) in overtones.enumerated() { value += strength * sine(phase * Double(number + 1)) }
            phase += pitch.hertz(at: Double(index) / rate, of: Double(count) / rate) / rate
            phase -= phase.rounded(.down)
            return value
        }
    }
}

extension Note.Pitch {
    fileprivate var octaveLower: Note.Pitch {
        switch self {
        case .steady(let hertz): .steady(hertz / 2)
        case .glide(let from, let to): .glide(from / 2, to / 2)
        case .warble(let one, let other, let every): .warble(one / 2, other / 2, everyMilliseconds: every)
        }
    }

    fileprivate func hertz(at seconds: Double, of whole: Double) -> Double {
        switch self {
        case .steady(let hertz): hertz
        case .glide(let from, let to): from + (to - from) * seconds / whole
        case .warble(let one, let other, let every):
            Int(seconds * 1000 / every).isMultiple(of: 2) ? one : other
        }
    }
}

/// The sine of so many turns, to five digits. By hand, since pure modules import no C library, whose last digits differ from
/// machine to machine besides.
func sine(_ turns: Double) -> Double {
    // Into -1/2 … 1/2, and from there by symmetry into -1/4 … 1/4, where the series is quick.
    let rest = turns - turns.rounded()
    let folded = abs(rest) > 0.25 ? (rest > 0 ? 0.5 : -0.5) - rest : rest
    let x = folded * 2 * Double.pi
    let square = x * x
    return x * (1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72))))
}
