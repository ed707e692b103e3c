public import Domain
import Glibc

/// Asks kioskd's local API over its Unix socket, waiting for each answer: for the lab, which does one thing at a time.
public struct LocalAPIClient: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
        /// Nothing accepts connections at that path.
        public let isUnreachable: Bool

        public init(_ description: String, isUnreachable: Bool = false) {
            self.description = description
            self.isUnreachable = isUnreachable
        }
    }

    let path: String

    public init(path: String) { self.path = path }

    /// One answer as it came, a refusal too.
    public struct Answer: Sendable {
        public let status: Int
        /// With its parameters; empty when there is none.
        public let contentType: String
        public let body: [UInt8]

        public var text: String { String(decoding: body, as: UTF8.self) }

        /// The body's lines, each one JSON value.
        public func lines() throws -> [JSON] { try body.split(separator: 0x0A).map { try JSON(parsing: $0) } }
    }

    /// - Parameter route: path and query, with what is not ASCII already percent-encoded.
    public func exchange(_ method: String, _ route: String, body: [UInt8] = []) throws -> Answer {
        let connection = try Connection(path)
        try connection.send(
            "\(method) \(route) HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: \(body.count)\r\n\r\n",
            body)
        let status = try connection.head()
        var bytes: [UInt8] = []
        // To HEAD no body comes, whatever the head says.
        while method != "HEAD", let more = try connection.more(milliseconds: 10_000) { bytes += more }
        // A daemon that is killed in the middle must not have given a short answer.
        guard method == "HEAD" || connection.isWhole else { throw Failure("the answer to \(route) was cut off") }
        return Answer(status: status, contentType: connection.contentType, body: bytes)
    }

    /// The answer's lines, each one JSON value; a refusal by the API is an error.
    public func ask(_ method: String = "GET", _ route: String, body: JSON? = nil) throws -> [JSON] {
        let answer = try exchange(method, route, body: body?.canonical ?? [])
        guard answer.status == 200 else {
            throw Failure("\(method) \(route): \(answer.status) \(answer.text.prefix(300))")
        }
        return try answer.lines()
    }

    /// The stream of what desks say.
    public final class Outcomes {
        private let connection: Connection
        private var pending: [UInt8] = []

        public init(_ client: LocalAPIClient) throws {
            connection = try Connection(client.path)
            try connection.send("GET /v1/outcomes/stream HTTP/1.1\r\nhost: localhost\r\n\r\n", [])
            guard try connection.head() == 200 else { throw Failure("kioskd does not tell what its desks say") }
            // Its first line says that it listens.
            while try line(milliseconds: 10_000) != ": connected" { continue }
        }

        /// The next one, or `nil` when the stream has ended; an error when nothing comes for so long.
        public func next(milliseconds: Int32) throws -> JSON? {
            while let line = try line(milliseconds: milliseconds) {
                if line.hasPrefix("data: ") { return try JSON(parsing: line.dropFirst(6).utf8) }
            }
            return nil
        }

        private func line(milliseconds: Int32) throws -> String? {
            while true {
                if let end = pending.firstIndex(of: 0x0A) {
                    let line = String(decoding: pending[..<end], as: UTF8.self)
                    pending.removeSubrange(...end)
                    return line
                }
                guard let more = try connection.more(milliseconds: milliseconds) else { return nil }
                pending += more
            }
        }
    }

    /// One connection with one answer on it.
    private final class Connection {
        private let descriptor: Int32
        private var buffer: [UInt8] = []
        private(set) var contentType = ""
        private var isChunked = false
        /// What is left of a body of known length.
        private var rest: Int?
        private var hasEnded = false
        private var isCutOff = false

        /// Whether the body came to its end.
        var isWhole: Bool { hasEnded || rest == 0 }

        init(_ path: String) throws {
            var address = sockaddr_un()
            let bytes = Array(path.utf8)
            guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
                throw Failure("\(path) is too long for a socket")
            }
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            let connected = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                }
            }
            guard descriptor >= 0, connected else { throw Failure("nothing answers on \(path)", isUnreachable: true) }
        }

        deinit { close(descriptor) }

        func send(_ head: String, _ body: [UInt8]) throws {
            let bytes = Array(head.utf8) + body
            var sent = 0
            while sent < bytes.count {
                let count = unsafe bytes.withUnsafeBytes { buffer in
                    // Without a signal when the daemon has just been killed.
                    unsafe Glibc.send(
                        descriptor, buffer.baseAddress.map { unsafe $0 + sent }, bytes.count - sent,
                        Int32(MSG_NOSIGNAL))
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw Failure("kioskd ended the connection") }
                sent += count
            }
        }

        /// Reads the head of the answer and returns its status.
        func head() throws -> Int {
            let line = try line().split(separator: " ")
            guard line.count > 1, let status = Int(line[1]) else { throw Failure("kioskd does not speak HTTP") }
            while true {
                let whole = try self.line()
                guard !whole.isEmpty || !isCutOff else { throw Failure("the head of the answer was cut off") }
                let field = whole.lowercased()
                if field.isEmpty { return status }
                if field.hasPrefix("content-type:") { contentType = String(whole.dropFirst(13).drop { $0 == " " }) }
                if field.hasPrefix("transfer-encoding:"), field.hasSuffix("chunked") { isChunked = true }
                if field.hasPrefix("content-length:") { rest = Int(field.dropFirst(15).drop { $0 == " " }) }
            }
        }

        /// The next piece of the body; `nil` at its end.
        func more(milliseconds: Int32) throws -> [UInt8]? {
            guard !hasEnded else { return nil }
            if isChunked {
                guard let size = try Int(line(milliseconds), radix: 16) else { return nil }
                while buffer.count < size + 2 {
                    guard try fill(milliseconds) else { return nil }
                }
                let chunk = Array(buffer.prefix(size))
                buffer.removeFirst(size + 2)
                hasEnded = size == 0
                return hasEnded ? nil : chunk
            }
            if rest == 0 { return nil }
            if buffer.isEmpty, try !fill(milliseconds) { return nil }
            let piece = buffer
            buffer = []
            if let left = rest { rest = max(left - piece.count, 0) }
            return piece
        }

        private func line(_ milliseconds: Int32 = 10_000) throws -> String {
            while true {
                if let end = buffer.firstIndex(of: 0x0A) {
                    let line = String(decoding: buffer[..<end], as: UTF8.self)
                    buffer.removeSubrange(...end)
                    // One character for Swift: a carriage return and its line feed are never parted in the buffer.
                    return line.hasSuffix("\r") ? String(line.dropLast()) : line
                }
                // At the end of a stream that was cut off there is no further line.
                guard try fill(milliseconds) else {
                    isCutOff = true
                    return ""
                }
            }
        }

        /// `false` at the end.
        private func fill(_ milliseconds: Int32) throws -> Bool {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&waiting, 1, milliseconds) > 0 else {
                throw Failure("kioskd has said nothing for \(milliseconds) ms")
            }
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return false }
            buffer += bytes.prefix(count)
            return true
        }
    }
}
