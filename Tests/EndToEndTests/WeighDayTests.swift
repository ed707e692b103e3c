import Domain
import Foundation
import TestSupport
import Testing
import Wire

@testable import LabScenarios

/// The day that `kiosk-lab weighday` plays at five scales, and the accounts that it compares.
@Suite struct WeighDayTests {
    @Test func `sixty crates on five scales are the same on paper, at the kiosk and at the center`() throws {
        let base = try TemporaryDirectory()
        let answer = try run(
            Products.path("kiosk-lab"), ["weighday", "--seed", "1", "--json"], environment: ["TMPDIR": base.path])
        #expect(answer.code == 0, "\(answer.errors)")
        let report = try JSON(parsing: answer.output.utf8)
        #expect(report["matches"]?.boolean == true, "\(report["differences"]?.canonicalText ?? "")")
        let crates = (report["farmers"]?.array ?? []).reduce(Int64(0)) { sum, line in
            for side in ["slips", "kiosk", "center", "events"] { #expect(line[side] == line["paper"]) }
            return sum + (line["paper"]?["crates"]?.integer ?? 0) + (line["paper"]?["voided"]?.integer ?? 0)
        }
        #expect(crates == 60)
        #expect(report["killed"]?["all"]?.integer == 3)
        #expect(report["messages"]?.integer ?? 0 > 0)
        // Nothing of it is left behind.
        #expect(try FileManager.default.contentsOfDirectory(atPath: base.path).isEmpty)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `every mistake is made on every day, and the same seed writes the same day`(seed: UInt64) {
        for size in [55, 60, 200] {
            let day = WeighDay(seed: seed, crates: size)
            #expect(day.phases == WeighDay(seed: seed, crates: size).phases)
            #expect(day.paper.rows.map(\.count) == Array(1...Int64(size)))
            #expect(Set(day.incidents.keys) == Set(WeighDayWriter.Incident.allCases.map(\.rawValue)))
            #expect(day.paper.rows.contains { $0.voided != nil } && day.paper.rows.contains { $0.fen == nil })
            #expect((6...7).contains(day.paper.farmers.count))
        }
        #expect(WeighDay(seed: seed, crates: 60).phases != WeighDay(seed: seed + 1, crates: 60).phases)
    }

    @Test(arguments: [(30, 350, 11), (10, 350, 4), (1000, 325, 325), (1, 499, 0), (1, 500, 1), (0, 9999, 0)])
    func `half a fen is a whole one on paper`(grams: Int64, price: Int64, fen: Int64) {
        #expect(ExpectedLedger.fen(grams, at: price) == fen)
    }

    @Test(arguments: [(345, 10, 350), (125, 50, 150), (125, 20, 120), (1500, 20, 1500)])
    func `half a step of a container is a whole one on paper`(grams: Int64, interval: Int64, shown: Int64) {
        #expect(ExpectedLedger.preset(grams, interval: interval) == shown)
    }

    @Test func `an account that is not right is not called right`() {
        let paper = WeighDay(seed: 1, crates: 60).paper
        func differences(_ lie: (inout WeighSides) -> Void) -> [String] {
            var sides = WeighSides()
            sides.kioskRows = paper.rows
            lie(&sides)
            return WeighBalance(paper, sides, PrintedSlipReader([]), names: [:]).differences.filter {
                $0.hasPrefix("the kiosk has crate ") || $0.hasPrefix("the kiosk has ") && $0.contains("on paper there")
            }
        }
        #expect(differences { _ in }.isEmpty)
        let lies: [(inout WeighSides) -> Void] = [
            { $0.kioskRows.removeLast() }, { $0.kioskRows.append($0.kioskRows[0]) }, { $0.kioskRows[3].net += 1 },
            { $0.kioskRows[3].fen = ($0.kioskRows[3].fen ?? 0) + 1 }, { $0.kioskRows[3].farmer = "f-9" },
            { $0.kioskRows[3].voided = $0.kioskRows[3].voided == nil ? "mistake" : nil },
            { $0.kioskRows[3].list = 9 }, { $0.kioskRows[3].tareMode = "nothing" },
        ]
        for lie in lies { #expect(!differences(lie).isEmpty) }
    }

    /// That a day whose accounts differ ends with 1: DayTests, whose command ends in the same place.
    @Test func `a center that loses a void, a crate or a fen is found out by its statement`() throws {
        let paper = WeighDay(seed: 1, crates: 60).paper
        let voided = try #require(paper.rows.first { $0.voided != nil })
        func differences(_ lie: (inout [WeighRow], inout WeighTotals) -> Void) -> [String] {
            var sides = WeighSides()
            for farmer in paper.farmers {
                var rows = paper.rows(of: farmer).map(\.line)
                var totals = WeighTotals(paper.rows(of: farmer))
                if farmer == voided.farmer { lie(&rows, &totals) }
                sides.centerStatements[farmer] = WeighSides.Statement(rows: rows, totals: totals)
            }
            return WeighBalance(paper, sides, PrintedSlipReader([]), names: [:]).differences.filter {
                $0.hasPrefix("the center's statement of ") || $0.hasPrefix("the center has the sum of ")
            }
        }
        #expect(differences { _, _ in }.isEmpty)
        let lies: [(inout [WeighRow], inout WeighTotals) -> Void] = [
            { rows, _ in for place in rows.indices { rows[place].voided = nil } },
            { rows, _ in rows.removeAll { $0.count == voided.count } },
            { rows, _ in rows.append(rows[0]) },
            { _, totals in totals.fen += 1 },
            { _, totals in totals.voided -= 1 },
        ]
        for lie in lies { #expect(differences(lie).contains { $0.contains(voided.farmer) }) }
    }
}
