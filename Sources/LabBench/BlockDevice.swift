import Board
import CDevices
import Glibc
import Harness

/// What has reached the block device under a directory, counted by the kernel: the file system's own journal included, which
/// no size of a file tells. Nobody else may write to that device meanwhile.
struct BlockDevice {
    private let directory: String
    private let counters: String

    /// - Throws: where the directory lies on no device that counts, as in memory or on a share.
    init(under directory: String) throws {
        var state = stat()
        guard unsafe stat(directory, &state) == 0 else {
            throw ChildProgram.Failure("\(directory): \(message(of: errno))")
        }
        let (high, low) = (
            state.st_dev >> 8 & 0xFFF, state.st_dev & 0xFF | state.st_dev >> 12 & 0xFFF00
        )
        counters = "/sys/dev/block/\(high):\(low)/stat"
        self.directory = directory
        guard unsafe access(counters, R_OK) == 0 else {
            throw ChildProgram.Failure(
                "\(directory) lies on no block device of its own; set TMPDIR to a directory that does")
        }
    }

    /// Writes all that waits, and says how many bytes have been written since the device is there.
    func settled() throws -> Int64 {
        guard unsafe kiosk_write_back(directory) == 0 else {
            throw ChildProgram.Failure("\(directory): \(message(of: errno))")
        }
        guard let bytes = BoundedFileReader.read(counters, limit: 1024) else {
            throw ChildProgram.Failure("\(counters) cannot be read")
        }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard fields.count > 6, let sectors = Int64(fields[6]) else {
            throw ChildProgram.Failure("\(counters) is not understood")
        }
        return sectors * 512
    }
}
