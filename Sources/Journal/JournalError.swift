import Domain
import Glibc

/// Why the journal cannot do what was asked.
public enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process holds the journal of this directory.
    case inUse(directory: String, by: String)
    /// The journal was written for another kiosk than the settings name.
    case otherKiosk(journal: String, settings: String)
    /// The directory cannot be used: `errno` and what was being done.
    case directory(path: String, during: String, code: Int32, words: String)
    /// Less space is free than the reserve; nothing was recorded.
    case belowReserve(free: Int64, reserve: Int64)
    /// An event of this size could never be delivered; nothing was recorded.
    case tooLarge(type: String, bytes: Int)
    /// A write or its commit failed; nothing of it may be shown as saved, and the process must end.
    case failed(String)
    /// The journal was found damaged just now and has been replaced; what was asked did not happen.
    case replaced
    /// Too much waits for the journal already.
    case busy
    /// The journal was closed or has failed before.
    case closed

    /// The storage fails, which may pass; the rest has to be mended by a person.
    public var isOutage: Bool {
        switch self {
        case .failed: true
        case .directory(_, _, let code, _):
            [EIO, EROFS, ENOSPC, EDQUOT, ENXIO, ENODEV, EUCLEAN, ESHUTDOWN, ETIMEDOUT, ENOMEDIUM].contains(code)
        case .inUse, .otherKiosk, .belowReserve, .tooLarge, .replaced, .busy, .closed: false
        }
    }

    /// It tells of what was to be recorded, and not of the journal.
    var concernsOneRecording: Bool {
        switch self {
        case .belowReserve, .tooLarge: true
        default: false
        }
    }

    /// Nothing is wrong but the space that is missing.
    public var isWantOfSpace: Bool { if case .belowReserve = self { true } else { false } }

    public var description: String {
        switch self {
        case .inUse(let directory, let by):
            "the journal in \(directory) is in use by \(by); stop that process first, or give this one another "
                + "storage.directory"
        case .otherKiosk(let journal, let settings):
            "the journal belongs to \(journal), but kiosk.id is \(settings); put the right kiosk.id back, or move the "
                + "journal of \(journal) to a board that bears its name"
        case .directory(let path, let during, let code, let words):
            "\(path): \(during): \(words) (errno \(code)); check storage.directory and its owner"
        case .belowReserve(let free, let reserve):
            "only \(free / 1_048_576) MiB are free and \(reserve / 1_048_576) MiB are kept in reserve; nothing recorded"
        case .tooLarge(let type, let bytes):
            "an event \(type) with \(bytes) bytes of data was not recorded: at most \(EventDraft.mostDataBytes) can be delivered"
        case .failed(let words): "the journal could not be written: \(words)"
        case .replaced: "the journal was damaged and has been replaced; please repeat"
        case .busy: "too much waits for the journal; please repeat"
        case .closed: "the journal is closed"
        }
    }
}
