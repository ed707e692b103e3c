import Foundation
import TestSupport
import Testing

/// Debian's Swift 6.2.3, with which boards' packages are made, destroys a field twice when the initialiser of a noncopyable
/// value throws after the field was set, or when the field has a default: `Device/compile-for-boards` stops at it, and a release
/// of that compiler without its checks would free memory twice. So: throw first, assign afterwards, no defaults.
@Suite struct NoncopyableTests {
    /// Where the rule is broken in a source: the lines, counted from 1.
    static func breaches(in source: String) -> [Int] {
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var breaches: [Int] = []
        for (start, line) in lines.enumerated() where line.contains(/^\s*(@\w+ )?(\w+ )*struct \w+.*~Copyable/) {
            let indent = line.prefix { $0 == " " }.count
            let end = lines[start...].firstIndex { $0 == String(repeating: " ", count: indent) + "}" } ?? lines.count
            let body = start + 1..<end
            let inside = String(repeating: " ", count: indent + 4)
            var fields: [(line: Int, name: String, hasDefault: Bool)] = []
            for place in body where lines[place].hasPrefix(inside) && !lines[place].hasPrefix(inside + " ") {
                guard
                    let field = lines[place].firstMatch(
                        of: /^\s*(?:(?:private|public|package|fileprivate)(?:\(set\))? )*(?:let|var) (\w+)[^{]*$/)
                else { continue }
                fields.append((place, String(field.1), lines[place].contains(" = ")))
            }
            var fails = false
            for place in body where lines[place].contains(/^\s*(\w+ )*init(\?)?\(/) && lines[place].hasPrefix(inside) {
                let head = lines[place...(place + 4 < lines.count ? place + 4 : place)].joined(separator: " ")
                let signature = head.prefix { $0 != "{" }
                guard signature.contains("throws") || signature.contains("init?") else { continue }
                fails = true
                let close = lines[place...].firstIndex(of: inside + "}") ?? place
                var isSet = false
                for statement in lines[place...close].dropFirst() where !statement.contains(/^\s*\/\//) {
                    let throwsHere =
                        statement.contains(/\b(throw|try|return nil)\b/) && !statement.contains("self.init")
                    if isSet, throwsHere { breaches.append(place + 1) }
                    let assigned = statement.drop { $0 == " " }.trimmingPrefix("unsafe ").trimmingPrefix("self.")
                    if fields.contains(where: { assigned.hasPrefix("\($0.name) = ") })
                        || statement.contains(#/^\s*\(\w+(, \w+)*\) = /#)
                    {
                        isSet = true
                    }
                }
            }
            if fails { breaches += fields.filter(\.hasDefault).map { $0.line + 1 } }
        }
        return Array(Set(breaches)).sorted()
    }

    @Test func `no noncopyable value is half made when its making fails`() throws {
        let sources = Products.repository + "/Sources"
        for case let name as String in try #require(FileManager.default.enumerator(atPath: sources))
        where name.hasSuffix(".swift") {
            let text = try String(contentsOfFile: "\(sources)/\(name)", encoding: .utf8)
            guard text.contains("~Copyable") else { continue }
            #expect(Self.breaches(in: text) == [], "\(name): throw first, assign afterwards, no defaults")
        }
    }

    @Test func `the pattern is found`() {
        let early = """
            struct Line: ~Copyable {
                private let path: String
                init(_ path: String) throws {
                    self.path = path
                    try open(path)
                }
            }
            """
        let defaulted = """
            @safe struct Line: ~Copyable {
                private var heard: [UInt8] = []
                private let path: String
                init?(_ path: String) {
                    guard exists(path) else { return nil }
                    self.path = path
                }
            }
            """
        let right = """
            struct Line: ~Copyable {
                private let path: String
                var isOpen: Bool { true }
                init(_ path: String) throws {
                    try open(path)
                    self.path = path
                }
                func read() throws { try open(path) }
            }
            """
        #expect(Self.breaches(in: early) == [3])
        #expect(Self.breaches(in: defaulted) == [2])
        #expect(Self.breaches(in: right) == [])
    }
}
