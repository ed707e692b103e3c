import Domain
import Journal
import KioskSettings
import LocalAPIModel
import Workflow

/// What farmers are owed and were paid, and the cash of the point, as the local API shows them.
extension Kiosk {
    func balance(of farmer: String) async throws -> ShownBalance? {
        try await journal.look { view in
            guard let (id, name) = try Self.farmer(farmer, view) else { return nil }
            let balance = try view.balance(of: id)
            func crates(_ entries: [WeighInEntry]) throws -> [ShownBalance.Crate] {
                try entries.map { ShownBalance.Crate($0, time: try view.placed($0.moment)) }
            }
            return ShownBalance(
                farmer: id, name: name, owed: balance.owed, unpaid: try crates(balance.unpaid),
                refunds: try crates(balance.refunds), unpriced: try crates(balance.unpriced),
                unpricedNet: balance.unpricedNet)
        }
    }

    func payments(after number: String?, limit: Int) async throws -> [ShownPayment]? {
        let start = number.map { Payment.Number($0) }
        if start == .some(nil) { return nil }
        return try await journal.look { view in
            try view.payments(after: start ?? nil, limit: limit).map { try Self.shown($0, view) }
        }
    }

    func receipt(_ code: String) async throws -> ShownReceipt? {
        guard let proof = RecordProof(code) else { return nil }
        guard proof.kiosk == settings.kiosk else { return ShownReceipt(.elsewhere) }
        return try await journal.look { view in
            guard let record = try view.record(of: proof) else { return ShownReceipt(.absent) }
            // As at a desk: of a journal that was given up only the center can tell.
            guard record.hash == proof.hash else { return ShownReceipt(proof.epoch == view.epoch ? .wrong : .absent) }
            let crates = try Self.crates(of: record, proof, view)
            let payment = try record.subject.flatMap(Payment.Number.init).flatMap { try view.payment($0) }
            // The paper of a voiding tells of one, and is right.
            let isOfAnEnd = record.type == .weighInVoided || record.type == .paymentReversed
            let counts = isOfAnEnd || crates.allSatisfy(\.counts) && payment?.counts ?? true
            return ShownReceipt(
                counts ? .right : .void, type: record.type.text, subject: record.subject,
                weighIns: crates.isEmpty ? nil : try crates.map { try Self.shown($0, view) },
                payment: try payment.map { try Self.shown($0, view) })
        }
    }

    /// The crates that the paper tells of, by the event that closed the lot, also where a recovery has put that elsewhere; without
    /// it those that count.
    private static func crates(of record: MovedRecord, _ proof: RecordProof, _ view: PointView) throws -> [WeighInEntry]
    {
        guard let subject = record.subject else { return [] }
        guard record.type == .lotPacked else { return try view.weighIn(subject).map { [$0] } ?? [] }
        let all = try view.trace(lot: subject).crates
        guard let event = try view.packing(of: subject), event.draft.id == record.id else {
            return all.filter(\.counts)
        }
        let told = (try? JSON(parsing: event.draft.data))?["crates"]?.array ?? []
        return all.filter { told.contains(.string($0.weighIn.number.description)) }
    }

    func till() async throws -> ShownTill? { try await journal.look { try $0.till().map(ShownTill.init) } }

    /// By id or number on the roster; whoever was ever weighed for has an account, also when the roster knows them no more.
    static func farmer(_ text: String, _ view: PointView) throws -> (id: String, name: String?)? {
        if let person = try view.person(text) { return (person.id, person.name) }
        // As at a desk.
        if let person = try Int(text).flatMap({ try view.person(number: $0) }) {
            return (person.id, person.name)
        }
        return try view.hasAccount(of: text) ? (text, nil) : nil
    }

    private static func shown(_ entry: PaymentEntry, _ view: PointView) throws -> ShownPayment {
        ShownPayment(
            entry.payment,
            PaymentDetails(
                name: try view.person(entry.payment.farmer)?.name, sequence: entry.sequence,
                time: try view.placed(entry.moment), reversed: entry.reversal?.reason))
    }
}
