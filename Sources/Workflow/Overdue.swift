public import Domain

/// Which parcels have been here for too long. Only what is certain counts: a clock that began in 1970 makes nothing overdue.
public enum Overdue {
    /// Whether it is to be flagged now, counted from its arrival or from when somebody last dealt with it. What a villager handed in waits for a courier and is not the recipient's fault.
    public static func isDue(
        _ parcel: Parcel, after days: Int, at now: Now, bootTimes: (String) throws -> BootTimes?
    ) rethrows -> Bool {
        guard let now = now.span, parcel.status == .received || parcel.status == .shelved,
            !parcel.condition.flags.contains(.overdue),
            let start = try (parcel.condition.extended ?? parcel.condition.arrived).span(by: bootTimes)
        else { return false }
        return now.earliest.adding(-start.latest.milliseconds).milliseconds >= Int64(days) * 86_400_000
    }
}
