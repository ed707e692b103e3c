/// How kioskd ends, in the numbers of sysexits.h; `kioskd --help` lists them.
public enum ExitCode: Int32, CaseIterable, Sendable {
    case stopped = 0
    case usage = 64
    case software = 70
    case directory = 73
    /// A write failed: the service manager starts it again, and it checks its journal's tail.
    case storage = 74
    case inUse = 75
    case configuration = 78

    public var meaning: String {
        switch self {
        case .stopped: "stopped in order"
        case .usage: "wrong arguments"
        case .software: "an error nobody foresaw; the last log line says which"
        case .directory: "the storage directory cannot be made or used"
        case .storage: "a write to the journal failed; nothing was shown as saved; start again"
        case .inUse: "another kioskd has this journal"
        case .configuration: "the settings are wrong or missing; the line names file, key and remedy"
        }
    }
}
