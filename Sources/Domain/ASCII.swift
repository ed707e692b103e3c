/// What a byte is in ASCII, where codes, numbers and names of the wire are read.
extension UInt8 {
    public var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    public var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    public var isLowerCase: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    public var isLetter: Bool { isCapital || isLowerCase }
}
