import CZlib
import Deflate
import Domain
import Glibc
import Testing
import Wire

@Suite struct `A batch of events` {
    // MARK: Encoding

    @Test(arguments: [1, 2, 49, 50])
    func `is read back the same`(_ count: Int) throws {
        var kiosk = try SampleKiosk()
        let events = kiosk.events(count)
        let body = try #require(EventBatch.encode(events))
        #expect(body.count == count && body.last == Int64(count))
        #expect(try EventBatch.decode(body.bytes, encoding: body.encoding) == events)
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
            let sizes = events.map(\.bytes.count)
            let plain = sizes.prefix(body.count).reduce(0, +) + body.count + 1
            #expect(body.plainCount == plain && body.last == Int64(body.count), "round \(round)")
            #expect(body.count <= 50 && (plain <= 32 * 1024 || body.count == 1), "round \(round)")
            #expect(
                body.count == 50 || plain + sizes[body.count] + 1 > 32 * 1024, "round \(round): one more had fitted")
            let read = try EventBatch.decode(body.bytes, encoding: body.encoding)
            #expect(read == Array(events.prefix(body.count)), "round \(round)")
        }
    }

    @Test(arguments: [-1, 0, 1])
    func `the limit of 32 KiB is met to the byte`(_ excess: Int) throws {
        var kiosk = try SampleKiosk()
        let first = kiosk.next()
        var probe = kiosk
        let empty = probe.next(data: ["x": ""]).bytes.count
        let room = 32 * 1024 - first.bytes.count - 3 - empty
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
        #expect(try EventBatch.decode(body.bytes, encoding: body.encoding) == [large])
    }

    @Test func `is deflated only when that is smaller`() throws {
        var kiosk = try SampleKiosk()
        let body = try #require(EventBatch.encode(kiosk.events(50)))
        #expect(body.encoding == "deflate" && body.bytes.count < body.plainCount)
        #expect(try Deflate.expand(body.bytes, limit: 65_536).count == body.plainCount)
    }

    // MARK: Decoding

    @Test func `plain bytes are read as they are`() throws {
        var kiosk = try SampleKiosk()
        let events = kiosk.events(3)
        #expect(try EventBatch.decode(plain(events), encoding: nil) == events)
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
        func refuses(_ bytes: [UInt8]) -> Bool {
            problem { () throws(WireError) in try EventBatch.decode(bytes, encoding: "deflate") } != nil
        }
        #expect(refuses(body.bytes + [0]) && refuses(body.bytes + body.bytes))
        #expect(refuses(Array(body.bytes.dropFirst(2))), "without the header")
        #expect(refuses(plain(kiosk.events(1))) && refuses([]))
        for index in body.bytes.indices {
            var damaged = body.bytes
            damaged[index] ^= 0x10
            #expect(refuses(damaged), "byte \(index)")
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

private func plain(_ events: some Sequence<EventMessage>) -> [UInt8] {
    Array("[".utf8) + events.map(\.bytes).joined(separator: Array(",".utf8)) + Array("]".utf8)
}
