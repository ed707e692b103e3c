import Domain
import Journal
import MQTT
import Wire

extension VirtualKiosk {
    /// A connection, and the defects of delivery that can be planted in it.
    func begin(_ session: SimulatedSession) {
        self.session = session
        switch context.bug {
        case .cursorMovedByBroker: believeBroker(session)
        case .epochNotChecked: session.onTake = { [unowned self] in believeAnyEpoch(&$0) }
        default: break
        }
    }

    /// A bug.
    private func believeBroker(_ session: SimulatedSession) {
        var heads: [Int32: (Head, Epoch)] = [:]
        session.onPublish = { id, message in
            let encoding = message.userProperties[EventBatch.encodingProperty]
            guard message.topic.hasSuffix("/up/events"),
                let last = (try? EventBatch.decode(message.payload, encoding: encoding))?.events.last
            else { return }
            heads[id] = (Head(sequence: last.event.sequence, hash: last.event.hash), last.epoch)
        }
        session.onTake = { [unowned self] event in
            guard case .published(let id, let reason) = event, reason.isSuccess, let (head, epoch) = heads[id] else {
                return
            }
            _ = try? ask { keeper in
                if keeper.state.epoch == epoch { _ = try keeper.store.acknowledge(head) }
            }
        }
    }

    /// A bug: an acknowledgement of the journal before this one is taken for one of this.
    private func believeAnyEpoch(_ event: inout MQTTEvent) {
        guard case .message(var message) = event, message.topic.hasSuffix("/ack"), let keeper,
            let told = try? Acknowledgement(parsing: message.payload), told.epoch != keeper.state.epoch
        else { return }
        let sequence = min(told.through.sequence, keeper.state.head.sequence)
        guard let own = try? keeper.store.events(after: sequence - 1, limit: 1).first else { return }
        let through = Head(sequence: sequence, hash: own.hash)
        message.payload = Acknowledgement(epoch: keeper.state.epoch, through: through, missing: []).json.canonical
        event = .message(message)
    }
}
