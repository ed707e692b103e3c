import Domain
import LabFaults
import ScaleProtocols
import Testing

@Suite struct `Fuzzing scales` {
    @Test func `every protocol with every option stands 20,000 inputs`() throws {
        let result = try ScaleFuzz().run()
        #expect(result.inputs == 20_000)
        #expect(result.subjects > 100)
        // A fuzz that never gets past the first check checks nothing.
        #expect(result.masses > 5_000 && result.readings > result.masses && result.dropped > 5_000)
    }

    @Test func `every name is among the subjects`() {
        let names = ScaleFuzz.everyProtocol.map(\.name)
        for name in ScaleProtocolName.allCases { #expect(names.contains(name.rawValue)) }
    }

    @Test(arguments: [Faulty.Fault.cutDependent, .hoarding, .lying, .outOfRange, .deaf, .huge, .bare])
    func `a codec that breaks a rule is found`(_ fault: Faulty.Fault) throws {
        var fuzz = ScaleFuzz()
        fuzz.subjects = [ScaleFuzz.Subject(name: "faulty", codec: Faulty(fault: fault))]
        let failure = try #require(throws: ScaleFuzz.Failure.self) { try fuzz.run() }
        #expect(failure.subject == "faulty" && failure.reason.contains(fault.rawValue))
        // The same input again, alone.
        fuzz.first = failure.input
        fuzz.inputs = fault == .hoarding ? 1000 : 1
        #expect(throws: ScaleFuzz.Failure.self) { try fuzz.run() }
    }
}

/// YaohuaA9 with one thing wrong.
struct Faulty: ScaleProtocol {
    enum Fault: String {
        case cutDependent = "cut into pieces"
        case hoarding = "values are held"
        case lying = "mass with a fault"
        case outOfRange = "mass out of range"
        case deaf = "not heard"
        case huge = "a reading of"
        case bare = "without bytes"
    }

    let fault: Fault
    var sound = YaohuaA9()
    var hoard: [UInt8] = []
    /// For good, once it has met FF.
    var isDeaf = false

    init(fault: Fault) { self.fault = fault }

    var dropped: Int { sound.dropped }

    mutating func feed(_ bytes: some Sequence<UInt8>) -> [ScaleReading] {
        let bytes = Array(bytes)
        if fault == .hoarding { hoard += bytes + bytes + bytes + bytes }
        if fault == .cutDependent { sound.reset() }
        let heard = bytes.flatMap { byte -> [ScaleReading] in
            if fault == .deaf, byte == 0xFF { isDeaf = true }
            return isDeaf ? [] : sound.feed([byte])
        }
        return heard.map { reading in
            var reading = reading
            switch fault {
            case .lying where reading.raw[3] == 0x31: reading.fault = "no"
            case .outOfRange where reading.raw[3] == 0x31: reading.range = .over
            case .huge where reading.raw[3] == 0x31: reading.raw += [UInt8](repeating: 0, count: 60)
            case .bare where reading.raw[3] == 0x31: reading.raw = []
            default: break
            }
            return reading
        }
    }

    mutating func reset() { sound.reset() }
    func encode(_ reading: ScaleReading) -> [UInt8]? { sound.encode(reading) }
}
