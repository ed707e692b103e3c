public import ArgumentParser
import Domain
import Glibc
import Lab
public import ScaleProtocols

extension ScaleProtocolName: ExpressibleByArgument {}

struct ScaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "A scale on a pseudo-terminal that sends its reading over and over.",
        discussion: """
            Prints the device's path. Each line of standard input sets the weight, in grams: "12340" is stable, \
            "12340 u" is unstable.

            Example:
              kiosk-lab scale --link /tmp/scale --protocol toledo-continuous --grams 12340
            """)

    @Option(help: ArgumentHelp("A stable name for the device.", valueName: "path"))
    var link: String?
    @Option(name: .customLong("protocol"), help: "How the scale speaks.")
    var protocolName = ScaleProtocolName.toledoContinuous
    @Option(help: "The weight at the start, in grams.")
    var grams: Int64 = 0
    @Option(help: ArgumentHelp("Time between two frames.", valueName: "milliseconds"))
    var interval = 140

    func validate() throws {
        guard (10...60_000).contains(interval) else { throw ValidationError("--interval must be from 10 to 60000") }
    }

    func run() async throws {
        let line = try SimulatedLine(link: link)
        print(link ?? line.path)
        fflush(nil)
        let load = SimulatedLoad(grams: grams)
        load.readStandardInput()
        let scale = protocolName.make()
        while true {
            let (grams, isStable) = load.now
            let reading = ScaleReading(
                mass: Mass(grams: grams), kind: .gross, stability: isStable ? .stable : .unstable, range: .ok)
            guard let frame = scale.encode(reading) else {
                throw SimulatedLine.Failure(description: "\(grams) g does not fit a frame of \(protocolName.rawValue)")
            }
            try line.send(frame)
            try await Task.sleep(for: .milliseconds(interval))
        }
    }
}
