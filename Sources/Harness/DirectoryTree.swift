import Board
import Glibc

/// Directories that the lab works in and takes away again.
public enum DirectoryTree {
    /// A new one in `base`, its name beginning with `prefix`.
    public static func make(_ prefix: String, in base: String) throws -> String {
        var template = Array("\(base)/\(prefix).XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw ChildProgram.Failure(
                "no directory could be made in \(base): \(message(of: errno))")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// With all that lies in it; no link is followed.
    public static func remove(_ path: String) {
        if unsafe unlink(path) == 0 { return }
        if let directory = unsafe opendir(path) {
            while let entry = unsafe readdir(directory) {
                let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            unsafe closedir(directory)
        }
        unsafe rmdir(path)
    }
}
