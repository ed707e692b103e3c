import Domain
import Sounds

/// The sounds that wait to be played, few and in order: a sound that comes too late is heard as the answer to something
/// else.
struct SoundQueue {
    static let capacity = 8

    private(set) var waiting: [Sound] = []

    /// Returns how many sounds are given up for it. When all places are taken, the oldest that does not say saved makes
    /// room; when all say saved, the new one is not played. No sound ever becomes another.
    mutating func add(_ sound: Sound) -> Int {
        if waiting.count >= Self.capacity {
            guard let oldest = waiting.firstIndex(where: { $0.tone != .saved }) else { return 1 }
            waiting.remove(at: oldest)
            waiting.append(sound)
            return 1
        }
        waiting.append(sound)
        return 0
    }

    mutating func next() -> Sound? { waiting.isEmpty ? nil : waiting.removeFirst() }

    mutating func removeAll() -> Int {
        defer { waiting = [] }
        return waiting.count
    }
}
