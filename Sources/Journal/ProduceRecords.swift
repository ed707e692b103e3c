import Domain
import SQLite
import Workflow

/// A weigh-in as a row; proved like a parcel, because money is paid on it.
enum WeighInRecord {
    static let columns = "journal, count, farmer, lot, seq, recorded_at, voided, detail, proof, due"
    /// Of journals that knew no payments.
    static let formerColumns = "journal, count, farmer, lot, seq, recorded_at, voided, detail, proof"

    static func values(_ entry: WeighInEntry) -> [Value] {
        let weighIn = entry.weighIn
        let detail = json(entry).canonicalText
        return [
            .text(weighIn.number.journal), .integer(weighIn.number.count), .text(weighIn.farmer), .text(weighIn.lot),
            .integer(entry.sequence), .integer(entry.moment.now.wall.milliseconds),
            entry.voiding.map { .integer($0.sequence) } ?? .null, .text(detail), .integer(proof(entry, detail)),
            entry.due.map { .integer($0.rawValue) } ?? .null,
        ]
    }

    static func entry(_ row: Row) throws -> WeighInEntry {
        let detail = row.text(7)
        guard let json = try? JSON(parsing: detail.utf8), let weighIn = json["record"].flatMap(WeighIn.init),
            let id = json["id"]?.string.flatMap(EventID.init),
            let moment = Moment(json, wall: Timestamp(milliseconds: row.integer(5))),
            weighIn.number == WeighIn.Number(journal: row.text(0), count: row.integer(1)),
            weighIn.farmer == row.text(2), weighIn.lot == row.text(3)
        else { throw Damage("a weigh-in is not what was written") }
        var entry = WeighInEntry(weighIn: weighIn, id: id, sequence: row.integer(4), moment: moment)
        if !row.isNull(6) {
            guard let reason = json["voided"]?.string.flatMap(WeighIn.Voiding.Reason.init) else {
                throw Damage("a weigh-in is not what was written")
            }
            // Journals of an earlier form did not say when.
            entry.voiding = .init(
                reason: reason, approvedBy: json["voidedby"]?.string, sequence: row.integer(6),
                moment: json["voidedat"].flatMap(Moment.init) ?? moment)
        }
        if let later = json["priced"] {
            guard let price = WeighInEntry.LaterPrice(later) else {
                throw Damage("a weigh-in is not what was written")
            }
            entry.laterPrice = price
        }
        entry.names = json["names"].map(WeighInEntry.Names.init)
        entry.paidBy = json["paidby"]?.string.flatMap(Payment.Number.init)
        entry.takenBackBy = json["takenbackby"]?.string.flatMap(Payment.Number.init)
        guard proof(entry, detail) == row.integer(8) else { throw Damage("a weigh-in is not what was written") }
        // The index by which it is found must say what the record says.
        guard row.count < 10 || (row.isNull(9) ? nil : row.integer(9)) == entry.due?.rawValue else {
            throw Damage("a weigh-in is not what was written")
        }
        return entry
    }

    private static func json(_ entry: WeighInEntry) -> JSON {
        .members([
            "record": entry.weighIn.json, "id": .string(entry.id.text), "boot": .string(entry.moment.bootID),
            "uptime": .integer(entry.moment.now.uptime.milliseconds),
            "clock": .string(entry.moment.now.clock.description),
            "voided": entry.voiding.map { .string($0.reason.rawValue) }, "voidedat": entry.voiding?.moment.json,
            "voidedby": entry.voiding?.approvedBy.map { .string($0) },
            "priced": entry.laterPrice?.json, "paidby": entry.paidBy.map { .string($0.description) },
            "takenbackby": entry.takenBackBy.map { .string($0.description) }, "names": entry.names?.json,
        ])
    }

    private static func proof(_ entry: WeighInEntry, _ detail: String) -> Int64 {
        ParcelRecord.proof(
            "\(entry.weighIn.number)\n\(entry.voiding?.sequence ?? 0)", entry.sequence,
            entry.moment.now.wall.milliseconds, detail)
    }
}

/// A payment as a row, proved likewise.
enum PaymentRecord {
    static let columns = "journal, count, farmer, seq, detail, proof"

    static func values(_ entry: PaymentEntry) -> [Value] {
        let payment = entry.payment
        let detail = JSON.members([
            "record": payment.json, "id": .string(entry.id.text), "at": entry.moment.json,
            "reversed": entry.reversal.map {
                .members([
                    "reason": .string($0.reason.rawValue), "by": $0.approvedBy.map { .string($0) },
                    "seq": .integer($0.sequence), "at": $0.moment.json,
                ])
            },
        ]).canonicalText
        return [
            .text(payment.number.journal), .integer(payment.number.count), .text(payment.farmer),
            .integer(entry.sequence), .text(detail), .integer(proof(payment.number, entry.sequence, detail)),
        ]
    }

    static func entry(_ row: Row) throws -> PaymentEntry {
        let detail = row.text(4)
        guard let json = try? JSON(parsing: detail.utf8), let payment = json["record"].flatMap(Payment.init),
            let id = json["id"]?.string.flatMap(EventID.init), let moment = json["at"].flatMap(Moment.init),
            payment.number == Payment.Number(journal: row.text(0), count: row.integer(1)),
            payment.farmer == row.text(2), proof(payment.number, row.integer(3), detail) == row.integer(5)
        else { throw Damage("a payment is not what was written") }
        var entry = PaymentEntry(payment: payment, id: id, sequence: row.integer(3), moment: moment)
        if let reversal = json["reversed"] {
            guard let reason = reversal["reason"]?.string.flatMap(Payment.Reversal.Reason.init),
                let sequence = reversal["seq"]?.integer, let at = reversal["at"].flatMap(Moment.init)
            else { throw Damage("a payment is not what was written") }
            entry.reversal = .init(
                reason: reason, approvedBy: reversal["by"]?.string, sequence: sequence, moment: at)
        }
        return entry
    }

    private static func proof(_ number: Payment.Number, _ sequence: Int64, _ detail: String) -> Int64 {
        ParcelRecord.proof(number.description, sequence, 0, detail)
    }
}

extension WeighInEntry.LaterPrice {
    fileprivate var json: JSON {
        [
            "price": pricing.json, "amount": .integer(pricing.amount.fen), "reason": .string(reason.rawValue),
            "seq": .integer(sequence), "at": moment.json,
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard let pricing = WeighIn.Pricing(json["price"], amount: json["amount"]),
            let reason = json["reason"]?.string.flatMap(WeighIn.LaterPrice.Reason.init),
            let sequence = json["seq"]?.integer, let moment = json["at"].flatMap(Moment.init)
        else { return nil }
        self.init(pricing: pricing, reason: reason, sequence: sequence, moment: moment)
    }
}

extension Moment {
    var json: JSON {
        [
            "wall": .integer(now.wall.milliseconds), "uptime": .integer(now.uptime.milliseconds),
            "clock": .string(now.clock.description), "boot": .string(bootID),
        ]
    }

    init?(_ json: JSON) {
        guard let wall = json["wall"]?.integer else { return nil }
        self.init(json, wall: Timestamp(milliseconds: wall))
    }

    fileprivate init?(_ json: JSON, wall: Timestamp) {
        guard let boot = json["boot"]?.string, let uptime = json["uptime"]?.integer,
            let clock = json["clock"]?.string.flatMap(ClockTrust.init)
        else { return nil }
        self.init(now: Now(wall: wall, uptime: Uptime(milliseconds: uptime), clock: clock), bootID: boot)
    }
}
