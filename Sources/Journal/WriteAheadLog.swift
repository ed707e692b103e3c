import Board

/// Looks through a write-ahead log before SQLite does. SQLite ends at the first frame whose checksum is wrong and forgets
/// what follows, which is right for the torn end of an unfinished write and wrong for a damaged frame in the middle.
///
///     header   magic(4) version(4) page size(4) checkpoint(4) salt(8) checksum(8)
///     frame    page(4) pages after commit, else 0 (4) salt(8) checksum(8) page data
///
/// All big-endian. The checksum runs on from frame to frame; whether it reads words big- or little-endian is the last bit of
/// the magic. Frames of an earlier round have another salt. Source: SQLite's file format, section 4.
enum WriteAheadLog {
    /// Why the log cannot be believed; `nil` when it is whole, empty, or ends in one unfinished transaction.
    static func damage(at path: String, on disk: any Disk) -> String? {
        guard let file = try? disk.open(path, .read) else { return nil }
        guard let header = read(file, 32, at: 0) else { return nil }
        let magic = word(header, 0)
        // A log that was never begun is all zeros after a power cut.
        if header.allSatisfy({ $0 == 0 }) { return nil }
        guard magic & 0xFFFF_FFFE == 0x377F_0682 else { return "the log's header is damaged" }
        let isBigEndian = magic & 1 == 1
        var sum = checksum(header[0..<24], from: (0, 0), isBigEndian: isBigEndian)
        guard sum == (word(header, 24), word(header, 28)) else { return "the log's header is damaged" }
        let pageSize = Int(word(header, 8))
        guard pageSize >= 512, pageSize <= 65_536, pageSize & (pageSize - 1) == 0 else {
            return "the log's header is damaged"
        }
        var offset = 32
        var isWhole = true
        var commitsBehindDamage = 0
        while let frame = read(file, 24 + pageSize, at: offset) {
            offset += 24 + pageSize
            guard frame[8..<16].elementsEqual(header[16..<24]) else {
                // Of an earlier round; a damaged salt looks like that too, and what follows tells.
                isWhole = false
                continue
            }
            if isWhole {
                let next = checksum(
                    frame[24...], from: checksum(frame[0..<8], from: sum, isBigEndian: isBigEndian),
                    isBigEndian: isBigEndian)
                if next == (word(frame, 16), word(frame, 20)) {
                    sum = next
                    continue
                }
                isWhole = false
            }
            if word(frame, 4) != 0 { commitsBehindDamage += 1 }
        }
        // One commit behind the last whole frame may be the unfinished one; the second shows that the first was finished.
        return commitsBehindDamage > 1 ? "\(commitsBehindDamage) commits in the log lie behind a damaged frame" : nil
    }

    /// How far the log may be read: through the last frame of this round, whole or not. What lies behind is of earlier ones.
    static func length(at path: String, on disk: any Disk) -> Int {
        guard let file = try? disk.open(path, .read), let header = read(file, 32, at: 0) else { return 0 }
        let pageSize = Int(word(header, 8))
        // Of a damaged header nothing can be told.
        guard pageSize >= 512, pageSize <= 65_536 else { return header.allSatisfy { $0 == 0 } ? 32 : file.size }
        var (offset, end) = (32, 32)
        while let frame = read(file, 24, at: offset) {
            offset += 24 + pageSize
            if frame[8..<16].elementsEqual(header[16..<24]) { end = offset }
        }
        return end
    }

    private static func read(_ file: any DiskFile, _ count: Int, at offset: Int) -> [UInt8]? {
        guard let bytes = try? file.read(count, at: offset), bytes.count == count else { return nil }
        return bytes
    }

    private static func word(_ bytes: [UInt8], _ index: Int) -> UInt32 {
        UInt32(bytes[index]) << 24 | UInt32(bytes[index + 1]) << 16 | UInt32(bytes[index + 2]) << 8
            | UInt32(bytes[index + 3])
    }

    private static func checksum(
        _ bytes: ArraySlice<UInt8>, from start: (UInt32, UInt32), isBigEndian: Bool
    ) -> (UInt32, UInt32) {
        var (first, second) = start
        var index = bytes.startIndex
        func word(_ index: Int) -> UInt32 {
            let value =
                UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
                | UInt32(bytes[index + 3]) << 24
            return isBigEndian ? value.byteSwapped : value
        }
        while index + 8 <= bytes.endIndex {
            first = first &+ word(index) &+ second
            second = second &+ word(index + 4) &+ first
            index += 8
        }
        return (first, second)
    }
}
