import Domain
import Phrases
import Symbols

/// A sheet of commands as one HTML page. It asks for nothing from outside: no font, no script, no picture.
///
/// One command a row: a scanner's line is wider than a code, and where two lay side by side it would read either.
struct CommandSheet {
    let kiosk: KioskID?
    let addsQR: Bool
    let title: Phrase
    let sections: [SheetSection]

    func html() throws(SymbolError) -> String {
        var lines = [
            """
            <!DOCTYPE html>
            <html lang="zh-CN">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>\(title.chinese)\(kiosk.map { " \($0)" } ?? "")</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <header>
            <div><h1>\(title.chinese) <span lang="en">\(title.english)</span></h1>
            <p>\(Self.inBoth(.howTo))</p></div>
            """
        ]
        if let kiosk { lines.append("<p class=\"kiosk\">\(Self.inBoth(.kiosk))<b>\(kiosk)</b></p>") }
        lines.append(
            """
            <p class="rule"><i></i>\(Self.inBoth(.scale))</p>
            </header>
            """)
        for part in sections { lines += try section(part) }
        return (lines + ["</body>", "</html>", ""]).joined(separator: "\n")
    }

    private static func inBoth(_ word: SheetWord) -> String {
        "\(word.phrase.chinese) <span lang=\"en\">\(word.phrase.english)</span>"
    }

    private func section(_ part: SheetSection) throws(SymbolError) -> [String] {
        let title = part.group.title
        let hint = part.group.hint
        var lines = [
            """
            <section>
            <h2>\(escaped(title.chinese)) <span lang="en">\(escaped(title.english))</span>\
            <small>\(escaped(hint.chinese)) <span lang="en">\(escaped(hint.english))</span></small></h2>
            """
        ]
        if part.isNarrow {
            // Two columns save a page, and the second is lower by half a row, so that no line crosses two.
            let half = (part.items.count + 1) / 2
            lines.append("<div class=\"columns\">")
            lines += try list(part.items[..<half]) + list(part.items[half...])
            lines.append("</div>")
        } else {
            lines += try list(part.items[...])
        }
        return lines + ["</section>"]
    }

    private func list(_ items: ArraySlice<SheetSection.Item>) throws(SymbolError) -> [String] {
        var lines = ["<ul>"]
        for item in items { lines.append(try row(item)) }
        return lines + ["</ul>"]
    }

    private func row(_ item: SheetSection.Item) throws(SymbolError) -> String {
        let title = item.title
        let text = item.command.text
        // A digit and EMS are the same in both languages; saying them twice helps nobody.
        let english = title.english == title.chinese ? "" : "<span lang=\"en\">\(escaped(title.english))</span>"
        var square = ""
        if addsQR { square = SheetSymbol.svg(try Symbol.encode(text, as: .qr)) }
        let bars = SheetSymbol.svg(try Symbol.encode(text, as: .code128))
        return """
            <li><p>\(escaped(title.chinese)) \(english)</p>\(square)<figure>\(bars)\
            <figcaption>\(escaped(text))</figcaption></figure></li>
            """
    }

    private func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }

    /// A group stays on one page if it fits one; a row always does. The bars' colour is no background, so browsers print it.
    private static let style = """
        @page { size: A4 portrait; margin: 10mm 12mm 12mm; @bottom-right { content: counter(page) " / " counter(pages) } }
        * { box-sizing: border-box; margin: 0; padding: 0 }
        html { background: #fff; color: #000; font: 4mm/1.25 "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", \
        "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", sans-serif }
        @media screen { body { width: 186mm; margin: 10mm auto } }
        header p span { font-size: 3.4mm }
        header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: flex-end }
        header div { flex: 1 1 0 }
        h1 { font-size: 10mm; line-height: 1.2 }
        h1 span { font-size: 6mm; font-weight: normal }
        .kiosk b { display: block; font-size: 6mm }
        .rule { flex-basis: 100%; display: flex; align-items: center; gap: 2mm; font-size: 3.4mm; margin-top: 1.5mm }
        .rule i { width: 50mm; height: 3mm; border: solid #000; border-width: 0 0.3mm; \
        background: linear-gradient(#000, #000) center / 100% 0.3mm no-repeat; print-color-adjust: exact }
        section { break-inside: avoid; margin-top: 3.5mm }
        h2 { font-size: 6mm; line-height: 1.2; border-bottom: 0.6mm solid #000; break-after: avoid }
        h2 span { font-size: 4.5mm; font-weight: normal }
        h2 small { float: right; font-size: 3.6mm; font-weight: normal; padding-top: 2.4mm }
        h2 small span { font-size: 3mm }
        ul { list-style: none }
        li { display: flex; align-items: center; gap: 2mm; break-inside: avoid; border-bottom: 0.1mm solid #888; \
        padding: 0.9mm 0 0.3mm }
        li p { flex: 1; font-size: 8.5mm; font-weight: bold; line-height: 1.1 }
        li p span { font-size: 4.2mm; font-weight: normal; display: inline-block }
        svg { display: block; fill: #000 }
        figure { width: 97mm }
        figcaption { font: 3.2mm/1.2 "DejaVu Sans Mono", Consolas, monospace; padding: 0.5mm 0 0 3.4mm }
        .columns { display: flex; gap: 22mm }
        .columns ul { flex: 1 }
        .columns ul + ul { padding-top: 13mm }
        .columns li { height: 26mm }
        .columns li p { text-align: center; font-size: 12mm }
        .columns figure { width: auto; min-width: 46mm }
        """
}
