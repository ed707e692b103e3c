import CDevices
import Glibc

/// A running player, by its own process id; nobody else's child is waited for. Whoever makes one must see it end, or the
/// kernel keeps its remains.
struct PlayerProcess {
    enum Ending {
        case code(Int32)
        case signal(Int32)
    }

    /// Also the number of its process group: what a player starts ends with it.
    let id: pid_t

    /// - Parameters:
    ///   - arguments: the program's path, and what it is given.
    ///   - input: what it reads, and `output` what it writes to; -1 is nothing.
    init(
        _ arguments: [String], environment: [String], input: Int32 = -1, output: Int32 = -1
    ) throws(DeviceError) {
        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        var id: pid_t = 0
        let code = unsafe kiosk_spawn(&words, &variables, input, output, &id)
        guard code == 0 else { throw DeviceError(call: arguments.first ?? "", code: code) }
        self.id = id
    }

    /// How it ended, and with that it is gone for good; `nil` while it runs.
    func ending() -> Ending? {
        var status: Int32 = 0
        while true {
            let answer = unsafe waitpid(id, &status, WNOHANG)
            if answer == 0 { return nil }
            if answer < 0 && errno == EINTR { continue }
            // Where the daemon's starter had SIGCHLD ignored, the kernel keeps nothing: it ended, nobody knows how.
            guard answer == id else { return .code(0) }
            let signal = status & 0x7F
            return signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
        }
    }

    func kill() {
        Glibc.kill(-id, SIGKILL)
    }
}
