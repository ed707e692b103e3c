extension AccountStatement {
    /// When each line was. One of which nobody knows it by itself stands where the first thing stands that came of it: a crate was
    /// delivered by the time it was paid, and a farmer who was paid for it would otherwise be said to owe that.
    package static func times(of lines: [Line], _ placed: (Moment) throws -> Timestamp?) rethrows -> [Timestamp?] {
        var times = try lines.map { try placed($0.moment) }
        let open = times.map { $0 == nil }
        guard open.contains(true) else { return times }
        let causes = causes(of: lines)
        var isSettled = false
        while !isSettled {
            isSettled = true
            // The last first: then one pass is enough, unless a journal was recovered and its lines are numbered anew.
            for place in lines.indices.reversed() {
                guard let time = times[place] else { continue }
                for cause in causes[place] where open[cause] {
                    if let known = times[cause], known <= time { continue }
                    times[cause] = time
                    isSettled = false
                }
            }
        }
        return times
    }

    /// For each line, the places of those without which it would not be.
    private static func causes(of lines: [Line]) -> [[Int]] {
        var (crates, prices, voidings, payments, paying):
            ([EventID: Int], [EventID: Int], [EventID: Int], [EventID: Int], [EventID: Int]) =
                ([:], [:], [:], [:], [:])
        var reversals: [EventID: [Int]] = [:]
        for (place, line) in lines.enumerated() {
            switch line.what {
            case .crate(let entry): crates[entry.id] = place
            case .price(let entry): prices[entry.id] = place
            case .voiding(let entry): voidings[entry.id] = place
            case .payment(let entry):
                payments[entry.id] = place
                for item in entry.payment.crates { paying[item.id] = place }
            case .reversal(let entry):
                for item in entry.payment.crates + entry.payment.takenBack {
                    reversals[item.id, default: []].append(place)
                }
            }
        }
        return lines.enumerated().map { place, line in
            switch line.what {
            case .crate: []
            case .price(let entry): [crates[entry.id]].compactMap(\.self)
            case .voiding(let entry): [crates[entry.id], prices[entry.id]].compactMap(\.self)
            case .payment(let entry):
                entry.payment.crates.flatMap { [crates[$0.id], prices[$0.id]] }.compactMap(\.self)
                    + entry.payment.takenBack.flatMap { [paying[$0.id], voidings[$0.id]] }.compactMap(\.self)
                    // Paid anew, once it was taken back what was paid before.
                    + (entry.payment.crates + entry.payment.takenBack).flatMap {
                        (reversals[$0.id] ?? []).filter { $0 < place }
                    }
            case .reversal(let entry): [payments[entry.id]].compactMap(\.self)
            }
        }
    }
}
