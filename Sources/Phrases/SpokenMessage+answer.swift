import Barcodes
import Domain
import ScaleProtocols

extension SpokenMessage {
    /// What of an answer a farmer or a courier has to hear: `nil` for what concerns the operator alone.
    ///
    /// - Parameter closed: the lot before, which what was done has closed.
    public init?(_ answer: Answer, after closed: Answer.Closed?) {
        // Whose lot was closed by what somebody else began has to hear its total now or never.
        if let closed {
            self = .total(crates: closed.crates, net: closed.net, amount: closed.amount, isByItself: true)
            return
        }
        switch answer {
        case .weighed(let crate):
            self = .weighed(
                produce: crate.produce.spoken ?? crate.produce.name, grade: crate.grade, net: crate.net,
                amount: crate.amount)
        case .lotClosed(let lot):
            self = .total(crates: lot.crates, net: lot.net, amount: lot.amount, isByItself: false)
        case .voided(let crate):
            self = .voided(produce: crate.produce.spoken ?? crate.produce.name, net: crate.net)

        case .paid(let payout): self = .paid(amount: payout.amount, crates: payout.crates)
        case .balance(let account) where account.owed >= .zero:
            self = .balance(owed: account.owed, crates: account.crates, unpriced: account.unpriced)
        case .nothingToPay: self = .instruction(.nothingToPay)
        case .paymentReversed: self = .instruction(.paymentReversed)
        case .askSupervisor(.void(let crate?, _)):
            self = .askVoid(
                produce: crate.produce.spoken ?? crate.produce.name, net: crate.net,
                paid: crate.paidBy == nil ? nil : crate.amount)
        case .askSupervisor(.reverse(let payout?, _)): self = .askReversal(amount: payout.amount)
        case .askSupervisor: self = .instruction(.askSupervisor)
        case .askAnotherSupervisor: self = .instruction(.askAnotherSupervisor)
        case .moreThanOwed: self = .instruction(.moreThanOwed)

        case .askFarmer(let choices, _):
            self = .instruction(
                choices.isEmpty ? .askFarmer : choices.count == 1 ? .confirmFarmer : .chooseFarmer)
        case .askProduce: self = .instruction(.askProduce)
        case .askGrade: self = .instruction(.askGrade)
        case .weighReady: self = .instruction(.ready)
        case .scale(let obstacle, let crate):
            guard let instruction = Instruction(obstacle, isCrate: crate != nil) else { return nil }
            self = .instruction(instruction)
        case .belowMinimum: self = .instruction(.tooLight)
        case .tareTooHeavy: self = .instruction(.wrongTare)
        case .noPrice(.crate): self = .instruction(.noPrice)
        case .scaleIsWrong: self = .instruction(.scaleWrong)
        case .verificationExpired: self = .instruction(.verificationOver)
        case .wrongMode: self = .instruction(.parcelWhileWeighing)
        case .wrongParcel: self = .instruction(.wrongParcel)
        // Everybody at the desk has to hear that it does not count.
        case .scan(.busy): self = .instruction(.scanAgain)
        case .scan(.full), .scan(.storage): self = .instruction(.notSaved)
        case .practiceBegan: self = .instruction(.practiceBegan)
        case .practiceEnded: self = .instruction(.practiceEnded)
        case .receiptRight: self = .instruction(.paperRight)
        case .receiptWrong: self = .instruction(.paperWrong)
        case .timeSet: self = .instruction(.timeSet)
        case .askTime: self = .instruction(.askTime)

        // The operator reads them; the tone says that it is saved or not.
        case .askConsent, .consentRefused, .personAdded, .askNewPerson, .askTail, .badgeExpired, .received, .shelved,
            .moved, .collected, .returned, .dispatched, .accepted,
            .flagged, .resolved, .undone,
            .batchOpened, .batchClosed, .signedIn, .signedOut, .offered, .packed, .checked, .already, .mode, .found,
            .typed, .cancelled, .armed, .askCarrier, .askCode, .askReason, .pickUp, .pickUpEnded, .nothingHere,
            .noSlot, .askOrder, .packNext, .weighOrder, .scanWaybill, .checkFailed, .scan, .impossible, .wrongCode,
            .locked, .signInFirst, .notPermitted, .unknownPerson, .nobodyFound, .wrongPIN, .answerFirst,
            .openBatchFirst, .batchIsOpen, .noBatch, .notForDispatch, .nothingToUndo, .changedSince, .nothingAsked,
            .noShelves, .scaleIsTared, .checkFirst, .noPrice(.offer), .noReference, .onlyReference, .unknownProduce,
            .unknownContainer, .weighFirst, .noLot, .scanLabelFirst, .lotIsOpen, .soldAlready, .nothingToVoid,
            .unknownOrder, .wrongLot, .notAsOrdered, .receiptUnknown, .timeKnown, .tillCounted, .balance, .askAmount,
            .payFirst, .nothingToReverse, .reverseLaterFirst:
            return nil
        }
    }
}

extension SpokenMessage.Instruction {
    /// - Parameter isCrate: "confirm" records a crate; it must not be said where the scale is checked or a container is tared.
    fileprivate init?(_ obstacle: ScaleWatch.NotWeighableReason, isCrate: Bool) {
        switch obstacle {
        case .unstable: self = .notStable
        case .empty:
            guard isCrate else { return nil }
            self = .ready
        case .overloaded: self = .tooHeavy
        case .notReturned: self = .alreadyRecorded
        case .exchanged: self = isCrate ? .confirmAgain : .notSaved
        case .frozen: self = .frozen
        case .underloaded, .negative: self = .belowZero
        case .disconnected: self = .scaleGone
        case .silent: self = .scaleSilent
        case .garbage, .wrongUnit, .faulty, .outOfSteps: self = .scaleTrouble
        }
    }
}
