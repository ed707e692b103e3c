import Board
import Domain
public import Glibc
import Synchronization

/// A program that a rig or a test started. It is stopped by its own number, and dies with the process that started it
/// whatever happens.
public final class ChildProgram: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
        public init(_ description: String) { self.description = description }
    }

    public let id: pid_t
    public let name: String
    /// Where its standard error goes, and its standard output if that goes nowhere else.
    public let log: String
    /// Its exit code once the kernel has told it; that of a signal as a shell tells it.
    private let code = Mutex<Int32?>(nil)

    /// - Parameters:
    ///   - output: where its standard output goes; `nil` for the log as well.
    ///   - log: appended, so that a program that is started again keeps one log.
    ///   - environment: beside what is inherited, of which no setting of ours is.
    public init(
        _ executable: String, _ arguments: [String], log: String, output: String? = nil,
        environment: [String: String] = [:]
    ) throws {
        name = String(executable.split(separator: "/").last ?? "")
        self.log = log
        // A setting in the environment would override the file that the rig wrote.
        let all = Environment.all.filter { !$0.key.hasPrefix("KIOSK_") && !$0.key.hasPrefix("CENTER_") }
            .merging(environment) { $1 }
        let words = ["setpriv", "--pdeathsig", "KILL", executable] + arguments
        let result = Spawner.shared.run {
            Self.spawn(words, all.map { "\($0.key)=\($0.value)" }, log: log, output: output)
        }
        switch result {
        case .success(let child): id = child
        case .failure(let error): throw Failure("\(name) could not be started: \(error)")
        }
    }

    deinit { kill() }

    private static func spawn(
        _ words: [String], _ environment: [String], log: String, output: String?
    ) -> Result<pid_t, Failure> {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        if let output {
            unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        } else {
            unsafe posix_spawn_file_actions_adddup2(&actions, 2, 1)
        }
        // A thread of our own lets no signal through; its children have to hear them.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var child = pid_t()
        let result = unsafe withPointers(words) { words in
            unsafe withPointers(environment) { environment in
                unsafe posix_spawnp(&child, "setpriv", &actions, &attributes, words, environment)
            }
        }
        return result == 0 ? .success(child) : .failure(Failure(message(of: result)))
    }

    // MARK: Its end

    public var isRunning: Bool {
        code.withLock { code in
            guard code == nil else { return false }
            return Self.look(id, &code)
        }
    }

    /// Whether it still runs; notes how it ended. A child that somebody else has taken away has ended, nobody knows how.
    private static func look(_ id: pid_t, _ code: inout Int32?) -> Bool {
        var status: Int32 = 0
        let result = unsafe waitpid(id, &status, WNOHANG)
        if result == 0 || result < 0 && errno == EINTR { return true }
        code = result == id ? exitCode(status) : unknownEnd
        return false
    }

    private static let unknownEnd: Int32 = 255

    public func signal(_ signal: Int32) {
        code.withLock { code in
            // Under the lock: once it is taken away its number may be another's.
            if code == nil, Self.look(id, &code) { _ = Glibc.kill(id, signal) }
        }
    }

    /// kill -9, and waits until the kernel has taken it away.
    public func kill() {
        signal(SIGKILL)
        while isRunning { usleep(500) }
    }

    /// SIGTERM.
    /// - Returns: the exit code.
    /// - Throws: `Failure` when it takes longer.
    @discardableResult
    public func terminate(within seconds: Int64 = 10) throws -> Int32 {
        signal(SIGTERM)
        return try waitForExit(within: seconds)
    }

    @discardableResult
    public func waitForExit(within seconds: Int64 = 10) throws -> Int32 {
        try Polling.wait("\(name) ends", seconds: seconds, everyMilliseconds: 1) { !isRunning }
        return code.withLock { $0 } ?? 0
    }

    /// Asks it to stop in order; after the time it is killed.
    public func stop(within seconds: Int64 = 10) {
        _ = try? terminate(within: seconds)
        kill()
    }

    private static func exitCode(_ status: Int32) -> Int32 {
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    public var logText: String {
        String(decoding: BoundedFileReader.read(log, limit: 64 << 20) ?? [], as: UTF8.self)
    }

    // MARK: To its end

    /// Runs a program to its end, at most so long, and returns what it said.
    public static func run(
        _ executable: String, _ arguments: [String], in directory: String, seconds: Int64 = 60,
        accepting codes: Set<Int32> = [0]
    ) throws -> [UInt8] {
        let output = directory + "/answer"
        let child = try ChildProgram(executable, arguments, log: directory + "/commands.log", output: output)
        let code = try child.waitForExit(within: seconds)
        guard codes.contains(code) else {
            throw Failure(
                "\(child.name) \(arguments.first ?? "") ended with \(code); see \(directory)/commands.log")
        }
        guard let bytes = BoundedFileReader.read(output, limit: 64 << 20) else {
            throw Failure("\(output) cannot be read")
        }
        return bytes
    }

    private static func withPointers<Result>(
        _ words: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: words.count + 1)
        for (place, word) in words.enumerated() { unsafe (list + place).initialize(to: strdup(word)) }
        unsafe (list + words.count).initialize(to: nil)
        defer {
            for place in words.indices { unsafe free(list[place]) }
            unsafe list.deallocate()
        }
        return unsafe body(list)
    }
}

/// The one thread that starts children. The kernel's parent-death signal follows the thread that started the child, not
/// its process, so that thread must never end.
private final class Spawner: Sendable {
    static let shared = Spawner()

    private let mailbox = Mailbox<@Sendable () -> Void>(capacity: 1000)

    private init() {
        let mailbox = mailbox
        _ = DedicatedThread.start(name: "spawner") {
            while true {
                var ready = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
                _ = unsafe poll(&ready, 1, -1)
                for start in mailbox.drain() { start() }
            }
        }
    }

    func run(_ start: @escaping @Sendable () -> Result<pid_t, ChildProgram.Failure>) -> Result<
        pid_t, ChildProgram.Failure
    > {
        let result = Answered()
        guard mailbox.post({ result.value.withLock { $0 = start() } }) else {
            return .failure(.init("too many at once"))
        }
        while true {
            if let result = result.value.withLock({ $0 }) { return result }
            usleep(100)
        }
    }

    private final class Answered: Sendable {
        let value = Mutex<Result<pid_t, ChildProgram.Failure>?>(nil)
    }
}

/// Waits for a thing to happen, and fails when it does not within its time.
public enum Polling {
    public static func wait(
        _ what: String, seconds: Int64, everyMilliseconds interval: UInt32 = 5, _ condition: () throws -> Bool
    ) throws {
        let deadline = BoardClock.uptime + 1000 * seconds
        while try !condition() {
            guard BoardClock.uptime < deadline else {
                throw ChildProgram.Failure("did not happen within \(seconds) s: \(what)")
            }
            usleep(interval * 1000)
        }
    }
}
