import Board
package import Domain

/// Which persons are of a registered household, and from when to when. Known to the center alone: it is in no event, no roster and on
/// no board. A file beside the database, put down by `kiosk-center households`.
package struct Households: Hashable {
    package struct Entry: Hashable {
        var person: String
        /// Only at this point; `nil` for every one where the person brings something.
        var kiosk: KioskID?
        /// Days in China, both included.
        var from: String?
        var until: String?
    }

    package var entries: [Entry]

    /// - Parameter entries: one a household.
    package init(entries: [Entry] = []) { self.entries = entries }

    /// No county has more.
    package static let most = 1_000_000
    package static let mostBytes = 256 << 20

    /// - Throws: `CenterError` for what does not have the form of `{"households":[{"person":"p-3","from":"2026-01-01"}]}`.
    package init(parsing bytes: [UInt8]) throws {
        guard let list = (try? JSON(parsing: bytes))?["households"]?.array, list.count <= Self.most else {
            throw CenterError("households are {\"households\": [{\"person\": …, \"from\": …}]}, at most \(Self.most)")
        }
        entries = try list.enumerated().map { place, json in
            func wrong(_ words: String) -> CenterError { CenterError("household \(place + 1): \(words)") }
            guard let person = json["person"]?.string, (1...40).contains(person.utf8.count) else {
                throw wrong("person is missing")
            }
            let kiosk = try json["kiosk"].map { json in
                guard let kiosk = json.string.flatMap(KioskID.init) else { throw wrong("kiosk is no kiosk's name") }
                return kiosk
            }
            for day in ["from", "until"] {
                guard let text = json[day] else { continue }
                guard let text = text.string, Self.begin(of: text) != nil else {
                    throw wrong("\(day) is no day such as 2026-11-24")
                }
            }
            return Entry(person: person, kiosk: kiosk, from: json["from"]?.string, until: json["until"]?.string)
        }
    }

    package var json: JSON {
        [
            "households": .array(
                entries.map {
                    .members([
                        "person": .string($0.person), "kiosk": $0.kiosk.map { .string($0.text) },
                        "from": $0.from.map { .string($0) }, "until": $0.until.map { .string($0) },
                    ])
                })
        ]
    }

    private static func begin(of day: String) -> Timestamp? {
        Timestamp("\(day)T00:00:00.000Z").map { $0.adding(-Timestamp.beijing) }
    }

    /// For questions by person, made once.
    package struct Index {
        fileprivate var entries: [String: [Entry]]

        /// What nobody can place in time belongs to a household only if that is so at all times.
        func isRegistered(_ person: String, at kiosk: KioskID, _ time: Timestamp?) -> Bool {
            (entries[person] ?? []).contains { entry in
                guard entry.kiosk == nil || entry.kiosk == kiosk else { return false }
                guard let time else { return entry.from == nil && entry.until == nil }
                let begins = entry.from.flatMap(Households.begin)
                let ends = entry.until.flatMap(Households.begin)?.adding(86_400_000)
                return (begins.map { $0 <= time } ?? true) && (ends.map { time < $0 } ?? true)
            }
        }
    }

    package var index: Index { Index(entries: Dictionary(grouping: entries, by: \.person)) }

    // MARK: The file

    package static func path(in directory: String) -> String { directory + "/households.json" }

    /// Empty where none was put down.
    package static func read(in directory: String) throws -> Households {
        guard let bytes = BoundedFileReader.read(path(in: directory), limit: mostBytes) else { return Households() }
        return try Households(parsing: bytes)
    }

    /// - Throws: `CenterError`, when the directory does not take it; the old list stays then.
    package func write(in directory: String) throws {
        try BoardDisk().replace(Self.path(in: directory), with: json.canonical)
    }
}
