import Domain
import Testing

@Suite struct `Personal numbers in a text` {
    @Test(arguments: [
        ("call 13812345678 now", "call *******5678 now"), ("13812345678", "*******5678"),
        ("tel=13812345678,19912345678", "tel=*******5678,*******5678"),
        ("id 11010519491231002X", "id 1****************X"), ("id 110105194912310021.", "id 1****************1."),
        ("电话13812345678。", "电话*******5678。"),
        // What is none: other lengths, other beginnings, parts of a longer word.
        ("12812345678", "12812345678"), ("1381234567", "1381234567"), ("138123456789", "138123456789"),
        ("SF1381234567890", "SF1381234567890"), ("JT13812345678", "JT13812345678"), ("", ""),
        ("sequence=42 waybill=461234567890123", "sequence=42 waybill=461234567890123"),
    ])
    func `are hidden and nothing else is`(text: String, masked: String) {
        #expect(PersonalText.masked(text) == masked)
    }

    @Test(arguments: [
        // A waybill of eighteen digits looks like an identity number and is none.
        ("881234199912345678", "881234199912345678", "881234199912345678"),
        ("JDVA12345678901-1-1-13812345678", "JDVA12345678901", "JDVA12345678901-1-1-*******5678"),
        ("13812345678 SF1234567890123", "SF1234567890123", "*******5678 SF1234567890123"),
        ("sf1234567890123", "SF1234567890123", "sf1234567890123"), ("13812345678", "SF1", "*******5678"),
        ("", "SF1", ""), ("SF1", "", "SF1"),
    ])
    func `are hidden around a waybill and not in it`(text: String, waybill: String, masked: String) {
        #expect(PersonalText.masked(text, keeping: waybill) == masked)
    }
}
