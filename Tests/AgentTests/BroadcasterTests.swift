import Testing

@testable import KioskAgent

struct `An announcer` {
    @Test func `makes news only for somebody who listens`() async {
        let announcer = Broadcaster<Int>(kept: 2)
        var made = 0
        func news() -> Int {
            made += 1
            return made
        }
        announcer.announce(news())
        #expect(made == 0)
        let (first, second) = (announcer.stream(), announcer.stream())
        for _ in 1...3 { announcer.announce(news()) }
        #expect(made == 3, "made once for both")
        announcer.finish()
        var heard: [[Int]] = []
        for stream in [first, second] { heard.append(await stream.reduce(into: []) { $0.append($1) }) }
        #expect(heard == [[2, 3], [2, 3]], "who is slow gets the newest")
    }
}
