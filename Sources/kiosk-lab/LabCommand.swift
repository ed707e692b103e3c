import ArgumentParser

@main
struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kiosk-lab",
        abstract: "Simulated devices for trying and testing a kiosk without hardware.",
        discussion: "Each verb stands for one thing that a village point has on its table. Ctrl-C ends it.",
        subcommands: [
            ScannerCommand.self, ScaleCommand.self, WaybillsCommand.self, DayCommand.self, WeighDayCommand.self,
            BenchCommand.self, FuzzCommand.self, FaultsCommand.self, SimulateCommand.self,
        ])
}
