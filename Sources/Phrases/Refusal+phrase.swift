public import Barcodes

extension Refusal {
    public var phrase: Phrase {
        switch self {
        case .empty: Phrase("没扫到，请再扫", "Nothing was read: scan again")
        case .tooLong: Phrase("条码太长，请扫运单条码", "The code is too long: scan the waybill")
        case .incomplete: Phrase("没有扫全，请再扫", "Incomplete; scan again")
        case .binary:
            Phrase("这个码用不了，请扫运单条码；中文码请把扫描枪设为UTF-8", "Not text in UTF-8: scan the waybill, or set the scanner to UTF-8")
        case .unknown: Phrase("不认识这个码，请扫运单条码", "This code means nothing here: scan the waybill")
        case .misread: Phrase("扫错了，请再扫", "Misread; scan again")
        case .product: Phrase("这是商品条码，请扫运单条码", "A code of goods: scan the waybill")
        case .goods: Phrase("像是商品条码；是快递请再扫一次", "This looks like goods; if it is a parcel, scan it again")
        case .letter:
            Phrase("单号前多了字母；没错请再扫一次", "A letter too many in front? If it is right, scan it again")
        case .whole:
            Phrase("这个单号已按一件入库，若是另一件请再扫一次", "In already as one parcel; if this is another package of it, scan again")
        case .package: Phrase("一票多件，请扫带件号的条码", "Of several packages: scan the code with the package's number")
        case .personal: Phrase("这是手机号或证件号，没有保存，请扫运单条码", "A personal number, which is not kept: scan the waybill")
        case .interrupted: Phrase("扫描中断，请再扫", "Interrupted; scan again")
        case .busy: Phrase("没有保存！请再扫一次", "NOT saved: busy, scan again")
        case .full: Phrase("没有保存！存储卡满了，请找维护人员", "NOT saved: the storage is full; call whoever maintains it")
        case .storage: Phrase("没有保存！存储有问题，请找维护人员", "NOT saved: the storage has a problem; call whoever maintains it")
        }
    }
}
