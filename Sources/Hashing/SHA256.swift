import COpenSSL

/// SHA-256 (FIPS 180-4) and what is made of it, by OpenSSL's libcrypto, which libmosquitto loads in any case.
public enum SHA256 {
    public static let byteCount = 32

    /// Looked up once: the look-up costs more than the hash of an event. It lives as long as the process, and OpenSSL lets any
    /// number of threads use it. A machine whose OpenSSL has no SHA-256 (a damaged `openssl.cnf`) can record nothing, because
    /// no event could be hashed; the program ends at its first hash, before it has opened its journal.
    nonisolated(unsafe) private static let algorithm: OpaquePointer = {
        // Without this OpenSSL would clean up when the program exits, under a thread that still hashes a PIN.
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
        guard let algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil) else {
            preconditionFailure("OpenSSL offers no SHA-256 here; look at its configuration file, openssl.cnf")
        }
        return unsafe algorithm
    }()

    /// The 32 bytes of the hash.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { digest, count in
            let isDone = unsafe bytes.withUnsafeBytes { bytes in
                unsafe EVP_Digest(bytes.baseAddress, bytes.count, digest.baseAddress, nil, algorithm, nil)
            }
            // It fails only where there is no memory for its few hundred bytes of state.
            precondition(isDone == 1, "OpenSSL had no memory to hash with")
            count = byteCount
        }
    }
}

/// PBKDF2 (RFC 8018, section 5.2) with HMAC-SHA-256.
public enum PBKDF2 {
    /// - Parameter iterations: at least 1.
    public static func key(password: [UInt8], salt: [UInt8], iterations: Int, byteCount: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { key, count in
            let isDone = unsafe password.withUnsafeBytes { password in
                unsafe PKCS5_PBKDF2_HMAC(
                    password.assumingMemoryBound(to: CChar.self).baseAddress, Int32(password.count), salt,
                    Int32(salt.count), Int32(clamping: iterations), EVP_sha256(), Int32(byteCount), key.baseAddress)
            }
            precondition(isDone == 1, "OpenSSL could not derive a key: its arguments are out of range")
            count = byteCount
        }
    }
}
