import ArgumentParser
import Board
import Center

extension CenterCommand {
    struct Period: ParsableArguments {
        @Option(help: ArgumentHelp("Only this kiosk's.", valueName: "id"))
        var kiosk: String?
        @Option(
            help: ArgumentHelp(
                "From then on: a day as 2026-11-24, which begins at midnight UTC+8, or a moment.", valueName: "time"))
        var from: String?
        @Option(
            help: ArgumentHelp(
                "Until then: a day, which is in it to its end, or a moment, which is not.", valueName: "time"))
        var until: String?

        var selection: CenterProgram.ReportFilter { CenterProgram.ReportFilter(kiosk: kiosk, from: from, until: until) }
    }

    /// Of commands that list what one kiosk has, or all.
    struct Listing: ParsableArguments {
        @OptionGroup var settings: Settings
        @Option(help: ArgumentHelp("Only this kiosk's.", valueName: "id"))
        var kiosk: String?
        @Flag(help: "One JSON object a line, for programs: weights in grams, amounts in fen.")
        var json = false

        func show(
            _ list: (_ file: String, _ environment: [String: String], _ kiosk: String?, _ asJSON: Bool) -> Int32
        ) throws { try finish(list(settings.config, Environment.all, kiosk, json)) }
    }

    struct Produce: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what each farmer brought of each produce, and what registered households earned.",
            discussion: """
                Each thing counts when it was done: a crate when it was weighed, its price when it got one, a void when it \
                was voided, so that the account of a month that is over stays what it was. Farmers are opaque ids; whether a household is registered \
                is known to this center alone (kiosk-center households). An event that cannot be read, or fits none before it, counts for nothing and is \
                listed. It reads the center's database and may be used while the center runs.

                For example: kiosk-center produce --from 2026-11-01 --until 2026-11-30 \\
                  --config /etc/kiosk-center/center.yaml
                """)
        @OptionGroup var settings: Settings
        @OptionGroup var period: Period
        @Flag(help: "One JSON object a line, for programs: weights in grams, amounts in fen.")
        var json = false

        func run() throws {
            try finish(
                CenterProgram.produce(
                    configuration: settings.config, environment: Environment.all, period.selection, asJSON: json))
        }
    }

    struct Households: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put down who is of a registered household, and from when to when.",
            discussion: """
                The list is whole: it takes the place of the one before. It stays beside the center's database, and is sent \
                to no kiosk. kiosk may be left out where an id is of one person everywhere; from and until are days in \
                China, both included:

                  {"households": [
                    {"person": "p-7K2M9", "kiosk": "k1310020007", "from": "2026-01-01"},
                    {"person": "p-8L3N0", "until": "2026-06-30"}]}

                Without a file it says how many are known.
                """)
        @OptionGroup var settings: Settings
        @Argument(help: "The list, a JSON file.", completion: .file(extensions: ["json"]))
        var file: String?

        func run() throws {
            try finish(
                CenterProgram.households(
                    configuration: settings.config, environment: Environment.all, from: file))
        }
    }

    struct Unpriced: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the crates that have no price, and between which times each was weighed.",
            discussion: """
                A point prices a crate by itself as soon as it knows when it was weighed and has a list with a price for \
                then. What stands here waits for the county: put a list in force whose price of that produce and grade holds \
                from the first to the second time, in the past too (kiosk-center send catalog), and the points record the \
                price. Crates that have one keep theirs.
                """)
        @OptionGroup var listing: Listing

        func run() throws {
            try listing.show(CenterProgram.unpriced)
        }
    }

    struct Transfers: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what became of the county's transfers: which are to be sent, and which are not.",
            discussion: """
                A transfer that was sent down (kiosk-center send payments) is a payment once its point has recorded it: send the \
                money of those alone. A point refuses one whose crates were paid in cash meanwhile (not-open), were voided, \
                cost another amount, or are another farmer's; and an id that it knows already (id-used). What is reversed was \
                recorded, and a supervisor at the point took it back: because it did not arrive (failed), say.
                """)
        @OptionGroup var listing: Listing

        func run() throws {
            try listing.show(CenterProgram.transfers)
        }
    }

    struct People: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show whom points have met and the county does not know yet.",
            discussion: """
                A farmer who is on no roster is added at the desk, delivers and is paid, under an id that the point makes \
                (PN-3f9a1c-000012). When the county knows who it is, the kiosk's roster says so, once for ever:

                  {"version": 4, "people": [{"id": "p-7K2M9", "name": "H*", "roles": ["farmer"],
                   "was": ["PN-3f9a1c-000012"]}]}

                What was recorded stays as it is; the account of both ids is one from then on. A courier who stood in for a day \
                needs no entry.
                """)
        @OptionGroup var listing: Listing
        @Flag(help: "Those too whom a roster has named since.")
        var all = false

        func run() throws {
            try finish(
                CenterProgram.people(
                    configuration: listing.settings.config, environment: Environment.all, kiosk: listing.kiosk,
                    all: all, asJSON: listing.json))
        }
    }

    struct Statement: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one farmer's weigh-ins, line by line, what of them is voided, and what is to be paid.",
            discussion: "The sums are those of the lines. It reads the center's database and may be used while it runs."
        )
        @OptionGroup var settings: Settings
        @Option(help: ArgumentHelp("The farmer, as on the roster.", valueName: "id"))
        var farmer: String
        @OptionGroup var period: Period
        @Flag(help: "One JSON object a line, for programs: weights in grams, amounts in fen.")
        var json = false

        func run() throws {
            try finish(
                CenterProgram.statement(
                    configuration: settings.config, environment: Environment.all, farmer: farmer, period.selection,
                    asJSON: json))
        }
    }

    struct Lots: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show lots: whose, what counts, what orders left of it, and what is on sale.")
        @OptionGroup var listing: Listing

        func run() throws {
            try listing.show(CenterProgram.lots)
        }
    }

    struct Orders: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show orders: open, packed, or dispatched, with their parcel's waybill.",
            discussion: """
                Open ones are those of the list that send put down for the kiosk; the others are what its events say, also \
                when they are in no list any more.
                """)
        @OptionGroup var listing: Listing

        func run() throws {
            try listing.show(CenterProgram.orders)
        }
    }

    struct Trace: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Follow a crate to the parcel in the city, or a parcel back to the crates.",
            discussion: """
                Within a lot nobody tells one crate's produce from another's: the way leads to all that may hold of it.

                For example: kiosk-center trace KW-3f9a1c-000123 --config /etc/kiosk-center/center.yaml
                """)
        @OptionGroup var settings: Settings
        @Argument(help: "A weigh-in (KW-…), a lot (KL-…), an order (O-…), or a parcel's waybill.")
        var name: String
        @Flag(help: "One JSON object a line, for programs: weights in grams.")
        var json = false

        func run() throws {
            try finish(
                CenterProgram.trace(
                    configuration: settings.config, environment: Environment.all, name: name, asJSON: json))
        }
    }
}
