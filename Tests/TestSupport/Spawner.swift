import Foundation
import Synchronization

/// The one thread that starts children. The kernel's parent-death signal follows the thread that started the child, not
/// its process, so that thread must never end.
final class Spawner: Sendable {
    static let shared = Spawner()

    private let waiting = Mutex<[@Sendable () -> Void]>([])
    private let arrived = DispatchSemaphore(value: 0)

    private init() {
        let thread = Thread { [self] in
            while true {
                arrived.wait()
                let next = waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                next?()
            }
        }
        thread.start()
    }

    func run(_ process: Process) throws {
        let result = Mutex<Result<Void, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        waiting.withLock { waiting in
            waiting.append {
                let outcome = Result { try process.run() }
                result.withLock { $0 = outcome }
                done.signal()
            }
        }
        arrived.signal()
        done.wait()
        try result.withLock { $0 }?.get()
    }
}
