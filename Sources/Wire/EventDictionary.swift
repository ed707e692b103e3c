/// What an event is made of, known to both sides beforehand: a batch is deflated with it (RFC 1950, FDICT), so that one event
/// alone is half as long. It stands in `Config/asyncapi.yaml` too, and never changes: another one would have another
/// Adler-32, which a center in the field does not know.
///
/// The most usual stands last, where its distance costs least.
enum EventDictionary {
    static let bytes = Array(text.utf8)

    static let text = #"""
        kiosk.journal.recovered.v1kiosk.device.stopped.v1kiosk.device.started.v1kiosk.clock.synced.v1\#
        kiosk.scale.checked.v1kiosk.orders.applied.v1kiosk.catalog.applied.v1kiosk.roster.applied.v1\#
        kiosk.expected.applied.v1kiosk.order.dispatched.v1kiosk.order.packed.v1kiosk.lot.offered.v1kiosk.lot.packed.v1\#
        kiosk.weighin.voided.v1kiosk.operator.signedin.v1kiosk.operator.signedout.v1"desk":"scanner-1","reason":"\#
        kiosk.batch.opened.v1kiosk.batch.closed.v1"kind":"delivery","courier":"kiosk.parcel.corrected.v1\#
        kiosk.parcel.flagged.v1kiosk.parcel.accepted.v1kiosk.parcel.dispatched.v1kiosk.parcel.returned.v1unsynced\#
        ","handling":"normal","carriers":["yto","zto","sto","yunda","jt","jd","ems"],"scanner":"scanner-2",\#
        "symbology":"]"data":{"amount":,"farmer":"","grade":"A","gross":,"identified":"card","lot":"KL-","net":,\#
        "number":"KW-","price":{"catalog":,"fenperkg":,"rounding":"half-up"},"produce":"","raw":"","registered":true,\#
        "scale":{"interval":,"maximum":150000,"minimum":},"stability":"device","tare":0,"taremode":"none"},\#
        "datacontenttype":"application/json","uptimems":kiosk.weighin.recorded.v1{"by":"code"}\#
        kiosk.parcel.collected.v1{"code":"","slot":"1-1"}kiosk.parcel.relocated.v1\#
        [{"actor":"p-1","bootid":"-4","clock":"synced","data":{"batch":"019-7","carrier":"sf","carriers":["sf"],\#
        "expected":true,"raw":"SF","recipient":"r-1","scanner":"scanner-1","symbology":"]C0","waybill":"SF"},\#
        "datacontenttype":"application/json","epoch":"","hash":"","id":"01-7","prevhash":"","sequence":"1",\#
        "source":"/kiosk/1/k1","specversion":"1.0","subject":"SF","time":"2026-T0:Z",\#
        "type":"kiosk.parcel.received.v1","uptimems":}]
        """#
}
