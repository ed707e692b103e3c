import Domain
import TestSupport
import Testing
import Workflow

@Suite struct PickUpCodeTests {
    static func all(_ form: PickUpCode.Form, slot: String) -> [String] {
        let count = form == .shelf ? 10_000 : 1_000_000
        return (0..<count).map { (form == .shelf ? slot + "-" : "") + String(String(count + $0).dropFirst()) }
    }

    @Test(arguments: PickUpCode.Form.allCases) func `a code has its form`(_ form: PickUpCode.Form) throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<500 {
            let code = try #require(
                PickUpCode.issue(form, slot: "12-3", isTaken: { _ in false }, using: &generator))
            #expect(PickUpCode.isCode(code))
            #expect(form == .shelf ? code.hasPrefix("12-3-") && code.utf8.count == 9 : code.utf8.count == 6)
        }
    }

    @Test func `with 9,990 of 10,000 taken, the last ten are found, each once, and then there is none`() throws {
        var generator = SeededGenerator(seed: 5)
        let all = Self.all(.shelf, slot: "3-2")
        let free = Set(all.shuffled(using: &generator).prefix(10))
        var taken = Set(all).subtracting(free)
        for _ in 0..<10 {
            let code = try #require(
                PickUpCode.issue(.shelf, slot: "3-2", isTaken: { taken.contains($0) }, using: &generator))
            #expect(taken.insert(code).inserted)
        }
        #expect(taken == Set(all))
        #expect(PickUpCode.issue(.shelf, slot: "3-2", isTaken: { taken.contains($0) }, using: &generator) == nil)
    }

    @Test func `codes are drawn, not counted: neighbours in time are not neighbours in number`() {
        var generator = SystemRandomNumberGenerator()
        let codes = (0..<200).compactMap { _ in
            PickUpCode.issue(.digits, slot: "", isTaken: { _ in false }, using: &generator).flatMap { Int($0) }
        }
        #expect(codes.count == 200)
        let near = zip(codes, codes.dropFirst()).count { abs($0 - $1) <= 1000 }
        // Expected 0.4 of 200; ten would happen by chance less than once in a thousand million runs.
        #expect(near < 10)
        #expect(codes.contains { $0 < 200_000 } && codes.contains { $0 > 800_000 })
    }

    static let texts: [Named<(String, Bool)>] = [
        Named("a shelf, a layer and four digits", ("3-2-1024", true)),
        Named("a shelf with letters", ("A12-3-4567", true)),
        Named("the longest", ("ABCD-123-0000", true)),
        Named("six digits", ("004512", true)),
        Named("five digits", ("04512", false)),
        Named("seven digits", ("0045127", false)),
        Named("three digits behind the layer", ("3-2-102", false)),
        Named("five digits behind the layer", ("3-2-10245", false)),
        Named("no layer", ("3--1024", false)),
        Named("no shelf", ("-2-1024", false)),
        Named("two parts", ("3-1024", false)),
        Named("four parts", ("1-3-2-1024", false)),
        Named("letters in the number", ("3-2-10A4", false)),
        Named("small letters", ("a-2-1024", false)),
        Named("a shelf too long", ("ABCDE-2-1024", false)),
        Named("other digits", ("３-2-1024", false)),
        Named("nothing", ("", false)),
        Named("dashes", ("--", false)),
        Named("a number and a PIN", ("7-123456", false)),
    ]

    @Test(arguments: texts) func `what has the form of a code`(_ row: Named<(String, Bool)>) {
        #expect(PickUpCode.isCode(row.value.0) == row.value.1)
    }
}
