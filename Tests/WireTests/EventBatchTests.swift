import CZlib
import Deflate
import Domain
import Glibc
import TestSupport
import Testing

@testable import Wire

@Suite struct `A batch of events` {
    /// `"hash":"…",` and `"prevhash":"…",` with 43 characters each.
    static let hashBytes = 53
    static let previousHashBytes = 57

    // MARK: Encoding

    @Test(arguments: [1, 2, 49, 50])
    func `is read back the same`(_ count: Int) throws {
        var kiosk = try SampleKiosk()
        let events = kiosk.events(count)
        let body = try #require(EventBatch.encode(events))
        #expect(body.count == count && body.last == Int64(count))
        #expect(try EventBatch.decode(body.bytes, encoding: body.encoding).events == events)
    }

    @Test func `of no events is none`() {
        #expect(EventBatch.encode([]) == nil)
    }

    @Test func `ends at 50 events`() throws {
        var kiosk = try SampleKiosk()
        let body = try #require(EventBatch.encode(kiosk.events(120)))
        #expect(body.count == 50 && body.last == 50)
    }

    /// Over sizes of events around every bound: the body keeps both limits unless it is one event alone, and holds as
    /// many as fit.
    @Test func `never exceeds 50 events or 32 KiB, unless one event alone does`() throws {
        var generator = SeededGenerator(seed: 32)
        for round in 0..<150 {
            var kiosk = try SampleKiosk(seed: UInt64(round))
            let events = (0..<60).map { _ in
                let size = [0, 100, 300, 700, 5000, 16_000, 40_000].randomElement(using: &generator) ?? 0
                return kiosk.next(data: ["x": .string(String(repeating: "x", count: size / (round % 7 + 1)))])
            }
            let body = try #require(EventBatch.encode(events))
            // In a batch only the first names its predecessor and only the last its hash.
            let sizes = events.map { $0.bytes.count - Self.previousHashBytes - Self.hashBytes }
            let alone = Self.previousHashBytes + Self.hashBytes
            let plain = sizes.prefix(body.count).reduce(0, +) + body.count + 1 + alone
            #expect(body.plainCount == plain && body.last == Int64(body.count), "round \(round)")
            #expect(body.count <= 50 && (plain <= 32 * 1024 || body.count == 1), "round \(round)")
            #expect(
                body.count == 50 || plain + sizes[body.count] + 1 > 32 * 1024, "round \(round): one more had fitted")
            let read = try EventBatch.decode(body.bytes, encoding: body.encoding).events
            #expect(read == Array(events.prefix(body.count)), "round \(round)")
        }
    }

    @Test(arguments: [-1, 0, 1])
    func `the limit of 32 KiB is met to the byte`(_ excess: Int) throws {
        var kiosk = try SampleKiosk()
        let first = kiosk.next()
        var probe = kiosk
        let empty = probe.next(data: ["x": ""]).bytes.count
        let room = 32 * 1024 - (first.bytes.count - Self.hashBytes) - 3 - (empty - Self.previousHashBytes)
        let second = kiosk.next(data: ["x": .string(String(repeating: "x", count: room + excess))])
        let body = try #require(EventBatch.encode([first, second]))
        #expect(body.count == (excess > 0 ? 1 : 2))
        if excess == 0 { #expect(body.plainCount == 32 * 1024) }
    }

    @Test func `one event too large for a batch goes alone, and does not take the next along`() throws {
        var kiosk = try SampleKiosk()
        let large = kiosk.next(data: ["x": .string(String(repeating: "长", count: 20_000))])
        let body = try #require(EventBatch.encode([large, kiosk.next()]))
        #expect(body.count == 1 && body.plainCount > 32 * 1024)
        #expect(try EventBatch.decode(body.bytes, encoding: body.encoding).events == [large])
    }

    @Test func `is deflated only when that is smaller`() throws {
        var kiosk = try SampleKiosk()
        let body = try #require(EventBatch.encode(kiosk.events(50)))
        #expect(body.encoding == "deflate" && body.bytes.count < body.plainCount)
        #expect(
            try BodyEncoding.unpack(body.bytes, "deflate", "batch", dictionary: EventDictionary.bytes).count
                == body.plainCount)
    }

    @Test func `spells out the chain at its ends alone`() throws {
        var kiosk = try SampleKiosk()
        let events = kiosk.events(5)
        let body = try #require(EventBatch.encode(events))
        let read = try objects(body)
        #expect(read.map { $0["prevhash"] != nil } == [true, false, false, false, false])
        #expect(read.map { $0["hash"] != nil } == [false, false, false, false, true])
        #expect(read[0]["prevhash"]?.string == events[0].event.previousHash.description)
        #expect(read[4]["hash"]?.string == events[4].event.hash.description)
        let single = try objects(#require(EventBatch.encode([events[1]])))
        #expect(single[0]["prevhash"] != nil && single[0]["hash"] != nil, "one alone has both")
    }

    @Test func `of one event is half as long as without the dictionary`() throws {
        var kiosk = try SampleKiosk()
        let event = kiosk.next(actor: "p-1")
        let body = try #require(EventBatch.encode([event]))
        let without = try Deflate.compress(plain([event]))
        #expect(body.encoding == "deflate" && body.bytes.count * 100 < without.count * 62)
        #expect(throws: Deflate.Failure.damaged) { try Deflate.expand(body.bytes, limit: 65_536) }
        #expect(throws: Deflate.Failure.damaged) {
            try Deflate.expand(body.bytes, limit: 65_536, dictionary: Array("another".utf8))
        }
    }

    @Test func `deflated without the dictionary it is read too`() throws {
        var kiosk = try SampleKiosk()
        let events = kiosk.events(9)
        #expect(try EventBatch.decode(Deflate.compress(plain(events)), encoding: "deflate").events == events)
    }

    // MARK: Decoding

    @Test func `plain bytes are read as they are`() throws {
        var kiosk = try SampleKiosk()
        let events = kiosk.events(3)
        #expect(try EventBatch.decode(plain(events), encoding: nil).events == events)
    }

    /// What its batch leaves out of an event is worked out; what the last hash is over, it proves.
    @Test func `a change anywhere breaks the whole run whose hash is left out`() throws {
        var kiosk = try SampleKiosk()
        let events = kiosk.events(6)
        let body = try #require(EventBatch.encode(events))
        let whole = try BodyEncoding.unpack(body.bytes, "deflate", "batch", dictionary: EventDictionary.bytes)
        for event in events {
            let number = event.event.draft.subject ?? ""
            let changed = text(whole).replacing("\"subject\":\"\(number)\"", with: "\"subject\":\"SF0000000000000\"")
            #expect(changed != text(whole))
            let read = try EventBatch.decode(Array(changed.utf8), encoding: nil)
            #expect(read.events.isEmpty && read.firstBroken == 1, "event \(event.event.sequence)")
        }
        #expect(try EventBatch.decode(whole, encoding: nil).firstBroken == nil)
    }

    @Test func `an event with its own hash proves those up to it, whatever comes after`() throws {
        var kiosk = try SampleKiosk()
        let events = kiosk.events(6)
        let changed = text(plain(events)).replacing(
            "\"subject\":\"\(events[3].event.draft.subject ?? "")\"", with: "\"subject\":\"SF0000000000000\"")
        let read = try EventBatch.decode(Array(changed.utf8), encoding: nil)
        #expect(read.events == Array(events.prefix(3)) && read.firstBroken == 4)
        #expect(read.kiosk == kiosk.chain.kiosk && read.epoch == kiosk.chain.epoch)
    }

    @Test(arguments: [("prevhash", 0), ("hash", 2)])
    func `a batch without the hash that nothing else tells is refused`(_ name: String, _ index: Int) throws {
        var kiosk = try SampleKiosk()
        var list = try objects(try #require(EventBatch.encode(kiosk.events(3))))
        guard case .object(var members) = list[index] else { return }
        #expect(members.removeValue(forKey: name) != nil)
        list[index] = .object(members)
        let said = problem { () throws(WireError) in
            try EventBatch.decode(JSON.array(list).canonical, encoding: nil)
        }
        #expect(said == "the event's \(name) is missing or no text")
    }

    static let refused: [Named<(@Sendable (inout SampleKiosk) throws -> [UInt8], String)>] = [
        Named(
            "a gap",
            (
                { kiosk in
                    let events = kiosk.events(3)
                    return plain([events[0], events[2]])
                }, "a gap or a step back"
            )),
        Named("a step back", ({ kiosk in plain(kiosk.events(3).reversed()) }, "a gap or a step back")),
        Named(
            "the same twice",
            (
                { kiosk in
                    let event = kiosk.next()
                    return plain([event, event])
                }, "a gap or a step back"
            )),
        Named(
            "two kiosks",
            (
                { kiosk in
                    var other = try SampleKiosk("k1310020008")
                    _ = other.next()
                    return plain([kiosk.next(), other.next()])
                }, "several kiosks or epochs"
            )),
        Named(
            "two epochs",
            (
                { kiosk in
                    var other = try SampleKiosk(epoch: "ffffffffffffffffffffffffffffffff")
                    _ = other.next()
                    return plain([kiosk.next(), other.next()])
                }, "several kiosks or epochs"
            )),
        Named("51 events", ({ kiosk in plain(kiosk.events(51)) }, "more than 50 events")),
        Named("an empty list", ({ _ in Array("[]".utf8) }, "a list with events in it")),
        Named("an object", ({ kiosk in kiosk.next().bytes }, "a list with events in it")),
        Named("null", ({ _ in Array("null".utf8) }, "a list with events in it")),
        Named("nothing", ({ _ in [] }, "not the JSON agreed on")),
        Named("no JSON", ({ _ in Array("hello".utf8) }, "not the JSON agreed on")),
        Named("a list of numbers", ({ _ in Array("[1]".utf8) }, "an event must be an object")),
        Named(
            "one bad among good ones",
            (
                { kiosk in
                    let events = kiosk.events(3)
                    return Array(text(plain(events)).replacing("\"2\"", with: "\"02\"").utf8)
                }, "sequence has not the agreed form"
            )),
        Named(
            "floating point in the data",
            (
                { kiosk in
                    Array(text(plain([kiosk.next(data: ["grams": 12])])).replacing("12}", with: "12.5}").utf8)
                }, "only whole numbers"
            )),
        Named("256 KiB of white space", ({ _ in [UInt8](repeating: 0x20, count: 256 * 1024 + 1) }, "too large")),
    ]

    @Test(arguments: refused)
    func `is refused with its own words`(_ row: Named<(@Sendable (inout SampleKiosk) throws -> [UInt8], String)>) throws
    {
        var kiosk = try SampleKiosk()
        let bytes = try row.value.0(&kiosk)
        let said = problem { () throws(WireError) in try EventBatch.decode(bytes, encoding: nil) }
        #expect(said?.contains(row.value.1) == true, "said: \(said ?? "nothing, it was read")")
        // The same in its compressed form.
        guard row.testDescription != "256 KiB of white space" else { return }
        let packed = try Deflate.compress(bytes)
        let saidPacked = problem { () throws(WireError) in try EventBatch.decode(packed, encoding: "deflate") }
        #expect(saidPacked == said)
    }

    @Test(arguments: ["gzip", "Deflate", "deflate ", "br", "", "identity"])
    func `an unknown encoding is refused`(_ encoding: String) throws {
        var kiosk = try SampleKiosk()
        let body = try #require(EventBatch.encode(kiosk.events(2)))
        #expect(
            problem { () throws(WireError) in try EventBatch.decode(body.bytes, encoding: encoding) }
                == "unknown content-encoding")
    }

    @Test func `a compressed stream that ends early is refused at every byte`() throws {
        var kiosk = try SampleKiosk()
        let body = try #require(EventBatch.encode(kiosk.events(50)))
        for count in body.bytes.indices {
            let said = problem { () throws(WireError) in
                try EventBatch.decode(Array(body.bytes.prefix(count)), encoding: "deflate")
            }
            #expect(
                said?.contains("cannot be expanded: damaged") == true, "the first \(count) bytes: \(said ?? "read")")
        }
    }

    @Test func `a byte more, a flipped bit, raw deflate and plain text are no zlib stream`() throws {
        var kiosk = try SampleKiosk()
        let body = try #require(EventBatch.encode(kiosk.events(20)))
        let whole = try EventBatch.decode(body.bytes, encoding: "deflate")
        func refuses(_ bytes: [UInt8]) -> Bool {
            problem { () throws(WireError) in try EventBatch.decode(bytes, encoding: "deflate") } != nil
        }
        #expect(refuses(body.bytes + [0]) && refuses(body.bytes + body.bytes))
        #expect(refuses(Array(body.bytes.dropFirst(2))), "without the header")
        #expect(refuses(plain(kiosk.events(1))) && refuses([]))
        for index in body.bytes.indices {
            var damaged = body.bytes
            damaged[index] ^= 0x10
            // A bit can also turn one place of a text into another where the same stands; then nothing was changed.
            let read = try? EventBatch.decode(damaged, encoding: "deflate")
            #expect(read == nil || read == whole, "byte \(index)")
        }
    }

    @Test func `random bytes are refused, whatever they are called`() {
        var generator = SeededGenerator(seed: 4)
        for round in 0..<3000 {
            var bytes = (0..<Int.random(in: 0...400, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            if round % 2 == 0, bytes.count > 2 { bytes.replaceSubrange(0..<2, with: [0x78, 0xDA]) }
            #expect(problem { () throws(WireError) in try EventBatch.decode(bytes, encoding: "deflate") } != nil)
            #expect(problem { () throws(WireError) in try EventBatch.decode(bytes, encoding: nil) } != nil)
        }
    }

    @Test func `a bomb of 100 MB is refused within the limit's memory`() throws {
        let bomb = try bomb(megabytes: 100)
        #expect(bomb.count > 90_000 && bomb.count < 200_000)
        let before = try peakKiB()
        let said = problem { () throws(WireError) in try EventBatch.decode(bomb, encoding: "deflate") }
        #expect(said?.contains("tooLarge(limit: 262144)") == true, "said: \(said ?? "nothing")")
        #expect(throws: Deflate.Failure.tooLarge(limit: 1000)) { try Deflate.expand(bomb, limit: 1000) }
        // Other tests run beside this one; the bomb would show as a hundred thousand.
        #expect(try peakKiB() - before < 40_000)
    }

    @Test func `what expands to the limit is expanded, one byte more is not`() throws {
        for limit in [0, 1, 1023, 1024, 1025, 8192, 262_144] {
            let exact = [UInt8](repeating: 7, count: limit)
            #expect(try Deflate.expand(Deflate.compress(exact), limit: limit) == exact)
            let over = try Deflate.compress(exact + [7])
            #expect(throws: Deflate.Failure.tooLarge(limit: limit)) { try Deflate.expand(over, limit: limit) }
        }
    }

    @Test func `random bytes of every size survive compression`() throws {
        var generator = SeededGenerator(seed: 6)
        for size in [0, 1, 2, 100, 1000, 5000, 40_000] {
            let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(try Deflate.expand(Deflate.compress(bytes), limit: 65_536) == bytes)
        }
    }

    // MARK: Measured

    /// Printed, not judged: the budget of the wire is measured with TLS and TCP elsewhere.
    @Test func `how many bytes a typical event costs`() throws {
        var kiosk = try SampleKiosk()
        let body = try #require(EventBatch.encode(kiosk.events(50)))
        let single = try #require(EventBatch.encode(kiosk.events(1)))
        print(
            "a batch of \(body.count): \(body.plainCount) bytes plain, \(body.bytes.count) deflated,",
            "\(body.bytes.count / body.count) an event; one event alone: \(single.bytes.count)")
    }

    private func peakKiB() throws -> Int {
        var usage = rusage()
        try #require(getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0)
        return usage.ru_maxrss
    }

    /// Made piece by piece, so that the test itself never holds what it claims.
    private func bomb(megabytes: Int) throws -> [UInt8] {
        var stream = z_stream()
        try #require(deflateInit_(&stream, 9, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { deflateEnd(&stream) }
        var zeros = [UInt8](repeating: 0, count: 1 << 20)
        var output = [UInt8](repeating: 0, count: 1 << 20)
        var bytes: [UInt8] = []
        for step in 1...megabytes {
            try zeros.withUnsafeMutableBufferPointer { source in
                try output.withUnsafeMutableBufferPointer { target in
                    stream.next_in = source.baseAddress
                    stream.avail_in = UInt32(source.count)
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    let code = deflate(&stream, step == megabytes ? Z_FINISH : Z_NO_FLUSH)
                    try #require(code == (step == megabytes ? Z_STREAM_END : Z_OK))
                    bytes += target.prefix(target.count - Int(stream.avail_out))
                }
            }
        }
        return bytes
    }
}

private func objects(_ body: EventBatch.Body) throws -> [JSON] {
    let plain = try BodyEncoding.unpack(body.bytes, body.encoding, "batch", dictionary: EventDictionary.bytes)
    return try #require(JSON(parsing: plain).array)
}

private func plain(_ events: some Sequence<EventMessage>) -> [UInt8] {
    Array("[".utf8) + events.map(\.bytes).joined(separator: Array(",".utf8)) + Array("]".utf8)
}
