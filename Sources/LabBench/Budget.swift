/// One line of the benchmark: what somebody at a kiosk or at the center would feel.
public enum BenchmarkCase: String, CaseIterable, Sendable {
    case scan
    case burst
    case drain
    case far
    case wire
    case month
    case center
    case fleet
    case flash
    case start
    case flat
}

/// What a figure must be. The budgets stand here, in git, beside what measures them.
public enum Budget: Hashable, Sendable {
    case atMost(Int64)
    case atLeast(Int64)
    /// In hundredths of what the bare libraries need in the same run.
    case atMostOfFloor(Int64)
    case atLeastOfFloor(Int64)

    static let scan = Budget.atMostOfFloor(130)
    static let burst = Budget.atLeastOfFloor(60)
    /// Events a second, to the center's COMMIT and back.
    static let drain = Budget.atLeast(20_000)
    static let far = Budget.atLeast(3000)
    /// Bytes an event, with TLS and TCP, in both directions.
    static let wire = Budget.atMost(80)
    /// Bytes in thirty days of 250 events and the default status.
    static let month = Budget.atMost(5_000_000)
    /// Events a second, stored and acknowledged.
    static let center = Budget.atLeast(20_000)
    static let connections = Budget.atLeast(25_000)
    /// Bytes at the block device, an event.
    static let single = Budget.atMost(SpeedBenchmark.bareRow * 3 / 2)
    static let singleApart = Budget.atMostOfFloor(150)
    static let burstBytes = Budget.atMost(2300)
    /// Milliseconds.
    static let start = Budget.atMost(250)
    /// KiB.
    static let flat = Budget.atMost(1024)
}

/// One measured value, and what it is held to.
public struct Figure: Sendable {
    public var line: BenchmarkCase
    public var what: String
    public var value: Int64
    public var unit: String
    /// The same of the bare libraries, in the same run.
    public var floor: Int64?
    public var budget: Budget?
    /// What it took, for people: CPU time, bytes.
    public var note: String

    init(
        _ line: BenchmarkCase, _ what: String, _ value: Int64, _ unit: String, floor: Int64? = nil,
        budget: Budget? = nil,
        note: String = ""
    ) {
        self.line = line
        self.what = what
        self.value = value
        self.unit = unit
        self.floor = floor
        self.budget = budget
        self.note = note
    }

    /// In hundredths.
    public var ratio: Int64? { floor.map { value * 100 / max($0, 1) } }

    /// `true` without a budget. One that is measured by a floor is missed without the floor.
    public var isMet: Bool {
        switch budget {
        case .atMost(let most): value <= most
        case .atLeast(let least): value >= least
        case .atMostOfFloor(let most): ratio.map { $0 <= most } ?? false
        case .atLeastOfFloor(let least): ratio.map { $0 >= least } ?? false
        case nil: true
        }
    }
}
