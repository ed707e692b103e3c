import Glibc

/// Tells when something happens to a path at which a device should appear, by inotify on the nearest existing
/// directory above it. Hints may be missed (a directory made a moment ago), so a slow retry stands behind it.
struct PathWatch: ~Copyable {
    private let inotify: Descriptor
    private(set) var paths: [String]
    /// For each watched directory the entries that are waited for: a busy directory must not cost attempts to open.
    private var awaited: [Int32: Set<String>]

    private static let changes =
        UInt32(IN_CREATE) | UInt32(IN_MOVED_TO) | UInt32(IN_ATTRIB) | UInt32(IN_DELETE) | UInt32(IN_MOVED_FROM)
        | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ONLYDIR)

    init() throws(DeviceError) {
        inotify = Descriptor(owning: try checked(inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC)), "inotify_init1"))
        paths = []
        awaited = [:]
    }

    /// Readable when there is something to `drain`.
    var number: Int32 { inotify.number }

    /// From now on watches these paths and no others.
    mutating func cover(_ paths: [String]) {
        var fresh: [Int32: Set<String>] = [:]
        for path in paths {
            if let (watch, entry) = watchNearest(path) { fresh[watch, default: []].insert(entry) }
        }
        for stale in awaited.keys where fresh[stale] == nil { inotify_rm_watch(inotify.number, stale) }
        awaited = fresh
        self.paths = paths
    }

    private func watchNearest(_ path: String) -> (watch: Int32, entry: String)? {
        var entry = path[...]
        while let slash = entry.lastIndex(of: "/") {
            let directory = slash == entry.startIndex ? "/" : String(entry[..<slash])
            let watch = unsafe inotify_add_watch(inotify.number, directory, Self.changes)
            if watch >= 0 { return (watch, String(entry[entry.index(after: slash)...])) }
            entry = entry[..<slash]
        }
        return nil
    }

    /// Takes what was reported; true when any of it concerns a covered path. Reads 4 KiB at most: the rest keeps the
    /// descriptor readable.
    mutating func drain() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        guard case .bytes(let count) = inotify.read(into: &buffer) else { return false }
        var concerned = false
        var start = 0
        while start + Self.headerSize <= count {
            let (watch, mask, length) = unsafe buffer.withUnsafeBytes {
                unsafe (
                    $0.loadUnaligned(fromByteOffset: start, as: Int32.self),
                    $0.loadUnaligned(fromByteOffset: start + 4, as: UInt32.self),
                    Int($0.loadUnaligned(fromByteOffset: start + 12, as: UInt32.self))
                )
            }
            let name = buffer[start + Self.headerSize..<start + Self.headerSize + length].prefix { $0 != 0 }
            concerned = concerned || concerns(watch, mask, String(decoding: name, as: UTF8.self))
            start += Self.headerSize + length
        }
        return concerned
    }

    /// wd i32, mask u32, cookie u32, len u32; then the name, padded with NUL to `len`.
    private static let headerSize = 16

    private func concerns(_ watch: Int32, _ mask: UInt32, _ name: String) -> Bool {
        if mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
        // An event of a watch given up meanwhile, or the kernel's word that it is.
        guard let entries = awaited[watch] else { return false }
        // Without a name it is about the directory itself.
        return name.isEmpty || entries.contains(name)
    }
}
