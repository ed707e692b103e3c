import Domain
import Testing
import Workflow

@Suite struct AttemptsTests {
    /// Tries over and over, each time as soon as the lock allows, and keeps what is stored.
    struct Guesser {
        var rule: AttemptLimiter.Rule
        var stored: AttemptLimiter?
        var boot = "b1"
        var now = Uptime(milliseconds: 1000)

        mutating func tries() -> AttemptLimiter.Verdict {
            let verdict = AttemptLimiter.next(stored, rule: rule, bootID: boot, at: now)
            switch verdict {
            case .go(let attempts), .locked(_, let attempts): stored = attempts
            }
            return verdict
        }

        /// How long the lock still is; 0 for none. Counts a failure if there is none.
        mutating func lockAfterOneMore() -> Int64 {
            guard case .go(let attempts) = tries() else { return -1 }
            return attempts.lock.milliseconds
        }
    }

    @Test func `the first tries are free, then each locks twice as long as the one before, up to the longest`() {
        var guesser = Guesser(rule: .pin)
        var locks: [Int64] = []
        for _ in 0..<20 {
            let lock = guesser.lockAfterOneMore()
            locks.append(lock / 60_000)
            guesser.now = guesser.now + lock
        }
        #expect(
            locks == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440, 1440, 1440, 1440])
    }

    @Test func `while it is locked nothing is tried and nothing counted`() {
        var guesser = Guesser(rule: .pin)
        for _ in 0..<5 { _ = guesser.tries() }
        let stored = guesser.stored
        guesser.now = guesser.now + 59_999
        #expect(guesser.tries() == .locked(milliseconds: 1, stored!))
        #expect(guesser.stored == stored)
        guesser.now = guesser.now + 1
        #expect(guesser.lockAfterOneMore() == 120_000)
    }

    @Test func `a restart begins the lock anew`() {
        var guesser = Guesser(rule: .pin)
        for _ in 0..<5 { _ = guesser.tries() }
        guesser.now = guesser.now + 50_000
        // Ten seconds were left. The new boot's clock is small again, and says nothing of before.
        guesser.boot = "b2"
        guesser.now = Uptime(milliseconds: 10)
        guard case .locked(60_000, let stored) = guesser.tries() else {
            Issue.record("\(String(describing: guesser.stored))")
            return
        }
        #expect(stored.bootID == "b2" && stored.at == guesser.now && stored.failures == 5)
        guesser.now = guesser.now + 59_999
        guard case .locked(1, _) = guesser.tries() else {
            Issue.record("the lock began anew with each try")
            return
        }
        guesser.now = guesser.now + 1
        #expect(guesser.lockAfterOneMore() == 120_000)
    }

    @Test func `a restart gives no new tries`() {
        var guesser = Guesser(rule: .pin)
        for boot in 1...4 {
            guesser.boot = "b\(boot)"
            #expect(guesser.lockAfterOneMore() == 0)
        }
        guesser.boot = "b5"
        #expect(guesser.lockAfterOneMore() == 60_000)
    }

    @Test func `an hour without a failure forgets one, where the rule says so`() {
        var guesser = Guesser(rule: .hour)
        for _ in 0..<9 { #expect(guesser.lockAfterOneMore() == 0) }
        guesser.now = guesser.now + 3_599_999
        #expect(guesser.lockAfterOneMore() == 900_000)
        guesser.now = guesser.now + 3_600_000
        #expect(guesser.lockAfterOneMore() == 900_000)
        guesser.now = guesser.now + 8 * 3_600_000
        #expect(guesser.lockAfterOneMore() == 0)
        #expect(guesser.stored?.failures == 3)

        var patient = Guesser(rule: .pin)
        for _ in 0..<4 { _ = patient.tries() }
        patient.now = patient.now + 400 * 86_400_000
        #expect(patient.lockAfterOneMore() == 60_000)
    }

    /// A code is four digits behind a slot: of thirty parcels in it a guess hits one in 333.
    @Test(arguments: [1, 2, 9, 10])
    func `whoever guesses codes has some thirty in a day, however he spreads them`(atOnce: Int) {
        var guesser = Guesser(rule: .hour)
        var guesses = 0
        let end = guesser.now + 86_400_000
        while guesser.now < end {
            for _ in 0..<atOnce {
                guard case .go = guesser.tries() else { break }
                guesses += 1
            }
            guesser.now = guesser.now + 60_000
        }
        #expect(guesses <= 36, "\(guesses)")
    }

    @Test func `no number that a damaged row could hold traps`() {
        for failures in [Int.min, -1, 0, 1000, Int.max] {
            let stored = AttemptLimiter(
                failures: failures, lock: .milliseconds(-1), bootID: "b", at: Uptime(milliseconds: 5))
            guard
                case .go(let attempts) = AttemptLimiter.next(
                    stored, rule: .parcel, bootID: "b", at: Uptime(milliseconds: 0))
            else {
                Issue.record("locked")
                continue
            }
            #expect((1...1000).contains(attempts.failures))
            #expect((0...86_400_000).contains(attempts.lock.milliseconds))
        }
        for time in [Int64.min, -1, Int64.max] {
            let stored = AttemptLimiter(
                failures: 9, lock: .milliseconds(Int64.max), bootID: "b", at: Uptime(milliseconds: time))
            let verdict = AttemptLimiter.next(stored, rule: .parcel, bootID: "b", at: Uptime(milliseconds: 7))
            guard case .locked = verdict else {
                Issue.record("a damaged time must not give a guess: \(verdict)")
                continue
            }
        }
    }
}
