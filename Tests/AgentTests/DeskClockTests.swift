import Domain
import Testing

@testable import KioskAgent

@Suite struct `The clock of the desks` {
    private func at(_ milliseconds: Int64) -> Uptime { Uptime(milliseconds: milliseconds) }

    @Test func `waits until a desk's moment, and looks again now and then`() {
        #expect(DeskClock.wait(until: at(1500), told: nil, at(1000)) == 500)
        #expect(DeskClock.wait(until: at(900), told: nil, at(1000)) == 0)
        #expect(DeskClock.wait(until: at(900_000), told: nil, at(1000)) == DeskClock.longest.milliseconds)
    }

    /// On a full card a sign-out cannot be recorded, and the desk goes on waiting for a moment that has passed.
    @Test func `does not tell a desk the same without end`() {
        #expect(DeskClock.wait(until: at(900), told: at(900), at(1000)) == DeskClock.longest.milliseconds)
        #expect(DeskClock.wait(until: at(1200), told: at(900), at(1000)) == 200)
    }
}
