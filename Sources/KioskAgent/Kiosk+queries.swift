import Board
import Delivery
import Devices
import Domain
import Journal
import KioskSettings
import LocalAPI
import LocalAPIModel
import MQTT
import ScaleProtocols
import Uplink
import Wire

/// What the local API shows of the kiosk.
extension Kiosk: KioskQueries {
    func status() async throws -> LocalStatus {
        let state = journal.state
        var status = LocalStatus(
            Self.status(
                settings: settings, configuration: configurationDigest, journal: journal, outage: outage,
                peripherals: peripherals, alarms: (uplink?.state.alarms ?? []) + Self.alarms(of: printQueue),
                oldest: outage == nil ? try await journal.oldestPending()?.draft : nil))
        if outage == nil {
            status.pending = state.head.sequence - state.acknowledged
            status.anchor = state.anchor
            status.parcels = Int64(try await journal.parcelCount())
        }
        status.scans = desks.counters
        status.devices = peripherals.map {
            LocalStatus.Device(
                name: $0.name, kind: $0.kind.rawValue, path: $0.path, isConnected: $0.connected, problem: $0.problem,
                counters: $0.counters.mapValues(Int64.init))
        }
        status.link = link
        status.scale = devices.scaleReading.map {
            ShownWeight($0.reading, age: $0.age)
        }
        return status
    }

    private var link: Link {
        guard let state = uplink?.state else { return Link(state: UplinkState.Link.off.rawValue) }
        let now = BoardClock.uptime
        let counters = state.counters
        return Link(
            state: state.link.rawValue, host: settings.broker.map { "\($0.host):\($0.port)" },
            nextMilliseconds: state.link == .waiting ? state.at.map { max($0 - now, 0) } : nil,
            sinceMilliseconds: state.link == .connected ? state.at.map { now - $0 } : nil,
            trouble: state.trouble, hold: state.hold,
            counters: Link.Counters(
                attempts: counters.attempts, connections: counters.connections, batches: counters.batches,
                events: counters.events, plainBytes: counters.plainBytes, sentBytes: counters.sentBytes,
                acknowledgements: counters.acknowledgements, refused: counters.refusedMessages))
    }

    func events(after sequence: Int64, limit: Int) async throws -> [EventMessage] {
        let page = try await journal.page(after: sequence, limit: limit)
        return page.events.map { EventMessage(kiosk: settings.kiosk, epoch: page.epoch, event: $0) }
    }

    func verify(after sequence: Int64, limit: Int) async throws -> Verification {
        let result = try await journal.verify(after: sequence, limit: limit)
        let state = journal.state
        return Verification(
            epoch: state.epoch, anchor: state.anchor, through: result.through, head: state.head.sequence,
            bad: result.firstBad.map { Verification.Bad(sequence: $0.sequence, problem: $0.problem) })
    }

    func connectNow() { uplink?.connectNow() }
    func arrivals() -> AsyncStream<Void> { news.stream() }
    func scanOutcomes() -> AsyncStream<JSON> { outcomes.stream() }
}
