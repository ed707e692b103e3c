import Domain
import ScaleProtocols
import Testing

@testable import Devices

/// A talk with a scale at times that the test makes up. MT-SICS asks every 200 ms and waits 800 ms.
private struct Talk {
    var dialogue: ScalePoller
    var sent: [String] = []

    init(_ name: ScaleProtocolName = .mtSICS, isAttentive: Bool = false) {
        dialogue = ScalePoller(name.make(), Pace())
        dialogue.isAttentive = isAttentive
        dialogue.open(at: 0)
    }

    mutating func feed(_ text: String, at now: Milliseconds) -> [DeviceEvent] {
        take(dialogue.feed(Array(text.utf8), at: now), at: now)
    }

    /// Goes from deadline to deadline until that time.
    mutating func run(until end: Milliseconds) -> [DeviceEvent] {
        var meanings: [DeviceEvent] = []
        var now: Milliseconds = 0
        while let deadline = dialogue.deadline, deadline <= end {
            now = max(now, deadline)
            meanings += take(dialogue.turn(at: now), at: now)
        }
        return meanings
    }

    private mutating func take(_ meanings: [DeviceEvent], at now: Milliseconds) -> [DeviceEvent] {
        let bytes = dialogue.takeOutgoing()
        if !bytes.isEmpty { sent.append("\(now) " + String(decoding: bytes, as: UTF8.self).filter { !$0.isNewline }) }
        return meanings
    }
}

private let answer = "S S      12.34 kg\r\n"
private let reading = DeviceEvent.weight(
    ScaleReading(mass: Mass(grams: 12_340), stability: .stable, range: .ok, raw: Array(answer.utf8)))

@Suite struct `Asking a scale` {
    @Test func `begins two seconds after opening, when the device has started`() {
        var talk = Talk()
        #expect(talk.run(until: 1999) == [])
        #expect(talk.sent == [])
        #expect(talk.run(until: 2000) == [])
        #expect(talk.sent == ["2000 SI"])
    }

    @Test func `goes on twice a second while nobody weighs`() {
        var talk = Talk()
        for time in stride(from: 2000, through: 4000, by: 500) as StrideThrough<Milliseconds> {
            _ = talk.run(until: time)
            #expect(talk.feed(answer, at: time + 30) == [reading])
        }
        #expect(talk.sent == ["2000 SI", "2500 SI", "3000 SI", "3500 SI", "4000 SI"])
    }

    @Test func `goes on at the protocol's own pace while somebody weighs, from one moment to the next`() {
        var talk = Talk()
        _ = talk.run(until: 2000)
        _ = talk.feed(answer, at: 2030)
        talk.dialogue.isAttentive = true
        #expect(talk.dialogue.deadline == 2200)
        _ = talk.run(until: 2200)
        _ = talk.feed(answer, at: 2230)
        talk.dialogue.isAttentive = false
        #expect(talk.dialogue.deadline == 2700)
        #expect(talk.sent == ["2000 SI", "2200 SI"])
    }

    @Test func `waits for the answer only so long`() {
        var talk = Talk(isAttentive: true)
        #expect(talk.run(until: 2799) == [])
        #expect(talk.run(until: 2800) == [.missed])
    }

    @Test func `half an answer is none, and no half of the next`() {
        var talk = Talk(isAttentive: true)
        _ = talk.run(until: 2000)
        #expect(talk.feed(String(answer.prefix(9)), at: 2030) == [])
        #expect(talk.run(until: 3600) == [.missed])
        #expect(talk.sent == ["2000 SI", "3600 SI"])
        #expect(talk.feed(String(answer.dropFirst(9)), at: 3610) == [])
        #expect(talk.feed(answer, at: 3620) == [reading])
    }

    @Test func `a late answer is thrown away, and nothing is asked until the line is quiet`() {
        var talk = Talk(isAttentive: true)
        _ = talk.run(until: 2000)
        #expect(talk.run(until: 2800) == [.missed])
        #expect(talk.feed(answer, at: 3500) == [])
        #expect(talk.dialogue.deadline == 4300)
        _ = talk.run(until: 4300)
        #expect(talk.feed(answer, at: 4330) == [reading])
    }

    @Test func `what comes unasked between two questions is no weight`() {
        var talk = Talk()
        _ = talk.run(until: 2000)
        #expect(talk.feed(answer, at: 2030) == [reading])
        #expect(talk.feed(answer, at: 2200) == [])
        #expect(talk.dialogue.deadline == 2500)
    }

    @Test func `a scale that is switched off is asked less and less`() {
        var talk = Talk()
        _ = talk.run(until: 40_000)
        #expect(
            talk.sent == [2000, 3600, 5600, 9600, 14_600, 19_600, 24_600, 29_600, 34_600, 39_600].map { "\($0) SI" })
        // Somebody comes to weigh.
        talk.dialogue.isAttentive = true
        #expect((40_400...41_200).contains(talk.dialogue.deadline ?? 0))
    }

    @Test func `one that sends garbage is not taken for one that is switched off`() {
        var talk = Talk()
        for _ in 0..<6 {
            let next = talk.dialogue.deadline ?? 0
            _ = talk.run(until: next)
            _ = talk.feed("??", at: next + 30)
            _ = talk.run(until: next + 800)
        }
        #expect(talk.sent.count == 6)
        #expect(talk.sent.last == "10000 SI")
    }

    @Test func `a plug that comes back begins anew`() {
        var talk = Talk()
        _ = talk.run(until: 2000)
        _ = talk.feed(String(answer.prefix(9)), at: 2030)
        #expect(talk.dialogue.close() == [])
        #expect(talk.dialogue.deadline == nil)
        talk.dialogue.open(at: 9000)
        #expect(talk.dialogue.deadline == 11_000)
        _ = talk.run(until: 11_000)
        #expect(talk.feed(String(answer.dropFirst(9)) + answer, at: 11_030) == [reading])
    }

    @Test func `a scale that talks unasked is never asked, and costs no timer`() {
        var talk = Talk(.yaohuaA9)
        #expect(talk.dialogue.deadline == nil)
        _ = talk.feed("noise", at: 10)
        #expect(talk.dialogue.deadline == nil)
        #expect(talk.sent == [])
    }
}

@Suite struct `An order` {
    private func ordered(_ result: ScaleOrderResult) -> DeviceEvent { .ordered(ticket: 7, result) }

    @Test func `waits until the question before it has its answer, and no question comes between`() {
        var talk = Talk(isAttentive: true)
        _ = talk.run(until: 2000)
        #expect(talk.dialogue.begin(.zero, ticket: 7) == [])
        #expect(talk.run(until: 2100) == [])
        #expect(talk.feed(answer, at: 2100) == [reading])
        _ = talk.run(until: 2900)
        #expect(talk.sent == ["2000 SI", "2000 Z"])
        #expect(talk.feed("Z A\r\n", at: 2900) == [ordered(.done)])
        _ = talk.run(until: 2900)
        #expect(talk.sent.last?.hasSuffix("SI") == true)
    }

    @Test func `that the scale refuses is not done, with the scale's reason`() {
        var talk = Talk()
        _ = talk.run(until: 1900)
        _ = talk.dialogue.begin(.tare, ticket: 7)
        _ = talk.run(until: 2000)
        #expect(talk.sent == ["2000 T"])
        #expect(talk.feed("T +\r\n", at: 2500) == [ordered(.notDone("too much lies on the scale"))])
    }

    @Test func `without any sound is silent`() {
        var talk = Talk()
        _ = talk.dialogue.begin(.zero, ticket: 7)
        #expect(talk.run(until: 7000).contains(ordered(.silent)))
        #expect(talk.sent.first == "2000 Z")
    }

    @Test func `that the scale never speaks of is not called done`() {
        var talk = Talk()
        _ = talk.dialogue.begin(.zero, ticket: 7)
        _ = talk.run(until: 3500)
        #expect(talk.sent == ["2000 Z", "3500 SI"])
        #expect(talk.feed(answer, at: 3530) == [reading])
        #expect(talk.run(until: 7000).contains(ordered(.notDone("the scale does not say whether it did"))))
    }

    @Test func `is done when the next reading shows it`() {
        var talk = Talk()
        _ = talk.dialogue.begin(.zero, ticket: 7)
        _ = talk.run(until: 3500)
        #expect(talk.feed("S S       0.00 kg\r\n", at: 3530).last == ordered(.done))
    }

    @Test func `is not done by a zero that was read before it was sent`() {
        var talk = Talk()
        _ = talk.run(until: 2000)
        _ = talk.dialogue.begin(.zero, ticket: 7)
        #expect(talk.feed("S S       0.00 kg\r\n", at: 2030).count == 1)
    }

    @Test func `that the protocol does not have is refused at once`() {
        var talk = Talk(.yaohuaA9)
        #expect(talk.dialogue.begin(.zero, ticket: 7) == [ordered(.unsupported)])
        #expect(talk.dialogue.deadline == nil)
    }

    @Test func `beside another is refused`() {
        var talk = Talk()
        #expect(talk.dialogue.begin(.zero, ticket: 7) == [])
        #expect(
            talk.dialogue.begin(.tare, ticket: 8) == [.ordered(ticket: 8, .notDone("the scale has an order already"))])
        _ = talk.run(until: 2000)
        #expect(talk.feed("Z A\r\n", at: 2030) == [ordered(.done)])
    }

    @Test func `ends with the cable, and without one it does not begin`() {
        var talk = Talk()
        _ = talk.dialogue.begin(.zero, ticket: 7)
        #expect(talk.dialogue.close() == [ordered(.notDone("the scale was unplugged"))])
        #expect(talk.dialogue.begin(.zero, ticket: 7) == [ordered(.notDone("the scale is not connected"))])
    }

    @Test func `given up long ago does not answer for the next`() {
        var talk = Talk()
        _ = talk.dialogue.begin(.zero, ticket: 6)
        _ = talk.run(until: 7000)
        // The late word comes while a question is open.
        _ = talk.run(until: (talk.dialogue.deadline ?? 0))
        _ = talk.feed("Z A\r\n", at: 8000)
        #expect(talk.dialogue.begin(.tare, ticket: 7) == [])
        #expect(talk.feed(answer, at: 8010).contains(ordered(.done)) == false)
    }
}
