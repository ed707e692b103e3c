public import Domain

/// What wants paper, in the same transaction as the record that it tells.
extension Transaction {
    private var prints: PrintTable { store.prints }

    /// Wants a paper. It is there after the COMMIT of this recording, or not at all. With too many waiting, the oldest is
    /// cancelled.
    /// - Returns: the job's number.
    @discardableResult
    public func enqueue(_ request: PrintJob.Request, at time: Timestamp) throws -> Int64 {
        try prints.add(request, at: time)
    }

    /// The papers that an event wants by itself.
    /// - Returns: whether there are any.
    @discardableResult
    public func enqueuePrints(of event: Event) throws -> Bool {
        let kinds = PrintJob.Kind.wanted(by: event.draft.type)
        for kind in kinds {
            try enqueue(
                .init(
                    kind: kind, reference: event.draft.subject ?? event.draft.id.text, sequence: event.sequence,
                    isAsked: false),
                at: event.draft.now.wall)
        }
        return !kinds.isEmpty
    }

    /// To be committed before the first byte goes out. `nil` when the job is not to be printed any more.
    public func beginPrint(_ id: Int64) throws -> PrintJob? { try prints.begin(id) }

    /// What became of it; of a job that is done already nothing changes.
    public func endPrint(_ id: Int64, _ state: PrintJob.State, problem: String? = nil) throws {
        try prints.end(id, state, problem: problem)
    }

    /// Takes a job out of the queue. `false` when it is done, or in the printer's hands.
    public func cancelPrint(_ id: Int64) throws -> Bool {
        guard let job = try prints.job(id), job.state == .waiting || job.state == .uncertain else { return false }
        try prints.end(id, .cancelled, problem: "cancelled by hand")
        return true
    }

    /// Once after a start: what was being printed then may be on paper.
    public func resumePrints() throws { try prints.resume() }
}

extension PointView {
    /// Of the journal; with it, its events can be named outside.
    public var epoch: Epoch { store.chain.epoch }

    /// The newest event of a type about a subject, among at most so many before `sequence`. It costs a look at each of them.
    public func newest(_ type: EventType, _ subject: String, before sequence: Int64, within count: Int64) throws
        -> Int64?
    {
        try store.tables.newest(type, subject, in: sequence - count..<sequence)
    }

    /// The event of that id, likewise.
    public func place(of id: EventID, before sequence: Int64, within count: Int64) throws -> Int64? {
        try store.prints.place(of: id, in: sequence - count..<sequence)
    }

    /// The oldest job that is to be printed.
    public func nextPrint() throws -> PrintJob? { try store.prints.next() }
    /// `nil` when there is no such job, or none any more.
    public func print(_ id: Int64) throws -> PrintJob? { try store.prints.job(id) }
    /// The newest first.
    public func prints(limit: Int) throws -> [PrintJob] { try store.prints.all(limit: limit) }
    /// How many are still to come out.
    public func openPrints() throws -> Int { Int(clamping: try store.prints.openCount()) }
}
