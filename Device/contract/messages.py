"""Captured MQTT messages, against asyncapi.yaml."""

import re
import zlib

from .capture import decode_base64, members
from .documents import Wrong, need
from .rules import (
    check_acknowledgement, check_batch, check_catalog, check_county, check_document, check_status, strict_json)


def check_mqtt(contract, line):
    members(line, {"topic": str, "payload": str}, {"properties": dict})
    name, channel, topic = find_channel(contract, line["topic"])
    payload = decode_base64(line["payload"])
    properties = dict(line.get("properties", {}))
    content_type = properties.pop("content-type", None)

    places = [message["$ref"] for message in channel["messages"].values()]
    most = max(contract.find(place)["x-max-bytes"] for place in places)
    dictionary = "".join(contract.find("#/components/schemas/Batch")["x-deflate-dictionary"]) if name == "events" else ""
    plain = expand(payload, properties.get("content-encoding"), most, dictionary.encode())
    body = strict_json(plain)
    place = choose_message(contract, places, body)
    message = contract.find(place)
    if "headers" in message:
        contract.validate(properties, f"asyncapi.yaml{place}/headers", "the user properties")
    else:
        need(not properties, f"the user properties: {', '.join(properties)} are not expected here")
    expected = message.get("contentType", contract.documents["asyncapi.yaml"]["defaultContentType"])
    if content_type not in (None, expected):
        raise Wrong(f"content type {content_type}, expected {expected}")
    if len(plain) > message["x-max-bytes"]:
        raise Wrong(f"{len(plain)} bytes, more than {message['x-max-bytes']}")
    contract.validate(body, f"asyncapi.yaml{place}/payload")

    if name == "events":
        check_batch(body, topic, plain)
    elif name == "status":
        check_status(body, topic)
    elif name == "acknowledgement":
        check_acknowledgement(body)
    elif name in ("expected", "roster", "catalog", "orders", "payments"):
        check_document(body, payload)
        if name == "catalog":
            check_catalog(body)


def find_channel(contract, topic):
    """The channel of a topic, and the values of the topic's parameters."""
    for name, channel in contract.documents["asyncapi.yaml"]["channels"].items():
        # {kiosk} in the address becomes a group of that name; the rest stands for itself.
        parts = re.split(r"\{(\w+)\}", channel["address"])
        pattern = "".join(
            f"(?P<{part}>[^/]*)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
        match = re.fullmatch(pattern, topic)
        if not match:
            continue
        values = match.groupdict()
        for parameter, value in values.items():
            form = contract.follow(channel["parameters"][parameter])["x-pattern"]
            if not re.search(form, value):
                raise Wrong(f"{parameter} in the topic has not the form {form}")
        if "kiosk" in values:
            check_county(values["county"], values["kiosk"])
        return name, channel, values
    raise Wrong("asyncapi.yaml has no such topic")



def choose_message(contract, places, body):
    """Of several messages on one topic, that whose constant members the body has."""
    if len(places) == 1:
        return places[0]
    for place in places:
        listed = contract.follow(contract.find(place)["payload"])["properties"]
        constants = {name: schema["const"] for name, schema in listed.items() if "const" in schema}
        if isinstance(body, dict) and all(body.get(name) == value for name, value in constants.items()):
            return place
    raise Wrong(f"the body is none of these messages: {', '.join(place.rpartition('/')[2] for place in places)}")


def expand(payload, encoding, most, dictionary):
    if encoding is None:
        return payload
    if encoding != "deflate":
        raise Wrong(f"unknown content-encoding {encoding}")
    reader = zlib.decompressobj(zdict=dictionary)
    try:
        plain = reader.decompress(payload, most + 1)
    except zlib.error as error:
        raise Wrong(f"the body cannot be expanded: {error}") from None
    if len(plain) > most:
        raise Wrong(f"the body expands to more than {most} bytes")
    if not reader.eof:
        raise Wrong("the body cannot be expanded: it ends too early")
    if reader.unused_data:
        raise Wrong("the body cannot be expanded: bytes follow its end")
    if len(payload) >= len(plain):
        raise Wrong("compressed, although that does not make it smaller (rule 5)")
    return plain

