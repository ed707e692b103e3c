import Domain

/// Yaohua A22 in command mode: asked as `YaohuaCommand` is, answered with a `=` frame.
///
///     host   STX  address  R  XOR-high  XOR-low  ETX
///     scale  =  character×8        see `YaohuaEquals`
///
/// `0` zeroes and `T` tares; neither is answered as far as is known. `T` is never sent: no frame says whether it shows gross or
/// net, and a net that is taken for gross has its tare taken off twice. No byte ends the answer, so a frame is read when
/// it has its length: a digit too many in it would not be noticed, and a reading is only to be believed when it stands
/// still (`StabilityInference`). Which way round the characters come is not known for certain: reversed unless the
/// variant says `forward`.
/// Sources: the page beside this file.
public struct YaohuaA22: CommandedScale {
    let commands: ScaleCommands
    private let otherQuestion: [UInt8]
    private let number: YaohuaEqualsNumber
    private let kind: ScaleReading.Kind
    var frames: FixedLengthFramer

    /// - Parameters:
    ///   - address: of the indicator on its line, 1 to 26.
    public init(
        address: Int = 1, isReversed: Bool = true, characters: Int = 8, unit: ScaleUnit = .kilogram, decimals: Int = 0,
        kind: ScaleReading.Kind = .unknown
    ) {
        func request(_ command: Character) -> [UInt8] {
            YaohuaNumber.frame([YaohuaNumber.letter(address)] + Array(String(command).utf8))
        }
        commands = ScaleCommands(
            polling: ScalePolling(interval: .milliseconds(250), timeout: .milliseconds(300)), question: request("R"),
            zero: request("0"))
        otherQuestion = request("r")
        number = YaohuaEqualsNumber(isReversed: isReversed, characters: characters, unit: unit, decimals: decimals)
        self.kind = kind
        frames = FixedLengthFramer(start: YaohuaEquals.mark, length: characters + 1)
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        reading.mass.flatMap(number.encode).map { [YaohuaEquals.mark] + $0 }
    }

    public mutating func answer(_ request: [UInt8], showing reading: ScaleReading) -> [UInt8] {
        request == commands.question || request == otherQuestion ? encode(reading) ?? [] : []
    }

    func parse(_ frame: [UInt8]) -> FrameContent {
        var reading = ScaleReading(kind: kind, raw: frame)
        return number.read(frame.dropFirst(), into: &reading) ? .reading(reading) : .refused
    }
}
