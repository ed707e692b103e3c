import Domain
import Testing
import Workflow

@Suite struct ShelvesTests {
    static let shelves = SlotAllocator(slots: [
        .init(name: "1-1", capacity: 10, handling: .normal), .init(name: "1-2", capacity: 5, handling: .normal),
        .init(name: "2-1", capacity: 2, handling: .large), .init(name: "1-3", capacity: 10, handling: .normal),
        .init(name: "3-1", capacity: 2, handling: .cold), .init(name: "9-9", capacity: 0, handling: .normal),
    ])

    @Test func `slots fill evenly, each by its capacity`() throws {
        var occupied: [String: Int] = [:]
        var order: [String] = []
        while let slot = Self.shelves.emptiest(for: .normal, occupied: occupied) {
            occupied[slot.name, default: 0] += 1
            order.append(slot.name)
            // At no time is one more than one parcel ahead of its share.
            for other in Self.shelves.slots where other.handling == .normal && other.capacity > 0 {
                let share = order.count * other.capacity
                #expect(abs(occupied[other.name, default: 0] * 25 - share) <= 25, "\(order)")
            }
        }
        #expect(occupied == ["1-1": 10, "1-2": 5, "1-3": 10])
        #expect(order.prefix(3) == ["1-1", "1-2", "1-3"])
    }

    @Test(arguments: Parcel.Handling.allCases) func `each kind goes to its own slots only`(_ handling: Parcel.Handling)
    {
        var occupied: [String: Int] = [:]
        while let slot = Self.shelves.emptiest(for: handling, occupied: occupied) {
            #expect(slot.handling == handling)
            occupied[slot.name, default: 0] += 1
        }
        let room = Self.shelves.slots.filter { $0.handling == handling }.map(\.capacity).reduce(0, +)
        #expect(occupied.values.reduce(0, +) == room)
    }

    @Test func `the next slot is the next one along the walk that has room, and then from the front`() {
        #expect(Self.shelves.next(after: "1-1", for: .normal, occupied: [:])?.name == "1-2")
        #expect(Self.shelves.next(after: "1-2", for: .normal, occupied: [:])?.name == "1-3")
        #expect(Self.shelves.next(after: "1-3", for: .normal, occupied: [:])?.name == "1-1")
        #expect(Self.shelves.next(after: "1-1", for: .normal, occupied: ["1-2": 5])?.name == "1-3")
        #expect(Self.shelves.next(after: "1-1", for: .cold, occupied: [:])?.name == "3-1")
    }

    @Test func `where only the present slot has room, there is no next one`() {
        #expect(Self.shelves.next(after: "1-1", for: .normal, occupied: ["1-2": 5, "1-3": 10]) == nil)
        #expect(Self.shelves.next(after: "2-1", for: .large, occupied: [:]) == nil)
    }

    @Test func `from a slot that is not set up any more, the next is the first with room`() {
        #expect(Self.shelves.next(after: "7-7", for: .normal, occupied: ["1-1": 10])?.name == "1-2")
    }

    @Test func `without shelves there is no slot`() {
        #expect(SlotAllocator().emptiest(for: .normal, occupied: [:]) == nil)
        #expect(SlotAllocator().next(after: "1-1", for: .normal, occupied: [:]) == nil)
    }
}
