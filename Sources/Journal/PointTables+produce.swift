import Domain
import Projections
import SQLite
import Wire
import Workflow

/// What the center sent about produce, as it was read last: a catalog of 64 KiB is not read anew at every scan. It says
/// nothing that the digest in the journal does not confirm.
final class BodyCache {
    fileprivate var catalog: (digest: Digest, value: Catalog)?
    fileprivate var orders: (digest: Digest, value: OrderList)?
}

/// The account of produce.
extension PointTables {
    // MARK: Writing what events say

    func perform(_ step: ProduceProjection.Step) throws {
        switch step {
        case .record(var entry):
            entry.names = names(entry.weighIn)
            try put(entry)
            let number = entry.weighIn.number
            try note(WeighIn.Number.prefix + number.journal, number.count)
            if let (journal, count) = Self.parts(lot: entry.weighIn.lot) { try note(Lot.prefix + journal, count) }
        case .void(let number, let voiding):
            try change(number) { if $0.counts { $0.voiding = voiding } }
        case .price(let number, let price):
            try change(number) { if $0.due == .price { $0.laterPrice = price } }
        case .pay(let entry):
            // One that stands is never replaced by another of its number.
            guard try payment(entry.payment.number) == nil else { return }
            try put(entry)
            try note(Payment.Number.prefix + entry.payment.number.journal, entry.payment.number.count)
            try settle(entry.payment, with: entry.payment.number)
            try changeTill { $0.take(entry.payment) }
        case .reverse(let number, let reversal):
            guard let number = Payment.Number(number), var entry = try payment(number), entry.counts else { return }
            entry.reversal = reversal
            try put(entry)
            try settle(entry.payment, with: nil)
            try changeTill { $0.takeBack(entry.payment) }
        case .pack(let id): try setLot(id, status: .packed, offer: nil)
        case .offer(let id, let offer): try setLot(id, status: .offered, offer: offer)
        case .ship(let shipment): try put(shipment)
        case .set(let order, let status):
            guard var shipment = try shipment(order: order) else { return }
            shipment.status = status
            try put(shipment)
        }
    }

    /// A damaged roster or catalog costs a copy its names, and never a crate its record.
    private func names(_ weighIn: WeighIn) -> WeighInEntry.Names {
        .init(weighIn, (try? catalog()) ?? nil, (try? person(weighIn.farmer)) ?? nil)
    }

    func change(_ number: String, _ body: (inout WeighInEntry) -> Void) throws {
        guard let before = try weighIn(number) else { return }
        var after = before
        body(&after)
        if after != before { try put(after) }
    }

    func noteCheck(_ event: Event) throws {
        guard let data = try? JSON(parsing: event.draft.data), let isPassed = data["passed"]?.boolean else { return }
        try put(LastScaleCheck(at: Moment(now: event.draft.now, bootID: event.draft.bootID), isPassed: isPassed))
    }

    func put(_ check: LastScaleCheck) throws {
        let now = check.moment.now
        try connection.statement("INSERT OR REPLACE INTO scale_check VALUES (1, ?1, ?2, ?3, ?4, ?5)").run(
            .integer(now.wall.milliseconds), .integer(now.uptime.milliseconds), .text(check.moment.bootID),
            .text(now.clock.description), .integer(check.isPassed ? 1 : 0))
    }

    func put(_ entry: WeighInEntry) throws {
        try connection.statement(
            "INSERT OR REPLACE INTO weighin (\(WeighInRecord.columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
        ).run(WeighInRecord.values(entry))
    }

    private func setLot(_ id: String, status: Lot.Status, offer: Lot.Offer?) throws {
        guard let (journal, count) = Self.parts(lot: id) else { return }
        let detail = JSON.members(["status": .string(status.rawValue), "offer": offer?.json]).canonicalText
        try connection.statement("INSERT OR REPLACE INTO lot VALUES (?1, ?2, ?3, ?4)").run(
            .text(journal), .integer(count), .text(detail), .integer(ParcelRecord.proof(id, count, 0, detail)))
    }

    func put(_ shipment: Shipment) throws {
        let packing = Order.Packing(parcel: shipment.waybill, items: shipment.lines)
        let detail = JSON.members(["status": .string(shipment.status.rawValue), "packing": packing.json]).canonicalText
        try connection.statement("DELETE FROM shipment_line WHERE order_id = ?1").run(.text(shipment.order))
        for lot in Set(shipment.lines.map(\.lot)) {
            try connection.statement("INSERT INTO shipment_line VALUES (?1, ?2)").run(
                .text(lot), .text(shipment.order))
        }
        try connection.statement("INSERT OR REPLACE INTO shipment VALUES (?1, ?2, ?3, ?4)").run(
            .text(shipment.order), .text(shipment.waybill), .text(detail),
            .integer(ParcelRecord.proof("\(shipment.order)\n\(shipment.waybill)", 0, 0, detail)))
    }

    // MARK: Weigh-ins

    /// A farmer's, under the county's name and under those by which the point had met the same person.
    static let isOf = "farmer IN (SELECT ?1 UNION ALL SELECT id FROM newcomer WHERE person = ?1)"

    func weighIn(_ number: String) throws -> WeighInEntry? {
        guard let number = WeighIn.Number(number) else { return nil }
        return try entries("journal = ?1 AND count = ?2", .text(number.journal), .integer(number.count)).first
    }

    func weighIns(of lot: String) throws -> [WeighInEntry] { try entries("lot = ?1 ORDER BY seq, count", .text(lot)) }

    func weighIns(farmer: String) throws -> [WeighInEntry] {
        try entries("\(Self.isOf) ORDER BY seq, count", .text(try canonical(farmer)))
    }

    func hasAccount(of farmer: String) throws -> Bool {
        try connection.statement("SELECT 1 FROM weighin WHERE \(Self.isOf) LIMIT 1").first(.text(try canonical(farmer)))
        {
            _ in true
        } ?? false
    }

    func weighIns(after number: WeighIn.Number?, limit: Int) throws -> [WeighInEntry] {
        try entries(
            "(journal, count) > (?1, ?2) ORDER BY journal, count LIMIT ?3", .text(number?.journal ?? ""),
            .integer(number?.count ?? 0), .integer(Int64(limit)))
    }

    /// Of one farmer, those about which something is still to be done.
    func due(farmer: String) throws -> [WeighInEntry] {
        try entries(
            "due IS NOT NULL AND due IN (0, 1, 2) AND \(Self.isOf) ORDER BY seq, count", .text(try canonical(farmer)))
    }

    /// Those without a price, after one of them.
    func unpriced(after number: WeighIn.Number?, limit: Int) throws -> [WeighInEntry] {
        try entries(
            "due = 0 AND (journal, count) > (?1, ?2) ORDER BY journal, count LIMIT ?3", .text(number?.journal ?? ""),
            .integer(number?.count ?? 0), .integer(Int64(limit)))
    }

    /// The last that this journal has numbered.
    func lastWeighIn() throws -> WeighInEntry? {
        try entries("journal = ?1 ORDER BY count DESC LIMIT 1", .text(try journalName())).first
    }

    /// The same; in a journal that was just begun anew, the last one that it was told of by the one before.
    func newestWeighIn() throws -> WeighInEntry? {
        try lastWeighIn()
            ?? entries(
                "journal <> ?1 ORDER BY seq DESC, recorded_at DESC, count DESC LIMIT 1", .text(try journalName())
            ).first
    }

    private func entries(_ condition: String, _ values: Value...) throws -> [WeighInEntry] {
        try connection.statement("SELECT \(WeighInRecord.columns) FROM weighin WHERE \(condition)").map(values) {
            try WeighInRecord.entry($0)
        }
    }

    /// What this journal's numbers begin with.
    func journalName() throws -> String {
        let epoch = try connection.statement("SELECT value FROM meta WHERE name = 'epoch'").first { $0.text(0) }
        guard let epoch = epoch.flatMap(Epoch.init) else { throw Damage("the journal's epoch is unreadable") }
        return WeighIn.Number(epoch: epoch, count: 1).journal
    }

    /// The count must agree with the last record itself: a damaged one would give a number twice, or skip one.
    func nextWeighIn() throws -> WeighIn.Number {
        let journal = try journalName()
        let last = try counter(WeighIn.Number.prefix + journal)
        guard last == (try lastWeighIn()?.weighIn.number.count ?? 0) else {
            throw Damage("the last weigh-in is not the last that was numbered")
        }
        return WeighIn.Number(journal: journal, count: last + 1)
    }

    func nextLot() throws -> String {
        let journal = try journalName()
        return Lot.id(journal: journal, count: try counter(Lot.prefix + journal) + 1)
    }

    /// How many numbers of a kind were given out: `KW-3f9a1c`, `KL-3f9a1c`.
    func counter(_ name: String) throws -> Int64 {
        try connection.statement("SELECT value, proof FROM counter WHERE name = ?1").first(.text(name)) { row in
            guard ParcelRecord.proof(name, row.integer(0), 0, "") == row.integer(1),
                (1..<Int64.max).contains(row.integer(0))
            else { throw Damage("a count is not what was written") }
            return row.integer(0)
        } ?? 0
    }

    /// Notes that a number was given out. One that is out of order, because its neighbours were lost, counts as the last.
    func note(_ name: String, _ count: Int64) throws {
        guard try counter(name) < count else { return }
        try connection.statement("INSERT OR REPLACE INTO counter VALUES (?1, ?2, ?3)").run(
            .text(name), .integer(count), .integer(ParcelRecord.proof(name, count, 0, "")))
    }

    /// Lots with crates that count, and that were never ended: a restart came between.
    func openLots() throws -> [Lot] {
        // Lots are numbered without gaps and a lot has its row once it was ended. Weigh-ins are many more: the start of a
        // point must not look at each.
        let names = try connection.statement("SELECT name FROM counter ORDER BY name").map([]) { $0.text(0) }
        let open = try names.filter { $0.hasPrefix(Lot.prefix) }.flatMap { name in
            let journal = String(name.dropFirst(Lot.prefix.count))
            let last = try counter(name)
            var missing: [String] = []
            var next: Int64 = 1
            func pass(to end: Int64) {
                while next < end {
                    missing.append(Lot.id(journal: journal, count: next))
                    next += 1
                }
                next = max(next, end + 1)
            }
            try connection.statement("SELECT count FROM lot WHERE journal = ?1 AND count <= ?2 ORDER BY count").forEach(
                .text(journal), .integer(last)
            ) { pass(to: $0.integer(0)) }
            pass(to: last + 1)
            return missing
        }
        return try open.sorted().compactMap { try lot($0) }.filter { $0.status == .open && !$0.crates.isEmpty }
    }

    static func parts(lot id: String) -> (journal: String, count: Int64)? {
        guard id.hasPrefix(Lot.prefix),
            let number = WeighIn.Number(WeighIn.Number.prefix + id.dropFirst(Lot.prefix.count))
        else { return nil }
        return (number.journal, number.count)
    }

    // MARK: Lots and orders

    func lot(_ id: String) throws -> Lot? {
        guard let (journal, count) = Self.parts(lot: id) else { return nil }
        let row = try connection.statement("SELECT detail, proof FROM lot WHERE journal = ?1 AND count = ?2").first(
            .text(journal), .integer(count)
        ) { row in
            let detail = row.text(0)
            guard ParcelRecord.proof(id, count, 0, detail) == row.integer(1),
                let json = try? JSON(parsing: detail.utf8),
                let status = json["status"]?.string.flatMap(Lot.Status.init)
            else { throw Damage("a lot is not what was written") }
            return (status, json["offer"].flatMap(Lot.Offer.init))
        }
        return ProduceProjection.lot(
            id, status: row?.0 ?? .open, offer: row?.1 ?? nil, entries: try weighIns(of: id),
            shipments: try shipments(of: id))
    }

    func shipment(order: String) throws -> Shipment? { try shipments("order_id = ?1", .text(order)).first }

    /// The newest one wins where a waybill was used again after an undo.
    func shipment(waybill: String) throws -> Shipment? {
        let all = try shipments("waybill = ?1", .text(waybill))
        return all.first(where: \.takes) ?? all.first
    }

    func shipments(of lot: String) throws -> [Shipment] {
        try shipments("order_id IN (SELECT order_id FROM shipment_line WHERE lot = ?1) ORDER BY order_id", .text(lot))
    }

    private func shipments(_ condition: String, _ value: Value) throws -> [Shipment] {
        try connection.statement("SELECT order_id, waybill, detail, proof FROM shipment WHERE \(condition)").map(
            [value]
        ) { row in
            let (order, waybill, detail) = (row.text(0), row.text(1), row.text(2))
            guard ParcelRecord.proof("\(order)\n\(waybill)", 0, 0, detail) == row.integer(3),
                let json = try? JSON(parsing: detail.utf8),
                let status = json["status"]?.string.flatMap(Shipment.Status.init),
                let packing = json["packing"].flatMap(Order.Packing.init), packing.parcel == waybill
            else { throw Damage("an order's shipment is not what was written") }
            return Shipment(order: order, status: status, waybill: waybill, lines: packing.items)
        }
    }

    func lastCheck() throws -> LastScaleCheck? {
        // All columns: a journal of an earlier form kept only checks that the scale had passed, without saying so.
        try connection.statement("SELECT * FROM scale_check").first { row in
            let now = Now(
                wall: Timestamp(milliseconds: row.integer(1)), uptime: Uptime(milliseconds: row.integer(2)),
                clock: ClockTrust(row.text(4)) ?? .unsynced)
            return LastScaleCheck(
                at: Moment(now: now, bootID: row.text(3)), isPassed: row.count < 6 || row.integer(5) == 1)
        }
    }

    // MARK: What the center sent

    func replace(body: JSON, _ kind: Kind) throws {
        try connection.statement("INSERT OR REPLACE INTO body VALUES (?1, ?2)").run(
            .text(kind.rawValue), .text(body.canonicalText))
    }

    func catalog() throws -> Catalog? {
        guard let digest = try document(.catalog)?.digest else { return nil }
        if let known = bodies.catalog, known.digest == digest { return known.value }
        guard let catalog = try body(.catalog, digest, { try Catalog(parsing: $0) }) else { return nil }
        bodies.catalog = (digest, catalog)
        return catalog
    }

    func orders() throws -> OrderList? {
        guard let digest = try document(.orders)?.digest else { return nil }
        if let known = bodies.orders, known.digest == digest { return known.value }
        guard let orders = try body(.orders, digest, { try OrderList(parsing: $0) }) else { return nil }
        bodies.orders = (digest, orders)
        return orders
    }

    func order(_ id: String) throws -> Order? { try orders()?.orders.first { $0.id == id } }

    private func body<Body>(_ kind: Kind, _ digest: Digest, _ read: ([UInt8]) throws -> Body) throws -> Body? {
        let bytes = try connection.statement("SELECT json FROM body WHERE kind = ?1").first(.text(kind.rawValue)) {
            Array($0.text(0).utf8)
        }
        guard let bytes else { return nil }
        guard Digest(of: bytes) == digest, let body = try? read(bytes) else {
            throw Damage("the \(kind.rawValue) is not what the center sent")
        }
        return body
    }
}
