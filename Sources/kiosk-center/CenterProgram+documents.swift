import Board
import Center
import Domain
import Phrases
import SQLite
import Wire

/// `kiosk-center send` and `kiosk-center documents`.
extension CenterProgram {
    static let refused: Int32 = 65
    static let noInput: Int32 = 66
    static let wrongUsage: Int32 = 64

    /// More versions than this were never sent behind this center's back.
    private static let mostAhead: Int64 = 1_000_000

    /// A file for people may be written with much white space.
    private static let mostFileBytes = 4 << 20

    /// Checks a document and puts it where the running center finds it.
    /// - Parameter kind: `expected`, `roster`, `catalog` or `orders`.
    /// - Parameter kiosk: whose it is; `nil` for a catalog, which is a county's.
    /// - Parameter isForced: the version becomes the next one after whatever is in force or held, whatever the file says.
    static func send(
        configuration: String, environment: [String: String], kind: String, kiosk: String?, county: String?,
        file: String, isForced: Bool = false
    ) -> Int32 {
        guard let settings = load(configuration, environment) else { return misconfigured }
        guard let kind = Document.Kind(rawValue: kind), let addressee = addressee(kind, kiosk, county) else {
            return wrongUsage
        }
        guard let bytes = BoundedFileReader.read(file, limit: mostFileBytes + 1) else {
            complain("\(file): \(Documents.systemWords)")
            return noInput
        }
        let documents = Documents(directory: settings.documents)
        let json: JSON
        let document: Document
        do {
            let held = Documents.Address(addressee, kind).flatMap { try? documents.read($0) }?.document.version ?? 0
            let known = max(held, SentDocuments(documents).latestVersion(kind, for: addressee))
            // One board must not use up a county's versions: what it says is believed as far as versions can have come.
            let inForce = try inForce(kind, for: addressee, settings, atMost: known + mostAhead)
            let version = isForced ? max(inForce?.version ?? 0, known) + 1 : nil
            (json, document) = try read(kind, bytes, version: version)
            if let inForce,
                document.version < inForce.version
                    || document.version == inForce.version && document.digest != inForce.digest
            {
                complain(
                    "\(file): version \(document.version) would be ignored: version \(inForce.version) is in force at "
                        + "\(inForce.kiosk); give it a higher one, or use --force")
                return refused
            }
        } catch {
            complain("\(file): \(error); nothing was sent")
            return refused
        }
        for remark in remarks(json, document, for: addressee, documents) { complain("note: \(remark)") }
        do {
            let outcome = try documents.write(document, for: addressee)
            let what = "\(kind.rawValue) version \(document.version) with \(counted(document))"
            switch outcome {
            case .known: print("\(addressee): \(what) is held already, the same in every part; there is nothing to do.")
            case .written, .replaced:
                if case .replaced(let why) = outcome { complain("note: \(why); it was replaced") }
                print("\(addressee): \(what) is held now, \(document.body.bytes.count) bytes on the wire.")
                print("The running center sends it within seconds, and to a kiosk that is away when it returns.")
            }
            return stopped
        } catch let error as Documents.NotNewer {
            complain("\(file): \(error)")
            return refused
        } catch {
            complain("\(error)")
            return failed
        }
    }

    /// The highest version that a kiosk among them has said to be in force there; `nil` while none has, or no center has run.
    private static func inForce(
        _ kind: Document.Kind, for addressee: Documents.Addressee, _ settings: CenterSettings, atMost most: Int64
    ) throws -> (kiosk: String, version: Int64, digest: Digest?)? {
        guard BoardDisk().exists(settings.database) else { return nil }
        let prefix =
            switch addressee {
            case .kiosk(let kiosk): kiosk.text
            case .county(let county): "k\(county)"
            }
        return try CenterStore(path: settings.database, mode: .readOnly).statuses(ofNamesWith: prefix)
            .compactMap { kiosk, status in
                let mark = status["documents"]?[kind.rawValue]
                return mark?["version"]?.integer.map {
                    (kiosk, $0, mark?["digest"]?.string.flatMap { Digest($0) })
                }
            }.filter { $0.version <= most }.max { $0.version < $1.version }
    }

    /// `nil`, and said why, when the document is not sent to whoever was named.
    private static func addressee(_ kind: Document.Kind, _ kiosk: String?, _ county: String?) -> Documents.Addressee? {
        if kind.isForCounty {
            guard kiosk == nil, let county else {
                complain(
                    "a \(kind.rawValue) is for all kiosks of a county; write --county, for example --county 131002")
                return nil
            }
            if let county = County(county) { return .county(county) }
            complain("\(county) is no county; write its six digits, for example 131002")
            return nil
        }
        guard county == nil, let kiosk else {
            complain("\(kind.rawValue) is for one kiosk; write --kiosk, for example --kiosk k1310020007")
            return nil
        }
        return kioskID(kiosk).map { .kiosk($0) }
    }

    /// Lists what is held, one line for each document; with a kiosk named, what that one is sent, its county's catalog too.
    static func documents(
        configuration: String, environment: [String: String], kiosk: String?, asJSON: Bool
    ) -> Int32 {
        guard let settings = load(configuration, environment) else { return misconfigured }
        var wanted: KioskID?
        if let kiosk {
            guard let id = kioskID(kiosk) else { return wrongUsage }
            wanted = id
        }
        let documents = Documents(directory: settings.documents)
        do {
            let places = try documents.places().filter { place in wanted.map { place.reaches($0) } ?? true }
            var rows: [[String]] = []
            for place in places {
                do {
                    guard let held = try documents.read(place) else { continue }
                    if asJSON {
                        print(JSON.object(members(place, held)).canonicalText)
                    } else {
                        rows.append([
                            "\(place.addressee)", place.kind.rawValue, String(held.document.version),
                            String(held.document.count), held.written.atPlace, "-",
                        ])
                    }
                } catch {
                    if asJSON {
                        var members = members(place)
                        members["problem"] = .string("\(error)")
                        print(JSON.object(members).canonicalText)
                    } else {
                        rows.append(["\(place.addressee)", place.kind.rawValue, "-", "-", "-", "\(error)"])
                    }
                }
            }
            if asJSON { return stopped }
            guard !rows.isEmpty else {
                print("No document is held. See kiosk-center send --help.")
                return stopped
            }
            let header = ["FOR", "KIND", "VERSION", "COUNT", "WRITTEN", "PROBLEM"]
            for line in TextTable.lines(header: header, rows: rows) { print(line) }
            return stopped
        } catch {
            complain("\(error)")
            return failed
        }
    }

    private static func members(_ place: Documents.Address) -> [String: JSON] {
        let kind = JSON.string(place.kind.rawValue)
        return switch place.addressee {
        case .kiosk(let kiosk): ["kiosk": .string(kiosk.text), "kind": kind]
        case .county(let county): ["county": .string(county.text), "kind": kind]
        }
    }

    private static func members(_ place: Documents.Address, _ held: Documents.Held) -> [String: JSON] {
        var members = members(place)
        members["version"] = .integer(held.document.version)
        members["count"] = .integer(Int64(held.document.count))
        members["digest"] = .string(held.document.digest.description)
        members["written"] = .string(held.written.description)
        return members
    }

    private static func read(
        _ kind: Document.Kind, _ bytes: [UInt8], version: Int64?
    ) throws(WireError) -> (JSON, Document) {
        guard bytes.count <= mostFileBytes else { throw WireError("larger than \(mostFileBytes >> 20) MiB") }
        var bytes = bytes[...]
        // Some editors put a mark of their own in front of UTF-8, and Excel writes UTF-16.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]) else {
            throw WireError("this is UTF-16; save the file as UTF-8")
        }
        var json: JSON
        do {
            json = try JSON(parsing: Array(bytes))
            if let version, case .object(var members) = json {
                members["version"] = .integer(version)
                json = .object(members)
            }
        } catch {
            let line = bytes.prefix(error.offset).count { $0 == UInt8(ascii: "\n") } + 1
            throw WireError("line \(line): \(error.problem)")
        }
        let document = try Document(kind, parsing: json.canonical)
        let size = document.body.bytes.count
        guard size <= Document.mostBytes else {
            throw WireError("\(size) bytes on the wire, more than the \(Document.mostBytes) that the broker takes")
        }
        return (json, document)
    }

    private static func counted(_ document: Document) -> String {
        func count(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }
        return switch document {
        case .expected: count(document.count, "parcel", "parcels")
        case .roster: count(document.count, "person", "people")
        case .catalog(let catalog):
            count(document.count, "kind of produce", "kinds of produce") + ", "
                + count(catalog.containers.count, "container", "containers") + " and "
                + count(catalog.offers.count, "price", "prices")
        case .orders: count(document.count, "order", "orders")
        case .payments(let list):
            count(document.count, "transfer", "transfers") + ", "
                + "\(Money(fen: list.transfers.flatMap(\.crates).reduce(0) { $0 &+ $1.amount.fen })) yuan"
        }
    }

    /// What of the file does not reach the kiosk, or does not work there, although nothing is wrong with it.
    private static func remarks(
        _ json: JSON, _ document: Document, for addressee: Documents.Addressee, _ documents: Documents
    ) -> [String] {
        var remarks: [String] = []
        let unknown = names(json).subtracting(Document.knownMembers).sorted()
        if !unknown.isEmpty {
            remarks.append("not known and left out: \(unknown.prefix(10).map { "\"\($0)\"" }.joined(separator: ", "))")
        }
        func hints(_ list: String, _ known: Int) {
            let hints = json[list]?.array?.count { $0["carrier"] != nil } ?? 0
            if hints > known { remarks.append("carriers that are not known and left out: \(hints - known)") }
        }
        switch document {
        case .expected(let list): hints("parcels", list.parcels.count { $0.carrier != nil })
        case .roster(let roster):
            let people = json["people"]?.array?.count ?? 0
            if people > roster.people.count {
                remarks.append("people without a role that is known, and left out: \(people - roster.people.count)")
            }
        case .catalog(let catalog):
            let priced = Set(catalog.offers.map { [$0.produce, $0.grade] })
            remarks += listed(
                "without any price, so that the point can only weigh it unpriced",
                catalog.produce.flatMap { produce in produce.grades.map { [produce.id, $0.id] } }
                    .filter { !priced.contains($0) })
            remarks += listed(
                "at a price of 0, for which farmers get nothing",
                catalog.offers.filter { $0.price.fenPerKilogram == 0 }.map { [$0.produce, $0.grade] })
        case .orders(let list):
            hints("orders", list.orders.count { $0.carrier != nil })
            guard case .kiosk(let kiosk) = addressee,
                case .catalog(let catalog)? = try? documents.read(Documents.Address(kiosk, .catalog))?.document
            else { break }
            let known = Set(catalog.produce.flatMap { produce in produce.grades.map { [produce.id, $0.id] } })
            remarks += listed(
                "not in the county's catalog",
                list.orders.flatMap(\.lines).map { [$0.produce, $0.grade] }.filter { !known.contains($0) })
        case .payments: break
        }
        return remarks
    }

    /// Produce and grades, each once, and no more than a person reads.
    private static func listed(_ words: String, _ grades: [[String]]) -> [String] {
        let names = Set(grades.map { $0.joined(separator: " ") }).sorted()
        guard !names.isEmpty else { return [] }
        let more = names.count > 10 ? " and \(names.count - 10) more" : ""
        return ["\(words): \(names.prefix(10).joined(separator: ", "))\(more)"]
    }

    private static func names(_ json: JSON) -> Set<String> {
        switch json {
        case .object(let members): members.values.reduce(into: Set(members.keys)) { $0.formUnion(names($1)) }
        case .array(let list): list.reduce(into: []) { $0.formUnion(names($1)) }
        case .null, .boolean, .integer, .string: []
        }
    }
}
