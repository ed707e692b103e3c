import Deflate
import Domain
import TestSupport
import Testing
import Wire

@Suite struct `An expected list` {
    static let secret = BadgeHash(of: "B2F0C6D1").digest
    static let waybills = ["SF1234567890123", "JDVA12345678901"]

    static func parcel(_ change: (inout [String: JSON]) -> Void = { _ in }) -> JSON {
        var members: [String: JSON] = [
            "waybill": "JDVA12345678901", "package": 2, "carrier": "jd",
            "recipient": ["id": "r-7K2M9", "name": "张*", "secret": .string("\(secret)"), "tail": "5678"],
            "handling": "cold", "code": "shelf",
            "consent": "order",
        ]
        change(&members)
        return .object(members)
    }

    static func body(_ parcels: [JSON] = [parcel()], version: JSON = 12) -> [UInt8] {
        JSON.object(["version": version, "parcels": .array(parcels)]).canonical
    }

    static func read(_ parcels: JSON...) throws(WireError) -> ExpectedList {
        try ExpectedList(parsing: body(parcels))
    }

    @Test func `has the form of the contract`() throws {
        let text =
            #"{"parcels":[{"carrier":"jd","code":"shelf","consent":"order","handling":"cold","package":2,"recipient":{"id":"r-7K2M9","#
            + #""name":"张*","secret":"\#(Self.secret)","tail":"5678"},"waybill":"JDVA12345678901"},{"waybill":"SF1234567890123"}],"version":12}"#
        let list = try ExpectedList(parsing: Array(text.utf8))
        #expect(
            list
                == ExpectedList(
                    version: 12,
                    parcels: [
                        ExpectedParcel(
                            subject: "JDVA12345678901-2", carrier: .jd,
                            recipient: Recipient(
                                id: "r-7K2M9", name: "张*", phoneTail: "5678", secret: BadgeHash(of: "B2F0C6D1")),
                            handling: .cold,
                            code: .shelf, consent: .order), ExpectedParcel(subject: "SF1234567890123"),
                    ]))
        #expect(list.json.canonicalText == text)
        #expect(list.digest == Digest(of: Array(text.utf8)))
    }

    @Test func `takes a waybill of eighteen digits, whatever it looks like, and no telephone number`() throws {
        let list = try Self.read(["waybill": "881234199912345678"])
        #expect(list.parcels.map(\.subject) == ["881234199912345678"])
        for waybill in ["13812345678", "AB-13812345678"] as [JSON] {
            #expect(throws: WireError.self) { try Self.read(["waybill": waybill]) }
        }
    }

    @Test(arguments: Carrier.allCases)
    func `is read back the same for every combination`(_ carrier: Carrier) throws {
        for handling in Parcel.Handling.allCases {
            for code in [nil] + PickUpCode.Form.allCases {
                for recipient in [
                    nil, Recipient(id: "r-1", name: "欧阳**", phoneTail: "", secret: BadgeHash(of: "B2F0C6D1")),
                ] {
                    let list = ExpectedList(
                        version: Document.highestVersion,
                        parcels: ["SF1234567890123", "ABCD-1234-5678", "ABCD-1234-5678-9"].map {
                            ExpectedParcel(
                                subject: $0, carrier: carrier, recipient: recipient, handling: handling, code: code)
                        })
                    #expect(try ExpectedList(parsing: list.json.canonical) == list)
                    let body = Document.expected(list).body
                    #expect(
                        try Document(.expected, parsing: body.bytes, encoding: body.encoding) == .expected(list))
                }
            }
        }
    }

    @Test func `without parcels is a list too`() throws {
        #expect(try ExpectedList(parsing: Self.body([])).parcels.isEmpty)
    }

    @Test func `takes a hint that it does not know for none, and ignores members that it does not know`() throws {
        let list = try Self.read(
            Self.parcel {
                $0["carrier"] = "rocket-post"
                $0["colour"] = ["of": "13812345678"]
            })
        #expect(list.parcels.first?.carrier == nil && list.parcels.first?.handling == .cold)
        #expect(!list.json.canonicalText.contains("colour"))
    }

    static func recipient(_ change: (inout [String: JSON]) -> Void) -> JSON {
        parcel {
            var members = $0["recipient"]?.object ?? [:]
            change(&members)
            $0["recipient"] = .object(members)
        }
    }

    static let refused: [Named<(JSON, String)>] = [
        Named("no object", (7, "parcel 1 is no object")),
        Named("no waybill", (parcel { $0["waybill"] = nil }, "waybill is missing")),
        Named("a short waybill", (parcel { $0["waybill"] = "SF12345" }, "waybill has not the form")),
        Named(
            "a long waybill",
            (parcel { $0["waybill"] = .string(String(repeating: "7", count: 31)) }, "waybill has not the form")
        ),
        Named("a waybill in lower case", (parcel { $0["waybill"] = "sf1234567890123" }, "waybill has not the form")),
        Named("a waybill with a space", (parcel { $0["waybill"] = "SF1234567 90123" }, "waybill has not the form")),
        Named("a waybill with a brace", (parcel { $0["waybill"] = "SF123456789{123" }, "waybill has not the form")),
        Named("a telephone number as waybill", (parcel { $0["waybill"] = "13812345678" }, "waybill holds a full")),
        Named("a waybill as number", (parcel { $0["waybill"] = 1_234_567_890_123 }, "waybill is no text")),
        Named("package 0", (parcel { $0["package"] = 0 }, "package is no whole number from 1 to 9999")),
        Named("package 10000", (parcel { $0["package"] = 10_000 }, "package is no whole number")),
        Named("package as text", (parcel { $0["package"] = "2" }, "package is no whole number")),
        Named("a carrier as number", (parcel { $0["carrier"] = 3 }, "carrier is no text")),
        Named("unknown handling", (parcel { $0["handling"] = "frozen" }, "handling is a word that")),
        Named("no handling", (parcel { $0["handling"] = .null }, "handling is no text")),
        Named("an unknown code", (parcel { $0["code"] = "qr" }, "code is a word that")),
        Named("a recipient as text", (parcel { $0["recipient"] = "张*" }, "the recipient is no object")),
        Named("a recipient without id", (recipient { $0["id"] = nil }, "id is missing")),
        Named("an empty id", (recipient { $0["id"] = "" }, "id has not the form")),
        Named(
            "a long id", (recipient { $0["id"] = .string(String(repeating: "a", count: 41)) }, "id has not the form")),
        Named("an id with a slash", (recipient { $0["id"] = "r/7" }, "id has not the form")),
        Named("an id in Chinese", (recipient { $0["id"] = "张" }, "id has not the form")),
        Named("a telephone number as id", (recipient { $0["id"] = "13812345678" }, "id holds a full telephone")),
        Named("no name", (recipient { $0["name"] = nil }, "name is missing")),
        Named("an empty name", (recipient { $0["name"] = "" }, "name has not 1 to 20 characters")),
        Named(
            "21 characters", (recipient { $0["name"] = .string("张" + String(repeating: "*", count: 20)) }, "1 to 20")),
        Named(
            "a stack of marks",
            (recipient { $0["name"] = .string("*a" + String(repeating: "\u{301}", count: 19)) }, "1 to 20")),
        Named("a whole name", (recipient { $0["name"] = "张三丰" }, "name is not masked")),
        Named("a full-width star", (recipient { $0["name"] = "张＊" }, "name is not masked")),
        Named("a blank name", (recipient { $0["name"] = " \u{3000}" }, "name is blank")),
        Named("a line feed", (recipient { $0["name"] = "张*\n" }, "control character")),
        Named("a printer's escape", (recipient { $0["name"] = "张*\u{1B}@" }, "control character")),
        Named("a text turned round", (recipient { $0["name"] = "张*\u{202E}" }, "control character")),
        Named("an invisible character", (recipient { $0["name"] = "张*\u{200B}" }, "control character")),
        Named("a telephone number", (recipient { $0["name"] = "张*13812345678" }, "name holds a full telephone")),
        Named("an identity number", (recipient { $0["name"] = "*11010519491231002X" }, "name holds a full telephone")),
        Named("a spaced number", (recipient { $0["name"] = "* 138 1234 5678" }, "more than four digits")),
        Named("a full-width number", (recipient { $0["name"] = "*１３８１２３４５６７８" }, "more than four digits")),
        Named("five digits of tail", (recipient { $0["tail"] = "45678" }, "tail has not the form")),
        Named("a whole number as tail", (recipient { $0["tail"] = "13812345678" }, "tail holds a full telephone")),
        Named("letters as tail", (recipient { $0["tail"] = "56a8" }, "tail has not the form")),
        Named("a tail as number", (recipient { $0["tail"] = 5678 }, "tail is no text")),
    ]

    @Test(arguments: refused)
    func `is refused with its own words, which tell nothing of the people`(_ row: Named<(JSON, String)>) {
        let said = problem { () throws(WireError) in try Self.read(row.value.0) } ?? "nothing, it was read"
        #expect(said.contains(row.value.1), "said: \(said)")
        #expect(said.hasPrefix("parcel 1"), "said: \(said)")
        for secret in ["张", "丰", "138", "5678", "7K2M9", "1101"] { #expect(!said.contains(secret), "said: \(said)") }
    }

    @Test(arguments: [
        ("{}", "version is missing"), (#"{"version":0,"parcels":[]}"#, "version is no whole number from 1"),
        (#"{"version":-3,"parcels":[]}"#, "version is no whole"), (#"{"version":"1","parcels":[]}"#, "version is no"),
        (#"{"version":1}"#, "parcels is missing or no list"), (#"{"version":1,"parcels":{}}"#, "no list"),
        ("[]", "the message is no object"), ("", "not the JSON agreed on"), ("null", "no object"),
        (#"{"version":1,"version":2,"parcels":[]}"#, "the same member twice"),
        (#"{"version":1.5,"parcels":[]}"#, "only whole numbers"),
    ])
    func `is an object with a version and parcels`(_ text: String, _ words: String) {
        let said = problem { () throws(WireError) in try ExpectedList(parsing: Array(text.utf8)) }
        #expect(said?.contains(words) == true, "said: \(said ?? "nothing, it was read")")
    }

    @Test func `that names a parcel twice is refused, however it is written`() {
        let whole = Self.parcel {
            $0["waybill"] = "JDVA12345678901-2"
            $0["package"] = nil
        }
        for second in [Self.parcel(), whole] {
            let said = problem { () throws(WireError) in try Self.read(Self.parcel(), second) }
            #expect(said == "parcel 2: the same parcel twice")
        }
        let other = Self.parcel { $0["package"] = 3 }
        #expect(problem { () throws(WireError) in try Self.read(Self.parcel(), other) } == nil)
    }

    @Test func `holds 2,000 parcels and not one more`() throws {
        func parcels(_ count: Int) -> [JSON] { (0..<count).map { ["waybill": .string("SF\(1_000_000_000_000 + $0)")] } }
        #expect(try ExpectedList(parsing: Self.body(parcels(2000))).parcels.count == 2000)
        let said = problem { () throws(WireError) in try ExpectedList(parsing: Self.body(parcels(2001))) }
        #expect(said == "the expected list: more than 2000 parcels")
    }
}

@Suite struct `A roster` {
    static let badge = BadgeHash(of: "KB4711")

    static func person(_ change: (inout [String: JSON]) -> Void = { _ in }) -> JSON {
        var members: [String: JSON] = [
            "id": "p-7K2M9", "name": "李*", "roles": ["operator", "courier"],
            "badge": .string(badge.digest.description),
            "pin": [
                "iterations": 20_000, "salt": "AAECAwQFBgcICQoLDA0ODw",
                "hash": "362gcf8kfmvsN3NtvtG6k6WK-JqggRdqGgJsrAOCI74",
            ], "tail": "5678", "number": 12, "carrier": "sf", "was": ["PN-3f9a1c-000012"],
        ]
        change(&members)
        return .object(members)
    }

    static func pin(_ change: (inout [String: JSON]) -> Void) -> JSON {
        person {
            var members = $0["pin"]?.object ?? [:]
            change(&members)
            $0["pin"] = .object(members)
        }
    }

    static func read(_ people: JSON...) throws(WireError) -> Roster {
        try Roster(parsing: JSON.object(["version": 3, "people": .array(people)]).canonical)
    }

    @Test func `has the form of the contract, and its PIN can be checked`() throws {
        let text =
            #"{"people":[{"badge":"\#(Self.badge.digest)","carrier":"sf","id":"p-7K2M9","name":"李*","number":12,"pin":{"hash":"#
            + #""362gcf8kfmvsN3NtvtG6k6WK-JqggRdqGgJsrAOCI74","iterations":20000,"salt":"AAECAwQFBgcICQoLDA0ODw"},"#
            + #""roles":["courier","operator"],"tail":"5678","was":["PN-3f9a1c-000012"]},"#
            + #"{"id":"p-2","name":"王师傅","roles":["courier"]}],"version":3}"#
        let roster = try Roster(parsing: Array(text.utf8))
        #expect(roster.version == 3 && roster.people.map(\.id) == ["p-7K2M9", "p-2"])
        let first = try #require(roster.people.first)
        #expect(first.roles == [.operator, .courier] && first.badge == Self.badge)
        #expect(first.number == 12 && first.carrier == .sf && first.was == ["PN-3f9a1c-000012"])
        #expect(first.phoneTail == "5678" && first.pin?.matches("1234") == true)
        #expect(roster.people.last == Person(id: "p-2", name: "王师傅", roles: [.courier]))
        #expect(roster.json.canonicalText == text)
        #expect(roster.digest == Digest(of: Array(text.utf8)))
        let body = Document.roster(roster).body
        #expect(try Document(.roster, parsing: body.bytes, encoding: body.encoding) == .roster(roster))
    }

    @Test func `keeps out who has no role that it knows, and their badges do not matter`() throws {
        let roster = try Self.read(
            Self.person { $0["roles"] = ["inspector"] }, Self.person { $0["roles"] = ["inspector", "farmer"] },
            ["roles": []])
        #expect(roster.people.map(\.roles) == [[.farmer]])
    }

    @Test func `gives a number to one person only, and does not mind a carrier that it does not know`() throws {
        #expect(throws: WireError.self) {
            try Self.read(
                Self.person { $0["badge"] = nil },
                Self.person { ($0["id"], $0["badge"], $0["was"]) = ("p-3", nil, nil) })
        }
        // Nor is somebody whom the point met two people.
        #expect(throws: WireError.self) {
            try Self.read(
                Self.person { $0["badge"] = nil },
                Self.person { ($0["id"], $0["badge"], $0["number"]) = ("p-3", nil, 13) })
        }
        #expect(try Self.read(Self.person { $0["carrier"] = "dhl" }).people.first?.carrier == nil)
    }

    static let refused: [Named<(JSON, String)>] = [
        Named("no object", ("李*", "person 1 is no object")),
        Named("no id", (person { $0["id"] = nil }, "id is missing")),
        Named("an id with a line feed", (person { $0["id"] = "p-7\n" }, "id has not the form")),
        Named("no name", (person { $0["name"] = nil }, "name is missing")),
        Named("a telephone number in the name", (person { $0["name"] = "李13812345678" }, "name holds a full")),
        Named("no roles", (person { $0["roles"] = nil }, "roles is missing or no list")),
        Named("roles as text", (person { $0["roles"] = "courier" }, "roles is missing or no list")),
        Named("a role as number", (person { $0["roles"] = [1] }, "a role is no text")),
        Named(
            "17 roles", (person { $0["roles"] = .array(Array(repeating: "courier", count: 17)) }, "more than 16 roles")),
        Named("a name that a point made", (person { $0["id"] = "PN-3f9a1c-000012" }, "id is one that a point made")),
        Named(
            "a number that a point gives",
            (person { $0["number"] = 900_001 }, "number is no whole number from 1 to 900000")),
        Named("met by a name of the county", (person { $0["was"] = ["p-1"] }, "was names somebody who was not met")),
        Named("met in words", (person { $0["was"] = "PN-3f9a1c-000012" }, "was is missing or no list")),
        Named("a badge in the clear", (person { $0["badge"] = "KB4711" }, "badge is no SHA-256")),
        Named("a badge as number", (person { $0["badge"] = 4711 }, "badge is no text")),
        Named("a PIN in the clear", (person { $0["pin"] = "4711" }, "the pin is no object")),
        Named("no rounds", (pin { $0["iterations"] = nil }, "iterations is missing")),
        Named("999 rounds", (pin { $0["iterations"] = 999 }, "from 1000 to 1000000")),
        Named("a million and one", (pin { $0["iterations"] = 1_000_001 }, "from 1000 to 1000000")),
        Named("no salt", (pin { $0["salt"] = nil }, "salt is missing")),
        Named("7 bytes of salt", (pin { $0["salt"] = "AAECAwQFBg" }, "salt is not 8 to 64 bytes")),
        Named("65 bytes of salt", (pin { $0["salt"] = .string(String(repeating: "A", count: 87)) }, "salt is not")),
        Named("padded salt", (pin { $0["salt"] = "AAECAwQFBgcICQoLDA0ODw==" }, "salt is not 8 to 64 bytes")),
        Named("half a hash", (pin { $0["hash"] = "AAECAwQFBgcICQoLDA0ODw" }, "hash is not 32 bytes")),
        Named("no hash", (pin { $0["hash"] = nil }, "hash is missing")),
        Named("a long tail", (person { $0["tail"] = "45678" }, "tail has not the form")),
        Named("number 0", (person { $0["number"] = 0 }, "number is no whole number from 1 to 900000")),
        Named("a number as text", (person { $0["number"] = "12" }, "number is no whole number")),
    ]

    @Test(arguments: refused)
    func `is refused with its own words, which tell nothing of the people`(_ row: Named<(JSON, String)>) {
        let said = problem { () throws(WireError) in try Self.read(row.value.0) } ?? "nothing, it was read"
        #expect(said.contains(row.value.1), "said: \(said)")
        #expect(said.hasPrefix("person 1"), "said: \(said)")
        for secret in ["李", "4711", "5678", "7K2M9", "138"] { #expect(!said.contains(secret), "said: \(said)") }
    }

    @Test func `with an id or a badge twice is refused`() {
        let twice = problem { () throws(WireError) in try Self.read(Self.person(), Self.person()) }
        #expect(twice == "person 2: the same person twice")
        let badge = problem { () throws(WireError) in try Self.read(Self.person(), Self.person { $0["id"] = "p-2" }) }
        #expect(badge == "person 2: the badge is another person's too")
    }

    @Test func `holds 500 people, with everything, within what a broker takes`() throws {
        var generator = SeededGenerator(seed: 500)
        func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) } }
        func people(_ count: Int) throws -> [Person] {
            try (0..<count).map { number in
                Person(
                    id: Base64URL.encode(bytes(9)).replacing("_", with: "-"), name: "李\(number % 10)*",
                    roles: [.courier], badge: BadgeHash(try #require(Digest(bytes: bytes(32)))),
                    pin: PINVerifier(iterations: 20_000, salt: bytes(16), hash: bytes(32)),
                    phoneTail: String(1000 + number))
            }
        }
        let roster = Roster(version: 1, people: try people(500))
        let body = Document.roster(roster).body
        #expect(body.bytes.count < Document.mostBytes, "\(body.bytes.count) bytes")
        #expect(try Roster(parsing: body.bytes, encoding: body.encoding) == roster)
        let more = Roster(version: 1, people: try people(501))
        #expect(
            problem { () throws(WireError) in try Roster(parsing: more.json.canonical) }
                == "the roster: more than 500 people")
    }
}

/// What holds of both, above all for what somebody else could put on the topic.
@Suite struct `A document` {
    static let samples: [Named<(Document.Kind, [UInt8])>] = [
        Named("an expected list", (.expected, `An expected list`.body())),
        Named("a roster", (.roster, JSON.object(["version": 3, "people": [`A roster`.person()]]).canonical)),
        Named("a catalog", (.catalog, `A catalog`.body())),
        Named("orders", (.orders, `A list of orders`.body())),
        Named(
            "payments",
            (
                .payments,
                Array(
                    #"{"version":4,"transfers":[{"id":"T-1","farmer":"p-3","crates":[{"id":"019e7c1f-5a00-7abc-8def-0123456789ff","number":"KW-3f9a1c-000123","amount":3481}]}]}"#
                        .utf8)
            )),
    ]

    @Test(arguments: samples)
    func `cut short at any byte is refused`(_ sample: Named<(Document.Kind, [UInt8])>) throws {
        let (kind, bytes) = sample.value
        for count in bytes.indices {
            #expect(problem { () throws(WireError) in try Document(kind, parsing: Array(bytes.prefix(count))) } != nil)
        }
        let packed = try Deflate.compress(bytes)
        #expect(try Document(kind, parsing: packed, encoding: "deflate").version > 0)
        for count in packed.indices {
            let said = problem { () throws(WireError) in
                try Document(kind, parsing: Array(packed.prefix(count)), encoding: "deflate")
            }
            #expect(said?.contains("cannot be expanded") == true)
        }
    }

    /// Whatever comes out of a mutation is refused, or is a document that holds the same promises.
    @Test(arguments: samples)
    func `with any bytes changed is refused or whole`(_ sample: Named<(Document.Kind, [UInt8])>) throws {
        let (kind, bytes) = sample.value
        var generator = SeededGenerator(seed: 2026)
        let interesting = Array(#"{}[],:"\-0123456789*null"#.utf8)
        var taken = 0
        for _ in 0..<20_000 {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: mutated.indices, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: mutated[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: mutated[index] = interesting.randomElement(using: &generator) ?? 0
                case 2: mutated.remove(at: index)
                default: mutated.insert(interesting.randomElement(using: &generator) ?? 0, at: index)
                }
            }
            guard let document = try? Document(kind, parsing: mutated) else { continue }
            taken += 1
            #expect(try Document(kind, parsing: document.json.canonical) == document)
        }
        #expect(taken > 100)
    }

    @Test(arguments: Document.Kind.allCases)
    func `of random bytes is refused`(_ kind: Document.Kind) {
        var generator = SeededGenerator(seed: 9)
        for round in 0..<3000 {
            var bytes = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            if round % 2 == 0, bytes.count > 2 { bytes.replaceSubrange(0..<2, with: [0x78, 0xDA]) }
            for encoding in [nil, "deflate"] {
                #expect(
                    problem { () throws(WireError) in try Document(kind, parsing: bytes, encoding: encoding) } != nil)
            }
        }
    }

    @Test(arguments: ["gzip", "", "Deflate"])
    func `in an unknown encoding is refused`(_ encoding: String) {
        let said = problem { () throws(WireError) in
            try Document(.expected, parsing: `An expected list`.body(), encoding: encoding)
        }
        #expect(said == "unknown content-encoding")
    }

    @Test func `is taken up to 1 MiB expanded, and not a byte more`() throws {
        for kind in Document.Kind.allCases {
            let lists =
                switch kind {
                case .expected: #""parcels":[]"#
                case .roster: #""people":[]"#
                case .catalog: #""containers":[],"prices":[],"produce":[]"#
                case .orders: #""orders":[]"#
                case .payments: #""transfers":[]"#
                }
            let bare = Array(#"{\#(lists),"version":1}"#.utf8)
            let exact = bare + [UInt8](repeating: 0x20, count: (1 << 20) - bare.count)
            #expect(try Document(kind, parsing: exact).count == 0)
            #expect(try Document(kind, parsing: Deflate.compress(exact), encoding: "deflate").count == 0)
            let over = exact + [0x20]
            let said = problem { () throws(WireError) in try Document(kind, parsing: over) }
            #expect(said == "the document is too large")
            let packed = try Deflate.compress(over)
            #expect(
                problem { () throws(WireError) in try Document(kind, parsing: packed, encoding: "deflate") }?
                    .contains("tooLarge(limit: 1048576)") == true)
        }
    }

    @Test func `is deflated when that is smaller`() throws {
        let one = Document.roster(Roster(version: 1, people: []))
        #expect(one.body.encoding == nil && one.body.bytes == one.json.canonical)
        let many = Document.expected(
            ExpectedList(
                version: 1, parcels: (0..<300).map { ExpectedParcel(subject: "SF\(1_000_000_000_000 + $0)") }))
        #expect(many.body.encoding == "deflate" && many.body.bytes.count < many.json.canonical.count)
    }

    @Test func `knows the name of every member that it writes`() throws {
        let written = try Self.samples.reduce(into: Set<String>()) {
            $0.formUnion(names(try Document($1.value.0, parsing: $1.value.1).json))
        }
        #expect(written == Document.knownMembers)
    }
}
