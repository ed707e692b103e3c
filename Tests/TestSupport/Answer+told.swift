public import Domain
public import Phrases

/// What a program is told by an answer, for tests that look at one part of it.
extension Answer {
    private func told(_ name: String) -> JSON? { json[name] }

    public var status: Parcel.Status? { told("status")?.string.flatMap(Parcel.Status.init) }
    public var slot: String? { told("slot")?.string }
    public var code: String? { told("code")?.string }
    public var recipient: String? { told("recipient")?["id"]?.string }
    public var person: String? { told("person")?.string }
    public var role: Person.Role? { told("role")?.string.flatMap(Person.Role.init) }
    public var typed: String? { told("typed")?.string }
    public var waitMilliseconds: Int64? { told("waitms")?.integer }
    public var flags: [Parcel.Flag] { (told("flags")?.array ?? []).compactMap { $0.string.flatMap(Parcel.Flag.init) } }
    public var carriers: [Carrier] { (told("carriers")?.array ?? []).compactMap { $0.string.flatMap(Carrier.init) } }

    public var possible: [Parcel.Action] {
        (told("possible")?.array ?? []).compactMap { $0.string.flatMap(Parcel.Action.init) }
    }

    public var parcels: [String] { (told("parcels")?.array ?? []).compactMap { $0["subject"]?.string } }

    public var count: Count? {
        guard let batch = told("batch"), let kind = batch["kind"]?.string.flatMap(Batch.Kind.init) else { return nil }
        func list(_ name: String) -> [String] { (batch[name]?.array ?? []).compactMap(\.string) }
        func number(_ name: String) -> Int { Int(batch[name]?.integer ?? -1) }
        return Count(
            kind: kind, scanned: number("scanned"), missing: list("missing"), missingCount: number("missingcount"),
            unexpected: list("unexpected"), unexpectedCount: number("unexpectedcount"))
    }

    public var obstacle: Parcel.TransitionError? { if case .impossible(let it) = self { it.obstacle } else { nil } }
}
