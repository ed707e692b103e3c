public import Domain
import FoundationEssentials

/// How the values of this module become the bytes of a request or an answer, and values again.
public enum LocalCoding {
    /// One JSON value, its members sorted.
    public static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// - Throws: `DecodingError`, which names the member that is missing or wrong.
    public static func value<Value: Decodable>(_ type: Value.Type, from bytes: some Sequence<UInt8>) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }

    /// One value a line.
    public static func lines<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> [Value] {
        try bytes.split(separator: 0x0A).map { try value(type, from: $0) }
    }
}

/// A record as the journal holds it, with what is known of it here beside it, in one object.
public struct Annotated<Record: LocalRecord, Details: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    public var record: Record
    public var details: Details

    public init(_ record: Record, _ details: Details) {
        self.record = record
        self.details = details
    }

    public init(from decoder: any Decoder) throws {
        guard let record = Record(try JSON(from: decoder)) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "this is no \(Record.self)"))
        }
        self.init(record, try Details(from: decoder))
    }

    public func encode(to encoder: any Encoder) throws {
        try record.json.encode(to: encoder)
        try details.encode(to: encoder)
    }
}

/// What an event's data is made from, and made of again.
public protocol LocalRecord: Hashable, Sendable {
    init?(_ json: JSON)
    var json: JSON { get }
}

extension WeighIn: LocalRecord {}
extension Payment: LocalRecord {}
