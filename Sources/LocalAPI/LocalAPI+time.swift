import Domain
import Hummingbird
import LocalAPIModel

/// The time, from whoever maintains the board and has a watch.
extension LocalAPI {
    static func addTime(to router: Router<BasicRequestContext>, _ facts: any KioskQueries) {
        router.post("/v1/time") { request, _ in
            let hints = [
                "time": "RFC 3339 in UTC with milliseconds, from 2026 to 2099, such as 2026-11-30T08:05:00.000Z",
                "force": "true or false, or nothing",
            ]
            let body = try await body(TimeRequest.self, of: request, hints)
            guard body.time >= earliest, body.time < latest else { throw missing("time", hints) }
            return try answer(try await facts.setTime(body.time, isForced: body.force ?? false))
        }
    }

    private static let earliest = Timestamp(milliseconds: 1_767_225_600_000)
    private static let latest = Timestamp(milliseconds: 4_102_444_800_000)
}
