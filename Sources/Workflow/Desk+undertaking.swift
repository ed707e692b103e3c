import Domain

/// What was begun at a desk and may be finished on a disk that takes nothing new any more.
extension Desk {
    enum PendingOperation: Hashable {
        /// A farmer stands at the scale; all crates belong to it, up to the receipt.
        case weighing(farmer: String)
        case pickUp
        case packing(order: String)
    }

    var undertaking: PendingOperation? {
        if let farmer = weighing.farmer { return .weighing(farmer: farmer.id) }
        if let packing { return .packing(order: packing.order.id) }
        return pickUp == nil ? nil : .pickUp
    }

    /// Whether a turn needs the space that new things need: it records more than the end of what was begun, or it begins
    /// what could then not be recorded to its end.
    /// - Parameter before: this desk before the turn.
    public func needsRoom(for actions: [Action], since before: Desk) -> Bool {
        if let undertaking, undertaking != before.undertaking { return true }
        return actions.contains { action in
            // To practise takes a journal of its own.
            if case .practice(true) = action { return true }
            guard case .record(let draft) = action else { return false }
            return !draft.type.endsSomething && !(before.undertaking?.includes(draft.type) ?? false)
        }
    }
}

extension Desk.PendingOperation {
    fileprivate func includes(_ type: EventType) -> Bool {
        switch self {
        case .weighing: type == .weighInRecorded || type == .weighInVoided
        case .pickUp: type == .parcelCollected
        case .packing: type == .orderPacked || type == .parcelAccepted
        }
    }
}

extension EventType {
    /// Whatever it ends was recorded before.
    fileprivate var endsSomething: Bool { [.batchClosed, .lotPacked, .operatorSignedOut].contains(self) }
}
