import Domain
import ScaleProtocols
import Testing

@testable import Devices

/// Every protocol over a real pty, with the simulated scale at its other end.
@Suite(.timeLimit(.minutes(2)))
struct `Every scale` {
    struct Manner: CustomTestStringConvertible, Sendable {
        let name: ScaleProtocolName
        let options: ScaleOptions
        var testDescription: String { name.rawValue + (options.isAsked == true ? ", asked" : "") }
    }

    static var manners: [Manner] {
        ScaleProtocolName.allCases.flatMap { name in
            guard name.options.contains(.isAsked) else { return [Manner(name: name, options: ScaleOptions())] }
            return [false, true].map { isAsked in
                var options = ScaleOptions()
                options.isAsked = isAsked
                return Manner(name: name, options: options)
            }
        }
    }

    @Test(arguments: manners) func `is read over its line`(_ manner: Manner) async throws {
        let bench = try DeviceFixture()
        let scale = try Instrument(manner.name, options: manner.options, grams: 12_340, at: bench.path("scale"))
        var configuration = try ScaleConfiguration(
            path: bench.path("scale"), protocolName: manner.name, options: manner.options)
        (configuration.limits.stableFrames, configuration.limits.stableTime) = (2, .milliseconds(50))
        let hub = try bench.hub(scale: configuration, pace: .brisk)
        hub.setAttentive(true)
        #expect(try await eventually { hub.scaleState.obstacle == nil }, "\(hub.scaleState)")
        #expect(hub.scaleReading?.reading.mass == Mass(grams: 12_340))
        scale.lay(5000)
        #expect(try await eventually { hub.scaleReading?.reading.mass == Mass(grams: 5000) })
    }
}
