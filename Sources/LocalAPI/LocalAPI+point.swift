import Domain
import Hummingbird
import LocalAPIModel

/// Parcels, shelves and desks.
extension LocalAPI {
    /// The most parcels in one answer.
    public static let mostParcels = 1000

    static func addPoint(to router: Router<BasicRequestContext>, _ facts: any KioskQueries) {
        router.get("/v1/parcels") { request, _ in
            let after = text("after", of: request) ?? ""
            let limit = try number("limit", of: request, in: 1...Int64(mostParcels), default: Int64(mostParcels))
            return try answer(lines: await facts.parcels(after: after, limit: Int(limit)))
        }
        router.get("/v1/parcels/{subject}") { _, context in
            let subject = try context.parameters.require("subject")
            guard let parcel = try await facts.parcel(subject) else {
                throw Problem(
                    status: .notFound, code: "not-here",
                    detail: "no parcel of that number is here, was here or is expected")
            }
            return try answer(parcel)
        }
        router.get("/v1/point") { _, _ in try answer(try await facts.point()) }
        router.post("/v1/desks/{desk}/scan") { request, context in
            let body = try await body(ScanRequest.self, of: request, ["text": "the text that was scanned"])
            return try said(try await facts.scan(body.text, at: context.parameters.require("desk")))
        }
        router.post("/v1/desks/{desk}/signin") { request, context in
            let hints = ["number": "the person's number on the roster", "pin": "the PIN as text"]
            let body = try await body(SignInRequest.self, of: request, hints)
            guard body.number >= 0 else { throw missing("number", hints) }
            guard body.pin.utf8.count <= 16 else { throw missing("pin", hints) }
            return try said(
                try await facts.signIn(
                    number: body.number, pin: body.pin, at: context.parameters.require("desk")))
        }
        router.post("/v1/desks/{desk}/practice") { request, context in
            let body = try await body(PracticeRequest.self, of: request, ["on": "true or false"])
            return try said(try await facts.practise(body.on, at: context.parameters.require("desk")))
        }
    }

    private static func said(_ answer: JSON?) throws -> Response {
        guard let answer else {
            throw Problem(
                status: .notFound, code: "no-such-desk", detail: "there is no such desk; GET /v1/point lists them")
        }
        return self.answer(answer)
    }

    static func missing(_ name: String, _ hints: [String: String]) -> Problem {
        Problem(
            status: .badRequest, code: "bad-body",
            detail: "the body must be a JSON object with \(name): \(hints[name] ?? "of another form")")
    }

    /// The body, an object of at most 4 KiB.
    /// - Parameter hints: what each member must be, for who sent another.
    static func body<Body: Decodable>(
        _ type: Body.Type, of request: Request, _ hints: [String: String]
    ) async throws -> Body {
        let buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: 4096)
        } catch {
            throw Problem(status: .contentTooLarge, code: "too-large", detail: "the body is larger than 4096 bytes")
        }
        // As strict as all that comes in: whole numbers only, no name twice.
        guard let json = try? JSON(parsing: buffer.readableBytesView), let members = json.object else {
            throw Problem(status: .badRequest, code: "bad-body", detail: "the body must be a JSON object")
        }
        // What is not to be given is left out.
        if let name = members.filter({ $0.value == .null && hints[$0.key] != nil }).keys.min() {
            throw missing(name, hints)
        }
        do {
            return try LocalCoding.value(type, from: buffer.readableBytesView)
        } catch let DecodingError.keyNotFound(key, _) {
            throw missing(key.stringValue, hints)
        } catch let DecodingError.typeMismatch(_, context), let DecodingError.valueNotFound(_, context),
            let DecodingError.dataCorrupted(context)
        {
            throw missing(context.codingPath.first?.stringValue ?? "", hints)
        }
    }
}
