import Barcodes
import Domain
import ScaleProtocols
import Sounds
import Workflow

extension Announcement {
    /// What of an answer a farmer or a courier has to hear: `nil` for what concerns the operator alone.
    init?(_ answer: Answer) {
        let goods = answer.goods ?? Answer.Goods()
        switch answer.word {
        case .weighed:
            guard let net = goods.net else { return nil }
            self = .weighed(produce: goods.produce ?? "", grade: goods.grade, net: net, amount: goods.amount)
        case .lotClosed:
            guard let net = goods.net, let crates = goods.crates, let amount = goods.amount else { return nil }
            self = .total(crates: crates, net: net, amount: amount)
        case .voided:
            guard let net = goods.net else { return nil }
            self = .voided(produce: goods.produce ?? "", net: net)
        case .scale:
            guard let obstacle = answer.obstruction.flatMap(Obstacle.init) else { return nil }
            self = .refused(obstacle)
        case .askFarmer: self = .refused(.noFarmer)
        case .askProduce: self = .refused(.noProduce)
        // Everybody at the desk has to hear that it does not count.
        case .scan where [.full, .storage, .busy].contains(answer.refusal): self = .refused(.notSaved)
        case .noPrice: self = .refused(.noPrice)
        case .belowMinimum: self = .refused(.tooLight)
        default: return nil
        }
    }
}

extension Announcement.Obstacle {
    fileprivate init?(_ obstacle: ScaleWatch.Obstacle) {
        switch obstacle {
        case .unstable: self = .notStable
        case .empty: return nil
        case .overloaded: self = .overloaded
        case .notReturned, .frozen: self = .notEmptied
        case .underloaded, .negative: self = .belowZero
        case .exchanged: self = .notSaved
        case .disconnected, .silent, .garbage, .wrongUnit, .faulty, .outOfSteps: self = .noScale
        }
    }
}
