/// What stands on paper beside numbers, names and times. Where a line has room for both languages they stand on one line, else
/// one below the other.
public enum SlipWord: Hashable, Sendable {
    // Titles.
    case receipt, statement, voidSlip, checkSlip, packingSlip, handOver, paymentSlip, reversalSlip, tillSlip, personCard

    // Marks.
    case practice, doesNotCount, isVoided, fromRecord, clockNotSet
    /// From the second on they are numbered.
    case copy(Int)

    // Who, where and what.
    case point, farmer, produce, grade, lot, number, container, scale, `operator`, recipient, reason
    case allTime, from, until
    case signatureOfFarmer, signatureOfCourier, signatureOfPoint

    // Weights and money. The marks G, T, PT and N are those of the rules for printed weights.
    case gross, tare, presetTare, net, netTotal
    case amount, currency, price, list, listVersion(Int64), total, priced, nothingToPay, notPriced
    case crates, crateCount(Int), crate(place: Int), notCounted
    case inferred
    case isTakenOff, countsNoMore

    // When.
    case weighingTime, weighed, voided, closed, packed, time, made, begun, ended

    // The statement.
    case before, paid, owed, pricedLater, reversed, unpricedNet

    // Payments and the till.
    case farmersCopy, pointsCopy, paymentCountsNoMore, farmerNumber, method, cash, transfer, transferReference,
        takenBack
    case supervisor, tillOpened, tillCounted, tillClosed, lastCount, payments, byTheAccount, counted, cashDifference
    case sold, voidedCrates, moreLines(Int), morePriceless(Int), moreUnplaced(Int), notInSums, beyondCounting

    // The check of the scale.
    case passed, failed, reference, shown, difference, tolerance, doNotWeigh, noVerification

    // The packing slip.
    case moreItems(Int)

    // The hand-over.
    case kind, delivery, dispatch, courier, carrier, parcels(Int), missing, waiting, unexpected, moreParcels(Int)
    case handOverNumber

    // The card.
    case phoneTail, goodToday, showCard

    // The proof.
    case record, checkCode, scanToCheck

    public var phrase: Phrase {
        switch self {
        case .receipt: Phrase("收购单", "Receipt")
        case .statement: Phrase("对账单", "Statement")
        case .voidSlip: Phrase("作废单", "Void")
        case .checkSlip: Phrase("砝码核查单", "Check")
        case .packingSlip: Phrase("装箱单", "Packing")
        case .handOver: Phrase("交接单", "Hand-over")

        case .paymentSlip: Phrase("付款单", "Payment")
        case .reversalSlip: Phrase("付款冲正单", "Reversal")
        case .tillSlip: Phrase("现金清点单", "Till")
        case .personCard: Phrase("登记卡", "Card")
        case .phoneTail: Phrase("手机尾号", "Telephone ends")
        case .goodToday: Phrase("仅限当天使用", "Good for today only")
        case .showCard: Phrase("下次来请出示，请保管好", "Show it next time; keep it safe")
        case .farmersCopy: Phrase("农户联", "farmer's copy")
        case .pointsCopy: Phrase("存根联", "point's copy")
        case .paymentCountsNoMore: Phrase("这一笔付款不再算数", "This payment does not count any more")
        case .farmerNumber: Phrase("农户号", "Farmer no.")
        case .method: Phrase("付款方式", "By")
        case .cash: Phrase("现金", "cash")
        case .transfer: Phrase("银行转账", "bank transfer")
        case .transferReference: Phrase("转账号", "Reference")
        case .takenBack: Phrase("扣回：付后作废的", "Taken back: paid, and voided since")
        case .supervisor: Phrase("主管", "Supervisor")
        case .tillOpened: Phrase("开钱箱", "OPENED")
        case .tillCounted: Phrase("现金清点", "COUNTED")
        case .tillClosed: Phrase("关钱箱", "CLOSED")
        case .lastCount: Phrase("上次清点", "Counted before")
        case .payments: Phrase("付款笔数", "Payments")
        case .byTheAccount: Phrase("账上应有", "By the account")
        case .counted: Phrase("清点", "Counted")
        case .practice: Phrase("练习", "PRACTICE")
        case .doesNotCount: Phrase("不算数", "does not count")
        case .isVoided: Phrase("作废", "VOID")
        case .fromRecord: Phrase("按已保存的记录打印", "Printed from the saved record")
        case .clockNotSet: Phrase("时间未核对", "clock not set")
        case .copy(let count): Phrase("补打", count > 1 ? "COPY \(count)" : "COPY")

        case .point: Phrase("站点", "Point")
        case .farmer: Phrase("农户", "Farmer")
        case .produce: Phrase("品种", "Produce")
        case .grade: Phrase("等级", "Grade")
        case .lot: Phrase("批号", "Lot")
        case .number: Phrase("编号", "No.")
        case .container: Phrase("容器", "Container")
        case .scale: Phrase("秤编号", "Scale")
        case .operator: Phrase("经办人", "Operator")
        case .recipient: Phrase("收件人", "To")
        case .reason: Phrase("原因", "Reason")
        case .allTime: Phrase("全部", "all")
        case .from: Phrase("自", "From")
        case .until: Phrase("止（含）", "To")
        case .signatureOfFarmer: Phrase("农户签字", "Farmer")
        case .signatureOfCourier: Phrase("快递员签字", "Courier")
        case .signatureOfPoint: Phrase("站点签字", "Point")

        case .gross: Phrase("毛重", "G")
        case .tare: Phrase("皮重", "T")
        case .presetTare: Phrase("预置皮重", "PT")
        case .net: Phrase("净重", "N")
        case .netTotal: Phrase("净重合计", "N")
        case .amount: Phrase("金额", "Amount")
        // Close before the amount in capitals.
        case .currency: Phrase("人民币", "CNY")
        case .price: Phrase("单价", "Price")
        case .list: Phrase("价目表", "List")
        case .listVersion(let version): Phrase("第 \(version) 版", "version \(version)")
        case .total: Phrase("合计", "Total")
        case .priced: Phrase("已核价", "Priced")
        case .nothingToPay: Phrase("无", "nothing is paid")
        case .notPriced: Phrase("待核价", "the county prices what has no price yet")
        case .crates: Phrase("共", "Crates")
        case .crateCount(let count): Phrase("\(count) 筐", count == 1 ? "1 crate" : "\(count) crates")
        case .crate(let place): Phrase("第 \(place) 筐", "Crate \(place)")
        case .notCounted: Phrase("作废 VOID，不计入", "not counted")
        case .inferred: Phrase("* 稳定由软件判断", "stability inferred")
        case .isTakenOff: Phrase("减去", "taken off the account")
        case .countsNoMore: Phrase("这一筐不再计入", "This crate does not count any more")

        case .weighingTime: Phrase("称重时间", "Time")
        case .weighed: Phrase("称重", "Weighed")
        case .voided: Phrase("作废", "Voided")
        case .closed: Phrase("结单", "Closed")
        case .packed: Phrase("打包", "Packed")
        case .time: Phrase("时间", "Time")
        case .made: Phrase("打印", "Made")
        case .begun: Phrase("开始", "Begun")
        case .ended: Phrase("结束", "Ended")

        case .before: Phrase("上期结余", "Before")
        case .paid: Phrase("已付", "Paid")
        case .unpricedNet: Phrase("待核价净重", "not priced")
        case .owed: Phrase("应付余额", "still to be paid")
        case .pricedLater: Phrase("补定价", "Priced")
        case .reversed: Phrase("付款冲正", "Paid back")
        case .sold: Phrase("交售", "Sold to us")
        case .voidedCrates: Phrase("作废", "Voided")
        case .moreLines(let count): Phrase("…还有 \(count) 笔，已计入合计", "\(count) more, which the sums include")
        case .morePriceless(let count): Phrase("另有 \(count) 筐待核价", "\(count) more not priced yet")
        case .moreUnplaced(let count): Phrase("另有 \(count) 笔时间未核对", "\(count) more, their time is not known")
        case .notInSums: Phrase("不在以上合计内，时间查明后才计入", "not in these sums unless it becomes known")
        case .beyondCounting: Phrase("合计超出范围", "the sums are beyond counting")

        case .passed: Phrase("核查合格", "PASSED")
        case .failed: Phrase("核查不合格", "FAILED")
        case .reference: Phrase("砝码", "Reference")
        case .cashDifference: Phrase("差额", "Difference")
        case .shown: Phrase("示值", "Shown")
        case .difference: Phrase("误差", "Difference")
        case .tolerance: Phrase("允差", "Tolerance")
        case .doNotWeigh: Phrase("请停用并报修", "Do not weigh with it; have it repaired")
        case .noVerification: Phrase("站内核查，不代替检定", "No verification by the authority")

        case .moreItems(let count): Phrase("…还有 \(count) 项", "and more")

        case .kind: Phrase("类型", "Kind")
        case .delivery: Phrase("送件", "in")
        case .dispatch: Phrase("揽收", "out")
        case .courier: Phrase("快递员", "Courier")
        case .carrier: Phrase("快递公司", "Carrier")
        case .parcels(let count): Phrase("共 \(count) 件", count == 1 ? "1 parcel scanned" : "\(count) parcels scanned")
        case .missing: Phrase("应到未到", "Expected, not here")
        case .waiting: Phrase("待寄未取", "Waiting, not taken")
        case .unexpected: Phrase("多出（未预报）", "Not announced")
        case .moreParcels(let count): Phrase("…还有 \(count) 件", "and \(count) more")
        case .handOverNumber: Phrase("交接号", "No.")

        case .record: Phrase("记录号", "Record")
        case .checkCode: Phrase("校验码", "Check")
        case .scanToCheck: Phrase("拿到站点扫此码，可核对记录", "Scan it at the point to check")
        }
    }
}
