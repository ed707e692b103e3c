import Domain
public import Hummingbird
import HummingbirdCore
import LocalAPIModel
public import Logging
import NIOCore
import NIOPosix
import Synchronization
import Wire

/// kioskd's local HTTP API: one router, whoever it is served to. `Config/openapi.yaml` describes it.
public enum LocalAPI {
    /// Whoever comes beyond these waits for one that goes: descriptors are for scanners, scales and the journal first.
    static let mostConnections = 64
    /// Whoever holds a connection and asks nothing for so long has to come again: its place is somebody else's.
    private static let idle = TimeAmount.seconds(10)
    /// The most events in one answer.
    public static let mostEvents = 1000
    public static let defaultEvents = 100
    /// The most events checked in one request, so that a walk never holds up a scan for long.
    public static let mostVerified = 2000

    /// An application on the Unix socket, which its directory and mode protect.
    public static func application(
        socket: String, facts: any KioskQueries, logger: Logger, onRunning: @escaping @Sendable () async -> Void
    ) -> some ApplicationProtocol {
        Application(
            router: router(facts), server: .http1(configuration: .init(idleTimeout: idle)),
            configuration: .init(
                address: .unixDomainSocket(path: socket), serverName: "kioskd",
                availableConnectionsDelegate: MaximumAvailableConnections(mostConnections)),
            onServerRunning: { _ in await onRunning() }, eventLoopGroupProvider: .shared(loop), logger: logger)
    }

    /// One for the few that ask, however many cores there are: each has 200 KB of its own.
    private static let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    public static func router(_ facts: any KioskQueries) -> Router<BasicRequestContext> {
        let router = Router()
        router.add(middleware: ProblemMiddleware())
        router.get("/v1/status") { _, _ in try answer(try await facts.status()) }
        router.get("/v1/events") { request, _ in
            let after = try number("after", of: request, in: 0...Int64.max, default: 0)
            let limit = try number("limit", of: request, in: 1...Int64(mostEvents), default: Int64(defaultEvents))
            let events = try await facts.events(after: after, limit: Int(limit))
            return answer(lines: events)
        }
        router.get("/v1/events/stream") { request, _ in
            let after = try number("after", of: request, in: 0...Int64.max, default: 0)
            return try stream { write in
                var last = after
                func catchUp() async throws {
                    while true {
                        let events = try await facts.events(after: last, limit: defaultEvents)
                        guard let newest = events.last else { return }
                        for event in events { try await write("event", event.bytes) }
                        last = newest.event.sequence
                    }
                }
                let news = facts.arrivals()
                try await catchUp()
                for await news in withTicks(news) {
                    if news == nil { try await write(nil, []) } else { try await catchUp() }
                }
            }
        }
        router.get("/v1/outcomes/stream") { _, _ in
            let outcomes = facts.scanOutcomes()
            return try stream { write in
                for await outcome in withTicks(outcomes) {
                    if let outcome { try await write("outcome", outcome.canonical) } else { try await write(nil, []) }
                }
            }
        }
        router.get("/v1/verify") { request, _ in
            let after = try number("after", of: request, in: 0...Int64.max, default: 0)
            let limit = try number("limit", of: request, in: 1...Int64(mostVerified), default: Int64(mostVerified))
            return try answer(try await facts.verify(after: after, limit: Int(limit)))
        }
        router.post("/v1/link/now") { _, _ in
            facts.connectNow()
            return try answer(LinkAsked(), status: .accepted)
        }
        addPoint(to: router, facts)
        addSlips(to: router, facts)
        addProduce(to: router, facts)
        addScale(to: router, facts)
        addSpeech(to: router, facts)
        addTime(to: router, facts)
        return router
    }

    // MARK: Answers

    static func answer(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        json(try LocalCoding.bytes(value), status)
    }

    /// What is told as it was recorded or sent, in its canonical spelling.
    static func answer(_ value: JSON) -> Response { json(value.canonical, .ok) }

    private static func json(_ bytes: [UInt8], _ status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// One object a line.
    static func answer(lines: [some Encodable]) throws -> Response {
        var bytes: [UInt8] = []
        for line in lines {
            bytes += try LocalCoding.bytes(line)
            bytes.append(0x0A)
        }
        return ndjson(bytes)
    }

    private static func ndjson(_ bytes: [UInt8]) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/x-ndjson"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// One event a line, each exactly as it goes to the center.
    private static func answer(lines events: [EventMessage]) -> Response {
        var bytes: [UInt8] = []
        for event in events {
            event.append(to: &bytes)
            bytes.append(0x0A)
        }
        return ndjson(bytes)
    }

    /// With `nil` now and then in between: only a write that fails tells that a client has gone.
    private static func withTicks<Element: Sendable>(_ elements: AsyncStream<Element>) -> AsyncStream<Element?> {
        AsyncStream(bufferingPolicy: .bufferingNewest(100)) { continuation in
            let pump = Task {
                for await element in elements { continuation.yield(element) }
                continuation.finish()
            }
            let ticks = Task {
                while (try? await Task.sleep(for: stillThere)) != nil { continuation.yield(nil) }
            }
            continuation.onTermination = { _ in
                pump.cancel()
                ticks.cancel()
            }
        }
    }

    private static let stillThere = Duration.seconds(15)

    /// Server-sent events. The first line goes out at once, so that a client knows it is heard.
    private static func stream(
        _ body:
            @escaping @Sendable (_ write: (_ name: String?, _ data: [UInt8]) async throws -> Void) async throws -> Void
    ) throws -> Response {
        let place = try StreamPlace.take()
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                defer { withExtendedLifetime(place) {} }
                try await writer.write(ByteBuffer(string: ": connected\n\n"))
                nonisolated(unsafe) var output = writer
                try await body { name, data in
                    guard let name else { return try await unsafe output.write(ByteBuffer(string: ": still here\n\n")) }
                    var buffer = ByteBuffer(string: "event: \(name)\ndata: ")
                    buffer.writeBytes(data)
                    buffer.writeString("\n\n")
                    try await unsafe output.write(buffer)
                }
                try await unsafe output.finish(nil)
            })
    }

    /// A text in the query; an empty one counts as absent.
    static func text(_ name: String, of request: Request) -> String? {
        request.uri.queryParameters[Substring(name)].flatMap { $0.isEmpty ? nil : String($0) }
    }

    static func number(
        _ name: String, of request: Request, in range: ClosedRange<Int64>, default missing: Int64
    ) throws -> Int64 {
        guard let text = request.uri.queryParameters[Substring(name)] else { return missing }
        guard let value = Int64(text), range.contains(value) else {
            throw Problem(
                status: .badRequest, code: "bad-parameter",
                detail: "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}

/// Whoever follows holds a connection for as long as he likes: there are places for questions beside those.
private final class StreamPlace: Sendable {
    private static let most = 32
    private static let taken = Mutex(0)

    private init() {}

    static func take() throws -> StreamPlace {
        let isFree = taken.withLock { taken in
            guard taken < most else { return false }
            taken += 1
            return true
        }
        guard isFree else {
            throw Problem(
                status: .serviceUnavailable, code: "too-many-streams", detail: "\(most) follow already; end one of them"
            )
        }
        return StreamPlace()
    }

    deinit { Self.taken.withLock { $0 -= 1 } }
}

/// An error as the API tells it: a fixed word for programs and a sentence for people.
struct Problem: Error {
    let status: HTTPResponse.Status
    let code: String
    let detail: String
}

/// Turns every error into the same form; what we did not foresee says no more than that.
struct ProblemMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return try Self.answer(problem)
        } catch let error as any HTTPResponseError {
            let code = error.status == .notFound ? "not-found" : "refused"
            return try Self.answer(
                Problem(
                    status: error.status, code: code, detail: "\(request.method) \(request.uri.path): \(error.status)"))
        } catch {
            context.logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return try Self.answer(Problem(status: .internalServerError, code: "failed", detail: "\(error)"))
        }
    }

    private static func answer(_ problem: Problem) throws -> Response {
        try LocalAPI.answer(LocalProblem(error: problem.code, detail: problem.detail), status: problem.status)
    }
}
