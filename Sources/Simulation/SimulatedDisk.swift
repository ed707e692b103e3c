import Board
import Domain
import Glibc
import Synchronization

/// A disk in memory with the manners of a real one. What was written is seen at once by whoever reads; a power cut leaves of it
/// what was synchronised, and of the rest some sectors and not others. Names are a journal of their own, as on ext4: of those
/// that no directory's synchronisation covers, a cut leaves the first few.
///
/// The process that uses it can be killed or lose power at any call: from then on every call fails, until `restart`.
final class SimulatedDisk: Disk, @unchecked Sendable {
    // Sendable: it belongs to one simulation, which is one thread.

    /// How the process ends at a call.
    enum Death: Hashable, Sendable {
        /// The system goes on: what was written is there.
        case kill
        case powerCut
    }

    enum Failure: Hashable, Sendable {
        case none
        /// As Linux does it: the pages count as written, what is read is the new, and the disk has the old.
        case sync
        case full
    }

    @safe final class Inode {
        enum Change {
            case write(offset: Int, bytes: [UInt8])
            case truncate(Int)
        }

        let isDirectory: Bool
        var current: [UInt8] = []
        var durable: [UInt8] = []
        /// What came since the last synchronisation.
        var pending: [Change] = []
        var isLocked = false
        /// SQLite's index of the log, which processes share.
        var regions: [UnsafeMutableRawPointer] = unsafe []

        init(isDirectory: Bool = false) { self.isDirectory = isDirectory }
        deinit { freeRegions() }

        func freeRegions() {
            while let region = unsafe regions.popLast() { unsafe region.deallocate() }
        }
    }

    /// Under it lie the paths of all simulated disks.
    static let mount = "/simulated/"
    private static let numbers = Atomic<UInt64>(0)

    let root: String
    var names: [String: Inode]
    var durableNames: [String: Inode]
    /// Each is one step: all of its names change, or none does.
    var pendingNames: [[(path: String, inode: Inode?)]] = []
    /// Counts the processes; files that an earlier one opened are dead.
    private(set) var life = 0
    /// How the process ended, until it is restarted.
    private(set) var death: Death?
    private var dying: (calls: Int, how: Death)?
    private var failing: (calls: Int, how: Failure)?
    private(set) var calls = 0
    private(set) var failures = 0
    var free: Int64 = 1 << 40
    let bug: PlantedBug?

    init(bug: PlantedBug?) {
        // No other disk of this process has that path.
        root = Self.mount + String(Self.numbers.add(1, ordering: .relaxed).newValue)
        self.bug = bug
        let directory = Inode(isDirectory: true)
        names = [root: directory, "/simulated": Inode(isDirectory: true), "/": Inode(isDirectory: true)]
        durableNames = names
    }

    // MARK: Faults

    /// The process ends at the call after so many.
    func die(after calls: Int, _ how: Death) { dying = (calls, how) }
    /// One call fails, the one after so many that can.
    func fail(after calls: Int, _ how: Failure) { failing = (calls, how) }
    func dieNow(_ how: Death) { death = how }
    func calm() { (dying, failing) = (nil, nil) }

    /// What a call comes to: `false` when it fails; then nothing of it happened but what a power cut may leave of it.
    func admit(_ kinds: Failure...) -> Bool {
        guard death == nil else { return refuse(EIO) }
        calls += 1
        if let (left, how) = dying {
            dying = left > 0 ? (left - 1, how) : nil
            if left == 0 {
                death = how
                return refuse(EIO)
            }
        }
        if let (left, how) = failing, kinds.contains(how) {
            failing = left > 0 ? (left - 1, how) : nil
            if left == 0 {
                failures += 1
                return refuse(how == .full ? ENOSPC : EIO)
            }
        }
        return true
    }

    private func refuse(_ code: Int32) -> Bool {
        errno = code
        return false
    }

    /// A new process may use it. Nobody of the old one does any more.
    func restart() {
        life += 1
        death = nil
        for inode in names.values {
            inode.isLocked = false
            inode.freeRegions()
        }
    }

    // MARK: Disk

    func exists(_ path: String) -> Bool { death == nil && names[path] != nil }
    func isFile(_ path: String) -> Bool { death == nil && names[path]?.isDirectory == false }
    func identity(_ path: String) -> DiskIdentity? {
        guard death == nil, let inode = names[path] else { return nil }
        return DiskIdentity(
            device: 0, inode: UInt64(UInt(bitPattern: ObjectIdentifier(inode))), size: Int64(inode.current.count))
    }
    func freeBytes(at path: String) -> Int64? { free }

    func makeDirectory(_ path: String) -> Bool {
        guard admit(.full) else { return false }
        guard names[path] == nil else { return refuse(EEXIST) }
        guard hasParent(path) else { return refuse(ENOENT) }
        change([(path, Inode(isDirectory: true))])
        return true
    }

    func rename(_ from: String, to: String) -> Bool {
        guard admit() else { return false }
        guard let inode = names[from], hasParent(to) else { return refuse(ENOENT) }
        change([(from, nil), (to, inode)])
        return true
    }

    @discardableResult func remove(_ path: String) -> Bool {
        guard admit() else { return false }
        guard names[path] != nil else { return refuse(ENOENT) }
        change([(path, nil)])
        return true
    }

    func synchronise(_ directory: String) -> Bool {
        guard admit(.sync) else { return false }
        guard names[directory]?.isDirectory == true else { return refuse(ENOENT) }
        if bug != .directoryNotSynchronised { settleNames(pendingNames.count) }
        return true
    }

    func open(_ path: String, _ mode: DiskMode) -> (any DiskFile)? { openFile(path, mode) }

    func openFile(_ path: String, _ mode: DiskMode) -> SimulatedFile? {
        guard admit() else { return nil }
        if let inode = names[path] {
            guard !inode.isDirectory else { return refuse(EISDIR) ? nil : nil }
            let file = SimulatedFile(self, inode)
            if mode == .replace, !inode.current.isEmpty { inode.truncate(to: 0) }
            return file
        }
        guard mode != .read, hasParent(path) else { return refuse(ENOENT) ? nil : nil }
        let inode = Inode()
        change([(path, inode)])
        return SimulatedFile(self, inode)
    }

    private func hasParent(_ path: String) -> Bool {
        guard let slash = path.lastIndex(of: "/") else { return false }
        return names[slash == path.startIndex ? "/" : String(path[..<slash])]?.isDirectory == true
    }

    private func change(_ step: [(path: String, inode: Inode?)]) {
        for (path, inode) in step { names[path] = inode }
        pendingNames.append(step)
    }

    func settleNames(_ count: Int) {
        for step in pendingNames.prefix(count) {
            for (path, inode) in step { durableNames[path] = inode }
        }
        pendingNames.removeFirst(count)
    }
}

/// A file that some process has open.
final class SimulatedFile: DiskFile {
    let disk: SimulatedDisk
    let inode: SimulatedDisk.Inode
    private let life: Int
    private var hasLock = false
    /// SQLite wants its log kept when it closes.
    var keepsLog = false
    /// Its first synchronisation makes its name durable too, as SQLite does for the files it makes beside a database.
    var namesItself = false

    init(_ disk: SimulatedDisk, _ inode: SimulatedDisk.Inode) {
        self.disk = disk
        self.inode = inode
        life = disk.life
    }

    deinit { if hasLock, isAlive { inode.isLocked = false } }

    var isAlive: Bool { disk.life == life && disk.death == nil }
    var size: Int { inode.current.count }

    func read(_ count: Int, at offset: Int) -> [UInt8]? {
        guard isAlive, disk.admit() else { return nil }
        let end = min(offset + count, inode.current.count)
        return offset < end ? Array(inode.current[offset..<end]) : []
    }

    /// Copies as much as there is; `nil` when it cannot be read.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int? {
        guard isAlive, disk.admit() else { return nil }
        let count = max(min(buffer.count, inode.current.count - offset), 0)
        unsafe inode.current.withUnsafeBytes { bytes in
            guard count > 0, let from = bytes.baseAddress, let to = buffer.baseAddress else { return }
            unsafe memcpy(to, from + offset, count)
        }
        return count
    }

    func write(_ bytes: [UInt8], at offset: Int) -> Bool {
        guard isAlive else { return false }
        guard disk.admit(.full) else {
            // The power may fail in the middle of it.
            if disk.death == .powerCut { inode.pending.append(.write(offset: offset, bytes: bytes)) }
            return false
        }
        inode.write(bytes, at: offset)
        return true
    }

    func truncate(to size: Int) -> Bool {
        guard isAlive, disk.admit() else { return false }
        inode.truncate(to: size)
        return true
    }

    func synchronise() -> Bool {
        guard isAlive else { return false }
        guard disk.admit(.sync) else {
            if disk.death == nil { inode.pending = [] }
            return false
        }
        if disk.bug != .commitNotSynchronised { inode.settle() }
        if namesItself {
            namesItself = false
            return disk.synchronise(disk.root)
        }
        return true
    }

    func lock() -> Bool {
        guard isAlive, !inode.isLocked || hasLock else {
            errno = EWOULDBLOCK
            return false
        }
        inode.isLocked = true
        hasLock = true
        return true
    }
}

extension SimulatedDisk.Inode {
    func write(_ bytes: [UInt8], at offset: Int) {
        Self.put(bytes, at: offset, into: &current)
        pending.append(.write(offset: offset, bytes: bytes))
    }

    func truncate(to size: Int) {
        Self.cut(&current, to: size)
        pending.append(.truncate(size))
    }

    /// All that is pending becomes durable.
    func settle() {
        for change in pending {
            switch change {
            case .write(let offset, let bytes): Self.put(bytes, at: offset, into: &durable)
            case .truncate(let size): Self.cut(&durable, to: size)
            }
        }
        pending = []
    }

    static func put(_ bytes: [UInt8], at offset: Int, into content: inout [UInt8]) {
        if content.count < offset + bytes.count { cut(&content, to: offset + bytes.count) }
        unsafe content.withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes { source in
                guard let to = target.baseAddress, let from = source.baseAddress else { return }
                unsafe memcpy(to + offset, from, source.count)
            }
        }
    }

    static func cut(_ content: inout [UInt8], to size: Int) {
        if size < content.count {
            content.removeLast(content.count - size)
        } else if size > content.count {
            content += [UInt8](repeating: 0, count: size - content.count)
        }
    }
}
