import Barcodes
import DeskSession
import Domain
import Journal
import Phrases
import ScaleProtocols
import Testing
import Wire
import Workflow

/// The same month at two points: one whose kernel follows a reference all the time, and one that heard the time once, on the
/// first day, and whose quartz is off by as much as one may be. They have the same account, but for what was weighed so near to a
/// change of price that the second cannot tell.
@Suite struct MonthOfflineTests {
    static let start: Int64 = 1_795_000_000_000
    static let minute: Int64 = 60_000
    static let day: Int64 = 86_400_000
    /// At noon of the sixteenth day.
    static let change = start + 15 * day

    struct Crate: Equatable {
        var at: Int64
        var fen: Int64?
        var warnings: [WeighIn.Warning]
    }

    struct Month {
        var crates: [Crate] = []
        /// Words of what was refused, and when.
        var refused: [String] = []
        var overdue: Set<String> = []
        /// How far the clock of the point was off, and its bound, at the end.
        var error: Int64 = 0
        var bound: Int64 = 0
    }

    /// A point and its clocks; the truth is the test's.
    private final class DeskStateReader: @unchecked Sendable {
        let isOnline: Bool
        let partsPerMillion: Int64
        let bench: JournalFixture
        let journal: Journal
        let desk: DeskSession
        let scale = ShownScale()
        var keeper = Timekeeper()
        var truth = MonthOfflineTests.start

        init(isOnline: Bool, partsPerMillion: Int64) throws {
            (self.isOnline, self.partsPerMillion) = (isOnline, partsPerMillion)
            bench = try JournalFixture()
            journal = try bench.open()
            var policy = Desk.Policy()
            policy.isOpen = false
            policy.idleTime = .milliseconds(MonthOfflineTests.day / 2)
            policy.weighing.interval = Mass(grams: 5)
            policy.weighing.verifiedUntil = Timestamp(
                milliseconds: MonthOfflineTests.start + 25 * MonthOfflineTests.day)
            (policy.weighing.expired, policy.weighing.unchecked) = (.refuse, .refuse)
            policy.weighing.reference = Mass(grams: 5000)
            policy.weighing.tolerance = Mass(grams: 5)
            let shared = SharedScale()
            shared.stand(on: scale)
            desk = DeskSession(
                name: "screen", policy: policy, scale: shared, isPrinting: false, random: scale.entropy(7))
        }

        var uptime: Uptime {
            let passed = truth - MonthOfflineTests.start
            return Uptime(milliseconds: 60_000 + passed + passed * partsPerMillion / 1_000_000)
        }

        var moment: Moment {
            let look = Timekeeper.Look(
                // A board without a battery.
                wall: Timestamp(milliseconds: isOnline ? truth : uptime.milliseconds), uptime: uptime,
                kernel: isOnline ? .synchronised(maximumErrorMilliseconds: 20) : .free)
            return Moment(now: keeper.read(look).now, bootID: "boot-1")
        }

        func begin() async throws {
            // The center answers once, and then there is no network any more.
            keeper.hear(
                center: Timestamp(milliseconds: truth), bound: 20, sent: uptime, heard: uptime)
            func offer(_ fen: Int64, _ from: Int64?, _ until: Int64?) -> Catalog.Offer {
                .init(
                    produce: "tomato", grade: "1", price: Price(fenPerKilogram: fen),
                    from: from.map { Timestamp(milliseconds: $0) }, until: until.map { Timestamp(milliseconds: $0) })
            }
            let catalog = Catalog(
                version: 7,
                produce: [.init(id: "tomato", number: 11, name: "番茄", grades: [.init(id: "1", name: "一级")])],
                containers: [],
                offers: [offer(300, nil, MonthOfflineTests.change), offer(340, MonthOfflineTests.change, nil)])
            let people = [
                Person(id: "p1", name: "站1", roles: [.operator], badge: BadgeHash(of: "KB-OPERATOR-1")),
                Person(id: "f1", name: "农1", roles: [.farmer], badge: BadgeHash(of: "KB-FARMER-1")),
            ]
            try await journal.record { transaction in
                try transaction.apply(.init(version: 1, digest: .genesis, content: .roster(people)))
                try transaction.apply(.init(version: 7, digest: catalog.digest, content: .catalog(catalog)))
            }
        }

        func enter(_ input: Desk.Input, _ grams: Int64 = 0) async throws -> Answer? {
            var reading = ScaleReading(stability: .stable, range: .ok, raw: [2, 0x30, 3])
            (reading.mass, reading.kind) = (Mass(grams: grams), .gross)
            scale.show(.weighable(reading))
            let turn = desk.begin(input, at: moment)
            let outcome = try await journal.record { [desk] in try desk.run(turn, in: $0) }
            _ = desk.settle(turn, .success(outcome), isPracticeGone: true)
            return outcome.answer
        }

        func say(_ text: String, _ grams: Int64 = 0) async throws -> Answer? { try await enter(.text(text), grams) }
    }

    private func month(isOnline: Bool, partsPerMillion: Int64) async throws -> Month {
        let point = try DeskStateReader(isOnline: isOnline, partsPerMillion: partsPerMillion)
        defer { point.journal.close() }
        try await point.begin()
        var month = Month()
        func weigh() async throws {
            switch try await point.say("KC-RECORD", 10_000) {
            case .weighed(let crate):
                month.crates.append(Crate(at: point.truth, fen: crate.price?.fenPerKilogram, warnings: crate.warnings))
            case let answer?: month.refused.append("\(answer.tally) \((point.truth - Self.start) / Self.day)")
            case nil: Issue.record("no answer")
            }
        }
        for day in Int64(0)..<30 {
            point.truth = Self.start + day * Self.day - 3 * 60 * Self.minute + (day == 0 ? 3 * 60 * Self.minute : 0)
            #expect(try await point.say("KB-OPERATOR-1")?.word == .signedIn)
            let waybill = Waybill(number: "SF12345678901\(10 + day)")
            let parcel = ScannedParcel(
                waybill: waybill, carriers: [.sf], isCertain: true, symbology: nil, raw: Array(waybill.number.utf8))
            #expect(try await point.enter(.parcel(parcel))?.word == .received)
            _ = try await point.say("KC-WEIGH")
            _ = try await point.say("KB-FARMER-1")
            _ = try await point.say("KC-PRODUCE-11")
            // Nobody has checked the scale today, and the county wants it.
            try await weigh()
            #expect(try await point.say("KC-CHECK", 5000)?.word == .checked)
            for minute in day == 15 ? Array(Int64(150)..<210) : [10, 30] {
                // Not at the moment of the change itself, which the best of clocks cannot tell.
                point.truth =
                    Self.start + day * Self.day + (minute - (day == 0 ? 0 : 180)) * Self.minute + Self.minute / 2
                try await weigh()
            }
            #expect(try await point.say("KC-SIGN-OUT")?.word == .signedOut)
        }
        let now = point.moment.now
        month.error = abs(now.wall.milliseconds - point.truth)
        month.bound = now.clock.boundMilliseconds ?? .max
        month.overdue = try await point.journal.record { transaction in
            try Set(
                transaction.here(after: "", limit: 100).filter {
                    try Overdue.isDue($0, after: 7, at: now) { try transaction.bootTimes($0) }
                }.map(\.subject))
        }
        return month
    }

    @Test(arguments: [99, -99] as [Int64])
    func `a month without anybody who tells the time makes the same account`(_ partsPerMillion: Int64) async throws {
        let online = try await month(isOnline: true, partsPerMillion: 0)
        let offline = try await month(isOnline: false, partsPerMillion: partsPerMillion)
        #expect(online.crates.count == offline.crates.count && online.crates.allSatisfy { $0.fen != nil })
        #expect(offline.error > 240_000 && offline.error <= offline.bound && offline.bound < 262_000)
        // After fifteen days it is off by 129 s, and may be off by 131 to either side of that.
        let near = 262_000
        var open = 0
        for (right, held) in zip(online.crates, offline.crates) {
            #expect(right.at == held.at)
            guard let fen = held.fen else {
                #expect(
                    (right.at - Self.change).magnitude <= near && held.warnings == [.unpriced],
                    "\(right.at - Self.change)")
                open += 1
                continue
            }
            #expect(fen == right.fen && held.warnings == right.warnings)
        }
        // They are there, and every other one is priced.
        #expect((3...6).contains(open), "\(open)")
        #expect(online.refused == offline.refused)
        #expect(online.refused.count { $0.hasPrefix("check-first") } == 26)
        #expect(online.refused.contains { $0.hasPrefix("verification-expired") })
        #expect(online.overdue == offline.overdue && online.overdue.count == 23)
    }

    @Test func `where nobody knows the time and the county wants no expired scale, nothing is bought`() async throws {
        let point = try DeskStateReader(isOnline: false, partsPerMillion: 0)
        defer { point.journal.close() }
        try await point.begin()
        point.keeper = Timekeeper()
        _ = try await point.say("KB-OPERATOR-1")
        _ = try await point.say("KC-WEIGH")
        _ = try await point.say("KB-FARMER-1")
        _ = try await point.say("KC-PRODUCE-11")
        // The verification may have run out, and the county wants nothing bought then.
        #expect(try await point.say("KC-RECORD", 10_000)?.word == .verificationExpired)
    }
}
