import Domain
import Foundation
import Phrases
import TestSupport
import Testing
import Wire

/// `kioskctl sheet`, as it goes to the printer.
@Suite struct SheetTests {
    func sheet(_ arguments: String...) throws -> String {
        let answer = try run(Products.path("kioskctl"), ["sheet"] + arguments)
        #expect(answer.code == 0 && answer.errors.isEmpty, "\(answer.errors)")
        return answer.output
    }

    /// One drawing of the sheet, and the text that is printed under it.
    struct Drawing {
        let kind: String
        let text: String
        let svg: String

        /// In micrometres.
        func length(_ name: String) throws -> Int {
            let match = try #require(try Regex("\(name)=\"([0-9]+)\\.([0-9]{3})mm\"").firstMatch(in: svg))
            return try #require(Int(match.output[1].substring ?? "")) * 1000
                + #require(Int(match.output[2].substring ?? ""))
        }

        /// Left, top, width and height of what is drawn, quiet zone included, in modules.
        func box() throws -> [Int] {
            let match = try #require(try Regex("viewBox=\"([-0-9 ]+)\"").firstMatch(in: svg))
            return (match.output[1].substring ?? "").split(separator: " ").compactMap { Int($0) }
        }
    }

    /// In the order of the sheet; of each command the QR code, if any, before the Code 128.
    func drawings(_ page: String) throws -> [Drawing] {
        try page.split(separator: "<li>").dropFirst().flatMap { item in
            let caption = try #require(item.firstMatch(of: /<figcaption>(.*?)<\/figcaption>/))
            return item.matches(of: /<svg class="(.*?)".*?<\/svg>/).map {
                Drawing(kind: String($0.output.1), text: String(caption.output.1), svg: String($0.output.0))
            }
        }
    }

    @Test func `every command is on it once, with its text and both its titles`() throws {
        let page = try sheet()
        let drawings = try drawings(page)
        // Group after group; what takes back and practice come last, where nobody scans them by mistake.
        let money = DeskCommand.all.filter {
            switch $0 {
            case .pay, .balance, .reverse, .till: true
            default: false
            }
        }
        let last = DeskCommand.all.filter { if case .void = $0 { true } else { false } } + money + [.practice, .time]
        let order = DeskCommand.all.filter { !last.contains($0) } + last
        #expect(drawings.map(\.text) == order.map(\.text))
        #expect(drawings.allSatisfy { $0.kind == "code-128" })
        for command in DeskCommand.all {
            let item = try #require(page.split(separator: "<li>").first { $0.contains(">\(command.text)<") })
            let english = command.title.english.replacingOccurrences(of: "&", with: "&amp;")
            #expect(item.contains("<p>\(command.title.chinese) ") && item.contains(english), "\(command)")
        }
        #expect(
            page.contains("J&amp;T") && page.contains("<html lang=\"zh-CN\">") && page.contains("charset=\"utf-8\""))
    }

    @Test func `it asks for nothing from outside`() throws {
        let page = try sheet("--qr").lowercased()
        for word in ["http", "src=", "href", "url(", "<script", "@import", "<link", "<img"] {
            #expect(!page.contains(word), "\(word)")
        }
    }

    @Test func `bars are wide and high enough, keep their quiet zone, and fit beside their title`() throws {
        let drawings = try drawings(try sheet("--qr"))
        #expect(drawings.count == 2 * DeskCommand.all.count)
        for drawing in drawings {
            let box = try drawing.box()
            let (width, height) = (try drawing.length("width"), try drawing.length("height"))
            // In micrometres a module; a little below what the program aims at.
            #expect(width / box[2] >= (drawing.kind == "qr" ? 500 : 330), "\(drawing.text)")
            if drawing.kind == "qr" {
                #expect(box[0] == -4 && box[1] == -4 && box[2] == box[3] && width == height)
            } else {
                #expect(box[0] == -10 && box[1] == 0 && height >= 12_000)
                // What the page's 186 mm leave beside a title of five characters and a QR code.
                #expect(width <= 97_000, "\(drawing.text) is too wide for the sheet")
            }
            // The last dark module ends where the quiet zone begins, on all sides.
            let ends = drawing.svg.matches(of: /M(\d+) (\d+)h(\d+)v1/).map { (Int($0.output.1)! + Int($0.output.3)!) }
            #expect(ends.max() == box[0] + box[2] + box[0])
        }
    }

    /// The dots of a receipt printer, of a plain laser printer and of a good one.
    @Test(arguments: [203, 300, 600])
    func `a scanner reads every command from the paper`(dotsPerInch: Int) throws {
        // With the longest names that a catalog may have.
        let longest = Catalog(
            version: 1,
            produce: [
                .init(
                    id: "long", number: 9999, name: String(repeating: "番", count: 20),
                    grades: [.init(id: "ZZZZ", name: String(repeating: "级", count: 20))])
            ], containers: [.init(id: "c", number: 99, name: String(repeating: "筐", count: 20), tare: .zero)],
            offers: [])
        let file = try TemporaryDirectory()
        let catalog = try file.write(longest.json.canonicalText, to: "catalog.json")
        let drawings = try drawings(try sheet("--qr", "--commands", "--catalog-file", catalog))
        #expect(drawings.count == 2 * (DeskCommand.all.count + 3))
        let directory = try TemporaryDirectory()
        for (index, drawing) in drawings.enumerated() {
            let svg = drawing.svg.replacingOccurrences(of: "<svg ", with: "<svg xmlns=\"http://www.w3.org/2000/svg\" ")
            try svg.write(toFile: directory.file("\(1000 + index).svg"), atomically: false, encoding: .utf8)
        }
        let script = """
            cd "$0" && for file in *.svg; do
                rsvg-convert --dpi-x $1 --dpi-y $1 --background-color white "$file" -o "$file.png" || exit 1
            done && zbarimg --quiet --nodbus --raw *.png
            """
        let answer = try run("/bin/sh", ["-c", script, directory.path, String(dotsPerInch)])
        #expect(answer.code == 0, "\(answer.errors)")
        #expect(answer.output.split(separator: "\n").map(String.init) == drawings.map(\.text))
    }

    @Test func `the kiosk's name stands at the top, and only a real one`() throws {
        #expect(try sheet("--kiosk", "k1310020007").contains("<b>k1310020007</b>"))
        #expect(try !sheet().contains("class=\"kiosk\""))
        for name in ["1310020007", "k131002000", "k1310020007<b>"] {
            let answer = try run(Products.path("kioskctl"), ["sheet", "--kiosk", name])
            #expect(answer.code == 64 && answer.output.isEmpty, "\(name)")
        }
    }

    @Test func `a county's produce, grades and containers stand on a sheet of their own, by their names`() throws {
        let file = Products.repository + "/Config/catalog.json"
        let catalog = try Catalog(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: file))))
        let commands = DeskCommand.all(of: catalog)
        let page = try sheet("--catalog-file", file)
        #expect(try drawings(page).map(\.text) == commands.map(\.text))
        for (text, words) in [
            ("KC-PRODUCE-11", ["番茄", "Tomatoes · 11"]), ("KC-PRODUCE-31", ["干香菇", "Dried shiitake · 31"]),
            ("KC-GRADE-1", ["<p>一级 ", "Grade 1: Tomatoes, Cucumbers"]), ("KC-GRADE-X", ["等外", "Grade X: Fuji apples"]),
            ("KC-TARE-1", ["蓝色周转筐", "Container 1 · PT 1.500 kg"]),
        ] {
            let item = try #require(page.split(separator: "<li>").first { $0.contains(">\(text)<") })
            for word in words { #expect(item.contains(word), "\(text): \(item)") }
        }
        let both = try sheet("--catalog-file", file, "--commands")
        #expect(try drawings(both).count == DeskCommand.all.count + commands.count)
        // No price: the paper would be wrong before it is worn.
        #expect(!page.contains("3.20") && !page.contains("320"))
    }

    @Test func `a catalog that is none, or is empty, makes no sheet`() throws {
        let directory = try TemporaryDirectory()
        let empty = #"{"version": 1, "produce": [], "containers": [], "prices": []}"#
        for (text, code, words) in [
            (empty, Int32(70), "has nothing in it"), ("{}", 76, "is no catalog"), ("x", 76, "is no catalog"),
        ] {
            let file = try directory.write(text, to: "catalog.json")
            let answer = try run(Products.path("kioskctl"), ["sheet", "--catalog-file", file])
            #expect(answer.code == code && answer.output.isEmpty && answer.errors.contains(words), "\(answer)")
        }
        let absent = try run(Products.path("kioskctl"), ["sheet", "--catalog-file", directory.file("none")])
        #expect(absent.code == 78 && absent.errors.contains("cannot be read"))
        let silent = try run(Products.path("kioskctl"), ["sheet", "--catalog", "--socket", directory.file("none")])
        #expect(silent.code == 69 && silent.output.isEmpty)
        let twice = try run(Products.path("kioskctl"), ["sheet", "--catalog", "--catalog-file", "x"])
        #expect(twice.code == 64)
    }

    @Test func `it goes into a file, replaces an older one, and says when it cannot`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("sheet.html")
        try String(repeating: "older", count: 100_000).write(toFile: file, atomically: false, encoding: .utf8)
        let said = try sheet("--output", file)
        #expect(said.contains("\(DeskCommand.all.count) commands") && said.contains("100 %"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == sheet())
        for (file, reason) in [
            (directory.file("none/sheet.html"), "No such file or directory"), ("/dev/full", "No space left on device"),
        ] {
            let answer = try run(Products.path("kioskctl"), ["sheet", "--output", file])
            #expect(answer.code == 74 && answer.output.isEmpty)
            #expect(answer.errors == "kioskctl: \(file) cannot be written: \(reason)\n")
        }
    }
}
