public import Domain

extension Timestamp {
    /// A moment as people write it: RFC 3339 in UTC or with the offset of a zone, with or without milliseconds.
    /// - Returns: `nil` for what is no such time.
    public init?(written text: String) {
        var bytes = Array(text.utf8)
        var offset: Int64 = 0
        if bytes.last != UInt8(ascii: "Z") {
            let zone = Array(bytes.suffix(6))
            guard zone.count == 6, zone[0] == UInt8(ascii: "+") || zone[0] == UInt8(ascii: "-"),
                zone[3] == UInt8(ascii: ":"), [1, 2, 4, 5].allSatisfy({ zone[$0].isDigit })
            else { return nil }
            func number(_ index: Int) -> Int64 {
                Int64(zone[index] - UInt8(ascii: "0")) * 10 + Int64(zone[index + 1] - UInt8(ascii: "0"))
            }
            guard number(1) <= 14, number(4) < 60 else { return nil }
            offset = (number(1) * 60 + number(4)) * (zone[0] == UInt8(ascii: "-") ? -60_000 : 60_000)
            bytes.removeLast(6)
            bytes.append(UInt8(ascii: "Z"))
        }
        if bytes.count == 20 { bytes.insert(contentsOf: ".000".utf8, at: 19) }
        guard let local = Timestamp(String(decoding: bytes, as: UTF8.self)) else { return nil }
        self.init(milliseconds: local.milliseconds - offset)
    }
}
