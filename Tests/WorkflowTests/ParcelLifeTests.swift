import Domain
import Testing
import Workflow

/// Every cell of the table, by name.
@Suite struct ParcelLifeTests {
    struct Cell: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let status: Parcel.Status?
        let deed: Parcel.Action
        let verdict: ParcelLife.Verdict

        init(
            _ status: Parcel.Status?, _ deed: Parcel.Action, _ verdict: ParcelLife.Verdict, _ sentence: String
        ) {
            testDescription = sentence
            self.status = status
            self.deed = deed
            self.verdict = verdict
        }
    }

    static let cells: [Cell] = [
        Cell(nil, .receive, .becomes(.received), "a parcel that is not here can be received"),
        Cell(nil, .shelve, .impossible(.notHere), "a parcel that is not here cannot be shelved"),
        Cell(nil, .collect, .impossible(.notHere), "a parcel that is not here cannot be collected"),
        Cell(nil, .giveBack, .impossible(.notHere), "a parcel that is not here cannot be returned"),
        Cell(nil, .dispatch, .impossible(.notHere), "a parcel that is not here cannot be dispatched"),
        Cell(nil, .accept, .becomes(.accepted), "a villager's parcel can be accepted"),

        Cell(.received, .receive, .already, "a received parcel is in already"),
        Cell(.received, .shelve, .becomes(.shelved), "a received parcel can be shelved"),
        Cell(.received, .collect, .becomes(.collected), "a received parcel can be collected from the counter"),
        Cell(.received, .giveBack, .becomes(.returned), "a received parcel can be returned"),
        Cell(.received, .dispatch, .becomes(.dispatched), "a received parcel can be dispatched"),
        Cell(.received, .accept, .impossible(.state(.received)), "a received parcel cannot be accepted for sending"),

        Cell(.shelved, .receive, .already, "a shelved parcel is in already"),
        Cell(.shelved, .shelve, .becomes(.shelved), "a shelved parcel can be relocated"),
        Cell(.shelved, .collect, .becomes(.collected), "a shelved parcel can be collected"),
        Cell(.shelved, .giveBack, .becomes(.returned), "a shelved parcel can be returned"),
        Cell(.shelved, .dispatch, .becomes(.dispatched), "a shelved parcel can be dispatched"),
        Cell(.shelved, .accept, .impossible(.state(.shelved)), "a shelved parcel cannot be accepted for sending"),

        Cell(.accepted, .receive, .impossible(.state(.accepted)), "what a villager sends is not received"),
        Cell(.accepted, .shelve, .impossible(.state(.accepted)), "what a villager sends is not shelved"),
        Cell(.accepted, .collect, .impossible(.state(.accepted)), "what a villager sends is collected by nobody"),
        Cell(.accepted, .giveBack, .impossible(.state(.accepted)), "what a villager sends goes back by undo only"),
        Cell(.accepted, .dispatch, .becomes(.dispatched), "what a villager sends can be dispatched"),
        Cell(.accepted, .accept, .already, "what a villager sends is accepted already"),

        Cell(.collected, .receive, .impossible(.state(.collected)), "a collected parcel is not received again"),
        Cell(.collected, .shelve, .impossible(.state(.collected)), "a collected parcel cannot be shelved"),
        Cell(.collected, .collect, .already, "a collected parcel is collected already"),
        Cell(.collected, .giveBack, .impossible(.state(.collected)), "a collected parcel cannot be returned"),
        Cell(.collected, .dispatch, .impossible(.state(.collected)), "a collected parcel cannot be dispatched"),
        Cell(.collected, .accept, .impossible(.state(.collected)), "a collected parcel cannot be accepted"),

        Cell(.returned, .receive, .becomes(.received), "a returned parcel can come again"),
        Cell(.returned, .shelve, .impossible(.state(.returned)), "a returned parcel cannot be shelved"),
        Cell(.returned, .collect, .impossible(.state(.returned)), "a returned parcel cannot be collected"),
        Cell(.returned, .giveBack, .already, "a returned parcel is returned already"),
        Cell(.returned, .dispatch, .impossible(.state(.returned)), "a returned parcel cannot be dispatched"),
        Cell(.returned, .accept, .impossible(.state(.returned)), "a returned parcel cannot be accepted"),

        Cell(.dispatched, .receive, .becomes(.received), "a dispatched parcel can come again"),
        Cell(.dispatched, .shelve, .impossible(.state(.dispatched)), "a dispatched parcel cannot be shelved"),
        Cell(.dispatched, .collect, .impossible(.state(.dispatched)), "a dispatched parcel cannot be collected"),
        Cell(.dispatched, .giveBack, .impossible(.state(.dispatched)), "a dispatched parcel cannot be returned"),
        Cell(.dispatched, .dispatch, .already, "a dispatched parcel is dispatched already"),
        Cell(.dispatched, .accept, .impossible(.state(.dispatched)), "a dispatched parcel cannot be accepted"),
    ]

    static let states: [Parcel.Status?] = [nil] + Parcel.Status.allCases

    static func parcel(_ status: Parcel.Status?, _ flags: Set<Parcel.Flag> = []) -> Parcel? {
        status.map { status in
            let now = Now(
                wall: Timestamp(milliseconds: 0), uptime: Uptime(milliseconds: 0), clock: .synced)
            var condition = Parcel.Condition(status: status, arrived: Moment(now: now, bootID: "b"))
            condition.flags = flags
            return Parcel(
                subject: "SF1234567890123", condition: condition, change: nil, past: [], sequence: 1,
                touched: Timestamp(milliseconds: 0))
        }
    }

    @Test(arguments: cells) func `each cell of the table`(_ cell: Cell) {
        #expect(ParcelLife.evaluate(cell.deed, on: Self.parcel(cell.status)) == cell.verdict)
    }

    @Test func `no cell is missing and none stands twice`() {
        for status in Self.states {
            for deed in Parcel.Action.allCases {
                #expect(
                    Self.cells.count { $0.status == status && $0.deed == deed } == 1, "\(status as Any) \(deed)")
            }
        }
        #expect(Self.cells.count == Self.states.count * Parcel.Action.allCases.count)
        #expect(Set(Self.cells.map(\.testDescription)).count == Self.cells.count)
    }

    @Test(arguments: states) func `what can be done is exactly what the table allows`(_ status: Parcel.Status?) {
        let allowed = Self.cells.filter {
            guard $0.status == status, case .becomes = $0.verdict else { return false }
            return true
        }
        #expect(Set(ParcelLife.possible(for: Self.parcel(status))) == Set(allowed.map(\.deed)))
    }

    // MARK: Problems

    /// For each state and flag: what marking says, and what resolving says, of a parcel without the flag and of one with it.
    @Test(arguments: states, Parcel.Flag.allCases)
    func `a problem is marked once and resolved once, on parcels that are here`(
        _ status: Parcel.Status?, _ flag: Parcel.Flag
    ) {
        let plain = Self.parcel(status)
        let flagged = Self.parcel(status, [flag])
        let says: (mark: ParcelLife.Verdict, again: ParcelLife.Verdict)
        switch status {
        case nil: says = (.impossible(.notHere), .impossible(.notHere))
        case .received: says = (.becomes(.received), .already)
        case .shelved: says = (.becomes(.shelved), .already)
        case .accepted: says = (.becomes(.accepted), .already)
        case .collected: says = (.impossible(.state(.collected)), .impossible(.state(.collected)))
        case .returned: says = (.impossible(.state(.returned)), .impossible(.state(.returned)))
        case .dispatched: says = (.impossible(.state(.dispatched)), .impossible(.state(.dispatched)))
        }
        #expect(ParcelLife.evaluate(flag, isResolved: false, on: plain) == says.mark)
        #expect(ParcelLife.evaluate(flag, isResolved: false, on: flagged) == says.again)
        #expect(ParcelLife.evaluate(flag, isResolved: true, on: flagged) == says.mark)
        #expect(ParcelLife.evaluate(flag, isResolved: true, on: plain) == says.again)
    }

    struct Hindrance: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let flag: Parcel.Flag
        let deed: Parcel.Action
    }

    static let hindrances: [Hindrance] = [
        .init(testDescription: "a missing parcel is not shelved before it is found", flag: .missing, deed: .shelve),
        .init(testDescription: "a missing parcel is not collected before it is found", flag: .missing, deed: .collect),
        .init(testDescription: "a missing parcel is not returned before it is found", flag: .missing, deed: .giveBack),
        .init(
            testDescription: "a missing parcel is not dispatched before it is found", flag: .missing, deed: .dispatch),
        .init(testDescription: "a parcel of another village is not shelved", flag: .wrongVillage, deed: .shelve),
        .init(testDescription: "a parcel of another village is not collected", flag: .wrongVillage, deed: .collect),
        .init(testDescription: "a refused parcel is not collected", flag: .refused, deed: .collect),
    ]

    @Test(arguments: hindrances) func `what a problem hinders`(_ row: Hindrance) {
        for status in [Parcel.Status.received, .shelved] {
            #expect(
                ParcelLife.evaluate(row.deed, on: Self.parcel(status, [row.flag])) == .impossible(.flag(row.flag)))
        }
    }

    @Test func `no problem hinders anything else`() {
        for cell in Self.cells {
            for flag in Parcel.Flag.allCases {
                let isNamed = Self.hindrances.contains { $0.flag == flag && $0.deed == cell.deed }
                // What a villager sends can be missing too.
                if isNamed || flag == .missing, case .becomes = cell.verdict { continue }
                #expect(ParcelLife.evaluate(cell.deed, on: Self.parcel(cell.status, [flag])) == cell.verdict)
            }
        }
        #expect(
            ParcelLife.evaluate(.dispatch, on: Self.parcel(.accepted, [.missing])) == .impossible(.flag(.missing)))
    }

    @Test func `of several problems always the same one is named`() {
        let parcel = Self.parcel(.shelved, [.refused, .wrongVillage, .missing, .damaged, .overdue])
        #expect(ParcelLife.evaluate(.collect, on: parcel) == .impossible(.flag(.missing)))
        #expect(ParcelLife.possible(for: parcel).isEmpty)
        #expect(ParcelLife.possible(for: Self.parcel(.shelved, [.refused])) == [.shelve, .giveBack, .dispatch])
    }
}
