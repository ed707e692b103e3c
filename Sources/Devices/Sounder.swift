import Board
public import Domain
public import Logging
import Sounds
import Synchronization

/// The loudspeaker of a point: plays tones, one at a time and in order, by a program that is given a WAV file, such as
/// `aplay`. Without sound everything else goes on.
///
/// It has a thread of its own; nobody who asks for a tone waits for it. It lives once: after `stop` it stays silent.
public final class Sounder: Sendable {
    /// Since start. Every tone asked for ends in one of the three, once it has had its turn.
    public struct Counters: Sendable, Hashable {
        public internal(set) var played = 0
        /// Not played, because too many waited already or the point was closing.
        public internal(set) var dropped = 0
        /// The player could not be started, told of an error, or hung and was killed.
        public internal(set) var failed = 0
        /// Sentences that were heard to their end.
        public internal(set) var spoken = 0
        /// Sentences that were not: another took their place, a tone cut them off twice, or something failed.
        public internal(set) var unspoken = 0
    }

    /// What became of a sentence.
    public enum Speech: Sendable, Hashable {
        case spoken
        /// A newer sentence or a second tone came, or the point closed.
        case cutOff
        /// And why, in words for whoever maintains the board.
        case notSpoken(String)
    }

    private let board = SounderBoard()
    private let makeLoop: @Sendable (SounderBoard) -> SounderLoop
    private let thread = Mutex<DedicatedThread?>(nil)
    private let voice: VoiceConfiguration?

    /// - Parameters:
    ///   - player: an absolute path and arguments; the path of a WAV file is put behind them.
    ///   - directory: where the WAV files are laid; it is made if need be, but not what it lies in.
    ///   - voice: what turns sentences into sound; `nil`: there are only tones.
    public convenience init(
        player: [String], directory: String, voice: VoiceConfiguration? = nil, logger: Logger
    ) {
        self.init(
            player: player, directory: directory, voice: voice, patience: SounderLoop.patience,
            environment: Environment.all, logger: logger)
    }

    /// - Parameter patience: for a player to end, before it is killed.
    init(
        player: [String], directory: String, voice: VoiceConfiguration? = nil, patience: Milliseconds,
        environment: [String: String], logger: Logger
    ) {
        self.voice = voice
        makeLoop = { board in
            SounderLoop(
                player: player, files: SoundFiles(directory: directory), voice: voice, patience: patience,
                environment: environment,
                board: board, logger: logger)
        }
    }

    deinit {
        stop()
    }

    public var counters: Counters { board.counters }

    /// Why the last tone was not heard, in words for whoever maintains the board; `nil` while all is well.
    public var problem: String? { board.problem }

    /// Returns at once, from any thread. `saved` is for what is on the card and for nothing else.
    public func play(_ tone: Tone, isPractice: Bool) {
        board.add(Sound(tone, isPractice: isPractice))
    }

    /// Returns at once, from any thread. The sentence is heard after the tones that wait, and gives way to each that comes;
    /// a newer sentence takes its place. Its text beyond 120 characters is left out.
    /// - Parameter then: called once, on the sounder's thread or on this one.
    ///
    /// - Parameter isPrompt: it only tells what to do next, and is left out while a sentence that tells more waits or is heard.
    public func say(
        _ sentence: String, isPrompt: Bool = false, then: @escaping @Sendable (Speech) -> Void = { _ in }
    ) {
        board.add(SpeechRequest(sentence: sentence, isPrompt: isPrompt, then: then))
    }

    /// How the voice is; `nil` when there is none to be had.
    public var peripheral: PeripheralState? {
        voice.map { voice in
            let (problem, counters) = (board.voiceProblem, board.counters)
            return PeripheralState(
                name: "voice", kind: .voice, path: voice.program.first ?? "", connected: problem == nil,
                problem: problem, counters: ["spoken": counters.spoken, "unspoken": counters.unspoken])
        }
    }

    /// Starts the thread, which lays the files. A player that is not there is no error: it is logged once, and may come
    /// later. Does nothing when it was started before.
    public func start() {
        thread.withLock { thread in
            if thread != nil || board.isStopped { return }
            let (makeLoop, board) = (makeLoop, board)
            thread = DedicatedThread.start(name: "sounder") {
                var loop = makeLoop(board)
                loop.run()
            }
        }
    }

    /// Cuts off the tone that is heard and gives up those that wait; within a second. `false` when a player still hangs
    /// in the kernel then, where nothing can end it.
    @discardableResult
    public func stop() -> Bool {
        board.stop()
        guard let thread = thread.withLock({ $0.take() }) else { return true }
        return thread.join(within: .seconds(1)) && !board.isLeftBehind
    }
}
