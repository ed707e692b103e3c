import Glibc

/// What the journal does with files as files, apart from what SQLite does. The board has one disk; a simulator puts another
/// in its place, one that loses what was not synchronised. A call that fails says so, and `errno` says why.
package protocol Disk: Sendable {
    func exists(_ path: String) -> Bool
    /// Whether it is a plain file, not a directory or a device.
    func isFile(_ path: String) -> Bool
    /// Which file bears the name now, and how long it is; `nil` when there is none.
    func identity(_ path: String) -> DiskIdentity?
    /// For an unprivileged process; `nil` when nobody can tell.
    func freeBytes(at path: String) -> Int64?
    func makeDirectory(_ path: String) -> Bool
    func rename(_ from: String, to: String) -> Bool
    @discardableResult func remove(_ path: String) -> Bool
    /// Makes the names in a directory durable.
    func synchronise(_ directory: String) -> Bool
    func open(_ path: String, _ mode: DiskMode) -> (any DiskFile)?
}

/// A file apart from its name.
package struct DiskIdentity: Hashable, Sendable {
    package var device: UInt64
    package var inode: UInt64
    package var size: Int64

    package init(device: UInt64, inode: UInt64, size: Int64) {
        self.device = device
        self.inode = inode
        self.size = size
    }
}

package enum DiskMode: Hashable, Sendable {
    case read
    /// Makes it if it is not there.
    case readWrite
    /// As `readWrite`, and empty.
    case replace
}

/// An open file; it is closed when nobody holds it any more.
package protocol DiskFile: AnyObject {
    var size: Int { get }
    /// As many bytes as there are, at most `count`; `nil` when they cannot be read.
    func read(_ count: Int, at offset: Int) -> [UInt8]?
    func write(_ bytes: [UInt8], at offset: Int) -> Bool
    func truncate(to size: Int) -> Bool
    func synchronise() -> Bool
    /// Keeps every other process from locking it, until this one closes it or ends.
    func lock() -> Bool
}

extension Disk {
    /// At most `limit` bytes from the beginning; `nil` when the file cannot be read.
    package func read(_ path: String, limit: Int) -> [UInt8]? { open(path, .read)?.read(limit, at: 0) }

    /// Writes a file's bytes over themselves and synchronises them. After a synchronisation that failed, Linux counts the pages
    /// as written: whoever opens the file reads bytes that are in memory alone, and synchronising once more does not write
    /// them. What is to be built upon has to be written anew.
    package func renew(_ path: String) -> Bool {
        guard let file = open(path, .readWrite) else { return false }
        var offset = 0
        while offset < file.size {
            guard let bytes = file.read(1 << 16, at: offset), !bytes.isEmpty, file.write(bytes, at: offset) else {
                return false
            }
            offset += bytes.count
        }
        return file.synchronise()
    }
}

/// The operating system's files.
package struct BoardDisk: Disk {
    package init() {}

    package func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    package func isFile(_ path: String) -> Bool {
        var state = stat()
        return unsafe stat(path, &state) == 0 && state.st_mode & S_IFMT == S_IFREG
    }

    package func identity(_ path: String) -> DiskIdentity? {
        var state = stat()
        guard unsafe stat(path, &state) == 0 else { return nil }
        return DiskIdentity(device: UInt64(state.st_dev), inode: UInt64(state.st_ino), size: Int64(state.st_size))
    }

    package func freeBytes(at path: String) -> Int64? { BoardState.freeBytes(at: path) }
    package func makeDirectory(_ path: String) -> Bool { unsafe mkdir(path, 0o750) == 0 }
    package func rename(_ from: String, to: String) -> Bool { unsafe Glibc.rename(from, to) == 0 }
    package func remove(_ path: String) -> Bool { unsafe unlink(path) == 0 }

    package func synchronise(_ directory: String) -> Bool {
        let descriptor = unsafe Glibc.open(directory, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }

    package func open(_ path: String, _ mode: DiskMode) -> (any DiskFile)? {
        let flags =
            switch mode {
            case .read: O_RDONLY
            case .readWrite: O_RDWR | O_CREAT
            case .replace: O_RDWR | O_CREAT | O_TRUNC
            }
        let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o640)
        return descriptor < 0 ? nil : BoardFile(descriptor)
    }
}

private final class BoardFile: DiskFile {
    private let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }

    var size: Int {
        var state = stat()
        return unsafe fstat(descriptor, &state) == 0 ? Int(state.st_size) : 0
    }

    func read(_ count: Int, at offset: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var used = 0
        while used < count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(descriptor, buffer.baseAddress.map { unsafe $0 + used }, count - used, offset + used)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return nil }
            if got == 0 { break }
            used += got
        }
        bytes.removeLast(count - used)
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: Int) -> Bool {
        unsafe pwrite(descriptor, bytes, bytes.count, offset) == bytes.count
    }

    func truncate(to size: Int) -> Bool { ftruncate(descriptor, size) == 0 }
    func synchronise() -> Bool { fsync(descriptor) == 0 }
    func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }
}
