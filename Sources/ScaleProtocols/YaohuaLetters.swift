/// The command mode of Yaohua's A12 family: one letter each, without an end, and no answer to an order.
struct YaohuaLetters: Sendable {
    let isAsked: Bool
    let ask = [UInt8(ascii: "R")]

    var polling: ScalePolling? {
        isAsked ? ScalePolling(intervalMilliseconds: 250, timeoutMilliseconds: 500) : nil
    }

    /// None while the indicator talks unasked: it does not listen then.
    func order(_ order: ScaleOrder) -> [UInt8]? {
        guard isAsked else { return nil }
        return switch order {
        case .zero: [UInt8(ascii: "Z")]
        case .tare: [UInt8(ascii: "T")]
        case .clearTare: nil
        }
    }
}
