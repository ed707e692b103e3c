import Domain
import Wire

/// What the stored events of one kiosk's produce add up to: its crates, lots and orders.
///
/// It never refuses: an event that it cannot read, or that does not fit the ones before, is kept as a problem, because somebody
/// may have been paid for it. A fact that a kiosk salvaged into a new epoch is one row of the store and counts once; the same id
/// with another content is another row, and counts as a problem only.
struct ProduceAccount {
    /// The types of events that it takes; the store has an index of them.
    static let types: [EventType] = [
        .weighInRecorded, .weighInVoided, .lotPacked, .lotOffered, .orderPacked, .orderDispatched, .parcelCorrected,
        .clockSynced,
    ]

    struct Crate {
        var id: EventID
        var weighIn: WeighIn
        var moment: Moment
        /// By what it counts no more, and since when.
        var voided: Voided?

        var counts: Bool { voided == nil }
    }

    struct Voided {
        var reason: WeighIn.Voiding.Reason
        var actor: String?
        var moment: Moment
    }

    struct LotState {
        var farmer: String
        var produce: String
        var grade: String
        /// Indices of `crates`, the voided ones too.
        var crates: [Int] = []
        var packing: Lot.Packing?
        var offer: Lot.Offer?
        var moment: Moment

        var status: Lot.Status {
            if let offer, offer.quantity > .zero { return .offered }
            return packing == nil ? .open : .packed
        }
    }

    struct OrderState {
        enum Status: String {
            /// Its parcel's acceptance was taken back.
            case open
            case packed
            case dispatched
        }

        var packing: Order.Packing
        var status: Status
        var batch: String?
        var moment: Moment
    }

    /// An event that counts for nothing, and why.
    struct Problem {
        var epoch: Epoch
        var sequence: Int64
        var id: EventID
        var type: EventType
        var words: String
    }

    let kiosk: KioskID
    private(set) var crates: [Crate] = []
    private(set) var lots: [String: LotState] = [:]
    private(set) var orders: [String: OrderState] = [:]
    private(set) var problems: [Problem] = []
    private var byEvent: [EventID: Int] = [:]
    /// Which order lies in which parcel.
    private var byParcel: [String: String] = [:]
    /// When each boot began by a clock that could be believed.
    private var boots: [String: Timestamp] = [:]

    init(kiosk: KioskID) { self.kiosk = kiosk }

    /// No crate, price or amount beyond these is of this world. Sums of fewer than millions of them hold within 64 bits.
    static let heaviest = Mass(grams: 1_000_000_000)
    static let dearest = Money(fen: 1_000_000_000_000)

    // MARK: Taking

    mutating func take(_ message: EventMessage) {
        let draft = message.event.draft
        guard Self.types.contains(draft.type) else { return }
        if let words = fault(of: draft) {
            problems.append(
                Problem(
                    epoch: message.epoch, sequence: message.event.sequence, id: draft.id, type: draft.type,
                    words: words))
        }
    }

    /// Takes the event; says what is wrong with it if it counts for nothing.
    private mutating func fault(of draft: EventDraft) -> String? {
        let moment = Moment(now: draft.now, bootID: draft.bootID)
        guard let data = try? JSON(parsing: draft.data) else { return "its data is no JSON" }
        switch draft.type {
        case .clockSynced:
            boots[draft.bootID] = draft.now.wall - draft.now.uptime
            return nil
        case .parcelCorrected:
            correct(draft.subject, data)
            return nil
        case .weighInRecorded:
            guard let weighIn = WeighIn(data) else { return "its data is no weigh-in" }
            return weigh(weighIn, draft.id, moment)
        case .weighInVoided:
            guard let voiding = WeighIn.Voiding(data) else { return "its data is no voiding" }
            guard let index = byEvent[voiding.voids] else { return "the weigh-in that it voids is not here" }
            guard crates[index].counts else { return "the weigh-in was voided before" }
            crates[index].voided = Voided(reason: voiding.reason, actor: draft.actor, moment: moment)
            return nil
        case .lotPacked:
            guard let lot = draft.subject, let packing = Lot.Packing(data) else { return "its data is no packing" }
            var state =
                lots[lot]
                ?? LotState(farmer: packing.farmer, produce: packing.produce, grade: packing.grade, moment: moment)
            state.packing = packing
            state.moment = moment
            lots[lot] = state
            return nil
        case .lotOffered:
            guard let lot = draft.subject, let offer = Lot.Offer(data) else { return "its data is no offer" }
            guard lots[lot] != nil else { return "no crate of its lot is here" }
            lots[lot]?.offer = offer
            lots[lot]?.moment = moment
            return nil
        case .orderPacked:
            guard let order = draft.subject, let packing = Order.Packing(data),
                packing.items.allSatisfy({ $0.quantity > .zero && $0.quantity <= Self.heaviest })
            else { return "its data is no packing" }
            if let before = orders[order], before.status != .open { return "the order was packed before" }
            orders[order] = OrderState(packing: packing, status: .packed, moment: moment)
            byParcel[packing.parcel] = order
            return nil
        case .orderDispatched:
            guard let order = draft.subject, let dispatch = Order.Dispatch(data) else {
                return "its data is no dispatch"
            }
            guard let before = orders[order], before.status == .packed, before.packing.parcel == dispatch.parcel else {
                return "no such order is packed in that parcel"
            }
            orders[order]?.status = .dispatched
            orders[order]?.batch = dispatch.batch
            orders[order]?.moment = moment
            return nil
        default: return nil
        }
    }

    private mutating func weigh(_ weighIn: WeighIn, _ id: EventID, _ moment: Moment) -> String? {
        guard byEvent[id] == nil else { return "its id came before with another content" }
        guard weighIn.net > .zero, weighIn.gross <= Self.heaviest, weighIn.tare >= .zero,
            weighIn.pricing.map({ $0.amount >= .zero && $0.amount <= Self.dearest }) ?? true
        else { return "its weights or its amount are not of this world" }
        var state =
            lots[weighIn.lot]
            ?? LotState(farmer: weighIn.farmer, produce: weighIn.produce, grade: weighIn.grade, moment: moment)
        state.crates.append(crates.count)
        state.moment = moment
        lots[weighIn.lot] = state
        byEvent[id] = crates.count
        crates.append(Crate(id: id, weighIn: weighIn, moment: moment))
        return nil
    }

    /// What an order is follows its parcel: taken back from the courier it is only packed, not accepted at all it is open.
    private mutating func correct(_ parcel: String?, _ data: JSON) {
        guard let parcel, let order = byParcel[parcel], let undone = data["undoes"]?.string else { return }
        switch undone {
        case EventType.parcelDispatched.text where orders[order]?.status == .dispatched:
            orders[order]?.status = .packed
            orders[order]?.batch = nil
        case EventType.parcelAccepted.text:
            orders[order]?.status = .open
            byParcel[parcel] = nil
        default: break
        }
    }

    // MARK: Looking

    /// When it was, as far as anybody can know; `nil` for a boot in which no clock could ever be believed.
    func time(of moment: Moment) -> Timestamp? {
        if moment.now.clock == .synced { return moment.now.wall }
        return boots[moment.bootID].map { $0 + moment.now.uptime }
    }

    /// What counts of a lot.
    func net(of lot: LotState) -> Mass {
        Mass(grams: lot.crates.map { crates[$0] }.filter(\.counts).reduce(0) { $0 + $1.weighIn.net.grams })
    }

    /// What orders that stand have taken of each lot.
    func taken() -> [String: Mass] {
        var taken: [String: Mass] = [:]
        for order in orders.values where order.status != .open {
            for item in order.packing.items {
                taken[item.lot] = Mass(grams: taken[item.lot, default: .zero].grams &+ item.quantity.grams)
            }
        }
        return taken
    }

    func order(in parcel: String) -> String? { byParcel[parcel] }
}

extension Timestamp {
    /// Clamped: a board may believe any time, and none may stop a report.
    fileprivate static func - (time: Timestamp, uptime: Uptime) -> Timestamp {
        Timestamp(milliseconds: bounded(time.milliseconds.subtractingReportingOverflow(uptime.milliseconds)))
    }

    fileprivate static func + (time: Timestamp, uptime: Uptime) -> Timestamp {
        Timestamp(milliseconds: bounded(time.milliseconds.addingReportingOverflow(uptime.milliseconds)))
    }

    private static func bounded(_ result: (partialValue: Int64, overflow: Bool)) -> Int64 {
        result.overflow ? (result.partialValue < 0 ? .max : .min) : result.partialValue
    }
}
