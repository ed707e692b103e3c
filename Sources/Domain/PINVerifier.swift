import Hashing

/// What the roster holds of a PIN: enough to check one, not to know it.
public struct PINVerifier: Hashable, Sendable {
    /// Rounds of PBKDF2 with HMAC-SHA-256.
    public var iterations: Int
    public var salt: [UInt8]
    public var hash: [UInt8]

    public init(iterations: Int, salt: [UInt8], hash: [UInt8]) {
        self.iterations = iterations
        self.salt = salt
        self.hash = hash
    }
}

extension PINVerifier {
    /// Rounds that are taken from a roster. Fewer protect nothing; more would let a roster hold up the point: a million
    /// rounds were 0.6 s on the machine where it was measured, and are seconds on a small board.
    public static let allowedIterations = 1000...1_000_000
    public static let saltLength = 8...64
    public static let hashLength = 32

    /// Whether this is the PIN. It takes as long for a wrong one as for the right one, wherever they differ; the rounds are
    /// a deliberate cost, so it belongs on no thread that somebody waits for.
    ///
    /// A PIN has four to eight digits. Whoever has the roster finds one by trying, whatever the rounds; they only make it
    /// cost something. Attempts at the point are limited elsewhere.
    public func matches(_ pin: String) -> Bool {
        guard Self.isPIN(pin), Self.allowedIterations.contains(iterations), Self.saltLength.contains(salt.count),
            hash.count == Self.hashLength
        else { return false }
        let derived = PBKDF2.key(
            password: Array(pin.utf8), salt: salt, iterations: iterations, byteCount: Self.hashLength)
        var difference: UInt8 = 0
        for (left, right) in zip(derived, hash) { difference |= left ^ right }
        return difference == 0
    }

    /// Of nobody: no PIN is right, and saying so takes as long as with somebody's.
    public static let nobody = nobody(iterations: 20_000)

    public static func nobody(iterations: Int) -> PINVerifier {
        PINVerifier(
            iterations: iterations, salt: [UInt8](repeating: 0, count: 16),
            hash: [UInt8](repeating: 0, count: hashLength))
    }

    /// What the roster is to hold of a PIN, with a salt of 16 random bytes; `nil` unless the PIN has four to eight digits
    /// and the rounds are within their bounds.
    public static func make(
        pin: String, iterations: Int, using generator: inout some RandomNumberGenerator
    ) -> PINVerifier? {
        guard isPIN(pin), allowedIterations.contains(iterations) else { return nil }
        let salt = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return PINVerifier(
            iterations: iterations, salt: salt,
            hash: PBKDF2.key(
                password: Array(pin.utf8), salt: salt, iterations: iterations, byteCount: hashLength))
    }

    private static func isPIN(_ text: String) -> Bool {
        (4...8).contains(text.utf8.count) && text.utf8.allSatisfy(\.isDigit)
    }
}
