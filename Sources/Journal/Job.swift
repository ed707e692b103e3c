/// What waits for the journal's thread. Running a job gives the closure that tells its owner, for later.
package enum Job: Sendable {
    package typealias Tell = () -> Void

    case recording(run: @Sendable (Transaction) throws -> Tell, refuse: @Sendable (JournalError) -> Void)
    case question(run: @Sendable (JournalKeeper) throws -> Tell, refuse: @Sendable (JournalError) -> Void)
    case close

    /// Something to record, in one transaction with what others record.
    /// - Parameter then: is called on the journal's thread once it is on disk, or was refused.
    package static func recording<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Result,
        then: @escaping @Sendable (Swift.Result<Result, any Error>) -> Void
    ) -> Job {
        .recording(
            run: { transaction in
                let before = transaction.store.changes
                do {
                    let result = try body(transaction)
                    return { then(.success(result)) }
                } catch let error as JournalError {
                    // A refusal before anything was written concerns this recording alone; any other error, them all.
                    guard error.concernsOneRecording, transaction.store.changes == before else { throw error }
                    return { then(.failure(error)) }
                }
            }, refuse: { then(.failure($0)) })
    }

    /// Something to find out, between two recordings.
    /// - Parameter then: is called on the journal's thread.
    package static func question<Result: Sendable>(
        _ body: @escaping @Sendable (JournalKeeper) throws -> Result,
        then: @escaping @Sendable (Swift.Result<Result, any Error>) -> Void
    ) -> Job {
        .question(
            run: { keeper in
                let result = try body(keeper)
                return { then(.success(result)) }
            }, refuse: { then(.failure($0)) })
    }

    package var isRecording: Bool { if case .recording = self { true } else { false } }
    package var isClose: Bool { if case .close = self { true } else { false } }

    package func refuse(_ error: JournalError) {
        switch self {
        case .recording(_, let refuse), .question(_, let refuse): refuse(error)
        case .close: break
        }
    }
}
