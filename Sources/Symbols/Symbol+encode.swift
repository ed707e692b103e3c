import CZint

/// Why a text has no symbol.
public enum SymbolError: Error, Hashable, Sendable, CustomStringConvertible {
    case empty
    /// Code 128 has no sign for it. Use a QR code, or another text.
    case notASCII(Character)
    /// One symbol cannot hold it. Code 128 ends at 60 symbol characters: 120 digits or 60 mixed ones at most. A QR code of level M ends
    /// at 2,331 bytes, 3,391 capital letters and digits, 5,596 digits.
    case tooLong(bytes: Int)
    /// zint's own code, which only lack of memory can cause.
    case failed(code: Int32)

    public var description: String {
        switch self {
        case .empty: "an empty text has no symbol"
        case .notASCII(let character): "Code 128 cannot hold “\(character)”, only ASCII; a QR code can"
        case .tooLong(let bytes): "a text of \(bytes) bytes does not fit one symbol; shorten it"
        case .failed(let code): "no symbol could be made (zint says \(code)); there may be no memory left"
        }
    }
}

extension Symbol {
    /// The same text gives the same symbol. Nothing is read or written but memory.
    public static func encode(_ text: String, as symbology: Symbology) throws(SymbolError) -> Symbol {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .empty }
        // The most that any QR code holds, of digits. zint takes a count of 32 bits, so it may never see more.
        guard bytes.count <= 7089 else { throw .tooLong(bytes: bytes.count) }
        let isASCII = bytes.allSatisfy { $0 < 0x80 }
        if symbology == .code128, !isASCII, let stranger = text.first(where: { !$0.utf8.allSatisfy { $0 < 0x80 } }) {
            // zint would take é and ü too, in a way that not every scanner knows.
            throw .notASCII(stranger)
        }
        guard let encoder = Encoder() else { throw .failed(code: ZINT_ERROR_MEMORY) }
        return try encoder.encode(bytes, as: symbology, isASCII: isASCII)
    }
}

/// Owns one `zint_symbol` for the time of one encoding.
@safe private struct Encoder: ~Copyable {
    private let handle: UnsafeMutablePointer<zint_symbol>

    /// `nil` when there is no memory.
    init?() {
        guard let handle = unsafe ZBarcode_Create() else { return nil }
        unsafe self.handle = handle
    }

    deinit { unsafe ZBarcode_Delete(handle) }

    func encode(_ bytes: [UInt8], as symbology: Symbology, isASCII: Bool) throws(SymbolError) -> Symbol {
        unsafe handle.pointee.input_mode = UNICODE_MODE
        switch symbology {
        case .code128: unsafe handle.pointee.symbology = BARCODE_CODE128
        case .qr:
            unsafe handle.pointee.symbology = BARCODE_QRCODE
            // Level M of L, M, Q, H.
            unsafe handle.pointee.option_1 = 2
            // Left to itself zint writes Chinese as Shift JIS wherever that has the character.
            unsafe handle.pointee.eci = isASCII ? 0 : 26
        }
        let code = unsafe bytes.withUnsafeBufferPointer { source in
            unsafe ZBarcode_Encode(handle, source.baseAddress, Int32(source.count))
        }
        if code == ZINT_ERROR_TOO_LONG { throw .tooLong(bytes: bytes.count) }
        // Below it are warnings.
        guard code < ZINT_ERROR else { throw .failed(code: code) }
        let width = unsafe Int(handle.pointee.width)
        let height = unsafe Int(handle.pointee.rows)
        return Symbol(symbology: symbology, width: width, height: height) { x, y in
            unsafe kiosk_zint_is_dark(handle, Int32(x), Int32(y)) == 1
        }
    }
}
