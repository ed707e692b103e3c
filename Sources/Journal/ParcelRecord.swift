import Domain
import SQLite

/// A parcel as a row. The columns beside `detail` are what is searched for; `detail` is what is believed, and `proof` shows
/// that neither has been damaged: SQLite itself does not notice a flipped bit.
enum ParcelRecord {
    static let columns = "subject, status, slot, code, recipient, seq, touched, detail, proof"
    static let here = "status IN ('received', 'shelved', 'accepted')"

    static func values(_ parcel: Parcel) -> [Value] {
        let detail = json(parcel).canonicalText
        return [
            .text(parcel.subject), .text(parcel.status.rawValue), .text(parcel.condition.slot),
            .text(parcel.condition.code), .text(parcel.condition.recipient), .integer(parcel.sequence),
            .integer(parcel.touched.milliseconds), .text(detail),
            .integer(proof(parcel.subject, parcel.sequence, parcel.touched.milliseconds, detail)),
        ]
    }

    static func parcel(_ row: Row) throws -> Parcel {
        let subject = row.text(0)
        let detail = row.text(7)
        guard proof(subject, row.integer(5), row.integer(6), detail) == row.integer(8),
            let json = try? JSON(parsing: detail.utf8), let condition = condition(json["now"]),
            condition.status.rawValue == row.text(1), condition.slot == row.optionalText(2),
            condition.code == row.optionalText(3), condition.recipient == row.optionalText(4)
        else { throw Damage("a parcel's state is not what was written") }
        let past = (json["past"]?.array ?? []).map { entry in
            Parcel.Past(change: change(entry["change"]), condition: self.condition(entry["before"]))
        }
        return Parcel(
            subject: subject, condition: condition, change: change(json["change"]), past: past,
            sequence: row.integer(5), touched: Timestamp(milliseconds: row.integer(6)))
    }

    static func proof(_ subject: String, _ sequence: Int64, _ touched: Int64, _ detail: String) -> Int64 {
        let digest = Digest(of: Array("\(subject)\n\(sequence)\n\(touched)\n\(detail)".utf8))
        return digest.bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }

    // MARK: JSON

    private static func json(_ parcel: Parcel) -> JSON {
        .members([
            "now": json(parcel.condition), "change": parcel.change.map(json),
            "past": .array(
                parcel.past.map { .members(["change": $0.change.map(json), "before": $0.condition.map(json)]) }),
        ])
    }

    private static func json(_ change: Parcel.Change) -> JSON {
        ["id": .string(change.id.text), "type": .string(change.type.text)]
    }

    private static func change(_ json: JSON?) -> Parcel.Change? {
        guard let id = json?["id"]?.string.flatMap(EventID.init),
            let type = json?["type"]?.string.flatMap({ EventType($0) })
        else { return nil }
        return Parcel.Change(id: id, type: type)
    }

    private static func json(_ condition: Parcel.Condition) -> JSON {
        return .members([
            "status": .string(condition.status.rawValue),
            "flags": condition.flags.isEmpty ? nil : .array(condition.flags.sorted().map { .string($0.rawValue) }),
            "flaggedby": condition.flaggedBy.isEmpty
                ? nil
                : .object(
                    Dictionary(uniqueKeysWithValues: condition.flaggedBy.map { ($0.key.rawValue, .string($0.value)) })),
            "handling": condition.handling == .normal ? nil : .string(condition.handling.rawValue),
            "slot": condition.slot.map { .string($0) }, "code": condition.code.map { .string($0) },
            "carrier": condition.carrier.map { .string($0.rawValue) },
            "recipient": condition.recipient.map { .string($0) }, "batch": condition.batch.map { .string($0) },
            "arrived": json(condition.arrived), "announced": condition.isAnnounced ? true : nil,
            "extended": condition.extended.map(json), "consent": condition.consent.map { .string($0.rawValue) },
        ])
    }

    private static func json(_ moment: Moment) -> JSON {
        [
            .integer(moment.now.wall.milliseconds), .integer(moment.now.uptime.milliseconds),
            .string(moment.now.clock.description), .string(moment.bootID),
        ]
    }

    private static func moment(_ json: JSON?) -> Moment? {
        guard let parts = json?.array, parts.count == 4, let wall = parts[0].integer, let uptime = parts[1].integer,
            let clock = parts[2].string.flatMap(ClockTrust.init), let bootID = parts[3].string
        else { return nil }
        let now = Now(wall: Timestamp(milliseconds: wall), uptime: Uptime(milliseconds: uptime), clock: clock)
        return Moment(now: now, bootID: bootID)
    }

    private static func condition(_ json: JSON?) -> Parcel.Condition? {
        guard let json, let status = json["status"]?.string.flatMap(Parcel.Status.init),
            let arrived = moment(json["arrived"])
        else { return nil }
        var condition = Parcel.Condition(status: status, arrived: arrived)
        condition.isAnnounced = json["announced"]?.boolean ?? false
        condition.extended = moment(json["extended"])
        condition.flags = Set((json["flags"]?.array ?? []).compactMap { $0.string.flatMap(Parcel.Flag.init) })
        for flag in condition.flags { condition.flaggedBy[flag] = json["flaggedby"]?[flag.rawValue]?.string }
        condition.handling = json["handling"]?.string.flatMap(Parcel.Handling.init) ?? .normal
        condition.slot = json["slot"]?.string
        condition.code = json["code"]?.string
        condition.carrier = json["carrier"]?.string.flatMap(Carrier.init)
        condition.recipient = json["recipient"]?.string
        condition.batch = json["batch"]?.string
        condition.consent = json["consent"]?.string.flatMap(Parcel.Consent.init)
        return condition
    }
}
