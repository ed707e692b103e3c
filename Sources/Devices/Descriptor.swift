import Board
import CDevices
import Glibc

/// Time since boot, sleep included; never a time of day.
typealias Milliseconds = Int64

/// A file descriptor and its one owner: it is closed when the value ends.
struct Descriptor: ~Copyable {
    /// What one read or write came to.
    enum Transfer {
        case bytes(Int)
        /// Nothing to read, or no room to write.
        case nothing
        /// The device is gone; the errno, or ENODEV at an end of file.
        case gone(Int32)
    }

    let number: Int32

    init(owning number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }

    borrowing func read(into buffer: inout [UInt8]) -> Transfer {
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, $0.count) }
        if count > 0 { return .bytes(count) }
        if count == 0 { return .gone(ENODEV) }
        return errno == EAGAIN || errno == EINTR ? .nothing : .gone(errno)
    }

    /// Takes what fits and never waits, if the descriptor is one that does not block.
    borrowing func write(_ bytes: [UInt8]) -> Transfer {
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
        if count >= 0 { return .bytes(count) }
        return errno == EAGAIN || errno == EINTR ? .nothing : .gone(errno)
    }
}

/// What the device thread waits for: its epoll set.
struct Poller: ~Copyable {
    private let epoll: Descriptor
    private var keys: [UInt64]

    init() throws(DeviceError) {
        epoll = Descriptor(owning: try checked(kiosk_epoll_create(), "epoll_create1"))
        keys = Array(repeating: 0, count: 16)
    }

    /// Until the descriptor is closed.
    func add(_ number: Int32, key: UInt64) throws(DeviceError) {
        _ = try checked(kiosk_epoll_add(epoll.number, number, key), "epoll_ctl")
    }

    /// One that is not in it is none of its business.
    func remove(_ number: Int32) { _ = kiosk_epoll_remove(epoll.number, number) }

    /// The keys of what has something to say; none when the time is up. Without a timeout it may wait for ever.
    mutating func wait(atMost timeout: Milliseconds?) -> ArraySlice<UInt64> {
        let milliseconds = timeout.map { Int32(clamping: max(0, $0)) } ?? -1
        let count = unsafe kiosk_epoll_wait(epoll.number, &keys, Int32(keys.count), milliseconds)
        // Only a descriptor that is not ours can fail here, and then nothing in this process can be trusted.
        precondition(count >= 0, "epoll_wait: errno \(errno)")
        return keys[..<Int(count)]
    }
}

/// The kernel refused something that a device thread cannot do without.
public struct DeviceError: Error, Hashable, CustomStringConvertible {
    public let call: String
    public let code: Int32

    public var description: String { "\(call): \(message(of: code))" }
}

func checked(_ result: Int32, _ call: String) throws(DeviceError) -> Int32 {
    if result >= 0 { return result }
    throw DeviceError(call: call, code: errno)
}
