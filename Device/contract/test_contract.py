"""Shows that check-contract takes right messages and refuses wrong ones, and that each judge finds its planted fault: every
mistake must be named, with its reason."""

import json
import shutil

import pytest

from . import __main__ as program
from .answers import examples
from .documents import OFFICIAL_ASYNCAPI, ROOT, Contract, Inspection, Wrong, check_shape, check_vocabulary
from .right import RIGHT
from .wrong import WRONG


@pytest.fixture(scope="session")
def checker():
    return program.Checker(Contract())


def through_a_file(line):
    """As a captured line arrives: text, read strictly."""
    return program.strict_json(json.dumps(line))


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_message_passes(checker, name):
    kind, line = RIGHT[name]
    checker.check(f".{kind}", through_a_file(line))


@pytest.mark.parametrize("name, message, reason", WRONG, ids=[name for name, _, _ in WRONG])
def test_a_wrong_message_is_refused_for_its_reason(checker, name, message, reason):
    kind, line = message
    with pytest.raises(Wrong) as told:
        checker.check(f".{kind}", through_a_file(line))
    assert reason in str(told.value)


# MARK: The documents

def problems_of(directory):
    try:
        return Inspection(Contract(directory / "Config")).run(examples)
    except Wrong as error:
        return [str(error)]


def test_the_documents_are_sound_to_every_judge():
    assert problems_of(ROOT) == []


# What the documents' checks read.
READ = ["Config/asyncapi.yaml", "Config/openapi.yaml", "Sources/Domain/EventType.swift"]

ASYNCAPI, OPENAPI = "AsyncAPI's schema", "openapi-spec-validator"

# Changes to the documents or the sources that must not go unnoticed: file, what is replaced, by what, the reason. A reason that
# is a judge's name stands for that judge's own words.
BROKEN = [
    ("Config/asyncapi.yaml", "asyncapi: 3.0.0", "asyncapi: 2.6.0", ASYNCAPI),
    ("Config/asyncapi.yaml", "asyncapi: 3.0.0", "asyncapi: 3.1.0", "is not of version 3.0"),
    ("Config/asyncapi.yaml", "title: KioskAgent on MQTT", "name: KioskAgent on MQTT", ASYNCAPI),
    ("Config/asyncapi.yaml", "action: receive", "action: hear", ASYNCAPI),
    ("Config/asyncapi.yaml", "    address: kiosk/v1/center/state", "    adress: kiosk/v1/center/state", ASYNCAPI),
    ("Config/asyncapi.yaml", "$ref: '#/components/schemas/Offline'", "$ref: '#/components/schemas/Away'",
     "leads nowhere"),
    ("Config/asyncapi.yaml", "- $ref: '#/channels/status/messages/offline'", "- $ref: '#/components/messages/offline'",
     "is not of #/channels/status"),
    ("Config/asyncapi.yaml", "{county}/{kiosk}/down/ack", "{county}/{board}/down/ack", "parameters disagree"),
    ("Config/asyncapi.yaml", "qos: 1", "qos: 3", ASYNCAPI),
    ("Config/asyncapi.yaml", "qos: 1", "qos: 0", "QoS 1"),
    ("Config/asyncapi.yaml", "minItems: 2", "minItems: two", ASYNCAPI),
    ("Config/asyncapi.yaml", "examples: ['2026-11-23T08:05:09.007Z']", "examples: ['2026-11-23']", "schema Timestamp"),
    ("Config/asyncapi.yaml", "    Offline:\n", "    Offline:\n      type: object\n", "same key twice"),
    ("Config/asyncapi.yaml", "            - kiosk.batch.opened.v1\n", "", "is listed, or has a schema, but not both"),
    ("Config/openapi.yaml", "openapi: 3.1.0", "openapi: 3.0.3", OPENAPI),
    ("Config/openapi.yaml", "default: '', pattern: '^(KW-[0-9A-Fa-f]{6}-[0-9]{6,18})?$'",
     "default: '', pattern: '^KW-[0-9A-Fa-f]{6}-[0-9]{6,18}$'", OPENAPI),
    ("Config/openapi.yaml", "      responses:\n        '200':\n          description: How the point is now.",
     "      answers:\n        '200':\n          description: How the point is now.", OPENAPI),
    ("Config/openapi.yaml", "operationId: verify", "operationId: getStatus", OPENAPI),
    ("Config/openapi.yaml", "/v1/parcels/{subject}:", "/v1/parcels/{waybill}:", OPENAPI),
    ("Config/openapi.yaml", "      in: path\n      required: true", "      in: path\n      required: false", OPENAPI),
    ("Config/openapi.yaml", "'./asyncapi.yaml#/components/schemas/Board'", "'./asyncapi.yaml#/components/schemas/Card'",
     "leads nowhere"),
    ("Config/openapi.yaml", "example: {asked: true}", "example: {asked: yes please}", "link/now"),
    ("Config/openapi.yaml", "schema: {type: string, default: ''}", "schema: {type: string}", "needs a default"),
    ("Config/openapi.yaml", "minimum: 1, maximum: 2000, default", "minimum: 1, default", "needs minimum and maximum"),
    ("Config/openapi.yaml", "example: {'on': true}", "example: {'on': yes please}", "practice body"),
    ("Config/openapi.yaml", "example: {error: not-here,", "example: {error: not-found,", "NotHere"),
    ("Sources/Domain/EventType.swift", 'EventType("clock", "synced")', 'EventType("clock", "lost")',
     "kiosk.clock.lost.v1 has no schema"),
    ("Sources/Domain/EventType.swift", "    public static let clockSynced", "    // public let clockSynced",
     "kiosk.clock.synced.v1 is not in EventType.swift"),
    ("Sources/Domain/EventType.swift", "public static let", "public let", "no constants"),
]


@pytest.mark.parametrize(
    "file, old, new, reason", BROKEN, ids=[f"{file}: {new.strip() or old.strip()}" for file, old, new, _ in BROKEN])
def test_a_broken_document_is_found(tmp_path, file, old, new, reason):
    if reason == ASYNCAPI and not OFFICIAL_ASYNCAPI.exists():
        pytest.skip("AsyncAPI's official schema is not at hand")
    for part in READ:
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, tmp_path / part)
    text = (tmp_path / file).read_text()
    assert old in text, "there is nothing to change"
    (tmp_path / file).write_text(text.replace(old, new))
    assert any(reason in problem for problem in problems_of(tmp_path))


# MARK: The words of the code

BATCH_KIND = {"name": "Batch.Kind", "words": ["delivery", "dispatch"], "places": ["asyncapi.yaml#/components/schemas/BatchKind"]}
# Listed with a prefix, and without those that have a list of their own.
SCALE = "openapi.yaml#/components/schemas/ScaleRefusal"


def test_the_words_of_an_enum_are_those_that_are_listed():
    check_vocabulary(Contract(), BATCH_KIND)


@pytest.mark.parametrize("changes, reason", [
    ({"words": ["delivery"]}, "differ in dispatch"), ({"words": ["delivery", "dispatch", "exchange"]}, "differ in exchange"),
    ({"places": BATCH_KIND["places"] * 2}, "a word is listed twice"), ({"places": [SCALE]}, "differ in delivery"),
    ({"places": ["asyncapi.yaml#/components/schemas/Nowhere"]}, "leads nowhere")])
def test_other_words_than_those_listed_are_found(changes, reason):
    with pytest.raises(Wrong, match=reason):
        check_vocabulary(Contract(), {**BATCH_KIND, **changes})


SLIP = {"name": "SlipText", "members": ["reference", "kind", "width", "practice", "lines"],
        "required": ["reference", "kind", "width", "practice", "lines"], "places": ["openapi.yaml#/components/schemas/Slip"]}


def test_the_members_of_a_value_are_those_of_its_schema():
    check_shape(Contract(), SLIP)


@pytest.mark.parametrize("changes, reason", [
    ({"members": ["reference", "kind", "width", "practice"]}, "members lines"),
    ({"members": SLIP["members"] + ["price"]}, "members price"),
    ({"required": ["reference", "kind", "width", "practice"]}, "required members lines"),
    ({"places": ["openapi.yaml#/components/schemas/PrintResult"]}, "members job")])
def test_other_members_than_those_of_the_schema_are_found(changes, reason):
    with pytest.raises(Wrong, match=reason):
        check_shape(Contract(), {**SLIP, **changes})


# MARK: The command

def write(directory, number, message):
    kind, line = message
    (directory / f"{number:03}.{kind}").write_text(json.dumps(line) + "\n")


@pytest.fixture
def captures(tmp_path):
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    for directory, messages in ((right, RIGHT.values()), (wrong, [message for _, message, _ in WRONG])):
        directory.mkdir()
        for number, message in enumerate(messages):
            write(directory, number, message)
    return right, wrong


def words(directory):
    (directory / "vocabularies.json").write_text(json.dumps([BATCH_KIND]))
    (directory / "shapes.json").write_text(json.dumps([SLIP]))


def last_line(capsys):
    return capsys.readouterr().out.splitlines()[-1]


def test_the_command_counts_what_it_checked(captures, capsys):
    right, wrong = map(str, captures)
    assert program.main([right]) == 1
    assert "no vocabularies.json found" in capsys.readouterr().out
    words(captures[0])
    assert program.main([right]) == 0
    assert last_line(capsys) == f"{len(RIGHT)} messages checked, 0 failed"
    assert program.main([right, wrong]) == 1
    assert last_line(capsys) == f"{len(RIGHT) + len(WRONG)} messages checked, {len(WRONG)} failed"


def test_a_check_of_nothing_fails(tmp_path, capsys):
    words(tmp_path)
    (tmp_path / "notes.txt").write_text("no message\n")
    (tmp_path / "empty.mqtt").write_text("\n")
    assert program.main([str(tmp_path)]) == 1
    assert last_line(capsys) == "0 messages checked, 0 failed"
    assert program.main([str(tmp_path / "absent")]) == 1
    assert "not a directory" in capsys.readouterr().out
