import HeapModule

/// What will happen when, in virtual milliseconds; what is due together happens in the order in which it was entered.
struct Agenda {
    typealias Action = () throws -> Void

    private struct Entry: Comparable {
        var at: Int64
        var number: Int
        var action: Action

        static func < (left: Entry, right: Entry) -> Bool { (left.at, left.number) < (right.at, right.number) }
        static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }
    }

    private var heap = Heap<Entry>()
    private var entered = 0

    var count: Int { heap.count }
    var next: Int64? { heap.min?.at }

    mutating func enter(at time: Int64, _ action: @escaping Action) {
        entered += 1
        heap.insert(Entry(at: time, number: entered, action: action))
    }

    mutating func take() -> (at: Int64, action: Action)? { heap.popMin().map { ($0.at, $0.action) } }
}
