import Board
import Glibc
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct `A mailbox` {
    /// Waits as its owner does; `false` when nothing was announced.
    private func announces(_ mailbox: Mailbox<Int>, within milliseconds: Int32 = 0) -> Bool {
        var waiting = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&waiting, 1, milliseconds) == 1
    }

    @Test func `announces the first letter, and again what comes after it was emptied`() {
        let mailbox = Mailbox<Int>(capacity: 3)
        #expect(!announces(mailbox))
        for letter in 1...3 { #expect(mailbox.post(letter)) }
        #expect(!mailbox.post(4), "it is full")
        #expect(announces(mailbox))
        #expect(mailbox.drain() == [1, 2, 3])
        #expect(!announces(mailbox))
        #expect(mailbox.post(5) && announces(mailbox))
        #expect(mailbox.drain() == [5])
    }

    @Test func `puts in what lies there already no second time`() {
        let mailbox = Mailbox<Int>(capacity: 1)
        for letter in [7, 7, 8] { #expect(mailbox.postOnce(letter)) }
        #expect(mailbox.drain() == [7, 8], "few kinds never fill it")
    }

    @Test func `that is closed takes nothing and hands over what is left`() {
        let mailbox = Mailbox<Int>(capacity: 10)
        mailbox.post(1)
        #expect(mailbox.isOpen && mailbox.close() == [1] && !mailbox.isOpen)
        #expect(!mailbox.post(2) && !mailbox.postOnce(2))
        #expect(mailbox.drain().isEmpty)
    }

    /// A letter that is put in while the box is being emptied must be announced too, or it lies there until the next.
    @Test func `loses no letter and no call while several put in and one takes out`() {
        let (writers, each) = (4, 20_000)
        let mailbox = Mailbox<Int>(capacity: 64)
        let threads = (0..<writers).map { writer in
            DedicatedThread.start(name: "writer") {
                for number in 0..<each {
                    while !mailbox.post(writer * each + number) { sched_yield() }
                }
            }
        }
        var next = (0..<writers).map { $0 * each }
        var count = 0
        while count < writers * each {
            guard announces(mailbox, within: 5000) else {
                Issue.record("nothing was announced after \(count) letters")
                break
            }
            for letter in mailbox.drain() {
                // Each writer's letters in their order.
                #expect(letter == next[letter / each])
                next[letter / each] += 1
                count += 1
            }
        }
        for thread in threads { thread.join(within: .seconds(5)) }
        #expect(count == writers * each)
    }
}
