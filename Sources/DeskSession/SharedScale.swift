public import Domain
public import ScaleProtocols
import Synchronization

/// The scale of a point, as whoever drives its devices shows it.
public protocol PointScale: Sendable {
    /// What is to be seen on it now.
    var sight: ScaleWatch.Sight { get }
    /// What may be recorded now of what was seen then.
    func state(of sight: ScaleWatch.Sight) -> ScaleWatch.State
    /// This load was saved: it has to leave before the next record.
    func recorded(_ sight: ScaleWatch.Sight)
    /// The same after a restart: the display showed one of these.
    func recorded(oneOf shown: [Mass])
    /// Somebody weighs, or nobody any more.
    func setAttentive(_ isAttentive: Bool)
}

/// One scale, shared by all desks of a point. A load that is being recorded at one of them is offered to none.
public final class SharedScale: Sendable {
    private struct Contents {
        var scale: (any PointScale)?
        /// The desk at which the load is being recorded.
        var holder: String?
        /// Where somebody weighs.
        var attending: Set<String> = []
    }

    private let contents = Mutex(Contents())

    public init() {}

    /// The devices are made after the desks to which they bring what was scanned; until then there is no scale.
    public func stand(on scale: any PointScale) { contents.withLock { $0.scale = scale } }

    package var sight: ScaleWatch.Sight {
        contents.withLock { $0.scale }?.sight ?? ScaleWatch.Sight(.obstacle(.disconnected))
    }

    package func state(of sight: ScaleWatch.Sight) -> ScaleWatch.State {
        let (scale, isHeld) = contents.withLock { ($0.scale, $0.holder != nil) }
        guard case .weighable = sight.state else { return sight.state }
        // Whatever lies there by now: nobody can tell yet whether the one that is held counts.
        if isHeld { return .obstacle(.notReturned) }
        return scale?.state(of: sight) ?? .obstacle(.disconnected)
    }

    func hold(at desk: String) { contents.withLock { $0.holder = desk } }

    func settle(_ sight: ScaleWatch.Sight, at desk: String) {
        // In this order: there is no moment at which it could be recorded once more.
        contents.withLock { $0.scale }?.recorded(sight)
        release(at: desk)
    }

    /// Another desk's load, in practice say, may be held at the same time.
    func release(at desk: String) { contents.withLock { if $0.holder == desk { $0.holder = nil } } }

    /// A scale that has to be asked is asked more often while somebody weighs at any desk.
    func attend(_ isWeighing: Bool, at desk: String) {
        let (scale, isAttended) = contents.withLock { contents -> ((any PointScale)?, Bool) in
            let before = contents.attending.isEmpty
            if isWeighing { contents.attending.insert(desk) } else { contents.attending.remove(desk) }
            return (contents.attending.isEmpty == before ? nil : contents.scale, !contents.attending.isEmpty)
        }
        scale?.setAttentive(isAttended)
    }

    /// After a restart the load that was recorded last may still lie there.
    public func rearm(_ last: WeighIn) {
        // Without a container the tare may have been the scale's own; then its display is net.
        let isMaybeNet = last.container == nil && last.tare > .zero
        contents.withLock { $0.scale }?.recorded(oneOf: isMaybeNet ? [last.gross, last.net] : [last.gross])
    }
}
