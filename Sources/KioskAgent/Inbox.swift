import Board
import DeskSession
import Domain
import Journal
import Logging
import Uplink
import Wire

/// Puts in force what the center sends: in one transaction with the event that says so.
final class JournalInbox: Inbox {
    private let journal: Journal
    private let practice: Practice
    private let logger: Logger

    private let onCatalog: @Sendable () -> Void

    init(
        journal: Journal, practice: Practice, logger: Logger, onCatalog: @escaping @Sendable () -> Void = {}
    ) {
        self.onCatalog = onCatalog
        self.journal = journal
        self.practice = practice
        self.logger = logger
    }

    func apply(_ list: ExpectedList) throws -> DocumentOutcome {
        try apply(
            CenterDocument(version: list.version, digest: list.digest, content: .expected(list.parcels)),
            as: .expectedApplied, count: list.parcels.count)
    }

    func apply(_ roster: Roster) throws -> DocumentOutcome {
        try apply(
            CenterDocument(version: roster.version, digest: roster.digest, content: .roster(roster.people)),
            as: .rosterApplied, count: roster.people.count
        ) { [logger] transaction in
            let mergings = try transaction.mergings(by: roster.people)
            for kept in mergings.kept {
                logger.warning(
                    "the roster names another person than an earlier one; the first stands",
                    metadata: ["id": "\(kept.id)", "stands": "\(kept.person)"])
            }
            return mergings.members
        }
    }

    func apply(_ catalog: Catalog) throws -> DocumentOutcome {
        let outcome = try apply(
            CenterDocument(version: catalog.version, digest: catalog.digest, content: .catalog(catalog)),
            as: .catalogApplied, count: catalog.produce.count)
        if outcome == .applied { onCatalog() }
        return outcome
    }

    func apply(_ orders: OrderList) throws -> DocumentOutcome {
        try apply(
            CenterDocument(version: orders.version, digest: orders.digest, content: .orders(orders)),
            as: .ordersApplied, count: orders.orders.count)
    }

    /// What of it is recorded, and what is not and why, rides in the event that says that it was applied.
    func apply(_ payments: PaymentList) throws -> DocumentOutcome {
        let document = CenterDocument(version: payments.version, digest: payments.digest, content: .payments)
        let moment = BoardClock.moment
        return try journal.record { [logger] transaction in
            if let outcome = DocumentOutcome(try transaction.compare(document)) { return outcome }
            try transaction.requireRoom()
            var generator = SystemRandomNumberGenerator()
            let (events, refused) = try transaction.record(payments.transfers, at: moment, using: &generator)
            for (id, reason) in refused {
                logger.warning("a transfer is not recorded", metadata: ["id": "\(id)", "reason": "\(reason.rawValue)"])
            }
            _ = try transaction.record(
                EventDraft(
                    .paymentsApplied, at: moment,
                    .members([
                        "version": .integer(document.version), "digest": .string(document.digest.description),
                        "count": .integer(Int64(payments.transfers.count)), "recorded": .integer(Int64(events.count)),
                        "refused": refused.isEmpty
                            ? nil
                            : .array(refused.map { ["id": .string($0.id), "reason": .string($0.reason.rawValue)] }),
                    ])), needsRoom: false)
            try transaction.apply(document)
            return .applied
        }
    }

    /// - Parameter more: what else the event says.
    private func apply(
        _ document: CenterDocument, as type: EventType, count: Int,
        _ more: @escaping @Sendable (Transaction) throws -> [String: JSON?] = { _ in [:] }
    ) throws -> DocumentOutcome {
        let moment = BoardClock.moment
        let outcome: DocumentOutcome = try journal.record { transaction in
            if let outcome = DocumentOutcome(try transaction.compare(document)) { return outcome }
            // The event first: below the disk's reserve nothing at all is to change.
            _ = try transaction.record(
                EventDraft(
                    type, at: moment,
                    .members(
                        [
                            "version": .integer(document.version), "digest": .string(document.digest.description),
                            "count": .integer(Int64(count)),
                        ].merging(try more(transaction)) { $1 })))
            try transaction.apply(document)
            return .applied
        }
        if outcome == .applied {
            Task.detached { [practice, logger] in
                do {
                    try await practice.apply(document)
                } catch {
                    logger.warning("practice goes on with what it knew", metadata: ["error": "\(error)"])
                }
            }
        }
        return outcome
    }
}

extension DocumentOutcome {
    /// `nil` for one that is newer, and is to be applied.
    init?(_ news: CenterDocument.News) {
        switch news {
        case .newer: return nil
        case .known: self = .known
        case .older(let version): self = .older(inForce: version)
        }
    }
}
