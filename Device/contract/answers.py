"""Captured answers of the local API, against openapi.yaml. Paths, parameters, statuses, content types and bodies are
openapi-core's business; what is ours is the form of lines and streams, and what an answer must have to do with its question."""

import re
import urllib.parse

from jsonschema_path import SchemaPath
from openapi_core import Config, OpenAPI
from openapi_core.templating.media_types.exceptions import MediaTypeNotFound
from openapi_core.templating.paths.exceptions import PathError
from openapi_core.templating.paths.finders import APICallPathFinder
from openapi_core.templating.responses.exceptions import ResponseNotFound
from openapi_core.testing import MockRequest, MockResponse
from openapi_core.validation.request.exceptions import ParameterValidationError
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue

from .capture import decode_base64, members
from .documents import BASE, Wrong, is_date_time, need, refuse, shorten
from .rules import check_count, check_event, strict_json

LINES, EVENTS = "application/x-ndjson", "text/event-stream"
HOST = "http://localhost"
NOT_FOUND = "openapi.yaml#/components/responses/NotFound/content/application~1json/schema"


def as_text(body):
    try:
        return body.decode("utf-8")
    except UnicodeError as error:
        raise Wrong(f"the body is not UTF-8: {error}") from None


class Answers:
    """openapi-core, told of the media types that it does not know."""

    def __init__(self, contract):
        self.contract = contract
        specification = SchemaPath.from_dict(
            contract.closed["openapi.yaml"], base_uri=BASE + "openapi.yaml",
            handlers={"file": lambda address: contract.closed[address.removeprefix(BASE)]})
        self.finder = APICallPathFinder(specification)
        self.api = OpenAPI(specification, Config(
            # openapi-spec-validator is asked once, of the document as it stands.
            spec_validator_cls=None, extra_format_validators={"date-time": is_date_time},
            extra_media_type_deserializers={
                "application/json": strict_json, LINES: as_text, EVENTS: as_text, "text/html": as_text,
                # A picture is not looked into.
                "image/png": lambda body: ""}))

    def check(self, line):
        members(line, {"method": str, "path": str, "status": int, "body": str}, {"type": (str, type(None))})
        body, status = decode_base64(line["body"]), line["status"]
        content_type = (line.get("type") or "").partition(";")[0].strip()
        path, _, query = line["path"].partition("?")
        request = MockRequest(
            HOST, line["method"], path, args=urllib.parse.parse_qs(query, keep_blank_values=True))
        try:
            found = self.finder.find(request.method, HOST + path)
        except PathError:
            need(status == 404, "openapi.yaml has no such path with this method")
            need(content_type == "application/json", f"content type {content_type or 'missing'}, expected application/json")
            if line["method"] == "HEAD":
                need(not body, "a body for HEAD")
            else:
                self.contract.validate(strict_json(body), NOT_FOUND)
            return
        parameters = self.check_question(request, found, status)
        self.check_answer(request, MockResponse(body, status, content_type=content_type))
        content = self.content(found, status, content_type)
        if content_type == LINES:
            check_lines(content, parameters.query, self.lines(content, body))
        elif content_type == EVENTS:
            self.check_stream(content, body)
        elif content_type == "application/json":
            value = strict_json(body)
            if isinstance(value, dict) and "outcome" in value:
                check_outcome(value)
            if status == 200:
                check_subject(value, {name: urllib.parse.unquote(text) for name, text in parameters.path.items()})

    def content(self, found, status, content_type):
        response = self.contract.follow((found.operation / "responses").read_value()[str(status)], "openapi.yaml")
        return response["content"][content_type]

    def check_question(self, request, found, status):
        """A wrong parameter is answered with 400. Nothing else is, unless a body can be wrong too."""
        result = self.api.unmarshal_request(request)
        wrong = [error for error in result.errors if isinstance(error, ParameterValidationError)]
        # Python reads more as a number than is one: 1_0, and other scripts' digits.
        for parameter in (found.operation / "parameters").read_value() if "parameters" in found.operation else ():
            parameter = self.contract.follow(parameter, "openapi.yaml")
            text = request.parameters.query.get(parameter["name"])
            if parameter["schema"]["type"] == "integer" and text and not re.fullmatch("[+-]?[0-9]+", text):
                wrong.append(f"{parameter['name']}={text}")
        if wrong and status != 400:
            raise Wrong(f"{status} for a question that is out of range: {shorten(wrong[0])}")
        if not wrong and status == 400 and "requestBody" not in found.operation:
            raise Wrong("400 though every parameter is in its range")
        return result.parameters

    def check_answer(self, request, response):
        if not response.data and response.content_type in (LINES, EVENTS):
            # To openapi-core a body of no bytes is none at all; here it is no line.
            response.data = b"\n"
        try:
            self.api.validate_response(request, response)
        except ResponseNotFound:
            raise Wrong(f"openapi.yaml has no answer {response.status_code} here") from None
        except Exception as error:
            if isinstance(error, Wrong):
                raise
            cause = error.__cause__
            if isinstance(cause, MediaTypeNotFound):
                raise Wrong(f"content type {response.content_type or 'missing'}, expected "
                            f"{' or '.join(cause.availableMimetypes)}") from None
            if isinstance(cause, InvalidSchemaValue):
                refuse(cause.schema_errors, "the body")
            raise Wrong(f"the body: {shorten(error)}") from None

    def lines(self, content, body):
        need(not body or body.endswith(b"\n"), "the last line has no end")
        return [self.value(content["x-lines"], text, f"line {number} of the body")
                for number, text in enumerate(body.split(b"\n")[:-1], 1)]

    def check_stream(self, content, body):
        for name, data in server_sent_events(body):
            need(name in content["x-events"], f"openapi.yaml has no event named {name} here")
            self.value(content["x-events"][name], data, f"event {name}")

    def value(self, schema, text, what):
        """One value of a line or of an event in a stream."""
        try:
            value = strict_json(text)
        except Wrong as error:
            raise Wrong(f"{what}: {error}") from None
        place = schema["$ref"].removeprefix("./")
        place = f"openapi.yaml{place}" if place.startswith("#") else place
        self.contract.validate(value, place, what)
        if place == "asyncapi.yaml#/components/schemas/Event":
            check_event(value)
        elif place == "openapi.yaml#/components/schemas/Outcome":
            check_outcome(value)
        return value


def check_lines(content, query, lines):
    """No more lines than were asked for, in their order, and none that was to be left out."""
    if "limit" in query and len(lines) > query["limit"]:
        raise Wrong(f"{len(lines)} lines, more than {query['limit']}")
    if "x-order" in content:
        last = query["after"]
        for line in lines:
            if not last < line[content["x-order"]]:
                raise Wrong(f"{line[content['x-order']]} after {last}")
            last = line[content["x-order"]]


def check_subject(body, path):
    """The answer to a question about one thing is not about another."""
    for name, told in (("subject", "subject"), ("desk", "scanner")):
        if name in path and body[told] != path[name]:
            raise Wrong(f"the answer is of {body[told]}, not of {path[name]}")
    # A scanner puts these into capitals.
    for name in ("number", "lot"):
        if name in path and body[name].upper() != path[name].upper():
            raise Wrong(f"the answer is of {body[name]}, not of {path[name]}")


def check_outcome(outcome):
    if outcome["outcome"] == "refused" and outcome["word"] not in ("scan", "scale", outcome["reason"]):
        raise Wrong(f"{outcome['word']} for the reason {outcome['reason']}")
    if "batch" in outcome:
        check_count(outcome["batch"])


def server_sent_events(body):
    """Name and data of each whole event. What follows the last empty line was cut off with the connection."""
    blocks = body.split(b"\n\n")[:-1]
    if not blocks or blocks[0] != b": connected":
        raise Wrong("the stream does not begin with ': connected' and an empty line")
    for block in blocks[1:]:
        head, _, data = block.partition(b"\n")
        if not head.startswith(b"event: ") or not data.startswith(b"data: ") or b"\n" in data:
            raise Wrong(f"not an event with its data: {shorten(block)}")
        yield head[7:].decode("utf-8", "replace"), data[6:]


def examples(contract):
    """Each example in openapi.yaml must be a right answer, or a right body of a question: (place, function, arguments)."""
    answers = Answers(contract)

    def bodies(where, value):
        for kind, part in value["content"].items():
            found = [example["value"] for example in part.get("examples", {}).values()]
            found += [part["example"]] if "example" in part else []
            yield f"{where} {kind}", kind, part, found

    def check(kind, part, place, found):
        # A picture has no text that could stand here.
        need(found or kind.startswith("image/"), "no example")
        for example in found:
            if kind == LINES:
                answers.lines(part, example.encode())
            elif kind == EVENTS:
                answers.check_stream(part, example.encode())
            else:
                contract.validate(example, place)
                if isinstance(example, dict) and "outcome" in example:
                    check_outcome(example)

    document = contract.documents["openapi.yaml"]
    escape = lambda part: part.replace("~", "~0").replace("/", "~1")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            base = f"openapi.yaml#/paths/{escape(path)}/{method}"
            where = f"openapi.yaml {method.upper()} {path}"
            parts = [(f"{where} {status}", f"{base}/responses/{status}", value)
                     for status, value in operation["responses"].items() if "$ref" not in value]
            if "requestBody" in operation:
                parts.append((f"{where} body", f"{base}/requestBody", operation["requestBody"]))
            for where_part, place, value in parts:
                for told, kind, part, found in bodies(where_part, value):
                    yield told, check, kind, part, f"{place}/content/{escape(kind)}/schema", found
    for name, value in document["components"]["responses"].items():
        place = f"openapi.yaml#/components/responses/{name}"
        for told, kind, part, found in bodies(f"openapi.yaml response {name}", value):
            yield told, check, kind, part, f"{place}/content/{escape(kind)}/schema", found
