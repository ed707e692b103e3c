import CDevices
import Glibc
import Synchronization

/// What other threads hand to a thread that waits in `poll`: a bounded list and a descriptor that becomes readable when
/// something lies in it.
public final class Mailbox<Letter: Sendable>: Sendable {
    /// Readable while letters wait; `drain` clears it.
    public let descriptor: Int32
    private let letters = Mutex<(waiting: [Letter], isClosed: Bool)>(([], false))
    private let capacity: Int

    public init(capacity: Int) {
        descriptor = kiosk_eventfd()
        precondition(descriptor >= 0, "no event descriptor could be made")
        self.capacity = capacity
    }

    deinit { Glibc.close(descriptor) }

    /// `false`, and nothing kept, when the box is full or closed.
    @discardableResult
    public func post(_ letter: Letter) -> Bool {
        let before: Int? = letters.withLock { letters in
            guard !letters.isClosed, letters.waiting.count < capacity else { return nil }
            defer { letters.waiting.append(letter) }
            return letters.waiting.count
        }
        // Whoever put the first in has called, or is about to.
        if before == 0 { kiosk_eventfd_signal(descriptor) }
        return before != nil
    }

    /// As `post`, but a letter that lies there already is not put in again; so a few kinds never fill a box.
    @discardableResult
    public func postOnce(_ letter: Letter) -> Bool where Letter: Equatable {
        let posted = letters.withLock { letters in
            guard !letters.isClosed else { return false }
            if !letters.waiting.contains(letter) { letters.waiting.append(letter) }
            return true
        }
        if posted { kiosk_eventfd_signal(descriptor) }
        return posted
    }

    public func drain() -> [Letter] {
        kiosk_eventfd_drain(descriptor)
        return letters.withLock { letters in
            defer { letters.waiting.removeAll(keepingCapacity: true) }
            return letters.waiting
        }
    }

    public var isOpen: Bool { letters.withLock { !$0.isClosed } }

    /// Takes no more letters, and returns those that nobody took out.
    public func close() -> [Letter] {
        letters.withLock { letters in
            letters.isClosed = true
            defer { letters.waiting = [] }
            return letters.waiting
        }
    }
}
