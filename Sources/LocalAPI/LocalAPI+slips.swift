import Domain
import Hummingbird
import LocalAPIModel

/// Papers and the queue in which they wait for the printer.
extension LocalAPI {
    /// The most jobs in one answer; as many as are kept.
    public static let mostPrints = 300

    private enum Form: String, CaseIterable { case text, png, html }

    static func addSlips(to router: Router<BasicRequestContext>, _ facts: any KioskQueries) {
        router.get("/v1/slips/{reference}") { request, context in
            let wish = try wish(request, context)
            switch try choice("format", of: request, Form.self) ?? .text {
            case .text: return try found(try await facts.slip(wish)) { try answer($0) }
            case .png: return try found(try await facts.slipPicture(wish)) { file($0, "image/png") }
            case .html:
                return try found(try await facts.slipPage(wish)) { file(Array($0.utf8), "text/html; charset=utf-8") }
            }
        }
        router.post("/v1/slips/{reference}") { request, context in
            try found(try await facts.printSlip(wish(request, context))) { try answer($0) }
        }
        router.get("/v1/prints") { request, _ in
            let limit = try number("limit", of: request, in: 1...Int64(mostPrints), default: 50)
            return try answer(lines: await facts.prints(limit: Int(limit)))
        }
        router.delete("/v1/prints/{job}") { _, context in
            let text = try context.parameters.require("job")
            guard let job = Int64(text), let isCancelled = try await facts.cancelPrint(job) else {
                throw Problem(
                    status: .notFound, code: "no-such-job", detail: "there is no such job; GET /v1/prints lists them")
            }
            guard isCancelled else {
                throw Problem(
                    status: .conflict, code: "not-waiting",
                    detail: "the job is done already, or the printer has it in its hands")
            }
            return try answer(CancelledPrint(job: job))
        }
    }

    private static func wish(_ request: Request, _ context: BasicRequestContext) throws -> SlipRequest {
        func day(_ name: String) throws -> String? {
            guard let text = text(name, of: request) else { return nil }
            guard text.utf8.count == 10, Timestamp("\(text)T00:00:00.000Z") != nil else {
                throw Problem(
                    status: .badRequest, code: "bad-parameter", detail: "\(name) must be a date of the form 2026-11-24")
            }
            return text
        }
        let reference = try context.parameters.require("reference")
        guard reference.utf8.count <= 128 else {
            throw Problem(status: .badRequest, code: "bad-parameter", detail: "a reference has 128 bytes at most")
        }
        return SlipRequest(
            reference: reference, kind: try choice("kind", of: request, PrintJob.Kind.self), from: try day("from"),
            until: try day("until"))
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of request: Request, _ type: Choice.Type
    ) throws -> Choice? where Choice.RawValue == String {
        guard let text = text(name, of: request) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(status: .badRequest, code: "bad-parameter", detail: "\(name) must be one of \(names)")
        }
        return choice
    }

    private static func found<Found>(_ what: Found?, _ answer: (Found) throws -> Response) throws -> Response {
        guard let what else {
            throw Problem(
                status: .notFound, code: "no-such-slip",
                detail: "no record of that is here, or it has been pruned")
        }
        return try answer(what)
    }

    private static func file(_ bytes: [UInt8], _ type: String) -> Response {
        // A page of ours runs nothing, whatever a name in it holds.
        Response(
            status: .ok,
            headers: [
                .contentType: type, .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'",
                .xContentTypeOptions: "nosniff",
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
