import Board
import Domain
public import Glibc

/// A program that the lab started: it writes its log to a file, is stopped by its own number, and is taken away by the
/// kernel when the thread that started it ends, whatever happens.
public final class ChildProgram {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
        public init(_ description: String) { self.description = description }
    }

    public let id: pid_t
    public let name: String
    private var code: Int32?

    /// - Parameters:
    ///   - output: where its standard output goes; `nil` for the log as well.
    ///   - log: appended, so that a program that is started again keeps one log.
    public init(_ executable: String, _ arguments: [String], log: String, output: String? = nil) throws {
        name = String(executable.split(separator: "/").last ?? "")
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
        let words = ["setpriv", "--pdeathsig", "KILL", executable] + arguments
        // A setting in the environment would override the file that the lab wrote.
        let environment = Environment.all.filter { !$0.key.hasPrefix("KIOSK_") && !$0.key.hasPrefix("CENTER_") }
        var child = pid_t()
        let result = unsafe Self.withPointers(words) { words in
            unsafe Self.withPointers(environment.map { "\($0.key)=\($0.value)" }) { environment in
                unsafe posix_spawnp(&child, "setpriv", &actions, &attributes, words, environment)
            }
        }
        guard result == 0 else {
            throw Failure("\(name) could not be started: \(unsafe String(cString: strerror(result)))")
        }
        id = child
    }

    deinit { kill() }

    /// Runs a program to its end, at most so long, and returns what it said.
    public static func run(
        _ executable: String, _ arguments: [String], in directory: String, seconds: Int64 = 60,
        accepting codes: Set<Int32> = [0]
    ) throws -> [UInt8] {
        let output = directory + "/answer"
        let child = try ChildProgram(executable, arguments, log: directory + "/commands.log", output: output)
        let code = try child.end(within: seconds)
        guard codes.contains(code) else {
            throw Failure(
                "\(child.name) \(arguments.first ?? "") ended with \(code); see \(directory)/commands.log")
        }
        guard let bytes = BoundedFileReader.read(output, limit: 64 << 20) else {
            throw Failure("\(output) cannot be read")
        }
        return bytes
    }

    public var isRunning: Bool {
        guard code == nil else { return false }
        var status: Int32 = 0
        guard unsafe waitpid(id, &status, WNOHANG) == id else { return true }
        settle(status)
        return false
    }

    /// kill -9, and waits until the kernel has taken it away.
    public func kill() {
        guard isRunning else { return }
        Glibc.kill(id, SIGKILL)
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0, errno == EINTR { continue }
        settle(status)
    }

    /// Asks it to stop in order; after the time it is killed.
    public func stop(within seconds: Int64 = 10) {
        guard isRunning else { return }
        Glibc.kill(id, SIGTERM)
        _ = try? end(within: seconds)
        kill()
    }

    /// The exit code, that of a signal as a shell tells it.
    private func end(within seconds: Int64) throws -> Int32 {
        try Polling.wait("\(name) ends", seconds: seconds) { !isRunning }
        return code ?? 0
    }

    private func settle(_ status: Int32) {
        let signal = status & 0x7F
        code = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
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

/// Waits for a thing to happen, and fails when it does not within its time.
public enum Polling {
    public static func wait(_ what: String, seconds: Int64, _ condition: () throws -> Bool) throws {
        let deadline = BoardClock.uptime + 1000 * seconds
        while try !condition() {
            guard BoardClock.uptime < deadline else {
                throw ChildProgram.Failure("did not happen within \(seconds) s: \(what)")
            }
            usleep(5000)
        }
    }
}
