import Barcodes
import Domain
import Testing
import Workflow

@Suite struct `Receiving a parcel` {
    @Test func `a parcel that is here already makes no event`() {
        let known = Parcel(
            subject: "SF1234567890123", state: .received, sequence: 7, recordedAt: Timestamp(milliseconds: 1))
        let step = Reception.receive(
            Waybill(number: "SF1234567890123"), carriers: [.sf], symbology: nil, raw: [], scanner: "s", known: known)
        #expect(step == .already(known))
    }

    static let cases: [Named<(Waybill, [Carrier], String?, [UInt8], String)>] = [
        Named(
            "everything there",
            (
                Waybill(number: "JDVA12345678901", package: 2), [.jd, .sto], "]C0",
                Array("]C0jdva12345678901-2-5-".utf8),
                #"{"carriers":["jd","sto"],"package":2,"raw":"]C0jdva12345678901-2-5-","scanner":"scanner-1","symbology":"]C0","waybill":"JDVA12345678901"}"#
            )),
        Named(
            "nothing but the number",
            (
                Waybill(number: "SF1234567890123"), [], nil, Array("SF1234567890123".utf8),
                #"{"carriers":[],"raw":"SF1234567890123","scanner":"scanner-1","waybill":"SF1234567890123"}"#
            )),
        Named(
            "control characters kept",
            (
                Waybill(number: "SF1234567890123"), [.sf], nil, Array("SF1234567890123\u{1D}\"".utf8),
                #"{"carriers":["sf"],"raw":"SF1234567890123\u001d\"","scanner":"scanner-1","waybill":"SF1234567890123"}"#
            )),
    ]

    @Test(arguments: cases)
    func `a parcel that is not here is recorded, with the scan as it came`(
        _ row: Named<(Waybill, [Carrier], String?, [UInt8], String)>
    ) throws {
        let (waybill, carriers, symbology, raw, text) = row.value
        let step = Reception.receive(
            waybill, carriers: carriers, symbology: symbology, raw: raw, scanner: "scanner-1", known: nil)
        guard case .record(let type, let subject, let data) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(type == .parcelReceived && subject == waybill.subject)
        #expect(data.canonicalText == text)
        #expect(try JSON(parsing: data.canonical) == data)
    }

    @Test func `raw bytes that are not UTF-8 become readable JSON`() throws {
        let step = Reception.receive(
            Waybill(number: "A"), carriers: [], symbology: nil, raw: [0x41, 0xFF, 0x42], scanner: "s", known: nil)
        guard case .record(_, _, let data) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(data["raw"] == "A\u{FFFD}B")
        #expect(try JSON(parsing: data.canonical) == data)
    }

    @Test func `each outcome has its fixed word`() {
        #expect(ScanOutcome.saved(subject: "A", carriers: [], sequence: 1).word == "saved")
        #expect(ScanOutcome.already(subject: "A", since: Timestamp(milliseconds: 0), sequence: 1).word == "already")
        #expect(Refusal.allCases.map { ScanOutcome.refused($0).word } == Refusal.allCases.map(\.rawValue))
        #expect(!Refusal.allCases.map(\.rawValue).contains { $0 == "saved" || $0 == "already" })
    }
}
