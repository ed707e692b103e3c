extension Timekeeper.Saved {
    public var json: JSON {
        .members([
            "bootid": .string(bootID), "uptimems": .integer(anchor.uptime.milliseconds),
            "time": .string(anchor.wall.description), "boundms": .integer(anchor.bound),
            "source": .string(anchor.source.rawValue), "rtc": rtc.map { .string($0.description) },
        ])
    }

    /// `nil` for anything but what `json` gives: without it the board only knows less.
    public init?(_ json: JSON) {
        guard let bootID = json["bootid"]?.string, let uptime = json["uptimems"]?.integer, uptime >= 0,
            let wall = json["time"]?.string.flatMap({ Timestamp($0) }), let bound = json["boundms"]?.integer,
            (0...ClockTrust.widest).contains(bound),
            let source = json["source"]?.string.flatMap(Timekeeper.Source.init)
        else { return nil }
        self.init(
            bootID: bootID,
            anchor: .init(wall: wall, uptime: Uptime(milliseconds: uptime), bound: bound, source: source),
            rtc: json["rtc"]?.string.flatMap { Timestamp($0) })
    }
}
