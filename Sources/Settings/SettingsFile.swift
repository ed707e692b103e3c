import Glibc

/// Reads a settings file whole, if it is one: a regular file of a sane size, in UTF-8.
enum SettingsFile {
    static let mostBytes = 1 << 20

    static func read(_ path: String) throws(SettingsError) -> [UInt8] {
        // Without O_NONBLOCK a FIFO would hold the daemon's start for ever.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw unreadable(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SettingsError(file: path, problem: "not a regular file", remedy: "name a YAML file")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path, errno) }
            if count == 0 { return bytes }
            bytes += chunk.prefix(count)
            try checkSize(bytes.count, path)
        }
    }

    static func checkSize(_ count: Int, _ file: String) throws(SettingsError) {
        if count > mostBytes {
            throw SettingsError(
                file: file, problem: "larger than \(mostBytes) bytes", remedy: "is this the right file?")
        }
    }

    static func checkUTF8(_ bytes: [UInt8], _ file: String) throws(SettingsError) {
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            let line = bytes.prefix(error.byteOffsets.lowerBound).count { $0 == UInt8(ascii: "\n") } + 1
            throw SettingsError(
                file: file, line: line, problem: "not UTF-8 text", remedy: "save the file in the encoding UTF-8")
        }
    }

    private static func unreadable(_ path: String, _ code: Int32) -> SettingsError {
        switch code {
        case ENOENT: SettingsError(file: path, problem: "no such file", remedy: "create it or name another")
        case EACCES:
            SettingsError(file: path, problem: "no permission to read it", remedy: "check owner and mode with ls -l")
        default: SettingsError(file: path, problem: "cannot be read (errno \(code))", remedy: "check the path")
        }
    }
}
