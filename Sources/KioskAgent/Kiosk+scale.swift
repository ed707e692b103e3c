import Board
import Devices
import Domain
import KioskSettings
import Logging
import Phrases
import ScaleProtocols

/// What the local API shows of the scale, and does with it.
extension Kiosk {
    func scale() async -> JSON? {
        guard let configuration = settings.scale else { return nil }
        let state = devices.scaleState
        let phrase = state.phrase
        let reading = devices.scaleReading
        return .members([
            "state": .string(state.obstacle?.rawValue ?? "weighable"), "text": .string(phrase.chinese),
            "english": .string(phrase.english), "path": .string(configuration.path),
            "protocol": .string(configuration.protocolName.rawValue),
            "reading": reading.map { Self.json($0.reading, $0.ageMilliseconds) },
            "identity": Self.json(configuration.identity),
        ])
    }

    func orderScale(_ name: String) async -> JSON? {
        guard settings.scale != nil, let order = ScaleCommand(rawValue: name) else { return nil }
        let result = await devices.order(order)
        var members: [String: JSON] = ["order": .string(name)]
        switch result {
        case .done: members["result"] = "done"
        case .notDone(let why): (members["result"], members["reason"]) = ("not-done", .string(why))
        case .unsupported: members["result"] = "unsupported"
        case .silent: members["result"] = "silent"
        }
        logger.named("devices").notice("the scale was told to \(name)", metadata: ["result": "\(result)"])
        return .object(members)
    }

    private static func json(_ identity: ScaleIdentity) -> JSON {
        .members([
            "serial": identity.serial.map { .string($0) }, "maximum": identity.maximum.map { .integer($0.grams) },
            "minimum": identity.minimum.map { .integer($0.grams) },
            "interval": identity.interval.map { .integer($0.grams) },
            "verifieduntil": identity.verifiedUntil.map { .string($0) },
            "isverified": identity.isVerified(at: BoardClock.now).map { .boolean($0) },
        ])
    }
}

extension ScaleIdentity {
    /// Whether the seal still holds, its last day included; nil when nobody knows, for want of a day or of a clock that can
    /// be believed.
    func isVerified(at now: Now) -> Bool? {
        guard let verifiedUntil, let span = now.span else { return nil }
        // The day in China; both are written so that their order is that of time.
        func holds(_ time: Timestamp) -> Bool { time.adding(Timestamp.beijing).description.prefix(10) <= verifiedUntil }
        return holds(span.latest) ? true : holds(span.earliest) ? nil : false
    }
}
