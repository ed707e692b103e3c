import Domain
import Hummingbird
import LocalAPIModel
import ScaleProtocols

/// The scale: what it shows, whether that may be recorded, and orders to it.
extension LocalAPI {
    static func addScale(to router: Router<BasicRequestContext>, _ facts: any KioskQueries) {
        router.get("/v1/scale") { _, _ in try scale(await facts.scale()) }
        router.post("/v1/scale/order") { request, _ in
            let words = ScaleCommand.allCases.map(\.rawValue).joined(separator: ", ")
            let body = try await body(ScaleOrderRequest.self, of: request, ["order": words])
            return try scale(await facts.orderScale(body.order))
        }
    }

    private static func scale(_ answer: (some Encodable)?) throws -> Response {
        guard let answer else {
            throw Problem(
                status: .notFound, code: "no-scale", detail: "no scale is configured: devices.scale is missing")
        }
        return try self.answer(answer)
    }
}
