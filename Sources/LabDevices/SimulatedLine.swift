import Board
import CDevices
import Glibc

/// A pseudo-terminal that stands for a serial device: the lab holds the master, and a link points to the slave.
@safe public final class SimulatedLine {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
        public init(description: String) { self.description = description }
    }

    public let path: String
    private let link: String?
    private let master: Int32
    /// Held open, so that the line stays up while nobody else has it open.
    private let slave: Int32

    /// - Parameter link: a stable name for the slave; an older link of that name is replaced.
    public init(link: String?) throws {
        var name = [CChar](repeating: 0, count: 128)
        master = unsafe kiosk_pty_open(&name, name.count)
        guard master >= 0 else { throw Failure(description: "no pseudo-terminal could be made: errno \(errno)") }
        // A full line is no reason to stand still.
        _ = fcntl(master, F_SETFL, fcntl(master, F_GETFL) | O_NONBLOCK)
        let end = name.firstIndex(of: 0) ?? name.endIndex
        path = String(decoding: name[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        slave = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        self.link = link
        guard let link else { return }
        unsafe unlink(link)
        guard unsafe symlink(path, link) == 0 else {
            throw Failure(description: "\(link) could not be made: \(message(of: errno))")
        }
    }

    deinit {
        if let link { unsafe unlink(link) }
        close(slave)
        close(master)
    }

    public func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe write(master, buffer.baseAddress.map { unsafe $0 + sent }, bytes.count - sent)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                // Nobody reads and the line is full, as when a daemon is down.
                var waiting = pollfd(fd: master, events: Int16(POLLOUT), revents: 0)
                unsafe poll(&waiting, 1, 100)
                continue
            }
            guard count >= 0 else {
                throw Failure(description: "the line broke: \(message(of: errno))")
            }
            sent += count
        }
    }

    /// Sends what finds room now: a device that talks unasked does not wait for anybody to listen.
    public func offer(_ bytes: [UInt8]) {
        _ = unsafe bytes.withUnsafeBytes { buffer in unsafe write(master, buffer.baseAddress, bytes.count) }
    }

    /// What the other side has sent, after waiting for it at most so long; empty when it has sent nothing.
    public func receive(waiting milliseconds: Int) -> [UInt8] {
        var waiting = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&waiting, 1, Int32(clamping: milliseconds)) > 0, waiting.revents & Int16(POLLIN) != 0 else {
            return []
        }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(master, &buffer, buffer.count)
        return count > 0 ? Array(buffer[..<count]) : []
    }
}
