import Board
import Devices
import Domain
import KioskSettings
import LocalAPIModel
import Logging
import Phrases
import ScaleProtocols

/// What the local API shows of the scale, and does with it.
extension Kiosk {
    func scale() async -> ScaleNow? {
        guard let configuration = settings.scale else { return nil }
        let state = devices.scaleState
        let phrase = state.phrase
        return ScaleNow(
            state: state.obstacle?.rawValue ?? "weighable", text: phrase.chinese, english: phrase.english,
            path: configuration.path, protocolName: configuration.protocolName.rawValue,
            reading: devices.scaleReading.map { ShownWeight($0.reading, age: $0.age) },
            identity: Self.shown(configuration.identity))
    }

    func orderScale(_ order: ScaleCommand) async -> ScaleOrderAnswer? {
        guard settings.scale != nil else { return nil }
        let result = await devices.order(order)
        logger.named("devices").notice("the scale was told to \(order.rawValue)", metadata: ["result": "\(result)"])
        return switch result {
        case .done: ScaleOrderAnswer(order: order, result: .done)
        case .notDone(let why): ScaleOrderAnswer(order: order, result: .notDone, reason: why)
        case .unsupported: ScaleOrderAnswer(order: order, result: .unsupported)
        case .silent: ScaleOrderAnswer(order: order, result: .silent)
        }
    }

    private static func shown(_ identity: ScaleIdentity) -> ScaleNow.Identity {
        ScaleNow.Identity(
            serial: identity.serial, maximum: identity.maximum, minimum: identity.minimum,
            interval: identity.interval, verifiedUntil: identity.verifiedUntil,
            isVerified: identity.isVerified(at: BoardClock.now))
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
