public import Domain
public import LocalAPIModel
public import ScaleProtocols
public import Wire

/// What the local API needs of the daemon. Implemented once, by the agent.
public protocol KioskQueries: Sendable {
    func status() async throws -> LocalStatus
    /// At most `limit` events after `sequence`, oldest first.
    func events(after sequence: Int64, limit: Int) async throws -> [EventMessage]
    /// One stretch of a walk over the chain.
    func verify(after sequence: Int64, limit: Int) async throws -> Verification
    func connectNow()
    /// Yields whenever the journal has changed, and ends when the daemon stops.
    func arrivals() -> AsyncStream<Void>
    /// The parcels here in the order of their subjects, after one of them; at most `limit`.
    func parcels(after subject: String, limit: Int) async throws -> [ShownParcel]
    /// `nil` for one that was never here and is not announced.
    func parcel(_ subject: String) async throws -> ShownParcel?
    /// The point as a whole: desks, open hand-overs, shelves, what the center has announced.
    func point() async throws -> PointState
    /// As if it had been scanned at that desk; `nil` when there is no such desk.
    func scan(_ text: String, at desk: String) async throws -> JSON?
    func signIn(number: Int, pin: String, at desk: String) async throws -> JSON?
    func practise(_ isWanted: Bool, at desk: String) async throws -> JSON?
    // MARK: Papers

    /// As lines of text; `nil` when its record is not there any more, as in all of these.
    func slip(_ wish: SlipRequest) async throws -> SlipText?
    /// As a PNG file.
    func slipPicture(_ wish: SlipRequest) async throws -> [UInt8]?
    /// As an HTML page that needs nothing else.
    func slipPage(_ wish: SlipRequest) async throws -> String?
    /// Prints it again, marked as a copy, and says what became of it.
    func printSlip(_ wish: SlipRequest) async throws -> PrintResult?
    /// The print queue with what is done, the newest first; at most `limit`.
    func prints(limit: Int) async throws -> [ShownPrintJob]
    /// Takes a job out of the queue. `false` when that is not possible any more, `nil` when there is no such job.
    func cancelPrint(_ job: Int64) async throws -> Bool?
    // MARK: Produce

    /// The catalog in force, as the center sent it; `nil` before it has sent one.
    func catalog() async throws -> JSON?
    /// Weigh-ins in the order of their numbers, after one of them; at most `limit`. `nil` for a text that is no number.
    func weighIns(after number: String?, limit: Int) async throws -> [ShownWeighIn]?
    func weighIn(_ number: String) async throws -> ShownWeighIn?
    /// A lot with its crates and the orders that took of it.
    func lot(_ id: String) async throws -> ShownLot?
    /// The orders that the center has sent, and how far each is.
    func orders() async throws -> [ShownOrder]
    /// From a crate, a lot, an order or a waybill to all the others; `nil` for what is none of these.
    func trace(_ text: String) async throws -> Trace?
    /// What a farmer is owed, by id or number; `nil` for nobody who is known here.
    func balance(of farmer: String) async throws -> ShownBalance?
    /// Payments after one of them; `nil` when that is no number of one.
    func payments(after number: String?, limit: Int) async throws -> [ShownPayment]?
    /// What was recorded of what a paper's code tells, and whether it counts; `nil` for a text that is no such code.
    func receipt(_ code: String) async throws -> ShownReceipt?
    /// The cash by the events since it was counted; `nil` before it ever was.
    func till() async throws -> ShownTill?
    /// A farmer's account, by id or number; `nil` for nobody who is known here.
    func statement(of farmer: String, from: Timestamp?, until: Timestamp?) async throws -> ShownStatement?

    /// What the scale shows, whether it may be recorded, and what the scale is; `nil` when none is configured.
    func scale() async -> ScaleNow?
    /// Says what became of it, after some seconds at most; `nil` when no scale is configured.
    func orderScale(_ order: ScaleCommand) async -> ScaleOrderAnswer?
    /// Says a trial sentence with what it is given; answers when it was heard, after 8 s at the latest.
    func trySpeech(weight: Mass?, amount: Money?) async -> SpeechResult
    /// What a watch says; it counts while nothing better is known. Says what became of it.
    /// - Parameter isForced: also against what is known better, where that is wrong.
    func setTime(_ time: Timestamp, isForced: Bool) async throws -> TimeResult
    /// What becomes of each scan from now on; ends when the daemon stops.
    func scanOutcomes() -> AsyncStream<JSON>
}
