import Glibc

/// What the journal does with files as files, apart from what SQLite does. The board has one disk; a simulator puts another
/// in its place, one that loses what was not synchronised.
package protocol Disk: Sendable {
    func exists(_ path: String) -> Bool
    /// Whether it is a plain file, not a directory or a device.
    func isFile(_ path: String) -> Bool
    /// Which file bears the name now, and how long it is; `nil` when there is none.
    func identity(_ path: String) -> DiskIdentity?
    /// For an unprivileged process; `nil` when nobody can tell.
    func freeBytes(at path: String) -> Int64?
    /// What a plain file takes of the disk, its holes left out; 0 when there is none.
    func takenBytes(_ path: String) -> Int64
    func makeDirectory(_ path: String) throws(DiskError)
    func rename(_ from: String, to: String) throws(DiskError)
    func remove(_ path: String) throws(DiskError)
    /// What lies in a directory; none when it cannot be read.
    func names(in directory: String) -> [String]
    /// Removes a directory that is empty.
    func removeDirectory(_ path: String) throws(DiskError)
    /// Makes the names in a directory durable.
    func synchronise(_ directory: String) throws(DiskError)
    func open(_ path: String, _ mode: DiskMode) throws(DiskError) -> any DiskFile
}

/// Why a call to the disk failed.
package struct DiskError: Error, Hashable, CustomStringConvertible {
    /// The system's number.
    package var code: Int32

    package init(code: Int32) { self.code = code }

    package var description: String { message(of: code) }
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
    /// Makes it if it is not there. Never through a link: what is written into must be the journal's own.
    case readWrite
    /// As `readWrite`, and empty.
    case replace
}

/// An open file; it is closed when nobody holds it any more.
package protocol DiskFile: AnyObject {
    var size: Int { get }
    /// As many bytes as there are, at most `count`.
    func read(_ count: Int, at offset: Int) throws(DiskError) -> [UInt8]
    func write(_ bytes: [UInt8], at offset: Int) throws(DiskError)
    func truncate(to size: Int) throws(DiskError)
    /// Makes it at least so long, of real blocks and not of holes. When they cannot all be had, it keeps those that could.
    func allocate(_ size: Int) throws(DiskError)
    func synchronise() throws(DiskError)
    /// Keeps every other process from locking it, until this one closes it or ends.
    func lock() throws(DiskError)
}

extension Disk {
    /// At most `limit` bytes from the beginning; `nil` when the file cannot be read.
    package func read(_ path: String, limit: Int) -> [UInt8]? { try? open(path, .read).read(limit, at: 0) }

    /// Puts these bytes in the file's place: whoever opens it after a power cut finds all of these or all of those before.
    package func replace(_ path: String, with bytes: [UInt8]) throws(DiskError) {
        let next = path + ".new"
        // Made anew, so that what somebody laid there is not written into.
        if exists(next) { try remove(next) }
        let file = try open(next, .readWrite)
        try file.truncate(to: 0)
        try file.write(bytes, at: 0)
        try file.synchronise()
        try rename(next, to: path)
        try synchronise(path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".")
    }

    /// Makes the one file hold what the other does, unless it does already.
    package func keepCopy(of path: String, at copy: String, limit: Int) throws(DiskError) {
        guard path != copy, let bytes = read(path, limit: limit), bytes != read(copy, limit: limit) else { return }
        try replace(copy, with: bytes)
    }

    /// Writes a file's bytes over themselves and synchronises them. After a synchronisation that failed, Linux counts the pages
    /// as written: whoever opens the file reads bytes that are in memory alone, and synchronising once more does not write
    /// them. What is to be built upon has to be written anew.
    /// - Parameter length: of what counts in it, if not all does.
    package func renew(_ path: String, length: Int? = nil) throws(DiskError) {
        let file = try open(path, .readWrite)
        var offset = 0
        let end = min(length ?? file.size, file.size)
        while offset < end {
            let bytes = try file.read(min(1 << 16, end - offset), at: offset)
            // Shorter by now than it was.
            guard !bytes.isEmpty else { throw DiskError(code: EIO) }
            try file.write(bytes, at: offset)
            offset += bytes.count
        }
        try file.synchronise()
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

    package func takenBytes(_ path: String) -> Int64 {
        var state = stat()
        guard unsafe lstat(path, &state) == 0, state.st_mode & S_IFMT == S_IFREG else { return 0 }
        return min(Int64(state.st_size), Int64(state.st_blocks) * 512)
    }

    package func makeDirectory(_ path: String) throws(DiskError) { try succeed(unsafe mkdir(path, 0o750)) }
    package func rename(_ from: String, to: String) throws(DiskError) { try succeed(unsafe Glibc.rename(from, to)) }
    package func remove(_ path: String) throws(DiskError) { try succeed(unsafe unlink(path)) }

    package func names(in directory: String) -> [String] {
        guard let stream = unsafe opendir(directory) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Takes from everybody but the owner what he let others do with the files and folders in it. What is not his stays.
    package func keepPrivate(_ directory: String) {
        for name in names(in: directory) {
            let path = "\(directory)/\(name)"
            var state = stat()
            guard unsafe lstat(path, &state) == 0 else { continue }
            switch state.st_mode & S_IFMT {
            case S_IFREG where state.st_mode & 0o077 != 0: _ = unsafe chmod(path, 0o600)
            case S_IFDIR where state.st_mode & 0o077 != 0: _ = unsafe chmod(path, 0o700)
            default: break
            }
        }
    }

    package func removeDirectory(_ path: String) throws(DiskError) { try succeed(unsafe rmdir(path)) }

    package func synchronise(_ directory: String) throws(DiskError) {
        let descriptor = unsafe Glibc.open(directory, O_RDONLY | O_CLOEXEC)
        try succeed(descriptor)
        defer { close(descriptor) }
        try succeed(fsync(descriptor))
    }

    package func open(_ path: String, _ mode: DiskMode) throws(DiskError) -> any DiskFile {
        let flags =
            switch mode {
            case .read: O_RDONLY
            case .readWrite: O_RDWR | O_CREAT | O_NOFOLLOW
            case .replace: O_RDWR | O_CREAT | O_NOFOLLOW | O_TRUNC
            }
        // A pipe in a file's place would hold up whoever opens it.
        let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o640)
        try succeed(descriptor)
        let file = BoardFile(descriptor)
        guard file.isPlain else { throw DiskError(code: EINVAL) }
        return file
    }
}

private func succeed(_ result: Int32) throws(DiskError) {
    if result < 0 { throw DiskError(code: errno) }
}

private final class BoardFile: DiskFile {
    private let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }

    var isPlain: Bool {
        var state = stat()
        return unsafe fstat(descriptor, &state) == 0 && state.st_mode & S_IFMT == S_IFREG
    }

    var size: Int {
        var state = stat()
        return unsafe fstat(descriptor, &state) == 0 ? Int(state.st_size) : 0
    }

    func read(_ count: Int, at offset: Int) throws(DiskError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var used = 0
        while used < count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(descriptor, buffer.baseAddress.map { unsafe $0 + used }, count - used, offset + used)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw DiskError(code: errno) }
            if got == 0 { break }
            used += got
        }
        bytes.removeLast(count - used)
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(DiskError) {
        var used = 0
        while used < bytes.count {
            let put = unsafe bytes.withUnsafeBytes { buffer in
                unsafe pwrite(
                    descriptor, buffer.baseAddress.map { unsafe $0 + used }, bytes.count - used, offset + used)
            }
            if put < 0, errno == EINTR { continue }
            guard put > 0 else { throw DiskError(code: put < 0 ? errno : ENOSPC) }
            used += put
        }
    }

    func truncate(to size: Int) throws(DiskError) { try succeed(ftruncate(descriptor, size)) }

    func allocate(_ size: Int) throws(DiskError) {
        // Gives the number itself, not by errno.
        let code = posix_fallocate(descriptor, 0, size)
        if code != 0 { throw DiskError(code: code) }
    }

    func synchronise() throws(DiskError) { try succeed(fsync(descriptor)) }
    func lock() throws(DiskError) { try succeed(flock(descriptor, LOCK_EX | LOCK_NB)) }
}
