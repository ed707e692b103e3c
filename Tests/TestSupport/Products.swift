import Foundation

/// Where the programs under test and the repository lie.
public enum Products {
    /// The programs are built beside the test bundle. `KIOSK_TEST_PROGRAMS` names a folder in which others are looked for first:
    /// those that run the same ones as their units do (Device/under-units).
    public static func path(_ name: String) -> String {
        if let folder = ProcessInfo.processInfo.environment["KIOSK_TEST_PROGRAMS"],
            FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)")
        {
            return "\(folder)/\(name)"
        }
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        var directory = bundle.deletingLastPathComponent()
        while directory.path != "/" {
            let candidate = directory.appendingPathComponent(name).path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            directory.deleteLastPathComponent()
        }
        // Run through a helper: the build folder of this package.
        return repository + "/.build/debug/" + name
    }

    public static let repository: String = {
        var directory = URL(fileURLWithPath: #filePath)
        while directory.path != "/" {
            directory.deleteLastPathComponent()
            if FileManager.default.fileExists(atPath: directory.appendingPathComponent("Package.swift").path) { break }
        }
        return directory.path
    }()
}
