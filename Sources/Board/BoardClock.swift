import CDevices
public import Domain
import Glibc

/// The board's clocks, read once for each fact. The only place that reads them.
public enum BoardClock {
    public static var uptime: Uptime { Uptime(milliseconds: kiosk_clock_boottime_ms()) }

    public static var wall: Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Whether the kernel believes its clock follows a reference.
    public static var trust: ClockTrust { kiosk_adjtimex_synced() == 1 ? .synced : .unsynced }

    public static var now: Now { Now(wall: wall, uptime: uptime, clock: trust) }

    /// The kernel's identity of this boot: an uptime means something only together with it.
    public static let bootID: String = {
        let text = SmallFile.read("/proc/sys/kernel/random/boot_id", limit: 64)
        return text.map { String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace } } ?? "unknown"
    }()
}
