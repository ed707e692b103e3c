import Board
import Glibc

/// Places on this machine's own network, where the lab's parts meet and nobody else can come.
package enum Loopback {
    /// A port of which nobody makes use now.
    package static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        guard bind(descriptor, port: 0), let port = port(of: descriptor) else {
            throw ChildProgram.Failure("no free port: \(message(of: errno))")
        }
        return port
    }

    package static func accepts(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        return connect(descriptor, port: port)
    }

    /// - Parameter host: the last number of 127.0.0.x: each address has ports of its own.
    package static func bind(_ descriptor: Int32, port: Int, host: UInt32 = 1) -> Bool {
        unsafe withAddress(port, host) { unsafe Glibc.bind(descriptor, $0, $1) == 0 }
    }

    package static func connect(_ descriptor: Int32, port: Int) -> Bool {
        unsafe withAddress(port, 1) { unsafe Glibc.connect(descriptor, $0, $1) == 0 }
    }

    package static func port(of descriptor: Int32) -> Int? {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isKnown = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length) == 0
            }
        }
        return isKnown ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }

    private static func withAddress(
        _ port: Int, _ host: UInt32, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = (0x7F00_0000 + host).bigEndian
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        return unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
