public import Domain
public import ScaleProtocols

// Identities and times are text, weights grams, amounts fen, words those of the events.

/// A value that stands in JSON as the text that describes it.
public protocol TextCodable: Codable {
    init?(_ text: String)
    var description: String { get }
}

extension TextCodable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "this is no \(Self.self)"))
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Timestamp: TextCodable {}
extension KioskID: TextCodable {}
extension Epoch: TextCodable {}
extension EventID: TextCodable {}
extension Digest: TextCodable {}
extension WeighIn.Number: TextCodable {}
extension Payment.Number: TextCodable {}

/// A value that stands in JSON as a whole number of its unit.
public protocol UnitCodable: Codable {
    init(units: Int64)
    var units: Int64 { get }
}

extension UnitCodable {
    public init(from decoder: any Decoder) throws {
        self.init(units: try decoder.singleValueContainer().decode(Int64.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(units)
    }
}

extension Mass: UnitCodable {
    public init(units: Int64) { self.init(grams: units) }
    public var units: Int64 { grams }
}

extension Money: UnitCodable {
    public init(units: Int64) { self.init(fen: units) }
    public var units: Int64 { fen }
}

extension Price: UnitCodable {
    public init(units: Int64) { self.init(fenPerKilogram: units) }
    public var units: Int64 { fenPerKilogram }
}

extension Tone: Codable {}
extension Parcel.Status: Codable {}
extension Parcel.Flag: Codable {}
extension Parcel.Handling: Codable {}
extension Parcel.Consent: Codable {}
extension Parcel.Action: Codable {}
extension Batch.Kind: Codable {}
extension Person.Role: Codable {}
extension Carrier: Codable {}
extension DeskCommand.Mode: Codable {}
extension PrintJob.Kind: Codable {}
extension PrintJob.State: Codable {}
extension ClockTrust.Word: Codable {}
extension WeighIn.Voiding.Reason: Codable {}
extension WeighIn.LaterPrice.Reason: Codable {}
extension Payment.Method: Codable {}
extension Payment.Reversal.Reason: Codable {}
extension Lot.Status: Codable {}
extension ScaleReading.Kind: Codable {}
extension ScaleReading.Stability: Codable {}
extension ScaleReading.Range: Codable {}
extension ScaleCommand: Codable {}

extension JSON: Codable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: Key.self) {
            self = .object(
                Dictionary(
                    uniqueKeysWithValues: try object.allKeys.map {
                        ($0.stringValue, try object.decode(JSON.self, forKey: $0))
                    }))
        } else if var array = try? decoder.unkeyedContainer() {
            var values: [JSON] = []
            while !array.isAtEnd { values.append(try array.decode(JSON.self)) }
            self = .array(values)
        } else {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let boolean = try? value.decode(Bool.self) {
                self = .boolean(boolean)
            } else if let integer = try? value.decode(Int64.self) {
                self = .integer(integer)
            } else {
                self = .string(try value.decode(String.self))
            }
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .boolean(let value): try value.encode(to: encoder)
        case .integer(let value): try value.encode(to: encoder)
        case .string(let value): try value.encode(to: encoder)
        case .array(let values): try values.encode(to: encoder)
        case .object(let members):
            var container = encoder.container(keyedBy: Key.self)
            for (name, value) in members { try container.encode(value, forKey: Key(stringValue: name)) }
        }
    }
}
