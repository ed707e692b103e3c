import Domain

/// Reads the members of one object of a document and refuses what has not the agreed form, in words that name the place
/// and never the value: a document is about people. Members that nobody asks for are ignored; a later version may add some.
struct ObjectDecoder {
    /// `parcel 17`, counted from 1.
    let place: String
    private let members: [String: JSON]

    init(_ json: JSON, _ place: String) throws(WireError) {
        guard case .object(let members) = json else { throw WireError("\(place) is no object") }
        self.place = place
        self.members = members
    }

    func wrong(_ problem: String) -> WireError { WireError("\(place): \(problem)") }

    func object(_ name: String) throws(WireError) -> ObjectDecoder? {
        guard let value = members[name] else { return nil }
        return try ObjectDecoder(value, "\(place): the \(name)")
    }

    func list(_ name: String, atMost limit: Int) throws(WireError) -> [JSON] {
        guard let list = members[name]?.array else { throw wrong("\(name) is missing or no list") }
        guard list.count <= limit else { throw wrong("more than \(limit) \(name)") }
        return list
    }

    /// Empty where there is none.
    func optionalList(_ name: String, atMost limit: Int) throws(WireError) -> [JSON] {
        members[name] == nil ? [] : try list(name, atMost: limit)
    }

    func integer(_ name: String, in range: ClosedRange<Int64>) throws(WireError) -> Int64? {
        guard let value = members[name] else { return nil }
        guard let number = value.integer, range.contains(number) else {
            throw wrong(
                range.upperBound == .max
                    ? "\(name) is no whole number from \(range.lowerBound)"
                    : "\(name) is no whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func version() throws(WireError) -> Int64 {
        guard let version = try integer("version", in: 1...Document.highestVersion) else {
            throw wrong("version is missing")
        }
        return version
    }

    func flag(_ name: String) throws(WireError) -> Bool? {
        guard let value = members[name] else { return nil }
        guard let flag = value.boolean else { throw wrong("\(name) is neither true nor false") }
        return flag
    }

    func optionalText(_ name: String) throws(WireError) -> String? {
        guard let value = members[name] else { return nil }
        guard let text = value.string else { throw wrong("\(name) is no text") }
        guard PersonalText.masked(text) == text else {
            throw wrong("\(name) holds a full telephone or identity number")
        }
        return text
    }

    /// A carrier's number. Eighteen digits may look like a person's and are a waybill all the same.
    func waybill() throws(WireError) -> String {
        guard let value = members["waybill"] else { throw wrong("waybill is missing") }
        guard let text = value.string else { throw wrong("waybill is no text") }
        guard text.utf8.count == 18 || PersonalText.masked(text) == text else {
            throw wrong("waybill holds a full telephone or identity number")
        }
        return text
    }

    func text(_ name: String) throws(WireError) -> String {
        guard let text = try optionalText(name) else { throw wrong("\(name) is missing") }
        return text
    }

    /// A word of a fixed list that this version must understand.
    func word<Word: RawRepresentable>(_ name: String, of: Word.Type) throws(WireError) -> Word?
    where Word.RawValue == String {
        guard let text = try optionalText(name) else { return nil }
        guard let word = Word(rawValue: text) else { throw wrong("\(name) is a word that this version does not know") }
        return word
    }

    // MARK: People

    /// An opaque id: one to forty ASCII letters, digits and dashes.
    func identity(_ member: String = "id") throws(WireError) -> String {
        let id = try text(member)
        guard (1...40).contains(id.utf8.count), id.utf8.allSatisfy({ isLetterOrDigit($0) || $0 == UInt8(ascii: "-") })
        else { throw wrong("\(member) has not the form of 1 to 40 letters, digits and dashes") }
        return id
    }

    func name() throws(WireError) -> String {
        guard let name = try optionalName("name", atMost: 20) else { throw wrong("name is missing") }
        return name
    }

    /// A name for the screen and the receipt: short, and nothing in it that steers a screen or a printer. More than four
    /// digits could be most of a telephone number, however they are written.
    func optionalName(_ member: String, atMost limit: Int) throws(WireError) -> String? {
        guard let name = try optionalText(member) else { return nil }
        let scalars = name.unicodeScalars
        guard (1...limit).contains(scalars.count) else { throw wrong("\(member) has not 1 to \(limit) characters") }
        guard scalars.contains(where: { !$0.properties.isWhitespace }) else { throw wrong("\(member) is blank") }
        for scalar in scalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                throw wrong("\(member) holds a control character")
            default: break
            }
        }
        guard scalars.count(where: { $0.properties.numericType == .decimal }) <= 4 else {
            throw wrong("\(member) holds more than four digits")
        }
        return name
    }

    /// Whom a parcel or an order is for; `nil` when nobody is named.
    func recipient() throws(WireError) -> Recipient? {
        guard let fields = try object("recipient") else { return nil }
        let name = try fields.name()
        guard name.contains("*") else { throw fields.wrong("name is not masked; at least one * must stand in it") }
        let secret = try fields.optionalText("secret")
        let digest = secret.flatMap { Digest($0) }
        guard secret == nil || digest != nil else { throw fields.wrong("secret is no SHA-256 in base64url") }
        return Recipient(
            id: try fields.identity(), name: name, phoneTail: try fields.tail() ?? "",
            secret: digest.map { BadgeHash($0) })
    }

    /// The last digits of a telephone number; `nil` for none.
    func tail() throws(WireError) -> String? {
        guard let tail = try optionalText("tail"), !tail.isEmpty else { return nil }
        guard tail.utf8.count <= 4, tail.utf8.allSatisfy(\.isDigit)
        else { throw wrong("tail has not the form of at most four digits") }
        return tail
    }

    // MARK: Produce

    /// By which something is chosen with digits alone.
    func number(in range: ClosedRange<Int64>) throws(WireError) -> Int {
        guard let number = try integer("number", in: range) else { throw wrong("number is missing") }
        return Int(number)
    }

    /// Short, and of what a printed command can say on every scanner.
    func grade(_ member: String) throws(WireError) -> String {
        let grade = try text(member)
        guard (1...4).contains(grade.utf8.count), grade.utf8.allSatisfy({ $0.isDigit || $0.isCapital }) else {
            throw wrong("\(member) has not the form of 1 to 4 capitals and digits")
        }
        return grade
    }

    /// A moment as RFC 3339 writes it, in UTC or with the offset of a zone, with or without milliseconds.
    func time(_ name: String) throws(WireError) -> Timestamp? {
        guard let text = try optionalText(name) else { return nil }
        guard let time = Timestamp(written: text) else {
            throw wrong("\(name) is no time of the form 2026-11-24T00:00:00+08:00")
        }
        guard time >= Self.earliest, time < Self.latest else { throw wrong("\(name) is not in the years 2000 to 2999") }
        return time
    }

    /// Beyond these is a slip of the pen, and `Timestamp` could not write it back.
    private static let earliest = Timestamp(milliseconds: 946_684_800_000)
    private static let latest = Timestamp(milliseconds: 32_503_680_000_000)
}

func isLetterOrDigit(_ byte: UInt8) -> Bool {
    byte.isDigit || byte.isCapital || byte.isLowerCase
}

/// What every scanner and keyboard layout reads alike.
func isLabelCharacter(_ byte: UInt8) -> Bool { byte.isDigit || byte.isCapital || byte == UInt8(ascii: "-") }
