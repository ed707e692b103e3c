import CDevices
public import Domain
import Glibc
import Synchronization

/// The board's clocks, read once for each fact, and what this process believes of them. The only place that reads them.
public enum BoardClock {
    /// A board has one time, so a process has one keeper of it. In an object, made when it is asked for first: a `Mutex` that is a
    /// global itself was left zero by the optimiser of Swift 6.3.1, and zero is a time that the kernel has told.
    private static let keeper = Shared()

    private final class Shared: Sendable {
        private let contents = Mutex(Timekeeper())

        func withLock<Result>(_ body: (inout Timekeeper) -> Result) -> Result {
            contents.withLock { body(&$0) }
        }
    }

    public static var uptime: Uptime { Uptime(milliseconds: kiosk_clock_boottime_ms()) }

    /// As the kernel has it, whether that can be believed or not.
    public static var wall: Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    public static var discipline: Timekeeper.Discipline { look().kernel }

    /// - Parameter rtc: read before, because that may take its time.
    private static func look(rtc: Timestamp? = nil) -> Timekeeper.Look {
        let before = uptime
        var (error, wall): (Int64, Int64) = (0, 0)
        let answer = unsafe kiosk_adjtimex(&error, &wall)
        let after = uptime
        switch answer {
        case 1:
            // The wall clock was read at some moment between the two.
            let kernel = Timekeeper.Discipline.synchronised(
                maximumErrorMilliseconds: (max(error, 0) + 999) / 1000 + (after - before))
            return Timekeeper.Look(wall: Timestamp(milliseconds: wall), uptime: after, kernel: kernel, rtc: rtc)
        case 0: return Timekeeper.Look(wall: self.wall, uptime: after, kernel: .free, rtc: rtc)
        default: return Timekeeper.Look(wall: self.wall, uptime: after, kernel: .unreadable, rtc: rtc)
        }
    }

    public static var reading: Timekeeper.Reading { keeper.withLock { $0.read(look()) } }
    public static var now: Now { reading.now }
    public static var moment: Moment { Moment(now: now, bootID: bootID) }
    public static var contradiction: Timekeeper.Contradiction? { keeper.withLock { $0.contradiction } }

    /// The kernel's identity of this boot: an uptime means something only together with it.
    public static let bootID: String = {
        let text = BoundedFileReader.read("/proc/sys/kernel/random/boot_id", limit: 64)
        return text.map { String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace } } ?? "unknown"
    }()

    /// When this program was built: it is not earlier now.
    public static let built: Timestamp = {
        // `Nov  9 2026`
        let parts = unsafe String(cString: kiosk_build_date()).split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        guard parts.count == 3, let month = months.firstIndex(of: String(parts[0])), let day = Int(parts[1]),
            let time = Timestamp("\(parts[2])-\(padded(month + 1))-\(padded(day))T00:00:00.000Z")
        else { return Timestamp(milliseconds: 0) }
        // Whoever built it may have been ahead by a zone.
        return time.adding(-86_400_000)
    }()

    // MARK: Words from outside

    /// What goes out with a question, so that its answer tells when it was asked.
    public static var question: String { "\(bootID.prefix(8))-\(uptime.milliseconds)" }

    /// The center's time, in answer to a question of this boot.
    public static func hear(center time: Timestamp, bound: Int64, inAnswerTo question: String) {
        let parts = question.split(separator: "-")
        guard parts.count == 2, parts[0] == bootID.prefix(8), let sent = Int64(parts[1]), sent >= 0 else { return }
        keeper.withLock {
            // The kernel's word first, or one that was heard long ago would stand against it.
            _ = $0.read(look())
            $0.hear(center: time, bound: bound, sent: Uptime(milliseconds: sent), heard: uptime)
        }
    }

    /// - Returns: whether it is believed: it is not while something better is known.
    public static func hear(operator time: Timestamp, isForced: Bool = false) -> Bool {
        keeper.withLock {
            _ = $0.read(look())
            return $0.hear(operator: time, at: uptime, isForced: isForced)
        }
    }

    // MARK: Over a restart

    /// - Parameter rtc: where the kernel shows the battery-backed clock, `/sys/class/rtc/rtc0/since_epoch`.
    public static func resume(_ saved: Timekeeper.Saved, rtc: String) {
        let look = look(rtc: time(ofRTC: rtc))
        keeper.withLock { $0.resume(saved, look, bootID: bootID) }
    }

    public static func saved(rtc: String) -> Timekeeper.Saved? {
        // On a bus that hangs it takes its time, and nobody waits for it with the keeper.
        let look = look(rtc: time(ofRTC: rtc))
        return keeper.withLock {
            _ = $0.read(look)
            return $0.saved(look, bootID: bootID)
        }
    }

    private static func time(ofRTC path: String) -> Timestamp? {
        let before = uptime
        // One that took its time tells of a moment that nobody knows.
        guard let bytes = BoundedFileReader.read(path, limit: 32), uptime - before < 500 else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        guard let seconds = Int64(text), (0..<253_402_300_800).contains(seconds) else { return nil }
        return Timestamp(milliseconds: seconds * 1000)
    }
}
