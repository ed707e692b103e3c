import Board
import Domain

/// What a recovery needs to go on after it was cut short: a small file, written durably before anything is moved.
struct RecoveryNote {
    enum Phase: String {
        /// Files may lie in either place.
        case moving
        /// Everything old lies in quarantine.
        case moved
    }

    var place: String
    var phase: Phase
    var cause: Recovery.Cause
    var detail: String
    /// Kiosk and epoch of the old journal, as the file beside it said.
    var identity: HashChain?

    init(place: String, phase: Phase, cause: Recovery.Cause, detail: String, identity: HashChain?) {
        self.place = place
        self.phase = phase
        self.cause = cause
        self.detail = detail
        self.identity = identity
    }

    /// `nil` when there is none or it is unreadable.
    init?(_ files: JournalFiles) {
        guard let bytes = files.disk.read(files.recovering, limit: 4096), let json = try? JSON(parsing: bytes),
            let place = json["place"]?.string, files.exists(place),
            let phase = json["phase"]?.string.flatMap(Phase.init),
            let cause = json["cause"]?.string.flatMap(Recovery.Cause.init), let detail = json["detail"]?.string
        else { return nil }
        self.place = place
        self.phase = phase
        self.cause = cause
        self.detail = detail
        if let kiosk = json["kiosk"]?.string.flatMap(KioskID.init),
            let epoch = json["epoch"]?.string.flatMap(Epoch.init)
        {
            identity = HashChain(kiosk: kiosk, epoch: epoch)
        }
    }

    func write(_ files: JournalFiles) throws(JournalError) {
        let json: JSON = .members([
            "place": .string(place), "phase": .string(phase.rawValue), "cause": .string(cause.rawValue),
            "detail": .string(detail), "kiosk": identity.map { .string($0.kiosk.text) },
            "epoch": identity.map { .string($0.epoch.text) },
        ])
        try files.write(json.canonicalText, to: files.recovering)
        try files.synchronise(files.directory)
    }
}
