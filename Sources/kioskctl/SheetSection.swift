import Domain

/// A part of a sheet under one title: commands, and what each is called.
struct SheetSection {
    struct Item {
        var command: DeskCommand
        var title: (chinese: String, english: String)
    }

    var title: (chinese: String, english: String)
    /// When to scan it, for who holds the scanner.
    var hint: (chinese: String, english: String)
    var items: [Item]
    /// Short codes stand in two columns.
    var isNarrow = false

    /// What every point has, in its order.
    static var general: [SheetSection] {
        SheetGroup.allCases.map { group in
            SheetSection(
                title: group.title, hint: group.hint, items: group.commands.map { Item(command: $0, title: $0.title) },
                isNarrow: group == .digits)
        }
    }

    /// What a county buys: every command of `DeskCommand.all(of:)`, by its name there.
    static func sections(of catalog: Catalog) -> [SheetSection] {
        let items = DeskCommand.all(of: catalog).map { Item(command: $0, title: name(of: $0, in: catalog)) }
        let sections = [
            SheetSection(
                title: ("品种", "Produce"), hint: ("农户刷卡后扫", "After the farmer's card"),
                items: items.filter { if case .produce = $0.command { true } else { false } }),
            SheetSection(
                title: ("等级", "Grades"), hint: ("选好品种再扫，换等级再扫一次", "After the produce, and again for another grade"),
                items: items.filter { if case .grade = $0.command { true } else { false } }),
            SheetSection(
                title: ("容器", "Containers"), hint: ("已知皮重，单据上印 PT", "Their weight is known: PT on the receipt"),
                items: items.filter { if case .tare = $0.command { true } else { false } }),
        ]
        return sections.filter { !$0.items.isEmpty }
    }

    private static func name(of command: DeskCommand, in catalog: Catalog) -> (chinese: String, english: String) {
        switch command {
        case .produce(let number):
            guard let produce = catalog.produce(number: number) else { return command.title }
            return (produce.name, "\(produce.english ?? "Produce") · \(number)")
        case .grade(let id):
            // One code may stand for several names: each of them, and of which produce.
            let named = catalog.produce.flatMap { produce in
                produce.grades.filter { $0.id == id }.map { (grade: $0.name, produce: produce) }
            }
            var names: [String] = []
            for (name, _) in named where !names.contains(name) { names.append(name) }
            let produce = named.map { $0.produce.english ?? $0.produce.name }
            return (names.joined(separator: "、"), "Grade \(id): \(produce.joined(separator: ", "))")
        case .tare(.container(let number)):
            guard let container = catalog.container(number: number) else { return command.title }
            return (container.name, "Container \(number) · PT \(container.tare)")
        default: return command.title
        }
    }
}
