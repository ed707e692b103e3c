public import Domain

/// A crate that had no price gets one, once, when its time can be told or a list with a price for then has come. What it gets is
/// what it would have got: the price that was in force at every moment at which it may have been weighed.
public enum LatePricing {
    /// - Parameter span: between which times the crate was weighed; `nil` when nobody can tell.
    /// - Returns: `nil` as long as there is no such price.
    public static func price(
        _ entry: WeighInEntry, by catalog: Catalog, at span: TimeSpan?, _ rounding: Rounding,
        because reason: WeighIn.LaterPrice.Reason
    ) -> WeighIn.LaterPrice? {
        let weighIn = entry.weighIn
        guard entry.due == .price,
            let price = catalog.price(of: weighIn.produce, grade: weighIn.grade, at: span),
            let amount = price.amount(for: weighIn.net, rounding)
        else { return nil }
        return WeighIn.LaterPrice(
            prices: entry.id, number: weighIn.number,
            pricing: .init(price: price, list: catalog.version, rounding: rounding, amount: amount), reason: reason)
    }
}
