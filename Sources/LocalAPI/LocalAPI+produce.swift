import Domain
import Hummingbird

/// Weigh-ins, lots, orders and accounts.
extension LocalAPI {
    static func addProduce(to router: Router<BasicRequestContext>, _ facts: any KioskQueries) {
        router.get("/v1/catalog") { _, _ in
            try found(try await facts.catalog(), "no-catalog", "the center has sent no catalog yet")
        }
        router.get("/v1/weighins") { request, _ in
            let limit = try number("limit", of: request, in: 1...Int64(mostParcels), default: Int64(mostParcels))
            guard let lines = try await facts.weighIns(after: text("after", of: request), limit: Int(limit)) else {
                throw Problem(
                    status: .badRequest, code: "bad-parameter",
                    detail: "after is no number of a weigh-in, such as KW-3f9a1c-000123")
            }
            return try answer(lines: lines)
        }
        router.get("/v1/weighins/{number}") { _, context in
            try found(
                try await facts.weighIn(context.parameters.require("number")), "no-such-weighin",
                "no weigh-in of that number is known here")
        }
        router.get("/v1/lots/{lot}") { _, context in
            try found(
                try await facts.lot(context.parameters.require("lot")), "no-such-lot", "no such lot is known here")
        }
        router.get("/v1/orders") { _, _ in try answer(lines: try await facts.orders()) }
        router.get("/v1/trace/{what}") { _, context in
            try found(
                try await facts.trace(context.parameters.require("what")), "no-trace",
                "that is no weigh-in, lot, order or waybill of produce that is known here")
        }
        router.get("/v1/balances/{farmer}") { _, context in
            try found(
                try await facts.balance(of: context.parameters.require("farmer")), "no-such-farmer",
                "nobody of that id or number is known here")
        }
        router.get("/v1/payments") { request, _ in
            let limit = try number("limit", of: request, in: 1...Int64(mostParcels), default: Int64(mostParcels))
            guard let lines = try await facts.payments(after: text("after", of: request), limit: Int(limit)) else {
                throw Problem(
                    status: .badRequest, code: "bad-parameter",
                    detail: "after is no number of a payment, such as KP-3f9a1c-000012")
            }
            return try answer(lines: lines)
        }
        router.get("/v1/receipts/{code}") { _, context in
            guard let receipt = try await facts.receipt(context.parameters.require("code")) else {
                throw Problem(
                    status: .badRequest, code: "bad-parameter",
                    detail: "that is no receipt's code: it begins with KR- and has four parts between full stops")
            }
            return try answer(receipt)
        }
        router.get("/v1/till") { _, _ in
            try found(try await facts.till(), "no-till", "the till was never counted here")
        }
        router.get("/v1/statements/{farmer}") { request, context in
            try found(
                try await facts.statement(
                    of: context.parameters.require("farmer"), from: time("from", of: request),
                    until: time("until", of: request)),
                "no-such-farmer", "nobody of that id or number is known here")
        }
    }

    private static func found(_ answer: (some Encodable)?, _ code: String, _ detail: String) throws -> Response {
        guard let answer else { throw Problem(status: .notFound, code: code, detail: detail) }
        return try self.answer(answer)
    }

    private static func time(_ name: String, of request: Request) throws -> Timestamp? {
        guard let text = text(name, of: request) else { return nil }
        guard let time = Timestamp(text) else {
            throw Problem(
                status: .badRequest, code: "bad-parameter",
                detail: "\(name) is no time of the form 2026-11-24T00:00:00.000Z")
        }
        return time
    }
}
