extension String {
    /// The known word that this one was most likely meant to be: one slip of the fingers away, or two in a longer
    /// word. nil when none is.
    func nearest(among words: [String]) -> String? {
        let letters = Array(unicodeScalars.prefix(100))
        let near = words.map { (word: $0, slips: letters.slips(to: Array($0.unicodeScalars))) }
        let best = near.min { $0.slips < $1.slips }
        return best.flatMap { $0.slips <= ($0.word.unicodeScalars.count < 6 ? 1 : 2) ? $0.word : nil }
    }
}

extension [String] {
    var listed: String { joined(separator: ", ") }
}

extension [Unicode.Scalar] {
    /// Letters wrong, missing, too many or swapped with their neighbour (the restricted Damerau-Levenshtein distance).
    fileprivate func slips(to word: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var above = Array<Int>(0...word.count)
        for (row, letter) in enumerated() {
            var current = [row + 1]
            for (column, other) in word.enumerated() {
                var slips = Swift.min(
                    above[column + 1] + 1, current[column] + 1, above[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == word[column - 1], self[row - 1] == other {
                    slips = Swift.min(slips, before[column - 1] + 1)
                }
                current.append(slips)
            }
            (before, above) = (above, current)
        }
        return above[word.count]
    }
}
