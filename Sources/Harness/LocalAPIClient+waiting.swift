public import LocalAPIClient
import LocalAPIModel

extension LocalAPIClient {
    /// Until kioskd answers and has all its devices.
    /// - Parameter devices: how many it must have at least.
    public func waitUntilReady(_ kiosk: ChildProgram?, devices: Int = 0, log: String) throws {
        try Polling.wait("kioskd is ready with its devices", seconds: 30) {
            guard kiosk?.isRunning == true else { throw ChildProgram.Failure("kioskd has ended; see \(log)") }
            guard let status = try? asked(.get, "/v1/status").value(LocalStatus.self) else { return false }
            return status.peripherals.count >= devices && status.peripherals.allSatisfy(\.isConnected)
        }
    }
}
