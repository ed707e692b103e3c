import Board
import CDevices
import Glibc
public import Logging
import Receipts
import Synchronization

/// A receipt printer and how it is wired.
public struct PrinterConfiguration: Sendable, Hashable {
    /// A serial line, a USB printer (`/dev/usb/lp0`) or a FIFO; better a path that stays.
    public var path: String
    /// Of a serial line.
    public var baud: Int
    /// Of its paper: 32 for 58 mm, 48 for 80 mm.
    public var columns: Int
    public var text: Text

    /// How text gets onto the paper.
    public enum Text: String, Sendable, CaseIterable {
        /// The printer has Chinese characters of its own: quick, and sharp.
        case gb18030
        /// It has none, or wrong ones: every line is sent as a picture.
        case raster
    }

    /// - Parameters:
    ///   - baud: of a serial line; no matter to USB.
    ///   - columns: of narrow letters on a line.
    ///   - text: in which code the printer takes Chinese.
    public init(path: String, baud: Int = 9600, columns: Int = 48, text: Text = .gb18030) {
        self.path = path
        self.baud = baud
        self.columns = columns
        self.text = text
    }
}

/// The receipt printer, on a thread of its own: a printer that blocks holds up nothing but its own jobs.
///
/// It is opened for each job, so that it may be unplugged in between, and looked at once a minute, so that the status
/// says that the paper is out before somebody waits for a slip.
public final class Printer: Sendable {
    /// What became of a job.
    public enum PrintResult: Sendable, Hashable {
        /// The printer said that all of it came out.
        case printed
        /// It took everything and says nothing; many never do.
        case sent
        /// Not a byte went out; and why, in words.
        case notPrinted(String)
        /// It had begun, and then failed: some of it may be on paper, or all.
        case torn(String)
        /// When the printer was ready, the job was not wanted any more.
        case withdrawn
    }

    /// The times a printer is given. Only tests have others.
    struct Timeouts: Sendable {
        /// How long it may take no data before it counts as offline.
        var blocked: Milliseconds = 10_000
        /// For an answer in real time.
        var answer: Milliseconds = 300
        /// For the answer that comes when everything has been printed.
        var printing: Milliseconds = 10_000
        var look: Milliseconds = 60_000
    }

    private struct Job {
        let bytes: [UInt8]
        let begin: @Sendable () -> Bool
        let then: @Sendable (PrintResult) -> Void
    }

    private struct State {
        /// With the one that is being printed.
        var jobs: [Job] = []
        var peripheral: PeripheralState
        var thread: DedicatedThread?
        var isStopping = false
    }

    /// More than so many wait only for a printer that does not print; one more is refused.
    public static let mostWaiting = 16

    private let configuration: PrinterConfiguration
    private let pace: Timeouts
    private let logger: Logger
    private let onChange: @Sendable () -> Void
    private let state: Mutex<State>
    private let wake: Mailbox<Void>
    /// Readable from the moment it is to stop.
    private let stopped: Mailbox<Void>

    /// - Parameter onChange: `peripheral` differs from before in what is connected, or in its problem. Called on the
    ///   printer's thread.
    public convenience init(
        _ configuration: PrinterConfiguration, logger: Logger, onChange: @escaping @Sendable () -> Void
    ) {
        self.init(configuration, pace: Timeouts(), logger: logger, onChange: onChange)
    }

    init(
        _ configuration: PrinterConfiguration, pace: Timeouts, logger: Logger, onChange: @escaping @Sendable () -> Void
    ) {
        self.configuration = configuration
        self.pace = pace
        self.logger = logger
        self.onChange = onChange
        wake = Mailbox(capacity: Self.mostWaiting)
        stopped = Mailbox(capacity: 1)
        state = Mutex(State(peripheral: PeripheralState(name: "printer", kind: .printer, path: configuration.path)))
    }

    public var peripheral: PeripheralState { state.withLock { $0.peripheral } }

    /// Starts the thread. A printer that is not there is no error. Does nothing when it runs already.
    public func start() {
        state.withLock { state in
            guard state.thread == nil, !state.isStopping else { return }
            state.thread = DedicatedThread.start(name: "printer") { [self] in run() }
        }
    }

    /// Ends the thread; jobs that wait are told that they were not printed. Returns when that is done, at the latest
    /// after a second. It does not start again.
    public func stop() {
        let thread = state.withLock { state in
            state.isStopping = true
            return state.thread
        }
        stopped.post(())
        thread?.join(within: .seconds(1))
        if thread == nil { refuseAll() }
    }

    /// Queues a job.
    /// - Parameters:
    ///   - begin: asked on the printer's thread when it is known that it can print, before the first byte goes out: the place
    ///     to write down that it may. `false` keeps the job from being printed.
    ///   - then: called once, on the printer's thread, or here when the job is refused at once.
    public func print(
        _ bytes: [UInt8], begin: @escaping @Sendable () -> Bool = { true },
        then: @escaping @Sendable (PrintResult) -> Void
    ) {
        let problem = state.withLock { state -> DeviceProblem? in
            if state.isStopping { return .stopping }
            guard state.jobs.count < Self.mostWaiting else { return .full }
            state.jobs.append(Job(bytes: bytes, begin: begin, then: then))
            return nil
        }
        if let problem { return then(.notPrinted(problem.text)) }
        wake.post(())
    }

    // MARK: The thread

    private func run() {
        look()
        var nextLook = kiosk_clock_boottime_ms() + pace.look
        while !isStopping {
            waitForWork(until: nextLook)
            wake.drain().forEach { _ in }
            while !isStopping, let job = state.withLock({ $0.jobs.first }) {
                let outcome = perform(job)
                state.withLock { state in
                    state.jobs.removeFirst()
                    if let counter = outcome.counter { state.peripheral.counters[counter, default: 0] += 1 }
                }
                job.then(outcome)
            }
            if !isStopping, kiosk_clock_boottime_ms() >= nextLook {
                look()
                nextLook = kiosk_clock_boottime_ms() + pace.look
            }
        }
        refuseAll()
    }

    /// It prints nothing more.
    public var isStopping: Bool { state.withLock { $0.isStopping } }

    private func refuseAll() {
        let jobs = state.withLock { state in
            defer { state.jobs = [] }
            return state.jobs
        }
        for job in jobs { job.then(.notPrinted(DeviceProblem.stopping.text)) }
    }

    private func waitForWork(until deadline: Milliseconds) {
        var both = [
            pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stopped.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        unsafe poll(&both, 2, Int32(clamping: max(0, deadline - kiosk_clock_boottime_ms())))
    }

    private func perform(_ job: Job) -> PrintResult {
        var hasBegun = false
        do throws(DeviceProblem) {
            let line = try open()
            let before = try line.status(pace)
            if let obstacle = before.obstacle { throw DeviceProblem(obstacle) }
            guard job.begin() else { return .withdrawn }
            hasBegun = true
            do throws(DeviceProblem) {
                try line.write(job.bytes, patience: pace.blocked)
                count("bytes", job.bytes.count)
                let outcome = try confirm(line, before)
                show(before.isPaperLow ? .paperIsLow : nil)
                return outcome
            } catch {
                line.forget()
                throw error
            }
        } catch {
            if error != .stopping { show(error) }
            return hasBegun ? .torn(error.text) : .notPrinted(error.text)
        }
    }

    /// Whether it came out, if the printer is one that answers.
    private func confirm(_ line: borrowing PrinterLine, _ before: EscPosStatus) throws(DeviceProblem) -> PrintResult {
        guard before.isKnown else { return .sent }
        switch try line.hasPrinted(pace) {
        case true?: return .printed
        case false?: throw .ranOut
        case nil:
            if let obstacle = try line.status(pace).obstacle { throw DeviceProblem(obstacle) }
            return .sent
        }
    }

    private func open() throws(DeviceProblem) -> PrinterLine {
        let line = try PrinterLine(configuration, stop: stopped.descriptor)
        count("opens", 1)
        return line
    }

    /// How it is, without printing anything.
    private func look() {
        do throws(DeviceProblem) {
            let status = try PrinterLine(configuration, stop: stopped.descriptor).status(pace)
            if let obstacle = status.obstacle { throw DeviceProblem(obstacle) }
            // One that never answers may still have the trouble that its last job met.
            if status.isKnown || peripheral.problem == nil || !peripheral.connected {
                show(status.isPaperLow ? .paperIsLow : nil)
            }
        } catch {
            if error != .stopping { show(error) }
        }
    }

    private func count(_ counter: String, _ number: Int) {
        state.withLock { $0.peripheral.counters[counter, default: 0] += number }
    }

    /// A printer with an open cover is connected and has a problem.
    private func show(_ problem: DeviceProblem?) {
        let isConnected = problem?.isOfPrinter ?? true
        let changed = state.withLock { state in
            let before = state.peripheral
            state.peripheral.connected = isConnected
            state.peripheral.problem = problem?.text
            return before.connected != isConnected || before.problem != problem?.text
        }
        guard changed else { return }
        if problem == .paperIsLow {
            logger.warning("the printer's paper is nearly out", metadata: ["path": "\(configuration.path)"])
        } else if let problem {
            logger.warning("printer not usable: \(problem.text)", metadata: ["path": "\(configuration.path)"])
        } else {
            logger.info("printer ready", metadata: ["path": "\(configuration.path)"])
        }
        onChange()
    }
}

extension Printer.PrintResult {
    fileprivate var counter: String? {
        switch self {
        case .printed, .sent: "slips"
        case .notPrinted, .torn: "faults"
        case .withdrawn: nil
        }
    }
}

extension DeviceProblem {
    fileprivate static let full = DeviceProblem("too many slips wait already")
    /// It still prints.
    fileprivate static let paperIsLow = DeviceProblem("paper is nearly out")
    fileprivate static let ranOut = DeviceProblem("the paper ran out before the end")

    fileprivate init(_ obstacle: EscPosStatus.PrinterFault) { self.init(obstacle.rawValue) }

    /// The printer itself says or shows it; it is there.
    fileprivate var isOfPrinter: Bool {
        self == .takesNothing || self == .ranOut || self == .paperIsLow
            || EscPosStatus.PrinterFault(rawValue: text) != nil
    }
}
