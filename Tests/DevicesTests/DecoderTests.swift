import Barcodes
import ScaleProtocols
import Testing

@testable import Devices

struct `A decoder` {
    static let scan = DeviceEvent.scan(.scan(Scan(bytes: Array("Z9".utf8), terminated: true)))

    @Test func `reads the same keys wherever their records are cut`() throws {
        let records = try keys("Z9")
        for cut in 0...records.count {
            var decoder = KeyScanDecoder()
            #expect(decoder.feed(Array(records[..<cut])) + decoder.feed(Array(records[cut...])) == [Self.scan])
            #expect(!decoder.isOpen)
        }
        var decoder = KeyScanDecoder()
        #expect(records.flatMap { decoder.feed([$0]) } == [Self.scan])
    }

    @Test func `tells once that a scan was broken, though events were dropped before`() throws {
        var decoder = KeyScanDecoder()
        _ = decoder.feed(Array(try keys("Z9").prefix(2 * InputEvent.size)))
        #expect(decoder.feed(InputEvent(type: 0, code: 3, value: 0).bytes) == [.scan(.fault(.interrupted))])
        #expect(decoder.interrupt() == [])
        #expect(decoder.feed(try keys("Z9")) == [Self.scan])
    }

    @Test func `has nothing to interrupt between scans`() throws {
        var (serial, keyboard) = (SerialScanDecoder(), KeyScanDecoder())
        #expect(serial.feed(Array("Z9\r".utf8)) == [Self.scan])
        #expect(serial.interrupt() == [])
        #expect(keyboard.feed(try keys("Z9")) == [Self.scan])
        #expect(keyboard.interrupt() == [])
    }
}
