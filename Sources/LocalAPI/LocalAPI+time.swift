import Domain
import Hummingbird

/// The time, from whoever maintains the board and has a watch.
extension LocalAPI {
    static func addTime(to router: Router<BasicRequestContext>, _ facts: any KioskFacts) {
        router.post("/v1/time") { request, _ in
            let body = try await object(request)
            guard let time = body["time"]?.string.flatMap({ Timestamp($0) }), time >= earliest, time < latest else {
                throw missing(
                    "time", "RFC 3339 in UTC with milliseconds, from 2026 to 2099, such as 2026-11-30T08:05:00.000Z")
            }
            return answer(try await facts.setTime(time, isForced: body["force"]?.boolean ?? false))
        }
    }

    private static let earliest = Timestamp(milliseconds: 1_767_225_600_000)
    private static let latest = Timestamp(milliseconds: 4_102_444_800_000)
}
