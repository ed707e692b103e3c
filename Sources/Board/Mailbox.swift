import CDevices
import Glibc
import Synchronization

/// What other threads hand to a thread that waits in `poll`: a bounded list and a descriptor that becomes readable when
/// something lies in it.
public final class Mailbox<Message: Sendable>: Sendable {
    /// Readable while messages wait; `drain` clears it.
    public let descriptor: Int32
    private let messages = Mutex<(waiting: [Message], isClosed: Bool)>(([], false))
    private let capacity: Int

    public init(capacity: Int) {
        descriptor = kiosk_eventfd()
        precondition(descriptor >= 0, "no event descriptor could be made")
        self.capacity = capacity
    }

    deinit { Glibc.close(descriptor) }

    /// `false`, and nothing kept, when the box is full or closed.
    @discardableResult
    public func post(_ message: Message) -> Bool {
        let before: Int? = messages.withLock { messages in
            guard !messages.isClosed, messages.waiting.count < capacity else { return nil }
            defer { messages.waiting.append(message) }
            return messages.waiting.count
        }
        // Whoever put the first in has called, or is about to.
        if before == 0 { kiosk_eventfd_signal(descriptor) }
        return before != nil
    }

    /// As `post`, but a message that lies there already is not put in again; so a few kinds never fill a box.
    @discardableResult
    public func postOnce(_ message: Message) -> Bool where Message: Equatable {
        let posted = messages.withLock { messages in
            guard !messages.isClosed else { return false }
            if !messages.waiting.contains(message) { messages.waiting.append(message) }
            return true
        }
        if posted { kiosk_eventfd_signal(descriptor) }
        return posted
    }

    public func drain() -> [Message] {
        kiosk_eventfd_drain(descriptor)
        return messages.withLock { messages in
            defer { messages.waiting.removeAll(keepingCapacity: true) }
            return messages.waiting
        }
    }

    public var isOpen: Bool { messages.withLock { !$0.isClosed } }

    /// Takes no more messages, and returns those that nobody took out.
    public func close() -> [Message] {
        messages.withLock { messages in
            messages.isClosed = true
            defer { messages.waiting = [] }
            return messages.waiting
        }
    }
}
