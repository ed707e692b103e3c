import Domain
import Foundation
import LabScenarios
import Phrases
import TestSupport
import Testing
import Wire
import Workflow

/// The day that `kiosk-lab day` plays, and the account that it keeps.
@Suite struct DayTests {
    @Test func `a day of 300 parcels with its mistakes is accounted for to the parcel`() throws {
        let base = try TemporaryDirectory()
        let answer = try play(base, "--seed", "1", "--json", "--keep")
        #expect(answer.code == 0, "\(answer.errors)")
        let report = try JSON(parsing: answer.output.utf8)
        #expect(report["matches"]?.boolean == true)
        #expect(report["parcels"]?.integer == 300)
        #expect(report["messages"]?.integer ?? 0 > 0)
        for row in (report["states"]?.array ?? []) + (report["types"]?.array ?? []) {
            #expect(row["paper"] == row["kiosk"] && row["paper"] == row["center"], "\(row)")
        }

        // What the day left behind tells the same to whoever asks the center himself.
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: base.path).first)
        let kept = try Kept(directory: base.file(name))
        #expect(Reconciliation(kept.day, kept.sides).differences == [])
        let counts = try JSON(parsing: kept.center("parcels", "--json").output.utf8)
        #expect(counts["parcels"]?.integer == 300)
        for status in Parcel.Status.allCases {
            #expect(
                counts[status.rawValue]?.integer == Int64(kept.day.expectedStates.values.count { $0.status == status }))
        }
        #expect(try kept.center("parcels").output.contains("COLLECTED"))
        #expect(try kept.center("parcels", "--kiosk", Day.kiosk).output.split(separator: "\n").count == 301)
        #expect(try kept.center("parcels", "--kiosk", "k1").code == 64)

        // And an account that is not right is not called right.
        for lie in Lie.all {
            var sides = kept.sides
            try lie.tell(&sides, kept.day)
            let differences = Reconciliation(kept.day, sides).differences
            #expect(differences.contains { $0.contains(lie.found) }, "\(lie.name): \(differences)")
        }
    }

    @Test func `a center that lost one event makes the day end with 1`() throws {
        let base = try TemporaryDirectory()
        let programs = base.file("programs")
        try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
        for name in ["kiosk-lab", "kioskd"] {
            try FileManager.default.copyItem(atPath: Products.path(name), toPath: "\(programs)/\(name)")
        }
        // It does all that the center does, and forgets the two hundredth event when it is asked.
        let center = Products.path("kiosk-center")
        try base.write(
            """
            #!/bin/sh
            [ "$1" = events ] || exec "\(center)" "$@"
            "\(center)" "$@" | sed 200d
            """, to: "programs/kiosk-center")
        chmod("\(programs)/kiosk-center", 0o755)
        let answer = try run(
            "\(programs)/kiosk-lab", ["day", "--parcels", "100", "--json"], environment: ["TMPDIR": base.path])
        #expect(answer.code == 1)
        let report = try JSON(parsing: answer.output.utf8)
        #expect(report["matches"]?.boolean == false)
        let differences = (report["differences"]?.array ?? []).compactMap(\.string)
        #expect(differences.contains { $0.contains("the center's chain breaks") }, "\(differences)")
    }

    @Test func `a kiosk that does not start makes the day end with 1 and says where its log is`() throws {
        let base = try TemporaryDirectory()
        let programs = base.file("programs")
        try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Products.path("kiosk-lab"), toPath: "\(programs)/kiosk-lab")
        for name in ["kioskd", "kiosk-center"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(programs)/\(name)", withDestinationPath: "/usr/bin/false")
        }
        let answer = try run("\(programs)/kiosk-lab", ["day"], environment: ["TMPDIR": base.path])
        #expect(answer.code == 1)
        #expect(answer.errors.contains("kioskd has ended; see \(base.path)/"))
    }

    @Test func `the same seed writes the same day, another one another`() {
        let day = Day(seed: 3, parcels: 120)
        let again = Day(seed: 3, parcels: 120)
        #expect(
            day.phases == again.phases && day.expectedStates == again.expectedStates && day.expected == again.expected)
        #expect(day.phases != Day(seed: 4, parcels: 120).phases)
    }

    @Test(arguments: [100, 101, 300, 777, 1500])
    func `a day has as many parcels as it says, whatever the seed`(size: Int) {
        for seed in 1...5 as ClosedRange<UInt64> {
            let day = Day(seed: seed, parcels: size)
            #expect(day.expectedStates.count == size)
            #expect(day.practised.isDisjoint(with: day.expectedStates.keys))
            #expect(day.expected.parcels.contains { day.expectedStates[$0.subject] == nil })
        }
    }

    @Test func `the script asks for every answer that a day can bring`() {
        let day = Day(seed: 1, parcels: 300)
        var words: Set<Answer.Word> = []
        var reasons: Set<String> = []
        for step in day.phases.flatMap(\.steps) {
            let answers: [ExpectedAnswer] =
                switch step {
                case .scan(let scan): [scan.answer]
                case .burst(let scans), .powerCut(let scans, _): scans.map(\.answer)
                case .heard(let answer): [answer]
                default: []
                }
            for answer in answers {
                words.formUnion(answer.words)
                if let reason = answer.reason { reasons.insert(reason) }
            }
        }
        // Locks and a point without shelves have tests of their own; so has what changed at another desk meanwhile.
        // Nobody weighs on this day; the words of weighing are another day's.
        let others: Set<Answer.Word> = [
            .weighed, .voided, .offered, .packed, .checked, .lotClosed, .askFarmer, .askProduce, .askGrade, .weighReady,
            .askOrder, .packNext, .weighOrder, .scanWaybill, .checkFailed, .scale, .scaleIsTared, .tareTooHeavy,
            .belowMinimum, .verificationExpired, .scaleIsWrong, .checkFirst, .noPrice, .noReference, .unknownProduce,
            .unknownContainer, .weighFirst, .wrongMode, .noLot, .lotIsOpen, .soldAlready, .nothingToVoid, .wrongLot,
            .notAsOrdered, .onlyReference, .scanLabelFirst, .unknownOrder, .nobodyFound, .receiptRight, .receiptWrong,
            .receiptUnknown, .timeSet, .askTime, .timeKnown, .paid, .paymentReversed, .tillCounted, .balance,
            .askSupervisor, .askNewPerson, .personAdded, .askTail, .badgeExpired, .askAnotherSupervisor, .moreThanOwed,
            .askAmount, .payFirst, .nothingToPay,
            .nothingToReverse, .reverseLaterFirst,
        ]
        #expect(
            Set(Answer.Word.allCases).subtracting(words).subtracting(others) == [
                .locked, .noShelves, .changedSince, .consentRefused,
            ])
        #expect(reasons.isSuperset(of: ["too-long", "unknown", "misread", "product", "personal"]))
    }

    @Test(arguments: [
        ("the tail is 5678.", ["5678"]), ("SF5678123456789", []), ("0193-5678-7abc", []),
        (#"{"tail":"5678"}"#, ["5678"]),
        ("给张*的包裹", ["张*"]), ("code=A-1-4711", ["A-1-4711"]), ("A-1-47112", []), ("", []),
    ])
    func `what must not stand in a text is found as a whole word`(text: String, words: [String]) {
        #expect(LeakDetector(words: ["5678", "张*", "A-1-4711"]).words(in: text.utf8) == words)
    }

    @Test func `an answer is the expected one only in everything that was asked for`() throws {
        let answer = try JSON(
            parsing:
                #"{"word":"collected","subject":"SF1","status":"collected","parcels":[{"subject":"SF2"}],"batch":{"scanned":3}}"#
                .utf8)
        #expect(ExpectedAnswer(.collected, "SF1").complaint(about: answer) == nil)
        #expect(
            ExpectedAnswer(.collected) {
                $0.parcels = ["SF2"]
                $0.scanned = 3
                $0.status = .collected
            }.complaint(about: answer) == nil)
        let wrong: [ExpectedAnswer] = [
            ExpectedAnswer(.returned), ExpectedAnswer(.collected, "SF2"),
            ExpectedAnswer(.collected) { $0.parcels = [] },
            ExpectedAnswer(.collected) { $0.scanned = 4 }, ExpectedAnswer(.collected) { $0.missing = 0 },
            ExpectedAnswer(.collected) { $0.status = .shelved }, ExpectedAnswer(.collected) { $0.shelf = "A" },
            ExpectedAnswer(.collected) { $0.reason = "x" }, ExpectedAnswer(.collected) { $0.isPractice = true },
        ]
        for expectation in wrong { #expect(expectation.complaint(about: answer) != nil, "\(expectation)") }
    }

    private func play(_ base: TemporaryDirectory, _ arguments: String...) throws -> (
        code: Int32, output: String, errors: String
    ) {
        try run(Products.path("kiosk-lab"), ["day"] + arguments, environment: ["TMPDIR": base.path])
    }
}

/// What a day left in its directory.
private struct Kept {
    let directory: String
    let day = Day(seed: 1, parcels: 300)
    var sides = Reconciliation.LedgerViews()

    init(directory: String) throws {
        self.directory = directory
        sides.centerEvents = try lines("events").map { try EventMessage($0) }
        sides.kioskEvents = sides.centerEvents
        for line in try lines("parcels", "--kiosk", Day.kiosk, "--json") {
            sides.centerParcels[try #require(line["subject"]?.string)] = ExpectedParcelState(shown: line)
        }
        sides.kioskParcels = sides.centerParcels
    }

    func center(_ arguments: String...) throws -> (code: Int32, output: String, errors: String) {
        try run(Products.path("kiosk-center"), arguments + ["--config", directory + "/center.yaml"])
    }

    private func lines(_ arguments: String...) throws -> [JSON] {
        let answer = try run(Products.path("kiosk-center"), arguments + ["--config", directory + "/center.yaml"])
        return try answer.output.split(separator: "\n").map { try JSON(parsing: $0.utf8) }
    }
}

/// One thing that is wrong with an account, and the words that have to tell it.
private struct Lie {
    var name: String
    var found: String
    var tell: (inout Reconciliation.LedgerViews, Day) throws -> Void

    static var all: [Lie] {
        [
            Lie(name: "the center lost the last event", found: "events, the center") { sides, _ in
                sides.centerEvents.removeLast()
            },
            Lie(name: "the center lost one in the middle", found: "chain breaks") { sides, _ in
                sides.centerEvents.remove(at: 400)
            },
            Lie(name: "the center has one twice", found: "chain breaks") { sides, _ in
                sides.centerEvents.insert(sides.centerEvents[400], at: 401)
            },
            Lie(name: "both lost the last collection", found: "events kiosk.parcel.collected") {
                sides, _ in
                let last = sides.centerEvents.lastIndex { $0.event.draft.type == .parcelCollected }
                let place = try #require(last)
                sides.centerEvents.remove(at: place)
                sides.kioskEvents.remove(at: place)
            },
            Lie(name: "the center's list lost a parcel", found: "the center's list has") { sides, _ in
                sides.centerParcels.removeValue(forKey: try #require(sides.centerParcels.keys.first))
            },
            Lie(name: "the kiosk shows another state", found: "the kiosk's list has") { sides, day in
                let shelved = try #require(day.expectedStates.first { $0.value.status == .shelved }).key
                sides.kioskParcels[shelved]?.status = .received
            },
            Lie(name: "the kiosk shows a parcel too many", found: "the kiosk's list has SF0") { sides, _ in
                sides.kioskParcels["SF0"] = ExpectedParcelState(.received)
            },
            Lie(name: "somebody else collected", found: "the center's events has") { sides, day in
                let place = sides.centerEvents.firstIndex { $0.event.draft.type == .parcelCollected }
                try replace(&sides, at: try #require(place)) { $0.data = Array(#"{"by":"nobody"}"#.utf8) }
            },
            Lie(name: "an event names a recipient", found: "holds \"") { sides, day in
                let name = try #require(day.expected.parcels.compactMap(\.recipient).first).name
                try replace(&sides, at: 100) { $0.data = Array(#"{"name":"\#(name)"}"#.utf8) }
            },
            Lie(name: "practice came to the center", found: "holds \"") { sides, day in
                try replace(&sides, at: 100) { $0.subject = day.practised.first }
            },
            Lie(name: "the center raised an alarm", found: "alarm fork") { sides, _ in sides.alarms = ["fork"] },
        ]
    }

    /// As if it had been recorded so: on both sides, and with a right hash of its own.
    private static func replace(
        _ sides: inout Reconciliation.LedgerViews, at place: Int, _ change: (inout EventDraft) -> Void
    )
        throws
    {
        let message = sides.centerEvents[place]
        var draft = message.event.draft
        change(&draft)
        let event = HashChain(kiosk: message.kiosk, epoch: message.epoch).append(
            draft, after: Head(sequence: message.event.sequence - 1, hash: message.event.previousHash))
        sides.centerEvents[place] = EventMessage(kiosk: message.kiosk, epoch: message.epoch, event: event)
        sides.kioskEvents[place] = sides.centerEvents[place]
    }
}
