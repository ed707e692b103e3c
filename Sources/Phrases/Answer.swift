public import Barcodes
public import Domain
public import ScaleProtocols

/// What a desk says to whoever scanned, with what belongs to it. Each has one fixed word, one fixed sound and one sentence.
public enum Answer: Hashable, Sendable {
    // Saved: told only after the commit.
    case received(Arrival)
    case shelved(Whereabouts, Recipient?, Count?)
    case moved(Whereabouts)
    /// With what the same person has still to fetch.
    case collected(String, rest: [Line])
    case returned(String, Count?)
    /// With the order that lies in the parcel.
    case dispatched(String, Count?, order: String?)
    case accepted(String, [Carrier])
    case flagged(Whereabouts)
    case resolved(Whereabouts)
    /// With what the parcel is now; `nil` when it is no longer recorded.
    case undone(String, Whereabouts?, Count?)
    case batchOpened(Batch.Kind)
    case batchClosed(Count)
    /// A courier who left in the middle goes on where the hand-over stood.
    case signedIn(String, Person.Role, Count?, asksTime: Bool)
    case signedOut(unsaved: String?)
    case weighed(Crate)
    case voided(Crate)
    case lotClosed(LotAccount)
    case offered(LotAccount, Price)
    /// With the id under which the point knows this person until the county says who it is.
    case personAdded(String, NewPerson)
    /// That the recipient does not agree to leave it here.
    case consentRefused(Whereabouts)
    case packed(order: String, waybill: String, Mass)
    case paid(Payout)
    case paymentReversed(Payout)
    case tillCounted(Till.Count)
    case checked(ReferenceReading)
    /// By a watch: where nothing better is known, this is the time from here on.
    case timeSet(Timestamp)

    case already(Already)

    // Attention: nothing was saved, or something has to be done beside it.
    case mode(DeskCommand.Mode)
    case found(Found)
    case typed(String)
    case cancelled(unsaved: String?)
    case armed(DeskCommand)
    case askCarrier(String, [Carrier])
    case askCode(Whereabouts)
    case askReason(String)
    case pickUp([Line], Recipient?)
    case pickUpEnded
    /// Nothing for this person, or nothing of this number.
    case nothingHere(String?)
    case practiceBegan
    case practiceEnded
    /// Every slot of its kind is full: received and put aside, or still where it was.
    case noSlot(Whereabouts, Count?)
    /// Received, or here already: does its recipient agree that it waits here?
    case askConsent(Whereabouts, Recipient?, Count?)
    /// Among whom a digit chooses; empty when anybody may come.
    case askFarmer([String], NextCrate)
    case askProduce(NextCrate)
    /// Among which a digit chooses.
    case askGrade([String], NextCrate)
    case weighReady(NextCrate)
    case askOrder
    /// With what was weighed of the line before.
    case packNext(OrderLine, weighed: Mass?)
    case weighOrder(OrderLine)
    case scanWaybill(order: String, weighed: Mass?)
    /// Recorded, and the scale is wrong.
    case checkFailed(ReferenceReading)
    case receiptRight(Paper)
    case balance(Account)
    /// What is to be let pass only a supervisor may.
    case askSupervisor(Proposal)
    /// What would be added, and what may still be said.
    case askNewPerson(NewPerson)
    /// Four digits, or none.
    case askTail
    case askAmount
    case askTime

    // Refused.
    case scan(Refusal)
    case impossible(Impossible)
    case wrongParcel(String, right: [Line])
    case wrongCode
    case locked(milliseconds: Int64)
    case signInFirst
    case notPermitted
    case unknownPerson
    /// A stand-in's badge is good for its day.
    case badgeExpired
    case nobodyFound
    case wrongPIN
    /// About this parcel.
    case answerFirst(String)
    case openBatchFirst
    case batchIsOpen(Count)
    case noBatch
    case notForDispatch(Whereabouts)
    case nothingToUndo
    case changedSince(Whereabouts)
    /// What was given as an answer or a next step, where it is not a plain "confirm" or "cancel".
    case nothingAsked(DeskCommand?)
    case noShelves
    /// With the crate that was to be recorded, if it was one.
    case scale(ScaleWatch.NotWeighableReason, NextCrate?)
    case scaleIsTared(NextCrate?)
    case tareTooHeavy(RefusedCrate)
    case belowMinimum(RefusedCrate)
    case verificationExpired(RefusedCrate)
    case scaleIsWrong(RefusedCrate)
    case checkFirst(RefusedCrate)
    case noPrice(Unpriced)
    case noReference
    /// Something else than the reference weight lies there, by far.
    case onlyReference(ReferenceReading)
    case unknownProduce
    case unknownContainer
    case weighFirst
    case wrongMode(String)
    case noLot
    case scanLabelFirst
    case lotIsOpen(Stock)
    case soldAlready(Sold)
    case nothingToVoid
    case payFirst
    case nothingToPay(Account)
    /// A limit beyond it is a slip, or the next farmer's digits.
    case moreThanOwed(Account)
    /// Nobody agrees to what he asked for himself.
    case askAnotherSupervisor
    case nothingToReverse
    /// A later payment has taken back what this one paid.
    case reverseLaterFirst(String)
    case unknownOrder
    case wrongLot(OrderLine)
    case notAsOrdered(OrderLine, Mass)
    /// The code of a paper tells something else, or of what only the center can judge.
    case receiptWrong
    case receiptUnknown
    /// What it is, and nobody's watch is better.
    case timeKnown(Timestamp)

    public static func refused(_ refusal: Refusal) -> Answer { .scan(refusal) }
}

// MARK: Of parcels

extension Answer {
    /// A parcel as the point knows it.
    public struct Whereabouts: Hashable, Sendable {
        public var subject: String
        public var status: Parcel.Status
        public var flags: [Parcel.Flag] = []
        public var slot: String?
        public var code: String?
        /// When it was touched last before this turn, and by which event.
        public var since: Timestamp?
        public var sequence: Int64?
        public var consent: Parcel.Consent?
        /// Shelved, though nobody said that its recipient agrees.
        public var lacksConsent = false

        public init(_ subject: String, _ status: Parcel.Status, slot: String? = nil, code: String? = nil) {
            self.subject = subject
            self.status = status
            self.slot = slot
            self.code = code
        }

        public init(_ parcel: Parcel) {
            self.init(parcel.subject, parcel.status, slot: parcel.condition.slot, code: parcel.condition.code)
            flags = parcel.condition.flags.sorted()
            consent = parcel.condition.consent
            since = parcel.touched
            sequence = parcel.sequence == 0 ? nil : parcel.sequence
        }

        /// Without the code, which only an operator may read.
        public var withoutCode: Whereabouts {
            var copy = self
            copy.code = nil
            return copy
        }
    }

    public struct Arrival: Hashable, Sendable {
        public var subject: String
        public var carriers: [Carrier]
        public var recipient: Recipient?
        public var count: Count?

        public init(_ subject: String, carriers: [Carrier], recipient: Recipient?, count: Count?) {
            self.subject = subject
            self.carriers = carriers
            self.recipient = recipient
            self.count = count
        }
    }

    /// What a parcel in hand cannot become, why, and what can be done instead.
    public struct Impossible: Hashable, Sendable {
        public var subject: String
        /// `nil` when it is not recorded here.
        public var parcel: Whereabouts?
        public var obstacle: Parcel.TransitionError
        public var possible: [Parcel.Action]
        public var recipient: Recipient?
        public var count: Count?

        public init(
            _ subject: String, _ parcel: Whereabouts?, _ obstacle: Parcel.TransitionError, possible: [Parcel.Action],
            recipient: Recipient? = nil, count: Count? = nil
        ) {
            self.subject = subject
            self.parcel = parcel
            self.obstacle = obstacle
            self.possible = possible
            self.recipient = recipient
            self.count = count
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

    /// What is so without this turn.
    public enum Already: Hashable, Sendable {
        case parcel(Whereabouts, Count?)
        case signedIn(String)
        case packed(order: String, waybill: String)
        case voided(Crate)
        case reversed(Payout)
    }

    /// What was looked up.
    public enum Found: Hashable, Sendable {
        case parcel(Whereabouts, possible: [Parcel.Action], Recipient?)
        case crate(Crate)
        case lot(LotAccount)
        case payment(Payout)
    }
}

extension Answer {
    /// The number of the parcel, the crate or the paper that it is about.
    public var subject: String? {
        switch self {
        case .received(let arrival): arrival.subject
        case .shelved(let parcel, _, _), .moved(let parcel), .flagged(let parcel), .resolved(let parcel),
            .askCode(let parcel), .noSlot(let parcel, _), .askConsent(let parcel, _, _), .consentRefused(let parcel),
            .notForDispatch(let parcel), .changedSince(let parcel),
            .already(.parcel(let parcel, _)), .found(.parcel(let parcel, _, _)):
            parcel.subject
        case .collected(let subject, _), .returned(let subject, _), .dispatched(let subject, _, _),
            .accepted(let subject, _), .undone(let subject, _, _), .askCarrier(let subject, _),
            .askReason(let subject), .wrongParcel(let subject, _), .answerFirst(let subject),
            .wrongMode(let subject), .packed(_, let subject, _), .already(.packed(_, let subject)):
            subject
        case .signedOut(let subject), .cancelled(let subject), .nothingHere(let subject),
            .receiptRight(.other(let subject)):
            subject
        case .impossible(let impossible): impossible.subject
        case .weighed(let crate), .voided(let crate), .already(.voided(let crate)), .found(.crate(let crate)),
            .soldAlready(.crate(let crate)), .receiptRight(.crate(let crate)):
            crate.number
        case .paid(let payout), .paymentReversed(let payout), .already(.reversed(let payout)),
            .found(.payment(let payout)):
            payout.number
        case .askSupervisor(let proposal): proposal.subject
        case .personAdded(let id, _): id
        case .reverseLaterFirst(let number): number
        case .receiptRight(.lot(let lot, _)): lot.lot
        case .receiptRight(.payment(let payout)): payout.number
        case .batchOpened, .batchClosed, .signedIn, .lotClosed, .offered, .checked, .already(.signedIn), .mode,
            .found(.lot), .typed, .armed, .pickUp, .pickUpEnded, .practiceBegan, .practiceEnded, .askFarmer,
            .askProduce, .askGrade, .weighReady, .askOrder, .packNext, .weighOrder, .scanWaybill, .checkFailed,
            .scan, .wrongCode, .locked, .signInFirst, .notPermitted, .unknownPerson, .nobodyFound, .wrongPIN,
            .openBatchFirst, .batchIsOpen, .noBatch, .nothingToUndo, .nothingAsked, .noShelves, .scale,
            .scaleIsTared, .tareTooHeavy, .belowMinimum, .verificationExpired, .scaleIsWrong, .checkFirst,
            .noPrice, .noReference, .onlyReference, .unknownProduce, .unknownContainer, .weighFirst, .noLot,
            .scanLabelFirst, .lotIsOpen, .soldAlready(.stock), .soldAlready(.order), .nothingToVoid,
            .unknownOrder, .wrongLot, .notAsOrdered, .receiptWrong, .receiptUnknown, .timeSet, .askTime, .timeKnown,
            .tillCounted, .balance, .askNewPerson, .askTail, .badgeExpired, .askAmount, .moreThanOwed,
            .askAnotherSupervisor, .payFirst, .nothingToPay,
            .nothingToReverse:
            nil
        }
    }

    /// The event that touched the parcel last before this turn, where the answer tells of a parcel that is known.
    public var sequence: Int64? {
        switch self {
        case .shelved(let parcel, _, _), .moved(let parcel), .flagged(let parcel), .resolved(let parcel),
            .askCode(let parcel), .noSlot(let parcel, _), .askConsent(let parcel, _, _), .consentRefused(let parcel),
            .notForDispatch(let parcel), .changedSince(let parcel),
            .already(.parcel(let parcel, _)), .found(.parcel(let parcel, _, _)):
            parcel.sequence
        case .undone(_, let parcel, _): parcel?.sequence
        case .impossible(let impossible): impossible.parcel?.sequence
        default: nil
        }
    }

    /// What lay on the scale counts now, for a crate or for a line of an order, and has to leave it.
    public var countsLoad: Bool {
        switch self {
        case .weighed: true
        case .packNext(_, let weighed), .scanWaybill(_, let weighed): weighed != nil
        default: false
        }
    }

    /// Without what only the operator may read: the code, and whom the parcel is for, whose id fetches it like a code.
    public var withheld: Answer {
        switch self {
        case .received(var arrival):
            arrival.recipient = nil
            return .received(arrival)
        case .shelved(let parcel, _, let count): return .shelved(parcel.withoutCode, nil, count)
        case .moved(let parcel): return .moved(parcel.withoutCode)
        case .dispatched(let subject, let count, _): return .dispatched(subject, count, order: nil)
        case .flagged(let parcel): return .flagged(parcel.withoutCode)
        case .resolved(let parcel): return .resolved(parcel.withoutCode)
        case .undone(let subject, let parcel, let count): return .undone(subject, parcel?.withoutCode, count)
        case .already(.parcel(let parcel, let count)): return .already(.parcel(parcel.withoutCode, count))
        case .found(.parcel(let parcel, let possible, _)):
            return .found(.parcel(parcel.withoutCode, possible: possible, nil))
        case .askCode(let parcel): return .askCode(parcel.withoutCode)
        case .pickUp(let lines, _): return .pickUp(lines, nil)
        case .askConsent(let parcel, _, let count): return .askConsent(parcel.withoutCode, nil, count)
        case .consentRefused(let parcel): return .consentRefused(parcel.withoutCode)
        case .noSlot(let parcel, let count): return .noSlot(parcel.withoutCode, count)
        case .impossible(var impossible):
            impossible.parcel = impossible.parcel?.withoutCode
            impossible.recipient = nil
            return .impossible(impossible)
        case .notForDispatch(let parcel): return .notForDispatch(parcel.withoutCode)
        case .changedSince(let parcel): return .changedSince(parcel.withoutCode)
        // They name no recipient and no code, or only an operator can get them.
        case .collected, .returned, .accepted, .batchOpened, .batchClosed, .signedIn, .signedOut, .weighed, .voided,
            .lotClosed, .offered, .packed, .checked, .already(.signedIn), .already(.packed), .already(.voided), .mode,
            .found(.crate), .found(.lot), .typed, .cancelled, .armed, .askCarrier, .askReason, .pickUpEnded,
            .nothingHere, .practiceBegan, .practiceEnded, .askFarmer, .askProduce, .askGrade, .weighReady, .askOrder,
            .packNext, .weighOrder, .scanWaybill, .checkFailed, .receiptRight, .scan, .wrongParcel, .wrongCode,
            .locked, .signInFirst, .notPermitted, .unknownPerson, .nobodyFound, .wrongPIN, .answerFirst,
            .openBatchFirst, .batchIsOpen, .noBatch, .nothingToUndo, .nothingAsked, .noShelves, .scale,
            .scaleIsTared, .tareTooHeavy, .belowMinimum, .verificationExpired, .scaleIsWrong, .checkFirst, .noPrice,
            .noReference, .onlyReference, .unknownProduce, .unknownContainer, .weighFirst, .wrongMode, .noLot,
            .scanLabelFirst, .lotIsOpen, .soldAlready, .nothingToVoid, .unknownOrder, .wrongLot, .notAsOrdered,
            .receiptWrong, .receiptUnknown, .timeSet, .askTime, .timeKnown, .paid, .paymentReversed, .tillCounted,
            .balance, .personAdded, .askNewPerson, .askTail, .badgeExpired, .askSupervisor, .askAnotherSupervisor,
            .askAmount, .payFirst, .nothingToPay, .moreThanOwed,
            .nothingToReverse, .reverseLaterFirst,
            .already(.reversed), .found(.payment):
            return self
        }
    }
}
