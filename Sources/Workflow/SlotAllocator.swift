public import Domain

/// The shelves of a point, and which slot the next parcel gets.
public struct SlotAllocator: Hashable, Sendable {
    /// One layer of one shelf.
    public struct Slot: Hashable, Sendable {
        /// `3-2`: shelf and layer, as written on it.
        public var name: String
        public var capacity: Int
        public var handling: Parcel.Handling

        /// - Parameters:
        ///   - capacity: in parcels.
        ///   - handling: of the parcels that may lie in it.
        public init(name: String, capacity: Int, handling: Parcel.Handling) {
            self.name = name
            self.capacity = capacity
            self.handling = handling
        }
    }

    /// In the order in which a person walks along them.
    public var slots: [Slot]

    /// - Parameter slots: in the order in which they are filled.
    public init(slots: [Slot] = []) { self.slots = slots }

    /// The emptiest slot of the right kind, measured by its capacity; `nil` when each is full. A cold or large parcel never
    /// goes to an ordinary slot, nor an ordinary one to theirs.
    public func emptiest(for handling: Parcel.Handling, occupied: [String: Int]) -> Slot? {
        free(handling, occupied).min { left, right in
            occupied[left.name, default: 0] * right.capacity < occupied[right.name, default: 0] * left.capacity
        }
    }

    /// The next slot of the same kind that has room, from where the parcel lies now and around.
    public func next(after name: String, for handling: Parcel.Handling, occupied: [String: Int]) -> Slot? {
        let free = free(handling, occupied)
        guard let place = slots.firstIndex(where: { $0.name == name }) else { return free.first }
        let behind = slots[(place + 1)...].first(where: free.contains)
        return behind ?? free.first { $0.name != name }
    }

    /// A slot that is not set up is not full: nobody knows.
    func isFull(_ name: String, occupied: [String: Int]) -> Bool {
        slots.first { $0.name == name }.map { occupied[name, default: 0] >= $0.capacity } ?? false
    }

    private func free(_ handling: Parcel.Handling, _ occupied: [String: Int]) -> [Slot] {
        slots.filter { $0.handling == handling && occupied[$0.name, default: 0] < $0.capacity }
    }
}

extension PickUpCode {
    /// A code that no parcel here has. Its digits come from the system's own random source, so that the next one cannot be
    /// told from the last.
    ///
    /// The first hundred tries are drawn; after that it goes through all there are, so that it ends. `nil` when none is free,
    /// which shelves of any real capacity cannot bring about.
    public static func issue(
        _ form: Form, slot: String, isTaken: (String) throws -> Bool, using generator: inout some RandomNumberGenerator
    ) rethrows -> String? {
        let count = form == .shelf ? 10_000 : 1_000_000
        func code(_ number: Int) -> String {
            let digits = String(String(count + number).dropFirst())
            return form == .shelf ? "\(slot)-\(digits)" : digits
        }
        for _ in 0..<100 {
            let drawn = code(Int.random(in: 0..<count, using: &generator))
            if try !isTaken(drawn) { return drawn }
        }
        let start = Int.random(in: 0..<count, using: &generator)
        for step in 0..<count {
            let next = code((start + step) % count)
            if try !isTaken(next) { return next }
        }
        return nil
    }

    /// Whether a text has the form of a code: `3-2-1024`, `A12-3-4567`, or six digits.
    public static func isCode(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        func isNumber(_ part: Substring.UTF8View, _ counts: ClosedRange<Int>) -> Bool {
            counts.contains(part.count) && part.allSatisfy { $0.isDigit }
        }
        func isWord(_ part: Substring.UTF8View, _ counts: ClosedRange<Int>) -> Bool {
            counts.contains(part.count) && part.allSatisfy { $0.isDigit || $0.isCapital }
        }
        switch parts.count {
        case 1: return isNumber(parts[0], 6...6)
        case 3: return isWord(parts[0], 1...4) && isWord(parts[1], 1...3) && isNumber(parts[2], 4...4)
        default: return false
        }
    }
}
