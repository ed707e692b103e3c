import Foundation
import TestSupport
import Testing

/// Brings about every message and every answer there is; with a capture directory, `Device/check-contract` then checks
/// what this and all other tests put on the wire.
@Suite struct ContractTests {
    @Test func `every route of the local API answers, refuses and explains`() throws {
        let village = try Village()
        try village.start()
        for waybill in ["SF1234567890123", "JDVA12345678901-2-3", "]C0YT1234567890123", "ABC1234567890"] {
            try village.scan(waybill)
        }
        try village.waitUntilDelivered()
        let socket = village.directory.file("kiosk/kioskd.sock")
        func ask(_ path: String, _ method: String = "GET") throws -> (status: Int, body: String) {
            try Recorder.ask(method, path, socket: socket)
        }
        #expect(try ask("/v1/status").status == 200)
        let page = try ask("/v1/events?after=1&limit=2")
        #expect(page.status == 200)
        #expect(page.body.split(separator: "\n").count == 2)
        #expect(try ask("/v1/events?after=100").body.isEmpty)
        #expect(try ask("/v1/verify").body.contains(#""through":5"#))
        #expect(try ask("/v1/link/now", "POST").status == 202)
        for path in [
            "/v1/events?after=-1", "/v1/events?limit=0", "/v1/events?limit=1001", "/v1/events?after=x",
            "/v1/verify?limit=9999",
            "/v1/events/stream?after=no",
        ] {
            let answer = try ask(path)
            #expect(answer.status == 400, "\(path)")
            #expect(answer.body.contains(#""error":"bad-parameter""#), "\(path)")
        }
        #expect(try ask("/v2/nothing").status == 404)
        #expect(try ask("/v1/status", "DELETE").status == 404 || ask("/v1/status", "DELETE").status == 405)
        #expect(try ask("/v1/../../etc/passwd").status == 404)
    }

    @Test func `the socket is for the owner and the group alone`() throws {
        let village = try Village()
        try village.start()
        let attributes = try FileManager.default.attributesOfItem(atPath: village.directory.file("kiosk/kioskd.sock"))
        let mode = (attributes[.posixPermissions] as? Int ?? 0o777) & 0o777
        #expect(mode & 0o007 == 0)
        #expect(mode & 0o660 == 0o660)
    }
}
