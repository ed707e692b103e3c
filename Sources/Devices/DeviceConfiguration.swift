public import ScaleProtocols

/// A barcode scanner and how it is wired. The path should be a stable one: `/dev/serial/by-id/…`, `/dev/input/by-path/…`.
public struct ScannerConfiguration: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        /// RS-232 or USB CDC-ACM: bytes with a suffix, 8N1.
        case serial
        /// A keyboard wedge: an input device, or a FIFO of its records.
        case evdev
    }

    /// What scans and the status call it: `scanner-1`.
    public var name: String
    public var path: String
    public var kind: Kind
    /// Without meaning for `evdev`, and for USB CDC-ACM.
    public var baud: Int

    public init(name: String, path: String, kind: Kind, baud: Int = 9600) {
        self.name = name
        self.path = path
        self.kind = kind
        self.baud = baud
    }
}

/// A scale that talks unasked on a serial line.
public struct ScaleConfiguration: Sendable, Hashable {
    /// Data bits, parity, one stop bit.
    public enum Line: String, Sendable, CaseIterable {
        case eightNone = "8N1"
        case eightEven = "8E1"
        case sevenEven = "7E1"
        case sevenOdd = "7O1"
    }

    public var path: String
    public var protocolName: ScaleProtocolName
    public var baud: Int
    public var line: Line

    public init(path: String, protocolName: ScaleProtocolName, baud: Int = 9600, line: Line = .eightNone) {
        self.path = path
        self.protocolName = protocolName
        self.baud = baud
        self.line = line
    }
}
