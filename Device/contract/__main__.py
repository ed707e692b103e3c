"""check-contract DIRECTORY…

Checks captured traffic against Config/asyncapi.yaml and Config/openapi.yaml, and these two documents against the official
schemas, themselves and the sources. Every file below the directories counts that is named

    *.mqtt   one JSON object a line: {"topic", "payload" (base64), "properties" (user properties, and "content-type";
             may be left out)}
    *.http   one JSON object a line: {"method", "path", "status", "type" (content type), "body" (base64)}
    vocabularies.json
             the words that the code keeps as enums: [{"name", "words", "places" in the documents}]
    shapes.json
             the members of the local API's values: [{"name", "members", "required", "places" in the documents}]

Each failure is one line: file, line, topic or path, reason. The last line is 'N messages checked, N failed'; exit 0
when all is well, else 1. A check of no messages fails, and one without the words of the code: not enough was captured.

It is stricter than a receiver in one thing: a member that the documents do not list fails, even where a receiver would
ignore it. So nothing is sent that is not written down.

AsyncAPI's official schema is read from ../shared/schemas, or from where SCHEMAS_DIRECTORY says; without it one line says so.
"""

import json
import sys
from pathlib import Path

from .answers import Answers, examples
from .documents import OFFICIAL_ASYNCAPI, Contract, Inspection, Wrong, check_shape, check_vocabulary, shorten
from .messages import check_mqtt
from .rules import strict_json


class Checker:
    """Both kinds of captured files, against one contract."""

    def __init__(self, contract):
        self.contract = contract
        self.answers = Answers(contract)

    def check(self, kind, line):
        if kind == ".mqtt":
            check_mqtt(self.contract, line)
        else:
            self.answers.check(line)

    def check_file(self, file):
        """How many messages the file holds, and how many of them fail."""
        checked = failed = 0
        for number, text in enumerate(file.read_bytes().split(b"\n"), 1):
            if not text.strip():
                continue
            checked += 1
            where = "?"
            try:
                line = strict_json(text)
                if isinstance(line, dict):
                    where = shorten(f"{line.get('method', '')} {line.get('topic', line.get('path', '?'))}".strip(), 120)
                self.check(file.suffix, line)
            except Wrong as error:
                failed += 1
                print(f"{file}:{number}: {where}: {shorten(error)}")
        return checked, failed


def code_problems(contract, arguments, name, check):
    """What is wrong with the lists of words, or of members, that the code left in files of that name; one text each."""
    files = [file for argument in arguments for file in sorted(Path(argument).rglob(name))]
    entries = [entry for file in files for entry in json.loads(file.read_text("utf-8"))]
    if not entries:
        yield f"no {name} found: the code was not compared; ArchitectureTests writes it down"
    for entry in entries:
        try:
            check(contract, entry)
        except Wrong as error:
            yield f"{entry['name']}: {error}"


def main(arguments):
    if not arguments or arguments[0].startswith("-"):
        print(__doc__.strip())
        return 0 if arguments and arguments[0] in ("-h", "--help") else 64
    try:
        contract = Contract()
        problems = Inspection(contract).run(examples)
    except Wrong as error:
        problems = [str(error)]
    if not OFFICIAL_ASYNCAPI.exists():
        print("AsyncAPI's official schema is not at hand; asyncapi.yaml was not held against it")
    for problem in problems:
        print(problem)
    if problems:
        # What messages would be held to is itself in doubt.
        print(f"the contract itself is wrong in {len(problems)} places; no message was looked at")
        print("0 messages checked, 0 failed")
        return 1
    checker = Checker(contract)
    checked = failed = 0
    for name, check in (("vocabularies.json", check_vocabulary), ("shapes.json", check_shape)):
        for problem in code_problems(contract, arguments, name, check):
            print(problem)
            failed += 1
    for argument in arguments:
        if not Path(argument).is_dir():
            print(f"{argument}: not a directory")
            failed += 1
        for file in sorted(Path(argument).rglob("*")):
            if file.suffix in (".mqtt", ".http") and file.is_file():
                result = checker.check_file(file)
                checked += result[0]
                failed += result[1]
    if not checked:
        print("no messages found; a check of nothing is no check")
    print(f"{checked} messages checked, {failed} failed")
    return 1 if failed or not checked else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
