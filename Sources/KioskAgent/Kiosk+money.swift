import Domain
import Journal
import KioskSettings
import Workflow

/// What farmers are owed and were paid, and the cash of the point, as the local API shows them.
extension Kiosk {
    func balance(of farmer: String) async throws -> JSON? {
        try await journal.look { view in
            guard let (id, name) = try Self.farmer(farmer, view) else { return nil }
            let balance = try view.balance(of: id)
            func lines(_ entries: [WeighInEntry]) throws -> JSON {
                .array(
                    try entries.map { entry in
                        .members([
                            "number": .string(entry.weighIn.number.description),
                            "produce": .string(entry.weighIn.produce), "grade": .string(entry.weighIn.grade),
                            "net": .integer(entry.weighIn.net.grams), "amount": entry.amount.map { .integer($0.fen) },
                            "time": try view.placed(entry.moment).map { .string($0.description) },
                        ])
                    })
            }
            return .members([
                "farmer": .string(id), "name": name.map { .string($0) }, "owed": .integer(balance.owed.fen),
                "unpaid": try lines(balance.unpaid), "refunds": try lines(balance.refunds),
                "unpriced": try lines(balance.unpriced), "unpricednet": .integer(balance.unpricedNet.grams),
            ])
        }
    }

    func payments(after number: String?, limit: Int) async throws -> [JSON]? {
        let start = number.map { Payment.Number($0) }
        if start == .some(nil) { return nil }
        return try await journal.look { view in
            try view.payments(after: start ?? nil, limit: limit).map { try Self.json($0, view) }
        }
    }

    func receipt(_ code: String) async throws -> JSON? {
        guard let proof = RecordProof(code) else { return nil }
        guard proof.kiosk == settings.kiosk else { return ["result": "elsewhere"] }
        return try await journal.look { view in
            guard let record = try view.record(of: proof) else { return ["result": "absent"] }
            // As at a desk: of a journal that was given up only the center can tell.
            guard record.hash == proof.hash else { return ["result": proof.epoch == view.epoch ? "wrong" : "absent"] }
            let crates = try Self.crates(of: record, proof, view)
            let payment = try record.subject.flatMap(Payment.Number.init).flatMap { try view.payment($0) }
            // The paper of a voiding tells of one, and is right.
            let isOfAnEnd = record.type == .weighInVoided || record.type == .paymentReversed
            let counts = isOfAnEnd || crates.allSatisfy(\.counts) && payment?.counts ?? true
            return .members([
                "result": counts ? "right" : "void", "type": .string(record.type.text),
                "subject": record.subject.map { .string($0) },
                "weighins": crates.isEmpty ? nil : .array(try crates.map { try Self.json($0, view) }),
                "payment": try payment.map { try Self.json($0, view) },
            ])
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

    func till() async throws -> JSON? {
        try await journal.look { view in
            try view.till().map { till in
                [
                    "open": .boolean(till.isOpen), "before": .integer(till.before.fen), "paid": .integer(till.paid.fen),
                    "payments": .integer(till.payments), "returned": .integer(till.returned.fen),
                    "expected": .integer(till.expected.fen),
                ]
            }
        }
    }

    /// By id or number on the roster; whoever was ever weighed for has an account, also when the roster knows them no more.
    static func farmer(_ text: String, _ view: PointView) throws -> (id: String, name: String?)? {
        if let person = try view.person(text) { return (person.id, person.name) }
        // As at a desk.
        if let person = try Int(text).flatMap({ try view.person(number: $0) }) {
            return (person.id, person.name)
        }
        return try view.hasAccount(of: text) ? (text, nil) : nil
    }

    private static func json(_ entry: PaymentEntry, _ view: PointView) throws -> JSON {
        guard case .object(var members) = entry.payment.json else { return entry.payment.json }
        members["name"] = try view.person(entry.payment.farmer).map { .string($0.name) }
        members["sequence"] = .integer(entry.sequence)
        members["time"] = try view.placed(entry.moment).map { .string($0.description) }
        members["reversed"] = entry.reversal.map { .string($0.reason.rawValue) }
        return .object(members)
    }
}
