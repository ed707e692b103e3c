import Domain
import Phrases
import Projections
import ScaleProtocols

/// An order from the city: picked from lots by weight, put into a parcel, and from there a parcel like any other.
extension Desk {
    /// The order that is being packed here.
    struct Packing: Hashable, Sendable {
        var order: Order
        var lines: [Order.Packing.Item] = []
        /// How many of the order's lines are complete, each within the tolerance.
        var done = 0
        /// What was weighed of the line that is not.
        var part = Mass.zero
        /// The label was scanned; its weight comes next.
        var lot: Lot?

        /// Which of the order's lines is next.
        var line: Order.Line? { done < order.lines.count ? order.lines[done] : nil }
        /// What of it is still missing.
        var wanted: Mass? { line.map { $0.quantity.subtracting(part) } }
    }

    /// - Returns: `false` when the text is no order's id.
    mutating func begin(order id: String, _ turn: inout DeskContext) throws -> Bool {
        guard mode == .pack, let order = try turn.point.order(id) else { return false }
        guard isPermitted(.work, &turn) else { return true }
        guard try !isPacked(id, &turn) else { return true }
        packing = Packing(order: order)
        turn.answer = try packNext(turn)
        return true
    }

    /// Whether the order lies in a parcel already; then the answer is given.
    private func isPacked(_ id: String, _ turn: inout DeskContext) throws -> Bool {
        guard let shipment = try turn.point.shipment(order: id), shipment.takes else { return false }
        turn.answer = .already(.packed(order: id, waybill: shipment.waybill))
        return true
    }

    /// What the order that is packed here asks for next; `nil` when it is complete.
    private func orderLine(_ turn: DeskContext) throws -> Answer.OrderLine? {
        guard let packing, let line = packing.line else { return nil }
        let (produce, grade) = try names(line.produce, line.grade, turn)
        return Answer.OrderLine(
            packing.order.id, produce, grade: grade, wanted: packing.wanted ?? line.quantity,
            lot: line.lot ?? packing.lot?.id)
    }

    /// - Parameter weighed: what was weighed of the line before, just now.
    private func packNext(_ turn: DeskContext, weighed: Mass? = nil) throws -> Answer {
        if let line = try orderLine(turn) { return .packNext(line, weighed: weighed) }
        return packing.map { .scanWaybill(order: $0.order.id, weighed: weighed) } ?? .unknownOrder
    }

    /// A lot's label: it has to be what the order asks for next.
    mutating func take(from lot: Lot, _ turn: inout DeskContext) throws {
        guard let line = packing?.line, let asked = try orderLine(turn) else {
            return turn.answer = try packNext(turn)
        }
        guard lot.produce == line.produce, lot.grade == line.grade, line.lot == nil || line.lot == lot.id else {
            return turn.answer = .wrongLot(asked)
        }
        // A weight that is near enough may be a little more than what was ordered, never more than there is.
        guard lot.status != .open else { return turn.answer = .lotIsOpen(.line(asked, nil)) }
        guard lot.left > .zero else { return turn.answer = .soldAlready(.stock(.line(asked, nil))) }
        packing?.lot = lot
        turn.answer = try orderLine(turn).map { .weighOrder($0) }
    }

    /// "Confirm" with the goods on the scale, without their box.
    mutating func weighLine(_ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let packing, let line = packing.line, let asked = try orderLine(turn) else {
            return turn.answer = .nothingAsked(nil)
        }
        // What is sold by a scale that is wrong is wrong as well.
        if policy.weighing.scaleWrong == .refuse, let check = try turn.point.lastCheck(), !check.isPassed {
            return turn.answer = .scaleIsWrong(.init(nextCrate(), gross: .zero))
        }
        guard let chosen = packing.lot, let lot = try turn.point.lot(chosen.id) else {
            return turn.answer = .packNext(asked, weighed: nil)
        }
        let load: Load
        switch self.load(turn.scale) {
        case .refused(let answer): return turn.answer = answer(nil)
        case .read(let read): load = read
        }
        let net = load.scaleTare.map { load.gross.subtracting($0.mass) } ?? load.gross
        let taken = packing.lines.filter { $0.lot == lot.id }.reduce(Mass.zero) { $0.adding($1.quantity) }
        let (reached, overflows) = packing.part.grams.addingReportingOverflow(net.grams)
        let sum = Mass(grams: overflows ? .max : reached)
        let isComplete = packing.order.accepts(sum, for: line)
        // A lot that does not have enough gives what it has, and the line goes on with another.
        let rest = lot.left.subtracting(taken)
        let isPart =
            sum < line.quantity && line.lot == nil && net > .zero && net <= rest
            && isNearlyAll(of: rest, net, packing.order)
        guard isComplete || isPart else { return turn.answer = .notAsOrdered(asked, net) }
        guard net <= rest else { return turn.answer = .soldAlready(.stock(.line(asked, net))) }
        self.packing?.lines.append(
            .init(lot: lot.id, produce: lot.produce, grade: lot.grade, quantity: net))
        self.packing?.lot = nil
        if isComplete {
            self.packing?.done += 1
            self.packing?.part = .zero
        } else {
            self.packing?.part = sum
        }
        turn.answer = try packNext(turn, weighed: net)
    }

    /// Whether what was weighed is the rest of its lot, as near as an order's weights are taken.
    private func isNearlyAll(of rest: Mass, _ net: Mass, _ order: Order) -> Bool {
        order.accepts(net, for: Order.Line(produce: "", grade: "", quantity: rest))
    }

    /// The waybill ends it: the order is packed, and its parcel waits for a courier.
    mutating func pack(_ parcel: ScannedParcel, _ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        if try begin(order: parcel.waybill.subject, &turn) { return }
        guard let packing else { return turn.answer = .unknownOrder }
        // One that was withdrawn or changed meanwhile is not sent.
        guard try turn.point.order(packing.order.id) == packing.order else {
            self.packing = nil
            return turn.answer = .unknownOrder
        }
        if let asked = try orderLine(turn) {
            return turn.answer = packing.lot == nil ? .packNext(asked, weighed: nil) : .weighOrder(asked)
        }
        // Another desk may have packed the same order meanwhile: it must not leave twice.
        guard try !isPacked(packing.order.id, &turn) else { return self.packing = nil }
        for (lot, quantity) in Dictionary(grouping: packing.lines, by: \.lot).mapValues({ lines in
            lines.reduce(Mass.zero) { $0.adding($1.quantity) }
        }) {
            // Another desk may have taken of it meanwhile.
            guard let now = try turn.point.lot(lot), now.left >= quantity else {
                return turn.answer = .soldAlready(.order(packing.order.id))
            }
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
        turn.answer = .packed(order: packing.order.id, waybill: subject, total)
        self.packing = nil
    }

    /// A parcel leaves; if an order is in it, the order leaves with it.
    /// - Returns: its id.
    mutating func dispatchOrder(in subject: String, batch: Batch?, _ turn: inout DeskContext) throws -> String? {
        guard let shipment = try turn.point.shipment(waybill: subject), shipment.status == .packed else { return nil }
        turn.record(
            .orderDispatched, shipment.order, actor: session?.person,
            Order.Dispatch(parcel: subject, batch: batch?.id).json)
        return shipment.order
    }
}
