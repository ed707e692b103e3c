import Domain
import SQLite

/// Writes an event and everything it changes: the one place that knows what an event does to the state, so that a
/// rebuilt state equals the live one.
struct EventWriter {
    let connection: Connection

    func insert(_ event: Event) throws {
        let draft = event.draft
        try connection.statement(Schema.insertEvent).run(
            .integer(event.sequence), .text(draft.id.text), .text(draft.type.text), .text(draft.subject),
            .integer(draft.now.wall.milliseconds), .text(draft.bootID), .integer(draft.now.uptime.milliseconds),
            .text(draft.now.clock.rawValue), .text(draft.actor), .text(String(decoding: draft.data, as: UTF8.self)),
            .blob(event.previousHash.bytes), .blob(event.hash.bytes))
        try project(event)
    }

    private func project(_ event: Event) throws {
        switch (event.draft.type, event.draft.subject) {
        case (.parcelReceived, let subject?):
            // An event salvaged from a damaged journal may repeat what another already said; the later one stands.
            try connection.statement("INSERT OR REPLACE INTO parcel VALUES (?1, ?2, ?3, ?4)").run(
                .text(subject), .text(Parcel.State.received.rawValue), .integer(event.sequence),
                .integer(event.draft.now.wall.milliseconds))
        default: break
        }
    }
}
