import Domain

extension EventDraft {
    /// A fact that the agent itself records; what people do at a desk is drafted there.
    init(_ type: EventType, _ subject: String? = nil, at moment: Moment, actor: String? = nil, _ data: JSON) {
        var generator = SystemRandomNumberGenerator()
        self.init(
            id: .make(at: moment.now.wall, using: &generator), type: type, subject: subject, now: moment.now,
            bootID: moment.bootID, actor: actor, data: data.canonical)
    }
}
