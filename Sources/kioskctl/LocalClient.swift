import Domain
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks kioskd over its Unix socket.
struct LocalClient: Sendable {
    let socket: String

    struct Answer: Sendable {
        var status: Int
        var body: [UInt8]

        func json() throws -> JSON {
            do {
                return try JSON(parsing: body)
            } catch {
                throw CommandError(code: .protocolError, "kioskd's answer is not understood: \(error)")
            }
        }
    }

    /// A daemon that is there and says nothing is given up after this time.
    static let patience = Duration.seconds(10)

    /// One question, one answer.
    func ask(_ method: HTTPMethod = .GET, _ path: String, body: JSON? = nil) async throws -> Answer {
        let answer = try await patiently {
            var answer = Answer(status: 0, body: [])
            try await exchange(
                method, path, body: body, onStatus: { answer.status = $0 }, onBytes: { answer.body += $0 })
            return answer
        }
        guard (200..<300).contains(answer.status) else {
            let detail = (try? answer.json())?["detail"]?.string
            throw CommandError(code: .refused, "kioskd refused: \(detail ?? "HTTP \(answer.status)")")
        }
        return answer
    }

    /// The `data` of each server-sent event, until the daemon ends the stream.
    func follow(_ path: String, onData: (String) throws -> Void) async throws {
        var pending: [UInt8] = []
        var status = 0
        try await exchange(
            .GET, path, onStatus: { status = $0 },
            onBytes: { bytes in
                guard status == 200 else { return }
                pending += bytes
                while let end = pending.firstIndex(of: 0x0A) {
                    let line = String(decoding: pending[..<end], as: UTF8.self)
                    pending.removeSubrange(...end)
                    if line.hasPrefix("data: ") { try onData(String(line.dropFirst(6))) }
                }
            })
        guard status == 200 else { throw CommandError(code: .refused, "kioskd refused: HTTP \(status)") }
    }

    private func patiently(_ body: @escaping @Sendable () async throws -> Answer) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                throw CommandError(
                    code: .unreachable,
                    "kioskd is there but has not answered for \(Self.patience.components.seconds) s; its log may say why"
                )
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }

    private func exchange(
        _ method: HTTPMethod, _ path: String, body: JSON? = nil, onStatus: (Int) -> Void,
        onBytes: ([UInt8]) throws -> Void
    ) async throws {
        // The operating system's limit, with the closing NUL.
        guard socket.utf8.count < 108 else {
            throw CommandError(code: .configuration, "\(socket): a socket's path may have 107 bytes at the most")
        }
        let channel: NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>
        do {
            channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: socket) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch let error as IOError where error.errnoCode == 13 {
            throw CommandError(
                code: .denied, "\(socket): permission denied; use sudo, or join the group that owns the socket")
        } catch {
            throw CommandError(
                code: .unreachable, "kioskd does not answer on \(socket); is it running with these settings?")
        }
        try await channel.executeThenClose { inbound, outbound in
            let bytes = body?.canonical ?? []
            var headers: HTTPHeaders = ["host": "localhost", "connection": "close"]
            headers.add(name: "content-length", value: String(bytes.count))
            if body != nil { headers.add(name: "content-type", value: "application/json") }
            var parts: [HTTPClientRequestPart] = [
                .head(HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers))
            ]
            if !bytes.isEmpty { parts.append(.body(.byteBuffer(ByteBuffer(bytes: bytes)))) }
            // All in one write: the daemon answers a head without a body at once, and may have closed before a second.
            try await outbound.write(contentsOf: parts + [.end(nil)])
            for try await part in inbound {
                switch part {
                case .head(let head): onStatus(Int(head.status.code))
                case .body(let buffer): try onBytes(Array(buffer.readableBytesView))
                case .end: return
                }
            }
            throw CommandError(code: .unreachable, "kioskd ended the connection before its answer was whole")
        }
    }
}

/// An error for the person at the keyboard, and its exit code for scripts.
struct CommandError: Error, CustomStringConvertible {
    enum Code: Int32 {
        /// The chain is broken.
        case damaged = 1
        /// The desk said no to what was scanned.
        case declined = 2
        /// The receipt is genuine, and what it is for was voided since.
        case voided = 3
        case unreachable = 69
        case refused = 70
        case output = 74
        case protocolError = 76
        case denied = 77
        case configuration = 78
    }

    let code: Code
    let description: String

    init(code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
