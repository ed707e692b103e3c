public import Domain

/// Infers that the weight is at rest from a scale that does not say so: enough equal frames over enough time.
///
/// It owns no clock. A reading that has its own word on stability passes
/// unchanged. A different reading, one without mass, a silence of more than a second and a clock that ran backwards
/// each start the comparison anew.
public struct StabilityInference: Sendable {
    /// A value older than this is no reading, so it cannot be a neighbour of the next one either.
    private static let longestGapMilliseconds: Int64 = 1000

    private struct Run {
        var reading: ScaleReading
        var count: Int
        var since: Uptime
        var latest: Uptime
    }

    private let frames: Int
    private let span: Duration
    private var run: Run?

    /// - Parameters:
    ///   - frames: so many equal ones in a row are rest.
    ///   - span: over at least so long.
    public init(frames: Int = 5, span: Duration = .seconds(1)) {
        self.frames = frames
        self.span = span
    }

    /// The same reading, with `inferredStable` for `unknown` once it has stood still.
    public mutating func judge(_ reading: ScaleReading, at now: Uptime) -> ScaleReading {
        guard reading.stability == .unknown, reading.mass != nil else {
            run = nil
            return reading
        }
        let current = continued(reading, at: now)
        run = current
        var judged = reading
        if current.count >= frames, now - current.since >= span.milliseconds {
            judged.stability = .inferredStable
        }
        return judged
    }

    /// Readings are compared whole, their bytes too: frames that differ in a sign we do not read are not equal.
    private func continued(_ reading: ScaleReading, at now: Uptime) -> Run {
        guard var run, run.reading == reading, now >= run.latest, now - run.latest <= Self.longestGapMilliseconds else {
            return Run(reading: reading, count: 1, since: now, latest: now)
        }
        run.count += 1
        run.latest = now
        return run
    }
}
