import Hashing
import Testing

@testable import Domain

@Suite struct `A PIN` {
    /// RFC 7914, section 11, both blocks of each; and the vectors of RFC 6070 with SHA-256, which the RFC itself has not, as
    /// Python's hashlib.pbkdf2_hmac gives them.
    static let vectors: [(password: String, salt: String, iterations: Int, block: UInt32, hex: String)] = [
        ("passwd", "salt", 1, 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"),
        ("passwd", "salt", 1, 2, "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"),
        ("Password", "NaCl", 80_000, 1, "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"),
        ("Password", "NaCl", 80_000, 2, "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d"),
        ("password", "salt", 2, 1, "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43"),
        ("password", "salt", 4096, 1, "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"),
        (
            "passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096, 1,
            "348c89dbcbd32b2f32d814b8116e84cf2b17347ebc1800181c4e2a1fb8dd53e1"
        ),
    ]

    @Test(arguments: vectors.indices)
    func `is hashed as PBKDF2 with HMAC-SHA-256 says`(_ index: Int) {
        let vector = Self.vectors[index]
        let key = PBKDF2.key(
            password: Array(vector.password.utf8), salt: Array(vector.salt.utf8), iterations: vector.iterations,
            byteCount: Int(vector.block) * SHA256.byteCount)
        let hex = key.suffix(SHA256.byteCount).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(hex == vector.hex)
    }

    static func verifier(_ pin: String = "4711", iterations: Int = 1000) throws -> PINVerifier {
        var generator = SeededGenerator(seed: 7)
        return try #require(PINVerifier.make(pin: pin, iterations: iterations, using: &generator))
    }

    @Test func `matches itself and nothing near it`() throws {
        let verifier = try Self.verifier()
        #expect(verifier.matches("4711"))
        for other in ["4712", "5711", "04711", "47110", "471", "", " 4711", "4711 ", "４７１１", "4711\0"] {
            #expect(!verifier.matches(other), "\(other)")
        }
        #expect(try Self.verifier("12345678").matches("12345678"))
    }

    /// What a center in another language made: hashlib.pbkdf2_hmac("sha256", b"1234", bytes(range(16)), 20000, 32)
    @Test func `made elsewhere matches here`() throws {
        let hash = try #require(Digest("362gcf8kfmvsN3NtvtG6k6WK-JqggRdqGgJsrAOCI74"))
        let verifier = PINVerifier(iterations: 20_000, salt: Array(0..<16), hash: hash.bytes)
        #expect(verifier.matches("1234"))
        #expect(!verifier.matches("1235"))
    }

    @Test func `with one bit of the hash or the salt changed does not match`() throws {
        let whole = try Self.verifier()
        for index in whole.hash.indices {
            var damaged = whole
            damaged.hash[index] ^= 0x80
            #expect(!damaged.matches("4711"), "byte \(index)")
        }
        var salted = whole
        salted.salt[0] ^= 1
        #expect(!salted.matches("4711"))
        // Half a hash, or none, must not be half a check.
        for count in [0, 1, 31] {
            var short = whole
            short.hash = Array(whole.hash.prefix(count))
            #expect(!short.matches("4711"), "\(count) bytes")
        }
    }

    @Test func `is made only of four to eight digits and with rounds within bounds`() {
        var generator = SeededGenerator(seed: 1)
        for pin in ["123", "123456789", "12a4", "", "-123", "１２３４"] {
            #expect(PINVerifier.make(pin: pin, iterations: 1000, using: &generator) == nil, "\(pin)")
        }
        for iterations in [-1, 0, 1, 999, 1_000_001, Int.max] {
            #expect(PINVerifier.make(pin: "1234", iterations: iterations, using: &generator) == nil, "\(iterations)")
        }
    }

    @Test func `with rounds out of bounds matches nothing and costs nothing`() throws {
        for iterations in [Int.min, -1, 0, 999, Int.max] {
            var verifier = try Self.verifier()
            verifier.iterations = iterations
            #expect(!verifier.matches("4711"), "\(iterations)")
        }
    }

    @Test func `has another salt each time`() throws {
        var generator = SystemRandomNumberGenerator()
        let first = try #require(PINVerifier.make(pin: "1234", iterations: 1000, using: &generator))
        let second = try #require(PINVerifier.make(pin: "1234", iterations: 1000, using: &generator))
        #expect(first.salt != second.salt && first.hash != second.hash && first.salt.count == 16)
    }
}

@Suite struct `Base64url` {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func `is that of RFC 4648 without padding`(_ plain: String, _ text: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == text)
        #expect(Base64URL.decode(text) == Array(plain.utf8))
    }

    @Test func `of bytes of every length is read back`() {
        var generator = SeededGenerator(seed: 64)
        for count in 0..<100 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }

    @Test(arguments: ["Z", "Zm9vY", "Zg==", "Zh", "Zm9", "+/+/", "Zm 9", "Zm9v\n", "é"])
    func `in another spelling is refused`(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}

@Suite struct `A parcel's subject` {
    @Test(arguments: [
        ("SF1234567890123", "SF1234567890123", nil), ("JDVA12345678901-2", "JDVA12345678901", 2),
        ("DPK361234567890-0001", "DPK361234567890-0001", nil), ("12345678-9999", "12345678", 9999),
        ("12345678-10000", "12345678-10000", nil), ("1234567-1", "1234567-1", nil), ("12345678-", "12345678-", nil),
        ("12345678-0", "12345678-0", nil), ("12345678-+1", "12345678-+1", nil), ("A-B-C-D-E-7", "A-B-C-D-E", 7),
        ("", "", nil), ("-", "-", nil),
    ])
    func `tells number and package as far as it can`(_ subject: String, _ number: String, _ package: Int?) {
        let waybill = Waybill(subject: subject)
        #expect(waybill.number == number && waybill.package == package)
        #expect(waybill.subject == subject)
    }
}
