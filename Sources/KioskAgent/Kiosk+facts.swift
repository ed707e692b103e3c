import Board
import Devices
import Domain
import Journal
import KioskSettings
import LocalAPI
import MQTT
import ScaleProtocols
import Uplink
import Wire

/// What the local API shows of the kiosk.
extension Kiosk: KioskFacts {
    func status() async throws -> JSON {
        let status = Self.status(
            settings: settings, configuration: configurationDigest, journal: journal, outage: outage,
            peripherals: peripherals, alarms: (uplink?.state.alarms ?? []) + Self.alarms(of: printQueue),
            oldest: outage == nil ? try await journal.oldestPending()?.draft : nil)
        let state = journal.state
        guard case .object(var members) = status.json else { return status.json }
        if outage == nil {
            members["pending"] = .integer(state.head.sequence - state.acknowledged)
            members["anchor"] = .integer(state.anchor)
            members["parcels"] = .integer(try await journal.parcelCount())
        }
        members["scans"] = .object(desks.counters.mapValues { .integer($0) })
        members["devices"] = .array(
            peripherals.map {
                .members([
                    "name": .string($0.name), "kind": .string($0.kind.rawValue), "path": .string($0.path),
                    "connected": .boolean($0.connected), "problem": $0.problem.map { .string($0) },
                    "counters": .object($0.counters.mapValues { .integer(Int64($0)) }),
                ])
            })
        members["link"] = link
        if let scale = devices.scaleReading { members["scale"] = Self.json(scale.reading, scale.ageMilliseconds) }
        return .object(members)
    }

    private var link: JSON {
        guard let state = uplink?.state else { return ["state": "off"] }
        let now = BoardClock.uptime
        let counters = state.counters
        return .members([
            "state": .string(state.link.rawValue),
            "host": settings.broker.map { .string("\($0.host):\($0.port)") },
            "nextms": state.link == .waiting ? state.at.map { .integer(max($0 - now, 0)) } : nil,
            "sincems": state.link == .connected ? state.at.map { .integer(now - $0) } : nil,
            "trouble": state.trouble.map { .string($0) }, "hold": state.hold.map { .string($0) },
            "counters": [
                "attempts": .integer(counters.attempts), "connections": .integer(counters.connections),
                "batches": .integer(counters.batches), "events": .integer(counters.events),
                "plainbytes": .integer(counters.plainBytes), "sentbytes": .integer(counters.sentBytes),
                "acknowledgements": .integer(counters.acknowledgements),
                "refused": .integer(counters.refusedMessages),
            ],
        ])
    }

    static func json(_ reading: ScaleReading, _ age: Int) -> JSON {
        .members([
            "grams": reading.mass.map { .integer($0.grams) }, "kind": .string(reading.kind.rawValue),
            "stability": .string(reading.stability.rawValue), "range": .string(reading.range.rawValue),
            "fault": reading.fault.map { .string($0) }, "agems": .integer(Int64(age)),
        ])
    }

    func events(after sequence: Int64, limit: Int) async throws -> [EventMessage] {
        let page = try await journal.page(after: sequence, limit: limit) as Journal.Page
        return page.events.map { EventMessage(kiosk: settings.kiosk, epoch: page.epoch, event: $0) }
    }

    func verify(after sequence: Int64, limit: Int) async throws -> JSON {
        let result = try await journal.verify(after: sequence, limit: limit)
        let state = journal.state
        return .members([
            "epoch": .string(state.epoch.text), "anchor": .integer(state.anchor), "through": .integer(result.through),
            "head": .integer(state.head.sequence),
            "bad": result.firstBad.map { ["sequence": .integer($0.sequence), "problem": .string($0.problem)] },
        ])
    }

    func connectNow() { uplink?.connectNow() }
    func arrivals() -> AsyncStream<Void> { news.stream() }
    func scanOutcomes() -> AsyncStream<JSON> { outcomes.stream() }
}
