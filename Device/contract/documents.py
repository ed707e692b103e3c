"""The contract's two documents, Config/asyncapi.yaml and Config/openapi.yaml: read strictly, judged by foreign judges, and made
into validators for what was captured."""

import copy
import datetime
import json
import os
import re
from pathlib import Path

import jsonschema
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT7, DRAFT202012

ROOT = Path(__file__).resolve().parents[2]

# AsyncAPI's own schema dialect is a superset of draft 7; OpenAPI 3.1's is draft 2020-12.
DIALECTS = {"asyncapi.yaml": DRAFT7, "openapi.yaml": DRAFT202012}
VALIDATORS = {"asyncapi.yaml": jsonschema.Draft7Validator, "openapi.yaml": jsonschema.Draft202012Validator}
# Where the documents pretend to lie, so that './asyncapi.yaml#…' in one finds the other.
BASE = "file:///contract/"

# AsyncAPI's official schema lies beside the project, not in it.
OFFICIAL_ASYNCAPI = Path(os.environ.get("SCHEMAS_DIRECTORY", ROOT.parent / "shared" / "schemas")) / "asyncapi-3.0.0.json"


class Wrong(Exception):
    """Why a message or a document is refused."""


def need(condition, words):
    if not condition:
        raise Wrong(words)


def shorten(text, most=240):
    text = " ".join(str(text).split())
    return text if len(text) <= most else text[:most] + " …"


class StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML in which a key that stands twice is an error; the plain loader takes the last without a word."""

    def construct_mapping(self, node, deep=False):
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(set(names)) < len(names):
            twice = sorted({str(name) for name in names if names.count(name) > 1})
            raise Wrong(f"line {node.start_mark.line + 1}: the same key twice: {', '.join(twice)}")
        return super().construct_mapping(node, deep)


def close(schema):
    """Forbids, in an object schema that lists its members and says nothing of others, every other member."""
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
        if "properties" in schema:
            # Of a schema that is `false`, jsonschema's error does not say which member it is about.
            schema["properties"].update({
                name: {"not": {}} for name, part in schema["properties"].items() if part is False})
        for part in schema.values():
            close(part)
    elif isinstance(schema, list):
        for part in schema:
            close(part)
    return schema


def is_date_time(text):
    """Whether some calendar has that day; the pattern beside the format holds the spelling."""
    if isinstance(text, str):
        try:
            datetime.datetime.fromisoformat(text)
        except ValueError:
            return False
    return True


FORMATS = jsonschema.FormatChecker(formats=())
FORMATS.checks("date-time")(is_date_time)


def registry(documents):
    return Registry().with_resources(
        (BASE + name, Resource(contents=document, specification=DIALECTS[name])) for name, document in documents.items())


class Contract:
    """Both documents, and validators for the schemas in them.

    A place is written like a reference: `asyncapi.yaml#/components/schemas/Event`.
    """

    def __init__(self, directory=ROOT / "Config"):
        self.directory = Path(directory)
        self.documents = {}
        for name in DIALECTS:
            try:
                self.documents[name] = yaml.load((self.directory / name).read_text("utf-8"), StrictLoader)
            except (OSError, yaml.YAMLError, Wrong) as error:
                raise Wrong(f"{name}: {error}") from None
        self.registry = registry(self.documents)
        # Messages are held to copies that allow no member beyond the listed ones; see the note above asyncapi.yaml.
        self.closed = {name: close(copy.deepcopy(document)) for name, document in self.documents.items()}
        self.closed_registry = registry(self.closed)
        self.validators = {}

    def find(self, reference, document="asyncapi.yaml"):
        """What a reference such as '#/components/schemas/Event' leads to; it may name the other document."""
        try:
            value = self.registry.resolver(BASE + document).lookup(reference).contents
        except Unresolvable:
            value = None
        need(value is not None, f"{reference} leads nowhere")
        return value

    def follow(self, value, document="asyncapi.yaml"):
        """The object itself, or what it refers to."""
        while isinstance(value, dict) and "$ref" in value:
            value = self.find(value["$ref"], document)
        return value

    def validate(self, value, place, what="the body"):
        """Raises the error that says most."""
        if place not in self.validators:
            validator = VALIDATORS[place.partition("#")[0]]
            self.validators[place] = validator(
                {"$ref": BASE + place}, registry=self.closed_registry, format_checker=FORMATS)
        refuse(self.validators[place].iter_errors(value), what)


def refuse(errors, what):
    """Raises, of the errors that a validator found, the one that says most."""
    error = jsonschema.exceptions.best_match(errors)
    if error is None:
        return
    error = innermost(error)
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    # The message begins with the value; of a long one the reason behind it would be cut off.
    shown = repr(error.instance)
    message = error.message.replace(shown, "…") if len(shown) > 120 else error.message
    raise Wrong(f"{what}{place}: {shorten(message)}")


def innermost(error):
    """Of a choice of schemas that all fail: the error within the one whose constants fit, for that one was meant."""
    while error.context:
        branches = {}
        for inner in error.context:
            branches.setdefault(inner.relative_schema_path[0], []).append(inner)
        meant = [errors for errors in branches.values() if all(inner.validator != "const" for inner in errors)]
        if len(meant) != 1:
            break
        error = meant[0][0]
    return error


# MARK: What is wrong with the documents

def references(value, path=""):
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "$ref":
                yield path, part
            else:
                yield from references(part, f"{path}/{name}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from references(part, f"{path}/{index}")


class Inspection:
    """Collects what is wrong with the documents, one text each."""

    def __init__(self, contract):
        self.contract = contract
        self.problems = []

    def check(self, place, body, *arguments):
        try:
            body(*arguments)
        except Wrong as error:
            self.problems.append(f"{place}: {shorten(error)}")
        except jsonschema.SchemaError as error:
            self.problems.append(f"{place}: not a JSON schema: {shorten(error.message)}")
        except (KeyError, TypeError, AttributeError) as error:
            self.problems.append(f"{place}: misses or mistakes {shorten(repr(error))}")

    def run(self, examples):
        """`examples` are the further checks of examples: (place, function, its arguments)."""
        contract = self.contract
        for name, document in contract.documents.items():
            for path, reference in references(document):
                self.check(f"{name} {path}", contract.find, reference, name)
        # A reference that leads nowhere would only fail again, less clearly, in all that follows.
        if self.problems:
            return self.problems
        self.problems += [*judge_asyncapi(contract), *judge_openapi(contract)]
        if self.problems:
            return self.problems
        self.asyncapi()
        self.openapi()
        for name in DIALECTS:
            self.schemas(name)
        self.check("event types", check_event_types, contract)
        for place, body, *arguments in examples(contract):
            self.check(place, body, *arguments)
        return self.problems

    def asyncapi(self):
        """What AsyncAPI's schema cannot say, and what we demand beyond it."""
        document = self.contract.documents["asyncapi.yaml"]
        for name, value in document["channels"].items():
            self.check(f"asyncapi.yaml channel {name}", check_channel, self.contract, name, value)
        for name, value in document["operations"].items():
            self.check(f"asyncapi.yaml operation {name}", check_operation, value)

    def openapi(self):
        """Only what can be checked in a captured query is used there."""
        contract = self.contract
        for path, methods in contract.documents["openapi.yaml"]["paths"].items():
            for method, operation in methods.items():
                for value in operation.get("parameters", []):
                    self.check(
                        f"openapi.yaml {method.upper()} {path}", check_parameter, contract.follow(value, "openapi.yaml"))

    def schemas(self, name):
        for key, value in self.contract.documents[name]["components"]["schemas"].items():
            place = f"{name}#/components/schemas/{key}"
            self.check(f"{name} schema {key}", VALIDATORS[name].check_schema, value)
            for example in value.get("examples", []):
                self.check(f"{name} schema {key}", self.contract.validate, example, place, "the example")


def judge_asyncapi(contract):
    """AsyncAPI's official schema, where it is at hand."""
    if not re.fullmatch(r"3\.0\.\d+", str(contract.documents["asyncapi.yaml"].get("asyncapi"))):
        yield "asyncapi.yaml is not of version 3.0"
    if "SCHEMAS_DIRECTORY" in os.environ and not OFFICIAL_ASYNCAPI.exists():
        yield f"SCHEMAS_DIRECTORY names a place without {OFFICIAL_ASYNCAPI.name}"
    if OFFICIAL_ASYNCAPI.exists():
        schema = json.loads(OFFICIAL_ASYNCAPI.read_text("utf-8"))
        try:
            refuse(jsonschema.Draft7Validator(schema).iter_errors(contract.documents["asyncapi.yaml"]), "the document")
        except Wrong as error:
            yield f"asyncapi.yaml against AsyncAPI's schema: {shorten(error)}"


def judge_openapi(contract):
    """openapi-spec-validator: structure, paths and their parameters, operation ids, defaults against their schemas."""
    base = (contract.directory / "openapi.yaml").as_uri()
    for error in OpenAPIV31SpecValidator(contract.documents["openapi.yaml"], base_uri=base).iter_errors():
        place = "/".join(map(str, getattr(error, "absolute_path", ())))
        yield f"openapi.yaml against openapi-spec-validator: {place} {shorten(getattr(error, 'message', error))}"


def check_channel(contract, name, channel):
    named = set(re.findall(r"\{(\w+)\}", channel["address"]))
    need(named == set(channel.get("parameters", {})), "the address and its parameters disagree")
    for parameter in channel.get("parameters", {}).values():
        re.compile(contract.follow(parameter)["x-pattern"])
    need(channel["messages"], "no messages")
    for message in channel["messages"].values():
        need("$ref" in message, "a message must be a reference to components/messages")
        message = contract.follow(message)
        need(isinstance(message["x-max-bytes"], int), "x-max-bytes is no number")
        need("payload" in message, "a message has no payload")
    operations = contract.documents["asyncapi.yaml"]["operations"].values()
    need(any(operation["channel"]["$ref"] == f"#/channels/{name}" for operation in operations), "no operation uses it")


def check_operation(operation):
    home = operation["channel"]["$ref"]
    # AsyncAPI 3.0: an operation's messages are some of its own channel's, never of components.
    for message in operation["messages"]:
        need(message["$ref"].startswith(home + "/messages/"), f"{message['$ref']} is not of {home}")
    need(operation["bindings"]["mqtt"]["qos"] == 1, "everything is sent with QoS 1")


def check_parameter(parameter):
    name, schema = parameter["name"], parameter["schema"]
    need(parameter["in"] in ("query", "path"), "only parameters of query and path are understood")
    need(schema["type"] in ("string", "integer"), f"{name}: only texts and whole numbers are understood")
    if parameter["in"] == "query":
        need("default" in schema, f"{name}: a parameter of the query needs a default")
    if schema["type"] == "integer":
        need({"minimum", "maximum"} <= schema.keys(), f"{name}: a whole number needs minimum and maximum")


def check_event_types(contract):
    """Every type that the code can name has a schema of its data, and the reverse."""
    source = (contract.directory.parent / "Sources/Domain/EventType.swift").read_text("utf-8")
    code = {f"kiosk.{noun}.{participle}.v1" for noun, participle in re.findall(
        r'static\s+let\s+\w+\s*=\s*EventType\(\s*"(\w+)"\s*,\s*"(\w+)"\s*\)', source)}
    need(code, "EventType.swift has no constants that this script understands")
    event = contract.find("#/components/schemas/BatchedEvent")
    rules = [(rule["if"]["properties"]["type"], rule["then"].get("properties", {})) for rule in event["allOf"]]
    described = {kind["const"] for kind, members in rules if "$ref" in members.get("data", {})}
    listed = set(event["properties"]["type"]["enum"])
    for name, words in ((code - described, "has no schema of its data in asyncapi.yaml"),
                        (described - code, "is not in EventType.swift"),
                        (listed ^ described, "is listed, or has a schema, but not both")):
        need(not name, f"{', '.join(sorted(name))} {words}")


def check_vocabulary(contract, vocabulary):
    """The words of an enum in the code, and their lists in the documents, which share none."""
    listed = []
    for place in vocabulary["places"]:
        document, _, pointer = place.partition("#")
        schema = contract.find(f"#{pointer}", document)
        listed += [word.removeprefix(schema.get("x-prefix", "")) for word in schema["enum"]]
    need(len(set(listed)) == len(listed), "a word is listed twice")
    differing = set(vocabulary["words"]) ^ set(listed)
    need(not differing, f"{' and '.join(vocabulary['places'])} and the code differ in {', '.join(sorted(differing))}")


def members_of(contract, schema, document):
    """The members that an object may have by its schema, and those that it has always."""
    if "$ref" in schema:
        target, _, pointer = schema["$ref"].removeprefix("./").partition("#")
        target = target or document
        return members_of(contract, contract.find(f"#{pointer}", target), target)
    members, required = set(schema.get("properties", {})), set(schema.get("required", []))
    for part in schema.get("allOf", []):
        more, always = members_of(contract, part, document)
        members, required = members | more, required | always
    choices = [members_of(contract, part, document) for part in schema.get("oneOf", []) + schema.get("anyOf", [])]
    if choices:
        members = members.union(*(choice[0] for choice in choices))
        required = required | set.intersection(*(choice[1] for choice in choices))
    return members, required


def check_shape(contract, shape):
    """The members of a value in the code, and those of its schemas, of which any may be the one at hand."""
    schemas = []
    for place in shape["places"]:
        document, _, pointer = place.partition("#")
        schemas.append(members_of(contract, contract.find(f"#{pointer}", document), document))
    members = set.union(*(schema[0] for schema in schemas))
    required = set.intersection(*(schema[1] for schema in schemas))
    for what, code, listed in (("members", set(shape["members"]), members),
                               ("required members", set(shape["required"]), required)):
        differing = code ^ listed
        need(not differing, f"{' and '.join(shape['places'])} and the code differ in the {what} {', '.join(sorted(differing))}")
