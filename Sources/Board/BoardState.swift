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
        guard let bytes = BoundedFileReader.read("/proc/self/statm", limit: 256) else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int64(fields[1]) else { return 0 }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE))) / 1024
    }

    /// For a program that lives long on a small board: its threads share one heap. To be called first of all.
    public static func shareHeap() { kiosk_share_heap() }

    /// Gives back what the allocator keeps for later, which after a burst is most of what this process holds, and the code
    /// that only the start needed.
    public static func returnFreeMemory() { kiosk_return_free_memory() }

    /// Whether what is written there is gone with the power: a RAM disk, or an overlay whose upper layer is one, as boards are set
    /// up to spare their cards. `false` where nobody can tell.
    public static func isVolatile(_ path: String) -> Bool {
        switch kind(path) {
        case tmpfs, ramfs: true
        case overlay: upperLayer(of: path).map { [tmpfs, ramfs].contains(kind($0)) } ?? false
        default: false
        }
    }

    private static func kind(_ path: String) -> UInt32 {
        UInt32(truncatingIfNeeded: unsafe kiosk_filesystem_type(path))
    }

    /// Numbers of statfs(2).
    private static let tmpfs: UInt32 = 0x0102_1994
    private static let ramfs: UInt32 = 0x8584_58F6
    private static let overlay: UInt32 = 0x794C_7630

    /// Of the overlay that is mounted where the path lies: `… / /mount … - overlay name rw,upperdir=/…,…`, see proc(5).
    private static func upperLayer(of path: String) -> String? {
        guard let bytes = BoundedFileReader.read("/proc/self/mountinfo", limit: 1 << 20) else { return nil }
        var best: (mount: String, upper: String)?
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 6, let dash = words.firstIndex(of: "-"), words.endIndex - dash > 3,
                words[dash + 1] == "overlay",
                let upper = words[dash + 3].split(separator: ",").first(where: { $0.hasPrefix("upperdir=") })
            else { continue }
            let mount = String(words[4])
            let isAbove = mount == "/" || path == mount || path.hasPrefix(mount + "/")
            if isAbove, mount.utf8.count > best?.mount.utf8.count ?? 0 {
                best = (mount, String(upper.dropFirst("upperdir=".count)))
            }
        }
        return best?.upper
    }
}
