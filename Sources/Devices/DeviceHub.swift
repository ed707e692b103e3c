public import Barcodes
import Board
import CDevices
public import Domain
import Glibc
public import Logging
public import ScaleProtocols
import Synchronization

/// All scanners and the scale of a point, on one thread. Each may come and go at any time; each missing one costs only
/// what it does.
///
/// The callbacks are called on that thread, one at a time, in the order of events. While one runs, no device is read:
/// it should hand over and return.
public final class DeviceHub: Sendable {
    /// Offers a scan again that could not be taken; `false` when it still cannot. The last time it has to be taken, if only to say
    /// that it is lost.
    public typealias Again = @Sendable (_ isLast: Bool) -> Bool

    /// Closed ones; the thread has its own.
    private let makePorts: @Sendable () -> [Port]
    private let logger: Logger
    private let callbacks: DeviceLoop.Callbacks
    private let board: DeviceBoard
    private let running = Mutex<Running?>(nil)

    private struct Running {
        let thread: pthread_t
        /// An eventfd that ends the loop. The loop owns it, and ends only by it: so it is open until it is signalled.
        let stop: Int32
        let commands: Mailbox<DeviceLoop.Command>
    }

    /// - Parameters:
    ///   - onScan: what a scanner said, or why that was no scan. Text from outside: hostile until checked. When it cannot be
    ///     taken now, the answer is how to offer it again; with many such scans that scanner is not read on, and the others are.
    ///   - onChange: `peripherals` differ from before in what is connected, or in why not.
    ///   - onScale: `scaleState` differs from before, the weight included; also when it only grew old.
    public convenience init(
        scanners: [ScannerConfiguration], scale: ScaleConfiguration?, logger: Logger,
        onScan: @escaping @Sendable (_ scanner: String, _ input: ScanInput) -> Again?,
        onChange: @escaping @Sendable () -> Void,
        onScale: @escaping @Sendable (_ state: ScaleWatch.State) -> Void = { _ in }
    ) {
        self.init(
            scanners: scanners, scale: scale, pace: Pace(), logger: logger,
            DeviceLoop.Callbacks(onScan: onScan, onChange: onChange, onScale: onScale))
    }

    init(
        scanners: [ScannerConfiguration], scale: ScaleConfiguration?, pace: Pace, logger: Logger,
        _ callbacks: DeviceLoop.Callbacks
    ) {
        makePorts = { scanners.map { Port($0, pace) } + (scale.map { [Port($0, pace)] } ?? []) }
        self.logger = logger
        self.callbacks = callbacks
        board = DeviceBoard(makePorts().map(\.state), scale?.limits ?? ScaleWatch.Limits())
    }

    deinit {
        stop()
    }

    /// In the order of the configuration, the scale last.
    public var peripherals: [PeripheralState] { board.peripherals }

    /// For tests of idleness.
    var wakeUps: Int { board.wakeUps }

    /// Starts the thread. A device that is not there is no error. Does nothing when it runs already.
    public func start() throws {
        try running.withLock { running in
            if running != nil { return }
            let stop = Descriptor(owning: try checked(kiosk_eventfd(), "eventfd"))
            let number = stop.number
            let commands = Mailbox<DeviceLoop.Command>(capacity: Self.mostOrders)
            let loop = try DeviceLoop(makePorts(), board, callbacks, logger: logger, stop: stop, commands: commands)
            running = Running(thread: try Self.spawn(loop), stop: number, commands: commands)
        }
    }

    /// Ends the thread and closes the devices; returns when both are done, which takes no longer than a callback that
    /// is under way, and none is called any more. Called from a callback it returns at once, and the thread ends when it
    /// has told what it read.
    public func stop() {
        guard let run = running.withLock({ $0.take() }) else { return }
        kiosk_eventfd_signal(run.stop)
        // A callback may also be the one that lets go of the hub; a thread cannot wait for itself.
        if pthread_equal(run.thread, pthread_self()) != 0 {
            pthread_detach(run.thread)
        } else {
            pthread_join(run.thread, nil)
        }
    }

    /// The loop was made for this thread and no one else keeps a reference to it.
    private static func spawn(_ loop: DeviceLoop) throws(DeviceError) -> pthread_t {
        // Signals are the main thread's; a new thread inherits what is blocked.
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }

        let context = unsafe Unmanaged.passRetained(loop)
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                unsafe kiosk_thread_name("devices")
                unsafe Unmanaged<DeviceLoop>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        if code == 0 { return thread }
        unsafe context.release()
        throw DeviceError(call: "pthread_create", code: code)
    }
}

// MARK: The scale

extension DeviceHub {
    /// More than so many orders wait only for a thread that hangs.
    static let mostOrders = 8

    /// The last weight and its age. nil when the scale is gone or has not spoken for a second: an old reading is none.
    /// Its stability may be inferred, and then says so.
    public var scaleReading: (reading: ScaleReading, age: Duration)? {
        board.withWatch { $0.reading(at: BoardClock.uptime) }
    }

    /// Whether what lies on the scale may be recorded now, and if not, why. `disconnected` without a scale.
    public var scaleState: ScaleWatch.State {
        board.withWatch { $0.state(at: BoardClock.uptime) }
    }

    /// The same, and of which load.
    public var scaleSight: ScaleWatch.Sight {
        board.withWatch { $0.sight(at: BoardClock.uptime) }
    }

    /// What may be recorded now of what was seen then.
    public func scaleState(of sight: ScaleWatch.Sight) -> ScaleWatch.State {
        board.withWatch { $0.state(of: sight, at: BoardClock.uptime) }
    }

    /// This load was saved: the scale must be emptied, or hold another, before the next.
    public func recorded(_ sight: ScaleWatch.Sight) {
        board.withWatch { $0.record(sight) }
    }

    /// The same after a restart: the display showed one of these.
    public func recorded(oneOf shown: [Mass]) {
        board.withWatch { $0.record(oneOf: shown) }
    }

    /// Somebody weighs: a scale that must be asked is asked as often as its protocol allows, else twice a second. Costs
    /// wake-ups until it is taken back; no matter for a scale that talks unasked.
    public func setAttentive(_ isAttentive: Bool) {
        board.isAttentive = isAttentive
        running.withLock { _ = $0?.commands.postOnce(.attention) }
    }

    /// Changes what the scale shows. Waits for its turn between two questions and for the scale's word, a few seconds at
    /// the most.
    public func order(_ order: ScaleCommand) async -> ScaleOrderResult {
        await withCheckedContinuation { continuation in
            let ticket = board.ticket { continuation.resume(returning: $0) }
            let isPosted = running.withLock { $0?.commands.post(.order(order, ticket: ticket)) }
            switch isPosted {
            case true?: break
            case false?: board.finish(ticket, .notDone("the devices take no more orders now"))
            case nil: board.finish(ticket, .notDone("no devices are driven now"))
            }
        }
    }
}
