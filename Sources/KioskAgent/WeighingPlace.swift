import Devices
import Domain
import ScaleProtocols
import Synchronization

/// The scale as the desks see it. A load that is being recorded is not offered again, not even before the commit that saves
/// it: two presses of "confirm" are one crate.
final class WeighingPlace: Sendable {
    private struct Contents {
        var hub: DeviceHub?
        /// The desk at which the load is being recorded.
        var holder: String?
        var isAttended = false
    }

    private let contents = Mutex(Contents())

    /// The devices are made after the desks to which they bring what was scanned.
    func stand(on hub: DeviceHub) { contents.withLock { $0.hub = hub } }

    /// What may be recorded now; without a scale, that there is none.
    var state: ScaleWatch.State {
        let (hub, isHeld) = contents.withLock { ($0.hub, $0.holder != nil) }
        if isHeld { return .obstacle(.notReturned) }
        return hub?.scaleState ?? .obstacle(.disconnected)
    }

    /// Somebody weighs at one of the desks, or nobody any more.
    func attend(_ isWanted: Bool) {
        let hub = contents.withLock { contents in
            defer { contents.isAttended = isWanted }
            return contents.isAttended == isWanted ? nil : contents.hub
        }
        hub?.setAttentive(isWanted)
    }

    /// After a restart the load that was recorded last may still lie there.
    func rearm(_ last: WeighIn) {
        // Without a container the tare may have been the scale's own; then its display is net.
        let isMaybeNet = last.container == nil && last.tare > .zero
        contents.withLock { $0.hub }?.recorded(oneOf: isMaybeNet ? [last.gross, last.net] : [last.gross])
    }

    /// The load belongs to a recording that is under way.
    func hold(for desk: String) { contents.withLock { $0.holder = desk } }

    /// The recording is saved: what was weighed in it has to leave the scale.
    func settle(_ weighed: ScaleReading?) {
        guard let weighed else { return }
        // In this order: there is no moment at which it could be recorded once more.
        contents.withLock { $0.hub }?.recorded(weighed)
        contents.withLock { $0.holder = nil }
    }

    /// That desk's recording failed, and nothing was saved: the same load may be tried again. Another's, in practice say, may
    /// be under way at the same time.
    func release(_ desk: String) {
        contents.withLock { if $0.holder == desk { $0.holder = nil } }
    }
}
