import Domain
import TestSupport
import Testing

/// That the benchmark measures at all; its figures are for a quiet machine and are no test.
@Suite struct `The benchmark` {
    @Test func `measures a few events on real parts and tells each figure with its budget`() throws {
        let answer = try run(
            Products.path("kiosk-lab"),
            ["bench", "drain", "wire", "scan", "burst", "center", "--events", "200", "--scans", "10", "--json"])
        // 1 when a budget is missed, as on a busy machine.
        #expect(answer.code == 0 || answer.code == 1, "\(answer.errors)")
        let figures = try answer.output.split(separator: "\n").map { try JSON(parsing: $0.utf8) }
        let lines = figures.compactMap { $0["line"]?.string }
        #expect(lines == ["drain", "wire", "scan", "scan", "scan", "burst", "center"])
        for figure in figures {
            #expect(figure["value"]?.integer ?? 0 > 0)
            // What a bare line needs is for comparison.
            let isComparison = figure["what"]?.string?.contains("bare line") ?? false
            #expect((figure["budget"] == nil) == isComparison && figure["met"] != nil)
        }
        #expect(figures[0]["floor"]?.integer ?? 0 > 0)
    }

    @Test func `refuses a line that it does not know, and names those it does`() throws {
        let answer = try run(Products.path("kiosk-lab"), ["bench", "speed", "nothing"])
        #expect(answer.code == 64 && answer.errors.contains("scan, burst, drain"))
    }
}
