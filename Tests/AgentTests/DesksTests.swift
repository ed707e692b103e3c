import Barcodes
import Board
import DeskSession
import Devices
import Domain
import Foundation
import Journal
import Logging
import Synchronization
import TestSupport
import Testing
import Workflow

@testable import KioskAgent

/// What the devices hand over becomes what a desk is entered.
@Suite(.timeLimit(.minutes(1))) struct `A reader of cards` {
    let directory: TemporaryDirectory
    let desks: Desks
    let words = Words()

    final class Words: Sendable {
        private let words = Mutex<[String]>([])
        var all: [String] { words.withLock { $0 } }
        func add(_ word: String) { words.withLock { $0.append(word) } }
    }

    init() throws {
        directory = try TemporaryDirectory()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let configuration = Journal.Configuration(
            directory: directory.file("kiosk"), kiosk: try #require(KioskID("k1310020007")), reserveBytes: 0,
            bootID: "boot-1", now: { BoardClock.now })
        let journal = try Journal.open(configuration, logger: logger, onFailure: { Issue.record("\($0)") })
        func scanner(_ name: String, _ reads: KioskSettings.Reads, acceptsUnterminated: Bool = false)
            -> KioskSettings.Scanner
        {
            .init(
                device: ScannerConfiguration(name: name, path: "/dev/\(name)", kind: .serial, baud: 9600),
                acceptsUnterminated: acceptsUnterminated, reads: reads)
        }
        desks = Desks(
            journal: journal, practice: Practice(configuration: configuration, logger: logger),
            rules: .inForce(file: nil, logger: logger), policy: Desk.Policy(),
            scanners: [
                scanner("gun", .parcels), scanner("cards", .cards),
                scanner("silent", .cards, acceptsUnterminated: true),
            ],
            scale: SharedScale(), logger: logger
        ) { [words] in words.add("\($0.desk) \($0.answer.json["reason"]?.string ?? $0.answer.word.rawValue)") }
    }

    func said(to input: ScanInput, from reader: String = "cards") throws -> String {
        let before = words.all.count
        desks.take(input, from: reader)
        try eventually("something is said") { words.all.count > before }
        return words.all.last ?? ""
    }

    @Test(arguments: [
        (ScanFault.empty, "empty"), (.tooLong, "too-long"), (.interrupted, "interrupted"),
    ])
    func `says which fault it had`(_ fault: ScanFault, _ word: String) throws {
        #expect(try said(to: .fault(fault)) == "gun \(word)")
    }

    /// What is left of a card's number may be another card's.
    @Test func `is not believed a card without its end, unless that is how it sends them`() throws {
        let card = ScanInput.scan(Scan(bytes: Array("0045131261".utf8), terminated: false))
        #expect(try said(to: card) == "gun incomplete")
        #expect(try said(to: card, from: "silent") == "gun unknown-person")
    }

    @Test func `is told that what it read is no card`() throws {
        #expect(try said(to: .scan(Scan(bytes: [0x02, 0x41], terminated: true))) == "gun unknown")
    }
}
