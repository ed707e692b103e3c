import Board
import Dispatch
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A thread of our own` {
    @Test func `is waited for until it ends, and no longer than is asked for`() {
        let gate = DispatchSemaphore(value: 0)
        let thread = DedicatedThread.start(name: "waits") { gate.wait() }
        let began = ContinuousClock.now
        #expect(!thread.join(within: .milliseconds(200)))
        #expect(ContinuousClock.now - began >= .milliseconds(200))
        gate.signal()
        #expect(thread.join(within: .seconds(10)))
        #expect(thread.join(within: .zero), "again, when it has ended")
    }
}
