import Glibc
import Settings
import Testing

/// Files as the daemon may find them at its start.
@Suite final class FileTests {
    let folder: String

    init() {
        var template = Array("/tmp/settings-tests-XXXXXX".utf8CString)
        folder = String(cString: mkdtemp(&template))
    }

    deinit {
        for name in ["kiosk.yaml", "fifo"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    private func write(_ bytes: [UInt8]) -> String {
        let path = "\(folder)/kiosk.yaml"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        #expect(Glibc.write(file, bytes, bytes.count) == bytes.count)
        close(file)
        return path
    }

    private func error(_ path: String) -> String {
        do {
            _ = try SettingsTree(file: path)
            return "no error"
        } catch {
            return error.description
        }
    }

    @Test func `a file is read, and errors name it by its path`() throws {
        let path = write(Array("broker:\n  port: 8883\n".utf8))
        let root = try SettingsTree(file: path, environment: ["K_BROKER_HOST": "h"], prefix: "K").root
        let broker = try #require(try root.section("broker"))
        #expect(try broker.integer("port", in: 1...65535) == 8883)
        #expect(try broker.string("host") == "h")
        #expect(broker.invalid("port", "bad", remedy: nil).description == "\(path):2: broker.port: bad")
        try root.finish()
    }

    @Test func `a missing file is an error`() {
        #expect(error("\(folder)/none.yaml") == "\(folder)/none.yaml: no such file; create it or name another")
        #expect(error("\(folder)/kiosk.yaml/x") == "\(folder)/kiosk.yaml/x: no such file; create it or name another")
    }

    @Test func `a folder, a device and a pipe are not read`() {
        mkfifo("\(folder)/fifo", 0o600)
        for path in [folder, "/dev/zero", "\(folder)/fifo"] {
            #expect(error(path) == "\(path): not a regular file; name a YAML file")
        }
    }

    @Test func `what the system refuses keeps its number`() {
        let path = String(repeating: "x", count: 5000)
        #expect(error(path) == "\(path): cannot be read (errno 36); check the path")
    }

    @Test func `a file without permission is an error`() throws {
        let path = write([])
        chmod(path, 0)
        try #require(
            geteuid() == 0 || error(path) == "\(path): no permission to read it; check owner and mode with ls -l")
    }

    @Test func `a file may have one MiB and no more`() {
        let comment = [UInt8](repeating: UInt8(ascii: "#"), count: 1 << 20)
        #expect(error(write(comment)) == "no error")
        let path = write(comment + comment)
        #expect(error(path) == "\(path): larger than 1048576 bytes; is this the right file?")
    }

    @Test(
        arguments: [
            ("Latin-1", 2, Array("a: 1\nb: caf".utf8) + [0xe9]), ("cut off", 1, [0xe6, 0x9d]),
            ("overlong", 1, [0xc0, 0xaf]),
            ("a surrogate", 1, [0xed, 0xa0, 0x80]), ("UTF-16", 1, [0xff, 0xfe, 0x61, 0x00]),
        ] as [(String, Int, [UInt8])])
    func `only UTF-8 is read`(name: String, line: Int, bytes: [UInt8]) {
        let path = write(bytes)
        #expect(error(path) == "\(path):\(line): not UTF-8 text; save the file in the encoding UTF-8")
    }
}
