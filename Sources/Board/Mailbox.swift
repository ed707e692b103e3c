import CDevices
import Glibc
import Synchronization

/// What other threads hand to a thread that waits in `poll`: a bounded list and a descriptor that becomes readable when
/// something lies in it.
public final class Mailbox<Letter: Sendable>: Sendable {
    /// Readable while letters wait; `drain` clears it.
    public let descriptor: Int32
    private let letters = Mutex<[Letter]>([])
    private let capacity: Int

    public init(capacity: Int) {
        descriptor = kiosk_eventfd()
        precondition(descriptor >= 0, "no event descriptor could be made")
        self.capacity = capacity
    }

    deinit { close(descriptor) }

    /// `false`, and nothing kept, when the box is full.
    @discardableResult
    public func post(_ letter: Letter) -> Bool {
        let posted = letters.withLock { letters in
            guard letters.count < capacity else { return false }
            letters.append(letter)
            return true
        }
        kiosk_eventfd_signal(descriptor)
        return posted
    }

    public func drain() -> [Letter] {
        kiosk_eventfd_drain(descriptor)
        return letters.withLock { letters in
            defer { letters.removeAll(keepingCapacity: true) }
            return letters
        }
    }
}
