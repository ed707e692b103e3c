import Domain
import Projections
import SQLite
import Workflow

/// Writes an event and everything it changes: the one place where an event becomes state, so that a rebuilt state equals
/// the live one.
struct EventWriter {
    let connection: Connection
    let tables: PointTables

    init(connection: Connection) {
        self.connection = connection
        tables = PointTables(connection: connection)
    }

    func insert(_ event: Event) throws {
        let draft = event.draft
        try connection.statement(Schema.insertEvent).run(
            .integer(event.sequence), .text(draft.id.text), .text(draft.type.text), .text(draft.subject),
            .integer(draft.now.wall.milliseconds), .text(draft.bootID), .integer(draft.now.uptime.milliseconds),
            .text(draft.now.clock.description), .text(draft.actor), .text(String(decoding: draft.data, as: UTF8.self)),
            .blob(event.previousHash.bytes), .blob(event.hash.bytes))
        try project(event)
    }

    private func project(_ event: Event) throws {
        switch event.draft.type {
        case _ where ParcelProjection.types.contains(event.draft.type): try projectParcel(event)
        case .batchOpened:
            if let batch = Batch(opening: event) { try tables.open(batch) }
        case .batchClosed:
            if let id = event.draft.subject { try tables.closeBatch(id) }
        case .operatorSignedIn, .operatorSignedOut:
            guard let person = event.draft.subject, let data = try? JSON(parsing: event.draft.data),
                let desk = data["desk"]?.string
            else { break }
            try tables.setSession(event.draft.type == .operatorSignedIn ? person : nil, at: desk)
        case .clockSynced, .clockConfirmed: try tables.placeBoot(of: event.draft)
        case .scaleChecked: try tables.noteCheck(event)
        case .journalMoved:
            if let data = try? JSON(parsing: event.draft.data) {
                try tables.put(former: MovedRecord.read(data), toldBy: event.sequence)
            }
        case .tillCounted:
            if let data = try? JSON(parsing: event.draft.data), let count = Till.Count(data) {
                try tables.put(Till.after(count))
            }
        default: break
        }
        if let step = PersonProjection.step(event) { try tables.perform(step) }
        if let step = ProduceProjection.step(event) { try tables.perform(step) }
    }

    private func projectParcel(_ event: Event) throws {
        guard let subject = event.draft.subject else { return }
        let before = try tables.parcel(subject)
        let after = ParcelProjection.apply(event, to: before)
        guard before != after else { return }
        try tables.put(after, subject)
        switch ParcelProjection.batchStep(event, before: before, after: after) {
        case .adds(let batch): try tables.add(subject, to: batch)
        case .removes(let batch): try tables.remove(subject, from: batch)
        case nil: break
        }
        if event.draft.type == .parcelReceived, let recipient = after?.condition.recipient {
            try tables.keep(recipient, from: subject)
        }
    }
}
