public import Domain

/// Which parcels have been here for too long. Only trusted times count: a clock that began in 1970 makes nothing overdue,
/// and one that jumps ahead does not either until it follows a reference.
public enum Overdue {
    /// When the parcel's stay began: by a clock that could be believed then, or placed later by that boot's own clock.
    /// `nil` when nobody can tell.
    /// - Parameter bootOffset: when the board of a boot had started, in milliseconds since 1970, if that is known.
    public static func arrival(
        of parcel: Parcel, bootOffset: (String) throws -> Int64?
    ) rethrows -> Timestamp? {
        try time(of: parcel.condition.arrived, bootOffset)
    }

    private static func time(
        of moment: Moment, _ bootOffset: (String) throws -> Int64?
    ) rethrows -> Timestamp? {
        if moment.now.clock == .synced { return moment.now.wall }
        return try bootOffset(moment.bootID).map { Timestamp(milliseconds: $0 + moment.now.uptime.milliseconds) }
    }

    /// Whether it is to be flagged now, counted from its arrival or from when somebody last dealt with it. What a villager handed in waits for a courier and is not the recipient's fault.
    public static func isDue(
        _ parcel: Parcel, after days: Int, at now: Now, bootOffset: (String) throws -> Int64?
    ) rethrows -> Bool {
        guard now.clock == .synced, parcel.status == .received || parcel.status == .shelved,
            !parcel.condition.flags.contains(.overdue),
            let start = try time(of: parcel.condition.extended ?? parcel.condition.arrived, bootOffset)
        else { return false }
        return now.wall.milliseconds - start.milliseconds >= Int64(days) * 86_400_000
    }
}
