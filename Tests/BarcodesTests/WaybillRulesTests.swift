import Domain
import Testing

@testable import Barcodes

@Suite struct `Recognising waybills` {
    static func recognise(_ text: String) -> Recognition {
        WaybillRules.standard.recognise(.scan(text))
    }

    static func parcel(
        _ number: String, package: Int? = nil, _ carriers: [Carrier], certain: Bool = false, symbology: String? = nil
    ) -> Recognition {
        .parcel(
            Waybill(number: number, package: package), carriers: carriers, isCertain: certain, symbology: symbology)
    }

    @Test(arguments: WaybillRules.standard.table.indices)
    func `every row of the table knows its own example`(_ row: Int) throws {
        let rule = WaybillRules.standard.table[row]
        #expect(rule.pattern.matches(rule.example))
        guard case .parcel(let waybill, let carriers, _, _) = Self.recognise(rule.example) else {
            Issue.record("\(rule.example) is no parcel")
            return
        }
        #expect(waybill == Waybill(number: rule.example) && carriers.contains(rule.carrier))
    }

    @Test(
        arguments: [
            ("JDVA12345678901", [.jd], true), ("JDAWX012345678901", [.jd], true), ("JDX123456789012", [.jd], true),
            ("JDK123456789012", [.jd], true), ("JDAP1234567890", [.jd], true),
            // The form of a British carrier too.
            ("JD0002123456789012", [.jd], false), ("JD0003123456789012", [.jd], true),
            ("SF1234567890123", [.sf], true), ("JT0001234567890", [.jt], true), ("JT3001234567890", [.jt], true),
            ("JT300123456789", [.jt], true), ("DPK361234567890", [.deppon], true),
            ("DPK36123456789", [.deppon], true), ("DPK361234567890123", [.deppon], true),
            ("DPL361234567890", [.deppon], false),
            ("LP12345678901234", [.cainiao], false), ("CN1234567890", [.cainiao, .yto], false),
            ("CN12345678", [.cainiao], false),
            ("ZT123456789012", [.zto], false), ("ZTO123456789012345", [.zto], false),
            ("YT1234567890123", [.yto], true), ("YT1234567890123456", [.yunexpress], true),
            ("D01234567890", [.yto], false), ("8V1234567890", [.yto], false),
            ("RB123456785GB", [.chinaPost, .ems], false), ("RB123456785US", [.chinaPost, .ems], false),
            ("EE473124829CN", [.ems, .chinaPost], true), ("RB123456785XX", [.chinaPost, .ems], false),
            ("CP100000140CN", [.chinaPost, .ems], false), ("LX000000005CN", [.chinaPost, .ems], false),
        ] as [(String, [Carrier], Bool)])
    func `letters in front tell the carrier`(_ number: String, _ carriers: [Carrier], _ certain: Bool) {
        #expect(Self.recognise(number) == Self.parcel(number, carriers, certain: certain))
    }

    @Test(
        arguments: [
            ("77312345678901", [.sto, .zto]), ("78123456789012", [.zto]), ("771234567890123", [.sto, .yunda]),
            ("773123456789", [.sto, .sf, .zto]), ("7731234567890123", [.sto]),
            ("461234567890123", [.yunda]), ("4312345678901", [.yunda]), ("1112345678901", [.ems, .chinaPost, .yunda]),
            ("5012345678901", [.ems, .chinaPost, .yunda]), ("5212345678901", [.chinaPost, .yunda]),
            ("9512345678901", [.chinaPost, .yunda]), ("9412345678901", [.yunda]),
            ("9812345678901", [.chinaPost, .yunda]), ("7731234567890", [.sto, .yunda]),
            ("123456789012", [.sf, .zto, .sto]),
            ("268123456789", [.sto, .sf, .zto]), ("3681234567890", [.sto, .yunda]),
            ("468123456789", [.sto, .sf, .zto]),
            ("12345678", [.deppon]), ("1234567890", [.deppon]), ("881234567890123456", [.yto]),
        ] as [(String, [Carrier])])
    func `digits alone give carriers, the likeliest first and none for certain`(
        _ number: String, _ carriers: [Carrier]
    ) {
        #expect(Self.recognise(number) == Self.parcel(number, carriers))
    }

    @Test(
        arguments: [
            ("JDAWX012345678901-1-2", "JDAWX012345678901", 1, .jd, true),
            ("JDVA12345678901-12-30-A01", "JDVA12345678901", 12, .jd, true),
            ("JDVA12345678901-2-3", "JDVA12345678901", 2, .jd, true),
            ("JDVA12345678901-2-4", "JDVA12345678901", 2, .jd, true),
            ("JDVA12345678901N2S3H", "JDVA12345678901", 2, .jd, true),
            ("JDVA12345678901N12S30HN1", "JDVA12345678901", 12, .jd, true),
            ("JDN1S1H45678N2S3H7", "JDN1S1H45678", 2, .jd, true),
            ("JD0002123456789012-1-2", "JD0002123456789012", 1, .jd, false),
            ("DPK361234567890-3", "DPK361234567890", 3, .deppon, true),
            ("12345678-2", "12345678", 2, .deppon, false),
        ] as [(String, String, Int, Carrier, Bool)])
    func `a package is told by its waybill and index`(
        _ text: String, _ number: String, _ package: Int, _ carrier: Carrier, _ certain: Bool
    ) {
        #expect(Self.recognise(text) == Self.parcel(number, package: package, [carrier], certain: certain))
    }

    /// One label bears both: of a shipment of one package they are one parcel.
    @Test(arguments: ["JD0118080218877-1-1-", "JD0118080218877-1-1-A01", "JD0118080218877N1S1H", "JD0118080218877"])
    func `the only package of one is the parcel itself`(_ text: String) {
        #expect(Self.recognise(text) == Self.parcel("JD0118080218877", [.jd], certain: true))
    }

    private static func doubt(_ text: String) -> Doubt? {
        if case .doubtful(let waybill, _, _, let doubt) = recognise(text), waybill.number == text.uppercased() {
            doubt
        } else {
            nil
        }
    }

    @Test func `goods that a scanner does not announce are doubted`() {
        #expect(Self.doubt("6901028512343") == .goods)
        #expect(Self.doubt("6901028512344") == nil, "a wrong check digit is no goods")
        for goods in ["9787020002207", "8801234567893", "9310000000001", "0012345678905", "69012341"] {
            #expect(Self.doubt(goods) == .goods, "\(goods)")
        }
        // Yunda and the post number so.
        for waybill in ["4312345678902", "5012345678900", "1112345678901"] { #expect(Self.doubt(waybill) == nil) }
        #expect(Self.recognise("]E06901028512343") == .refused(.product))
    }

    @Test(arguments: ["jSF1234567890116", "D78123456789012", "JSF1234567890116"])
    func `a letter before a number that is known without it is doubted`(_ text: String) {
        #expect(Self.doubt(text) == .letter)
    }

    @Test(arguments: ["8613812345678", "86-138-1234-5678", "+8613812345678", "008613812345678"])
    func `a mobile number with its country is a person's`(_ text: String) {
        #expect(Self.recognise(text) == .refused(.personal))
    }

    /// A letter of the scanner, a dash, a zero in front: it is a person's number all the same, and is not kept.
    @Test(arguments: [
        "j13812345678", "x13812345678x", "A13812345678B", "TEL13812345678", "SFNO13812345678", "j110101199003078515",
        "j11010519491231002X", "13812345678-123456", "13812345678-A12345", "8613812345678-1", "013812345678",
        "j8613912345678",
    ])
    func `a person's number is none of a parcel whatever stands around it`(_ text: String) {
        #expect(Self.recognise(text) == .refused(.personal))
    }

    @Test(arguments: [
        ("]F0A12345678901B", "12345678901"), ("d8077152042820402b", "8077152042820402"),
        ("*SF1234567890123*", "SF1234567890123"), ("\u{2}SF1234567890123\u{3}", "SF1234567890123"),
        ("\u{FEFF}SF1234567890123", "SF1234567890123"), ("\u{2}]C0SF1234567890123\u{3}", "SF1234567890123"),
        ("\u{FEFF}]C0SF1234567890123", "SF1234567890123"),
        ("MMM={'k1':'755','k2':'','k5':'SF1234567890123','k7':'x'}MMMM", "SF1234567890123"),
        ("MMM={'k1':'755','k5':'SF1234567890123'}" + String(repeating: "M", count: 90), "SF1234567890123"),
    ])
    func `what stands around a number is taken off`(_ text: String, _ number: String) {
        guard case .parcel(let waybill, _, _, _) = Self.recognise(text) else {
            Issue.record("\(Self.recognise(text))")
            return
        }
        #expect(waybill.number == number)
    }

    @Test func `a square of SF without its number means nothing`() {
        #expect(Self.recognise("MMM={'k1':'755','k6':'张三 13812345678'}") == .refused(.unknown))
    }

    @Test(arguments: ["JDVA12345678901N0S3H", "JDVA12345678901N1S2", "JDVA1234567890N12345"])
    func `what only resembles the older form of a package is a number`(_ text: String) {
        #expect(Self.recognise(text) == Self.parcel(text, [.jd], certain: true))
    }

    @Test(arguments: [
        "SF1234567890123-1-2", "JDVA12345678901-0-2", "JDVA12345678901-1", "DPK361234567890-1-2", "XK12-345678",
    ])
    func `a form nobody knows is a parcel of no known carrier`(_ text: String) {
        #expect(Self.recognise(text) == Self.parcel(text, []))
    }

    @Test(arguments: [
        "  sf1234567890123 ", "SF 1234 5678 90123", "ＳＦ１２３４５６７８９０１２３", "ｓｆ\u{3000}１２３４５６７８９０１２３",
        "SF\u{A0}1234567890123",
    ])
    func `spaces, case and full-width forms do not matter`(_ text: String) {
        #expect(Self.recognise(text) == Self.parcel("SF1234567890123", [.sf], certain: true))
    }

    @Test func `every letter has its upper case`() {
        let letters = "abcdefghijklmnopqrstuvwxyz"
        #expect(Self.recognise("123456-" + letters.prefix(13)) == Self.parcel("123456-ABCDEFGHIJKLM", []))
        #expect(Self.recognise("123456-" + letters.suffix(13)) == Self.parcel("123456-NOPQRSTUVWXYZ", []))
        #expect(Self.recognise("1234567ı") == .refused(.unknown), "a dotless ı is no I")
    }

    @Test(arguments: ["JDVA12345678901－1－2", "JDVA12345678901—1—2", "JDVA12345678901–1−2"])
    func `every dash is the same dash`(_ text: String) {
        #expect(
            Self.recognise(text) == Self.parcel("JDVA12345678901", package: 1, [.jd], certain: true))
    }

    @Test(arguments: [
        "]C0", "]C2", "]C4", "]A0", "]A1", "]Q0", "]Q1", "]d1", "]L0", "]z0", "]F0", "]G0", "]I0", "]I1", "]I3", "]X0",
        "]Z0",
    ])
    func `the AIM identifier is taken off and told`(_ symbology: String) {
        #expect(
            Self.recognise(symbology + "SF1234567890123")
                == Self.parcel("SF1234567890123", [.sf], certain: true, symbology: symbology)
        )
    }

    @Test(arguments: ["]C1", "]d2", "]Q3", "]e0", "]J1"])
    func `of GS1 only what has an SSCC is a parcel`(_ symbology: String) {
        let sscc = Self.parcel("106141412345678908", [], symbology: symbology)
        #expect(Self.recognise(symbology + "00106141412345678908") == sscc)
        #expect(Self.recognise(symbology + "\u{1D}00106141412345678908") == sscc)
        let more = "00106141412345678908" + "10LOT7\u{1D}" + "401ORDER1"
        #expect(Self.recognise(symbology + more) == sscc, "what else the unit's label says does not matter")
        for other in [
            "00106141412345678907", "0010614141234567890", "0106901234567892", "10AB\u{1D}21X", "00", "",
            "401SF1234567890123",
            "400SF1234567890123", "00106141412345678908\u{1D}\u{1D}", "SF1234567890123", "KC-CONFIRM",
        ] {
            #expect(Self.recognise(symbology + other) == .refused(.unknown))
        }
    }
}

@Suite struct `Refusing what is no parcel` {
    @Test(
        arguments: [
            ("RB123456786US", .misread), ("EE473124820CN", .misread), ("RB123456780GB", .misread),
            ("]E06901234567892", .product), ("]E496385074", .product), ("]E0", .product),
            ("13812345678", .personal), ("+8613812345678", .personal), ("008613812345678", .personal),
            ("+86 138 1234 5678", .personal), ("+86-138-1234-5678", .personal), ("138-1234-5678", .personal),
            ("AB-13812345678", .personal), ("13812345678-AB", .personal),
            ("１３８１２３４５６７８", .personal), ("]Q119912345678", .personal),
            ("11010519491231002X", .personal), ("11010519491231002x", .personal), ("440524188001010014", .personal),
            ("]E16901234567892", .product), ("]E26901234567892", .product), ("]E36901234567892", .product),
            ("顺丰1234567890", .unknown), ("KC-确认", .unknown), ("KB-é123456", .unknown),
            ("SF1234567890123\u{202E}", .unknown),
            ("SF1234\u{1D}567890", .binary), ("\u{02}SF1234567890123", .binary), ("SF123456789012\u{7F}", .binary),
            ("SF12345678\u{85}", .binary), ("   ", .empty), ("]C0", .empty), ("]C0  ", .empty),
        ] as [(String, Refusal)])
    func `a scan is refused with its reason`(_ text: String, _ refusal: Refusal) {
        #expect(WaybillRules.standard.recognise(.scan(text)) == .refused(refusal))
    }

    @Test(
        arguments: [
            "3-2-1024", "12-2-1203", "A12-3-4567", "123456", "1234567", "ABCDEFGH12345",
            "1234567890123456789012345678901", "]12345678", "HELLO", "-", "KB-0001234567", "KB-SF1234567890123",
            "KC-123456789",
            "KC-", "KB-",
        ] + DeskCommand.all.map(\.text))
    func `text that is no waybill is left to the desk`(_ text: String) {
        #expect(`Recognising waybills`.recognise(text) == .other(text))
        let symbology = "]C0"
        #expect(`Recognising waybills`.recognise(symbology + text) == .other(text))
    }

    @Test(arguments: [
        ("https://example.com/m/V7k-12345678", "HTTPS://EXAMPLE.COM/M/V7K-12345678"), ("kb-123456789", "KB-123456789"),
        ("ＫＣ－ confirm", "KC-CONFIRM"), (" 3 - 2 - 1024", "3-2-1024"), ("KB—12345678", "KB-12345678"),
    ])
    func `what is left to the desk is normalised`(_ text: String, _ normalised: String) {
        #expect(`Recognising waybills`.recognise(text) == .other(normalised))
    }

    @Test func `the desk is given 128 characters and no more`() {
        let text = "KB-" + String(repeating: "7", count: 125)
        #expect(`Recognising waybills`.recognise(text) == .other(text))
        #expect(`Recognising waybills`.recognise(text + "7") == .refused(.unknown))
    }

    @Test(arguments: ["12812345678", "110105194912310021", "110105491231002X"])
    func `a number that only looks personal is a parcel`(_ text: String) {
        #expect(`Recognising waybills`.recognise(text) == `Recognising waybills`.parcel(text, []))
    }

    @Test(arguments: ["88123456780101345", "88123419902101345", "88123419900141345"])
    func `eighteen digits that pass the check digit but hold no birthday are a waybill`(_ body: String) {
        let number = body + String(CheckDigit.residentID(body: body)!)
        #expect(`Recognising waybills`.recognise(number) == `Recognising waybills`.parcel(number, [.yto]))
    }

    @Test func `bytes that are not UTF-8 are refused as binary`() {
        let gbk = Scan(bytes: [0xCB, 0xB3, 0xB7, 0xE1] + Array("1234567890".utf8), terminated: true)
        #expect(WaybillRules.standard.recognise(.scan(gbk)) == .refused(.binary))
    }

    @Test func `a scan without terminator is refused unless the scanner sends none`() {
        let scan = ScanInput.scan("SF1234567890123", terminated: false)
        #expect(WaybillRules.standard.recognise(scan) == .refused(.incomplete))
        #expect(
            WaybillRules.standard.recognise(scan, acceptUnterminated: true)
                == `Recognising waybills`.parcel("SF1234567890123", [.sf], certain: true))
    }

    @Test(arguments: [(.empty, .empty), (.tooLong, .tooLong), (.interrupted, .interrupted)] as [(ScanFault, Refusal)])
    func `a fault of the scanner is a refusal of the same name`(_ fault: ScanFault, _ refusal: Refusal) {
        #expect(WaybillRules.standard.recognise(.fault(fault)) == .refused(refusal))
        #expect(fault.rawValue == refusal.rawValue)
    }

    @Test func `random scans never trap, and a parcel always has a clean number`() {
        var random = SeededGenerator(seed: 4)
        let clean: Pattern = "[0-9A-Z-]{6,30}"
        let alphabet = Array("0123456789-ABJDSFYTK ]CE1X＋－１".utf8) + Array("0123456789".utf8) + [0x1D, 0xFF]
        var parcels = 0
        var others = 0
        for _ in 0..<50_000 {
            let bytes = (0..<Int.random(in: 0...36, using: &random)).map { _ in alphabet.randomElement(using: &random)!
            }
            let scan = Scan(bytes: bytes, terminated: Bool.random(using: &random))
            switch WaybillRules.standard.recognise(.scan(scan)) {
            case .parcel(let waybill, _, _, _):
                parcels += 1
                #expect(scan.terminated && clean.matches(waybill.number) && !PersonalNumber.isOne(waybill.number))
                #expect(!OtherText.isReserved(waybill.number))
            case .doubtful(let waybill, _, _, _):
                parcels += 1
                #expect(scan.terminated && clean.matches(waybill.number) && !PersonalNumber.isOne(waybill.number))
            case .other(let text):
                others += 1
                #expect(scan.terminated && OtherText.isPrintable(text) && !PersonalNumber.isOne(text))
            case .refused: break
            }
        }
        #expect(parcels > 100 && others > 100)
    }
}
