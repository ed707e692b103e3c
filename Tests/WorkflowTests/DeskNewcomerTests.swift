import Domain
import Phrases
import Testing
import Workflow

/// People whom the county does not know yet: added by the operator, known again by card, number and digits.
@Suite struct DeskNewcomerTests {
    private func scene() throws -> DeskScene {
        let scene = DeskScene()
        try scene.play((DeskScene.operatorBadge, .signedIn))
        return scene
    }

    private func type(_ digits: String, _ scene: DeskScene) throws {
        for digit in digits { try scene.scan("KC-\(digit)") }
    }

    @Test func `a farmer gets surname, digits, a number and a card, and is weighed for at once`() throws {
        let scene = try scene()
        try scene.play(("KC-WEIGH", .askFarmer))
        try type("5678", scene)
        try scene.play(("KC-NEW-FARMER", .askNewPerson))
        let surname = try #require(Surname.all.firstIndex(of: "黄"))
        try scene.play((DeskCommand.surname(surname + 1).text, .askNewPerson))
        #expect(scene.answer?.phrase.chinese.contains("黄*，尾号 5678") == true)
        #expect(scene.point.newcomers.isEmpty)
        try scene.play(("KC-CONFIRM", .personAdded))
        let newcomer = try #require(scene.point.newcomers.first)
        #expect(newcomer.person.id == "PN-3f9a1c-000001" && newcomer.person.name == "黄*")
        #expect(newcomer.person.phoneTail == "5678" && newcomer.person.number == 900_001)
        // The card is a secret: no event has it, its hash alone.
        let card = try #require(scene.point.cards[newcomer.person.id])
        #expect(newcomer.person.badge == BadgeHash(of: card) && card.count == 27)
        let data = try #require(scene.point.events.last?.draft.data)
        #expect(!String(decoding: data, as: UTF8.self).contains(card))
        // Here already, and known again by each of the three.
        try scene.play(("KC-PRODUCE-11", .unknownProduce), ("KC-WEIGH", .askFarmer), (card, .askProduce))
        try scene.play(("KC-WEIGH", .askFarmer))
        try type("5678", scene)
        try scene.play(("KC-CONFIRM", .askFarmer), ("KC-CONFIRM", .askProduce), ("KC-WEIGH", .askFarmer))
        try type("900001", scene)
        try scene.play(("KC-CONFIRM", .askProduce))
    }

    @Test func `what is not said stands as unknown, and who seems to be here already is told`() throws {
        let scene = try scene()
        try scene.play(("KC-NEW-FARMER", .askNewPerson), ("KC-CONFIRM", .personAdded))
        #expect(
            scene.point.newcomers.first?.person.name == "某*" && scene.point.newcomers.first?.person.phoneTail == nil)
        try scene.play(("KC-NEW-FARMER", .askNewPerson))
        try type("12", scene)
        try scene.play(("KC-CONFIRM", .askTail), ("KC-CONFIRM", .personAdded))
        for _ in 0..<2 {
            try type("4321", scene)
            try scene.play(("KC-NEW-FARMER", .askNewPerson), ("KC-SURNAME-1", .askNewPerson))
            if scene.point.newcomers.count == 3 { #expect(scene.answer?.phrase.chinese.contains("已有") == true) }
            try scene.play(("KC-CONFIRM", .personAdded))
        }
        try type("123", scene)
        try scene.play(("KC-NEW-FARMER", .askTail), ("KC-SURNAME-1", .nothingAsked), ("KC-CONFIRM", .nothingAsked))
        #expect(Set(scene.point.newcomers.map(\.person.id)).count == 4)
    }

    @Test func `a stand-in works for a day, and for his carrier`() throws {
        let scene = try scene()
        try scene.play(
            ("KC-CARRIER-SF", .armed), ("KC-NEW-COURIER", .askNewPerson), ("KC-CONFIRM", .personAdded),
            ("KC-SIGN-OUT", .signedOut))
        let person = try #require(scene.point.newcomers.first?.person)
        #expect(person.roles == [.courier] && person.carrier == .sf)
        let card = try #require(scene.point.cards[person.id])
        try scene.play((card, .signedIn), ("KC-BATCH-IN", .batchOpened), ("SF1234567890123", .received))
        try scene.play(("KC-SHELVE", .notPermitted), ("KC-BATCH-CLOSE", .batchClosed), ("KC-SIGN-OUT", .signedOut))
        scene.now.wall = scene.now.wall.adding(86_400_000)
        try scene.play((card, .badgeExpired), ("KC-BATCH-IN", .signInFirst))
    }

    @Test func `where no clock tells the day, a badge lasts for 24 hours of the boot that made it`() {
        func moment(_ hours: Int64, _ clock: ClockTrust, boot: String = "boot-1") -> Moment {
            Moment(
                now: Now(
                    wall: Timestamp(milliseconds: 1_795_000_000_000 + hours * 3_600_000),
                    uptime: Uptime(milliseconds: hours * 3_600_000), clock: clock), bootID: boot)
        }
        var times: BootTimes?
        func may(_ added: Moment, _ now: Moment) -> Bool {
            var person = Person(id: "PN-3f9a1c-000001", name: "某*", roles: [.courier])
            person.met = added
            return person.mayWork(at: now) { _ in times }
        }
        #expect(may(moment(0, .unsynced), moment(23, .synced)) && !may(moment(0, .unsynced), moment(24, .synced)))
        #expect(!may(moment(0, .unsynced), moment(1, .synced, boot: "boot-2")))
        #expect(!may(moment(5, .unsynced), moment(4, .unsynced)))
        // 1,795,000,000 s is 2026-11-18T19:06:40+08:00.
        #expect(may(moment(0, .synced), moment(4, .synced, boot: "boot-2")))
        #expect(!may(moment(0, .synced), moment(5, .synced)))
        // Once the clock is set the day of the adding is known too.
        times = BootTimes(
            BootStart(milliseconds: 1_795_000_000_000, bound: 1000, uptime: Uptime(milliseconds: 0)))
        #expect(may(moment(0, .unsynced), moment(4, .synced)) && !may(moment(0, .unsynced), moment(5, .synced)))
    }

    @Test func `nobody but an operator adds anybody, and nobody becomes one at a desk`() throws {
        let scene = DeskScene()
        try scene.play(
            ("KC-NEW-FARMER", .signInFirst), (DeskScene.courierBadge, .signedIn), ("KC-NEW-FARMER", .notPermitted))
        #expect(DeskCommand("KC-NEW-OPERATOR") == nil && DeskCommand("KC-NEW-SUPERVISOR") == nil)
        let moment = Moment(now: scene.now, bootID: scene.bootID)
        for roles in [["operator"], ["farmer", "supervisor"], []] as [[String]] {
            let data: JSON = ["name": "某*", "roles": .array(roles.map { .string($0) })]
            #expect(Newcomer(id: "PN-3f9a1c-000001", data, met: moment) == nil)
        }
        #expect(Newcomer(id: "p-1", ["name": "某*", "roles": ["farmer"]], met: moment) == nil)
    }
}
