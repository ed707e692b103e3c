import Board
import Domain
import Wire

/// `kiosk-center send` and `kiosk-center documents`.
extension CenterProgram {
    static let refused: Int32 = 65
    static let noInput: Int32 = 66
    static let wrongUsage: Int32 = 64

    /// A file for people may be written with much white space.
    private static let mostFileBytes = 4 << 20

    /// Checks a document and puts it where the running center finds it.
    /// - Parameter kind: `expected` or `roster`.
    public static func send(
        configuration: String, environment: [String: String], kind: String, kiosk: String, file: String
    ) -> Int32 {
        guard let settings = load(configuration, environment) else { return misconfigured }
        guard let kind = Document.Kind(rawValue: kind), let kiosk = kioskID(kiosk) else { return wrongUsage }
        guard let bytes = SmallFile.read(file, limit: mostFileBytes + 1) else {
            complain("\(file): \(Documents.systemWords)")
            return noInput
        }
        let json: JSON
        let document: Document
        do {
            (json, document) = try read(kind, bytes)
        } catch {
            complain("\(file): \(error); nothing was sent")
            return refused
        }
        for remark in remarks(json, document) { complain("note: \(remark)") }
        do {
            let outcome = try Documents(directory: settings.documents).write(document, for: kiosk)
            let what = "\(kind.rawValue) version \(document.version) with \(counted(document))"
            switch outcome {
            case .known: print("\(kiosk): \(what) is held already, the same in every part; there is nothing to do.")
            case .written, .replaced:
                if case .replaced(let why) = outcome { complain("note: \(why); it was replaced") }
                print("\(kiosk): \(what) is held now, \(document.body.bytes.count) bytes on the wire.")
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

    /// Lists what is held, one line for each document.
    public static func documents(
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
            let places = try documents.places().filter { wanted == nil || $0.kiosk == wanted }
            var rows: [[String]] = []
            for place in places {
                do {
                    guard let held = try documents.read(place) else { continue }
                    if asJSON {
                        print(JSON.object(members(place, held)).canonicalText)
                    } else {
                        rows.append([
                            place.kiosk.text, place.kind.rawValue, String(held.document.version),
                            String(held.document.count), held.written.description, "-",
                        ])
                    }
                } catch {
                    if asJSON {
                        let members: [String: JSON] = [
                            "kiosk": .string(place.kiosk.text), "kind": .string(place.kind.rawValue),
                            "problem": .string("\(error)"),
                        ]
                        print(JSON.object(members).canonicalText)
                    } else {
                        rows.append([place.kiosk.text, place.kind.rawValue, "-", "-", "-", "\(error)"])
                    }
                }
            }
            if asJSON { return stopped }
            guard !rows.isEmpty else {
                print("No document is held. See kiosk-center send --help.")
                return stopped
            }
            let header = ["KIOSK", "KIND", "VERSION", "COUNT", "WRITTEN", "PROBLEM"]
            for line in TextTable.lines(header: header, rows: rows) { print(line) }
            return stopped
        } catch {
            complain("\(error)")
            return failed
        }
    }

    private static func members(_ place: Documents.Place, _ held: Documents.Held) -> [String: JSON] {
        [
            "kiosk": .string(place.kiosk.text), "kind": .string(place.kind.rawValue),
            "version": .integer(held.document.version), "count": .integer(Int64(held.document.count)),
            "digest": .string(held.document.digest.description), "written": .string(held.written.description),
        ]
    }

    private static func read(_ kind: Document.Kind, _ bytes: [UInt8]) throws(WireError) -> (JSON, Document) {
        guard bytes.count <= mostFileBytes else { throw WireError("larger than \(mostFileBytes >> 20) MiB") }
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
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
        switch document {
        case .expected: document.count == 1 ? "1 parcel" : "\(document.count) parcels"
        case .roster: document.count == 1 ? "1 person" : "\(document.count) people"
        }
    }

    /// What of the file does not reach the kiosk although nothing is wrong with it.
    private static func remarks(_ json: JSON, _ document: Document) -> [String] {
        var remarks: [String] = []
        let unknown = names(json).subtracting(Document.knownMembers).sorted()
        if !unknown.isEmpty {
            remarks.append("not known and left out: \(unknown.prefix(10).map { "\"\($0)\"" }.joined(separator: ", "))")
        }
        switch document {
        case .expected(let list):
            let hints = json["parcels"]?.array?.count { $0["carrier"] != nil } ?? 0
            let known = list.parcels.count { $0.carrier != nil }
            if hints > known { remarks.append("carriers that are not known and left out: \(hints - known)") }
        case .roster(let roster):
            let people = json["people"]?.array?.count ?? 0
            if people > roster.people.count {
                remarks.append("people without a role that is known, and left out: \(people - roster.people.count)")
            }
        }
        return remarks
    }

    private static func names(_ json: JSON) -> Set<String> {
        switch json {
        case .object(let members): members.values.reduce(into: Set(members.keys)) { $0.formUnion(names($1)) }
        case .array(let list): list.reduce(into: []) { $0.formUnion(names($1)) }
        case .null, .boolean, .integer, .string: []
        }
    }
}
