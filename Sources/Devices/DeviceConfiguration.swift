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

    /// - Parameters:
    ///   - path: a link that stays the same, such as one of `/dev/serial/by-id`.
    ///   - baud: of a serial line.
    public init(name: String, path: String, kind: Kind, baud: Int = 9600) {
        self.name = name
        self.path = path
        self.kind = kind
        self.baud = baud
    }
}
