import Center
import Domain
import Phrases
import Projections
import Wire

/// Parcels as the center sees them: what the stored events add up to, by the same rules as at the kiosk.
extension CenterProgram {
    /// Counts for each kiosk; with a kiosk named, each of its parcels.
    static func parcels(
        configuration file: String, environment: [String: String], kiosk: String?, asJSON: Bool
    ) -> Int32 {
        var wanted: KioskID?
        if let kiosk {
            guard let id = kioskID(kiosk) else { return wrongUsage }
            wanted = id
        }
        return look(file, environment) { store in
            if let wanted {
                list(try folded(store, wanted), of: wanted, asJSON: asJSON)
            } else {
                // One kiosk's parcels at a time, so that memory does not grow with the county.
                try count(store.kiosks().map(\.kiosk), asJSON: asJSON) { try folded(store, $0) }
            }
        }
    }

    private static func folded(_ store: CenterStore, _ kiosk: KioskID) throws -> [Parcel] {
        var parcels: [String: Parcel] = [:]
        try store.forEachEvent(of: kiosk) { message in
            guard let subject = message.event.draft.subject, ParcelProjection.types.contains(message.event.draft.type)
            else {
                return
            }
            parcels[subject] = ParcelProjection.apply(message.event, to: parcels[subject])
        }
        return parcels.values.sorted { $0.subject < $1.subject }
    }

    private static func list(_ parcels: [Parcel], of kiosk: KioskID, asJSON: Bool) {
        if asJSON {
            for parcel in parcels { print(json(parcel, of: kiosk)) }
            return
        }
        guard !parcels.isEmpty else { return print("No parcel of \(kiosk.text) is known here.") }
        let rows = parcels.map { parcel in
            let flags = parcel.condition.flags.sorted().map(\.rawValue).joined(separator: ",")
            return [
                parcel.subject, parcel.status.rawValue, parcel.condition.slot ?? "-", flags.isEmpty ? "-" : flags,
                parcel.condition.carrier?.rawValue ?? "-", parcel.condition.recipient ?? "-",
                parcel.touched.atPlace,
            ]
        }
        let header = ["PARCEL", "STATUS", "SLOT", "FLAGS", "CARRIER", "RECIPIENT", "SINCE"]
        for line in TextTable.lines(header: header, rows: rows) { print(line) }
    }

    private static func count(
        _ kiosks: [String], asJSON: Bool, _ parcels: (KioskID) throws -> [Parcel]
    ) rethrows {
        var rows: [[String]] = []
        for name in kiosks {
            guard let kiosk = KioskID(name) else { continue }
            let parcels = try parcels(kiosk)
            let counts = Parcel.Status.allCases.map { status in (status, parcels.count { $0.status == status }) }
            let flagged = parcels.count { !$0.condition.flags.isEmpty }
            if asJSON {
                var members: [String: JSON] = [
                    "kiosk": .string(name), "parcels": .integer(Int64(parcels.count)),
                    "flagged": .integer(Int64(flagged)),
                ]
                for (status, count) in counts { members[status.rawValue] = .integer(Int64(count)) }
                print(JSON.object(members).canonicalText)
            } else {
                rows.append([name] + (counts.map(\.1) + [flagged, parcels.count]).map { String($0) })
            }
        }
        guard !asJSON else { return }
        guard !rows.isEmpty else { return print("No kiosk has been heard of yet.") }
        let header = ["KIOSK"] + Parcel.Status.allCases.map { $0.rawValue.uppercased() } + ["FLAGGED", "PARCELS"]
        for line in TextTable.lines(header: header, rows: rows) { print(line) }
    }

    /// Without its pick-up code: whoever runs the county has no use for it.
    private static func json(_ parcel: Parcel, of kiosk: KioskID) -> String {
        let condition = parcel.condition
        return JSON.members([
            "kiosk": .string(kiosk.text), "subject": .string(parcel.subject), "status": .string(parcel.status.rawValue),
            "flags": .array(condition.flags.sorted().map { .string($0.rawValue) }),
            "handling": .string(condition.handling.rawValue), "slot": condition.slot.map { .string($0) },
            "carrier": condition.carrier.map { .string($0.rawValue) },
            "recipient": condition.recipient.map { .string($0) }, "sequence": .integer(parcel.sequence),
            "touched": .string(parcel.touched.description),
        ]).canonicalText
    }
}
