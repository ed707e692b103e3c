import Domain

/// The three status bytes of a Toledo frame.
///
///     A  0 0 1 step×2 place×3         step 01 → 1, 10 → 2, 11 → 5; weight and d are in units of 10^(2 − place)
///     B  0 unzeroed 1 kg motion range negative net
///     C  0 preset 1 expanded print unit×3        unit 000 → kg or lb by B, 001 → grams
///
/// Liden's clone has kg = 1 in B always, and in C the unit 001 for pounds. Fairbanks' has the fixed 1 of B as 0.
///
/// Bytes without their fixed bits are not status bytes.
struct ToledoStatus {
    let a: UInt8
    let b: UInt8
    let c: UInt8
    private let variant: ScaleVariant?

    init?(a: UInt8, b: UInt8, c: UInt8, variant: ScaleVariant? = nil) {
        guard a & 0xE0 == 0x20, b & 0xA0 == (variant == .fairbanks ? 0 : 0x20), c & 0xA0 == 0x20 else { return nil }
        self.variant = variant
        self.a = a
        self.b = b
        self.c = c
    }

    var isNet: Bool { b & 0x01 != 0 }
    var isNegative: Bool { b & 0x02 != 0 }
    var isMoving: Bool { b & 0x08 != 0 }

    /// The frame has one bit for over and under; the sign tells which.
    var range: ScaleReading.Range {
        guard b & 0x04 != 0 else { return .ok }
        return isNegative ? .under : .over
    }

    var tareMode: ScaleReading.TareMode {
        guard isNet else { return .none }
        return c & 0x40 != 0 ? .preset : .measured
    }

    /// The last digit of a field is worth 10^this grams.
    var powerOfGrams: Int { (isInGrams ? 0 : 3) + 2 - Int(a & 0x07) }

    /// d in units of the last digit; nil for the code that has no meaning.
    var step: Int64? { [nil, 1, 2, 5][Int(a >> 3 & 0x03)] }

    private var isInGrams: Bool { c & 0x07 == 1 && variant != .liden }

    var fault: String? {
        switch (unit: c & 0x07, isKilogram: b & 0x10 != 0) {
        case _ where b & 0x40 != 0: "the scale was not zeroed after power-up"
        case _ where c & 0x10 != 0: ScaleFault.expanded
        case (1, _) where variant == .liden: ScaleFault.pounds
        case (0, false): ScaleFault.pounds
        case (2..., _): ScaleFault.unknownUnit
        default: nil
        }
    }
}

extension ToledoStatus {
    /// The status with which an indicator that shows kilograms would say the reading; nil when d is not 1, 2 or 5 times
    /// a power of ten. Without an interval, d is one gram.
    init?(_ reading: ScaleReading, variant: ScaleVariant? = nil) {
        let interval = reading.interval?.grams ?? 1
        guard let power = (0...5).last(where: { interval.isMultiple(of: .powerOfTen($0)) }),
            let code = [1, 2, 5].firstIndex(of: interval / .powerOfTen(power))
        else { return nil }
        let isNegative = reading.range == .under || (reading.mass ?? .zero) < .zero
        let isOutside = reading.range == .over || reading.range == .under
        self.variant = variant
        a = 0x20 | UInt8(code + 1) << 3 | UInt8(5 - power)
        b =
            (variant == .fairbanks ? 0x10 : 0x30) | (reading.kind == .net ? 0x01 : 0) | (isNegative ? 0x02 : 0)
            | (isOutside ? 0x04 : 0)
            | (reading.stability == .unstable ? 0x08 : 0)
        c = 0x20 | (reading.tareMode == .preset ? 0x40 : 0)
    }
}
