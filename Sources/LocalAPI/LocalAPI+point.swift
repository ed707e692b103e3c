import Domain
import Hummingbird

/// Parcels, shelves and desks.
extension LocalAPI {
    /// The most parcels in one answer.
    public static let mostParcels = 1000

    static func addPoint(to router: Router<BasicRequestContext>, _ facts: any KioskFacts) {
        router.get("/v1/parcels") { request, _ in
            let after = text("after", of: request) ?? ""
            let limit = try number("limit", of: request, in: 1...Int64(mostParcels), default: Int64(mostParcels))
            return answer(lines: try await facts.parcels(after: after, limit: Int(limit)))
        }
        router.get("/v1/parcels/{subject}") { _, context in
            let subject = try context.parameters.require("subject")
            guard let parcel = try await facts.parcel(subject) else {
                throw Problem(
                    status: .notFound, code: "not-here",
                    detail: "no parcel of that number is here, was here or is expected")
            }
            return answer(parcel)
        }
        router.get("/v1/point") { _, _ in answer(try await facts.point()) }
        router.post("/v1/desks/{desk}/scan") { request, context in
            let body = try await object(request)
            guard let text = body["text"]?.string else { throw missing("text", "the text that was scanned") }
            return try said(try await facts.scan(text, at: context.parameters.require("desk")))
        }
        router.post("/v1/desks/{desk}/signin") { request, context in
            let body = try await object(request)
            guard let number = body["number"]?.integer, let number = Int(exactly: number), number >= 0 else {
                throw missing("number", "the person's number on the roster")
            }
            guard let pin = body["pin"]?.string, pin.utf8.count <= 16 else { throw missing("pin", "the PIN as text") }
            return try said(try await facts.signIn(number: number, pin: pin, at: context.parameters.require("desk")))
        }
        router.post("/v1/desks/{desk}/practice") { request, context in
            let body = try await object(request)
            guard let isWanted = body["on"]?.boolean else { throw missing("on", "true or false") }
            return try said(try await facts.practise(isWanted, at: context.parameters.require("desk")))
        }
    }

    private static func said(_ answer: JSON?) throws -> Response {
        guard let answer else {
            throw Problem(
                status: .notFound, code: "no-such-desk", detail: "there is no such desk; GET /v1/point lists them")
        }
        return self.answer(answer)
    }

    static func missing(_ name: String, _ what: String) -> Problem {
        Problem(status: .badRequest, code: "bad-body", detail: "the body must be a JSON object with \(name): \(what)")
    }

    /// The body, an object of at most 4 KiB.
    static func object(_ request: Request) async throws -> JSON {
        let buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: 4096)
        } catch {
            throw Problem(status: .contentTooLarge, code: "too-large", detail: "the body is larger than 4096 bytes")
        }
        guard let json = try? JSON(parsing: buffer.readableBytesView), json.object != nil else {
            throw Problem(status: .badRequest, code: "bad-body", detail: "the body must be a JSON object")
        }
        return json
    }
}
