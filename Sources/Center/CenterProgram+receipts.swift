import Domain

/// Whether a receipt tells what was recorded: for whoever holds the paper and doubts it.
extension CenterProgram {
    /// - Returns: 0 when the record is stored with this hash, 1 when it is not or is another.
    public static func verify(receipt text: String, configuration file: String, environment: [String: String]) -> Int32
    {
        guard let proof = RecordProof(text) else {
            complain("that is no receipt's code: it begins with KR- and has four parts between full stops")
            return wrongUsage
        }
        var isRight = false
        let code = look(file, environment) { store in
            let chain = HashChain(kiosk: proof.kiosk, epoch: proof.epoch)
            guard let stored = try store.hash(chain, proof.sequence) else {
                return print("There is no such record here: it was not delivered yet, or never was.")
            }
            isRight = stored == proof.hash
            print(
                isRight
                    ? "The record is there, exactly as the receipt says: \(proof.kiosk), event \(proof.sequence)."
                    : "The receipt does not tell what was recorded: its hash is another.")
        }
        return code == 0 && !isRight ? 1 : code
    }
}
