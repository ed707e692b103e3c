"""Rules that a schema cannot say; their numbers are those of the list in asyncapi.yaml. An implementation of its own, from the
description alone: that it agrees with the Swift code is what it proves."""

import base64
import hashlib
import json
import re

from .documents import Wrong

# MARK: JSON as this project reads it

def strict_json(text):
    """A JSON value: whole numbers of 64 bits, no member twice, at most 32 deep (Sources/Domain/JSON+read.swift)."""
    def members(pairs):
        seen = {}
        for name, value in pairs:
            if name in seen:
                raise Wrong(f"the same member twice: {name}")
            seen[name] = value
        return seen

    def whole(digits):
        if len(digits) > 20 or not -2**63 <= int(digits) < 2**63:
            raise Wrong(f"number too large: {digits[:40]}")
        return int(digits)

    def fraction(digits):
        raise Wrong(f"only whole numbers are allowed: {digits[:40]}")

    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        value = json.loads(
            text, object_pairs_hook=members, parse_int=whole, parse_float=fraction, parse_constant=fraction)
        # Half a surrogate can be escaped in JSON, but is no character.
        canonical(value)
    except RecursionError:
        raise Wrong("nested too deeply") from None
    except UnicodeError as error:
        raise Wrong(f"not UTF-8: {error}") from None
    except ValueError as error:
        raise Wrong(f"not JSON: {error}") from None
    if depth(value) > 32:
        raise Wrong("nested too deeply")
    return value


def depth(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner), default=0)


def canonical(value):
    """The bytes of RFC 8785, for values without fractions."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return b"{" + b",".join(canonical(name) + b":" + canonical(value[name]) for name in names) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


# MARK: Events

def event_hash(event):
    kiosk = event["source"].rpartition("/")[2]
    hashed = {name: event[name] for name in (
        "actor", "bootid", "clock", "data", "id", "subject", "time", "timeboundms", "type", "uptimems") if name in event}
    place = f"kiosk-event-v1\n{kiosk}\n{event['epoch']}\n{event['sequence']}\n".encode()
    digest = hashlib.sha256(place + base64.urlsafe_b64decode(event["prevhash"] + "=") + canonical(hashed)).digest()
    return base64url(digest)


def check_event(event):
    _, _, county, kiosk = event["source"].split("/")
    check_county(county, kiosk)
    if event_hash(event) != event["hash"]:
        raise Wrong(f"event {event['sequence']} does not match its hash (rule 4)")
    if (event["sequence"] == "1") != (event["prevhash"] == GENESIS):
        raise Wrong(f"event {event['sequence']} has a wrong predecessor (rule 4)")
    _, noun, deed, _ = event["type"].split(".")
    check_subject(noun, deed, event)
    for text in texts([event.get("subject"), event.get("actor"), event["data"]]):
        if MOBILE.search(text):
            raise Wrong("a text holds a mobile number (rule 10)")
    if (noun, deed) == ("batch", "closed"):
        check_count(event["data"])
    if (noun, deed) == ("weighin", "recorded"):
        check_weighin(event["data"])
    if (noun, deed) == ("scale", "checked"):
        data = event["data"]
        if data["passed"] != (abs(data["shown"] - data["reference"]) <= data["tolerance"]):
            raise Wrong("a check of the scale is passed or not (rule 15)")
    if (noun, deed) == ("payment", "made"):
        check_payment(event["data"])
    if (noun, deed) == ("till", "counted"):
        check_till(event["data"])
    if (noun, deed) == ("journal", "recovered"):
        check_ranges(event["data"]["lost"])


def check_subject(noun, deed, event):
    data, subject, actor = event["data"], event.get("subject"), event.get("actor")
    if "waybill" in data:
        waybill = data["waybill"] + (f"-{data['package']}" if "package" in data else "")
        if subject != waybill:
            raise Wrong(f"the subject is {subject}, the waybill says {waybill} (rule 9)")
    if (noun, deed) == ("batch", "opened"):
        if subject != event["id"]:
            raise Wrong(f"the subject is {subject}, not the event's own id {event['id']} (rule 9)")
        if data["courier"] != actor:
            raise Wrong(f"{actor} opened the hand-over of {data['courier']} (rule 9)")
    if noun == "operator" and subject != actor:
        raise Wrong(f"{actor} signed {subject} in or out (rule 9)")
    if noun in ("weighin", "payment") and subject != data["number"]:
        raise Wrong(f"the subject is {subject}, the number says {data['number']} (rule 9)")
    if noun in ("scale", "till") and subject is not None:
        raise Wrong(f"a {noun} with a subject (rule 9)")
    if noun not in ("parcel", "batch", "operator", "weighin", "lot", "order", "scale", "payment", "till", "person") and (
            (noun, deed) != ("clock", "confirmed") or subject is not None) and (
            subject, actor) != (None, None):
        raise Wrong(f"an event of a {noun} with a subject or an actor (rule 9)")
    if data.get("flag") == "overdue" and not data["resolved"] and actor is not None:
        raise Wrong("overdue is what the kiosk finds, not an actor (rule 9)")


def check_weighin(data):
    if data["net"] != data["gross"] - data["tare"]:
        raise Wrong("net is not gross less tare (rule 12)")
    if "price" in data:
        fen, rest = divmod(data["net"] * data["price"]["fenperkg"], 1000)
        up = rest > 500 or rest == 500 and (data["price"]["rounding"] == "half-up" or fen % 2 == 1)
        if data["amount"] != fen + up:
            raise Wrong(f"the amount is {data['amount']}, net times price {fen + up} (rule 12)")
        if "unpriced" in data.get("warnings", []):
            raise Wrong("unpriced, with a price (rule 12)")


def check_payment(data):
    items = data["crates"] + data.get("takenback", [])
    if len({item["id"] for item in items}) != len(items):
        raise Wrong("a payment names a crate twice (rule 14)")
    amount = sum(item["amount"] for item in data["crates"]) - sum(item["amount"] for item in data.get("takenback", []))
    if data["amount"] != amount:
        raise Wrong(f"the amount is {data['amount']}, its crates come to {amount} (rule 14)")


def check_till(data):
    if "before" in data:
        expected = data["before"] - data["paid"] + data["returned"]
        if (data["expected"], data["difference"]) != (expected, data["counted"] - expected):
            raise Wrong("the till's sums are not what they are made of (rule 14)")


def check_count(count):
    for name in ("missing", "unexpected"):
        named, counted = len(count[name]), count[name + "count"]
        if named != min(counted, 100):
            raise Wrong(f"{named} parcels are named as {name}, {counted} are counted (rule 11)")
    if count["unexpectedcount"] > (count["scanned"] if count["kind"] == "delivery" else 0):
        raise Wrong("more parcels are unexpected than can be (rule 11)")


# Only what cannot be part of a longer number: a waybill is longer or has letters, and an id in which eleven digits follow
# one another has letters beside them.
MOBILE = re.compile(r"(?:(?<![0-9A-Za-z])|\+86)1[3-9][0-9]{9}(?![0-9A-Za-z])", re.ASCII)


def complete(events):
    """The events with what their batch let them leave out. The hashes that are given prove those that are not."""
    whole = []
    for event in events:
        event = dict(event)
        if "prevhash" not in event:
            if not whole:
                raise Wrong("'prevhash' is a required property of a batch's first event (rule 4)")
            event["prevhash"] = whole[-1]["hash"]
        event.setdefault("hash", event_hash(event))
        whole.append(event)
    if "hash" not in events[-1]:
        raise Wrong("'hash' is a required property of a batch's last event (rule 4)")
    return whole


def check_batch(events, topic, plain):
    events = complete(events)
    for event in events:
        check_event(event)
        if topic["kiosk"] != event["source"].rpartition("/")[2]:
            raise Wrong("an event of another kiosk than the topic's (rule 1)")
    for before, event in zip(events, events[1:]):
        if event["epoch"] != before["epoch"]:
            raise Wrong("events of two epochs in a batch (rule 2)")
        if int(event["sequence"]) != int(before["sequence"]) + 1:
            raise Wrong(f"event {event['sequence']} after {before['sequence']} in a batch (rule 2)")
        if event["prevhash"] != before["hash"]:
            raise Wrong(f"event {event['sequence']} does not follow the one before it (rule 4)")
    if len(events) > 1 and len(plain) > 32 * 1024:
        raise Wrong(f"a batch of {len(plain)} bytes (rule 3)")


def check_status(status, topic):
    if status.get("kiosk", topic["kiosk"]) != topic["kiosk"]:
        raise Wrong("the status of another kiosk than the topic's (rule 1)")


def check_acknowledgement(acknowledgement):
    check_ranges(acknowledgement["missing"])
    if (acknowledgement["through"] == 0) != (acknowledgement["hash"] == GENESIS):
        raise Wrong("the hash is not that of event `through` (rule 6)")


def check_ranges(ranges):
    for first, last in ranges:
        if first > last:
            raise Wrong(f"a range from {first} to {last} (rule 6)")


# As Sources/Domain/PersonalText.swift finds them.
PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(1[3-9][0-9]{9}(?![0-9])|[0-9]{6}[12][0-9]{11}(?![0-9])|[0-9]{6}[12][0-9]{10}[Xx])", re.ASCII)


def check_document(document, payload):
    if len(payload) > 64 * 1024:
        raise Wrong(f"{len(payload)} bytes as sent (rule 8)")
    parcels, people = document.get("parcels", []), document.get("people", [])
    orders, transfers = document.get("orders", []), document.get("transfers", [])
    for what, keys in (
            ("order", [order["id"] for order in orders]),
            ("line of an order", [(order["id"], line["produce"], line["grade"], line.get("lot"))
                                  for order in orders for line in order["lines"]]),
            ("transfer", [transfer["id"] for transfer in transfers]),
            ("crate", [crate["id"] for transfer in transfers for crate in transfer["crates"]]),
            ("parcel", [parcel["waybill"] + (f"-{parcel['package']}" if "package" in parcel else "")
                        for parcel in parcels]),
            ("id", [person["id"] for person in people]),
            ("badge", [person["badge"] for person in people if "badge" in person]),
            ("number", [person["number"] for person in people if "number" in person]),
            ("was", [former for person in people for former in person.get("was", [])])):
        if len(set(keys)) != len(keys):
            raise Wrong(f"the same {what} twice (rule 7)")
    for text in texts(document):
        if PERSONAL.search(text):
            raise Wrong("a text holds a full telephone or identity number (rule 7)")


def check_catalog(catalog):
    for what in ("produce", "containers"):
        for key in ("id", "number"):
            keys = [thing[key] for thing in catalog[what]]
            if len(set(keys)) != len(keys):
                raise Wrong(f"the same {key} twice among {what} (rule 13)")
    grades = [(produce["id"], grade["id"]) for produce in catalog["produce"] for grade in produce["grades"]]
    if len(set(grades)) != len(grades):
        raise Wrong("the same grade twice (rule 13)")
    spans = {}
    for price in catalog["prices"]:
        grade = price["produce"], price["grade"]
        if grade not in grades:
            raise Wrong(f"a price for {' '.join(grade)}, which is not in the catalog (rule 13)")
        # Times of this form are in order as texts are.
        span = price.get("from", ""), price.get("until", "~")
        if span[0] >= span[1]:
            raise Wrong("until is not after from (rule 13)")
        spans.setdefault(grade, []).append(span)
    for grade, times in spans.items():
        times.sort()
        if any(before[1] > after[0] for before, after in zip(times, times[1:])):
            raise Wrong(f"two prices for {' '.join(grade)} at one time (rule 13)")


def texts(value):
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(part)


def check_county(county, kiosk):
    if kiosk[1:7] != county:
        raise Wrong(f"county {county} and kiosk {kiosk} disagree (rule 1)")


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


GENESIS = base64url(bytes(32))

