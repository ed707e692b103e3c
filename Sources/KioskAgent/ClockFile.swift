import Board
import Domain
import Workflow

/// What is known of the time, on disk over a restart. Without it, or with a damaged one, the board only knows less.
struct ClockFile: Sendable {
    let path: String
    /// Where the kernel shows the battery-backed clock.
    let rtc: String

    init(directory: String, rtc: String) {
        path = directory + "/clock"
        self.rtc = rtc
    }

    private var json: JSON? { BoundedFileReader.read(path, limit: 1024).flatMap { try? JSON(parsing: $0) } }
    private var saved: Timekeeper.Saved? { json?["clock"].flatMap(Timekeeper.Saved.init) }
    /// Up to which moment ages were judged, and when, if that was in this boot.
    var pace: AgePace {
        guard let json else { return AgePace() }
        let isThisBoot = json["judgedin"]?.string == BoardClock.bootID && BoardClock.bootID != "unknown"
        let at = isThisBoot ? json["judgedat"]?.integer : nil
        return AgePace(
            judged: json["judged"]?.string.flatMap { Timestamp($0) }, at: at.map { Uptime(milliseconds: max($0, 0)) })
    }

    /// The last time that was known: it is not earlier now.
    var floor: Timestamp? { saved?.anchor.span.earliest }

    func resume() {
        if let saved { BoardClock.resume(saved, rtc: rtc) }
    }

    /// A power cut leaves the one before or this one.
    func save(_ pace: AgePace) throws {
        guard let saved = BoardClock.saved(rtc: rtc) else { return }
        let file = JSON.members([
            "clock": saved.json, "judged": pace.judged.map { .string($0.description) },
            "judgedat": pace.at.map { .integer($0.milliseconds) },
            "judgedin": pace.at.map { _ in .string(BoardClock.bootID) },
        ])
        try BoardDisk().replace(path, with: file.canonical)
    }
}
