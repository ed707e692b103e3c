/// One pull of the trigger: the bytes of the barcode as the scanner sent them.
public struct Scan: Sendable, Hashable {
    public var bytes: [UInt8]

    /// Whether the scanner's own terminator ended it. A scan that silence ended may have lost its tail.
    public var terminated: Bool

    /// - Parameters:
    ///   - bytes: without the line end.
    ///   - terminated: a line end came; without one a scan may be cut short.
    public init(bytes: [UInt8], terminated: Bool) {
        self.bytes = bytes
        self.terminated = terminated
    }
}

/// Why a pull of the trigger gave no scan.
public enum ScanFault: String, Sendable, CaseIterable {
    case empty
    case tooLong = "too-long"

    /// Bytes or key events were lost in mid-scan: the kernel's queue ran over, or the line went away.
    case interrupted
}

/// What a scanner hands on, whichever way its bytes came.
public enum ScanInput: Sendable, Hashable {
    case scan(Scan)
    case fault(ScanFault)
}
