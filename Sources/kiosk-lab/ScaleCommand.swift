public import ArgumentParser
import Domain
import Glibc
import LabDevices
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
        let load = SimulatedLoad(grams: grams)
        load.take(fault.rawValue)
        let scale = try SerialScaleServer(
            SimulatedScale(protocolName, grams: grams), link: link, load: load, interval: .milliseconds(interval))
        print(scale.path)
        fflush(nil)
        load.readStandardInput()
        while true { try scale.turn() }
    }
}
