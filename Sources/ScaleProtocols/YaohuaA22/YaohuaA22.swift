import Domain

/// Yaohua A22 in command mode: asked as `YaohuaCommand` is, answered with a `=` frame.
///
///     host   STX  address  R  XOR-high  XOR-low  ETX
///     scale  =  character×8        see `YaohuaEquals`
///
/// `0` zeroes and `T` tares; neither is answered as far as is known. No byte ends the answer, so a frame is read when
/// it has its length: a digit too many in it would not be noticed, and a reading is only to be believed when it stands
/// still (`StabilityInference`). Which way round the characters come is not known for certain: reversed unless the
/// variant says `forward`.
/// Source: PROTOCOLS.md, section 1.4.4.
public struct YaohuaA22: FramedScale {
    private let address: UInt8
    private let number: YaohuaEqualsNumber
    private let kind: ScaleReading.Kind
    var frames: FixedLengthFramer

    public init(
        address: Int = 1, isReversed: Bool = true, characters: Int = 8, unit: ScaleUnit = .kilogram, decimals: Int = 0,
        kind: ScaleReading.Kind = .unknown
    ) {
        self.address = YaohuaNumber.letter(address)
        number = YaohuaEqualsNumber(isReversed: isReversed, characters: characters, unit: unit, decimals: decimals)
        self.kind = kind
        frames = FixedLengthFramer(start: YaohuaEquals.mark, length: characters + 1)
    }

    public var polling: ScalePolling? { ScalePolling(intervalMilliseconds: 250, timeoutMilliseconds: 300) }

    public mutating func ask() -> [UInt8] {
        frames.reset()
        return request(UInt8(ascii: "R"))
    }

    public func order(_ order: ScaleOrder) -> [UInt8]? {
        switch order {
        case .zero: request(UInt8(ascii: "0"))
        case .tare: request(UInt8(ascii: "T"))
        case .clearTare: nil
        }
    }

    private func request(_ command: UInt8) -> [UInt8] { YaohuaNumber.frame([address, command]) }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        reading.mass.flatMap(number.encode).map { [YaohuaEquals.mark] + $0 }
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        let questions = [UInt8(ascii: "R"), UInt8(ascii: "r")].map(self.request)
        return questions.contains(request) ? encode(reading) ?? [] : []
    }

    func take(_ frame: [UInt8]) -> FrameContent {
        var reading = ScaleReading(kind: kind, raw: frame)
        return number.read(frame.dropFirst(), into: &reading) ? .reading(reading) : .refused
    }
}
