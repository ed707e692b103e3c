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
            let account = try store.produce(of: proof.kiosk)
            // By the event, which keeps its id through every recovery: its place and its number's journal may be another's.
            let entry = account.entries.first { $0.id == record.id }
            if let entry { print(entry.weighIn.comparison(voided: entry.voiding?.reason).printable) }
            let payment = account.payments.first { $0.id == record.id }
            if let payment { print(payment.payment.comparison(reversed: payment.reversal?.reason).printable) }
            // A receipt is of a whole lot; each of its crates is told, and one that was voided since is said.
            let crates = try store.packedCrates(of: record.id, chain.kiosk).compactMap { number in
                account.entries.first { $0.weighIn.number.description == number }
            }
            for crate in crates { print(crate.weighIn.comparison(voided: crate.voiding?.reason).printable) }
            guard crates.allSatisfy(\.counts) else { return result = 3 }
            result = (entry?.counts ?? true) && (payment?.counts ?? true) ? 0 : 3
        }
        return code == 0 ? result : code
    }
}
