/// What a card reader sends: letters and digits in one spelling. Anything else on the line is no card.
struct CardText {
    let text: String

    init?(_ bytes: [UInt8]) {
        guard bytes.count <= 64 else { return nil }
        var plain: [UInt8] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): plain.append(byte)
            case UInt8(ascii: "a")...UInt8(ascii: "z"): plain.append(byte - 0x20)
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: ","): continue
            default: return nil
            }
        }
        guard plain.count >= 4 else { return nil }
        text = String(decoding: plain, as: UTF8.self)
    }
}
