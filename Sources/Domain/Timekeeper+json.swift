extension Timekeeper.Saved {
    /// With a check value: one bit of a card that turned must not become a time that is believed.
    public var json: JSON {
        guard var members = content.object else { return content }
        members["check"] = .string(Digest(of: content.canonical).description)
        return .object(members)
    }

    private var content: JSON {
        .members([
            "bootid": .string(bootID), "uptimems": .integer(anchor.uptime.milliseconds),
            "time": .string(anchor.wall.description), "boundms": .integer(anchor.bound),
            "source": .string(anchor.source.rawValue), "rtc": rtc.map { .string($0.description) },
            "battery": .boolean(isBatteryProved),
        ])
    }

    /// `nil` for anything but what `json` gives: without it the board only knows less.
    public init?(_ json: JSON) {
        guard let bootID = json["bootid"]?.string, let uptime = json["uptimems"]?.integer, uptime >= 0,
            let wall = json["time"]?.string.flatMap({ Timestamp($0) }), let bound = json["boundms"]?.integer,
            (0...ClockTrust.widest).contains(bound),
            let source = json["source"]?.string.flatMap(Timekeeper.Source.init),
            let isBatteryProved = json["battery"]?.boolean
        else { return nil }
        self.init(
            bootID: bootID,
            anchor: .init(wall: wall, uptime: Uptime(milliseconds: uptime), bound: bound, source: source),
            rtc: json["rtc"]?.string.flatMap { Timestamp($0) }, isBatteryProved: isBatteryProved)
        guard json["check"]?.string == Digest(of: content.canonical).description else { return nil }
    }
}
