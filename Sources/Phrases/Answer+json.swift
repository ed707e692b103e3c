public import Domain

extension Answer {
    public var json: JSON { json(after: nil) }

    /// - Parameter closed: the lot before, which what was done has closed.
    public func json(after closed: Closed?) -> JSON {
        let text = closed?.before(phrase) ?? phrase
        let common: [String: JSON?] = [
            "outcome": .string(tone.rawValue), "word": .string(word.rawValue), "text": .string(text.chinese),
            "english": .string(text.english), "reason": tone == .refused ? .string(tally) : nil,
            "subject": subject.map { .string($0) }, "carriers": tone == .saved ? .array([]) : nil,
            "closed": closed?.json,
        ]
        return .members(common.merging(details) { $1 })
    }

    /// What belongs to this answer alone.
    private var details: [String: JSON?] {
        switch self {
        case .received(let arrival):
            Self.status(.received)
                + [
                    "carriers": Self.list(arrival.carriers), "recipient": arrival.recipient?.json,
                    "batch": arrival.count?.json,
                ]
        case .shelved(let parcel, let recipient, let count), .askConsent(let parcel, let recipient, let count):
            parcel.members + ["recipient": recipient?.json, "batch": count?.json]
        case .noSlot(let parcel, let count), .already(.parcel(let parcel, let count)):
            parcel.members + ["batch": count?.json]
        case .moved(let parcel), .flagged(let parcel), .consentRefused(let parcel), .resolved(let parcel),
            .askCode(let parcel),
            .notForDispatch(let parcel), .changedSince(let parcel):
            parcel.members
        case .collected(_, let rest): Self.status(.collected) + ["parcels": rest.isEmpty ? nil : Self.list(rest)]
        case .returned(_, let count): Self.status(.returned) + ["batch": count?.json]
        case .dispatched(_, let count, let order):
            Self.status(.dispatched)
                + ["batch": count?.json, "goods": order.map { .object(["order": .string($0)]) }]
        case .accepted(_, let carriers): Self.status(.accepted) + ["carriers": Self.list(carriers)]
        case .undone(_, let parcel, let count): (parcel?.members ?? [:]) + ["batch": count?.json]
        case .batchOpened(let kind): ["batch": Count(kind: kind, scanned: 0).json]
        case .batchClosed(let count), .batchIsOpen(let count): ["batch": count.json]
        case .signedIn(let name, let role, let count, let asksTime):
            [
                "person": .string(name), "role": .string(role.rawValue), "batch": count?.json,
                "asktime": asksTime ? true : nil,
            ]
        case .already(.signedIn(let name)): ["person": .string(name)]
        case .weighed(let crate), .voided(let crate), .already(.voided(let crate)), .found(.crate(let crate)),
            .soldAlready(.crate(let crate)), .receiptRight(.crate(let crate)):
            Self.goods(crate.members)
        case .lotClosed(let lot), .found(.lot(let lot)), .noPrice(.offer(let lot)), .lotIsOpen(.lot(let lot)),
            .soldAlready(.stock(.lot(let lot))):
            Self.goods(lot.members)
        case .offered(let lot, let price): Self.goods(lot.members + ["fenperkg": .integer(price.fenPerKilogram)])
        case .packed(let order, _, let net):
            Self.status(.accepted) + Self.goods(["order": .string(order), "net": .integer(net.grams)])
        case .already(.packed(let order, _)), .soldAlready(.order(let order)): Self.goods(["order": .string(order)])
        case .checked(let reading), .checkFailed(let reading), .onlyReference(let reading):
            Self.goods(["gross": .integer(reading.shown.grams), "reference": .integer(reading.reference.grams)])

        case .paid(let payout), .paymentReversed(let payout), .already(.reversed(let payout)),
            .found(.payment(let payout)), .receiptRight(.payment(let payout)):
            ["money": .members(payout.members)]
        case .balance(let account), .nothingToPay(let account), .moreThanOwed(let account):
            ["money": .members(account.members)]
        case .personAdded(_, let person), .askNewPerson(let person): ["newcomer": .members(person.members)]
        case .askSupervisor(.void(let crate, let reason)):
            ["why": .string(reason.rawValue)] + Self.goods(crate?.members ?? [:])
        case .askSupervisor(.reverse(let payout, let reason)):
            ["why": .string(reason.rawValue), "money": payout.map { .members($0.members) }]
        case .tillCounted(let count): ["till": .members(count.members)]

        case .mode(let mode): ["mode": .string(mode.rawValue)]
        case .found(.parcel(let parcel, let possible, let recipient)):
            parcel.members
                + ["possible": possible.isEmpty ? nil : Self.list(possible), "recipient": recipient?.json]
        case .typed(let text): ["typed": .string(text)]
        case .armed(let command): ["command": .string(command.text)]
        case .nothingAsked(let command): ["command": command.map { .string($0.text) }]
        case .askCarrier(_, let carriers): ["carriers": Self.list(carriers)]
        case .pickUp(let lines, let recipient): ["parcels": Self.list(lines), "recipient": recipient?.json]
        case .wrongParcel(_, let right): ["parcels": right.isEmpty ? nil : Self.list(right)]
        case .askFarmer(let choices, let next):
            ["mode": .string((next.isToBePaid ? DeskCommand.Mode.pay : .weigh).rawValue)]
                + Self.goods(choices.isEmpty ? next.members : Self.choices(choices))
        case .askProduce(let next), .weighReady(let next): Self.goods(next.members)
        case .askGrade(let choices, let next): Self.goods(next.members + Self.choices(choices))
        case .askOrder: ["mode": .string(DeskCommand.Mode.pack.rawValue)]
        case .packNext(let line, let weighed): Self.goods(line.members + Self.line(weighed))
        case .weighOrder(let line), .wrongLot(let line): Self.goods(line.members)
        case .scanWaybill(let order, let weighed): Self.goods(["order": .string(order)] + Self.line(weighed))
        case .notAsOrdered(let line, let net): Self.goods(line.members + ["net": .integer(net.grams)])
        case .lotIsOpen(.line(let line, let net)), .soldAlready(.stock(.line(let line, let net))):
            Self.goods(line.members + ["net": net.map { .integer($0.grams) }])
        case .receiptRight(.lot(let lot, let voided)):
            Self.goods(lot.members + ["voidedcrates": voided == 0 ? nil : .integer(Int64(voided))])

        case .impossible(let impossible):
            (impossible.parcel?.members ?? [:])
                + [
                    "possible": impossible.possible.isEmpty ? nil : Self.list(impossible.possible),
                    "recipient": impossible.recipient?.json, "batch": impossible.count?.json,
                ]
        case .locked(let wait): ["waitms": .integer(wait)]
        case .timeSet(let time), .timeKnown(let time): ["time": .string(time.description)]
        case .scale(_, let next), .scaleIsTared(let next): Self.goods(next?.members ?? [:])
        case .tareTooHeavy(let crate), .belowMinimum(let crate), .verificationExpired(let crate),
            .scaleIsWrong(let crate), .checkFirst(let crate), .noPrice(.crate(let crate)):
            Self.goods(crate.crate.members + ["gross": .integer(crate.gross.grams)])

        case .signedOut, .cancelled, .askReason, .pickUpEnded, .nothingHere, .practiceBegan, .practiceEnded,
            .receiptRight(.other), .scan, .wrongCode, .signInFirst, .notPermitted, .unknownPerson, .nobodyFound,
            .wrongPIN, .answerFirst, .openBatchFirst, .noBatch, .nothingToUndo, .noShelves, .noReference,
            .unknownProduce, .unknownContainer, .weighFirst, .wrongMode, .noLot, .scanLabelFirst, .nothingToVoid,
            .unknownOrder, .receiptWrong, .receiptUnknown, .askTime, .askTail, .badgeExpired, .askAnotherSupervisor,
            .askAmount, .payFirst,
            .nothingToReverse, .reverseLaterFirst:
            [:]
        }
    }

    private static func status(_ status: Parcel.Status) -> [String: JSON?] { ["status": .string(status.rawValue)] }

    private static func list<Code: RawRepresentable<String>>(_ codes: [Code]) -> JSON {
        .array(codes.map { .string($0.rawValue) })
    }

    private static func list(_ lines: [Line]) -> JSON {
        .array(lines.map { .members(["subject": .string($0.subject), "slot": $0.slot.map { .string($0) }]) })
    }

    private static func choices(_ choices: [String]) -> [String: JSON?] {
        ["choices": choices.isEmpty ? nil : .array(choices.map { .string($0) })]
    }

    private static func line(_ weighed: Mass?) -> [String: JSON?] {
        ["net": weighed.map { .integer($0.grams) }, "lineweighed": weighed == nil ? nil : true]
    }

    /// Where nothing is chosen yet there is nothing to tell.
    private static func goods(_ members: [String: JSON?]) -> [String: JSON?] {
        let goods = JSON.members(members)
        return ["goods": goods.object?.isEmpty == false ? goods : nil]
    }
}

extension [String: JSON?] {
    fileprivate static func + (left: Self, right: Self) -> Self { left.merging(right) { $1 } }
}

extension Answer.NewPerson {
    fileprivate var members: [String: JSON?] {
        [
            "name": .string(name), "role": .string(role.rawValue), "tail": tail.map { .string($0) },
            "carrier": carrier.map { .string($0.rawValue) }, "number": number.map { .integer(Int64($0)) },
            "known": isKnown ? true : nil,
        ]
    }
}

extension Answer.Whereabouts {
    fileprivate var members: [String: JSON?] {
        [
            "status": .string(status.rawValue),
            "flags": flags.isEmpty ? nil : .array(flags.map { .string($0.rawValue) }),
            "slot": slot.map { .string($0) }, "code": code.map { .string($0) },
            "consent": consent.map { .string($0.rawValue) } ?? (lacksConsent ? "missing" : nil),
            "since": since.map { .string($0.description) }, "sequence": sequence.map { .integer($0) },
        ]
    }
}

extension Recipient {
    fileprivate var json: JSON { ["id": .string(id), "name": .string(name), "tail": .string(phoneTail)] }
}

extension Answer.Count {
    fileprivate var json: JSON {
        [
            "kind": .string(kind.rawValue), "scanned": .integer(Int64(scanned)),
            "missing": .array(missing.map { .string($0) }), "missingcount": .integer(Int64(missingCount)),
            "unexpected": .array(unexpected.map { .string($0) }), "unexpectedcount": .integer(Int64(unexpectedCount)),
        ]
    }
}

extension Answer.Closed {
    fileprivate var json: JSON {
        .members([
            "lot": .string(lot), "crates": .integer(Int64(crates)), "net": .integer(net.grams),
            "amount": amount.map { .integer($0.fen) },
        ])
    }
}

extension Answer.NextCrate {
    fileprivate var members: [String: JSON?] {
        let chosenTare: [String: JSON?] =
            switch tare {
            case .measured(let tare):
                ["tare": .integer(tare.grams), "taremode": .string(WeighIn.TareMode.measured.rawValue)]
            case .preset(let tare, let container):
                [
                    "tare": .integer(tare.grams), "taremode": .string(WeighIn.TareMode.preset.rawValue),
                    "container": .string(container),
                ]
            case nil: [:]
            }
        return [
            "farmer": farmer.map { .string($0) }, "produce": produce.map { .string($0.name) },
            "grade": grade.map { .string($0) }, "lot": lot.map { .string($0) },
            "chosen": chosen.map { .string($0.rawValue) },
        ] + chosenTare
    }
}

extension Answer.Crate {
    fileprivate var members: [String: JSON?] {
        [
            "farmer": farmer.map { .string($0) }, "produce": .string(produce.name), "grade": .string(grade),
            "container": container.map { .string($0) }, "gross": .integer(gross.grams), "tare": .integer(tare.grams),
            "taremode": .string(tareMode.rawValue), "net": .integer(net.grams),
            "stability": .string(stability.rawValue), "fenperkg": price.map { .integer($0.fenPerKilogram) },
            "amount": amount.map { .integer($0.fen) },
            "warnings": warnings.isEmpty ? nil : .array(warnings.map { .string($0.rawValue) }),
            "lot": .string(lot), "crates": crates.map { .integer(Int64($0)) }, "voided": isVoided ? true : nil,
            "payment": paidBy.map { .string($0) },
        ]
    }
}

extension Answer.LotAccount {
    fileprivate var members: [String: JSON?] {
        [
            "farmer": farmer.map { .string($0) }, "produce": .string(produce.name), "grade": .string(grade),
            "lot": .string(lot), "crates": .integer(Int64(crates)), "net": .integer(net.grams),
            "amount": amount.map { .integer($0.fen) },
        ]
    }
}

extension Answer.OrderLine {
    fileprivate var members: [String: JSON?] {
        [
            "order": .string(order), "produce": .string(produce.name), "grade": .string(grade),
            "wanted": .integer(wanted.grams), "lot": lot.map { .string($0) },
        ]
    }
}
