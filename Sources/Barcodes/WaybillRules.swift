import Domain

/// Tells a waybill from everything else that has a barcode, and names the carriers whose form it has. The form suggests
/// a carrier and never proves one, so a number of unknown form is a parcel too.
/// Source: Protocols.md in the catalogue.
public struct WaybillRules: Sendable {
    /// The first row that knows a number names the likeliest carrier. An empty table is a table too: every parcel is then
    /// of no known carrier.
    public let table: [WaybillRule]

    /// - Parameter table: in order; of rules that fit alike, the first is the likeliest.
    public init(_ table: [WaybillRule]) { self.table = table }

    /// Of a number without its package, in characters.
    static let lengths = 8...30

    /// `acceptUnterminated` is for scanners that are set to send no terminator at all.
    public func recognise(_ input: ScanInput, acceptUnterminated: Bool = false) -> Recognition {
        switch input {
        case .fault(let fault): .refused(Refusal(fault))
        case .scan(let scan) where !scan.terminated && !acceptUnterminated: .refused(.incomplete)
        case .scan(let scan): recognise(ScannedText(scan.bytes))
        }
    }

    private func recognise(_ scanned: ScannedText) -> Recognition {
        if scanned.isProduct {
            return .refused(.product)
        }
        if scanned.isGS1 {
            guard let sscc = scanned.elements?.sscc else { return .refused(.unknown) }
            return .parcel(Waybill(number: sscc), carriers: [], isCertain: false, symbology: scanned.symbology)
        }
        guard var text = scanned.text else { return .refused(.binary) }
        // SF's square, which an imager takes before the bars; the rest of it is about people, and goes no further.
        if text.hasPrefix("MMM={") {
            guard let number = Self.field("K5", in: text) else { return .refused(.unknown) }
            text = number
        }
        if text.isEmpty {
            return .refused(.empty)
        }
        // A scanner that announces nothing may put the maker's letter in front.
        let bare = scanned.symbology == nil && text.first?.isLetter == true ? String(text.dropFirst()) : text
        if PersonalNumber.isOne(text) || PersonalNumber.isOne(bare) {
            return .refused(.personal)
        }
        return recognise(text, scanned)
    }

    private func recognise(_ text: String, _ scanned: ScannedText) -> Recognition {
        let symbology = scanned.symbology
        if OtherText.isReserved(text) { return other(text) }
        let bytes = Array(text.utf8)
        let candidates = table.compactMap { rule in rule.waybill(in: bytes).map { (rule: rule, waybill: $0) } }
        let sound = candidates.filter { $0.rule.passesCheck($0.waybill) }
        if scanned.symbology == nil, Self.looksLikeGoods(text) {
            return .doubtful(
                Waybill(number: text), carriers: Self.unique(sound.map(\.rule.carrier)), symbology: nil, .goods)
        }
        if let waybill = sound.first?.waybill {
            let rules = sound.filter { $0.waybill == waybill }.map(\.rule)
            return .parcel(
                waybill, carriers: Self.unique(rules.map(\.carrier)), isCertain: Self.isCertain(rules),
                symbology: symbology)
        }
        guard candidates.isEmpty else { return .refused(.misread) }
        guard Self.isPlausible(text) else { return other(text) }
        // A number of no known form with a telephone number in it; eighteen digits alone were looked at before.
        let isEighteenDigits = text.utf8.count == 18 && text.utf8.allSatisfy { $0.isDigit }
        guard !PersonalNumber.isWithin(text), isEighteenDigits || PersonalText.masked(text) == text else {
            return .refused(.personal)
        }
        if symbology == nil, text.first?.isLetter == true, isKnown(Array(text.utf8.dropFirst())) {
            return .doubtful(Waybill(number: text), carriers: [], symbology: nil, .letter)
        }
        return .parcel(Waybill(number: text), carriers: [], isCertain: false, symbology: symbology)
    }

    private func isKnown(_ number: [UInt8]) -> Bool {
        table.contains { rule in rule.waybill(in: number).map { rule.passesCheck($0) } ?? false }
    }

    /// Goods of China; books and journals; of the other countries those with whose prefixes the table above has no waybill.
    /// 1 to 5 in front are numbers of Yunda and of the post, one in ten of which has the check digit too: they are not doubted.
    private static let goods: [Pattern] = [
        #"69\d{11}"#, #"69\d{6}"#, #"97[789]\d{10}"#, #"[08]\d{12}"#, #"9[0-4]\d{11}"#,
    ]

    /// As a scanner reads it that announces no symbology, which is how they leave the factory. Waybills may begin so too, and
    /// one in ten of them has this check digit.
    private static func looksLikeGoods(_ text: String) -> Bool {
        goods.contains { $0.matches(text) }
            && CheckDigit.gs1(body: text.dropLast()).map { text.hasSuffix(String($0)) } ?? false
    }

    /// `'K5':'SF1234567890123'`, in capitals as the text is by now.
    private static func field(_ name: String, in text: String) -> String? {
        let key = "'\(name)':'"
        guard let start = text.firstRange(of: key)?.upperBound, let end = text[start...].firstIndex(of: "'") else {
            return nil
        }
        let value = String(text[start..<end])
        return isPlausible(value) ? value : nil
    }

    private func other(_ text: String) -> Recognition {
        OtherText.isPrintable(text) ? .other(text) : .refused(.unknown)
    }

    private static let anyNumber: Pattern = "[0-9A-Z-]{8,30}"

    private static func isPlausible(_ text: String) -> Bool {
        anyNumber.matches(text)
            && text.utf8.count { $0.isDigit } >= 6
    }

    /// Rank decides: a narrow row that is not sure stands before a wide one that is.
    private static func isCertain(_ rules: [WaybillRule]) -> Bool {
        guard let first = rules.first, first.isSure else { return false }
        return rules.allSatisfy { !$0.isSure || $0.carrier == first.carrier }
    }

    private static func unique(_ carriers: [Carrier]) -> [Carrier] {
        carriers.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
