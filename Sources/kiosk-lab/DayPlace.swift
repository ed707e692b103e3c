import ArgumentParser
import Board
import Glibc
import Harness
import Synchronization

/// Where a day is played: the programs beside this one, and a directory of its own.
enum DayPlace {
    /// Where this program lies, and the others beside it.
    static func programs(_ names: String...) throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        for name in names {
            guard unsafe access("\(directory)/\(name)", X_OK) == 0 else {
                throw ChildProgram.Failure("\(directory)/\(name) is not there; build it first")
            }
        }
        return directory
    }

    /// Plays a day in a directory of its own, on a thread of its own: children live as long as the thread that started them.
    /// The files stay when asked for, and when the day went otherwise.
    /// - Parameters:
    ///   - keepsFailures: `false` where the files tell nothing that `show` does not.
    ///   - show: tells the account, and whether it balances.
    static func play<Report: Sendable>(
        _ name: String, seed: UInt64, keep: Bool, keepsFailures: Bool = true,
        _ body: @escaping @Sendable (_ directory: String) throws -> Report,
        show: (Report) -> Bool
    ) async throws {
        let directory = try DirectoryTree.make("kiosk-\(name)", in: Environment.all["TMPDIR"] ?? "/tmp")
        let outcome = Mutex<Result<Report, any Error>?>(nil)
        await withCheckedContinuation { continuation in
            _ = DedicatedThread.start(name: name) {
                let result = Result { try body(directory) }
                outcome.withLock { $0 = result }
                continuation.resume()
            }
        }
        var matches = false
        switch outcome.withLock({ $0 }) {
        case .success(let report): matches = show(report)
        case .failure(let error): tell("The \(name) went otherwise (seed \(seed)): \(error)", toErrors: true)
        case nil: tell("The \(name) was not played", toErrors: true)
        }
        if keep || (!matches && keepsFailures) {
            tell("The \(name)'s files are in \(directory)", toErrors: true)
        } else {
            DirectoryTree.remove(directory)
        }
        if !matches { throw ExitCode(1) }
    }

    static func tell(_ line: String, toErrors: Bool) {
        let bytes = Array((line + "\n").utf8)
        _ = unsafe write(toErrors ? 2 : 1, bytes, bytes.count)
    }
}
