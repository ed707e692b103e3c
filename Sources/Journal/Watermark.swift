import Board
import Domain

/// The last saved event's number and hash in a small file beside the journal. It is written after each COMMIT and never
/// synced, so it costs no wait and is at most a little old; it is never ahead of the journal. A journal that ends before it
/// has lost what it had saved: a damaged or exchanged write-ahead log does that, and SQLite takes it for the normal end.
final class Watermark {
    private let file: any DiskFile
    private static let length = 192

    init?(files: JournalFiles) {
        guard let file = try? files.disk.open(files.watermark, .readWrite) else { return nil }
        self.file = file
    }

    /// The journal was closed, and all of it lies in the one file: its log may go.
    func close() {
        guard let bytes = try? file.read(Self.length, at: 0), let text = Self.words(bytes)?.joined(separator: " ")
        else { return }
        write(text + " " + Self.closed)
        try? file.synchronise()
    }

    static let closed = "closed"

    /// On the card before anything is recorded: from then on a log that has gone is a loss.
    static func open(_ files: JournalFiles, epoch: Epoch) throws(JournalError) {
        guard isClosed(files, epoch: epoch), let mark = read(files, epoch: epoch), let marks = Watermark(files: files)
        else {
            return
        }
        marks.write(epoch, mark)
        do throws(DiskError) { try marks.file.synchronise() } catch {
            throw .failed("synchronising \(files.watermark): \(error)")
        }
    }

    static func isClosed(_ files: JournalFiles, epoch: Epoch) -> Bool {
        guard let bytes = files.disk.read(files.watermark, limit: length), let words = words(bytes) else {
            return false
        }
        return words.count == 5 && words[0] == epoch.text && words[4] == closed
    }

    /// `nil` when it is not what we write.
    private static func words(_ bytes: [UInt8]) -> [String]? {
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        return words.count == 4 || (words.count == 5 && words[4] == closed) ? words : nil
    }

    func write(_ epoch: Epoch, _ head: Head) {
        // The number stands twice: a single damaged digit must not claim a loss.
        write("\(epoch) \(head.sequence) \(head.hash) \(head.sequence)")
    }

    private func write(_ text: String) {
        var bytes = Array(text.utf8)
        bytes += [UInt8](repeating: UInt8(ascii: " "), count: max(Self.length - 1 - bytes.count, 0)) + [0x0A]
        // A mark that could not be written is an old mark; the journal itself does not depend on it.
        try? file.write(bytes, at: 0)
    }

    /// What the file says of this epoch; `nil` for another epoch or an unreadable file.
    static func read(_ files: JournalFiles, epoch: Epoch) -> Head? {
        guard let bytes = files.disk.read(files.watermark, limit: length) else { return nil }
        guard let words = words(bytes), words[0] == epoch.text, words[1] == words[3], let sequence = Int64(words[1]),
            sequence >= 0, let hash = Digest(words[2])
        else { return nil }
        return Head(sequence: sequence, hash: hash)
    }
}
