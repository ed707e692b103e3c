import CDevices
import Glibc

/// Readings of the board itself.
public enum BoardState {
    /// Bytes that an unprivileged process may still write on the file system of `path`; `nil` when nobody can tell.
    public static func freeBytes(at path: String) -> Int64? {
        var state = statvfs()
        guard unsafe statvfs(path, &state) == 0 else { return nil }
        return Int64(clamping: UInt64(state.f_bavail) * UInt64(state.f_frsize))
    }

    /// This process's resident memory in KiB, from `/proc`.
    public static var residentKiB: Int64 {
        guard let bytes = SmallFile.read("/proc/self/statm", limit: 256) else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int64(fields[1]) else { return 0 }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE))) / 1024
    }

    /// For a program that lives long on a small board: its threads share one heap. To be called first of all.
    public static func shareHeap() { kiosk_share_heap() }

    /// Gives back what the allocator keeps for later, which after a burst is most of what this process holds, and the code
    /// that only the start needed.
    public static func returnFreeMemory() { kiosk_return_free_memory() }
}
