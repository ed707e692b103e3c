"""Right messages of every kind, and the means to make wrong ones of them."""

import base64
import copy
import hashlib
import json
import zlib

KIOSK = "k1310020007"
TOPIC = f"kiosk/v1/131002/{KIOSK}"
EPOCH = "ab180ea7c8748ba545ccdb4d82c94a3d"
OLD_EPOCH = "a80559c53ecad349c99b58061b708c64"
NO_HASH = "A" * 43
SOME_HASH = "P-PomNxlVPgcDeRNNwnsOO_wZIdnS7ULr4Oe3xmOtnc"
TIME = "2026-11-23T08:05:09.007Z"

# What a real kioskd sent as its first event, byte for byte. Everything else here is written by hand and hashed by
# `event` below; this one shows that the hash is also that of the Swift code.
REAL_EVENT = (
    b'{"bootid":"c69f680d-132e-4b68-918c-d24e9ad68bf8","clock":"unsynced","data":{"config":"d6Ob7AzLhrL86fyi",'
    b'"version":"0.1.0"},"datacontenttype":"application/json","epoch":"ab180ea7c8748ba545ccdb4d82c94a3d",'
    b'"hash":"o9mHyA-ws1S_uxaZTsgFZ6JMQnCvXLah85JViqPsesk","id":"01a20972-5f7b-7921-b9dc-f33bffd1e6e0",'
    b'"prevhash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","sequence":"1",'
    b'"source":"/kiosk/131002/k1310020007","specversion":"1.0","time":"2026-11-23T17:27:00.219Z",'
    b'"type":"kiosk.device.started.v1","uptimems":3723310}')


# MARK: Right messages

def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def seal(event):
    """Gives the event the hash of what it says, so that a planted mistake is the only one."""
    hashed = {name: event[name] for name in (
        "actor", "bootid", "clock", "data", "id", "subject", "time", "timeboundms", "type", "uptimems") if name in event}
    kiosk = event["source"].split("/")[-1]
    data = "\n".join(["kiosk-event-v1", kiosk, event["epoch"], event["sequence"], ""]).encode()
    data += base64.urlsafe_b64decode(event["prevhash"] + "=") + compact(hashed)
    event["hash"] = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    return event


def event(kind, data, sequence=1, previous=NO_HASH, **more):
    return seal({
        "specversion": "1.0", "id": f"01a20972-5f7b-7921-b9dc-{sequence:012x}", "source": f"/kiosk/131002/{KIOSK}",
        "type": f"kiosk.{kind}.v1", "time": TIME, "datacontenttype": "application/json", "data": data, "epoch": EPOCH,
        "sequence": str(sequence), "bootid": "c69f680d-132e-4b68-918c-d24e9ad68bf8", "uptimems": 3723310,
        "clock": "unsynced", "prevhash": previous, **more})


def chain(*facts):
    events, previous = [], NO_HASH
    for number, (kind, data, more) in enumerate(facts, 1):
        events.append(event(kind, data, number, previous, **more))
        previous = events[-1]["hash"]
    return events


def lacking(event, *names):
    return {name: value for name, value in event.items() if name not in names}


def short(events):
    """As a kiosk sends them: the chain is spelled out at the ends of a batch alone."""
    return [lacking(event, *(["prevhash"] if number else []), *(["hash"] if number < len(events) - 1 else []))
            for number, event in enumerate(events)]


def packed(body, dictionary):
    writer = zlib.compressobj(zdict=dictionary)
    return writer.compress(body) + writer.flush()


STARTED = ("device.started", {"version": "0.1.0", "config": "d6Ob7AzLhrL86fyi"}, {})
PARCEL = {"waybill": "SF1234567890123", "carriers": ["sf"], "raw": "SF1234567890123", "scanner": "scanner-1"}
RECEIVED = ("parcel.received", PARCEL, {"subject": "SF1234567890123"})
PACKAGE = ("parcel.received", {
    "waybill": "JDVA12345678901", "package": 2, "carriers": [], "symbology": "]C0",
    "raw": "]C0JDVA12345678901-2-3- é\u001d", "scanner": "scanner-2"},
    {"subject": "JDVA12345678901-2", "clock": "synced"})
# An event's id as `event` gives it to its first event, and one of an event that came long before.
FIRST, BEFORE = "01a20972-5f7b-7921-b9dc-000000000001", "01a20971-0000-7921-b9dc-f33bffd1e6e0"
PERSON_ID, RECIPIENT_ID = "p-7K2M9", "r-7K2M9"
ANNOUNCED = ("parcel.received", {
    **PARCEL, "carrier": "sf", "batch": BEFORE, "recipient": RECIPIENT_ID, "handling": "cold", "expected": True},
    {"subject": "SF1234567890123", "actor": PERSON_ID})
ACCEPTED = ("parcel.accepted", {
    "waybill": "123456789012", "carriers": ["sf", "zto", "sto"], "carrier": "zto", "raw": "1234 5678 9012",
    "scanner": "screen", "handling": "large"}, {"subject": "123456789012", "actor": PERSON_ID})


def parcel_event(deed, data, actor=PERSON_ID, subject="SF1234567890123"):
    return f"parcel.{deed}", data, {"subject": subject, **({"actor": actor} if actor else {})}


SHELVED = parcel_event("relocated", {"slot": "A1-12", "code": "A1-12-0417"})
AGREED = parcel_event("relocated", {"slot": "A1-12", "code": "A1-12-0417", "consent": "in-person"})
MOVED = parcel_event("relocated", {"slot": "3-2", "code": "204866", "handling": "normal"})
BY_CODE = parcel_event("collected", {"by": "code"}, RECIPIENT_ID)
BY_NOBODY = parcel_event("collected", {"by": "code"}, None)
BY_WORD = parcel_event("collected", {"by": "override", "reason": "id-shown"})
RETURNED = parcel_event("returned", {})
DISPATCHED = parcel_event("dispatched", {"batch": BEFORE, "carrier": "zto"}, subject="JDVA12345678901-2")
FLAGGED = parcel_event("flagged", {"flag": "wrong-village", "resolved": False})
NOT_AGREED = parcel_event("flagged", {"flag": "refused", "resolved": False, "consent": "refused"})
OVERDUE = parcel_event("flagged", {"flag": "overdue", "resolved": False}, None)
RESOLVED = parcel_event("flagged", {"flag": "overdue", "resolved": True})
CORRECTED = parcel_event("corrected", {
    "corrects": BEFORE, "undoes": "kiosk.parcel.collected.v1", "reason": "found", "code": "A1-12-0418"})
OPENED = ("batch.opened", {"kind": "delivery", "carrier": "sf", "courier": PERSON_ID, "desk": "scanner-1"},
          {"subject": FIRST, "actor": PERSON_ID})
CLOSED = ("batch.closed", {
    "kind": "delivery", "carrier": "sf", "courier": PERSON_ID, "scanned": 12, "missing": ["SF1234567890124"],
    "missingcount": 1, "unexpected": [f"SF12345678901{n:02}" for n in range(30, 33)], "unexpectedcount": 3},
    {"subject": BEFORE, "actor": "p-2"})
MANY_MISSING = ("batch.closed", {
    "kind": "dispatch", "courier": PERSON_ID, "scanned": 0, "missing": [f"SF{n:013}" for n in range(100)],
    "missingcount": 240, "unexpected": [], "unexpectedcount": 0}, {"subject": BEFORE, "actor": PERSON_ID})
SIGNED_IN = ("operator.signedin", {"role": "courier", "method": "badge", "desk": "scanner-2"},
             {"subject": PERSON_ID, "actor": PERSON_ID})
SIGNED_OUT = ("operator.signedout", {"reason": "restart", "desk": "screen"}, {"subject": PERSON_ID, "actor": PERSON_ID})
UPGRADED = ("journal.recovered", {
    "cause": "upgraded", "detail": "a journal of form 1", "quarantine": "quarantine/2", "salvaged": 9,
    "oldepoch": OLD_EPOCH, "oldhead": {"sequence": 9, "hash": SOME_HASH}, "lost": [], "mayhavelostmore": False}, {})
MOVED_RECORDS = ("journal.moved", {"oldepoch": OLD_EPOCH, "records": [
    {"sequence": 4, "hash": SOME_HASH, "id": BEFORE, "type": "kiosk.weighin.recorded.v1", "subject": "KW-ab180e-000123"},
    {"sequence": 9, "hash": SOME_HASH, "id": BEFORE, "type": "kiosk.till.counted.v1"}]}, {})
SYNCED = ("clock.synced", {"source": "center"}, {"clock": "synced", "timeboundms": 2000})
CONTRADICTED = ("clock.synced", {"source": "kernel", "contradicts": {
    "believed": "operator", "by": "kernel", "differencems": -86400000,
    "decided": {"from": 3, "through": 17, "count": 4}}}, {"clock": "synced", "timeboundms": 1000})
CONFIRMED = ("clock.confirmed", {"time": TIME, "boundms": 600000}, {"actor": PERSON_ID})
HELD = ("device.stopped", {"version": "0.1.0"}, {"clock": "holdover", "timeboundms": 261000})
STOPPED = ("device.stopped", {"version": "0.1.0"}, {})
RECOVERED = ("journal.recovered", {
    "cause": "damaged", "detail": "event 7: its content is not what was hashed", "quarantine": "quarantine/1",
    "salvaged": 5, "oldepoch": OLD_EPOCH, "oldhead": {"sequence": 9, "hash": SOME_HASH},
    "lost": [[2, 2], [4, 6]], "lostranges": 2, "lostevents": 4, "mayhavelostmore": True}, {})
APPLIED = {"version": 12, "digest": SOME_HASH, "count": 200}
LIST_APPLIED = ("expected.applied", APPLIED, {})
ROSTER_APPLIED = ("roster.applied", {**APPLIED, "version": 1, "count": 0}, {})
CATALOG_APPLIED = ("catalog.applied", APPLIED, {})
ORDERS_APPLIED = ("orders.applied", {**APPLIED, "count": 0}, {})
WEIGH_IN, LOT, ORDER = "KW-ab180e-000123", "KL-ab180e-000045", "O-20261124-0007"
SCALE = {"serial": "A9-20260417", "protocol": "toledo-continuous", "interval": 5}
WEIGHED = ("weighin.recorded", {
    "number": WEIGH_IN, "farmer": "p-3", "identified": "card", "produce": "tomato", "grade": "1",
    "lot": LOT, "gross": 12345, "tare": 1500, "net": 10845, "taremode": "preset", "container": "crate-blue",
    "stability": "device", "scale": SCALE, "raw": "AjAwMTIzNDUwDQ",
    "price": {"fenperkg": 321, "list": 7, "rounding": "half-up"}, "amount": 3481, "warnings": ["below-minimum"]},
    {"subject": WEIGH_IN, "actor": PERSON_ID})


def weighed(drop=(), **changes):
    """A weigh-in with some of its data changed or gone."""
    data = {name: value for name, value in {**WEIGHED[1], **changes}.items() if name not in drop}
    return "weighin.recorded", data, WEIGHED[2]


def price(rounding="half-up", fenperkg=500):
    return {"fenperkg": fenperkg, "list": 7, "rounding": rounding}


# Half a fen: of 2001 g at 500 fen, which is 1000.5, and of 2003 g, which is 1001.5.
PLAIN = {"gross": 2001, "tare": 0, "net": 2001, "taremode": "none", "scale": {"protocol": "yaohua-a9"}}
HALF_UP = weighed(("container", "warnings"), **PLAIN, price=price(), amount=1001)
HALF_EVEN = weighed(("container",), **PLAIN, price=price("half-even"), amount=1000)
HALF_ODD = weighed(("container",), **{**PLAIN, "gross": 2003, "net": 2003}, price=price("half-even"), amount=1002)
FOR_NOTHING = weighed(("container",), taremode="measured", price=price(fenperkg=0), amount=0, stability="inferred")
UNPRICED = weighed(("price", "amount"), warnings=["unchecked", "unpriced"], identified="tail")
VOIDED = ("weighin.voided", {"voids": BEFORE, "number": WEIGH_IN, "reason": "wrong-tare"}, WEIGHED[2])
PRICED = ("weighin.priced", {
    "prices": BEFORE, "number": WEIGH_IN, "price": {"fenperkg": 321, "list": 8, "rounding": "half-up"}, "amount": 3481,
    "reason": "placed"}, {"subject": WEIGH_IN})
VOIDED_LATER = ("weighin.voided", {**VOIDED[1], "approvedby": "p-9"}, WEIGHED[2])
PAYMENT = "KP-ab180e-000012"
OTHER_EVENT = "01a20972-5f7b-7921-b9dc-f33bffd1e6e1"
ITEM = {"id": BEFORE, "number": WEIGH_IN, "amount": 3481}
OTHER_ITEM = {"id": OTHER_EVENT, "number": "KW-ab180e-000124", "amount": 481}
PAID = ("payment.made", {
    "number": PAYMENT, "farmer": "p-3", "method": "cash", "crates": [ITEM], "takenback": [OTHER_ITEM], "amount": 3000},
    {"subject": PAYMENT, "actor": PERSON_ID})
TRANSFERRED = ("payment.made", {
    "number": PAYMENT, "farmer": "p-3", "method": "transfer", "reference": "T-20261130-0007", "crates": [ITEM],
    "amount": 3481}, {"subject": PAYMENT})
REVERSED = ("payment.reversed", {"reverses": BEFORE, "number": PAYMENT, "reason": "failed", "approvedby": "p-9"},
            {"subject": PAYMENT, "actor": PERSON_ID})
TILL_OPENED = ("till.counted", {"occasion": "opened", "counted": 50000}, {"actor": PERSON_ID})
TILL_CLOSED = ("till.counted", {
    "occasion": "closed", "counted": 46000, "before": 50000, "paid": 3481, "payments": 1, "returned": 0,
    "expected": 46519, "difference": -519}, {"actor": PERSON_ID})
NEWCOMER = "PN-ab180e-000001"
ADDED = ("person.added", {
    "name": "黄*", "roles": ["farmer"], "tail": "5678", "number": 900001, "badge": SOME_HASH},
    {"subject": NEWCOMER, "actor": PERSON_ID})
STAND_IN = ("person.added", {"name": "某*", "roles": ["courier"], "number": 900002, "badge": SOME_HASH, "carrier": "sf"},
            {"subject": "PN-ab180e-000002", "actor": PERSON_ID})
MERGED = ("roster.applied", {**APPLIED, "merged": [{"id": NEWCOMER, "into": "p-7K2M9"}]}, {})
PAYMENTS_APPLIED = ("payments.applied", {
    **APPLIED, "count": 2, "recorded": 1, "refused": [{"id": "T-20261130-0008", "reason": "not-open"}]}, {})
PACKED = ("lot.packed", {
    "farmer": "p-3", "produce": "tomato", "grade": "1", "crates": [WEIGH_IN, "KW-ab180e-1000000"], "net": 21690,
    "amount": 6962, "unpriced": 0}, {"subject": LOT, "actor": PERSON_ID})
EMPTIED = ("lot.packed", {**PACKED[1], "crates": [], "net": 0, "amount": 0}, PACKED[2])
OFFERED = ("lot.offered", {"quantity": 20000, "fenperkg": 990, "until": TIME}, PACKED[2])
ORDER_PACKED = ("order.packed", {
    "parcel": "SF1234567890123",
    "items": [{"lot": LOT, "produce": "tomato", "grade": "1", "quantity": 5020}]}, {"subject": ORDER, "actor": PERSON_ID})
ORDER_GONE = ("order.dispatched", {"parcel": "SF1234567890123", "batch": BEFORE}, {"subject": ORDER, "actor": PERSON_ID})
ORDER_LEFT = ("order.dispatched", {"parcel": "SF1234567890123"}, {"subject": ORDER})
ORDER_ACCEPTED = ("parcel.accepted", {**ACCEPTED[1], "order": ORDER}, ACCEPTED[2])
ORDER_BACK = ("parcel.corrected", {**CORRECTED[1], "order": ORDER}, CORRECTED[2])
CHECKED = ("scale.checked", {
    "reference": 20000, "shown": 20010, "tolerance": 10, "passed": True, "scale": SCALE, "raw": "AjAyMDAxMDANCg"},
    {"actor": PERSON_ID})
CHECK_FAILED = ("scale.checked", {**CHECKED[1], "shown": -5, "passed": False}, {})
NOTHING_LEFT = ("journal.recovered", {
    "cause": "log-missing", "detail": "the write-ahead log is gone", "quarantine": "quarantine/12", "salvaged": 0,
    "lost": [], "mayhavelostmore": True}, {})

STATUS = {
    "state": "online", "kiosk": KIOSK, "epoch": EPOCH, "head": 57, "hash": SOME_HASH,
    "acknowledged": 56, "oldestms": 1204, "time": TIME, "clock": "synced", "timeboundms": 2000,
    "clocksource": "kernel", "asks": "c69f680d-3728895", "versions": {"agent": "0.1.0"},
    "config": "unknown", "alarms": [{"code": "disk-reserve", "detail": "too little space is free"}],
    "peripherals": [{"name": "scanner-1", "kind": "scanner", "connected": True},
                    {"name": "scale", "kind": "scale", "connected": False, "problem": "no such device"}],
    "board": {"uptimems": 3728895, "freebytes": 83907858432, "residentkib": 39504}}
# The journal cannot be used; nothing is said of it.
DEGRADED = {
    **{name: STATUS[name] for name in STATUS if name not in ("epoch", "head", "hash", "acknowledged", "oldestms")},
    "state": "degraded", "alarms": [{"code": "storage-failed", "detail": "nothing can be recorded"}]}
ACKNOWLEDGEMENT = {
    "epoch": EPOCH, "through": 3, "hash": "PQtkzVQV2DQQ9r8LnWMHS7mAkXFpMTh9TH3b3Cx6CDk", "missing": [[4, 9]],
    "answers": "c69f680d-3728895", "time": TIME, "timeboundms": 40}
RECIPIENT = {"id": "r-7K2M9", "name": "张*", "tail": "5678"}
EXPECTED_PARCEL = {
    "waybill": "JDVA12345678901", "package": 2, "carrier": "jd", "recipient": RECIPIENT, "handling": "cold",
    "code": "shelf", "consent": "order"}
EXPECTED = {"version": 12, "parcels": [EXPECTED_PARCEL, {"waybill": "SF1234567890123"}]}
PIN = {"iterations": 20000, "salt": "AAECAwQFBgcICQoLDA0ODw", "hash": "362gcf8kfmvsN3NtvtG6k6WK-JqggRdqGgJsrAOCI74"}
PERSON = {
    "id": "p-7K2M9", "name": "李*", "roles": ["courier", "operator"], "badge": SOME_HASH, "pin": PIN, "tail": "5678",
    "number": 7, "carrier": "sf", "was": ["PN-ab180e-000001"]}
PRODUCE = {"id": "tomato", "number": 11, "name": "番茄", "english": "Tomatoes",
           "grades": [{"id": "1", "name": "一级"}, {"id": "2", "name": "二级"}]}
CONTAINER = {"id": "crate-blue", "number": 1, "name": "蓝筐", "tare": 1500}
PRICE = {"produce": "tomato", "grade": "1", "fenperkg": 320, "from": "2026-11-23T16:00:00.000Z",
         "until": "2026-11-30T16:00:00.000Z"}
NEXT_PRICE = {"produce": "tomato", "grade": "1", "fenperkg": 340, "from": "2026-11-30T16:00:00.000Z"}
CATALOG = {"version": 7, "produce": [PRODUCE], "containers": [CONTAINER],
           "prices": [NEXT_PRICE, PRICE, {"produce": "tomato", "grade": "2", "fenperkg": 0}]}
LINE = {"produce": "tomato", "grade": "1", "quantity": 5000, "lot": LOT}
AN_ORDER = {"id": ORDER, "carrier": "sf", "recipient": RECIPIENT, "tolerance": 50, "lines": [LINE]}
ORDERS = {"version": 5, "orders": [
    AN_ORDER, {"id": "O-1", "tolerance": 0, "lines": [{"produce": "tomato", "grade": "2", "quantity": 1}]}]}
TRANSFER = {"id": "T-20261130-0007", "farmer": "p-3", "crates": [ITEM]}
PAYMENTS = {"version": 4, "transfers": [TRANSFER, {"id": "T-20261130-0008", "farmer": "p-4", "crates": [OTHER_ITEM]}]}
ROSTER = {"version": 3, "people": [PERSON, {"id": "p-2", "name": "王师傅", "roles": ["farmer"]}]}
COUNTERS = {"attempts": 1, "connections": 1, "batches": 9, "events": 59, "plainbytes": 34819, "sentbytes": 7315,
            "acknowledgements": 9, "refused": 0}
LOCAL_STATUS = {
    # The time is asked of the center alone.
    **{name: STATUS[name] for name in STATUS if name != "asks"}, "pending": 1, "anchor": 0, "parcels": 56, "scans": {"saved": 56, "too-long": 1},
    "devices": [{"name": "scanner-1", "kind": "scanner", "path": "/dev/ttyACM0", "connected": True,
                 "counters": {"opens": 1, "bytes": 1098, "scans": 69}}],
    "link": {"state": "waiting", "host": "localhost:8883", "nextms": 900, "trouble": "refused", "counters": COUNTERS},
    "scale": {"grams": -5, "kind": "net", "stability": "stable", "range": "ok", "agems": 29}}


def mqtt(topic, body, encoding=None, **properties):
    if not isinstance(body, bytes):
        body = compact(body)
    if encoding:
        properties["content-encoding"] = encoding
    if encoding == "deflate":
        body = zlib.compress(body)
    line = {"topic": topic, "payload": base64.b64encode(body).decode()}
    if properties:
        line["properties"] = properties
    return "mqtt", line


def events(batch, encoding=None, topic=f"{TOPIC}/up/events", **properties):
    return mqtt(topic, batch, encoding, **properties)


def status(**changes):
    return mqtt(f"{TOPIC}/up/status", without({**STATUS, **changes}))


def acknowledgement(**changes):
    return mqtt(f"{TOPIC}/down/ack", without({**ACKNOWLEDGEMENT, **changes}))


def expected(encoding=None, **changes):
    """One parcel, with a mistake in it."""
    return mqtt(f"{TOPIC}/down/expected", {"version": 12, "parcels": [without({**EXPECTED_PARCEL, **changes})]}, encoding)


def recipient(**changes):
    return expected(recipient=without({**RECIPIENT, **changes}))


def person(**changes):
    return mqtt(f"{TOPIC}/down/roster", {"version": 3, "people": [without({**PERSON, **changes})]})


def catalog(**changes):
    return mqtt("kiosk/v1/131002/all/down/catalog", without({**CATALOG, **changes}))


def produce(**changes):
    return catalog(produce=[without({**PRODUCE, **changes})])


def container(**changes):
    return catalog(containers=[without({**CONTAINER, **changes})])


def priced(*prices, **changes):
    """Several prices, or one with a mistake in it."""
    return catalog(prices=list(prices) or [without({**PRICE, **changes})])


def orders(*several):
    return mqtt(f"{TOPIC}/down/orders", {"version": 5, "orders": list(several)})


def order(**changes):
    return orders(without({**AN_ORDER, **changes}))


def line(**changes):
    return order(lines=[without({**LINE, **changes})])


def payments(*several):
    return mqtt(f"{TOPIC}/down/payments", {"version": 4, "transfers": list(several)})


def transfer(**changes):
    return payments(without({**TRANSFER, **changes}))


def center(body):
    return mqtt("kiosk/v1/center/state", body)


def http(path, body, kind="application/json", code=200, method="GET"):
    if not isinstance(body, bytes):
        body = compact(body)
    line = {"method": method, "path": path, "status": code, "type": kind, "body": base64.b64encode(body).decode()}
    return "http", line


def local_status(**changes):
    return http("/v1/status", without({**LOCAL_STATUS, **changes}))


def without(body):
    """A change to None takes the member away."""
    return {name: value for name, value in body.items() if value is not None}


def changed(fact, sealed=True, drop=None, **changes):
    """One event with a mistake in it; hashed with the mistake, unless the hash is the mistake."""
    kind, data, more = fact
    one = event(kind, copy.deepcopy(data), **more)
    one.update(changes)
    if drop:
        del one[drop]
    return [seal(one) if sealed else one]


def with_data(fact, drop=None, **changes):
    kind, data, more = fact
    data = {**data, **changes}
    if drop:
        del data[drop]
    return events([event(kind, data, **more)])


def stream(*pairs):
    text = b": connected\n\n"
    for name, body in pairs:
        text += b"event: " + name.encode() + b"\ndata: " + compact(body) + b"\n\n"
    return text


def outcome(kind, word, text="好", scanner="scanner-1", **more):
    return {"outcome": kind, "word": word, "text": text, "english": "Well", "scanner": scanner, **more}


def outcomes(*said):
    return http("/v1/outcomes/stream", stream(*[("outcome", one) for one in said]), SSE)


SUBJECT = {"subject": "SF1234567890123"}
TOUCHED = {**SUBJECT, "status": "shelved", "since": TIME, "sequence": 2, "slot": "A1-12"}
COUNT = {"kind": "delivery", "scanned": 3, "missing": [], "missingcount": 0, "unexpected": [], "unexpectedcount": 0}
HERE = {**RECIPIENT, "tail": ""}
LIST = [{"subject": "SF1234567890123", "slot": "A1-12"}, {"subject": "JDVA12345678901-2"}]
SAVED = outcome("saved", "received", **SUBJECT, status="received", sequence=2, carriers=["sf"])
ALREADY = outcome("already", "already", **TOUCHED)
REFUSED = outcome("refused", "scan", reason="personal")


def saved(word, **more):
    return outcome("saved", word, **{"sequence": 2, "carriers": [], **more})


def refused(word, **more):
    return outcome("refused", word, reason=word, **more)


GOODS = {
    "farmer": "张*", "produce": "番茄", "grade": "一级", "container": "蓝筐", "gross": 12345, "tare": 1500,
    "taremode": "preset", "net": 10845, "stability": "device", "fenperkg": 321, "amount": 3481,
    "warnings": ["below-minimum", "unchecked"], "lot": LOT, "crates": 1}
WHOLE = {"farmer": "张*", "produce": "番茄", "grade": "一级", "lot": LOT, "crates": 2, "net": 21690, "amount": 6962}
OWED = {"farmer": "张*", "owed": 3000, "crates": 1, "refund": 481, "unpriced": 1, "unpricednet": 9000, "limit": 5000,
        "payable": 3000, "payablecrates": 1}
PAYOUT = {"farmer": "张*", "amount": 3000, "method": "cash", "crates": 1, "owed": 0}
WANTED = {"order": ORDER, "produce": "tomato", "grade": "1", "wanted": 5000}
READY = outcome("attention", "weigh-ready", goods={
    "farmer": "张*", "produce": "番茄", "grade": "一级", "tare": 1500, "taremode": "measured", "chosen": "tare"})
CRATE = saved("weighed", subject=WEIGH_IN, goods=GOODS)
UNSTABLE = outcome("refused", "scale", reason="scale-unstable", goods={"farmer": "张*", "produce": "番茄"})

# Each word, with what comes with it at least, and often more.
OUTCOMES = [
    {**SAVED, "recipient": HERE, "batch": COUNT},
    saved("shelved", **SUBJECT, status="shelved", slot="A1-12", code="A1-12-0417", recipient=RECIPIENT),
    saved("moved", **TOUCHED, code="204866", flags=["damaged", "overdue"]),
    saved("collected", **SUBJECT, status="collected", parcels=LIST),
    saved("returned", **SUBJECT, status="returned"),
    saved("dispatched", **SUBJECT, status="dispatched", batch={**COUNT, "kind": "dispatch"}),
    {**saved("accepted", **SUBJECT, status="accepted"), "carriers": ["sf", "zto"]},
    saved("flagged", **TOUCHED, flags=["missing"]),
    saved("consent-refused", **TOUCHED, flags=["refused"]),
    outcome("attention", "ask-consent", **SUBJECT, status="received", sequence=5),
    saved("resolved", **TOUCHED),
    saved("undone", **SUBJECT),
    saved("batch-opened", batch={**COUNT, "scanned": 0}),
    saved("batch-closed", batch={**COUNT, "missing": ["SF1234567890124"], "missingcount": 1}),
    saved("signed-in", person="李*", role="operator", practice=True),
    saved("signed-out"),
    without({**ALREADY, "sequence": None}),
    outcome("already", "already", person="李*"),
    outcome("attention", "mode", mode="find"),
    outcome("attention", "found", **TOUCHED, possible=["collect", "return"], recipient=RECIPIENT),
    outcome("attention", "typed", typed="7-••-•"),
    outcome("attention", "cancelled"),
    outcome("attention", "armed", command="KC-FLAG-WRONG-VILLAGE"),
    outcome("attention", "ask-carrier", **SUBJECT, carriers=["sf", "zto"]),
    outcome("attention", "ask-code", **TOUCHED),
    outcome("attention", "ask-reason", **SUBJECT),
    outcome("attention", "pick-up", parcels=LIST),
    outcome("attention", "pick-up-ended"),
    outcome("attention", "nothing-here"),
    outcome("attention", "nothing-here", subject=WEIGH_IN),
    outcome("attention", "nothing-here", subject=LOT),
    outcome("attention", "practice-began", practice=True),
    outcome("attention", "practice-ended"),
    outcome("attention", "no-slot", **SUBJECT, status="received", sequence=5),
    REFUSED,
    refused("impossible", **SUBJECT, possible=["receive", "accept"], batch=COUNT),
    refused("wrong-parcel", subject="SF1234567890124", parcels=LIST),
    refused("locked", waitms=59_999),
    refused("answer-first", **SUBJECT),
    refused("batch-is-open", batch=COUNT),
    refused("not-for-dispatch", **TOUCHED),
    refused("changed-since", **TOUCHED),
    refused("sign-in-first", sequence=9),
    outcome("attention", "ask-farmer", mode="weigh"),
    outcome("attention", "ask-farmer", goods={"choices": ["张*", "李*"]}),
    outcome("attention", "ask-produce", goods={"farmer": "张*", "chosen": "farmer"}),
    outcome("attention", "ask-grade", goods={"farmer": "张*", "produce": "番茄", "choices": ["一级"], "chosen": "produce"}),
    READY,
    CRATE,
    saved("voided", subject=WEIGH_IN, goods={**GOODS, "voided": True, "crates": 0}),
    saved("lot-closed", goods=WHOLE),
    saved("offered", goods={**WHOLE, "fenperkg": 990}),
    saved("packed", **SUBJECT, status="accepted", goods={"order": ORDER, "net": 5020}),
    saved("dispatched", **SUBJECT, status="dispatched", goods={"order": ORDER}),
    saved("checked", goods={"gross": 20010, "reference": 20000}),
    outcome("attention", "check-failed", goods={"gross": -5, "reference": 20000}, sequence=9),
    outcome("attention", "ask-order", mode="pack"),
    outcome("attention", "pack-next", goods={**WANTED, "lineweighed": True}),
    outcome("attention", "weigh-order", goods={**WANTED, "lot": LOT}),
    outcome("attention", "scan-waybill", goods={"order": ORDER, "net": 5020, "lineweighed": True}),
    outcome("attention", "found", subject=WEIGH_IN, goods=GOODS),
    outcome("attention", "found", goods=WHOLE),
    outcome("attention", "receipt-right", subject=WEIGH_IN, goods=GOODS),
    outcome("attention", "receipt-right"),
    saved("time-set", time=TIME),
    saved("signed-in", person="李*", role="operator", asktime=True),
    saved("paid", subject=PAYMENT, money=PAYOUT),
    saved("payment-reversed", subject=PAYMENT, money={**PAYOUT, "owed": 3000, "reversed": True}),
    saved("till-counted", till={"occasion": "closed", "counted": 46000, "expected": 46519, "difference": -519}),
    saved("till-counted", till={"occasion": "opened", "counted": 0}),
    outcome("already", "already", subject=PAYMENT, money={**PAYOUT, "reversed": True}),
    outcome("attention", "found", subject=PAYMENT, money=PAYOUT),
    outcome("attention", "balance", money=OWED),
    outcome("attention", "ask-farmer", mode="pay"),
    outcome("attention", "ask-supervisor", subject=PAYMENT, why="failed", money=PAYOUT),
    outcome("attention", "ask-supervisor", subject=WEIGH_IN, why="returned", goods={**GOODS, "payment": PAYMENT}),
    outcome("attention", "ask-another-supervisor"),
    outcome("attention", "ask-new-person", newcomer={"name": "黄*", "role": "farmer", "tail": "5678", "known": True}),
    outcome("attention", "ask-new-person", newcomer={"name": "某*", "role": "courier", "carrier": "sf"}),
    saved("person-added", subject=NEWCOMER, newcomer={"name": "黄*", "role": "farmer", "number": 900001}),
    outcome("attention", "ask-tail"),
    refused("badge-expired"),
    outcome("attention", "typed", typed="120-50"),
    refused("more-than-owed", money={"farmer": "张*", "owed": 1000, "crates": 1}),
    outcome("attention", "ask-amount"),
    refused("nothing-to-pay", money={"farmer": "张*", "owed": -481, "crates": 0, "refund": 481}),
    refused("reverse-later-first", subject=PAYMENT),
    refused("pay-first"),
    refused("nothing-to-reverse"),
    outcome("attention", "ask-time"),
    refused("time-known", time=TIME),
    outcome("already", "already", subject=WEIGH_IN, goods={**GOODS, "voided": True}),
    outcome("already", "already", **SUBJECT, goods={"order": ORDER}),
    UNSTABLE,
    *[{**UNSTABLE, "reason": f"scale-{obstacle}"} for obstacle in ("not-returned", "exchanged", "overloaded", "frozen")],
    refused("only-reference", goods={"gross": 12340, "reference": 20000}),
    refused("nothing-asked", command="KC-NEXT-SHELF"),
    saved("signed-out", closed={"lot": LOT, "crates": 2, "net": 18500, "amount": 6000}),
    outcome("attention", "ask-grade", closed={"lot": LOT, "crates": 1, "net": 18500},
            goods={"farmer": "张*", "produce": "番茄", "choices": ["一级"], "chosen": "produce"}),
    refused("tare-too-heavy", goods={**GOODS, "gross": 100}),
    refused("wrong-mode", **SUBJECT),
    refused("wrong-lot", goods=WANTED),
    refused("not-as-ordered", goods={**WANTED, "net": 100}),
    refused("sold-already", subject=WEIGH_IN, goods=GOODS),
    *[refused(word) for word in (
        "scale-is-tared", "below-minimum", "verification-expired", "check-first", "no-price", "no-reference",
        "unknown-produce", "unknown-container", "weigh-first", "no-lot", "scan-label-first", "unknown-order", "lot-is-open", "nothing-to-void",
        "receipt-wrong", "receipt-unknown")],
    *[refused(word) for word in (
        "wrong-code", "not-permitted", "unknown-person", "nobody-found", "wrong-pin", "open-batch-first", "no-batch", "nothing-to-undo",
        "nothing-asked", "no-shelves")],
]

PARCEL_HERE = {
    **SUBJECT, "status": "shelved", "flags": ["overdue"], "handling": "cold", "slot": "A1-12", "code": "A1-12-0417",
    "carrier": "sf", "batch": BEFORE, "recipient": HERE, "arrived": TIME, "sequence": 0, "touched": TIME,
    "possible": ["shelve", "collect"]}
PARCEL_GONE = {
    "subject": "JDVA12345678901-2", "status": "collected", "flags": [], "handling": "normal", "sequence": 9,
    "touched": TIME, "possible": []}
PARCEL_ACCEPTED = {**PARCEL_GONE, "status": "accepted", "possible": ["dispatch"]}
PARCEL_EXPECTED = {
    **SUBJECT, "status": "expected", "carrier": "sf", "handling": "normal", "recipient": RECIPIENT,
    "possible": ["receive", "accept"]}
WEIGHED_HERE = {
    **WEIGHED[1], "farmer": "p-3", "name": "张*",
    "sequence": 57, "time": TIME}
VOIDED_HERE = without({
    **WEIGHED_HERE, "number": "KW-ab180e-000124", "price": None, "amount": None, "warnings": ["unpriced"],
    "name": None, "time": None, "voided": "returned"})
LOT_HERE = {
    "lot": LOT, "farmer": "p-3", "name": "张*", "produce": "tomato", "grade": "1", "status": "packed",
    "crates": [WEIGH_IN], "net": 10845, "taken": 5020, "left": 5825}
OFFERED_HERE = {**LOT_HERE, "status": "offered", "offer": {"quantity": 5825, "fenperkg": 990, "until": TIME},
                "onsale": 5825}
ORDER_HERE = {
    "order": ORDER, "status": "packed", "carrier": "sf", "recipient": "张*", "tolerance": 50, "lines": [LINE],
    "waybill": "SF1234567890123"}
ORDER_OPEN = {"order": "O-1", "status": "open", "tolerance": 0, "lines": [LINE]}
SHIPMENT = {
    "order": ORDER, "status": "dispatched", "waybill": "SF1234567890123", "parcel": "dispatched",
    "items": ORDER_PACKED[1]["items"]}
TRACE = {"weighin": WEIGHED_HERE, "lot": LOT_HERE, "shipments": [SHIPMENT]}
LATER_HERE = {**WEIGHED_HERE, "number": "KW-ab180e-000125", "pricedlater": "listed", "payment": PAYMENT}
ACCOUNT = {
    "farmer": "p-3", "name": "张*", "from": TIME, "before": -20,
    "lines": [{**one, "kind": "crate", "change": 3481} for one in (WEIGHED_HERE, VOIDED_HERE)] + [
        {"kind": "voiding", "number": "KW-ab180e-000124", "change": 0, "time": TIME},
        {"kind": "price", "number": "KW-ab180e-000125", "change": 3481},
        {"kind": "payment", "number": PAYMENT, "change": -3000, "method": "cash"},
        {"kind": "reversal", "number": PAYMENT, "change": 3000}],
    "totals": {
        "count": 1, "net": 10845, "amount": 3481, "unpriced": 0, "unpricednet": 0, "voided": 1, "voidednet": 10845,
        "voidedamount": 0, "paid": 0, "owed": 3461}}
BALANCE = {
    "farmer": "p-3", "name": "张*", "owed": -10, "unpricednet": 9000,
    "unpaid": [{"number": WEIGH_IN, "produce": "tomato", "grade": "1", "net": 10845, "amount": 3481, "time": TIME}],
    "refunds": [], "unpriced": [{"number": WEIGH_IN, "produce": "tomato", "grade": "1", "net": 9000}]}
PAYMENT_HERE = {**PAID[1], "name": "张*", "sequence": 61, "time": TIME}
PAYMENT_BACK = {**TRANSFERRED[1], "number": "KP-ab180e-000013", "sequence": 62, "reversed": "failed"}
TILL_HERE = {"open": True, "before": 50000, "paid": 3481, "payments": 1, "returned": 0, "expected": 46519}
POINT = {
    "desks": [{"name": "scanner-2", "mode": "weigh", "practice": False, "person": "李*", "role": "operator"}, {"name": "scanner-1", "mode": "return", "practice": False, "person": "李*", "role": "courier"},
              {"name": "screen", "mode": "receive", "practice": True}],
    "batches": [{"id": BEFORE, "kind": "dispatch", "carrier": "sf", "courier": PERSON_ID, "desk": "screen",
                 "opened": TIME, "scanned": 0}],
    "shelves": [{"slot": "A1-12", "for": "large", "capacity": 1, "occupied": 2}],
    "awaited": ["SF1234567890124"], "expected": 12, "roster": 3}


def point(**changes):
    return http("/v1/point", without({**POINT, **changes}))


def parcel(told=PARCEL_HERE, path="/v1/parcels/SF1234567890123", **changes):
    return http(path, without({**told, **changes}))


def weigh_in(told=WEIGHED_HERE, path=f"/v1/weighins/{WEIGH_IN}", **changes):
    return http(path, without({**told, **changes}))


def weigh_ins(*told, query=""):
    return http(f"/v1/weighins{query}", b"".join(compact(one) + b"\n" for one in told), NDJSON)


def lot(told=LOT_HERE, path=f"/v1/lots/{LOT}", **changes):
    return http(path, without({**told, **changes}))


def told_orders(*told):
    return http("/v1/orders", b"".join(compact(one) + b"\n" for one in told), NDJSON)


def trace(told=TRACE, **changes):
    return http(f"/v1/trace/{WEIGH_IN}", without({**told, **changes}))


def account(query="", **changes):
    return http(f"/v1/statements/p-3{query}", without({**ACCOUNT, **changes}))


def parcels(*told, query="", end=b"\n"):
    return http(f"/v1/parcels{query}", b"".join(compact(one) + end for one in told), NDJSON)


def problem(path, code, error, method="GET"):
    return http(path, {"error": error, "detail": "…"}, code=code, method=method)


def said(body, desk="screen", verb="scan", **more):
    return http(f"/v1/desks/{desk}/{verb}", body, method="POST", **more)


VERIFIED = {"epoch": EPOCH, "anchor": 0, "through": 30, "head": 57}
NDJSON, SSE = "application/x-ndjson", "text/event-stream"
TWO_EVENTS = chain(STARTED, RECEIVED)

RIGHT = {
    "what a real kioskd sent": events(b"[" + REAL_EVENT + b"]", "deflate"),
    "every event type": events(
        chain(OPENED, RECOVERED, MOVED_RECORDS, UPGRADED, STARTED, RECEIVED, PACKAGE, ANNOUNCED, ACCEPTED, SHELVED, AGREED, MOVED, BY_CODE, BY_NOBODY,
              BY_WORD, RETURNED, DISPATCHED, FLAGGED, NOT_AGREED, OVERDUE, RESOLVED, CORRECTED, CLOSED, MANY_MISSING, SIGNED_IN,
              SIGNED_OUT, LIST_APPLIED, ROSTER_APPLIED, CATALOG_APPLIED, ORDERS_APPLIED, SYNCED, CONTRADICTED, CONFIRMED,
              HELD), "deflate",
        **{"content-type": "application/cloudevents-batch+json"}),
    "every event type of produce": events(
        chain(OPENED, WEIGHED, HALF_UP, HALF_EVEN,
              HALF_ODD, FOR_NOTHING, UNPRICED, VOIDED, PRICED, VOIDED_LATER, PAID, TRANSFERRED, REVERSED, TILL_OPENED,
              TILL_CLOSED, ADDED, STAND_IN, MERGED, PAYMENTS_APPLIED, PACKED, EMPTIED, OFFERED, ORDER_PACKED, ORDER_GONE, ORDER_LEFT,
              ORDER_ACCEPTED, ORDER_BACK, CHECKED, CHECK_FAILED), "deflate",
        **{"content-type": "application/cloudevents-batch+json"}),
    # What only looks like a mobile number: a part of a longer number, of an id, of a hash; ten digits; another beginning.
    "numbers that are nobody's": events(chain(*[
        parcel_event(deed, data, "p-1", subject) for deed, data, subject in (
            ("returned", {"batch": "01a20971-0000-7921-b9dc-13812345678a"}, "1381234567890"),
            ("returned", {"batch": "01a20971-0000-7921-b9dc-a13812345678"}, "SF13812345678"),
            ("returned", {}, "12812345678"), ("returned", {}, "1381234567"), ("returned", {}, "13812345678X"),
            ("returned", {}, "861381234567812345"), ("returned", {}, "SF1381234567-8"))],
        ("device.started", {"version": "0.1.0", "config": "x13812345678_-xy"}, {}))),
    "a plain batch": events(chain(NOTHING_LEFT)),
    "fifty events": events(chain(*[RECEIVED] * 50), "deflate"),
    "a status": status(),
    "a status of an empty journal": status(head=0, hash=NO_HASH, oldestms=None, alarms=[], peripherals=[]),
    "a status without a journal": mqtt(f"{TOPIC}/up/status", DEGRADED),
    "the will": mqtt(f"{TOPIC}/up/status", {"state": "offline"}),
    "an acknowledgement": acknowledgement(),
    "an acknowledgement of nothing": acknowledgement(through=0, hash=NO_HASH, missing=[]),
    "an expected list": mqtt(
        f"{TOPIC}/down/expected", EXPECTED, **{"content-type": "application/json"}),
    "a compressed expected list": mqtt(
        f"{TOPIC}/down/expected", {"version": 1, "parcels": [{"waybill": f"SF{n:013}"} for n in range(2000)]}, "deflate"),
    "an empty expected list": mqtt(f"{TOPIC}/down/expected", {"version": 13, "parcels": []}),
    "a roster": mqtt(f"{TOPIC}/down/roster", ROSTER),
    "a catalog": catalog(),
    "an empty catalog": mqtt(
        "kiosk/v1/131002/all/down/catalog", {"version": 1, "produce": [], "containers": [], "prices": []}),
    "orders": mqtt(f"{TOPIC}/down/orders", ORDERS, **{"content-type": "application/json"}),
    "no orders": orders(),
    "payments": mqtt(f"{TOPIC}/down/payments", PAYMENTS, **{"content-type": "application/json"}),
    "no payments": payments(),
    "a waybill that begins like a telephone number": expected(waybill="1381234567890"),
    "the center online": center({"state": "online", "since": TIME}),
    "the center offline": center({"state": "offline", "since": TIME}),
    "the local status": local_status(),
    "the local status without a journal": http("/v1/status", {
        **{name: LOCAL_STATUS[name] for name in ("scans", "devices", "link")},
        **{name: DEGRADED[name] for name in DEGRADED if name != "asks"}}),
    "the local status without a broker or a scale": local_status(
        link={"state": "off"}, scale=None, scans={}, devices=[]),
    "events": http("/v1/events?after=0&limit=2", b"".join(compact(one) + b"\n" for one in TWO_EVENTS), NDJSON),
    "no events": http("/v1/events?after=99", b"", NDJSON),
    "a stream of events, cut off": http(
        "/v1/events/stream", stream(*[("event", one) for one in TWO_EVENTS]) + b"event: ev", SSE),
    "a stream of every outcome": outcomes(*OUTCOMES),
    "parcels": parcels(PARCEL_ACCEPTED, PARCEL_HERE, query="?after=A%2DB&limit=2"),
    "no parcels": parcels(query="?after=%E4%B8%AD&after=SF"),
    "a parcel": parcel(),
    "a parcel that is gone": parcel(PARCEL_GONE, "/v1/parcels/JDVA12345678901%2D2"),
    "a parcel that is expected": parcel(PARCEL_EXPECTED),
    "a parcel of which nothing is known": problem("/v1/parcels/SF1234567890123", 404, "not-here"),
    "the point": point(),
    "the point without people, shelves or documents": point(
        desks=[{"name": "screen", "mode": "receive", "practice": False}], batches=[], shelves=[], awaited=[],
        expected=None, roster=None),
    "the catalog in force": http("/v1/catalog", CATALOG),
    "no catalog": problem("/v1/catalog", 404, "no-catalog"),
    "what was weighed": weigh_ins(WEIGHED_HERE, VOIDED_HERE, query="?after=KW-AB180E-000122&limit=2"),
    "nothing weighed": weigh_ins(query="?after="),
    "weigh-ins after a number that is none": problem("/v1/weighins?after=7", 400, "bad-parameter"),
    "a weigh-in": weigh_in(),
    "a weigh-in asked for in capitals": weigh_in(path=f"/v1/weighins/{WEIGH_IN.upper()}"),
    "a weigh-in that counts no more": weigh_in(VOIDED_HERE, "/v1/weighins/KW-ab180e-000124"),
    "no weigh-in": problem("/v1/weighins/KW-ab180e-000009", 404, "no-such-weighin"),
    "a lot": lot(),
    "a lot on sale": lot(OFFERED_HERE, f"/v1/lots/{LOT.upper()}"),
    "an open lot of nothing": lot(status="open", crates=[], net=0, taken=0, left=0),
    "no lot": problem("/v1/lots/KL-7", 404, "no-such-lot"),
    "the orders": told_orders(ORDER_HERE, ORDER_OPEN),
    "no orders here": told_orders(),
    "the way of a crate": trace(),
    "the way of a lot": trace(weighin=None, shipments=[]),
    "the way of an order": trace({"lots": [LOT_HERE], "shipments": [SHIPMENT]}),
    "the way of nothing": problem("/v1/trace/SF1234567890123", 404, "no-trace"),
    "an account": account("?from=2026-11-23T16%3A00%3A00.000Z&until="),
    "an account of nothing": account(lines=[]),
    "an account with what nobody can place": account(unplaced=[{**VOIDED_HERE, "kind": "crate", "change": 0}]),
    "an account whose sums are beyond counting": account(totals=None),
    "what a farmer is owed": http("/v1/balances/p-3", BALANCE),
    "what nobody is owed": problem("/v1/balances/p-9", 404, "no-such-farmer"),
    "payments here": http("/v1/payments", b"".join(compact(one) + b"\n" for one in (PAYMENT_HERE, PAYMENT_BACK)), NDJSON),
    "payments after what is none": problem("/v1/payments?after=7", 400, "bad-parameter"),
    "the till": http("/v1/till", TILL_HERE),
    "a till that was never counted": problem("/v1/till", 404, "no-till"),
    "a crate with all that became of it": weigh_in(LATER_HERE, "/v1/weighins/KW-ab180e-000125"),
    "an account from no time": problem("/v1/statements/p-3?from=yesterday", 400, "bad-parameter"),
    "nobody's account": problem("/v1/statements/p-9", 404, "no-such-farmer"),
    "a crate entered": said({**CRATE, "scanner": "screen"}),
    "a parcel entered": said({**SAVED, "scanner": "screen"}),
    "a sign-in": said(refused("wrong-pin", scanner="scanner-2"), "scanner-2", "signin"),
    "practice": said(outcome("attention", "practice-began", scanner="screen", practice=True), verb="practice"),
    "a desk that is none": problem("/v1/desks/scanner-9/scan", 404, "no-such-desk", "POST"),
    "a body that is none": problem("/v1/desks/screen/signin", 400, "bad-body", "POST"),
    "a body too large": problem("/v1/desks/screen/practice", 413, "too-large", "POST"),
    "a path below a parcel": problem("/v1/parcels/SF1234567890123/label", 404, "not-found"),
    "every outcome counted": local_status(scans={
        word: 1 for word in (
            "saved", "already", "personal", "busy", "no-slot", "wrong-pin", "impossible", "scale-unstable",
            "below-minimum", "check-failed", "weigh-ready")}),
    "an empty stream": http("/v1/outcomes/stream", stream(), SSE),
    "a whole chain": http("/v1/verify?limit=30", VERIFIED),
    "a broken chain": http("/v1/verify", {**VERIFIED, "bad": {"sequence": 31, "problem": "it is missing"}}),
    "link now": http("/v1/link/now", {"asked": True}, code=202, method="POST"),
    "a bad parameter": http("/v1/events?limit=0", {"error": "bad-parameter", "detail": "limit must be …"}, code=400),
    "no such path": http("/v2", {"error": "not-found", "detail": "GET /v2: 404 Not Found"}, code=404),
    "HEAD": http("/v1/status", b"", code=404, method="HEAD"),
    "a failure": http("/v1/verify", {"error": "failed", "detail": "the journal is closed"}, code=500),
}
