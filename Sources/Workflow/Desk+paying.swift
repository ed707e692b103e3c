import Barcodes
public import Domain
import Phrases

/// What a farmer is owed, what is paid out, and the cash in the till.
extension Desk {
    struct Paying: Hashable, Sendable {
        /// No more than this.
        var limit: Money?
        /// What the farmer was told last: exactly that is paid, or nothing.
        var told: Money?
        /// What was paid last here, or whose paper was scanned: what "reverse" refers to.
        var last: Payment.Number?
    }

    /// What only a supervisor may let pass.
    public enum Approval: Hashable, Sendable {
        case void(WeighIn.Number, WeighIn.Voiding.Reason)
        case reverse(Payment.Number, Payment.Reversal.Reason)
    }

    /// What was asked, as it was told, and when: a word of then lets nothing else pass.
    public struct Asked: Hashable, Sendable {
        var approval: Approval
        var told: Answer.Proposal
        var at: Uptime
    }

    // MARK: The balance

    mutating func tellBalance(_ turn: inout DeskContext) throws {
        guard let farmer = weighing.farmer else { return turn.answer = .askFarmer([], nextCrate()) }
        let balance = try turn.point.balance(of: farmer.id)
        let plan = PaymentPlan(balance, limit: paying.limit)
        paying.told = plan?.amount
        turn.answer = .balance(account(farmer, balance, plan))
    }

    private func account(_ farmer: Weighing.Farmer, _ balance: FarmerBalance, _ plan: PaymentPlan?) -> Answer.Account {
        Answer.Account(
            farmer: farmer.name, balance, limit: paying.limit, payable: plan?.amount, plan?.crates.count ?? 0)
    }

    mutating func askBalance(_ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        guard mode.meetsFarmers else { return turn.answer = .payFirst }
        let limit = paying.limit
        if mode != .pay { paying.limit = nil }
        try tellBalance(&turn)
        paying.limit = limit
    }

    /// Digits and "confirm" while paying: whose, and then how much at most.
    mutating func typedWhilePaying(_ text: String, _ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        if case .farmer(let ids) = question, text.utf8.count == 1, let number = Int(text) {
            return try chooseFarmer(number - 1, among: ids, &turn)
        }
        let isAsked = if case .farmer = question { true } else { false }
        guard let farmer = weighing.farmer, !isAsked else {
            guard let number = Int(text), number >= 0 else { return turn.answer = .refused(.unknown) }
            return text.utf8.count == 4 ? try look(forTail: text, &turn) : try name(farmerNumber: number, &turn)
        }
        guard let limit = Money(digits: text) else { return turn.answer = .refused(.unknown) }
        // More than there is to pay is a slip, or the next farmer's digits.
        let balance = try turn.point.balance(of: farmer.id)
        guard limit <= balance.owed else {
            paying.told = nil
            return turn.answer = .moreThanOwed(account(farmer, balance, nil))
        }
        paying.limit = limit
        try tellBalance(&turn)
    }

    // MARK: Paying

    mutating func pay(_ method: Payment.Method, _ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        guard mode == .pay else { return turn.answer = .payFirst }
        guard let farmer = weighing.farmer else { return turn.answer = .askFarmer([], nextCrate()) }
        let balance = try turn.point.balance(of: farmer.id)
        guard let plan = PaymentPlan(balance, limit: paying.limit) else {
            return turn.answer = .nothingToPay(account(farmer, balance, nil))
        }
        // A crate has come or gone since, or another desk has paid: the farmer hears it first.
        guard plan.amount == paying.told else { return try tellBalance(&turn) }
        let number = try turn.point.nextPayment()
        guard let payment = plan.payment(number, farmer: farmer.id, method) else {
            return turn.answer = .nothingToPay(account(farmer, balance, nil))
        }
        turn.record(.paymentMade, number.description, actor: session?.person, payment.json)
        turn.answer = .paid(
            .init(payment, farmer: farmer.name, left: Money(fen: balance.owed.fen &- payment.amount.fen)))
        weighing = Weighing(last: weighing.last)
        paying = Paying(last: number)
    }

    /// The code on a payment's paper.
    mutating func show(payment number: Payment.Number, _ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let entry = try turn.point.payment(number) else {
            return turn.answer = .nothingHere(number.description)
        }
        paying.last = number
        turn.answer = .found(.payment(try payout(entry, turn)))
    }

    func payout(_ entry: PaymentEntry, _ turn: DeskContext) throws -> Answer.Payout {
        let farmer = entry.payment.farmer
        var payout = Answer.Payout(
            entry.payment, farmer: try turn.point.person(farmer)?.name, left: try turn.point.balance(of: farmer).owed)
        payout.isReversed = !entry.counts
        return payout
    }

    // MARK: Taking back

    mutating func reverse(_ reason: Payment.Reversal.Reason, _ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        guard let number = paying.last, let entry = try turn.point.payment(number) else {
            return turn.answer = .nothingToReverse
        }
        guard entry.counts else { return turn.answer = .already(.reversed(try payout(entry, turn))) }
        try ask(for: .reverse(number, reason), &turn)
    }

    private mutating func reverse(
        _ number: Payment.Number, _ reason: Payment.Reversal.Reason, by supervisor: String, _ turn: inout DeskContext
    ) throws {
        guard let entry = try turn.point.payment(number) else { return turn.answer = .nothingToReverse }
        guard entry.counts else { return turn.answer = .already(.reversed(try payout(entry, turn))) }
        // What a later payment has taken back would be taken twice.
        for item in entry.payment.crates {
            if let later = try turn.point.weighIn(item.number.description)?.takenBackBy {
                return turn.answer = .reverseLaterFirst(later.description)
            }
        }
        turn.record(
            .paymentReversed, number.description, actor: session?.person,
            Payment.Reversal(reverses: entry.id, number: number, reason: reason, approvedBy: supervisor).json)
        var reversed = try payout(entry, turn)
        reversed.left = Money(fen: reversed.left.fen &+ entry.payment.amount.fen)
        reversed.isReversed = true
        turn.answer = .paymentReversed(reversed)
    }

    // MARK: A supervisor's word

    mutating func ask(for approval: Approval, _ turn: inout DeskContext) throws {
        typed = ""
        let told = try proposal(approval, turn)
        ask(.supervisor(Asked(approval: approval, told: told, at: turn.moment.now.uptime)), turn)
        turn.answer = .askSupervisor(told)
    }

    /// What a supervisor is asked to agree to, as it is now.
    func proposal(_ approval: Approval, _ turn: DeskContext) throws -> Answer.Proposal {
        switch approval {
        case .void(let number, let reason):
            .void(try turn.point.weighIn(number.description).map { try crate($0, turn) }, reason)
        case .reverse(let number, let reason):
            .reverse(try turn.point.payment(number).map { try payout($0, turn) }, reason)
        }
    }

    /// Somebody has come whose word was asked for. Two people stand behind it: nobody agrees to what he asked for himself.
    mutating func approve(_ asked: Asked, _ person: Person?, _ turn: inout DeskContext) throws {
        let approval = asked.approval
        guard let person, person.roles.contains(.supervisor) else { return turn.answer = .notPermitted }
        guard person.id != session?.person else { return turn.answer = .askAnotherSupervisor }
        // Paid at another desk meanwhile, say: whoever agreed has to hear that first.
        guard try proposal(approval, turn).isSame(as: asked.told) else { return try ask(for: approval, &turn) }
        forgetQuestions()
        switch approval {
        case .void(let number, let reason): try void(number, reason, approvedBy: person.id, &turn)
        case .reverse(let number, let reason): try reverse(number, reason, by: person.id, &turn)
        }
    }

    // MARK: The till

    mutating func count(till occasion: Till.Count.Occasion, _ turn: inout DeskContext) throws {
        guard isPermitted(.work, &turn) else { return }
        let digits = typed
        typed = ""
        guard let counted = Money(digits: digits) else { return turn.answer = .askAmount }
        let count = Till.Count(occasion, counted: counted, till: try turn.point.till())
        turn.record(.tillCounted, { _ in nil }, actor: session?.person, count.json)
        turn.answer = .tillCounted(count)
    }
}
