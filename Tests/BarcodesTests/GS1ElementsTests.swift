import Domain
import Testing

@testable import Barcodes

@Suite struct `GS1 element strings` {
    static let separator = "\u{1D}"

    static func parse(_ text: String) throws(GS1Error) -> GS1Elements { try GS1Elements(parsing: Array(text.utf8)) }

    static func error(_ text: String) -> GS1Error? {
        do throws(GS1Error) {
            _ = try parse(text)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a logistic unit`() throws {
        #expect(try Self.parse("00106141412345678908").sscc == "106141412345678908")
        #expect(try Self.parse(Self.separator + "00106141412345678908").sscc == "106141412345678908")
    }

    @Test(arguments: [
        "0106901234567892" + "3103001250" + "10LOT7\u{1D}" + "21S9",
        "0106901234567892" + "10LOT7\u{1D}" + "3103001250" + "21S9",
        "\u{1D}0106901234567892\u{1D}" + "3103001250\u{1D}" + "21S9\u{1D}" + "10LOT7\u{1D}",
    ])
    func `a weighed good, its lot wherever it stands`(_ text: String) throws {
        let elements = try Self.parse(text)
        #expect(elements.gtin == "06901234567892" && elements.batch == "LOT7" && elements.serial == "S9")
        #expect(elements.netWeight?.mass == Mass(grams: 1250) && elements.sscc == nil)
    }

    @Test func `a lot that lost its separator swallows what follows`() throws {
        let elements = try Self.parse("0106901234567892103001250")
        #expect(elements.gtin == "06901234567892" && elements.batch == "3001250" && elements.netWeight == nil)
    }

    @Test(
        arguments: [
            ("3102001235", 12_350), ("3103012345", 12_345), ("3100000012", 12_000), ("3101000012", 1200),
            ("3104123450", 12_345), ("3105123400", 1234), ("3103999999", 999_999), ("3100999999", 999_999_000),
            ("3104123455", nil), ("3105000010", nil),
        ] as [(String, Int64?)])
    func `a weight is whole grams or none`(_ text: String, _ grams: Int64?) throws {
        let weight = try #require(try Self.parse(text).netWeight)
        #expect(weight.mass == grams.map { Mass(grams: $0) })
        #expect(try Self.parse("330" + text.dropFirst(3)).grossWeight == weight)
    }

    @Test(arguments: [
        ("260131", 26, 1, 31), ("260200", 26, 2, 28), ("280200", 28, 2, 29), ("280229", 28, 2, 29),
        ("260400", 26, 4, 30),
        ("261200", 26, 12, 31), ("000101", 0, 1, 1),
    ])
    func `a date, with the month's end as day 00`(_ digits: String, _ year: Int, _ month: Int, _ day: Int) throws {
        let elements = try Self.parse("11\(digits)13\(digits)15\(digits)17\(digits)")
        let date = try #require(elements.produced)
        #expect(date.year == year && date.month == month && date.day == day)
        #expect(elements.packed == date && elements.bestBefore == date && elements.expires == date)
    }

    @Test func `texts and counts`() throws {
        let elements = try Self.parse(
            ["10aB!", "21x%/y", "30" + "7", "37" + "12345678", "400Order-1", "401C2", "403R3"].joined(
                separator: Self.separator))
        #expect(elements.batch == "aB!" && elements.serial == "x%/y" && elements.count == 7)
        #expect(elements.contained == 12_345_678 && elements.order == "Order-1" && elements.consignment == "C2")
        #expect(elements.routing == "R3")
        let longest = String(repeating: "x", count: 30)
        #expect(try Self.parse("401\(longest)").consignment == longest)
    }

    @Test(arguments: [
        "0206901234567892", "12260101", "16260101", "2001", "3152000100", "3370000001", "4141234567890128",
        "42031000\u{1D}",
        "8008260101\u{1D}", "402" + "12345678901234567\u{1D}", "91own words\u{1D}".replacing(" ", with: "-"),
    ])
    func `an AI that is not needed is passed over`(_ other: String) throws {
        #expect(try Self.parse(other + "00106141412345678908").sscc == "106141412345678908")
        #expect(try Self.parse("00106141412345678908" + other).sscc == "106141412345678908")
    }

    @Test(
        arguments: [
            ("", .empty), ("\u{1D}", .empty), ("\u{1D}\u{1D}00106141412345678908", .identifier(at: 1)),
            ("0", .identifier(at: 0)), ("SF1234567890123", .identifier(at: 0)),
            ("00106141412345678908X", .identifier(at: 20)),
            ("31", .identifier(at: 0)), ("310", .identifier(at: 0)), ("310X001250", .identifier(at: 0)),
            ("3106001250", .identifier(at: 0)), ("40", .identifier(at: 0)),
            ("00", .length("00")), ("0010614141234567890", .length("00")), ("01069012345678", .length("01")),
            ("310300125", .length("310")), ("1126013", .length("11")), ("00106141412\u{1D}345678908", .length("00")),
            ("10", .length("10")), ("10\u{1D}21X", .length("10")),
            ("10" + String(repeating: "A", count: 21), .length("10")),
            ("21" + String(repeating: "A", count: 21), .length("21")), ("37123456789", .length("37")),
            ("401" + String(repeating: "A", count: 31), .length("401")), ("02123", .length("02")),
            ("410123", .length("41")),
            ("99", .length("99")), ("99" + String(repeating: "A", count: 91), .length("99")),
            ("0010614141234567890X", .character("00")), ("310300125X", .character("310")),
            ("11X60101", .character("11")),
            ("10A B", .character("10")), ("10é", .character("10")), ("10A\u{7F}", .character("10")),
            ("10#", .character("10")),
            ("30-1", .character("30")), ("301X", .character("30")),
            ("00106141412345678907", .checkDigit("00")), ("0106901234567891", .checkDigit("01")),
            ("11261301", .date("11")), ("13260001", .date("13")), ("15260230", .date("15")), ("17260431", .date("17")),
            ("10A\u{1D}10B", .contradiction("10")), ("3103001250" + "3102000125" + "3103001251", .contradiction("310")),
        ] as [(String, GS1Error)])
    func `a fault has its own name`(_ text: String, _ error: GS1Error) {
        #expect(Self.error(text) == error)
    }

    @Test func `the same value twice is one value`() throws {
        #expect(try Self.parse("10A\u{1D}10A").batch == "A")
    }

    @Test func `random bytes never trap, and cutting a string short never invents a value`() throws {
        var random = SeededGenerator(seed: 7)
        let alphabet = Array("0013401237".utf8) + Array("0123456789AZ-".utf8) + [0x1D, 0x1D, 0xFF]
        var good = 0
        for _ in 0..<50_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in alphabet.randomElement(using: &random)!
            }
            guard let elements = try? GS1Elements(parsing: bytes) else { continue }
            good += 1
            #expect(elements.sscc.map { $0.utf8.count == 18 } ?? true)
        }
        #expect(good > 100)
        let whole = Array("\u{1D}0106901234567892310300125010LOT7\u{1D}21S9".utf8)
        for end in whole.indices {
            guard let cut = try? GS1Elements(parsing: whole[..<end]) else { continue }
            #expect(cut.gtin == "06901234567892" && (cut.netWeight == nil || cut.netWeight?.mass == Mass(grams: 1250)))
        }
    }
}
