import Domain
import ScaleProtocols

/// An order from the city: picked from lots by weight, put into a parcel, and from there a parcel like any other.
extension Desk {
    /// The order that is being packed here.
    struct Packing: Hashable, Sendable {
        var order: Order
        var lines: [Order.Packing.Item] = []
        /// The label was scanned; its weight comes next.
        var lot: Lot?

        /// Which of the order's lines is next: those before are within the tolerance.
        var line: Order.Line? { lines.count < order.lines.count ? order.lines[lines.count] : nil }
    }

    /// - Returns: `false` when the text is no order's id.
    mutating func begin(order id: String, _ turn: inout Turn) throws -> Bool {
        guard mode == .pack, let order = try turn.point.order(id) else { return false }
        guard isPermitted(.work, &turn) else { return true }
        guard try !isPacked(id, &turn) else { return true }
        packing = Packing(order: order)
        try say(.packNext, &turn)
        return true
    }

    /// Whether the order lies in a parcel already; then the answer is given.
    private func isPacked(_ id: String, _ turn: inout Turn) throws -> Bool {
        guard let shipment = try turn.point.shipment(order: id), shipment.takes else { return false }
        turn.answer = Answer(.already) {
            $0.weigh.order = id
            $0.subject = shipment.waybill
        }
        return true
    }

    private mutating func say(_ word: Answer.Word, _ turn: inout Turn) throws {
        turn.answer = Answer(word)
        turn.goods.order = packing?.order.id
        turn.goods.lot = packing?.lot?.id
        turn.goods.wanted = packing?.line?.quantity
        guard let line = packing?.line else { return }
        // Only this one will do.
        if let lot = line.lot { turn.goods.lot = lot }
        let produce = try turn.point.catalog()?.produce(line.produce)
        turn.goods.produce = produce?.name ?? line.produce
        turn.goods.english = produce?.english
        turn.goods.grade = produce?.grades.first { $0.id == line.grade }?.name ?? line.grade
    }

    /// A lot's label: it has to be what the order asks for next.
    mutating func take(from lot: Lot, _ turn: inout Turn) throws {
        guard let line = packing?.line else { return try say(.scanWaybill, &turn) }
        guard lot.produce == line.produce, lot.grade == line.grade, line.lot == nil || line.lot == lot.id else {
            return try say(.wrongLot, &turn)
        }
        // A weight that is near enough may be a little more than what was ordered, never more than there is.
        guard lot.status != .open else { return try say(.lotIsOpen, &turn) }
        guard lot.left > .zero else { return try say(.soldAlready, &turn) }
        packing?.lot = lot
        try say(.weighOrder, &turn)
    }

    /// "Confirm" with the goods on the scale, without their box.
    mutating func weighLine(_ turn: inout Turn) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let packing, let line = packing.line else { return turn.answer = Answer(.nothingAsked) }
        guard let chosen = packing.lot, let lot = try turn.point.lot(chosen.id) else {
            return try say(.packNext, &turn)
        }
        let load: Load
        switch self.load(turn.scale) {
        case .refused(let answer): return turn.answer = answer
        case .read(let read): load = read
        }
        let net = load.scaleTare.map { load.gross.subtracting($0.mass) } ?? load.gross
        let taken = packing.lines.filter { $0.lot == lot.id }.reduce(Mass.zero) { $0.adding($1.quantity) }
        guard packing.order.accepts(net, for: line), net <= lot.left.subtracting(taken) else {
            try say(packing.order.accepts(net, for: line) ? .soldAlready : .notAsOrdered, &turn)
            turn.goods.net = net
            return
        }
        self.packing?.lines.append(
            .init(lot: lot.id, produce: lot.produce, grade: lot.grade, quantity: net))
        self.packing?.lot = nil
        try say(self.packing?.line == nil ? .scanWaybill : .packNext, &turn)
        turn.goods.net = net
        turn.goods.isLineWeighed = true
    }

    /// The waybill ends it: the order is packed, and its parcel waits for a courier.
    mutating func pack(_ parcel: ScannedParcel, _ turn: inout Turn) throws {
        guard isPermitted(.work, &turn) else { return }
        if try begin(order: parcel.waybill.subject, &turn) { return }
        guard let packing else { return turn.answer = Answer(.unknownOrder) }
        guard packing.line == nil else { return try say(packing.lot == nil ? .packNext : .weighOrder, &turn) }
        // Another desk may have packed the same order meanwhile: it must not leave twice.
        guard try !isPacked(packing.order.id, &turn) else { return self.packing = nil }
        for (lot, quantity) in Dictionary(grouping: packing.lines, by: \.lot).mapValues({ lines in
            lines.reduce(Mass.zero) { $0.adding($1.quantity) }
        }) {
            // Another desk may have taken of it meanwhile.
            guard let now = try turn.point.lot(lot), now.left >= quantity else { return try say(.soldAlready, &turn) }
        }
        let subject = parcel.waybill.subject
        var decided: Decision = .open
        if let carrier = packing.order.carrier { decided = .carrier(carrier) }
        try accept(parcel, decided: decided, order: packing.order, &turn)
        guard turn.answer?.word == .accepted else { return }
        turn.record(
            .orderPacked, packing.order.id, actor: session?.person,
            Order.Packing(parcel: subject, items: packing.lines).json)
        let total = packing.lines.reduce(Mass.zero) { $0.adding($1.quantity) }
        turn.answer = Answer(.packed) {
            $0.subject = subject
            $0.status = .accepted
            $0.weigh.order = packing.order.id
            $0.weigh.net = total
        }
        self.packing = nil
    }

    /// A parcel leaves; if an order is in it, the order leaves with it.
    mutating func dispatchOrder(in subject: String, batch: Batch?, _ turn: inout Turn) throws {
        guard let shipment = try turn.point.shipment(waybill: subject), shipment.status == .packed else { return }
        turn.record(
            .orderDispatched, shipment.order, actor: session?.person,
            Order.Dispatch(parcel: subject, batch: batch?.id).json)
        turn.goods.order = shipment.order
    }
}
