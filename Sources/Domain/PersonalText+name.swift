extension PersonalText {
    /// Surnames of two characters; of any other name the first character is taken for the surname.
    private static let longSurnames: Set<String> = [
        "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "夏侯", "长孙", "宇文",
    ]

    /// A person's name for paper, which anybody may pick up: the surname and a star for each other character, `张*`, `欧阳**`.
    /// A name that came masked stays as it is, a number inside it is hidden like any other, and an id that stands for a
    /// missing name is no name.
    public static func maskedName(_ name: String) -> String {
        let name = masked(name)
        guard !name.contains("*"), name.unicodeScalars.contains(where: { isChinese($0) }) else { return name }
        let characters = Array(name)
        let kept = characters.count > 2 && longSurnames.contains(String(characters.prefix(2))) ? 2 : 1
        guard characters.count > kept else { return name }
        return String(characters.prefix(kept)) + String(repeating: "*", count: min(characters.count - kept, 4))
    }

    /// The common ideographs, and the rarer ones that stand in names.
    private static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
        (0x3400...0x9FFF).contains(scalar.value) || (0x20000...0x3FFFF).contains(scalar.value)
    }
}
