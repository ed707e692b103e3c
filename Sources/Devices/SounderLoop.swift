import Board
import CDevices
import Domain
import Glibc
import Logging
import Sounds

/// The sounder's thread: lays the files, then plays what is asked for until it is told to stop.
struct SounderLoop {
    /// Three times the longest sound, and the time that a slow board takes to start a player.
    static let patience: Milliseconds = 2000
    /// How often a player that runs is looked at. It costs wake-ups, but only while something is heard; the descriptor by
    /// which Linux would tell of the end is younger than the kernels of some boards.
    static let look: Milliseconds = 10
    /// What a killed player gets to go. One that sits in a sound driver goes when the driver lets it.
    static let farewell: Milliseconds = 500

    let player: [String]
    private let files: SoundFiles
    /// `nil`: nothing is spoken.
    let voice: VoiceConfiguration?
    /// For a player to end, before it is killed.
    let patience: Milliseconds
    let environment: [String]
    let board: SounderBoard
    let logger: Logger
    /// Killed, but not gone: while it may hold the loudspeaker no other is started.
    private var stuck: PlayerProcess?

    init(
        player: [String], files: SoundFiles, voice: VoiceConfiguration?, patience: Milliseconds,
        environment: [String: String], board: SounderBoard, logger: Logger
    ) {
        self.voice = voice
        self.player = player
        self.files = files
        self.patience = patience
        // The player is nobody to speak to the service manager, and our settings are not its own.
        self.environment = environment.compactMap { name, value in
            let isOurs = ["NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"].contains(name) || name.hasPrefix("KIOSK_")
            return isOurs ? nil : "\(name)=\(value)"
        }
        self.board = board
        self.logger = logger
    }

    mutating func run() {
        prepare()
        while true {
            while let sound = board.next() { finish(play(sound), sound) }
            if board.isStopped { break }
            // Only when no tone waits: what was saved is told before what was weighed.
            if let utterance = board.nextUtterance() {
                board.end(utterance, speak(utterance.sentence))
            } else {
                waitForCall(atMost: -1)
            }
        }
        if !isGone(stuck) { board.leaveBehind() }
    }

    /// What is wrong is known, and told, before the first sound is wanted.
    private func prepare() {
        do throws(DeviceError) {
            try files.lay()
            let program = player.first ?? ""
            if unsafe access(program, X_OK) != 0 { throw DeviceError(call: program, code: errno) }
        } catch {
            report(error.description, nil)
        }
        if let program = voice?.program.first, unsafe access(program, X_OK) != 0 {
            reportVoice(DeviceError(call: program, code: errno).description)
        }
    }

    // MARK: One sound

    enum PlaybackResult {
        case played, cutOff
        case failed(String)
    }

    private mutating func play(_ sound: Sound) -> PlaybackResult {
        guard isFree else { return .failed("the player before hangs in the kernel") }
        let process: PlayerProcess
        do throws(DeviceError) {
            let path = files.path(of: sound)
            if unsafe access(path, R_OK) != 0 { try files.lay() }
            process = try PlayerProcess(player + [path], environment: environment)
        } catch {
            return .failed(error.description)
        }
        let board = board
        return watch(process, "the player", atMost: patience) { board.isStopped }
    }

    /// Nothing that was killed holds the loudspeaker any more.
    var isFree: Bool {
        mutating get {
            guard isGone(stuck) else { return false }
            stuck = nil
            return true
        }
    }

    /// Until it ends by itself, is late, or has to give way; the last two end it.
    mutating func watch(
        _ process: PlayerProcess, _ name: String, atMost patience: Milliseconds, isInTheWay: () -> Bool
    ) -> PlaybackResult {
        let deadline = kiosk_clock_boottime_ms() + patience
        while true {
            if let ending = process.ending() { return Self.outcome(ending, name) }
            if isInTheWay() {
                end(process)
                return .cutOff
            }
            if kiosk_clock_boottime_ms() >= deadline {
                end(process)
                return .failed("\(name) did not end within \(patience) ms and was killed")
            }
            waitForCall(atMost: Int32(Self.look))
        }
    }

    private static func outcome(_ ending: PlayerProcess.Ending, _ name: String) -> PlaybackResult {
        switch ending {
        case .code(0): .played
        case .code(let code): .failed("\(name) ended with code \(code)")
        case .signal(let signal): .failed("\(name) was ended by signal \(signal)")
        }
    }

    private mutating func end(_ process: PlayerProcess) {
        process.kill()
        let deadline = kiosk_clock_boottime_ms() + Self.farewell
        while !isGone(process) {
            if kiosk_clock_boottime_ms() >= deadline {
                stuck = process
                return
            }
            poll(nil, 0, 1)
        }
    }

    private func isGone(_ process: PlayerProcess?) -> Bool { process.map { $0.ending() != nil } ?? true }

    /// Returns earlier when somebody calls. What the call was about stands on the board.
    private func waitForCall(atMost milliseconds: Int32) {
        var call = pollfd(fd: board.calls.descriptor, events: Int16(POLLIN), revents: 0)
        if unsafe poll(&call, 1, milliseconds) > 0 { _ = board.calls.drain() }
    }

    // MARK: Accounts

    private func finish(_ outcome: PlaybackResult, _ sound: Sound) {
        switch outcome {
        case .played:
            board.count { $0.played += 1 }
            reportHeard()
        case .cutOff:
            board.count { $0.dropped += 1 }
        case .failed(let problem):
            board.count { $0.failed += 1 }
            report(problem, sound)
        }
    }

    func reportHeard() {
        if board.note(nil) { logger.notice("sounds are heard again") }
    }

    /// Once, until it changes: a point without a loudspeaker must not fill the log.
    func report(_ problem: String, _ sound: Sound?) {
        guard board.note(problem) else { return }
        let command = (player + [files.path(of: sound ?? Sound(.saved, isPractice: false))]).joined(separator: " ")
        logger.warning("no sound: \(problem)", metadata: ["command": "\(command)"])
    }
}
