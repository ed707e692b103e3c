import Board
import Domain
import Testing

@Suite struct `A flood of lines` {
    @Test func `leaves one in its time, and says how many are missing`() {
        var limiter = LogRateLimiter(every: .seconds(1))
        func admit(_ milliseconds: Int64) -> Int? { limiter.admit(at: Uptime(milliseconds: milliseconds)) }
        #expect(admit(0) == 0)
        #expect(admit(0) == nil && admit(1) == nil && admit(999) == nil)
        #expect(admit(1000) == 3)
        #expect(admit(1999) == nil)
        #expect(admit(50_000) == 1)
        #expect(admit(51_000) == 0)
    }

    @Test func `leaves ten a second where ten are let in`() {
        var limiter = LogRateLimiter(lines: 10, every: .seconds(1))
        let flood = (0..<1000).compactMap { limiter.admit(at: Uptime(milliseconds: 5000 + $0)) }
        #expect(flood == Array(repeating: 0, count: 10))
        #expect(limiter.admit(at: Uptime(milliseconds: 6000)) == 990)
        #expect(limiter.admit(at: Uptime(milliseconds: 6001)) == 0)
    }
}
