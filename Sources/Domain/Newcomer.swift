/// Somebody whom a point met before its county knew: added at a desk, with what is needed to come again. When the county knows who
/// it is, its roster says so (`Person.was`), and nothing that was recorded is rewritten.
public struct Newcomer: Hashable, Sendable {
    /// As on a roster; `met` says when.
    public var person: Person
    /// Whom the county's roster has named since.
    public var mergedInto: String?
    /// What the printed card says to a reader. A secret: it is in no event, and is not kept after the merging.
    public var card: String?

    public init(_ person: Person, mergedInto: String? = nil, card: String? = nil) {
        self.person = person
        self.mergedInto = mergedInto
        self.card = card
    }

    public static let prefix = "PN-"

    /// `PN-3f9a1c-000012`: of one journal, from 1.
    public static func id(journal: String, count: Int64) -> String {
        prefix + WeighIn.Number(journal: journal, count: count).description.dropFirst(WeighIn.Number.prefix.count)
    }

    /// The parts of an id that `id` made.
    public static func parts(_ id: String) -> (journal: String, count: Int64)? {
        guard id.hasPrefix(prefix), let number = WeighIn.Number(WeighIn.Number.prefix + id.dropFirst(prefix.count))
        else { return nil }
        return (number.journal, number.count)
    }

    /// By which somebody without a card is named at a desk; a county numbers its people below.
    public static let numbers = 900_001...999_999

    /// Which crates and parcels are whose: what a roster says of somebody met here.
    public struct Merging: Hashable, Sendable {
        public var id: String
        public var person: String

        public init(id: String, person: String) {
            self.id = id
            self.person = person
        }

        public var json: JSON { ["id": .string(id), "into": .string(person)] }

        public init?(_ json: JSON) {
            // Only somebody whom a point has met is merged, and nobody into somebody whom the county does not know either.
            guard let id = json["id"]?.string, let person = json["into"]?.string, Newcomer.parts(person) == nil,
                Newcomer.parts(id) != nil
            else { return nil }
            self.init(id: id, person: person)
        }
    }

    /// What a roster says of people whom a point has met.
    public struct Mergings: Hashable, Sendable {
        public var stated: [Merging] = []
        /// Whom the roster names as somebody else than before: what may have been paid by the first word stands.
        public var kept: [Merging] = []

        public init() {}

        /// What `kiosk.roster.applied.v1` says of them.
        public var members: [String: JSON?] {
            [
                "merged": stated.isEmpty ? nil : .array(stated.map(\.json)),
                "kept": kept.isEmpty ? nil : .array(kept.map(\.json)),
            ]
        }
    }
}

extension Newcomer {
    /// The data of `kiosk.person.added.v1`. The badge is its hash, as on a roster.
    public var json: JSON {
        .members([
            "name": .string(person.name), "roles": .array(person.roles.map(\.rawValue).sorted().map { .string($0) }),
            "tail": person.phoneTail.map { .string($0) }, "number": person.number.map { .integer(Int64($0)) },
            "badge": person.badge.map { .string($0.digest.description) },
            "carrier": person.carrier.map { .string($0.rawValue) },
        ])
    }

    /// - Returns: `nil` for data that is not that of such an event.
    public init?(id: String, _ json: JSON, met: Moment) {
        guard Self.parts(id) != nil, let name = json["name"]?.string, let roles = json["roles"]?.array else {
            return nil
        }
        let known = Set(roles.compactMap { $0.string.flatMap(Person.Role.init) })
        // Nobody becomes an operator or a supervisor at a desk.
        guard !known.isEmpty, known.isSubset(of: [.farmer, .courier]) else { return nil }
        person = Person(
            id: id, name: name, roles: known, badge: json["badge"]?.string.flatMap { Digest($0) }.map(BadgeHash.init),
            phoneTail: json["tail"]?.string, number: json["number"]?.integer.map { Int($0) },
            carrier: json["carrier"]?.string.flatMap(Carrier.init))
        person.met = met
    }
}

extension Person {
    /// Whether somebody who was added at a desk may still work: a stand-in's badge is good for its day. Where no clock can tell the
    /// day, for 24 hours of that boot.
    public func mayWork(at moment: Moment, by times: (String) throws -> BootTimes?) rethrows -> Bool {
        guard let met else { return true }
        if let day = try met.placed(by: times).map(Self.day), let today = try moment.placed(by: times).map(Self.day) {
            return day == today
        }
        let passed = moment.now.uptime - met.now.uptime
        return moment.bootID == met.bootID && (0..<86_400_000).contains(passed)
    }

    private static func day(_ time: Timestamp) -> Int64 {
        let local = time.adding(Timestamp.beijing).milliseconds
        return (local - (local % 86_400_000 + 86_400_000) % 86_400_000) / 86_400_000
    }
}

/// Surnames that a sheet shows as barcodes, because a scanner types no name: a hundred frequent ones. Whoever has another one stands
/// as 某 until the county says.
public enum Surname {
    public static let unknown: Character = "某"
    public static let all = Array(
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖"
            + "石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤")

    /// From 1.
    public static func named(_ number: Int) -> Character? { all.indices.contains(number - 1) ? all[number - 1] : nil }
}
