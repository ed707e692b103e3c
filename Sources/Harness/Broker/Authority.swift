public import MQTT

/// An authority of the lab's own and what it has signed, in one directory: for a broker as a county's, and for those who come to
/// it. Elliptic keys, as the handshake of a small board wants them; all clients have one pair, since none has anything to hide.
public struct Authority: Sendable {
    public struct Client: Sendable {
        public let authority: String
        public let certificate: String
        public let key: String

        public init(authority: String, certificate: String, key: String) {
            self.authority = authority
            self.certificate = certificate
            self.key = key
        }

        public var tls: MQTTConfiguration.TLS {
            MQTTConfiguration.TLS(authority: authority, certificate: certificate, key: key)
        }
    }

    private let directory: String
    public var certificate: String { directory + "/ca.crt" }
    /// Nobody is on it.
    public var revoked: String { directory + "/fleet.crl" }

    /// - Parameter directory: it must be there.
    public init(directory: String) throws {
        self.directory = directory
        try openssl(
            ["req", "-x509"] + Self.pair + [
                "-keyout", directory + "/ca.key", "-out", certificate, "-subj", "/CN=fleet",
            ]
                + ["-days", "\(Self.usualDays)"])
        try openssl(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", directory + "/own.key"])
        try LabFile.write("", to: directory + "/index.txt")
        try LabFile.write(
            "[ca]\ndefault_ca = fleet\n[fleet]\ndatabase = \(directory)/index.txt\ndefault_md = sha256\n",
            to: directory + "/ca.cnf")
        try openssl(
            [
                "ca", "-gencrl", "-config", directory + "/ca.cnf", "-cert", certificate, "-keyfile",
                directory + "/ca.key",
            ]
                + ["-crldays", "2", "-out", revoked])
    }

    /// - Parameters:
    ///   - name: its common name, and that of the file.
    ///   - alternative: under which other names it may be reached.
    ///   - days: until it ends; without, it is good also for who believes that it is some years later.
    public func issue(_ name: String, alternative: String? = nil, days: Int? = nil) throws -> Client {
        let signed = "\(directory)/\(name).crt"
        try openssl(
            ["req", "-x509", "-key", directory + "/own.key", "-CA", certificate, "-CAkey", directory + "/ca.key"]
                + ["-days", "\(days ?? Self.usualDays)", "-subj", "/CN=\(name)", "-out", signed]
                + (alternative.map { ["-addext", "subjectAltName=\($0)"] } ?? []))
        return Client(authority: certificate, certificate: signed, key: directory + "/own.key")
    }

    /// How who comes in under that name finds the broker: a section of settings, on one line.
    public func settings(_ name: String, port: Int, more: String = "") throws -> String {
        let own = try issue(name)
        return "{host: localhost, port: \(port), \(more)"
            + "tls: {ca: \(own.authority), certificate: \(own.certificate), key: \(own.key)}}"
    }

    /// For a broker on this machine.
    public func door(rules: String) throws -> ShippedBroker.Door {
        let own = try issue("localhost", alternative: "DNS:localhost,IP:127.0.0.1")
        return ShippedBroker.Door(
            authority: certificate, certificate: own.certificate, key: own.key, revoked: revoked, rules: rules)
    }

    private static let pair = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    private static let usualDays = 7300

    private func openssl(_ arguments: [String]) throws {
        _ = try ChildProgram.run("openssl", arguments, in: directory)
    }
}
