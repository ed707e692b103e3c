import Domain

/// Toledo continuous output: the indicator talks unasked, about seven frames a second.
///
///     STX  A  B  C  weight×6  tare×6  CR  [checksum]        17 or 18 bytes
///     STX  A  B  C  weight×6  CR  [checksum]                11 or 12 bytes, where the indicator sends no tare
///
/// A, B and C are status bytes (see `ToledoStatus`); weight and tare are digits without point and sign, leading zeros
/// as `0` or as space, all spaces for no value. The checksum makes the low seven bits of the sum of all bytes zero; it
/// can be any byte, STX too. Whether it is sent is a setting of the indicator and so one of ours: with both accepted, a
/// damaged frame would pass for one without.
///
/// A frame that fails its length, character class or checksum is dropped and counted, never repaired. A sound frame
/// whose weight cannot be used (pounds, fractions of a gram, an expanded display, a scale not zeroed since power-up) is
/// a reading with a fault and without mass.
/// Sources: the page beside this file.
public struct ToledoContinuous: CommandedScale {
    private let hasTare: Bool
    private let sendsChecksum: Bool
    private let variant: ScaleVariant?
    /// One letter, at most two a second, obeyed only at rest, and never answered.
    let commands: ScaleCommands
    var frames: FixedLengthFramer

    /// - Parameters:
    ///   - tare: the frames have the tare's digits too.
    ///   - checksum: the frames end with a check byte.
    public init(tare: Bool = true, checksum: Bool = true, variant: ScaleVariant? = nil) {
        hasTare = tare
        sendsChecksum = checksum
        self.variant = variant
        let end = variant == .kernFTC ? Control.lineEnd : []
        commands = ScaleCommands(
            zero: [UInt8(ascii: "Z")] + end, tare: [UInt8(ascii: "T")] + end, clearTare: [UInt8(ascii: "C")] + end)
        frames = FixedLengthFramer(start: Control.stx, length: (tare ? 17 : 11) + (checksum ? 1 : 0))
    }

    func parse(_ frame: [UInt8]) -> FrameContent {
        read(frame).map(FrameContent.reading) ?? .refused
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        guard let status = ToledoStatus(reading, variant: variant),
            let weight = Self.field(reading.mass, power: status.powerOfGrams),
            let tare = Self.field(reading.tare, power: status.powerOfGrams)
        else { return nil }
        let frame =
            [Control.stx, status.a, status.b, status.c] + weight + (hasTare ? tare : []) + [Control.carriageReturn]
        return sendsChecksum ? frame + [(0 &- frame.reduce(0, &+)) & 0x7F] : frame
    }

    private static func field(_ mass: Mass?, power: Int) -> [UInt8]? {
        guard let mass else { return [UInt8](repeating: UInt8(ascii: " "), count: 6) }
        let (number, rest) = mass.grams.quotientAndRemainder(dividingBy: .powerOfTen(power))
        return rest == 0 ? DecimalField.encode(number.magnitude, width: 6) : nil
    }

    private func read(_ frame: [UInt8]) -> ScaleReading? {
        let end = hasTare ? 16 : 10
        guard let status = ToledoStatus(a: frame[1], b: frame[2], c: frame[3], variant: variant),
            let weight = DecimalField(frame[4..<10]), let tare = DecimalField(frame[10..<end]),
            frame[end] == Control.carriageReturn, !sendsChecksum || frame.reduce(0, &+) & 0x7F == 0
        else { return nil }

        var reading = ScaleReading(
            kind: status.isNet ? .net : .gross, stability: status.isMoving ? .unstable : .stable, range: status.range,
            tareMode: status.tareMode, fault: status.fault, raw: frame)
        guard reading.fault == nil else { return reading }
        reading.interval = status.step.flatMap { Mass($0, tensOfGrams: status.powerOfGrams) }
        if case .digits(let digits) = tare {
            reading.tare = Mass(digits, tensOfGrams: status.powerOfGrams)
            if reading.tare == nil { reading.fault = Mass.fractionFault }
        }
        guard reading.range == .ok, reading.fault == nil else { return reading }
        guard case .digits(let digits) = weight else {
            reading.range = .unknown
            return reading
        }
        reading.mass = Mass(status.isNegative ? -digits : digits, tensOfGrams: status.powerOfGrams)
        if reading.mass == nil { reading.fault = Mass.fractionFault }
        return reading
    }
}
