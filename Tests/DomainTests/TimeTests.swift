import Domain
import Glibc
import TestSupport
import Testing

@Suite struct `Times` {
    static let known: [Named<(Int64, String)>] = [
        Named("the beginning", (0, "1970-01-01T00:00:00.000Z")),
        Named("just before it", (-1, "1969-12-31T23:59:59.999Z")),
        Named("one second before it", (-1000, "1969-12-31T23:59:59.000Z")),
        Named("a day before it", (-86_400_000, "1969-12-31T00:00:00.000Z")),
        Named("every field with a leading zero", (1_234_861_509_007, "2009-02-17T09:05:09.007Z")),
        Named("leap day", (951_782_400_000, "2000-02-29T00:00:00.000Z")),
        Named("leap day 2024", (1_709_251_199_999, "2024-02-29T23:59:59.999Z")),
        Named("the day after it", (1_709_251_200_000, "2024-03-01T00:00:00.000Z")),
        Named("1900 has no leap day", (-2_203_891_200_000, "1900-03-01T00:00:00.000Z")),
        Named("the day before that", (-2_203_977_600_000, "1900-02-28T00:00:00.000Z")),
        Named("32 bits end", (2_147_483_648_000, "2038-01-19T03:14:08.000Z")),
        Named("2100 has no leap day", (4_107_542_400_000, "2100-03-01T00:00:00.000Z")),
        Named("the first that can be written", (-62_135_596_800_000, "0001-01-01T00:00:00.000Z")),
        Named("the last that can be written", (253_402_300_799_999, "9999-12-31T23:59:59.999Z")),
    ]

    // The numbers are from `date -u -d <text> +%s`.
    @Test(arguments: known)
    func `a time is written and read back`(_ pair: Named<(Int64, String)>) {
        let (milliseconds, text) = pair.value
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [Int64.min, -62_135_596_800_001])
    func `a time before year 1 is written as its first instant`(_ milliseconds: Int64) {
        #expect(Timestamp(milliseconds: milliseconds).description == "0001-01-01T00:00:00.000Z")
    }

    @Test(arguments: [Int64.max, 253_402_300_800_000])
    func `a time after year 9999 is written as its last instant`(_ milliseconds: Int64) {
        #expect(Timestamp(milliseconds: milliseconds).description == "9999-12-31T23:59:59.999Z")
    }

    /// The C library's own calendar is the judge.
    @Test func `100,000 random instants agree with gmtime and are read back`() {
        var generator = SeededGenerator(seed: 1970)
        for _ in 0..<100_000 {
            let milliseconds = Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &generator)
            let text = Timestamp(milliseconds: milliseconds).description
            guard text == judged(milliseconds), Timestamp(text)?.milliseconds == milliseconds else {
                Issue.record("\(milliseconds) became \(text), gmtime says \(judged(milliseconds))")
                return
            }
        }
    }

    @Test func `every day of 800 years agrees with gmtime`() {
        for day in Int64(-146_097)..<146_097 {
            let milliseconds = day * 86_400_000
            let text = Timestamp(milliseconds: milliseconds).description
            guard text == judged(milliseconds), Timestamp(text)?.milliseconds == milliseconds else {
                Issue.record("day \(day) became \(text)")
                return
            }
        }
    }

    private func judged(_ milliseconds: Int64) -> String {
        var (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        if rest < 0 {
            seconds -= 1
            rest += 1000
        }
        var time = time_t(seconds)
        var fields = tm()
        gmtime_r(&time, &fields)
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = [
            padded(Int(fields.tm_year) + 1900, 4), padded(Int(fields.tm_mon) + 1, 2), padded(Int(fields.tm_mday), 2),
        ].joined(separator: "-")
        let clock = [fields.tm_hour, fields.tm_min, fields.tm_sec].map { padded(Int($0), 2) }.joined(separator: ":")
        return "\(date)T\(clock).\(padded(Int(rest), 3))Z"
    }

    static let refused: [Named<String>] = [
        Named("empty", ""), Named("29 February of a common year", "2023-02-29T00:00:00.000Z"),
        Named("29 February 1900", "1900-02-29T00:00:00.000Z"), Named("30 February", "2024-02-30T00:00:00.000Z"),
        Named("31 April", "2024-04-31T00:00:00.000Z"), Named("32 January", "2024-01-32T00:00:00.000Z"),
        Named("day 0", "2024-01-00T00:00:00.000Z"), Named("month 0", "2024-00-01T00:00:00.000Z"),
        Named("month 13", "2024-13-01T00:00:00.000Z"), Named("year 0", "0000-01-01T00:00:00.000Z"),
        Named("the last of year 0", "0000-12-31T23:59:59.999Z"), Named("24:00", "2024-01-01T24:00:00.000Z"),
        Named("minute 60", "2024-01-01T00:60:00.000Z"), Named("leap second", "2016-12-31T23:59:60.000Z"),
        Named("no milliseconds", "2024-01-01T00:00:00Z"), Named("two decimals", "2024-01-01T00:00:00.00Z"),
        Named("four decimals", "2024-01-01T00:00:00.0000Z"), Named("an offset", "2024-01-01T00:00:00.000+08:00"),
        Named("24 bytes with an offset", "2024-01-01T00:00:00+08:0"), Named("lower-case z", "2024-01-01T00:00:00.000z"),
        Named("lower-case t", "2024-01-01t00:00:00.000Z"), Named("a space for T", "2024-01-01 00:00:00.000Z"),
        Named("a comma", "2024-01-01T00:00:00,000Z"), Named("slashes", "2024/01/01T00:00:00.000Z"),
        Named("a sign in the year", "-024-01-01T00:00:00.000Z"), Named("plus in the year", "+024-01-01T00:00:00.000Z"),
        Named("a space in a number", "2024-01- 1T00:00:00.000Z"), Named("a letter", "2024-01-0aT00:00:00.000Z"),
        Named("space after", "2024-01-01T00:00:00.000Z "), Named("NUL after", "2024-01-01T00:00:00.000Z\0"),
        Named("full-width digit", "２24-01-01T00:00:00.000Z"), Named("year 10000", "10000-01-01T00:00:00.000"),
    ]

    @Test(arguments: refused)
    func `what no calendar has, and any other spelling, is refused`(_ text: Named<String>) {
        #expect(Timestamp(text.value) == nil)
    }

    @Test func `whatever is read is written back letter for letter, whichever byte of it is changed`() {
        let text = Array("2026-11-23T08:05:09.007Z".utf8)
        for index in text.indices {
            for byte in UInt8(0)...127 {
                var changed = text
                changed[index] = byte
                let candidate = String(decoding: changed, as: UTF8.self)
                if let time = Timestamp(candidate), time.description != candidate {
                    Issue.record("\(candidate) was read as \(time)")
                }
            }
        }
    }

    @Test func `uptimes are added and compared in milliseconds`() {
        let start = Uptime(milliseconds: 1000)
        #expect(start + 500 == Uptime(milliseconds: 1500))
        #expect(start + 500 - start == 500 && start < start + 1 && !(start < start))
        #expect(Timestamp(milliseconds: -1) < Timestamp(milliseconds: 0))
    }
}
