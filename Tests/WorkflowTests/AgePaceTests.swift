import Domain
import Testing
import Workflow

@Suite struct AgePaceTests {
    static let hour: Int64 = 3_600_000
    static let day = 24 * hour
    static let noon = Timestamp(milliseconds: 1_795_000_000_000)

    @Test func `the first look judges by the clock`() {
        var pace = AgePace()
        #expect(pace.next(Self.noon, at: Uptime(milliseconds: 5)) == Self.noon && pace.judged == Self.noon)
    }

    @Test func `it goes on with the clock`() {
        var pace = AgePace()
        for hours in Int64(0)..<100 {
            let now = Self.noon.adding(hours * Self.hour)
            #expect(pace.next(now, at: Uptime(milliseconds: hours * Self.hour)) == now)
        }
    }

    @Test func `a jump of thirty years is followed by two days a day`() {
        var pace = AgePace()
        _ = pace.next(Self.noon, at: Uptime(milliseconds: 0))
        let ahead = Self.noon.adding(30 * 365 * Self.day)
        for hours in Int64(1)...240 {
            let judged = pace.next(ahead.adding(hours * Self.hour), at: Uptime(milliseconds: hours * Self.hour))
            #expect(judged == Self.noon.adding(2 * hours * Self.hour))
        }
        // Set right again, it is judged by what is right.
        let right = Self.noon.adding(10 * Self.day)
        #expect(pace.next(right, at: Uptime(milliseconds: 241 * Self.hour)) == right)
    }

    @Test func `a board that was off for a month catches up, a day for each start and a day a day`() {
        var pace = AgePace(judged: Self.noon)
        let later = Self.noon.adding(30 * Self.day)
        #expect(pace.next(later, at: Uptime(milliseconds: 0)) == Self.noon.adding(Self.day))
        #expect(pace.next(later.adding(Self.day), at: Uptime(milliseconds: Self.day)) == Self.noon.adding(3 * Self.day))
        for days in Int64(2)...40 {
            _ = pace.next(later.adding(days * Self.day), at: Uptime(milliseconds: days * Self.day))
        }
        #expect(pace.judged == later.adding(40 * Self.day))
    }

    @Test func `a program that is started anew each day goes on with the board's clock`() {
        var pace = AgePace(judged: Self.noon, at: Uptime(milliseconds: 0))
        for days in Int64(1)...30 {
            pace = AgePace(judged: pace.judged, at: pace.at)
            let now = Self.noon.adding(days * Self.day)
            #expect(pace.next(now, at: Uptime(milliseconds: days * Self.day)) == now)
        }
    }

    @Test func `a clock that was behind for an hour holds up nothing`() {
        var pace = AgePace(judged: Self.noon)
        let past = Self.noon.adding(-2000 * Self.day)
        #expect(pace.next(past, at: Uptime(milliseconds: Self.day)) == past && pace.judged == Self.noon)
        let later = Self.noon.adding(Self.hour)
        #expect(pace.next(later, at: Uptime(milliseconds: Self.day + Self.hour)) == later)
    }

    @Test func `after a week off it is caught up with at once, if somebody live says so`() {
        let later = Self.noon.adding(6 * Self.day)
        var pace = AgePace(judged: Self.noon)
        #expect(pace.next(later, at: Uptime(milliseconds: 0), isLive: true) == later)
        var far = AgePace(judged: Self.noon)
        #expect(
            far.next(later.adding(9 * Self.day), at: Uptime(milliseconds: 0), isLive: true)
                == Self.noon.adding(Self.day))
        // A program that starts again and again wins no days.
        var again = AgePace(judged: Self.noon)
        #expect(again.next(later, at: Uptime(milliseconds: Self.day)) == Self.noon)
    }
}
