"""check-api [--seed N] [--examples N] [--programs PATH]

schemathesis against the local API of a running kioskd, on its socket: every operation of Config/openapi.yaml is asked with its
examples, at the edges of its schemas and with what chance makes of them, right and wrong. No answer may be a server's error or
have another status, content type or form than the document says.

It proves first that it can see: an answer to a GET without `anchor` and one to a POST without `asked`, planted on the way, must be
found. Streams are left out: they do not end.
"""

import argparse
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .documents import ROOT, Contract
from .tap import Tap

# The document says otherwise than these checks expect: a method that is not listed gets 404, as a path does; a parameter or a
# member that is not listed is ignored.
LEFT_OUT = "unsupported_method,negative_data_rejection"
# JSON here has whole numbers only, spelled so, in members that are ignored too: no schema can say that 2.0 is refused.
LEFT_OUT_OF_BODIES = LEFT_OUT + ",positive_data_acceptance"
# Of the same length, so that no content-length is wrong.
PLANTED = [
    (b'"anchor":', b'"anchoX":', ("--include-path", "/v1/verify", "--phases", "coverage", "--exclude-checks", LEFT_OUT)),
    (b'"asked":', b'"askeX":', ("--include-path", "/v1/link/now", "--phases", "coverage", "--exclude-checks", LEFT_OUT_OF_BODIES))]
KIOSK = "k1310020007"


def operations(is_get):
    """How many the document has, streams left out."""
    paths = Contract().documents["openapi.yaml"]["paths"]
    return sum((method == "get") == is_get for path, methods in paths.items() for method in methods if not path.endswith("/stream"))


def furnish(path):
    """A few parcels, so that lists have lines and there is something to find."""
    for number in range(3):
        body = json.dumps({"text": f"SF123456789012{number}"}).encode()
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
            connection.sendall(
                b"POST /v1/desks/screen/scan HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
                % len(body) + body)
            answer = b""
            while piece := connection.recv(4096):
                answer += piece
        if b'"outcome":"saved"' not in answer:
            sys.exit(f"check-api: a parcel was not taken: {answer!r}")


class Kiosk:
    def __init__(self, programs, directory):
        directory = Path(directory)
        self.socket = directory / "kioskd.sock"
        self.log = directory / "kioskd.log"
        settings = directory / "kiosk.yaml"
        settings.write_text(
            f"kiosk: {{id: {KIOSK}}}\nstorage: {{directory: {directory}/kiosk}}\napi: {{socket: {self.socket}}}\n"
            f"devices: {{scanners: [{{path: {directory}/scanner}}], scale: {{path: {directory}/scale, protocol: yaohua-a9}}}}\n")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", programs / "kioskd", "--config", settings], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)
        end = time.monotonic() + 30
        while not self.answers():
            if time.monotonic() > end or self.process.poll() is not None:
                sys.exit(f"check-api: kioskd did not start: {self.log.read_text()}")
            time.sleep(0.01)

    def answers(self):
        """The name is there a moment before anybody listens on it."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(self.socket))
                return True
        except OSError:
            return False

    def end(self):
        self.process.terminate()
        try:
            code = self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        return code


def ask(tap, directory, *options):
    """schemathesis' exit code and what it said: 1 is a failure found. Its caches go into the directory."""
    done = subprocess.run(
        [sys.executable, "-B", "-m", "schemathesis.cli", "run", ROOT / "Config" / "openapi.yaml", "--url",
         f"http://127.0.0.1:{tap.port}", "--exclude-path-regex", "/stream$", "--no-color", "--warnings", "off",
         "--request-timeout", "20", *options],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=directory)
    return done.returncode, done.stdout


def main(arguments):
    parser = argparse.ArgumentParser(prog="Device/check-api", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="the same seed asks the same questions (1)")
    parser.add_argument("--examples", type=int, default=20, help="how many questions chance makes for each operation (20)")
    parser.add_argument("--programs", type=Path, default=ROOT / ".build/debug", help="where kioskd lies (.build/debug)")
    chosen = parser.parse_args(arguments)
    common = ("--seed", str(chosen.seed), "--max-examples", str(chosen.examples))
    with tempfile.TemporaryDirectory(prefix="kiosk-api-") as directory:
        kiosk = Kiosk(chosen.programs.resolve(), directory)
        try:
            furnish(kiosk.socket)
            for old, new, options in PLANTED:
                tap = Tap(kiosk.socket, (old, new))
                code, said = ask(tap, directory, *common, *options)
                tap.close()
                if code != 1 or f"{old.decode()[:-1]} is a required property" not in said:
                    print(said)
                    print(f"check-api: an answer without {old.decode()[:-1]} was not noticed: this check sees nothing")
                    return 2
            tap = Tap(kiosk.socket)
            worst = 0
            for which, left_out in (("--include-method", LEFT_OUT), ("--exclude-method", LEFT_OUT_OF_BODIES)):
                code, said = ask(tap, directory, *common, which, "GET", "--exclude-checks", left_out)
                tested, wanted = re.search(r"Tested: +([0-9]+)", said), operations(is_get=which == "--include-method")
                if code == 0 and (not tested or int(tested[1]) != wanted):
                    print(said)
                    print(f"check-api: {tested[1] if tested else 'none'} of {wanted} operations were asked")
                    return 2
                # Ended by a signal it would be below 0.
                worst = worst or code
                print(said if code else "\n".join(said.splitlines()[-12:]))
            tap.close()
        finally:
            ended = kiosk.end()
        if ended != 0:
            print(f"check-api: kioskd ended with {ended}: {kiosk.log.read_text()[-2000:]}")
            return 1
        return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
