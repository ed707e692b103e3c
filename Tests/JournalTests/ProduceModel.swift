import Domain
import Foundation

/// The account of produce in plain dictionaries: written from the rules, with nothing of the code that it judges. It is told each
/// event and keeps what a person would keep in a book.
struct ProduceBook {
    struct Crate: Equatable {
        var farmer: String
        var lot: String
        var net: Int
        /// `nil`: to be priced.
        var fen: Int?
        var isVoided = false
        /// When that was done, likewise.
        var voided: Time?
        var event: String
        var recorded: Time
        /// The price came later.
        var priced: Time?
        /// The payment that stands.
        var payment: String?
    }

    /// When something was recorded, by the board's two clocks.
    struct Time: Equatable {
        /// `nil` when it could not be believed.
        var wall: Int64?
        var uptime: Int64
        var boot: String

        init(_ draft: EventDraft) {
            wall = draft.now.clock == .synced ? draft.now.wall.milliseconds : nil
            (uptime, boot) = (draft.now.uptime.milliseconds, draft.bootID)
        }
    }

    struct Payment: Equatable {
        var farmer: String
        var fen: Int
        var crates: [String]
        var made: Time
        var reversed: Time?
        /// Crates that it takes back, and what they were paid by.
        var takes: [String: String] = [:]
        /// In which order they were made.
        var place = 0
    }

    struct Lot: Equatable {
        var farmer: String
        var produce: String
        var grade: String
        var status = "open"
        /// In the order in which they were weighed; voided ones too.
        var crates: [String] = []
        var offered: Int?
    }

    struct Parcel: Equatable {
        var order: String
        var taken: [(lot: String, grams: Int)]
        /// The events that stand, the newest last: accepted, and perhaps dispatched.
        var changes: [String]

        static func == (left: Parcel, right: Parcel) -> Bool {
            left.order == right.order && left.changes == right.changes
                && left.taken.map(\.lot) == right.taken.map(\.lot)
                && left.taken.map(\.grams) == right.taken.map(\.grams)
        }
    }

    var crates: [String: Crate] = [:]
    var payments: [String: Payment] = [:]
    /// Voided after they were paid, and the payment that took that back.
    var takenBack: [String: String] = [:]
    var lots: [String: Lot] = [:]
    /// Orders in their parcels, by waybill.
    var parcels: [String: Parcel] = [:]
    /// When a board had started, in milliseconds since 1970.
    var boots: [String: Int64] = [:]
    /// The last one: whether it passed, when by a clock that could be believed, and where in which boot.
    var check: (passed: Bool, wall: Int64?, uptime: Int64, boot: String)?
    var isScaleWrong = false
    /// By the beginning of the journal's epoch.
    var counts: [String: (crates: Int, lots: Int)] = [:]

    // MARK: What an event does

    mutating func take(_ event: Event) {
        let draft = event.draft
        let subject = draft.subject ?? ""
        let data = (try? JSON(parsing: draft.data)) ?? .null
        func number(_ name: String) -> Int { Int(data[name]?.integer ?? 0) }
        func text(_ name: String) -> String { data[name]?.string ?? "" }
        let isTrusted = draft.now.clock == .synced
        switch draft.type.text {
        case "kiosk.weighin.recorded.v1":
            let journal = String(subject.dropFirst(3).prefix(6))
            counts[journal, default: (0, 0)].crates += 1
            crates[subject] = Crate(
                farmer: text("farmer"), lot: text("lot"), net: number("net"),
                fen: data["amount"]?.integer.map { Int($0) }, event: draft.id.text, recorded: Time(draft))
            if lots[text("lot")] == nil {
                counts[journal, default: (0, 0)].lots += 1
                lots[text("lot")] = Lot(farmer: text("farmer"), produce: text("produce"), grade: text("grade"))
            }
            lots[text("lot")]?.crates.append(subject)
        case "kiosk.weighin.voided.v1":
            crates[subject]?.isVoided = true
            crates[subject]?.voided = Time(draft)
        case "kiosk.weighin.priced.v1":
            crates[subject]?.fen = number("amount")
            crates[subject]?.priced = Time(draft)
        case "kiosk.payment.made.v1":
            let items = (data["crates"]?.array ?? []).compactMap { $0["number"]?.string }
            payments[subject] = Payment(
                farmer: text("farmer"), fen: number("amount"), crates: items, made: Time(draft))
            let place = payments.count
            payments[subject]?.place = place
            for item in items { crates[item]?.payment = subject }
            for item in (data["takenback"]?.array ?? []).compactMap({ $0["number"]?.string }) {
                takenBack[item] = subject
                payments[subject]?.takes[item] = crates[item]?.payment
            }
        case "kiosk.payment.reversed.v1":
            payments[subject]?.reversed = Time(draft)
            for item in payments[subject]?.crates ?? [] { crates[item]?.payment = nil }
            takenBack = takenBack.filter { $0.value != subject }
        case "kiosk.lot.packed.v1": lots[subject]?.status = "packed"
        case "kiosk.lot.offered.v1":
            lots[subject]?.status = "offered"
            lots[subject]?.offered = number("quantity")
        case "kiosk.order.packed.v1":
            parcels[text("parcel")]?.order = subject
            parcels[text("parcel")]?.taken = (data["items"]?.array ?? []).map {
                ($0["lot"]?.string ?? "", Int($0["quantity"]?.integer ?? 0))
            }
        case "kiosk.parcel.accepted.v1":
            parcels[subject] = Parcel(order: "", taken: [], changes: [draft.id.text])
        case "kiosk.parcel.dispatched.v1": parcels[subject]?.changes.append(draft.id.text)
        case "kiosk.parcel.corrected.v1":
            parcels[subject]?.changes.removeLast()
            if parcels[subject]?.changes.isEmpty == true { parcels[subject] = nil }
        case "kiosk.scale.checked.v1":
            isScaleWrong = data["passed"]?.boolean == false
            check = (
                !isScaleWrong, isTrusted ? draft.now.wall.milliseconds : nil, draft.now.uptime.milliseconds,
                draft.bootID
            )
        case "kiosk.clock.synced.v1":
            boots[draft.bootID] = draft.now.wall.milliseconds - draft.now.uptime.milliseconds
        default: break
        }
    }

    // MARK: What can be asked

    func counting(_ lot: String) -> [String] { lots[lot]?.crates.filter { crates[$0]?.isVoided == false } ?? [] }
    func net(_ lot: String) -> Int { counting(lot).reduce(0) { $0 + (crates[$1]?.net ?? 0) } }

    func left(_ lot: String) -> Int {
        net(lot) - parcels.values.flatMap(\.taken).filter { $0.lot == lot }.reduce(0) { $0 + $1.grams }
    }

    func waybill(of order: String) -> String? { parcels.first { $0.value.order == order }?.key }

    func time(of time: Time) -> Int64? { time.wall ?? boots[time.boot].map { $0 + time.uptime } }

    // A thing of which nobody can tell the time was there by the time of what came of it.

    private func made(_ payment: String) -> Int64? {
        guard let entry = payments[payment] else { return nil }
        let later = payments.filter { $0.value.takes.values.contains(payment) }.keys.compactMap { made($0) }
        return time(of: entry.made) ?? (later + [reversed(payment)].compactMap(\.self)).min()
    }

    /// What pays the same crate anew, or takes the same back, came after it.
    private func reversed(_ payment: String) -> Int64? {
        guard let entry = payments[payment], let reversed = entry.reversed else { return nil }
        let named = Set(entry.crates + entry.takes.keys)
        let later = payments.filter {
            $0.value.place > entry.place && !named.isDisjoint(with: $0.value.crates + $0.value.takes.keys)
        }
        return time(of: reversed) ?? later.keys.compactMap { made($0) }.min()
    }

    private func voided(_ crate: String) -> Int64? {
        guard let voided = crates[crate]?.voided else { return nil }
        return time(of: voided) ?? payments.filter { $0.value.takes[crate] != nil }.keys.compactMap { made($0) }.min()
    }

    private func paid(_ crate: String) -> [Int64] {
        payments.filter { $0.value.crates.contains(crate) }.keys.compactMap { made($0) }
    }

    private func priced(_ crate: String) -> Int64? {
        guard let priced = crates[crate]?.priced else { return nil }
        return time(of: priced) ?? (paid(crate) + [voided(crate)].compactMap(\.self)).min()
    }

    private func recorded(_ crate: String) -> Int64? {
        guard let entry = crates[crate] else { return nil }
        return time(of: entry.recorded)
            ?? (paid(crate) + [priced(crate), voided(crate)].compactMap(\.self)).min()
    }

    struct Sums: Equatable {
        var count = 0
        var net = 0
        var fen = 0
        var unpriced = 0
        var voided = 0
        var voidedNet = 0
        var voidedFen = 0
        var paid = 0
    }

    /// Of those whose time lies in the range; `nil` takes everything, those too of which nobody can tell the time.
    func sums(of farmer: String, in range: Range<Int64>?) -> Sums {
        var sums = Sums()
        // Whether something lies in the range; a crate that nobody can place takes all that became of it along.
        func isIn(_ time: Int64?) -> Bool { range.map { range in time.map { range.contains($0) } ?? false } ?? true }
        for (name, crate) in crates where crate.farmer == farmer {
            let isHere = isIn(recorded(name))
            let isPricedHere = crate.priced != nil && isIn(priced(name))
            let isVoidedHere = crate.voided != nil && isIn(voided(name))
            if isHere {
                sums.count += 1
                sums.net += crate.net
                if crate.priced == nil { sums.fen += crate.fen ?? 0 }
                let isOpen = crate.priced != nil ? !isPricedHere : crate.fen == nil
                if isOpen, !isVoidedHere { sums.unpriced += 1 }
            }
            if isPricedHere { sums.fen += crate.fen ?? 0 }
            if isVoidedHere {
                sums.count -= 1
                sums.net -= crate.net
                sums.fen -= crate.fen ?? 0
                sums.voided += 1
                sums.voidedNet += crate.net
                sums.voidedFen += crate.fen ?? 0
            }
        }
        for (name, payment) in payments where payment.farmer == farmer {
            if isIn(made(name)) { sums.paid += payment.fen }
            if payment.reversed != nil, isIn(reversed(name)) { sums.paid -= payment.fen }
        }
        return sums
    }

    /// What a farmer is owed: delivered, less what was voided, less what was paid.
    func owed(_ farmer: String) -> Int {
        let sums = sums(of: farmer, in: nil)
        return sums.fen - sums.paid
    }

    /// In decimal yuan and kilograms, rounded once to whole fen.
    static func fen(_ grams: Int, _ fenPerKilogram: Int, toEven: Bool) -> Int {
        var exact = Decimal(grams) / 1000 * (Decimal(fenPerKilogram) / 100)
        var rounded = Decimal()
        NSDecimalRound(&rounded, &exact, 2, toEven ? .bankers : .plain)
        return NSDecimalNumber(decimal: rounded * 100).intValue
    }
}
