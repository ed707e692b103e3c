import Board
import Domain

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
    private let disk: any Disk
    private let reserve: Int64
    private let ballast: Int64
    private let uptime: () -> Uptime
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

    init(files: JournalFiles, reserve: Int64, ballast: Int64, uptime: @escaping () -> Uptime) {
        disk = files.disk
        path = files.ballast
        directory = files.directory
        self.reserve = reserve
        self.ballast = ballast
        self.uptime = uptime
        kept = disk.takenBytes(path)
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
        guard let now = disk.freeBytes(at: directory) else { return }
        free = now
        // Somebody in want of space may have deleted it.
        if ballast > 0 { kept = min(disk.takenBytes(path), ballast) }
        if kept < ballast, free - (ballast - kept) >= reserve, nextFill.map({ $0 <= uptime() }) ?? true { fill() }
        freeBytes = free + emptyBytes
    }

    /// Lets go of a step of the ballast if the disk is full.
    func makeRoom() { if isTight { giveBack(Self.step) } }

    /// Lets go of what a new journal lacks beside the old one. Below the reserve, too, a damaged journal must not stop the point.
    func makeRoom(forJournalOf bytes: Int64) {
        free = disk.freeBytes(at: directory) ?? free
        if free < bytes + Self.step { giveBack(bytes + Self.step - free) }
    }

    private func giveBack(_ bytes: Int64) {
        guard disk.takenBytes(path) > 0 else { return kept = 0 }
        shrink(to: max(kept - bytes, 0))
        free = disk.freeBytes(at: directory) ?? free
    }

    private func fill() {
        do {
            // Real blocks, not a hole. What could not be had is had another time.
            try disk.open(path, .readWrite).allocate(Int(ballast))
        } catch {
            nextFill = uptime() + Self.pauseMilliseconds
        }
        kept = min(disk.takenBytes(path), ballast)
        if kept == ballast { nextFill = nil }
        free = disk.freeBytes(at: directory) ?? free
    }

    /// When even this fails, the disk is as full as it was, and the write that comes next says so.
    private func shrink(to size: Int64) {
        if size == 0 { try? disk.remove(path) } else { try? disk.open(path, .readWrite).truncate(to: Int(size)) }
        kept = disk.takenBytes(path)
    }
}
