import Domain
import Foundation
import LocalAPIModel
import ScaleProtocols
import TestSupport
import Testing

/// The values of the local API, and the members that openapi.yaml lists for them. With a capture directory they are written
/// down, and `Device/check-contract` compares them with the document.
@Suite struct ShapeTests {
    struct Shape: Encodable {
        var name: String
        var members: [String]
        /// Those without which it cannot be read.
        var required: [String]
        var places: [String]

        init<Value: Decodable>(_ type: Value.Type, _ places: String...) throws {
            let probe = Probe()
            _ = try Value(from: probe)
            name = String(reflecting: type)
            members = probe.found.keys.sorted()
            required = probe.found.filter(\.value).keys.sorted()
            self.places = places.map { $0.contains("#") ? $0 : "openapi.yaml#/components/schemas/\($0)" }
        }
    }

    static func all() throws -> [Shape] {
        [
            try Shape(LocalStatus.self, "LocalStatus"),
            try Shape(LocalStatus.Device.self, "Device"),
            try Shape(Link.self, "Link"),
            try Shape(Link.Counters.self, "Link/properties/counters"),
            try Shape(Verification.self, "Verification"),
            try Shape(Verification.Bad.self, "Verification/properties/bad"),
            try Shape(LocalProblem.self, "Problem"),
            try Shape(TimeResult.self, "TimeResult"),
            try Shape(SpeechResult.self, "SpeechResult"),
            try Shape(ShownWeight.self, "ScaleReading"),
            try Shape(ScaleNow.self, "ScaleNow"),
            try Shape(ScaleNow.Identity.self, "ScaleNow/properties/identity"),
            try Shape(ScaleOrderAnswer.self, "ScaleOrderResult"),
            try Shape(ShownRecipient.self, "Recipient"),
            try Shape(ShownParcel.self, "Parcel", "ExpectedParcel"),
            try Shape(PointState.self, "PointState"),
            try Shape(PointState.Desk.self, "PointState/properties/desks/items"),
            try Shape(PointState.OpenBatch.self, "PointState/properties/batches/items"),
            try Shape(PointState.Slot.self, "PointState/properties/shelves/items"),
            try Shape(DeskOutcome.self, "Outcome"),
            try Shape(DeskOutcome.HandOver.self, "HandOver"),
            try Shape(DeskOutcome.Place.self, "Outcome/properties/parcels/items"),
            try Shape(DeskOutcome.ClosedLot.self, "Outcome/properties/closed"),
            try Shape(DeskOutcome.Goods.self, "Goods"),
            try Shape(DeskOutcome.Account.self, "Money"),
            try Shape(DeskOutcome.TillCount.self, "Outcome/properties/till"),
            try Shape(DeskOutcome.Newcomer.self, "Outcome/properties/newcomer"),
            try Shape(SlipText.self, "Slip"),
            try Shape(PrintResult.self, "PrintResult"),
            try Shape(ShownPrintJob.self, "PrintJob"),
            try Shape(ShownLot.self, "Lot"),
            try Shape(ShownOrder.self, "Order"),
            try Shape(ShownOrder.Line.self, "asyncapi.yaml#/components/schemas/OrderLine"),
            try Shape(ShownShipment.self, "Shipment"),
            try Shape(Trace.self, "Trace"),
            try Shape(ShownBalance.self, "Balance"),
            try Shape(ShownBalance.Crate.self, "Balance/properties/unpaid/items"),
            try Shape(ShownReceipt.self, "Receipt"),
            try Shape(ShownTill.self, "Till"),
            try Shape(ShownStatement.self, "Statement"),
            try Shape(ShownStatement.Change.self, "StatementLine"),
            try Shape(ShownStatement.Totals.self, "Statement/properties/totals"),
        ]
    }

    @Test func `every value is read member by member, and all are handed to the contract's check`() throws {
        let all = try Self.all()
        for shape in all { #expect(!shape.members.isEmpty, "\(shape.name)") }
        guard let capture = Recorder.directory else { return }
        try JSONEncoder().encode(all).write(to: URL(fileURLWithPath: "\(capture)/shapes.json"))
    }

    /// A record and what is known of it stand in one object, and come apart again.
    @Test func `a crate with what is known of it is one object`() throws {
        let json = try JSON(
            parsing: #"""
                {"amount":3950,"farmer":"f-1","grade":"A","gross":12340,"identified":"card","lot":"KL-3f9a1c-000001",
                "name":"李*","net":12340,"number":"KW-3f9a1c-000001","payment":"KP-3f9a1c-000001",
                "price":{"fenperkg":320,"list":3,"rounding":"half-up"},"pricedlater":"listed","produce":"tomato","raw":"AQ",
                "scale":{"protocol":"sma"},"sequence":7,"stability":"device","tare":0,"taremode":"measured",
                "time":"2026-11-30T08:05:00.000Z","voided":"mistake"}
                """#.filter { !$0.isNewline }.utf8)
        let crate = try LocalCoding.value(ShownWeighIn.self, from: json.canonical)
        #expect(crate.record.net == Mass(grams: 12_340))
        #expect(crate.details.name == "李*" && crate.details.payment?.description == "KP-3f9a1c-000001")
        #expect(crate.details.voided == .mistake && crate.details.pricedLater == .listed)
        #expect(try JSON(parsing: LocalCoding.bytes(crate)) == json)
        let broken = json.canonicalText.replacing(#""net":12340"#, with: #""net":12341"#)
        #expect(throws: DecodingError.self) { try LocalCoding.value(ShownWeighIn.self, from: broken.utf8) }
    }
}

/// Reads a value out of nothing, and notes which members it asks for: `true` for those that must be there.
private final class Probe: Decoder {
    private(set) var found: [String: Bool] = [:]
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Members(probe: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Nothing() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw Nothing() }

    struct Nothing: Error {}

    private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let probe: Probe
        let codingPath: [any CodingKey] = []
        let allKeys: [Key] = []

        func contains(_ key: Key) -> Bool { true }
        func decodeNil(forKey key: Key) -> Bool { true }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            probe.found[key.stringValue] = true
            guard let value = Self.sample(of: type) as? Value else { return try Value(from: Probe()) }
            return value
        }

        func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) -> Value? {
            probe.found[key.stringValue] = false
            return nil
        }

        // The library has these beside the ones above.
        func decodeIfPresent(_ type: Bool.Type, forKey key: Key) -> Bool? { note(key) }
        func decodeIfPresent(_ type: String.Type, forKey key: Key) -> String? { note(key) }
        func decodeIfPresent(_ type: Int.Type, forKey key: Key) -> Int? { note(key) }
        func decodeIfPresent(_ type: Int64.Type, forKey key: Key) -> Int64? { note(key) }

        private func note<Value>(_ key: Key) -> Value? {
            probe.found[key.stringValue] = false
            return nil
        }

        private static func sample(of type: any Decodable.Type) -> Any? {
            switch type {
            case is KioskID.Type: KioskID("k1310020007")
            case is Epoch.Type: Epoch(String(repeating: "3", count: 32))
            case is Timestamp.Type: Timestamp(milliseconds: 0)
            case is Digest.Type: nil
            case is WeighIn.Number.Type: WeighIn.Number("KW-3f9a1c-000001")
            case is Mass.Type: Mass.zero
            case is Money.Type: Money.zero
            case is String.Type: ""
            case is Int.Type: 0
            case is Int64.Type: Int64(0)
            case is Bool.Type: false
            case let list as any ExpressibleByArrayLiteral.Type: emptyList(list)
            case let table as any ExpressibleByDictionaryLiteral.Type: emptyTable(table)
            case let words as any CaseIterable.Type: first(words)
            default: nil
            }
        }

        private static func emptyList<List: ExpressibleByArrayLiteral>(_ type: List.Type) -> Any { [] as List }
        private static func emptyTable<Table: ExpressibleByDictionaryLiteral>(_ type: Table.Type) -> Any {
            [:] as Table
        }
        private static func first<Words: CaseIterable>(_ type: Words.Type) -> Any? { type.allCases.first }

        func nestedContainer<Other: CodingKey>(
            keyedBy type: Other.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<Other> { throw Nothing() }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw Nothing() }
        func superDecoder() throws -> any Decoder { throw Nothing() }
        func superDecoder(forKey key: Key) throws -> any Decoder { throw Nothing() }
    }
}
