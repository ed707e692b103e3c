import Board
import Center
import Domain
import Phrases
import Wire

/// `kiosk-center people`: whom points have met and the county does not know yet.
extension CenterProgram {
    /// - Parameter all: also those whom a roster has named since.
    static func people(
        configuration file: String, environment: [String: String], kiosk name: String?, all: Bool, asJSON: Bool
    ) -> Int32 {
        guard let (kiosk, _) = ReportFilter(kiosk: name).read() else { return wrongUsage }
        return look(file, environment) { store in
            var rows: [[String]] = []
            var open = 0
            try store.forEachProduce(of: kiosk) { account in
                // Somebody whose adding a card has spoilt has an account all the same.
                let others = Set(account.entries.map(\.weighIn.farmer)).filter {
                    Newcomer.parts($0) != nil && account.newcomers[$0] == nil
                }.map { Newcomer(Person(id: $0, name: "?", roles: [.farmer]), mergedInto: account.known($0)) }
                for newcomer in (account.newcomers.values + others).sorted(by: { $0.person.id < $1.person.id }) {
                    guard all || newcomer.mergedInto == nil else { continue }
                    if newcomer.mergedInto == nil { open += 1 }
                    let person = newcomer.person
                    let id = person.id
                    let role = person.roles.contains(.courier) ? Person.Role.courier : .farmer
                    let crates = account.entries.filter { $0.weighIn.farmer == id }
                    let owed = FarmerBalance(crates).owed
                    let time = person.met.flatMap { account.time(of: $0) }
                    if asJSON {
                        print(
                            JSON.members([
                                "kiosk": .string(account.kiosk.text), "id": .string(id), "name": .string(person.name),
                                "tail": person.phoneTail.map { .string($0) }, "role": .string(role.rawValue),
                                "carrier": person.carrier.map { .string($0.rawValue) },
                                "time": time.map { .string($0.description) },
                                "crates": .integer(Int64(crates.count)), "owed": .integer(owed.fen),
                                "into": newcomer.mergedInto.map { .string($0) },
                            ]).canonicalText)
                    }
                    rows.append([
                        account.kiosk.text, id, person.name, person.phoneTail ?? "-", role.rawValue,
                        time?.atPlace ?? "unknown", String(crates.count), "\(owed)", newcomer.mergedInto ?? "-",
                    ])
                }
            }
            guard !asJSON else { return }
            guard !rows.isEmpty else { return print("The county knows everybody whom its points have met.") }
            let header = [
                "KIOSK", "PERSON", "NAME", "TELEPHONE", "ROLE", "ADDED", "CRATES", "OWED", "ON THE ROSTER AS",
            ]
            for line in TextTable.lines(header: header, rows: rows) { print(line) }
            if open > 0 {
                print(
                    "\(open) not known to the county: put each on the kiosk's roster, with \"was\": [\"PN-…\"] beside the "
                        + "id that the county gives (kiosk-center send roster). Crates and payments then stand under that id."
                )
            }
        }
    }
}
