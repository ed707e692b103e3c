import Barcodes
public import Domain
import ScaleProtocols

extension Answer {
    /// The fixed word of an answer, for programs and counters.
    public enum Word: String, Sendable, CaseIterable {
        case received, shelved, moved, collected, returned, dispatched, accepted, flagged, resolved, undone
        case batchOpened = "batch-opened"
        case batchClosed = "batch-closed"
        case signedIn = "signed-in"
        case signedOut = "signed-out"
        case weighed, voided, offered, packed, checked
        case lotClosed = "lot-closed"
        case timeSet = "time-set"
        case paid
        case paymentReversed = "payment-reversed"
        case tillCounted = "till-counted"
        case consentRefused = "consent-refused"
        case personAdded = "person-added"

        case already

        case mode, found, typed, cancelled, armed
        case askCarrier = "ask-carrier"
        case askCode = "ask-code"
        case askReason = "ask-reason"
        case askConsent = "ask-consent"
        case askNewPerson = "ask-new-person"
        case askTail = "ask-tail"
        case pickUp = "pick-up"
        case pickUpEnded = "pick-up-ended"
        case nothingHere = "nothing-here"
        case practiceBegan = "practice-began"
        case practiceEnded = "practice-ended"
        case noSlot = "no-slot"
        case askFarmer = "ask-farmer"
        case askProduce = "ask-produce"
        case askGrade = "ask-grade"
        case weighReady = "weigh-ready"
        case askOrder = "ask-order"
        case packNext = "pack-next"
        case weighOrder = "weigh-order"
        case scanWaybill = "scan-waybill"
        case checkFailed = "check-failed"
        case receiptRight = "receipt-right"
        case askTime = "ask-time"
        case balance
        case askSupervisor = "ask-supervisor"
        case askAmount = "ask-amount"
        case askAnotherSupervisor = "ask-another-supervisor"

        case scan
        case impossible
        case wrongParcel = "wrong-parcel"
        case wrongCode = "wrong-code"
        case locked
        case signInFirst = "sign-in-first"
        case notPermitted = "not-permitted"
        case unknownPerson = "unknown-person"
        case badgeExpired = "badge-expired"
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
        case scale
        case scaleIsTared = "scale-is-tared"
        case tareTooHeavy = "tare-too-heavy"
        case belowMinimum = "below-minimum"
        case verificationExpired = "verification-expired"
        case scaleIsWrong = "scale-wrong"
        case checkFirst = "check-first"
        case noPrice = "no-price"
        case noReference = "no-reference"
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
        case payFirst = "pay-first"
        case nothingToPay = "nothing-to-pay"
        case moreThanOwed = "more-than-owed"
        case nothingToReverse = "nothing-to-reverse"
        case reverseLaterFirst = "reverse-later-first"
        case unknownOrder = "unknown-order"
        case wrongLot = "wrong-lot"
        case notAsOrdered = "not-as-ordered"
        case receiptWrong = "receipt-wrong"
        case receiptUnknown = "receipt-unknown"
        case timeKnown = "time-known"

        public var tone: Tone {
            switch self {
            case .received, .shelved, .moved, .collected, .returned, .dispatched, .accepted, .flagged, .resolved,
                .undone, .batchOpened, .batchClosed, .signedIn, .signedOut, .weighed, .voided, .offered, .packed,
                .checked, .lotClosed, .timeSet, .paid, .paymentReversed, .tillCounted, .consentRefused, .personAdded:
                .saved
            case .already: .already
            case .mode, .found, .typed, .cancelled, .armed, .askCarrier, .askCode, .askReason, .pickUp, .pickUpEnded,
                .nothingHere, .practiceBegan, .practiceEnded, .noSlot, .askFarmer, .askProduce, .askGrade,
                .weighReady, .askOrder, .packNext, .weighOrder, .scanWaybill, .checkFailed, .receiptRight, .askTime,
                .balance, .askSupervisor, .askConsent, .askNewPerson, .askTail, .askAnotherSupervisor, .askAmount:
                .attention
            case .scan, .impossible, .wrongParcel, .wrongCode, .locked, .signInFirst, .notPermitted, .unknownPerson,
                .badgeExpired,
                .nobodyFound, .wrongPIN, .answerFirst, .openBatchFirst, .batchIsOpen, .noBatch, .notForDispatch,
                .nothingToUndo, .changedSince, .nothingAsked, .noShelves, .scale, .scaleIsTared, .tareTooHeavy,
                .belowMinimum, .verificationExpired, .scaleIsWrong, .checkFirst, .noPrice, .noReference,
                .onlyReference, .unknownProduce, .unknownContainer, .weighFirst, .wrongMode, .noLot,
                .scanLabelFirst, .unknownOrder, .lotIsOpen, .soldAlready, .nothingToVoid, .wrongLot, .notAsOrdered,
                .receiptWrong, .receiptUnknown, .timeKnown, .payFirst, .nothingToPay, .moreThanOwed, .nothingToReverse,
                .reverseLaterFirst:
                .refused
            }
        }

        /// As it stands in a log, for whoever looks after the point.
        public var logLine: String {
            switch self {
            case .received, .shelved, .moved, .collected, .returned, .dispatched, .accepted, .flagged, .resolved,
                .undone:
                "parcel \(rawValue)"
            default: rawValue.replacing("-", with: " ")
            }
        }
    }

    public var tone: Tone { word.tone }

    /// A fixed word for counters: what kind of answer it was.
    public var tally: String {
        switch (tone, self) {
        case (.saved, _), (.already, _): tone.rawValue
        case (_, .scan(let refusal)): refusal.rawValue
        case (_, .scale(let obstacle, _)): "scale-\(obstacle.rawValue)"
        default: word.rawValue
        }
    }

    public var word: Word {
        switch self {
        case .received: .received
        case .shelved: .shelved
        case .moved: .moved
        case .collected: .collected
        case .returned: .returned
        case .dispatched: .dispatched
        case .accepted: .accepted
        case .flagged: .flagged
        case .resolved: .resolved
        case .undone: .undone
        case .batchOpened: .batchOpened
        case .batchClosed: .batchClosed
        case .signedIn: .signedIn
        case .signedOut: .signedOut
        case .weighed: .weighed
        case .voided: .voided
        case .lotClosed: .lotClosed
        case .offered: .offered
        case .packed: .packed
        case .checked: .checked
        case .already: .already
        case .mode: .mode
        case .found: .found
        case .typed: .typed
        case .cancelled: .cancelled
        case .armed: .armed
        case .askCarrier: .askCarrier
        case .askCode: .askCode
        case .askReason: .askReason
        case .askConsent: .askConsent
        case .personAdded: .personAdded
        case .askNewPerson: .askNewPerson
        case .askTail: .askTail
        case .badgeExpired: .badgeExpired
        case .consentRefused: .consentRefused
        case .pickUp: .pickUp
        case .pickUpEnded: .pickUpEnded
        case .nothingHere: .nothingHere
        case .practiceBegan: .practiceBegan
        case .practiceEnded: .practiceEnded
        case .noSlot: .noSlot
        case .askFarmer: .askFarmer
        case .askProduce: .askProduce
        case .askGrade: .askGrade
        case .weighReady: .weighReady
        case .askOrder: .askOrder
        case .packNext: .packNext
        case .weighOrder: .weighOrder
        case .scanWaybill: .scanWaybill
        case .checkFailed: .checkFailed
        case .receiptRight: .receiptRight
        case .scan: .scan
        case .impossible: .impossible
        case .wrongParcel: .wrongParcel
        case .wrongCode: .wrongCode
        case .locked: .locked
        case .signInFirst: .signInFirst
        case .notPermitted: .notPermitted
        case .unknownPerson: .unknownPerson
        case .nobodyFound: .nobodyFound
        case .wrongPIN: .wrongPIN
        case .answerFirst: .answerFirst
        case .openBatchFirst: .openBatchFirst
        case .batchIsOpen: .batchIsOpen
        case .noBatch: .noBatch
        case .notForDispatch: .notForDispatch
        case .nothingToUndo: .nothingToUndo
        case .changedSince: .changedSince
        case .nothingAsked: .nothingAsked
        case .noShelves: .noShelves
        case .scale: .scale
        case .scaleIsTared: .scaleIsTared
        case .tareTooHeavy: .tareTooHeavy
        case .belowMinimum: .belowMinimum
        case .verificationExpired: .verificationExpired
        case .scaleIsWrong: .scaleIsWrong
        case .checkFirst: .checkFirst
        case .noPrice: .noPrice
        case .noReference: .noReference
        case .onlyReference: .onlyReference
        case .unknownProduce: .unknownProduce
        case .unknownContainer: .unknownContainer
        case .weighFirst: .weighFirst
        case .wrongMode: .wrongMode
        case .noLot: .noLot
        case .scanLabelFirst: .scanLabelFirst
        case .lotIsOpen: .lotIsOpen
        case .soldAlready: .soldAlready
        case .nothingToVoid: .nothingToVoid
        case .unknownOrder: .unknownOrder
        case .wrongLot: .wrongLot
        case .notAsOrdered: .notAsOrdered
        case .receiptWrong: .receiptWrong
        case .receiptUnknown: .receiptUnknown
        case .timeSet: .timeSet
        case .askTime: .askTime
        case .timeKnown: .timeKnown
        case .paid: .paid
        case .paymentReversed: .paymentReversed
        case .tillCounted: .tillCounted
        case .balance: .balance
        case .askSupervisor: .askSupervisor
        case .askAmount: .askAmount
        case .payFirst: .payFirst
        case .nothingToPay: .nothingToPay
        case .moreThanOwed: .moreThanOwed
        case .askAnotherSupervisor: .askAnotherSupervisor
        case .nothingToReverse: .nothingToReverse
        case .reverseLaterFirst: .reverseLaterFirst
        }
    }
}
