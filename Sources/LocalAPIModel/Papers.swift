public import Domain

/// A paper as lines of text.
public struct SlipText: Codable, Hashable, Sendable {
    public var reference: String
    public var kind: PrintJob.Kind
    /// In columns.
    public var width: Int
    public var isPractice: Bool
    public var lines: [String]

    public init(reference: String, kind: PrintJob.Kind, width: Int, isPractice: Bool, lines: [String]) {
        (self.reference, self.kind, self.width) = (reference, kind, width)
        (self.isPractice, self.lines) = (isPractice, lines)
    }

    enum CodingKeys: String, CodingKey {
        case reference, kind, width, lines
        case isPractice = "practice"
    }
}

/// What became of printing a paper again.
public struct PrintResult: Codable, Hashable, Sendable {
    public enum Result: String, Codable, Sendable, CaseIterable {
        case printed
        /// The printer does not say whether it came out.
        case sent
        case waiting
        case notPrinted = "not-printed"
    }

    public var reference: String
    public var kind: PrintJob.Kind
    public var job: Int64?
    public var result: Result
    public var reason: String?

    public init(reference: String, kind: PrintJob.Kind, job: Int64?, result: Result, reason: String?) {
        (self.reference, self.kind, self.job) = (reference, kind, job)
        (self.result, self.reason) = (result, reason)
    }
}

/// A job of the print queue.
public struct ShownPrintJob: Codable, Hashable, Sendable {
    public var job: Int64
    public var kind: PrintJob.Kind
    public var reference: String
    public var state: PrintJob.State
    /// How often this paper may have come out before.
    public var copy: Int
    /// Somebody asked for it; else an event did.
    public var isAsked: Bool
    public var created: Timestamp
    public var problem: String?
    /// `true` or absent.
    public var practice: Bool?

    public init(_ job: PrintJob, isPractice: Bool) {
        self.job = job.id
        (kind, reference, isAsked) = (job.request.kind, job.request.reference, job.request.isAsked)
        (state, copy, created, problem) = (job.state, job.copy, job.created, job.problem)
        practice = isPractice ? true : nil
    }

    enum CodingKeys: String, CodingKey {
        case job, kind, reference, state, copy, created, problem, practice
        case isAsked = "asked"
    }
}

public struct CancelledPrint: Codable, Hashable, Sendable {
    public var job: Int64
    public var state = PrintJob.State.cancelled

    public init(job: Int64) { self.job = job }
}
