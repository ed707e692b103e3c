import Domain
import Foundation
import Harness
import TestSupport
import Testing
import Wire

/// A farmer who is on no roster: added, weighed for and paid at once; and then the county knows who she is.
@Suite struct NewcomerTests {
    @Test func `a farmer met offline delivers and is paid, and is merged without rewriting an event`() throws {
        let market = try Market()
        let village = market.village
        // Nobody is asked: the link is gone.
        village.broker.kill()
        try market.play([
            ("KC-WEIGH", "ask-farmer"), ("KC-8", "typed"), ("KC-6", "typed"), ("KC-4", "typed"), ("KC-2", "typed"),
            ("KC-NEW-FARMER", "ask-new-person"), ("KC-SURNAME-7", "ask-new-person"),
        ])
        let added = try market.said("KC-CONFIRM")
        #expect(added["word"] == "person-added" && added["newcomer"]?["name"] == "黄*", "\(added.canonicalText)")
        let id = try #require(added["subject"]?.string)
        try market.play([("KC-PRODUCE-11", "ask-grade"), ("KC-GRADE-1", "weigh-ready")])
        _ = try market.weigh(10_000)
        try market.play([("KC-LOT-CLOSE", "lot-closed")])
        // By the card that was printed.
        let slip = try village.kioskctl("slip", id)
        #expect(slip.code == 0 && slip.output.contains("黄*") && slip.output.contains("900001"), "\(slip)")
        let card = try #require(
            slip.output.split { !$0.isNumber && !$0.isLetter && $0 != "-" }.first { $0.hasPrefix("KB-") })
        try market.play([
            ("KC-PAY", "ask-farmer"), (String(card), "balance"), ("KC-CONFIRM", "paid"), ("KC-WEIGH", "ask-farmer"),
            (String(card), "ask-produce"), ("KC-PRODUCE-11", "ask-grade"), ("KC-GRADE-1", "weigh-ready"),
        ])
        _ = try market.weigh(2000)
        try market.play([("KC-LOT-CLOSE", "lot-closed")])

        try village.broker.start()
        try village.waitUntilDelivered()
        let open = try village.centerctl("people", "--json")
        let line = try JSON(parsing: open.output.dropLast().utf8)
        #expect(line["id"]?.string == id && line["tail"] == "8642" && line["crates"] == 2 && line["owed"] == 640)
        // The county knows her, and says so.
        var person = Person(id: "p-f9", name: "黄*", roles: [.farmer], phoneTail: "8642", number: 19)
        person.was = [id]
        let roster = Roster(version: 2, people: Market.people + [person]).json.canonicalText
        let file = try village.directory.write(roster, to: "roster-2.json")
        #expect(try village.centerctl("send", "roster", "--kiosk", Village.id, file).code == 0)
        try eventually("the kiosk has its roster") { try village.hasRoster(2) }
        try market.play([("KC-PAY", "ask-farmer")])
        let balance = try market.said(String(card))
        #expect(balance["word"] == "balance" && balance["money"]?["owed"] == 640, "\(balance.canonicalText)")
        try market.play([("KC-CONFIRM", "paid")])
        // The paper of a payment proves itself at the point's command line as well.
        let paid = try JSON(parsing: try #require(try market.village.recordedEvents().last).utf8)
        let proof = RecordProof(
            kiosk: try #require(KioskID(Village.id)), epoch: try #require(paid["epoch"]?.string.flatMap(Epoch.init)),
            sequence: try #require(paid["sequence"]?.string.flatMap { Int64($0) }),
            hash: try #require(paid["hash"]?.string.flatMap { Digest($0) }))
        let paper = try market.village.kioskctl("verify-receipt", "\(proof)")
        #expect(paper.code == 0 && paper.output.contains(paid["subject"]?.string ?? "KP-"), "\(paper)")
        #expect(paper.output.contains("yuan (cash)"), "\(paper)")
        try village.waitUntilDelivered()
        let stored = try village.storedEvents()
        #expect(stored.contains { $0.contains(#""merged":[{"id":"\#(id)","into":"p-f9"}]"#) })
        #expect(stored.allSatisfy { !$0.contains(String(card)) })
        for name in [id, "p-f9"] {
            let (lines, sums) = try market.centerAccount(of: name)
            #expect(lines.count == 2 && sums?["paid"] == 3840 && sums?["owed"] == 0, "\(name)")
            let here = try JSON(parsing: village.kioskctl("statement", name, "--json").output.utf8)
            #expect(here["totals"]?["paid"] == 3840 && here["totals"]?["owed"] == 0, "\(here.canonicalText)")
        }
        #expect(try village.centerctl("people").output.contains("knows everybody"))
        // The county gives the card from here on.
        #expect(try village.kioskctl("slip", id).code != 0)
        #expect(village.kiosk?.logText.contains(String(card)) == false)
    }
}
