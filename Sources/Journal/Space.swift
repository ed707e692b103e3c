import Board
import Domain
import Glibc

/// How much can still be written where the journal lies, and the ballast: a file that takes space from everybody so that the
/// journal can give it back to itself.
///
/// Below the reserve nothing new is recorded. What is left is for what was begun before, and so is the ballast when somebody
/// else has taken even that. It is given back a step at a time, only just before something is really written, because
/// whoever filled the disk takes what is free. It is made again when there is space for it and the reserve.
final class Space {
    /// What one transaction may take, with the log that grows by it; a crate takes about 50 KiB.
    static let step: Int64 = 1 << 20

    private let path: String
    private let directory: String
    private let reserve: Int64
    private let ballast: Int64
    private let look: (String) -> Int64?
    /// A ballast that could not be had whole is tried again after a minute, not with each record: on a file system that
    /// cannot set space aside the library writes all of it instead.
    private var nextFill: Uptime?
    private static let pauseMilliseconds: Int64 = 60_000
    /// What the ballast really occupies.
    private var kept: Int64 = 0
    /// Free on the file system.
    private var free: Int64 = .max
    /// What can still be written: the free space, and the journal's own pages that pruning has emptied.
    private(set) var freeBytes: Int64 = .max

    /// - Parameter look: how much is free on the file system of a path; else the disk says it.
    init(files: JournalFiles, reserve: Int64, ballast: Int64, look: ((String) -> Int64?)? = nil) {
        self.look = look ?? { [disk = files.disk] in disk.freeBytes(at: $0) }
        path = files.ballast
        directory = files.directory
        self.reserve = reserve
        self.ballast = ballast
        kept = occupied
        // A smaller one is wanted now, or none.
        if kept > ballast { shrink(to: ballast) }
        measure(emptyBytes: 0)
    }

    /// Whether something new may be recorded. What the ballast lacks is not free: it comes first.
    var hasRoom: Bool { freeBytes == .max || freeBytes - (ballast - kept) >= reserve }

    /// The disk is so full that the next write may be refused.
    var isTight: Bool { free < Self.step }

    /// Looks anew, and makes the ballast if there is space for it.
    func measure(emptyBytes: Int64) {
        guard let now = look(directory) else { return }
        free = now
        if kept < ballast, free - (ballast - kept) >= reserve, nextFill.map({ $0 <= BoardClock.uptime }) ?? true {
            fill()
        }
        freeBytes = free + emptyBytes
    }

    /// Lets go of a step of the ballast if the disk is full.
    func makeRoom() {
        guard isTight, kept > 0 else { return }
        shrink(to: max(kept - Self.step, 0))
        free = look(directory) ?? free
    }

    private func fill() {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { return nextFill = BoardClock.uptime + Self.pauseMilliseconds }
        // Real blocks, not a hole. What could not be had is had another time.
        _ = posix_fallocate(descriptor, 0, Int(ballast))
        close(descriptor)
        kept = min(occupied, ballast)
        nextFill = kept < ballast ? BoardClock.uptime + Self.pauseMilliseconds : nil
        free = look(directory) ?? free
    }

    private func shrink(to size: Int64) {
        if size == 0 { unsafe unlink(path) } else { unsafe truncate(path, Int(size)) }
        kept = occupied
    }

    private var occupied: Int64 {
        var state = stat()
        guard unsafe lstat(path, &state) == 0, state.st_mode & S_IFMT == S_IFREG else { return 0 }
        return min(Int64(state.st_size), Int64(state.st_blocks) * 512)
    }
}
