import Barcodes
import Testing

@Suite struct `Check digits` {
    @Test(arguments: [
        ("12345678", 5), ("47312482", 9), ("10000014", 0), ("10000002", 5), ("00000000", 5), ("98765432", 6),
    ])
    func `UPU S10`(_ serial: String, _ check: Int) {
        #expect(CheckDigit.s10(serial: serial) == check)
    }

    @Test(arguments: [
        ("690123456789", 2), ("590123412345", 7), ("950110153000", 3), ("9638507", 4), ("10614141234567890", 8),
    ])
    func `GS1`(_ body: String, _ check: Int) {
        #expect(CheckDigit.gs1(body: body) == check)
    }

    @Test(
        arguments: [("11010519491231002", "X"), ("44052418800101001", "4"), ("34052419800101001", "X")]
            as [(String, Character)])
    func `resident id`(_ body: String, _ check: Character) {
        #expect(CheckDigit.residentID(body: body) == check)
    }

    @Test func `what is not digits has no check digit`() {
        #expect(CheckDigit.s10(serial: "1234567") == nil && CheckDigit.s10(serial: "1234567A") == nil)
        #expect(CheckDigit.gs1(body: "") == nil && CheckDigit.gs1(body: "12-4") == nil)
        #expect(CheckDigit.gs1(body: "１２") == nil, "full-width digits are not digits here")
        #expect(CheckDigit.residentID(body: "1101051949123100") == nil)
    }
}
