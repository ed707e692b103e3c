import Board
import DeskSession
import Domain
import Journal
import KioskSettings
import LocalAPI
import LocalAPIModel
import Workflow

/// Parcels, shelves and desks as the local API shows them. Whoever may use its socket runs the point, and sees codes and
/// the names under which parcels are handed over; neither goes anywhere else.
extension Kiosk {
    func parcels(after subject: String, limit: Int) async throws -> [ShownParcel] {
        try await journal.look { view in
            try view.here(after: subject, limit: limit).map { try Self.shown($0, view) }
        }
    }

    func parcel(_ subject: String) async throws -> ShownParcel? {
        try await journal.look { view in
            if let entry = try view.parcel(subject) { return try Self.shown(entry, view) }
            return try view.expected(subject).map { ShownParcel($0, possible: ParcelLife.possible(for: nil)) }
        }
    }

    func point() async throws -> PointState {
        let desks = desks.present.map { desk in
            PointState.Desk(
                name: desk.name, mode: desk.mode, isPractice: desk.isPractice, person: desk.session?.name,
                role: desk.session?.role.rawValue)
        }
        let shelves = settings.desk.shelves.slots
        return try await journal.look { view in
            let occupied = try view.occupancy()
            let versions = try view.versions()
            return PointState(
                desks: desks, batches: try view.batches().map { PointState.OpenBatch($0, scanned: $1) },
                shelves: shelves.map {
                    PointState.Slot(
                        slot: $0.name, handling: $0.handling, capacity: $0.capacity,
                        occupied: occupied[$0.name, default: 0])
                },
                awaited: try view.awaited(), expected: versions.expected, roster: versions.roster)
        }
    }

    func scan(_ text: String, at desk: String) async throws -> JSON? { await desks.scan(text, at: desk)?.json }

    func signIn(number: Int, pin: String, at desk: String) async throws -> JSON? {
        await desks.enter(.signIn(number: number, pin: pin), at: desk)?.json
    }

    func practise(_ isWanted: Bool, at desk: String) async throws -> JSON? {
        await desks.enter(.practice(isWanted), at: desk)?.json
    }

    func slip(_ wish: SlipRequest) async throws -> SlipText? { try await slips.lines(wish) }
    func slipPicture(_ wish: SlipRequest) async throws -> [UInt8]? { try await slips.png(wish) }
    func slipPage(_ wish: SlipRequest) async throws -> String? { try await slips.html(wish) }
    func printSlip(_ wish: SlipRequest) async throws -> PrintResult? { try await slips.printAgain(wish) }
    func prints(limit: Int) async throws -> [ShownPrintJob] { try await slips.prints(limit: limit) }
    func cancelPrint(_ job: Int64) async throws -> Bool? { try await slips.cancelPrint(job) }

    private static func shown(_ entry: PointView.Entry, _ view: PointView) throws -> ShownParcel {
        ShownParcel(
            entry.parcel, arrived: try view.placed(entry.parcel.condition.arrived), recipient: entry.recipient,
            possible: ParcelLife.possible(for: entry.parcel))
    }
}
