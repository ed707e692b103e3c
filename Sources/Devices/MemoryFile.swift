import CDevices
import Glibc

/// A file in memory by which a program gets its input, or gives its output, without a byte on the card.
struct MemoryFile: ~Copyable {
    private let file: Descriptor

    var number: Int32 { file.number }

    /// For what a program is to write; more than this it cannot.
    init(capacity: Int) throws(DeviceError) {
        file = Descriptor(owning: try checked(unsafe kiosk_memory_file("sound", capacity), "memfd_create"))
    }

    /// What a program is to read.
    static func holding(_ bytes: [UInt8]) throws(DeviceError) -> MemoryFile {
        let memory = try MemoryFile(capacity: bytes.count)
        let count = unsafe bytes.withUnsafeBytes { unsafe pwrite(memory.number, $0.baseAddress, $0.count, 0) }
        guard count == bytes.count else {
            throw DeviceError(call: "writing to memory", code: count < 0 ? errno : ENOSPC)
        }
        return memory
    }

    /// What the program has written. It shares our place in the file, so the place says how far it came.
    borrowing func written(atMost capacity: Int) -> [UInt8] {
        let length = min(max(lseek(file.number, 0, SEEK_CUR), 0), capacity)
        var bytes = [UInt8](repeating: 0, count: length)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(file.number, $0.baseAddress, $0.count, 0) }
        bytes.removeLast(length - max(count, 0))
        return bytes
    }
}
