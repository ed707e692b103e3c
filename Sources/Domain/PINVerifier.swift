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
