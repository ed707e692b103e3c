import Phrases
import Testing

@Suite struct `A table for people` {
    @Test func `has columns as wide as their widest cell`() {
        #expect(
            TextTable.lines(header: ["name", "n"], rows: [["a", "1"], ["longer", "22"]]) == [
                "name    n", "a       1", "longer  22",
            ])
    }

    @Test func `counts a Chinese character as two places`() {
        #expect(
            TextTable.lines(header: ["运单", "state"], rows: [["SF1", "已入库"], ["京东", "x"]]) == [
                "运单  state", "SF1   已入库", "京东  x",
            ])
    }

    @Test(arguments: [
        ("汉", 2), ("，", 2), ("Ａ", 2), ("한", 2), ("カ", 2), ("𠀀", 2), ("A", 1), ("é", 1), ("ｶ", 1), ("₤", 1),
    ])
    func `knows wide from narrow`(_ letter: String, _ places: Int) throws {
        let lines = TextTable.lines(header: ["1234", "x"], rows: [[letter, "x"]])
        #expect(lines[1] == letter + String(repeating: " ", count: 4 - places + 2) + "x")
    }

    @Test func `without rows is its header, and ends no line with spaces`() {
        #expect(TextTable.lines(header: ["a", "b"], rows: []) == ["a  b"])
        #expect(TextTable.lines(header: [], rows: []) == [""])
    }
}
