import Board
import Domain

/// The last saved event's number and hash in a small file beside the journal. It is written after each COMMIT and never
/// synced, so it costs no wait and is at most a little old; it is never ahead of the journal. A journal that ends before it
/// has lost what it had saved: a damaged or exchanged write-ahead log does that, and SQLite takes it for the normal end.
final class Watermark {
    private let file: any DiskFile
    private static let length = 128

    init?(files: JournalFiles) {
        guard let file = try? files.disk.open(files.watermark, .readWrite) else { return nil }
        self.file = file
    }

    func write(_ epoch: Epoch, _ head: Head) {
        // The number stands twice: a single damaged digit must not claim a loss.
        var bytes = Array("\(epoch) \(head.sequence) \(head.hash) \(head.sequence)".utf8)
        bytes += [UInt8](repeating: UInt8(ascii: " "), count: max(Self.length - 1 - bytes.count, 0)) + [0x0A]
        // A mark that could not be written is an old mark; the journal itself does not depend on it.
        try? file.write(bytes, at: 0)
    }

    /// What the file says of this epoch; `nil` for another epoch or an unreadable file.
    static func read(_ files: JournalFiles, epoch: Epoch) -> Head? {
        guard let bytes = files.disk.read(files.watermark, limit: length) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 4, words[0] == epoch.text, words[1] == words[3], let sequence = Int64(words[1]),
            sequence >= 0,
            let hash = Digest(String(words[2]))
        else { return nil }
        return Head(sequence: sequence, hash: hash)
    }
}
