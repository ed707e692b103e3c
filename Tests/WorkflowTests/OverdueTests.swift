import Domain
import Testing
import Workflow

@Suite struct OverdueTests {
    static let day: Int64 = 86_400_000
    static let arrival: Int64 = 1_795_000_000_000

    static func parcel(
        _ status: Parcel.Status = .shelved, wall: Int64 = arrival, uptime: Int64 = 5000, _ clock: ClockTrust = .synced
    ) -> Parcel {
        let now = Now(wall: Timestamp(milliseconds: wall), uptime: Uptime(milliseconds: uptime), clock: clock)
        return Parcel(
            subject: "SF1234567890123",
            condition: Parcel.Condition(status: status, arrived: Moment(now: now, bootID: "b1")), change: nil, past: [],
            sequence: 1, touched: now.wall)
    }

    static func isDue(
        _ parcel: Parcel, at wall: Int64, _ clock: ClockTrust = .synced, offsets: [String: Int64] = [:]
    ) -> Bool {
        Overdue.isDue(
            parcel, after: 7,
            at: Now(wall: Timestamp(milliseconds: wall), uptime: Uptime(milliseconds: 0), clock: clock)
        ) { offsets[$0].map { BootTimes(BootStart(milliseconds: $0, bound: 0, uptime: Uptime(milliseconds: 5000))) } }
    }

    @Test func `a parcel is overdue after so many days, to the millisecond`() {
        #expect(!Self.isDue(Self.parcel(), at: Self.arrival + 7 * Self.day - 1))
        #expect(Self.isDue(Self.parcel(), at: Self.arrival + 7 * Self.day))
    }

    @Test func `a clock that cannot be believed makes nothing overdue`() {
        #expect(!Self.isDue(Self.parcel(), at: Self.arrival + 700 * Self.day, .unsynced))
    }

    @Test func `it is overdue when that is certain, however far both times may be wrong`() {
        let parcel = Self.parcel(.shelved, .holdover(within: 60_000))
        let due = Self.arrival + 7 * Self.day
        #expect(!Self.isDue(parcel, at: due + 89_999, .holdover(within: 30_000)))
        #expect(Self.isDue(parcel, at: due + 90_000, .holdover(within: 30_000)))
    }

    @Test func `an arrival that nobody can place is never overdue`() {
        let parcel = Self.parcel(wall: 1000, .unsynced)
        #expect(!Self.isDue(parcel, at: Self.arrival + 700 * Self.day))
        #expect(!Self.isDue(parcel, at: Self.arrival + 700 * Self.day, offsets: ["b2": 0]))
        #expect(parcel.condition.arrived.placed { _ in nil } == nil)
    }

    @Test func `an arrival under a wrong clock is placed by that boot's own clock`() {
        let parcel = Self.parcel(wall: 1000, uptime: 5000, .unsynced)
        let offsets = ["b1": Self.arrival - 5000]
        let start = BootTimes(BootStart(milliseconds: Self.arrival - 5000, bound: 0, uptime: Uptime(milliseconds: 9)))
        #expect(parcel.condition.arrived.placed { _ in start } == Timestamp(milliseconds: Self.arrival))
        #expect(!Self.isDue(parcel, at: Self.arrival + 7 * Self.day - 1, offsets: offsets))
        #expect(Self.isDue(parcel, at: Self.arrival + 7 * Self.day, offsets: offsets))
    }

    @Test(arguments: Parcel.Status.allCases) func `only what waits for its recipient is overdue`(
        _ status: Parcel.Status
    ) {
        #expect(
            Self.isDue(Self.parcel(status), at: Self.arrival + 8 * Self.day) == [.received, .shelved].contains(status))
    }

    @Test func `what is flagged already is not flagged again`() {
        var parcel = Self.parcel()
        parcel.condition.flags = [.overdue]
        #expect(!Self.isDue(parcel, at: Self.arrival + 8 * Self.day))
    }

    @Test func `when somebody has dealt with it, the days count anew from there`() {
        var parcel = Self.parcel()
        let resolved = Self.arrival + 9 * Self.day
        parcel.condition.extended = Moment(
            now: Now(
                wall: Timestamp(milliseconds: resolved), uptime: Uptime(milliseconds: 0), clock: .synced),
            bootID: "b9")
        #expect(!Self.isDue(parcel, at: resolved + 1))
        #expect(!Self.isDue(parcel, at: resolved + 7 * Self.day - 1))
        #expect(Self.isDue(parcel, at: resolved + 7 * Self.day))
        #expect(parcel.condition.arrived.placed { _ in nil } == Timestamp(milliseconds: Self.arrival))
    }
}
