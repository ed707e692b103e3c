public import ArgumentParser
import Domain
import Glibc
import Lab
public import ScaleProtocols

extension ScaleProtocolName: ExpressibleByArgument {}
extension SimulatedScale.Fault: ExpressibleByArgument {}

struct ScaleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "A scale on a pseudo-terminal, with what goes wrong with scales.",
        discussion: """
            Prints the device's path. A protocol whose scales talk unasked sends its reading over and over; one whose \
            scales are asked answers, and obeys zero, tare and clear. Each line of standard input sets the weight, in grams \
            ("12340" is stable, "12340 u" is unstable), or the fault by its name: none, freeze, garbage, half, overload, \
            negative, pounds, silence, unplug.

            Examples:
              kiosk-lab scale --link /tmp/scale --protocol toledo-continuous --grams 12340
              kiosk-lab scale --link /tmp/scale --protocol mt-sics --fault silence
            """)

    @Option(help: ArgumentHelp("A stable name for the device.", valueName: "path"))
    var link: String?
    @Option(name: .customLong("protocol"), help: "How the scale speaks.")
    var protocolName = ScaleProtocolName.toledoContinuous
    @Option(help: "The weight at the start, in grams.")
    var grams: Int64 = 0
    @Option(help: "What is wrong with it at the start.")
    var fault = SimulatedScale.Fault.none
    @Option(help: ArgumentHelp("Time between two frames.", valueName: "milliseconds"))
    var interval = 140

    func validate() throws {
        guard (10...60_000).contains(interval) else { throw ValidationError("--interval must be from 10 to 60000") }
    }

    func run() throws {
        var line: SimulatedLine? = try SimulatedLine(link: link)
        print(link ?? line?.path ?? "")
        fflush(nil)
        let load = SimulatedLoad(grams: grams)
        load.take(fault.rawValue)
        load.readStandardInput()
        var scale = try SimulatedScale(protocolName, grams: grams)
        while true {
            let state = load.now
            scale.fault = state.fault
            (scale.grams, scale.isStable) = (state.grams, state.isStable)
            if state.fault == .unplug {
                line = nil
                usleep(20_000)
                continue
            }
            let plugged = try line ?? SimulatedLine(link: link)
            line = plugged
            if scale.isAsked {
                let request = plugged.receive(waiting: 20)
                if !request.isEmpty { try plugged.send(try scale.answer(request)) }
            } else {
                try plugged.send(try scale.frame())
                let order = plugged.receive(waiting: interval)
                if !order.isEmpty {
                    try plugged.send(try scale.answer(order))
                    usleep(UInt32(interval) * 1000)
                }
            }
        }
    }
}
