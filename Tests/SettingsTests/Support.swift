import Settings

enum Mode: String, CaseIterable { case pull, push, off }

/// What a table of errors does to a file: read it, and tell the one line that comes out.
func errorLine(
    _ text: String, environment: [String: String] = [:], ignoring: Set<String> = [],
    reading read: (SettingsSection) throws -> Void = { _ in }
) -> String {
    do {
        let tree = try SettingsTree(
            text: text, name: "kiosk.yaml", environment: environment, prefix: "KIOSK_", ignoring: ignoring)
        let root = tree.root
        try read(root)
        try root.finish()
        return "no error"
    } catch {
        return "\(error)"
    }
}

func root(_ text: String, environment: [String: String] = [:], prefix: String = "KIOSK") throws -> SettingsSection {
    try SettingsTree(text: text, name: "kiosk.yaml", environment: environment, prefix: prefix).root
}

/// A file as a village has it, read in full by `readVillage`.
let village = """
    # Village 12
    device: kiosk-0012
    broker:
      host: broker.example.org   # the center
      port: 8883
      keepalive: 60
      spread: 0.25
      "tls": yes
    mode: push
    devices:
      scanners:
        - path: /dev/scanner0
        - path: '/dev/scanner 1'
          beep: off
      scales: []

    """

func readVillage(_ root: SettingsSection) throws {
    _ = try root.string("device")
    _ = try root.choice("mode", of: Mode.self)
    if let broker = try root.section("broker") {
        _ = try broker.string("host")
        _ = try broker.integer("port", in: 1...65535)
        _ = try broker.integer("keepalive", in: 5...3600, default: 60)
        _ = try broker.milliseconds("spread", in: 0...5000, default: 0)
        _ = try broker.boolean("tls", default: true)
    }
    if let devices = try root.section("devices") {
        for scanner in try devices.sections("scanners") {
            _ = try scanner.string("path")
            _ = try scanner.boolean("beep", default: true)
        }
        _ = try devices.sections("scales")
    }
}
