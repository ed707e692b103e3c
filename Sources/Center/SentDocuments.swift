import Board
package import Domain
import Glibc
package import Wire

/// What was ever sent, as far as money rests on it: every price list of a county, and whom each kiosk's rosters named. It lies
/// beside the documents, and is what a kiosk's word is compared with.
package struct SentDocuments {
    /// Of the documents' own.
    package let directory: String
    private var catalogs: [County: [Int64: Catalog]] = [:]
    private var rosters: [KioskID: Rosters] = [:]
    /// Versions whose files are damaged, or of which there are two that differ.
    package private(set) var unreadable: Set<Int64> = []

    package init(_ documents: Documents) { directory = documents.directory + "/history" }

    private static let mostPeopleBytes = 16 << 20
    private static let digestLength = 16

    // MARK: Looking

    /// By version; empty where none was sent since such a history is kept.
    package mutating func catalogs(of county: County) -> [Int64: Catalog] {
        if let known = catalogs[county] { return known }
        let prefix = "\(county).catalog."
        var conflicting: Set<Int64> = []
        var found: [Int64: (catalog: Catalog, hasDigest: Bool)] = [:]
        for name in BoardDisk().names(in: directory) where name.hasPrefix(prefix) {
            guard let bytes = BoundedFileReader.read("\(directory)/\(name)", limit: BodyEncoding.mostOfDocument + 1),
                let catalog = try? Catalog(parsing: bytes), Self.mayBe(catalog, named: name)
            else {
                // Of what cannot be read nothing is known, and nobody is accused by it.
                if let version = Int64(name.dropFirst(prefix.count).prefix { $0 != "." }) { unreadable.insert(version) }
                continue
            }
            let hasDigest = Self.hasDigest(name)
            guard let known = found[catalog.version], known.catalog != catalog else {
                found[catalog.version] = (catalog, hasDigest)
                continue
            }
            // Two of one version: one may have been noted and never put in its place. A name with a digest counts before one without.
            if hasDigest == known.hasDigest { conflicting.insert(catalog.version) }
            if hasDigest { found[catalog.version] = (catalog, true) }
        }
        for version in conflicting { found.removeValue(forKey: version) }
        unreadable.subtract(found.keys)
        unreadable.formUnion(conflicting)
        let readable = found.mapValues(\.catalog)
        catalogs[county] = readable
        return readable
    }

    private static func hasDigest(_ name: String) -> Bool { name.split(separator: ".").count >= 5 }

    /// The file's name ends with the beginning of its digest, so that no price changes unseen; those of programs before do not.
    private static func mayBe(_ catalog: Catalog, named name: String) -> Bool {
        !hasDigest(name) || catalog.digest.description.hasPrefix(name.split(separator: ".")[3])
    }

    /// Everybody who ever stood on a roster for this kiosk.
    package mutating func people(of kiosk: KioskID) -> Set<String> { look(kiosk).people }
    /// As whom rosters for this kiosk named people whom it had met.
    mutating func mergings(of kiosk: KioskID) -> [String: Set<String>] { look(kiosk).mergings }
    /// When the first roster that is remembered was sent; `nil` where that was not noted.
    mutating func peopleSince(of kiosk: KioskID) -> Timestamp? { look(kiosk).since }
    /// `false` where the file is damaged: then nobody is accused by it.
    mutating func canReadPeople(of kiosk: KioskID) -> Bool { !look(kiosk).isDamaged }

    private mutating func look(_ kiosk: KioskID) -> Rosters {
        if let known = rosters[kiosk] { return known }
        let found = Rosters(BoundedFileReader.read("\(directory)/\(kiosk).people", limit: Self.mostPeopleBytes) ?? [])
        rosters[kiosk] = found
        return found
    }

    /// What all rosters of a kiosk said, as a file: `#sum` of all that follows, `#since` when, then a line for each person
    /// (`p-3`) and for each one whom the point had met (`PN-3f9a1c-000012=p-3`).
    private struct Rosters {
        var since: Timestamp?
        var people: Set<String> = []
        var mergings: [String: Set<String>] = [:]
        var isDamaged = false

        private static let sumPrefix = "#sum "
        private static let sincePrefix = "#since "

        init(_ bytes: [UInt8]) {
            var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            // A program before wrote none.
            if let sum = lines.first, sum.hasPrefix(Self.sumPrefix) {
                let rest = Array(bytes.dropFirst(sum.utf8.count + 1))
                guard Digest(of: rest).description == sum.dropFirst(Self.sumPrefix.count) else {
                    isDamaged = true
                    return
                }
                lines.removeFirst()
            }
            if let first = lines.first, first.hasPrefix(Self.sincePrefix) {
                since = Timestamp(String(first.dropFirst(Self.sincePrefix.count)))
                lines.removeFirst()
            }
            for line in lines {
                let parts = line.split(separator: "=").map(String.init)
                switch parts.count {
                case 1: people.insert(parts[0])
                case 2: mergings[parts[0], default: []].insert(parts[1])
                default: isDamaged = true
                }
            }
        }

        mutating func add(_ roster: Roster) {
            for person in roster.people {
                if person.roles.contains(.farmer) { people.formUnion([person.id] + person.was) }
                for id in person.was { mergings[id, default: []].insert(person.id) }
            }
        }

        var bytes: [UInt8] {
            let named = mergings.flatMap { id, people in people.map { "\(id)=\($0)" } }
            let lines = (since.map { ["\(Self.sincePrefix)\($0)"] } ?? []) + people.sorted() + named.sorted()
            let rest = Array(lines.map { $0 + "\n" }.joined().utf8)
            return Array("\(Self.sumPrefix)\(Digest(of: rest))\n".utf8) + rest
        }
    }

    /// The highest version of a catalog that is remembered here; 0 for another document.
    package func latestVersion(_ kind: Document.Kind, for addressee: Documents.Addressee) -> Int64 {
        guard kind == .catalog, case .county(let county) = addressee else { return 0 }
        let prefix = "\(county).catalog."
        return BoardDisk().names(in: directory).filter { $0.hasPrefix(prefix) }
            .compactMap { Int64($0.dropFirst(prefix.count).prefix { $0 != "." }) }.max() ?? 0
    }

    // MARK: Keeping

    /// Not there, or not as it was written.
    func isMissing(_ file: String, of addressee: Documents.Addressee) -> Bool {
        var looked = self
        if case .kiosk(let kiosk) = addressee, !looked.canReadPeople(of: kiosk) { return true }
        return !BoardDisk().exists("\(directory)/\(file)")
    }

    /// What has to be kept of a document, and under which name; `nil` where nothing has.
    package func note(of document: Document, for addressee: Documents.Addressee) -> (file: String, bytes: [UInt8])? {
        switch (document, addressee) {
        case (.catalog(let catalog), .county(let county)):
            let digest = catalog.digest.description.prefix(Self.digestLength)
            return ("\(county).catalog.\(catalog.version).\(digest).json", catalog.json.canonical)
        case (.roster(let roster), .kiosk(let kiosk)):
            var looked = self
            var rosters = looked.look(kiosk)
            // What cannot be read begins anew.
            if rosters.people.isEmpty { rosters.since = BoardClock.now.wall }
            rosters.isDamaged = false
            rosters.add(roster)
            return ("\(kiosk).people", rosters.bytes)
        default: return nil
        }
    }
}
