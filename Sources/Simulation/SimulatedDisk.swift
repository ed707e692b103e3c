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
        /// Blocks that are set aside and hold nothing.
        var reserved = 0
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
    /// Who writes now is the journal of practice, which has no ballast.
    var isForPractice = false
    /// A write found no space while there was a ballast to be given back.
    private(set) var hasStarved = false
    private var capacity: Int64 = 1 << 40
    /// What other programs leave of it.
    var free: Int64 {
        get { max(capacity - taken, 0) }
        set { capacity = taken + newValue }
    }
    private var taken: Int64 { names.values.reduce(0) { $0 + Int64(Self.blocks($1.current.count + $1.reserved)) } }
    /// Files take whole blocks.
    private static func blocks(_ bytes: Int) -> Int { (bytes + 4095) / 4096 * 4096 }
    let bug: PlantedBug?

    init(bug: PlantedBug?) {
        // No other disk of this process has that path; all are as long, because some are written into files.
        root = Self.mount + String(1_000_000 + Self.numbers.add(1, ordering: .relaxed).newValue)
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

    /// Throws when the call fails; then nothing of it happened but what a power cut may leave of it.
    func admit(_ kinds: Failure...) throws(DiskError) {
        guard death == nil else { throw DiskError(code: EIO) }
        calls += 1
        if let (left, how) = dying {
            dying = left > 0 ? (left - 1, how) : nil
            if left == 0 {
                death = how
                throw DiskError(code: EIO)
            }
        }
        if let (left, how) = failing, kinds.contains(how) {
            failing = left > 0 ? (left - 1, how) : nil
            if left == 0 {
                failures += 1
                throw DiskError(code: how == .full ? ENOSPC : EIO)
            }
        }
    }

    /// Whether a file can become so long.
    func requireSpace(_ inode: Inode, for size: Int) throws(DiskError) {
        let bytes = Self.blocks(size) - Self.blocks(inode.current.count + inode.reserved)
        guard bytes > 0, bytes > free else { return }
        failures += 1
        // Less than a sector is only a word for people, in the lock.
        if size >= Self.sector, !isForPractice, takenBytes(root + "/ballast") >= 1 << 20 { hasStarved = true }
        throw DiskError(code: ENOSPC)
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
    func takenBytes(_ path: String) -> Int64 { Int64(death == nil ? names[path]?.reserved ?? 0 : 0) }

    func makeDirectory(_ path: String) throws(DiskError) {
        try admit(.full)
        guard names[path] == nil else { throw DiskError(code: EEXIST) }
        guard hasParent(path) else { throw DiskError(code: ENOENT) }
        change([(path, Inode(isDirectory: true))])
    }

    func rename(_ from: String, to: String) throws(DiskError) {
        try admit()
        guard let inode = names[from], hasParent(to) else { throw DiskError(code: ENOENT) }
        change([(from, nil), (to, inode)])
    }

    func remove(_ path: String) throws(DiskError) {
        try admit()
        if bug == .ballastKept, names[path]?.reserved ?? 0 > 0 { return }
        guard names[path] != nil else { throw DiskError(code: ENOENT) }
        change([(path, nil)])
    }

    func names(in directory: String) -> [String] {
        guard death == nil else { return [] }
        return names.keys.filter { $0.hasPrefix(directory + "/") }.map { String($0.dropFirst(directory.count + 1)) }
            .filter { !$0.contains("/") }
    }

    func removeDirectory(_ path: String) throws(DiskError) {
        try admit()
        guard names[path]?.isDirectory == true, names(in: path).isEmpty else { throw DiskError(code: ENOTEMPTY) }
        change([(path, nil)])
    }

    func synchronise(_ directory: String) throws(DiskError) {
        try admit(.sync)
        guard names[directory]?.isDirectory == true else { throw DiskError(code: ENOENT) }
        if bug != .directoryNotSynchronised { settleNames(pendingNames.count) }
    }

    func open(_ path: String, _ mode: DiskMode) throws(DiskError) -> any DiskFile { try openFile(path, mode) }

    func openFile(_ path: String, _ mode: DiskMode) throws(DiskError) -> SimulatedFile {
        try admit()
        if let inode = names[path] {
            guard !inode.isDirectory else { throw DiskError(code: EISDIR) }
            let file = SimulatedFile(self, inode)
            if mode == .replace, !inode.current.isEmpty { inode.truncate(to: 0) }
            return file
        }
        guard mode != .read, hasParent(path) else { throw DiskError(code: ENOENT) }
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

    private func live() throws(DiskError) { if !isAlive { throw DiskError(code: EIO) } }

    func read(_ count: Int, at offset: Int) throws(DiskError) -> [UInt8] {
        try live()
        try disk.admit()
        let end = min(offset + count, inode.current.count)
        return offset < end ? Array(inode.current[offset..<end]) : []
    }

    /// Copies as much as there is, and says how much.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(DiskError) -> Int {
        try live()
        try disk.admit()
        let count = max(min(buffer.count, inode.current.count - offset), 0)
        unsafe inode.current.withUnsafeBytes { bytes in
            guard count > 0, let from = bytes.baseAddress, let to = buffer.baseAddress else { return }
            unsafe memcpy(to, from + offset, count)
        }
        return count
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(DiskError) {
        try live()
        do throws(DiskError) {
            try disk.admit(.full)
        } catch {
            // The power may fail in the middle of it.
            if disk.death == .powerCut { inode.pending.append(.write(offset: offset, bytes: bytes)) }
            throw error
        }
        try disk.requireSpace(inode, for: offset + bytes.count)
        inode.write(bytes, at: offset)
    }

    func truncate(to size: Int) throws(DiskError) {
        try live()
        try disk.admit()
        if disk.bug == .ballastKept, inode.reserved > 0 { return }
        inode.reserved = min(inode.reserved, size)
        if size < inode.current.count || inode.reserved == 0 { inode.truncate(to: size) }
    }

    func allocate(_ size: Int) throws(DiskError) {
        try live()
        try disk.admit(.full)
        try disk.requireSpace(inode, for: size)
        inode.reserved = max(size, inode.reserved)
    }

    func synchronise() throws(DiskError) {
        try live()
        do throws(DiskError) {
            try disk.admit(.sync)
        } catch {
            if disk.death == nil { inode.pending = [] }
            throw error
        }
        if disk.bug != .commitNotSynchronised { inode.completeWrites() }
        if namesItself {
            namesItself = false
            try disk.synchronise(disk.root)
        }
    }

    func lock() throws(DiskError) {
        try live()
        guard !inode.isLocked || hasLock else { throw DiskError(code: EWOULDBLOCK) }
        inode.isLocked = true
        hasLock = true
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
    func completeWrites() {
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
