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
    private var people: [KioskID: Set<String>] = [:]
    /// Versions whose files are damaged.
    package private(set) var unreadable: Set<Int64> = []

    package init(_ documents: Documents) { directory = documents.directory + "/history" }

    private static let mostPeopleBytes = 16 << 20

    // MARK: Looking

    /// By version; empty where none was sent since such a history is kept.
    package mutating func catalogs(of county: County) -> [Int64: Catalog] {
        if let known = catalogs[county] { return known }
        let prefix = "\(county).catalog."
        var found: [Int64: Catalog] = [:]
        for name in BoardDisk().names(in: directory) where name.hasPrefix(prefix) {
            guard let bytes = SmallFile.read("\(directory)/\(name)", limit: BodyEncoding.mostOfDocument + 1),
                let catalog = try? Catalog(parsing: bytes)
            else {
                // Of what cannot be read nothing is known, and nobody is accused by it.
                if let version = Int64(name.dropFirst(prefix.count).prefix { $0 != "." }) { unreadable.insert(version) }
                continue
            }
            found[catalog.version] = catalog
        }
        catalogs[county] = found
        return found
    }

    /// Everybody who ever stood on a roster for this kiosk.
    package mutating func people(of kiosk: KioskID) -> Set<String> {
        if let known = people[kiosk] { return known }
        let found = Set(Self.people(directory, kiosk))
        people[kiosk] = found
        return found
    }

    private static func people(_ directory: String, _ kiosk: KioskID) -> [String] {
        guard let bytes = SmallFile.read("\(directory)/\(kiosk).people", limit: mostPeopleBytes) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix(sincePrefix)
        }
    }

    private static let sincePrefix = "#since "

    /// When the first roster that is remembered was sent; `nil` where that was not noted.
    func peopleSince(of kiosk: KioskID) -> Timestamp? {
        guard let bytes = SmallFile.read("\(directory)/\(kiosk).people", limit: Self.mostPeopleBytes),
            let first = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first,
            first.hasPrefix(Self.sincePrefix)
        else { return nil }
        return Timestamp(String(first.dropFirst(Self.sincePrefix.count)))
    }

    /// The highest version of a catalog that is remembered here; 0 for another document.
    package func latestVersion(_ kind: Document.Kind, for addressee: Documents.Addressee) -> Int64 {
        guard kind == .catalog, case .county(let county) = addressee else { return 0 }
        let prefix = "\(county).catalog."
        return BoardDisk().names(in: directory).filter { $0.hasPrefix(prefix) }
            .compactMap { Int64($0.dropFirst(prefix.count).prefix { $0 != "." }) }.max() ?? 0
    }

    // MARK: Keeping

    /// What has to be kept of a document, and under which name; `nil` where nothing has.
    package func note(of document: Document, for addressee: Documents.Addressee) -> (file: String, bytes: [UInt8])? {
        switch (document, addressee) {
        case (.catalog(let catalog), .county(let county)):
            return ("\(county).catalog.\(catalog.version).json", catalog.json.canonical)
        case (.roster(let roster), .kiosk(let kiosk)):
            let before = Self.people(directory, kiosk)
            let known = Set(before)
            // Who was known under another id before is the same person.
            let ids = roster.people.filter { $0.roles.contains(.farmer) }.flatMap { [$0.id] + $0.was }.filter {
                !known.contains($0)
            }
            let since = before.isEmpty ? BoardClock.now.wall : peopleSince(of: kiosk)
            let head = since.map { ["\(Self.sincePrefix)\($0)"] } ?? []
            return ("\(kiosk).people", Array((head + before + ids).map { $0 + "\n" }.joined().utf8))
        default: return nil
        }
    }
}
