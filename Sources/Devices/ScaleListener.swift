import CDevices
import Glibc

/// A serial line of which nothing is known, opened for reading alone: whatever goes wrong, nothing can be sent.
public struct ScaleListener: ~Copyable {
    /// Why the line cannot be listened to.
    public struct Fault: Error, Hashable, CustomStringConvertible {
        public let path: String
        /// Another program has the line: most likely kioskd.
        public let isHeld: Bool
        public let description: String
    }

    /// More than a scale says in any time that one waits.
    public static let mostBytes = 65_536

    private let path: String
    private let descriptor: Descriptor

    /// - Throws: why the line cannot be listened to, and whether another program has it.
    public init(path: String) throws(Fault) {
        let number = unsafe kiosk_serial_listen(path)
        guard number >= 0 else {
            let code = errno
            let problem = code == ENOTTY ? DeviceProblem.noSerialLine : DeviceProblem(code)
            throw Fault(path: path, isHeld: code == EBUSY, description: "\(path): \(problem.text)")
        }
        self.path = path
        descriptor = Descriptor(owning: number)
    }

    /// What comes within the time at this speed, with eight bits and no parity, so that a parity shows in the eighth bit.
    /// Blocks the calling thread.
    public func listen(baud: Int, milliseconds: Int) throws(Fault) -> [UInt8] {
        guard kiosk_serial_tune(descriptor.number, Int32(clamping: baud)) == 0 else { throw fault(errno) }
        let end = kiosk_clock_boottime_ms() + Int64(milliseconds)
        var heard: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let rest = end - kiosk_clock_boottime_ms(), rest > 0, heard.count < Self.mostBytes {
            var waiting = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&waiting, 1, Int32(clamping: rest)) > 0 else { continue }
            switch descriptor.read(into: &buffer) {
            case .bytes(let count): heard += buffer[..<count]
            case .nothing: break
            case .gone(let code): throw fault(code)
            }
        }
        return heard
    }

    private func fault(_ code: Int32) -> Fault {
        Fault(path: path, isHeld: code == EBUSY, description: "\(path): \(DeviceProblem(code).text)")
    }
}
