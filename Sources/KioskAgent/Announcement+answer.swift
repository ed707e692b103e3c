import Barcodes
import Domain
import ScaleProtocols
import Sounds
import Workflow

extension Announcement {
    /// What of an answer a farmer or a courier has to hear: `nil` for what concerns the operator alone.
    init?(_ answer: Answer) {
        let goods = answer.goods ?? Answer.Goods()
        // Whose lot was closed by what somebody else began has to hear its total now or never.
        if let closed = answer.closed {
            self = .total(crates: closed.crates, net: closed.net, amount: closed.amount, isByItself: true)
            return
        }
        switch answer.word {
        case .weighed:
            guard let net = goods.net else { return nil }
            self = .weighed(
                produce: goods.spoken ?? goods.produce ?? "", grade: goods.grade, net: net, amount: goods.amount)
        case .lotClosed:
            guard let net = goods.net, let crates = goods.crates else { return nil }
            self = .total(crates: crates, net: net, amount: goods.amount, isByItself: false)
        case .voided:
            guard let net = goods.net else { return nil }
            self = .voided(produce: goods.spoken ?? goods.produce ?? "", net: net)
        default:
            guard let instruction = Instruction(answer, choices: goods.choices.count) else { return nil }
            self = .instruction(instruction)
        }
    }
}

extension Announcement.Instruction {
    fileprivate init?(_ answer: Answer, choices: Int) {
        switch answer.word {
        case .askFarmer: self = choices == 0 ? .askFarmer : choices == 1 ? .confirmFarmer : .chooseFarmer
        case .askProduce: self = .askProduce
        case .askGrade: self = .askGrade
        case .weighReady: self = .ready
        case .scale:
            // "Confirm" records a crate: it must not be said where the scale is checked or a container is tared.
            let isCrate = answer.goods?.grade != nil
            switch answer.obstruction {
            case .empty? where !isCrate: return nil
            case .exchanged? where !isCrate: self = .notSaved
            case let obstacle?: self = Self(obstacle)
            case nil: return nil
            }
        case .belowMinimum: self = .tooLight
        case .tareTooHeavy: self = .wrongTare
        case .noPrice where answer.goods?.gross != nil: self = .noPrice
        case .scaleIsWrong: self = .scaleWrong
        case .verificationExpired: self = .verificationOver
        case .wrongMode: self = .parcelWhileWeighing
        case .wrongParcel: self = .wrongParcel
        // Everybody at the desk has to hear that it does not count.
        case .scan where answer.refusal == .busy: self = .scanAgain
        case .scan where answer.refusal == .full || answer.refusal == .storage: self = .notSaved
        case .practiceBegan: self = .practiceBegan
        case .practiceEnded: self = .practiceEnded
        case .receiptRight: self = .paperRight
        case .receiptWrong: self = .paperWrong
        default: return nil
        }
    }

    private init(_ obstacle: ScaleWatch.Obstacle) {
        switch obstacle {
        case .unstable: self = .notStable
        case .empty: self = .ready
        case .overloaded: self = .tooHeavy
        case .notReturned: self = .alreadyRecorded
        case .exchanged: self = .confirmAgain
        case .frozen: self = .frozen
        case .underloaded, .negative: self = .belowZero
        case .disconnected: self = .scaleGone
        case .silent: self = .scaleSilent
        case .garbage, .wrongUnit, .faulty, .outOfSteps: self = .scaleTrouble
        }
    }
}
