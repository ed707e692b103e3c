import Board
import DeskSession
import Domain
import Journal
import KioskSettings
import LocalAPI
import Workflow

/// Parcels, shelves and desks as the local API shows them. Whoever may use its socket runs the point, and sees codes and
/// the names under which parcels are handed over; neither goes anywhere else.
extension Kiosk {
    func parcels(after subject: String, limit: Int) async throws -> [JSON] {
        try await journal.look { view in
            try view.here(after: subject, limit: limit).map { try Self.json($0, view) }
        }
    }

    func parcel(_ subject: String) async throws -> JSON? {
        try await journal.look { view in
            if let entry = try view.parcel(subject) { return try Self.json(entry, view) }
            guard let expected = try view.expected(subject) else { return nil }
            return .members([
                "subject": .string(subject), "status": "expected",
                "carrier": expected.carrier.map { .string($0.rawValue) },
                "handling": .string(expected.handling.rawValue), "recipient": expected.recipient.map(Self.json),
                "possible": .array(ParcelLife.possible(for: nil).map { .string($0.rawValue) }),
            ])
        }
    }

    func point() async throws -> JSON {
        let desks = desks.present
        let shelves = settings.desk.shelves.slots
        return try await journal.look { view in
            let occupied = try view.occupancy()
            let versions = try view.versions()
            return .members([
                "desks": .array(
                    desks.map { desk in
                        .members([
                            "name": .string(desk.name), "mode": .string(desk.mode.rawValue),
                            "practice": .boolean(desk.isPractice),
                            "person": desk.session.map { .string($0.name) },
                            "role": desk.session.map { .string($0.role.rawValue) },
                        ])
                    }),
                "batches": .array(
                    try view.batches().map { batch, scanned in
                        .members([
                            "id": .string(batch.id), "kind": .string(batch.kind.rawValue),
                            "carrier": batch.carrier.map { .string($0.rawValue) }, "courier": .string(batch.courier),
                            "desk": .string(batch.desk), "opened": .string(batch.opened.description),
                            "scanned": .integer(Int64(scanned)),
                        ])
                    }),
                "shelves": .array(
                    shelves.map {
                        [
                            "slot": .string($0.name), "for": .string($0.handling.rawValue),
                            "capacity": .integer(Int64($0.capacity)),
                            "occupied": .integer(Int64(occupied[$0.name, default: 0])),
                        ]
                    }),
                "awaited": .array(try view.awaited().map { .string($0) }),
                "expected": versions.expected.map { .integer($0) }, "roster": versions.roster.map { .integer($0) },
            ])
        }
    }

    func scan(_ text: String, at desk: String) async throws -> JSON? { await desks.scan(text, at: desk)?.json }

    func signIn(number: Int, pin: String, at desk: String) async throws -> JSON? {
        await desks.enter(.signIn(number: number, pin: pin), at: desk)?.json
    }

    func practise(_ isWanted: Bool, at desk: String) async throws -> JSON? {
        await desks.enter(.practice(isWanted), at: desk)?.json
    }

    func slip(_ wish: SlipWish) async throws -> JSON? { try await slips.lines(wish) }
    func slipPicture(_ wish: SlipWish) async throws -> [UInt8]? { try await slips.png(wish) }
    func slipPage(_ wish: SlipWish) async throws -> String? { try await slips.html(wish) }
    func printSlip(_ wish: SlipWish) async throws -> JSON? { try await slips.printAgain(wish) }
    func prints(limit: Int) async throws -> [JSON] { try await slips.prints(limit: limit) }
    func cancelPrint(_ job: Int64) async throws -> Bool? { try await slips.cancelPrint(job) }

    // MARK: JSON

    private static func json(_ entry: PointView.Entry, _ view: PointView) throws -> JSON {
        let parcel = entry.parcel
        let condition = parcel.condition
        let arrival = try view.placed(condition.arrived)
        return .members([
            "subject": .string(parcel.subject), "status": .string(parcel.status.rawValue),
            "flags": .array(condition.flags.sorted().map { .string($0.rawValue) }),
            "handling": .string(condition.handling.rawValue), "slot": condition.slot.map { .string($0) },
            "code": condition.code.map { .string($0) }, "consent": condition.consent.map { .string($0.rawValue) },
            "carrier": condition.carrier.map { .string($0.rawValue) },
            "batch": condition.batch.map { .string($0) }, "recipient": entry.recipient.map(json),
            // Absent when nobody can tell: the clock could not be believed then, and that boot never learnt the time.
            "arrived": arrival.map { .string($0.description) },
            "sequence": .integer(parcel.sequence), "touched": .string(parcel.touched.description),
            "possible": .array(ParcelLife.possible(for: parcel).map { .string($0.rawValue) }),
        ])
    }

    private static func json(_ recipient: Recipient) -> JSON {
        ["id": .string(recipient.id), "name": .string(recipient.name), "tail": .string(recipient.phoneTail)]
    }
}
