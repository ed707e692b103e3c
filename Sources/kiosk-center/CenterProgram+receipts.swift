import Center
import Domain
import Phrases

/// Whether a receipt tells what was recorded: for whoever holds the paper and doubts it.
extension CenterProgram {
    /// - Returns: 0 when the record is stored with this hash, 3 when it was voided or reversed since, 1 when it is not there or is another.
    static func verify(receipt text: String, configuration file: String, environment: [String: String]) -> Int32 {
        guard let proof = RecordProof(text) else {
            complain("that is no receipt's code: it begins with KR- and has four parts between full stops")
            return wrongUsage
        }
        var result: Int32 = 1
        let code = look(file, environment) { store in
            let chain = HashChain(kiosk: proof.kiosk, epoch: proof.epoch)
            let records = try store.records(chain, proof.sequence)
            guard !records.isEmpty else {
                return print("There is no such record here: it was not delivered yet, or never was.")
            }
            guard let record = records.first(where: { $0.hash == proof.hash }) else {
                return print("The receipt does not tell what was recorded: its hash is another.")
            }
            print("The code is genuine: \(proof.kiosk), event \(proof.sequence).")
            // By the event, which keeps its id through every recovery: its place and its number's journal may be another's.
            let account = try store.produce(of: proof.kiosk)
            result = try tell(of: record.id, store.said(record.id, by: proof.kiosk), account) ? 0 : 3
        }
        return code == 0 ? result : code
    }

    /// What a paper tells of that event.
    /// - Returns: whether all of it still counts.
    private static func tell(
        of id: EventID, _ said: (type: EventType, data: JSON)?, _ account: ProduceAccount
    ) -> Bool {
        func tell(_ text: String) { for line in text.split(separator: "\n") { print(String(line).printable) } }
        func named(_ member: String) -> EventID? { said?.data[member]?.string.flatMap(EventID.init) }
        switch said?.type {
        case .weighInRecorded:
            guard let entry = account.entries.first(where: { $0.id == id }) else { return true }
            tell(entry.comparison)
            return entry.counts
        case .lotPacked:
            // Of a whole lot: each of its crates is told, and one that was voided since is said.
            guard let packing = said.flatMap({ Lot.Packing($0.data) }) else { return true }
            let crates = packing.crates.compactMap { number in
                // A journal that was copied goes on twice, and gives one number to the crates of two.
                account.entries.first {
                    $0.weighIn.number == number && $0.weighIn.farmer == packing.farmer
                        && $0.weighIn.produce == packing.produce && $0.weighIn.grade == packing.grade
                }
            }
            for crate in crates { tell(crate.comparison) }
            return crates.allSatisfy(\.counts)
        case .paymentMade:
            guard let entry = account.payments.first(where: { $0.id == id }) else { return true }
            tell(entry.payment.comparison(reversed: entry.reversal?.reason))
            return entry.counts
        case .weighInVoided:
            guard let entry = account.entries.first(where: { $0.id == named("voids") }) else { return true }
            tell(entry.weighIn.voidingWords(entry.voiding?.reason))
            return true
        case .paymentReversed:
            guard let entry = account.payments.first(where: { $0.id == named("reverses") }) else { return true }
            tell(entry.payment.reversalWords(entry.reversal?.reason))
            return true
        default: return true
        }
    }
}
