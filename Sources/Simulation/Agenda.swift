/// What will happen when, in virtual milliseconds; what is due together happens in the order in which it was entered.
struct Agenda {
    typealias Action = () throws -> Void

    private struct Entry {
        var at: Int64
        var number: Int
        var action: Action

        func isBefore(_ other: Entry) -> Bool { (at, number) < (other.at, other.number) }
    }

    /// A binary heap, the earliest first.
    private var heap: [Entry] = []
    private var entered = 0

    var count: Int { heap.count }
    var next: Int64? { heap.first?.at }

    mutating func enter(at time: Int64, _ action: @escaping Action) {
        entered += 1
        heap.append(Entry(at: time, number: entered, action: action))
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func take() -> (at: Int64, action: Action)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            var parent = 0
            while true {
                var least = parent
                for child in [2 * parent + 1, 2 * parent + 2]
                where child < heap.count && heap[child].isBefore(heap[least]) {
                    least = child
                }
                guard least != parent else { break }
                heap.swapAt(parent, least)
                parent = least
            }
        }
        return (first.at, first.action)
    }
}
