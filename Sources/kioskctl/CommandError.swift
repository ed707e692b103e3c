import LocalAPIClient

/// An error for the person at the keyboard, and its exit code for scripts.
struct CommandError: Error, CustomStringConvertible {
    enum Code: Int32 {
        /// The chain is broken.
        case damaged = 1
        /// The desk said no to what was scanned.
        case declined = 2
        /// The receipt is genuine, and what it is for was voided since.
        case voided = 3
        case unreachable = 69
        case refused = 70
        case output = 74
        case protocolError = 76
        case denied = 77
        case configuration = 78
    }

    let code: Code
    let description: String

    init(_ failure: LocalAPIClient.Failure) {
        code =
            switch failure.kind {
            case .unreachable: .unreachable
            case .denied: .denied
            case .path: .configuration
            case .refused: .refused
            case .notUnderstood: .protocolError
            }
        description = failure.description
    }

    init(code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
