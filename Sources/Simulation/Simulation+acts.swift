import Domain
import Journal

/// What people and misfortune do, one thing at a time.
extension Simulation {
    func act() throws {
        guard let kiosk = kiosks.randomElement(using: &context.generator) else { return }
        guard let trouble = plan.troubles.randomElement(using: &context.generator), context.chance(1, in: 4) else {
            let crowd = context.chance(1, in: 5) ? 12 : 3
            if context.chance(1, in: 4), kiosk.isUp { kiosk.print() }
            if context.chance(1, in: 5) { kiosk.keepHouse() }
            if context.chance(1, in: 12) { kiosk.takeTransfers() }
            if context.chance(1, in: 60) { kiosk.takeCatalog() }
            if context.chance(1, in: 15) { kiosk.takeRoster() }
            guard context.chance(1, in: 6) else { return try kiosk.work(context.pick(1...crowd)) }
            return try kiosk.work(context.pick(10...40), isMorning: true)
        }
        switch trouble {
        case .kills: try end(kiosk, .kill)
        case .powerCuts: try end(kiosk, .powerCut)
        case .failedWrites: kiosk.disk.fail(after: context.pick(0...12), .sync)
        case .practice: kiosk.practiceWillFail = true
        case .fullDisks:
            if context.chance(1, in: 2) {
                kiosk.disk.fail(after: context.pick(0...12), .full)
            } else {
                kiosk.disk.free = [0, 1000, 600_000, 3 << 20, 1 << 40, 1 << 40][context.pick(0...5)]
                kiosk.note("\(kiosk.disk.free) bytes are free")
            }
        case .clocks:
            // Nobody reads the clock of a process that is not there.
            guard kiosk.isUp else { return }
            kiosk.note(kiosk.time.act())
            _ = kiosk.clock
        case .links:
            guard let session = broker.connected.randomElement(using: &context.generator) else { return }
            context.note("link of \(session.clientID) breaks")
            if context.chance(1, in: 2) { session.halfOpen() } else { broker.drop(session, publishesWill: true) }
        case .brokers: if broker.isUp { broker.crash() } else { broker.rise() }
        case .conditions:
            broker.conditions = .init(
                lost: [0, 20, 200][context.pick(0...2)], doubled: [0, 20, 200][context.pick(0...2)],
                overtaken: [0, 20, 200][context.pick(0...2)], refused: [0, 0, 50][context.pick(0...2)],
                longestDelay: [5, 50, 2000, 40_000][context.pick(0...3)])
        case .center:
            switch context.pick(0...2) {
            case 0: try center.die(.kill)
            case 1: center.dieBeforeTelling()
            default: center.disk.die(after: context.pick(0...30), .kill)
            }
        case .centerDisk:
            switch context.pick(0...2) {
            case 0: center.disk.fail(after: context.pick(0...12), .sync)
            case 1: try center.die(.powerCut)
            default: center.disk.die(after: context.pick(0...30), .powerCut)
            }
        case .centerBackups: if context.chance(1, in: 2) { try center.exchangeDisk() }
        case .pruning: kiosk.prune()
        case .bars:
            if broker.barred.remove(kiosk.id.text) == nil { broker.barred.insert(kiosk.id.text) }
        case .oldCards: try exchangeCard(kiosk)
        case .turnedBits: try turnBit(kiosk)
        case .damage: (kiosk.isDamageFound, kiosk.isHarmed) = (true, true)
        }
    }

    /// Now, or at one of the next calls to its disk.
    private func end(_ kiosk: VirtualKiosk, _ how: SimulatedDisk.Death) throws {
        guard context.chance(2, in: 3) else { return try kiosk.die(how) }
        kiosk.disk.die(after: context.pick(0...60), how)
    }

    /// Somebody keeps a copy of a card, and later puts it in.
    private func exchangeCard(_ kiosk: VirtualKiosk) throws {
        guard let index = kiosks.firstIndex(where: { $0 === kiosk }), kiosk.isUp, center.isUp else { return }
        try kiosk.die(.kill)
        guard let (image, shown) = images.removeValue(forKey: index) else {
            kiosk.note("card copied")
            images[index] = (kiosk.disk.image, kiosk.shown.count)
            return
        }
        kiosk.note("old card put back")
        kiosk.disk.put(image)
        kiosk.isHarmed = true
        for fact in kiosk.shown[shown...] {
            if kiosk.isAtCenter(fact) { kiosk.delivered.insert(fact.id) } else { kiosk.excused.insert(fact.id) }
        }
    }

    private func turnBit(_ kiosk: VirtualKiosk) throws {
        guard kiosk.isUp else { return }
        // Under a journal that is at work, too.
        let isAtWork = context.chance(1, in: 2)
        if !isAtWork { try kiosk.die(.kill) }
        let files = [[".db", ".db-wal"], [".id"], [".head"], [".recovering"]][context.pick(0...3)]
        guard let place = kiosk.disk.turnBit(of: files, using: &context.generator) else { return }
        kiosk.note("turned: \(place)")
        kiosk.isTurned = true
        kiosk.isHarmed = true
    }
}

extension VirtualKiosk {
    /// Deletes what is acknowledged and old enough.
    func prune() {
        guard let keeper else { return }
        let old = try? keeper.store.events(after: keeper.store.anchor.sequence, limit: 1000)
        delivered.formUnion((old ?? []).prefix { $0.sequence <= keeper.store.acknowledged.sequence }.map(\.draft.id))
        if context.bug == .prunedBeforeAcknowledgement {
            _ = try? ask { try $0.store.acknowledge($0.store.head) }
        }
        let cutoff = Timestamp(milliseconds: clock.wall.milliseconds - 60_000)
        note("prunes")
        let job = Job.recording({ try $0.store.prune(before: cutoff, limit: 1000) }, then: { _ in })
        perform([job])
    }
}
