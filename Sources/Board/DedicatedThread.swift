import CDevices
import Glibc

/// A thread of our own, for work that waits on a C library or a device and must not hold up Swift's pool.
@safe public final class DedicatedThread: @unchecked Sendable {
    // Sendable: `thread` is written once before `start` returns; `finished` only under `mutex`.
    private var thread = pthread_t()
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var finished = false

    private init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        // The wall clock jumps, by decades when a board learns the time.
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Signals go to the main thread only, so that a system call of ours is not cut short.
    public static func start(name: String, _ body: @escaping @Sendable () -> Void) -> DedicatedThread {
        // Without its threads the program can do nothing at all; this is the first second of its life.
        guard let thread = attempt(name: name, body) else { preconditionFailure("no thread could be started") }
        return thread
    }

    /// `nil` when the system gives no more threads; then nothing is done.
    private static func attempt(name: String, _ body: @escaping @Sendable () -> Void) -> DedicatedThread? {
        let thread = DedicatedThread()
        let start = Start(name: name, thread: thread, body: body)
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, &before)
        let context = unsafe Unmanaged.passRetained(start)
        let code = unsafe pthread_create(&thread.thread, nil, Self.entry, context.toOpaque())
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        guard code == 0 else {
            unsafe context.release()
            return nil
        }
        pthread_detach(thread.thread)
        return thread
    }

    /// Does something that may wait long, for a card that hangs say, on a thread of its own, which ends with it. Swift's pool has
    /// as many threads as the board has processors: one that waits there holds up everybody. Only where the system gives no more
    /// threads it is done there after all.
    public static func run<Result: Sendable>(
        name: String, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let run: @Sendable () -> Void = { continuation.resume(with: Swift.Result { try body() }) }
            if attempt(name: name, run) == nil { run() }
        }
    }

    public static func run<Result: Sendable>(
        name: String, _ body: @escaping @Sendable () -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            let run: @Sendable () -> Void = { continuation.resume(returning: body()) }
            if attempt(name: name, run) == nil { run() }
        }
    }

    /// From here on an assertion that fails in a C library ends this thread and not the process; `tell` is the last that it does.
    public static func surviveAssertions(_ tell: @escaping @Sendable (String) -> Void) {
        let context = unsafe Unmanaged.passRetained(Teller(tell: tell))
        unsafe kiosk_on_assertion(
            { context, words in
                guard let context = unsafe context, let words = unsafe words else { return }
                unsafe Unmanaged<Teller>.fromOpaque(context).takeUnretainedValue().tell(String(cString: words))
            }, context.toOpaque())
    }

    private final class Teller {
        let tell: @Sendable (String) -> Void
        init(tell: @escaping @Sendable (String) -> Void) { self.tell = tell }
    }

    private final class Start {
        let name: String
        let thread: DedicatedThread
        let body: @Sendable () -> Void

        init(name: String, thread: DedicatedThread, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.thread = thread
            self.body = body
        }
    }

    private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument = unsafe argument else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        unsafe start.name.withCString { name in unsafe kiosk_thread_name(name) }
        start.body()
        unsafe pthread_mutex_lock(start.thread.mutex)
        start.thread.finished = true
        unsafe pthread_cond_broadcast(start.thread.condition)
        unsafe pthread_mutex_unlock(start.thread.mutex)
        return nil
    }

    /// Waits for the body to end, at most so long; `false` if it is still busy then (in a name look-up, say).
    @discardableResult
    public func join(within time: Duration) -> Bool {
        var deadline = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
        let (seconds, attoseconds) = time.components
        let nanoseconds = deadline.tv_nsec + Int(attoseconds / 1_000_000_000)
        deadline.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while !finished {
            if unsafe pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { return finished }
        }
        return true
    }
}
