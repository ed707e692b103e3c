public import Barcodes
public import Domain
public import ScaleProtocols

/// What a desk says to whoever scanned: one fixed word with one fixed sound, and what belongs to it. Screen, sound, log and
/// paper all speak from this.
public struct Answer: Hashable, Sendable {
    public enum Word: String, Sendable, CaseIterable {
        // Saved: told only after the commit.
        case received, shelved, moved, collected, returned, dispatched, accepted, flagged, resolved, undone
        case batchOpened = "batch-opened"
        case batchClosed = "batch-closed"
        case signedIn = "signed-in"
        case signedOut = "signed-out"
        case weighed, voided, offered, packed, checked
        case lotClosed = "lot-closed"

        case already

        // Attention: nothing was saved, or something has to be done beside it.
        case mode, found, typed, cancelled, armed
        case askCarrier = "ask-carrier"
        case askCode = "ask-code"
        case askReason = "ask-reason"
        case pickUp = "pick-up"
        case pickUpEnded = "pick-up-ended"
        case nothingHere = "nothing-here"
        case practiceBegan = "practice-began"
        case practiceEnded = "practice-ended"
        /// Received, and every slot of its kind is full.
        case noSlot = "no-slot"
        case askFarmer = "ask-farmer"
        case askProduce = "ask-produce"
        case askGrade = "ask-grade"
        case weighReady = "weigh-ready"
        case askOrder = "ask-order"
        case packNext = "pack-next"
        case weighOrder = "weigh-order"
        case scanWaybill = "scan-waybill"
        /// Recorded, and the scale is wrong.
        case checkFailed = "check-failed"

        // Refused.
        /// The scan itself was no good; `refusal` says why.
        case scan
        case impossible
        case wrongParcel = "wrong-parcel"
        case wrongCode = "wrong-code"
        case locked
        case signInFirst = "sign-in-first"
        case notPermitted = "not-permitted"
        case unknownPerson = "unknown-person"
        case nobodyFound = "nobody-found"
        case wrongPIN = "wrong-pin"
        case answerFirst = "answer-first"
        case openBatchFirst = "open-batch-first"
        case batchIsOpen = "batch-is-open"
        case noBatch = "no-batch"
        case notForDispatch = "not-for-dispatch"
        case nothingToUndo = "nothing-to-undo"
        case changedSince = "changed-since"
        case nothingAsked = "nothing-asked"
        case noShelves = "no-shelves"
        /// The scale shows nothing that may be recorded; `obstruction` says why.
        case scale
        case scaleIsTared = "scale-is-tared"
        case tareTooHeavy = "tare-too-heavy"
        case belowMinimum = "below-minimum"
        case verificationExpired = "verification-expired"
        case scaleIsWrong = "scale-wrong"
        case checkFirst = "check-first"
        case noPrice = "no-price"
        case noReference = "no-reference"
        /// Something else than the reference weight lies there, by far.
        case onlyReference = "only-reference"
        case unknownProduce = "unknown-produce"
        case unknownContainer = "unknown-container"
        case weighFirst = "weigh-first"
        case wrongMode = "wrong-mode"
        case noLot = "no-lot"
        case scanLabelFirst = "scan-label-first"
        case lotIsOpen = "lot-is-open"
        case soldAlready = "sold-already"
        case nothingToVoid = "nothing-to-void"
        case unknownOrder = "unknown-order"
        case wrongLot = "wrong-lot"
        case notAsOrdered = "not-as-ordered"
        /// The code of a paper: it tells what was recorded, something else, or of what only the center can judge.
        case receiptRight = "receipt-right"
        case receiptWrong = "receipt-wrong"
        case receiptUnknown = "receipt-unknown"

        public var tone: Tone {
            switch self {
            case .received, .shelved, .moved, .collected, .returned, .dispatched, .accepted, .flagged, .resolved,
                .undone, .batchOpened, .batchClosed, .signedIn, .signedOut, .weighed, .voided, .offered, .packed,
                .checked, .lotClosed:
                .saved
            case .already: .already
            case .mode, .found, .typed, .cancelled, .armed, .askCarrier, .askCode, .askReason, .pickUp, .pickUpEnded,
                .nothingHere,
                .practiceBegan, .practiceEnded, .noSlot, .askFarmer, .askProduce, .askGrade, .weighReady, .askOrder,
                .packNext, .weighOrder, .scanWaybill, .checkFailed, .receiptRight:
                .attention
            case .scan, .impossible, .wrongParcel, .wrongCode, .locked, .signInFirst, .notPermitted, .unknownPerson,
                .nobodyFound, .wrongPIN, .answerFirst, .openBatchFirst, .batchIsOpen, .noBatch, .notForDispatch,
                .nothingToUndo,
                .changedSince, .nothingAsked, .noShelves, .scale, .scaleIsTared, .tareTooHeavy, .belowMinimum,
                .verificationExpired, .scaleIsWrong, .checkFirst, .noPrice, .noReference, .onlyReference,
                .unknownProduce,
                .unknownContainer,
                .weighFirst, .wrongMode, .noLot, .scanLabelFirst, .unknownOrder, .lotIsOpen, .soldAlready,
                .nothingToVoid, .wrongLot, .notAsOrdered,
                .receiptWrong, .receiptUnknown:
                .refused
            }
        }
    }

    /// A parcel in a list: which, and where to find it.
    public struct Line: Hashable, Sendable {
        public var subject: String
        public var slot: String?

        public init(subject: String, slot: String?) {
            self.subject = subject
            self.slot = slot
        }
    }

    /// The lot before, which was closed by what was done now: its farmer still has to hear its total.
    public struct Closed: Hashable, Sendable {
        public var lot: String
        public var crates: Int
        public var net: Mass
        /// `nil` while a crate of it has no price.
        public var amount: Money?
    }

    /// The count of a hand-over: both sides get it.
    public struct Count: Hashable, Sendable {
        public var kind: Batch.Kind
        public var scanned: Int
        /// Announced or waiting, and not scanned; the lists are cut, the numbers are whole.
        public var missing: [String]
        public var missingCount: Int
        /// Scanned, and neither announced nor waiting.
        public var unexpected: [String]
        public var unexpectedCount: Int

        public init(
            kind: Batch.Kind, scanned: Int, missing: [String] = [], missingCount: Int = 0, unexpected: [String] = [],
            unexpectedCount: Int = 0
        ) {
            self.kind = kind
            self.scanned = scanned
            self.missing = missing
            self.missingCount = missingCount
            self.unexpected = unexpected
            self.unexpectedCount = unexpectedCount
        }
    }

    public var word: Word
    public var refusal: Refusal?
    public var subject: String?
    public var status: Parcel.Status?
    public var flags: [Parcel.Flag] = []
    /// What can be done instead.
    public var possible: [ParcelLife.Deed] = []
    public var obstacle: ParcelLife.Obstacle?
    public var slot: String?
    public var code: String?
    public var carriers: [Carrier] = []
    /// The number of the last event that was saved for this answer.
    public var sequence: Int64?
    public var since: Timestamp?
    public var recipient: Recipient?
    public var lines: [Line] = []
    public var count: Count?
    public var person: String?
    public var role: Person.Role?
    public var mode: DeskCommand.Mode?
    public var command: DeskCommand?
    public var typed: String?
    public var waitMilliseconds: Int64?
    public var obstruction: ScaleWatch.Obstacle?
    /// What is weighed, and for whom; `nil` while nobody weighs.
    public var goods: Goods?
    public var closed: Closed?

    public init(_ word: Word) { self.word = word }

    public init(_ word: Word, _ fill: (inout Answer) throws -> Void) rethrows {
        self.word = word
        try fill(&self)
    }

    public var tone: Tone { word.tone }

    /// A fixed word for counters: what kind of answer it was.
    public var tally: String {
        switch tone {
        case .saved, .already: tone.rawValue
        case .refused, .attention: refusal?.rawValue ?? obstruction.map { "scale-\($0.rawValue)" } ?? word.rawValue
        }
    }

    public static func refused(_ refusal: Refusal) -> Answer { Answer(.scan) { $0.refusal = refusal } }

    /// Takes out what only the operator may read: the code, and whom the parcel is for, whose id fetches it like a code.
    mutating func withhold() {
        code = nil
        recipient = nil
        goods = nil
    }

    /// With everything a person needs to know of a parcel.
    mutating func describe(_ parcel: Parcel) {
        subject = parcel.subject
        status = parcel.status
        flags = parcel.condition.flags.sorted()
        slot = parcel.condition.slot
        code = parcel.condition.code
        since = parcel.touched
        sequence = parcel.sequence == 0 ? nil : parcel.sequence
    }
}

extension Answer {
    public var json: JSON {
        let text = phrase
        return .members([
            "outcome": .string(tone.rawValue), "word": .string(word.rawValue),
            "text": .string(text.chinese), "english": .string(text.english),
            "reason": tone == .refused ? .string(tally) : nil, "subject": subject.map { .string($0) },
            "status": status.map { .string($0.rawValue) },
            "flags": flags.isEmpty ? nil : .array(flags.map { .string($0.rawValue) }),
            "possible": possible.isEmpty ? nil : .array(possible.map { .string($0.rawValue) }),
            "slot": slot.map { .string($0) }, "code": code.map { .string($0) },
            "carriers": carriers.isEmpty && tone != .saved ? nil : .array(carriers.map { .string($0.rawValue) }),
            "sequence": sequence.map { .integer($0) }, "since": since.map { .string($0.description) },
            "recipient": recipient.map {
                ["id": .string($0.id), "name": .string($0.name), "tail": .string($0.phoneTail)]
            },
            "parcels": lines.isEmpty
                ? nil
                : .array(
                    lines.map { .members(["subject": .string($0.subject), "slot": $0.slot.map { .string($0) }]) }),
            "batch": count.map {
                [
                    "kind": .string($0.kind.rawValue), "scanned": .integer(Int64($0.scanned)),
                    "missing": .array($0.missing.map { .string($0) }), "missingcount": .integer(Int64($0.missingCount)),
                    "unexpected": .array($0.unexpected.map { .string($0) }),
                    "unexpectedcount": .integer(Int64($0.unexpectedCount)),
                ]
            },
            "person": person.map { .string($0) }, "role": role.map { .string($0.rawValue) },
            "mode": mode.map { .string($0.rawValue) }, "command": command.map { .string($0.text) },
            // At a scale where nothing is chosen yet there is nothing to tell.
            "goods": goods == Goods() ? nil : goods?.json,
            "closed": closed.map {
                .members([
                    "lot": .string($0.lot), "crates": .integer(Int64($0.crates)), "net": .integer($0.net.grams),
                    "amount": $0.amount.map { .integer($0.fen) },
                ])
            },
            "typed": typed.map { .string($0) }, "waitms": waitMilliseconds.map { .integer($0) },
        ])
    }
}
