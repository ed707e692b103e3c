import Board
import Domain
import Glibc

/// One thing that happens to a file of the journal on a failing card.
struct Damage: Sendable, CustomStringConvertible {
    enum Kind: String, CaseIterable, Sendable {
        case flippedBit = "flipped bits"
        case zeroedPage = "zeroed pages"
        case truncation = "truncations"
        case deletedLog = "deleted logs"
    }

    static let database = "journal.db"
    static let log = "journal.db-wal"
    static let files = [database, log, "journal.id", "journal.head"]
    private static let page = 4096

    let kind: Kind
    let file: String
    let offset: Int
    let bit: UInt8

    /// - Parameter whole: the files as they were; one that is empty is not damaged.
    init(_ kind: Kind, whole: [String: [UInt8]], using generator: inout SeededGenerator) {
        self.kind = kind
        let large = [Self.database, Self.log].filter { whole[$0]?.isEmpty == false }
        // The small files are a few bytes among a million: they get their share of the flips.
        let candidates =
            kind == .flippedBit && Int.random(in: 0..<10, using: &generator) == 0
            ? Self.files.filter { whole[$0]?.isEmpty == false } : large
        file = kind == .deletedLog ? Self.log : candidates.randomElement(using: &generator) ?? Self.database
        let size = max(whole[file]?.count ?? 0, 1)
        let byte = Int.random(in: 0..<size, using: &generator)
        offset = kind == .zeroedPage ? byte / Self.page * Self.page : byte
        bit = 1 << UInt8.random(in: 0..<8, using: &generator)
    }

    var description: String { "\(kind.rawValue), \(file) at \(offset)" }

    /// The file afterwards; `nil` when it is gone.
    func apply(to bytes: [UInt8]) -> [UInt8]? {
        var bytes = bytes
        switch kind {
        case .flippedBit: if offset < bytes.count { bytes[offset] ^= bit }
        case .zeroedPage: for index in offset..<min(offset + Self.page, bytes.count) { bytes[index] = 0 }
        case .truncation: bytes.removeLast(max(bytes.count - offset, 0))
        case .deletedLog: return nil
        }
        return bytes
    }
}
