import Domain

/// Yaohua's text formats that begin with `=`, unasked, without a check.
///
///     =  character×7  sign        reversed: least significant first, 3.000 is =000.3000, -1.00 is =00.1000-
///     =  sign  character×7        forward: 3.000 is =0003.000, -1.00 is =-0001.00
///
/// The sign is `0` or `-`. Clones send seven or six characters in all, of which the sign's may then be a digit, or put
/// the `=` behind. Nothing ends a frame but the next `=`, so a reading comes with the frame after it: a byte too many
/// or too few in one is noticed, and on a line that never pauses the difference between `=` before and behind is none.
/// Unit, gross or net, stability and overload are not told; which way round it is neither: `=000.0000` is both.
/// Sources: the page beside this file.
public struct YaohuaEquals: FramedScale {
    static let mark = UInt8(ascii: "=")

    private let number: YaohuaEqualsNumber
    private let kind: ScaleReading.Kind
    var frames: DelimitedFramer

    /// - Parameters:
    ///   - characters: from one `=` to the next, sign included.
    ///   - decimals: how many digits stand right of the point when the display sends none.
    public init(
        isReversed: Bool, characters: Int = 8, unit: ScaleUnit = .kilogram, decimals: Int = 0,
        kind: ScaleReading.Kind = .unknown
    ) {
        number = YaohuaEqualsNumber(isReversed: isReversed, characters: characters, unit: unit, decimals: decimals)
        self.kind = kind
        frames = DelimitedFramer(end: Self.mark, longest: characters + 1)
    }

    public func encode(_ reading: ScaleReading) -> [UInt8]? {
        reading.mass.flatMap(number.encode).map { [Self.mark] + $0 }
    }

    func parse(_ frame: [UInt8]) -> FrameContent {
        var reading = ScaleReading(kind: kind, raw: [Self.mark] + frame.dropLast())
        return number.read(frame.dropLast(), into: &reading) ? .reading(reading) : .refused
    }
}
