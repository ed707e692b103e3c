import Board
import Center
import Domain
import Phrases
import Wire

/// `kiosk-center transfers`: what became of the county's transfers. Only what a point has recorded is to be sent.
extension CenterProgram {
    private struct Transfer {
        enum State: Int { case recorded, waiting, refused, reversed }

        var kiosk: KioskID
        var id: String
        var farmer: String?
        var amount: Money?
        var state: State
        var payment: String?
        /// Why it was refused or reversed.
        var reason: String?
        var time: Timestamp?
        /// Other points that were told of a transfer of this id.
        var others: [KioskID] = []
    }

    static func transfers(
        configuration file: String, environment: [String: String], kiosk name: String?, asJSON: Bool
    ) -> Int32 {
        guard let (kiosk, _) = ReportFilter(kiosk: name).read() else { return wrongUsage }
        guard let settings = load(file, environment) else { return misconfigured }
        return look(file, environment) { store in
            let documents = Documents(directory: settings.documents)
            var transfers: [Transfer] = []
            var reached: Set<KioskID> = []
            try store.forEachProduce(of: kiosk) { account in
                reached.insert(account.kiosk)
                transfers += Self.transfers(account, try Self.wanted(of: account.kiosk, documents))
            }
            // Some may be for a point of which nothing was heard yet.
            for place in try documents.places() {
                guard place.kind == .payments, case .kiosk(let other) = place.addressee, !reached.contains(other),
                    kiosk == nil || kiosk == other
                else { continue }
                transfers += Self.transfers(ProduceAccount(kiosk: other), try Self.wanted(of: other, documents))
            }
            let twice = Dictionary(grouping: transfers, by: \.id).filter { Set($0.value.map(\.kiosk)).count > 1 }
            for index in transfers.indices where twice[transfers[index].id] != nil {
                transfers[index].others = twice[transfers[index].id, default: []].map(\.kiosk).filter {
                    $0 != transfers[index].kiosk
                }
            }
            if asJSON {
                for transfer in transfers { print(json(transfer)) }
                return
            }
            guard !transfers.isEmpty else { return print("No transfer is known here.") }
            let header = ["KIOSK", "TRANSFER", "FARMER", "YUAN", "STATE", "PAYMENT", "TIME", "REMARK"]
            for line in TextTable.lines(header: header, rows: transfers.map(row)) { print(line) }
            for (state, words) in [
                (Transfer.State.recorded, "recorded by their points: send the money"),
                (.waiting, "not answered yet: send nothing"), (.refused, "refused by their points: send nothing"),
                (.reversed, "reversed after they were recorded: they did not arrive, or were taken back"),
            ] {
                let some = transfers.filter { $0.state == state }
                guard !some.isEmpty else { continue }
                let sum = Money(fen: some.reduce(0) { $0.addingReportingOverflow($1.amount?.fen ?? 0).partialValue })
                print("\(some.count) \(words) (\(sum) yuan)")
            }
            if !twice.isEmpty {
                print(
                    "\(twice.count) ids were sent to more than one point (\(twice.keys.sorted().joined(separator: ", "))): one id is one transfer, so look at them before any money is sent."
                        .printable)
            }
        }
    }

    private static func wanted(of kiosk: KioskID, _ documents: Documents) throws -> [Domain.Transfer] {
        guard case .payments(let list)? = try documents.read(Documents.Address(kiosk, .payments))?.document else {
            return []
        }
        return list.transfers
    }

    private static func transfers(_ account: ProduceAccount, _ wanted: [Domain.Transfer]) -> [Transfer] {
        var known: Set<String> = []
        var transfers: [Transfer] = []
        for entry in account.payments {
            guard let id = entry.payment.reference, known.insert(id).inserted else { continue }
            let reversal = entry.reversal
            transfers.append(
                Transfer(
                    kiosk: account.kiosk, id: id, farmer: entry.payment.farmer, amount: entry.payment.amount,
                    state: reversal == nil ? .recorded : .reversed, payment: entry.payment.number.description,
                    reason: reversal?.reason.rawValue, time: account.time(of: (reversal?.moment ?? entry.moment))))
            // The point keeps the first of that name, and says of every other that the id is used.
            if let refused = account.refusedTransfers[id], refused.reason == Domain.Transfer.Refusal.idUsed.rawValue {
                transfers.append(
                    Transfer(
                        kiosk: account.kiosk, id: id, farmer: nil, amount: nil, state: .refused, payment: nil,
                        reason: refused.reason, time: account.time(of: refused.moment)))
            }
        }
        let asked = Dictionary(wanted.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for (id, refused) in account.refusedTransfers.sorted(by: { $0.key < $1.key }) where known.insert(id).inserted {
            transfers.append(
                Transfer(
                    kiosk: account.kiosk, id: id, farmer: asked[id]?.farmer, amount: asked[id].flatMap(amount),
                    state: .refused, payment: nil, reason: refused.reason, time: account.time(of: refused.moment)))
        }
        for transfer in wanted where known.insert(transfer.id).inserted {
            transfers.append(
                Transfer(
                    kiosk: account.kiosk, id: transfer.id, farmer: transfer.farmer, amount: amount(transfer),
                    state: .waiting, payment: nil, reason: nil, time: nil))
        }
        return transfers
    }

    private static func amount(_ transfer: Domain.Transfer) -> Money? {
        Money(fen: transfer.crates.reduce(0) { $0.addingReportingOverflow($1.amount.fen).partialValue })
    }

    private static func row(_ transfer: Transfer) -> [String] {
        [
            transfer.kiosk.text, transfer.id, transfer.farmer ?? "-", transfer.amount.map { "\($0)" } ?? "-",
            "\(transfer.state)", transfer.payment ?? "-", transfer.time?.atPlace ?? "-",
            transfer.others.isEmpty
                ? transfer.reason ?? "-" : "also at \(transfer.others.map(\.text).joined(separator: ", "))",
        ]
    }

    private static func json(_ transfer: Transfer) -> String {
        JSON.members([
            "kiosk": .string(transfer.kiosk.text), "id": .string(transfer.id),
            "farmer": transfer.farmer.map { .string($0) }, "amount": transfer.amount.map { .integer($0.fen) },
            "state": .string("\(transfer.state)"), "payment": transfer.payment.map { .string($0) },
            "reason": transfer.reason.map { .string($0) },
            "alsoat": transfer.others.isEmpty ? nil : .array(transfer.others.map { .string($0.text) }),
            "time": transfer.time.map { .string($0.description) },
        ]).canonicalText
    }
}
