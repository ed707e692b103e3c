import Domain
import Phrases

/// A part of a sheet under one title: commands, and what each is called.
struct SheetSection {
    struct Item {
        var command: DeskCommand
        var title: Phrase
    }

    var group: SheetGroup
    var items: [Item]

    /// Short codes stand in two columns.
    var isNarrow: Bool { group == .digits }

    /// What every point has, in its order.
    static var general: [SheetSection] { sections(of: DeskCommand.all, \.title) }

    /// For whoever is added at a desk.
    static var surnames: [SheetSection] { sections(of: DeskCommand.surnames, \.title) }

    /// What a county buys: every command of `DeskCommand.all(of:)`, by its name there.
    static func sections(of catalog: Catalog) -> [SheetSection] {
        sections(of: DeskCommand.all(of: catalog)) { $0.title(in: catalog) }
    }

    private static func sections(of commands: [DeskCommand], _ title: (DeskCommand) -> Phrase) -> [SheetSection] {
        SheetGroup.allCases.compactMap { group in
            let own = commands.filter { SheetGroup($0) == group }
            guard !own.isEmpty else { return nil }
            return SheetSection(group: group, items: own.map { Item(command: $0, title: title($0)) })
        }
    }
}
