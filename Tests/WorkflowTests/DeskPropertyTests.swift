import Barcodes
import Domain
import Phrases
import Projections
import TestSupport
import Testing
import Workflow

/// Whatever is scanned, in whatever order: the promises hold.
@Suite struct `Anything at two desks` {
    static let parcels: [String] =
        (100..<190).map { "\($0 % 5 == 0 ? "7212345670" : "SF1234567890")\($0 % 5 == 0 ? $0 % 90 + 10 : $0)" }
        + ["JDVA12345678901-2-5-"]

    static func scene(_ seed: UInt64) -> DeskScene {
        let scene = DeskScene(seed: seed, isOpen: seed % 4 != 0) { if seed % 3 == 0 { $0.codeForm = .digits } }
        scene.announce(parcels[0], for: "r-wang")
        scene.announce(parcels[1], for: "r-wang", .cold)
        scene.announce(parcels[2], nil, for: "r-li", code: .digits)
        return scene
    }

    /// Put into words only when something fails: that takes longer than the step.
    struct Step: CustomStringConvertible {
        var seed: UInt64
        var number: Int
        var input: Desk.Input
        var word: Answer.Word?

        var description: String { "seed \(seed), step \(number): \(input) → \(word?.rawValue ?? "nothing")" }
    }

    /// Mostly what makes something happen.
    static func input(_ scene: DeskScene, _ step: Int, _ generator: inout SeededGenerator) -> Desk.Input {
        // New parcels come all the time, and the last ones are scanned again and again.
        let parcels = Self.parcels[min(step / 12, Self.parcels.count - 10)...].prefix(10)
        func pick<Element>(_ list: some RandomAccessCollection<Element>) -> Element {
            list[list.index(list.startIndex, offsetBy: Int.random(in: 0..<list.count, using: &generator))]
        }
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<45: return DeskScene.input(pick(parcels))
        case 45..<72: return .text(pick(DeskCommand.all).text)
        case 72..<80:
            return .text(
                pick(["KC-RECEIVE", "KC-SHELVE", "KC-COLLECT", "KC-FIND", "KC-UNDO", "KC-CONFIRM", "KC-RESOLVE"]))
        case 80..<86:
            return .text(
                scene.point.present.compactMap(\.condition.code).sorted().randomElement(using: &generator) ?? "")
        case 86..<91:
            return .text(
                pick([DeskScene.operatorBadge, DeskScene.courierBadge, DeskScene.otherOperatorBadge, "KB-NOBODY"]))
        case 91: return .text(pick(["000000", "1-1-0000", "R-WANG", "HTTPS://V.EXAMPLE/M/R-LI", "", "-", "什么"]))
        case 92: return .refused(pick([.misread, .storage, .personal]))
        case 93: return .signIn(number: pick([0, 1, 2, 9]), pin: pick(["1111", "2222", "0", ""]))
        case 94: return .practice(Int.random(in: 0..<4, using: &generator) == 0)
        case 95: return .card(pick(["04A1B2C3", ""]))
        case 96: return .verified(person: pick(["p-op", "p-farm", ""]), isRight: Bool.random(using: &generator))
        default: return .tick
        }
    }

    @Test(arguments: 1...20) func `keeps its promises`(_ seed: UInt64) throws {
        let scene = Self.scene(seed)
        var generator = SeededGenerator(seed: seed &* 7919)
        for step in 0..<1000 {
            let name = Int.random(in: 0..<4, using: &generator) == 0 ? "back" : "front"
            if Int.random(in: 0..<20, using: &generator) == 0 {
                scene.pass(milliseconds: [1000, 60_000, 300_000, 3_600_000].randomElement(using: &generator) ?? 0)
            }
            let before = (point: scene.point, isPractice: scene.desks[name]?.isPractice ?? false)
            let input = Self.input(scene, step, &generator)
            let answer = try scene.enter(input, at: name)
            let here = Step(seed: seed, number: step, input: input, word: answer?.word)
            let desk = try #require(scene.desks[name])

            #expect(answer != nil || input == .tick, "every input is answered: \(here)")
            try Self.checkRecords(scene, answer, here)
            if before.isPractice {
                #expect(scene.point.events == before.point.events, "practice is not recorded: \(here)")
                continue
            }
            Self.checkShelves(scene, before.point, here)
            try Self.checkCount(scene, before.point, desk, answer, here)
            if desk.session?.role != .operator {
                #expect(answer?.code == nil && answer?.recipient == nil && answer?.json["goods"] == nil, "\(here)")
            }
            if let deadline = desk.deadline { #expect(deadline > scene.now.uptime || input != .tick, "\(here)") }
        }
        try Self.checkRebuilt(scene)
    }

    /// Said to be saved exactly when something was recorded. Whoever went away is signed out by whatever comes next.
    private static func checkRecords(_ scene: DeskScene, _ answer: Answer?, _ here: Step) throws {
        let recorded = try scene.recorded.filter {
            try $0.type != .operatorSignedOut || scene.data($0)["reason"] != "idle"
        }
        switch answer?.tone {
        case .saved: #expect(!scene.recorded.isEmpty, "a beep means saved: \(here)")
        case _ where answer?.word == .noSlot: break
        default: #expect(recorded.isEmpty, "what is recorded is said: \(here)")
        }
    }

    private static func checkShelves(_ scene: DeskScene, _ before: MemoryPoint, _ here: Step) {
        let present = scene.point.present
        let codes = present.compactMap(\.condition.code)
        #expect(Set(codes).count == codes.count, "no code twice: \(here)")
        let shelved = present.filter { $0.status == .shelved }
        #expect(shelved.allSatisfy { $0.condition.slot != nil && $0.condition.code != nil }, "\(here)")
        let slots = scene.desks["front"]?.policy.shelves.slots ?? []
        let (now, then) = (scene.point.occupancy(), before.occupancy())
        for slot in slots where now[slot.name, default: 0] > max(slot.capacity, then[slot.name, default: 0]) {
            // Only what an undo puts back where it lies, when there is no other place.
            let isUndo = scene.recorded.allSatisfy { $0.type == .parcelCorrected }
            let isFull = slots.allSatisfy { $0.handling != slot.handling || now[$0.name, default: 0] >= $0.capacity }
            #expect(isUndo && isFull, "a slot is overfull: \(here)")
        }
    }

    private static func checkCount(
        _ scene: DeskScene, _ before: MemoryPoint, _ desk: Desk, _ answer: Answer?, _ here: Step
    ) throws {
        guard let answer, let count = answer.count, let session = desk.session else { return }
        let point = answer.word == .batchClosed ? before : scene.point
        let batch = session.role == .courier ? point.batch(of: session.person) : point.batch(at: desk.name)
        #expect(count.scanned == point.items(of: try #require(batch).id).count, "the count is right: \(here)")
        #expect(count.kind == batch?.kind, "\(here)")
    }

    /// What the events add up to is what the desks worked with.
    private static func checkRebuilt(_ scene: DeskScene) throws {
        var rebuilt = MemoryPoint()
        for event in scene.point.events { rebuilt.record(event.draft) }
        #expect(rebuilt.known == scene.point.known && rebuilt.open == scene.point.open)
        #expect(rebuilt.scanned == scene.point.scanned)
        let ids = scene.point.events.map(\.draft.id)
        #expect(Set(ids).count == ids.count)
    }

    @Test func `the random scripts reach every kind of event and nearly every answer`() throws {
        var types: Set<EventType> = []
        var words: Set<Answer.Word> = []
        for seed in UInt64(1)...24 {
            let scene = Self.scene(seed)
            var generator = SeededGenerator(seed: seed &* 104_729)
            for step in 0..<1000 {
                if step % 40 == 39 { scene.pass(milliseconds: 60_000) }
                let input = Self.input(scene, step, &generator)
                if let answer = try scene.enter(input, at: "front") { words.insert(answer.word) }
            }
            types.formUnion(scene.point.events.map(\.draft.type))
        }
        #expect(
            types
                == ParcelProjection.types.union([
                    .batchOpened, .batchClosed, .operatorSignedIn, .operatorSignedOut, .tillCounted, .personAdded,
                ]))
        // One takes other settings, some more than one desk or a rare order; and produce is played for itself, with a scale.
        let produce: Set<Answer.Word> = [
            .receiptRight, .receiptWrong, .receiptUnknown, .timeSet, .askTime,
            .weighed, .voided, .lotClosed, .offered, .packed, .checked, .checkFailed, .askFarmer, .askProduce,
            .askGrade,
            .weighReady, .askOrder, .packNext, .weighOrder, .scanWaybill, .scale, .scaleIsTared, .tareTooHeavy,
            .belowMinimum, .verificationExpired, .scaleIsWrong, .checkFirst, .noPrice, .noReference, .unknownProduce,
            .unknownContainer, .weighFirst, .wrongMode, .noLot, .lotIsOpen, .soldAlready, .nothingToVoid, .wrongLot,
            .notAsOrdered, .onlyReference, .scanLabelFirst, .unknownOrder, .nobodyFound, .paid, .paymentReversed,
            .tillCounted, .balance, .askSupervisor, .askNewPerson, .personAdded, .askTail, .badgeExpired, .askConsent,
            .consentRefused, .askAnotherSupervisor, .moreThanOwed,
            .askAmount, .payFirst,
            .nothingToPay, .nothingToReverse,
            .reverseLaterFirst,
        ]
        #expect(
            Set(Answer.Word.allCases).subtracting(words).subtracting(produce)
                .isSubset(of: [.noShelves, .askReason, .changedSince]))
    }
}
