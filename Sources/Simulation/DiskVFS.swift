import Board
import CSQLite
import Domain
import Glibc
import Synchronization

/// Lets SQLite work on simulated disks: a file system of SQLite's own kind that takes the paths below `SimulatedDisk.mount`, and
/// hands every other to the one that was there before. Locks are none: each simulated process has one connection to a file.
@safe enum DiskVFS {
    @safe private struct File {
        var base: sqlite3_file
        var open: Unmanaged<SimulatedFile>?
    }

    private static let disks = Mutex<[String: SimulatedDisk]>([:])

    static func mount(_ disk: SimulatedDisk) {
        precondition(isInstalled, "SQLite takes no other file system")
        disks.withLock { $0[disk.root] = disk }
    }

    static func unmount(_ disk: SimulatedDisk) { disks.withLock { _ = $0.removeValue(forKey: disk.root) } }

    private static func disk(of path: String) -> SimulatedDisk? {
        guard path.hasPrefix(SimulatedDisk.mount) else { return nil }
        let number = path.dropFirst(SimulatedDisk.mount.utf8.count).prefix { $0 != "/" }
        return disks.withLock { $0[SimulatedDisk.mount + number] }
    }

    private static func disk(of name: UnsafePointer<CChar>?) -> (disk: SimulatedDisk, path: String)? {
        guard let name = unsafe name else { return nil }
        let path = unsafe String(cString: name)
        return disk(of: path).map { ($0, path) }
    }

    // MARK: The file system

    /// The one that was there before. Written once, before any other use.
    nonisolated(unsafe) private static let real: UnsafeMutablePointer<sqlite3_vfs>? = unsafe sqlite3_vfs_find(nil)

    /// Registers it on first use; it stays for as long as the process lives.
    private static let isInstalled: Bool = {
        guard let real = unsafe real else { return false }
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        unsafe vfs.initialize(to: real.pointee)
        unsafe vfs.pointee.szOsFile = max(real.pointee.szOsFile, Int32(MemoryLayout<File>.size))
        unsafe vfs.pointee.pNext = nil
        let name = unsafe strdup("simulated")
        unsafe vfs.pointee.zName = UnsafePointer(name)
        unsafe vfs.pointee.xOpen = { _, name, file, flags, outFlags in
            guard let found = unsafe DiskVFS.disk(of: name) else {
                return unsafe DiskVFS.real?.pointee.xOpen(DiskVFS.real, name, file, flags, outFlags)
                    ?? SQLITE_CANTOPEN
            }
            return unsafe DiskVFS.open(found.disk, found.path, file, flags, outFlags)
        }
        unsafe vfs.pointee.xDelete = { _, name, syncs in
            guard let (disk, path) = unsafe DiskVFS.disk(of: name) else {
                return unsafe DiskVFS.real?.pointee.xDelete(DiskVFS.real, name, syncs) ?? DiskVFS.deleteFailed
            }
            do throws(DiskError) {
                try disk.remove(path)
            } catch {
                return error.code == ENOENT ? DiskVFS.deletedAlready : DiskVFS.deleteFailed
            }
            return syncs == 0 || (try? disk.synchronise(disk.root)) != nil ? SQLITE_OK : DiskVFS.syncFailed
        }
        unsafe vfs.pointee.xAccess = { _, name, flags, result in
            guard let (disk, path) = unsafe DiskVFS.disk(of: name) else {
                return unsafe DiskVFS.real?.pointee.xAccess(DiskVFS.real, name, flags, result) ?? SQLITE_IOERR
            }
            // As the real one: an empty file is none.
            let inode = disk.names[path]
            unsafe result?.pointee =
                inode.map { $0.isDirectory || flags != SQLITE_ACCESS_EXISTS || !$0.current.isEmpty } ?? false ? 1 : 0
            return SQLITE_OK
        }
        unsafe vfs.pointee.xFullPathname = { _, name, size, result in
            guard unsafe DiskVFS.disk(of: name) != nil, let name = unsafe name, let result = unsafe result else {
                return unsafe DiskVFS.real?.pointee.xFullPathname(DiskVFS.real, name, size, result)
                    ?? SQLITE_CANTOPEN
            }
            guard unsafe strlen(name) < size else { return SQLITE_CANTOPEN }
            unsafe strcpy(result, name)
            return SQLITE_OK
        }
        return unsafe sqlite3_vfs_register(vfs, 1) == SQLITE_OK
    }()

    private static func open(
        _ disk: SimulatedDisk, _ path: String, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
        _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let file = unsafe file else { return SQLITE_CANTOPEN }
        unsafe file.pointee.pMethods = nil
        let isNew = !disk.exists(path)
        let mode: DiskMode = flags & SQLITE_OPEN_CREATE != 0 ? .readWrite : .read
        guard let opened = try? disk.openFile(path, mode) else { return SQLITE_CANTOPEN }
        opened.namesItself =
            isNew && flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL) != 0
        unsafe file.withMemoryRebound(to: File.self, capacity: 1) {
            unsafe $0.pointee.open = Unmanaged.passRetained(opened)
        }
        unsafe file.pointee.pMethods = UnsafePointer(methods)
        unsafe outFlags?.pointee = flags
        return SQLITE_OK
    }

    private static func file(_ pointer: UnsafeMutablePointer<sqlite3_file>?) -> SimulatedFile? {
        unsafe pointer?.withMemoryRebound(to: File.self, capacity: 1) { unsafe $0.pointee.open?.takeUnretainedValue() }
    }

    // MARK: Files

    /// SQLite's codes, which are expressions in C.
    private static let readFailed = SQLITE_IOERR | 1 << 8
    private static let shortRead = SQLITE_IOERR | 2 << 8
    private static let writeFailed = SQLITE_IOERR | 3 << 8
    private static let syncFailed = SQLITE_IOERR | 4 << 8
    private static let truncateFailed = SQLITE_IOERR | 6 << 8
    private static let deleteFailed = SQLITE_IOERR | 10 << 8
    private static let deletedAlready = SQLITE_IOERR | 23 << 8
    private static let shmFailed = SQLITE_IOERR | 21 << 8

    nonisolated(unsafe) private static let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        var table = sqlite3_io_methods()
        table.iVersion = 2
        unsafe table.xClose = { pointer in
            unsafe pointer?.withMemoryRebound(to: File.self, capacity: 1) {
                unsafe $0.pointee.open?.release()
                unsafe $0.pointee.open = nil
            }
            return SQLITE_OK
        }
        unsafe table.xRead = { pointer, target, count, offset in
            guard let file = unsafe DiskVFS.file(pointer), let target = unsafe target else { return DiskVFS.readFailed }
            let buffer = unsafe UnsafeMutableRawBufferPointer(start: target, count: Int(count))
            guard let got = unsafe try? file.read(into: buffer, at: Int(offset)) else { return DiskVFS.readFailed }
            guard got < Int(count) else { return SQLITE_OK }
            unsafe memset(target + got, 0, Int(count) - got)
            return DiskVFS.shortRead
        }
        unsafe table.xWrite = { pointer, source, count, offset in
            guard let file = unsafe DiskVFS.file(pointer), let source = unsafe source else {
                return DiskVFS.writeFailed
            }
            let bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: source, count: Int(count)))
            do throws(DiskError) {
                try file.write(bytes, at: Int(offset))
                return SQLITE_OK
            } catch {
                return error.code == ENOSPC ? SQLITE_FULL : DiskVFS.writeFailed
            }
        }
        unsafe table.xTruncate = { pointer, size in
            (try? unsafe DiskVFS.file(pointer)?.truncate(to: Int(size))) != nil ? SQLITE_OK : DiskVFS.truncateFailed
        }
        unsafe table.xSync = { pointer, _ in
            (try? unsafe DiskVFS.file(pointer)?.synchronise()) != nil ? SQLITE_OK : DiskVFS.syncFailed
        }
        unsafe table.xFileSize = { pointer, size in
            unsafe size?.pointee = Int64(unsafe DiskVFS.file(pointer)?.size ?? 0)
            return SQLITE_OK
        }
        unsafe table.xLock = { _, _ in SQLITE_OK }
        unsafe table.xUnlock = { _, _ in SQLITE_OK }
        unsafe table.xCheckReservedLock = { _, result in
            unsafe result?.pointee = 0
            return SQLITE_OK
        }
        unsafe table.xFileControl = { pointer, what, argument in
            guard let file = unsafe DiskVFS.file(pointer) else { return SQLITE_NOTFOUND }
            let number = unsafe argument?.assumingMemoryBound(to: Int32.self)
            switch what {
            case SQLITE_FCNTL_PERSIST_WAL:
                if let number = unsafe number {
                    if unsafe number.pointee >= 0 { unsafe file.keepsLog = number.pointee != 0 }
                    unsafe number.pointee = file.keepsLog ? 1 : 0
                }
                return SQLITE_OK
            default: return SQLITE_NOTFOUND
            }
        }
        unsafe table.xSectorSize = { _ in 4096 }
        // As on Linux: to write a part of a sector does not harm the rest of it.
        unsafe table.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
        unsafe table.xShmMap = { pointer, number, size, extends, result in
            guard let file = unsafe DiskVFS.file(pointer), file.isAlive else { return DiskVFS.shmFailed }
            let inode = file.inode
            unsafe result?.pointee = nil
            while unsafe inode.regions.count <= Int(number) {
                guard extends != 0 else { return SQLITE_OK }
                let region = UnsafeMutableRawPointer.allocate(byteCount: Int(size), alignment: 16)
                unsafe memset(region, 0, Int(size))
                unsafe inode.regions.append(region)
            }
            unsafe result?.pointee = inode.regions[Int(number)]
            return SQLITE_OK
        }
        unsafe table.xShmLock = { _, _, _, _ in SQLITE_OK }
        unsafe table.xShmBarrier = { _ in }
        unsafe table.xShmUnmap = { pointer, _ in
            // The one connection lets go of it; the next begins with an empty one, as after the last real process.
            unsafe DiskVFS.file(pointer)?.inode.freeRegions()
            return SQLITE_OK
        }
        unsafe methods.initialize(to: table)
        return unsafe methods
    }()
}
