import Domain

extension EventDraft {
    /// A fact that the agent itself records; what people do at a desk is drafted there.
    init(_ type: EventType, _ subject: String? = nil, at moment: Moment, actor: String? = nil, _ data: JSON) {
        var generator = SystemRandomNumberGenerator()
        self.init(type, subject, at: moment, actor: actor, data, using: &generator)
    }
}
