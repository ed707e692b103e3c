import LocalAPIModel
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks kioskd's local API over its Unix socket: for kioskctl, which awaits, and for rigs, which do one thing at a time and
/// block their thread. One connection a question.
public struct LocalAPIClient: Sendable {
    /// An error for the person at the keyboard.
    public struct Failure: Error, CustomStringConvertible {
        public enum Kind: Hashable, Sendable {
            /// Nothing answers at that path, or it ended in the middle.
            case unreachable
            case denied
            /// The path cannot be one of a socket.
            case path
            /// The API said no, with this HTTP status.
            case refused(Int)
            case notUnderstood
        }

        public let kind: Kind
        public let description: String

        public init(_ kind: Kind, _ description: String) { (self.kind, self.description) = (kind, description) }
    }

    /// One answer as it came, a refusal too.
    public struct Answer: Sendable {
        public var status = 0
        /// With its parameters; empty when there is none.
        public var contentType = ""
        public var body: [UInt8] = []

        public var text: String { String(decoding: body, as: UTF8.self) }

        /// - Throws: `Failure` when the body is no such value.
        public func value<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try understood { try LocalCoding.value(type, from: body) }
        }

        /// The body's lines, each one value.
        public func lines<Value: Decodable>(_ type: Value.Type = Value.self) throws -> [Value] {
            try understood { try LocalCoding.lines(type, from: body) }
        }

        private func understood<Value>(_ read: () throws -> Value) throws -> Value {
            do {
                return try read()
            } catch {
                throw Failure(.notUnderstood, "kioskd's answer is not understood: \(error)")
            }
        }

        fileprivate func accepted() throws -> Answer {
            guard (200..<300).contains(status) else {
                let detail = (try? LocalCoding.value(LocalProblem.self, from: body))?.detail
                throw Failure(.refused(status), "kioskd refused: \(detail ?? "HTTP \(status)")")
            }
            return self
        }
    }

    /// By its name: whoever tests may send any.
    public struct Method: Hashable, Sendable, CustomStringConvertible {
        public let description: String

        public init(_ name: String) { description = name }

        public static let get = Method("GET")
        public static let post = Method("POST")
        public static let delete = Method("DELETE")
    }

    public let path: String

    public init(path: String) { self.path = path }

    // MARK: For who awaits

    /// - Parameter route: path and query, with what is not ASCII already percent-encoded.
    /// - Throws: `Failure`; a refusal by the API is one.
    public func ask(_ method: Method = .get, _ route: String) async throws -> Answer {
        try await exchange(method, route, body: []).get().accepted()
    }

    public func ask(_ method: Method, _ route: String, body: some Encodable) async throws -> Answer {
        try await exchange(method, route, body: LocalCoding.bytes(body)).get().accepted()
    }

    /// The `data` of each server-sent event, until the daemon ends the stream. No more is read than `onData` takes.
    public func follow(_ route: String, onData: @escaping @Sendable (String) throws -> Void) async throws {
        let lines = EventLines(onData: onData)
        _ = try await exchange(.get, route, body: [], patience: nil, onBytes: { try lines.take($0) }).get().accepted()
    }

    // MARK: For who blocks

    /// The answer whatever it is, a refusal too.
    public func exchanged(_ method: Method = .get, _ route: String, body: [UInt8] = []) throws -> Answer {
        try exchange(method, route, body: body).wait()
    }

    public func asked(_ method: Method = .get, _ route: String) throws -> Answer {
        do {
            return try exchanged(method, route).accepted()
        } catch let failure as Failure {
            throw Failure(failure.kind, "\(method) \(route): \(failure)")
        }
    }

    public func asked(_ method: Method, _ route: String, body: some Encodable) throws -> Answer {
        do {
            return try exchanged(method, route, body: LocalCoding.bytes(body)).accepted()
        } catch let failure as Failure {
            throw Failure(failure.kind, "\(method) \(route): \(failure)")
        }
    }

    // MARK: One connection

    /// A daemon that is there and says nothing is given up after this time.
    public static let patience = Duration.seconds(10)
    /// The operating system's limit, with the closing NUL.
    private static let longestPath = 108

    func exchange(
        _ method: Method, _ route: String, body: [UInt8], patience: Duration? = patience,
        onChannel: (@Sendable (any Channel) -> Void)? = nil,
        onBytes: (@Sendable ([UInt8]) throws -> Void)? = nil
    ) -> EventLoopFuture<Answer> {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let promise = loop.makePromise(of: Answer.self)
        guard path.utf8.count < Self.longestPath else {
            promise.fail(
                Failure(.path, "\(path): a socket's path may have \(Self.longestPath - 1) bytes at the most"))
            return promise.futureResult
        }
        let connected = ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(AnswerHandler(promise, onBytes))
                }
            }
            .connect(unixDomainSocketPath: path)
        connected.whenFailure { [path] error in
            let isDenied = (error as? IOError)?.errnoCode == 13
            promise.fail(
                isDenied
                    ? Failure(.denied, "\(path): permission denied; use sudo, or join the group that owns the socket")
                    : Failure(.unreachable, "kioskd does not answer on \(path); is it running with these settings?"))
        }
        connected.whenSuccess { channel in
            onChannel?(channel)
            var headers: HTTPHeaders = ["host": "localhost", "connection": "close"]
            headers.add(name: "content-length", value: String(body.count))
            if !body.isEmpty { headers.add(name: "content-type", value: "application/json") }
            let head = HTTPRequestHead(
                version: .http1_1, method: HTTPMethod(rawValue: method.description), uri: route, headers: headers)
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            if !body.isEmpty {
                channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
            }
            // All in one write: the daemon answers a head without a body at once, and may have closed before a second.
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
            promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
        }
        if let patience {
            let late = loop.scheduleTask(in: TimeAmount(patience)) {
                promise.fail(
                    Failure(
                        .unreachable,
                        "kioskd is there but has not answered for \(patience.components.seconds) s; its log may say why"
                    ))
            }
            promise.futureResult.whenComplete { _ in late.cancel() }
        }
        return promise.futureResult
    }
}

/// Collects one answer, or hands its body on as it comes.
private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<LocalAPIClient.Answer>
    private let onBytes: (@Sendable ([UInt8]) throws -> Void)?
    private var answer = LocalAPIClient.Answer()

    init(_ promise: EventLoopPromise<LocalAPIClient.Answer>, _ onBytes: (@Sendable ([UInt8]) throws -> Void)?) {
        (self.promise, self.onBytes) = (promise, onBytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            answer.status = Int(head.status.code)
            answer.contentType = head.headers.first(name: "content-type") ?? ""
        case .body(let buffer):
            let bytes = Array(buffer.readableBytesView)
            guard let onBytes, answer.status == 200 else { return answer.body += bytes }
            do {
                try onBytes(bytes)
            } catch {
                promise.fail(error)
            }
        case .end: promise.succeed(answer)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(
            LocalAPIClient.Failure(.unreachable, "kioskd ended the connection before its answer was whole"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An answer that ends in its middle is an error to the parser.
        let isCutOff = (error as? HTTPParserError) == .invalidEOFState
        promise.fail(
            LocalAPIClient.Failure(
                .unreachable,
                isCutOff
                    ? "kioskd ended the connection before its answer was whole"
                    : "the connection to kioskd failed: \(error)"))
        context.close(promise: nil)
    }
}
