/// The broker as it is shipped (`Config/broker`), with nothing exchanged but where it listens and who may come in: what a rig
/// shows is to hold for a county.
public enum ShippedBroker {
    /// Certificates and rules for a listener as a county's.
    public struct Door {
        public var authority: String
        public var certificate: String
        public var key: String
        /// Revoked certificates; without such a file none are.
        public var revoked: String?
        /// The rules of who may do what, once written there.
        public var rules: String

        public init(authority: String, certificate: String, key: String, revoked: String? = nil, rules: String) {
            self.authority = authority
            self.certificate = certificate
            self.key = key
            self.revoked = revoked
            self.rules = rules
        }
    }

    /// Who may do what, as it is shipped.
    public static var rules: String { text(PackageResources.acl) }

    /// - Parameters:
    ///   - door: `nil` for a plain listener that takes everybody.
    ///   - more: for a case about another setting; what is named there is not taken from the file.
    public static func configuration(
        port: Int, address: String = "127.0.0.1", door: Door? = nil, log: String? = nil, more: String = ""
    ) -> String {
        let others = Set(more.split(separator: "\n").compactMap { $0.split(separator: " ").first })
        let lines = text(PackageResources.mosquitto_conf).split(separator: "\n").filter { !$0.hasPrefix("#") }
        let listens = lines.firstIndex { $0.hasPrefix("listener ") } ?? lines.endIndex
        var result = ["user root"]
        for line in lines[..<listens] {
            guard let name = line.split(separator: " ").first, !others.contains(name) else { continue }
            switch name {
            case "allow_anonymous" where door == nil: result.append("allow_anonymous true")
            case "acl_file": if let door { result.append("acl_file \(door.rules)") }
            case "log_dest": if let log { result.append("log_dest file \(log)") }
            default: result.append(String(line))
            }
        }
        result.append("listener \(port) \(address)")
        for line in lines[listens...].dropFirst() {
            guard let name = line.split(separator: " ").first, !others.contains(name) else { continue }
            switch name {
            case "max_connections": result.append(String(line))
            case _ where door == nil: break
            case "cafile": result.append("cafile \(door?.authority ?? "")")
            case "certfile": result.append("certfile \(door?.certificate ?? "")")
            case "keyfile": result.append("keyfile \(door?.key ?? "")")
            case "crlfile": if let revoked = door?.revoked { result.append("crlfile \(revoked)") }
            default: result.append(String(line))
            }
        }
        return (result + [more, ""]).joined(separator: "\n")
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
