import Barcodes
import Domain
import Phrases
import Wire
import Workflow

/// Writes the script of a day and, beside each line, the paper: what a person at the counter would note.
struct DayWriter {
    /// A parcel as it lies there: what its label says, and what the center announced.
    struct Item: Hashable {
        var label: String
        var subject: String
        /// Whose number it can be as far as its form tells; with more than one an operator is asked.
        var candidates = 1
        var expected: ExpectedParcel?
    }

    struct HandOver {
        var kind: Batch.Kind
        var carrier: Carrier?
        var items: Set<String> = []
    }

    struct Worker {
        var person: Person
        /// What the scanner or the card reader reads off the badge.
        var badge: String
    }

    var day: Day
    var generator: SeededGenerator
    /// Who has signed in at the scanner's desk.
    var present: Worker?
    /// By courier.
    var handOvers: [String: HandOver] = [:]
    var past: [String: [ExpectedParcelState?]] = [:]
    private var usedNumbers: Set<String> = []
    private var mistakes = 0

    init(seed: UInt64, parcels: Int) {
        generator = SeededGenerator(seed: seed)
        day = Day(
            seed: seed, size: parcels, roster: Roster(version: 1, people: []),
            expected: ExpectedList(version: 1, parcels: []))
    }

    // MARK: Lines of the script

    mutating func phase(_ time: String, _ title: String) { day.phases.append(Day.Phase(time: time, title: title)) }

    mutating func add(_ step: Day.Step) { day.phases[day.phases.count - 1].steps.append(step) }

    mutating func scan(_ text: String, from reader: Day.Scan.Reader = .scanner, _ answer: ExpectedAnswer) {
        add(.scan(Day.Scan(.plain(text), from: reader, answer)))
    }

    mutating func scan(_ item: Item, _ word: Answer.Word, _ fill: (inout ExpectedAnswer) -> Void = { _ in }) {
        scan(item.label, ExpectedAnswer(word, item.subject, fill))
    }

    mutating func command(
        _ command: DeskCommand, _ word: Answer.Word, _ fill: (inout ExpectedAnswer) -> Void = { _ in }
    ) {
        scan(command.text, ExpectedAnswer(word, nil, fill))
    }

    mutating func choose(_ mode: DeskCommand.Mode) { command(.mode(mode), .mode) }

    /// Things that have a barcode and are no parcel, one after the other.
    mutating func mistake() -> Day.Scan {
        mistakes += 1
        func refused(_ text: String, _ reason: Refusal) -> Day.Scan {
            Day.Scan(.plain(text), ExpectedAnswer(.scan) { $0.reason = reason.rawValue })
        }
        switch mistakes % 6 {
        case 0:
            let list = "鸡蛋、盐、酱油"
            day.secrets.insert(list)
            return refused(list, .unknown)
        case 1: return refused("]E06901234567892", .product)
        case 2:
            let telephone = "139" + digits(8)
            day.secrets.insert(telephone)
            return refused(telephone, .personal)
        case 3:
            let number = mailNumber()
            let wrong = (number.check + Int.random(in: 1...9, using: &generator)) % 10
            return refused("EE\(number.serial)\(wrong)CN", .misread)
        case 4: return refused(String(repeating: "0123456789", count: 60), .tooLong)
        default:
            let address = "https://shop.example/p/\(digits(6))?from=poster"
            day.secrets.insert(address)
            return refused(address, .unknown)
        }
    }

    // MARK: The paper

    mutating func count(_ type: EventType, _ number: Int = 1) { day.events[type, default: 0] += number }

    /// Notes what became of a parcel, and remembers what was before.
    mutating func note(_ subject: String, _ type: EventType, _ change: (inout ExpectedParcelState) -> Void) {
        let before = day.expectedStates[subject]
        past[subject, default: []].append(before)
        var state = before ?? ExpectedParcelState(.received)
        change(&state)
        day.expectedStates[subject] = state
        count(type)
    }

    /// Takes back the last lines of a parcel.
    mutating func strike(_ subject: String, _ lines: Int = 1) {
        for _ in 0..<lines {
            day.expectedStates[subject] = past[subject]?.popLast() ?? nil
            count(.parcelCorrected)
        }
    }

    /// The parcels here that a recipient can have.
    func ready(for recipient: String) -> Set<String> {
        Set(
            day.expectedStates.filter {
                $0.value.recipient == recipient && ($0.value.status == .received || $0.value.status == .shelved)
                    && $0.value.flags.isDisjoint(with: [.missing, .wrongVillage, .refused])
            }.keys)
    }

    // MARK: Numbers

    mutating func digits(_ count: Int) -> String {
        String((0..<count).map { _ in Character(String(Int.random(in: 0...9, using: &generator))) })
    }

    private mutating func mailNumber() -> (serial: String, check: Int) {
        let serial = digits(8)
        return (serial, CheckDigit.s10(serial: serial) ?? 0)
    }

    /// A label of a real form with invented digits, and of this carrier as far as its form tells.
    mutating func item(of carrier: Carrier) -> Item {
        while true {
            var item = label(carrier)
            guard usedNumbers.insert(item.subject).inserted else { continue }
            item.expected = nil
            return item
        }
    }

    private mutating func label(_ carrier: Carrier) -> Item {
        func plain(_ number: String, _ candidates: Int = 1) -> Item {
            Item(label: number, subject: number, candidates: candidates)
        }
        switch carrier {
        case .sf: return plain("SF" + digits(13))
        case .yto: return plain("YT" + digits(13))
        case .jt: return plain("JT" + digits(13))
        case .jd:
            let number = "JDVA" + digits(11)
            let package = Int.random(in: 1...3, using: &generator)
            return Item(label: "\(number)-\(package)-3-", subject: "\(number)-\(package)")
        case .ems:
            let number = mailNumber()
            return plain("EE\(number.serial)\(number.check)CN")
        case .zto: return plain("78" + digits(12))
        // Twelve digits: SF, ZTO or STO.
        default: return plain("72" + digits(10), 3)
        }
    }
}
