import Domain
import Testing

@testable import KioskAgent

@Suite struct `A flood of refusals` {
    @Test func `leaves ten lines a second in the log, and says how many are missing`() {
        var brake = LogBrake()
        let flood = (0..<1000).compactMap { brake.pass(at: Uptime(milliseconds: 5000 + $0)) }
        #expect(flood == Array(repeating: 0, count: 10))
        #expect(brake.pass(at: Uptime(milliseconds: 6000)) == 990)
        #expect(brake.pass(at: Uptime(milliseconds: 6001)) == 0)
    }
}
