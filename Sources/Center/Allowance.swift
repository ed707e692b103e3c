import Domain

/// What one kiosk may bring in a day. A board in somebody's hands, or one gone wrong, must not fill the county's disk; what is
/// beyond is not acknowledged, so that nothing of a kiosk in earnest is lost, and an alarm says so.
struct Allowance {
    /// Ninety days of a busy point are 22,500.
    static let usualMost = 250_000
    /// Each is a journal that was given up, and costs the center a row. A card that dies gives up one at each of its starts, and what
    /// is recorded in between is to come the same day: twenty were too few for the campaign of dying disks.
    static let mostEpochs = 100

    enum Excess: String {
        case events = "too-many-events"
        case epochs = "too-many-epochs"
    }

    private let mostEvents: Int
    private var day: Int64 = 0
    private var events: [KioskID: Int] = [:]
    private var epochs: [KioskID: Set<Epoch>] = [:]

    init(mostEvents: Int = usualMost) { self.mostEvents = mostEvents }

    /// Looks whether so many may come; `note` counts those that were stored: what comes again, or lies behind a gap, uses up nothing.
    /// - Returns: what there is too much of; then nothing of it is to be taken today.
    mutating func admit(_ count: Int, of chain: HashChain, isNew: Bool, at now: Timestamp) -> Excess? {
        let today = now.milliseconds / 86_400_000
        if today != day {
            day = today
            events = [:]
            epochs = [:]
        }
        if isNew, epochs[chain.kiosk]?.contains(chain.epoch) != true {
            guard epochs[chain.kiosk, default: []].count < Self.mostEpochs else { return .epochs }
            epochs[chain.kiosk, default: []].insert(chain.epoch)
        }
        return events[chain.kiosk, default: 0] + count <= mostEvents ? nil : .events
    }

    mutating func note(_ count: Int, of kiosk: KioskID) { events[kiosk, default: 0] += count }
}
