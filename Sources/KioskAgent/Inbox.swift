import Synchronization
import Uplink
import Wire

/// Remembers which versions came, until the daemon ends.
final class VersionInbox: Inbox {
    private let versions = Mutex<[Document.Kind: Int64]>([:])

    func apply(_ list: ExpectedList) throws -> Bool { isNewer(.expected, list.version) }
    func apply(_ roster: Roster) throws -> Bool { isNewer(.roster, roster.version) }

    private func isNewer(_ kind: Document.Kind, _ version: Int64) -> Bool {
        versions.withLock { versions in
            guard version > versions[kind] ?? 0 else { return false }
            versions[kind] = version
            return true
        }
    }
}
