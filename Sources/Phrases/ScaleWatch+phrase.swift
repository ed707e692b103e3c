public import ScaleProtocols

extension ScaleWatch.NotWeighableReason {
    /// In words for who stands at the scale.
    public var phrase: Phrase {
        switch self {
        case .disconnected: Phrase("秤没有连接，请检查数据线", "The scale is not connected: check its cable")
        case .silent: Phrase("秤没有数据，请检查电源和数据线", "No data from the scale: check power and cable")
        case .garbage: Phrase("秤的数据看不懂，请找维护人员", "What the scale sends is not understood: call whoever maintains it")
        case .wrongUnit: Phrase("秤的单位不对，请改成公斤（kg）", "The scale weighs in another unit: set it to kg")
        case .faulty: Phrase("秤没有给出重量，请看秤上的提示", "The scale gives no weight: look at what it shows")
        case .overloaded: Phrase("超重了，请拿下一些", "Too heavy for this scale: take something off")
        case .underloaded: Phrase("秤低于零点，请腾空秤盘，再按“置零”", "The scale is below zero: empty it and press zero")
        case .negative: Phrase("重量是负数，请腾空秤盘，再按“置零”", "The weight is negative: empty the scale and press zero")
        case .outOfSteps:
            Phrase("读数和秤的分度值对不上，请找维护人员", "The weight does not fit the scale's steps: call whoever maintains it")
        case .unstable: Phrase("请等秤稳定", "Wait until the scale is at rest")
        case .empty: Phrase("秤上没有东西，请放上秤", "Nothing lies on the scale: put it there")
        case .notReturned: Phrase("这一筐已经记录，请拿下来", "This was recorded already: take it off")
        case .exchanged: Phrase("没有保存！秤上的东西动过，稳定后请再做一次", "NOT saved: what lay on the scale was moved; do it once more")
        case .frozen: Phrase("读数一直没变，请拿下来再放一次", "The weight has not moved for minutes: lift it and put it down again")
        }
    }
}

extension ScaleWatch.State {
    /// What somebody has to hear who waits for the scale.
    public var phrase: Phrase { obstacle?.phrase ?? Phrase("秤已稳定", "The scale is at rest") }
}
