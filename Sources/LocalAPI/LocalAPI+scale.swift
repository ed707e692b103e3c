import Domain
import Hummingbird

/// The scale: what it shows, whether that may be recorded, and orders to it.
extension LocalAPI {
    /// `ScaleCommand` in words; the agent knows what they mean.
    private static let orders = ["zero", "tare", "clear-tare"]

    static func addScale(to router: Router<BasicRequestContext>, _ facts: any KioskFacts) {
        router.get("/v1/scale") { _, _ in try scale(await facts.scale()) }
        router.post("/v1/scale/order") { request, _ in
            guard let order = try await object(request)["order"]?.string, orders.contains(order) else {
                throw missing("order", orders.joined(separator: ", "))
            }
            return try scale(await facts.orderScale(order))
        }
    }

    private static func scale(_ answer: JSON?) throws -> Response {
        guard let answer else {
            throw Problem(
                status: .notFound, code: "no-scale", detail: "no scale is configured: devices.scale is missing")
        }
        return self.answer(answer)
    }
}
