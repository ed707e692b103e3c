"""What the fault campaigns share: the programs under test with a simulated scanner, how they are told apart from the lab,
what was beeped and what is recorded, and how a campaign tells its counts."""

import argparse
import ctypes
import json
import os
import pty
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tty
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SHIPPED = REPOSITORY / "Config/broker"
KIOSK = "k1310020007"
# Of the broker, where it is looked for by one.
NAME = "mqtt.county.test"

# Seconds that anything may take at most, on a busy machine.
PATIENCE = 30

libc = ctypes.CDLL(None, use_errno=True)

# A setting in the environment of whoever runs a campaign would override the file that the campaign wrote, or be refused.
for name in [name for name in os.environ if name.startswith(("KIOSK_", "CENTER_"))]:
    del os.environ[name]


class Fault(Exception):
    """The product broke its word."""


class Broken(Exception):
    """The campaign itself could not go on; says nothing of the product."""


def wait_for(what, condition, seconds=PATIENCE, every=0.005):
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise Broken(f"did not happen within {seconds} s: {what}")
        time.sleep(every)


def die_with_parent():
    """In the child, before it starts: the kernel ends it when the campaign ends, however that happens."""
    PR_SET_PDEATHSIG = 1
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Child:
    """A program that writes to a log which can be read here as it grows."""

    def __init__(self, log, *command, environment=None):
        self.log = Path(log)
        with open(self.log, "ab") as output:
            self.start_of_log = output.tell()
            self.process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={**os.environ, **(environment or {})}, preexec_fn=die_with_parent, start_new_session=True)
        self.reader = open(self.log, "rb")
        self.reader.seek(self.start_of_log)
        self.rest = b""

    @property
    def is_running(self):
        return self.process.poll() is None

    def new_lines(self):
        """The whole lines that came since the last call."""
        *lines, self.rest = (self.rest + self.reader.read()).split(b"\n")
        return [line.decode(errors="replace") for line in lines]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def ends(self, seconds=PATIENCE):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Broken(f"{self.process.args[0]} did not end; see {self.log}") from None

    def terminate(self):
        self.process.terminate()
        return self.ends()


class Line:
    """A pseudo-terminal as the scanner's serial line, under a name that stays."""

    def __init__(self, link):
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        os.set_blocking(self.master, False)
        os.symlink(os.ttyname(self.slave), link)

    def scan(self, text):
        try:
            os.write(self.master, text.encode() + b"\r")
        except BlockingIOError:
            # Nobody reads, as when the daemon is down: a scan into the air.
            pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def waybills(generator):
    """Never the same twice: the number counts, the form is drawn."""
    number = generator.randrange(10**8)
    while True:
        number += 1
        yield generator.choice(("SF", "YT", "JT")) + f"{number:013d}"


READY = ("kioskd is ready", "devices: scanner-1 connected")
SAID = re.compile(r" info desk: parcel (received|already in) .*\bsequence=(\d+) waybill=(\S+)$")


def ask(place, route, body=None):
    """What the local API on that socket answers, its lines as JSON; None when there is no whole answer."""
    sent = json.dumps(body).encode() if body is not None else b""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(str(place))
            connection.sendall(
                f"{'POST' if body is not None else 'GET'} {route} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
                f"content-type: application/json\r\ncontent-length: {len(sent)}\r\n\r\n".encode() + sent)
            answer = b""
            while piece := connection.recv(1 << 16):
                answer += piece
    except OSError:
        return None
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)^content-length: (\d+)\r?$", head, re.M)
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 202")) or not length or len(body) < int(length[1]):
        return None
    return [json.loads(line) for line in body.splitlines()]


class Kiosk:
    """kioskd with a scanner, and what it was heard to say. A beep is the log's line: both follow the COMMIT."""

    def __init__(self, programs, directory, storage=None, broker=None, extra=""):
        self.program = Path(programs) / "kioskd"
        self.directory = Path(directory)
        self.storage = Path(storage or self.directory / "kiosk")
        self.socket = self.directory / "kiosk.sock"
        self.settings = self.directory / "kiosk.yaml"
        link = f"broker: {broker.door(KIOSK)}\nlink: {{spread: 0.1, base: 0.1, cap: 0.5}}\n" if broker else ""
        self.settings.write_text(
            f"kiosk: {{id: {KIOSK}}}\nstorage: {{directory: {self.storage}, reserve: 1}}\n{link}"
            f"api: {{socket: {self.socket}}}\ndevices: {{scanners: [{{path: {self.directory}/scanner}}]}}\n{extra}")
        self.line = Line(self.directory / "scanner")
        self.child = None
        # What its log has yet to say before it can be scanned.
        self.awaited = set(READY)
        # What was told as saved, with the number that was named: waybill -> sequence.
        self.beeped = {}

    def start(self, *under):
        """Starts it, under another program if one is named; does not wait."""
        self.awaited = set(READY)
        self.child = Child(
            self.directory / "kiosk.log", *under, self.program, "--config", self.settings,
            environment={"RUNTIME_DIRECTORY": str(self.directory / "run")})

    @property
    def is_ready(self):
        return not self.awaited

    def kill(self):
        self.child.kill()
        self.listen()

    def listen(self):
        for line in self.child.new_lines():
            self.awaited -= {words for words in self.awaited if words in line}
            if said := SAID.search(line):
                self.beeped[said[3]] = int(said[2])

    def wait_until_ready(self):
        def ready():
            self.listen()
            if not self.child.is_running:
                raise Fault(f"kioskd ended with {self.child.process.returncode}; see {self.directory}/kiosk.log")
            return self.is_ready

        wait_for("kioskd is ready", ready, every=0.001)

    def hears(self, waybill, seconds):
        """Scans and waits for the beep; False when none comes in that time or the daemon is gone."""
        self.line.scan(waybill)
        end = time.monotonic() + seconds
        while True:
            self.listen()
            if waybill in self.beeped:
                return True
            if time.monotonic() > end or not self.child.is_running:
                return False
            time.sleep(0.0003)

    def save(self, waybill):
        """Scans as a person would, again when nothing is heard; returns how often it had to be scanned once more."""
        for again in range(4):
            if self.hears(waybill, PATIENCE / 3):
                return again
        raise Fault(f"no beep for {waybill} in four scans; {self.doing()}; see {self.child.log}")

    def doing(self):
        """What each thread of it waits for in the kernel: whether the disk is slow, or the program stands still."""
        tasks = []
        for task in sorted(Path(f"/proc/{self.child.process.pid}/task").glob("*")):
            try:
                name, stack = (task / "comm").read_text().strip(), (task / "stack").read_text().split("\n")
                tasks.append(f"{name} in {stack[0].split()[-1].split('+')[0] if stack[0] else 'user code'}")
            except OSError:
                # It has just ended, or only root may look.
                continue
        answer = "answers" if self.ask("/v1/status") else "does not answer"
        return f"kioskd {answer}; {', '.join(tasks) or 'it has ended'}"

    # Its local API

    def ask(self, route):
        """The answer's lines as JSON; None when there is no whole answer."""
        return ask(self.socket, route)

    def events(self, after=0):
        """All events after that number; None when the daemon cannot tell."""
        found = []
        while True:
            page = self.ask(f"/v1/events?after={after}&limit=1000")
            if page is None:
                return None
            if not page:
                return found
            found += page
            after = int(page[-1]["sequence"])

    def recorded(self, counts):
        """All events, of a daemon that is ready; an answer that does not come at once is asked for again, and counted."""
        events = self.events()
        if events is None:
            counts["asked again"] = counts.get("asked again", 0) + 1
            try:
                events = wait_for("the events can be read", self.events, every=0.1)
            except Broken as broken:
                raise Fault(f"{broken}; {self.doing()}; see {self.child.log}") from None
        return events

    def verify(self):
        """Walks the whole chain of hashes."""
        answer = subprocess.run(
            [self.program.parent / "kioskctl", "--config", self.settings, "verify"], capture_output=True, text=True,
            timeout=300, env={**os.environ, "KIOSK_API_SOCKET": str(self.socket)})
        if answer.returncode != 0:
            raise Fault(f"kioskctl verify: {answer.stdout}{answer.stderr}")


class Broker:
    """A broker as a county's: the file of Config/broker, its rules and certificates for a day; nothing is exchanged but paths
    and where it listens. It remembers nothing from one start to the next. What `extra` names is not taken from the file. The
    certificates are of the time that `clock` tells, or of now."""

    def __init__(self, directory, address="127.0.0.1", extra="", clock=None):
        self.directory, self.address, self.port = Path(directory), address, free_port()
        self.place = self.directory / "mosquitto"
        self.place.mkdir()
        self.rules = self.place / "acl"
        shutil.copy(SHIPPED / "acl", self.rules)
        self.make_certificates(clock)
        others = {line.split()[0] for line in extra.splitlines() if line.strip()} | {"log_dest"}
        lines = ["user root"]
        for line in (SHIPPED / "mosquitto.conf").read_text().splitlines():
            if line.startswith("listener "):
                lines.append(f"listener {self.port} {address}")
            elif line and not line.startswith("#") and line.split()[0] not in others:
                lines.append(line.replace("/etc/mosquitto/", f"{self.place}/"))
        self.settings = self.directory / "broker.conf"
        self.settings.write_text("\n".join([*lines, extra, ""]))
        self.child = None

    def make_certificates(self, clock):
        here, days = self.place, "60" if clock else "1"

        def openssl(*words):
            under, environment = (clock.under, clock.environment) if clock else ((), {})
            answer = subprocess.run([*under, "openssl", *map(str, words)], capture_output=True, text=True, timeout=PATIENCE,
                                    env={**os.environ, **environment})
            if answer.returncode != 0:
                raise Broken(f"openssl {words[0]}: {answer.stderr.strip()}")

        make = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", days)
        openssl(*make, "-subj", "/CN=fleet", "-keyout", here / "fleet-ca.key", "-out", here / "fleet-ca.crt")
        names = f"subjectAltName=DNS:localhost,DNS:{NAME},IP:127.0.0.1,IP:{self.address}"
        for name, more in (("server", ("-addext", names)), ("center", ()), (KIOSK, ())):
            openssl(*make, "-subj", f"/CN={name}", *more, "-CA", here / "fleet-ca.crt", "-CAkey", here / "fleet-ca.key",
                    "-keyout", here / f"{name}.key", "-out", here / f"{name}.crt")
        (here / "index.txt").touch()
        (here / "ca.cnf").write_text(f"[ca]\ndefault_ca = fleet\n[fleet]\ndatabase = {here}/index.txt\ndefault_md = sha256\n")
        openssl("ca", "-gencrl", "-config", here / "ca.cnf", "-cert", here / "fleet-ca.crt", "-keyfile", here / "fleet-ca.key",
                "-crldays", days, "-out", here / "fleet.crl")

    def door(self, name, host=None, more=""):
        """The settings of who comes in under that name."""
        here = self.place
        return (f"{{host: {host or self.address}, port: {self.port}{more}, "
                f"tls: {{ca: {here}/fleet-ca.crt, certificate: {here}/{name}.crt, key: {here}/{name}.key}}}}")

    def start(self):
        self.child = Child(
            self.directory / "broker.log", shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin"), "-c",
            self.settings)

    def wait_until_it_listens(self):
        wait_for("the broker listens", self.listens)

    def listens(self):
        if not self.child.is_running:
            raise Broken(f"mosquitto ended; see {self.directory}/broker.log")
        with socket.socket() as probe:
            return probe.connect_ex((self.address, self.port)) == 0

    def kill(self):
        self.child.kill()

    def read_rules(self):
        self.child.process.send_signal(signal.SIGHUP)


class Village:
    """A kiosk with its county: a real broker and a real center, each to be killed and started by itself."""

    def __init__(self, programs, directory):
        self.programs = Path(programs)
        self.directory = Path(directory)
        self.directory.mkdir()
        self.broker = Broker(self.directory)
        self.center_settings = self.directory / "center.yaml"
        self.center_settings.write_text(
            f"broker: {self.broker.door('center')}\nstorage: {{directory: {self.directory}/center}}\n"
            "link: {spread: 0.1}\n")
        self.kiosk = Kiosk(programs, self.directory, broker=self.broker)
        self.center = None

    def start_center(self):
        self.center = Child(
            self.directory / "center.log", self.programs / "kiosk-center", "--config", self.center_settings)

    def start(self):
        self.broker.start()
        self.start_center()
        self.kiosk.start()

    def end(self):
        for child in (self.kiosk.child, self.center, self.broker.child):
            if child:
                child.kill()

    def wait_until_delivered(self):
        def delivered():
            self.kiosk.listen()
            for name, child in (("kioskd", self.kiosk.child), ("kiosk-center", self.center)):
                if not child.is_running:
                    raise Fault(f"{name} ended with {child.process.returncode}; see {child.log}")
            status = self.kiosk.ask("/v1/status")
            return status and status[0]["pending"] == 0

        try:
            wait_for("everything is acknowledged", delivered, seconds=60, every=0.05)
        except Broken as broken:
            raise Fault(str(broken)) from None

    def ask_center(self, *words):
        answer = subprocess.run(
            [self.programs / "kiosk-center", "--config", self.center_settings, *words], capture_output=True, text=True,
            timeout=120)
        if answer.returncode != 0:
            raise Broken(f"kiosk-center {' '.join(words)}: {answer.stderr}")
        return [json.loads(line) for line in answer.stdout.splitlines()]

    def stored(self):
        """The center's events, in the order in which they were stored."""
        return self.ask_center("events")


def check(events, beeped, counts):
    """Compares what is recorded with what was beeped, and counts what is wrong."""
    numbers = [int(event["sequence"]) for event in events]
    received = [event["subject"] for event in events if event["type"] == "kiosk.parcel.received.v1"]
    counts["gaps"] += sum(1 for before, after in zip([0] + numbers, numbers) if after != before + 1)
    counts["lost"] += len(set(beeped) - set(received))
    counts["doubled"] += len(received) - len(set(received)) + len(events) - len({event["id"] for event in events})
    counts["recoveries"] += sum(1 for event in events if event["type"] == "kiosk.journal.recovered.v1")


def at_least_one(text):
    """A count from the command line: a campaign that does nothing would pass."""
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return count


class Campaign:
    """The frame of every campaign: its arguments, its directory, its counts, and how it ends.

    Exit codes: 0 nothing found, 1 the product broke its word, 2 the campaign itself could not run, 77 it needs root.
    """

    def __init__(self, name, description, quick, short, long, unit, root=False, scenarios=(), minutes=15):
        """`minutes`: the long set's share of the 90 that all of them have together; it ends when they are over, or sooner."""
        parser = argparse.ArgumentParser(
            prog=f"Device/campaigns/{name}", description=description, formatter_class=argparse.RawDescriptionHelpFormatter,
            epilog="exit codes: 0 nothing found, 1 the product broke its word, 2 it could not be run, 77 it needs root")
        size = parser.add_mutually_exclusive_group()
        size.add_argument("--quick", action="store_true", help=f"{quick:,} {unit} in place of {short:,}")
        size.add_argument("--long", action="store_true", help=f"{long:,}, or as many as fit into its minutes")
        parser.add_argument("--minutes", type=float, metavar="M", help=f"end after so many minutes ({minutes} with --long)")
        parser.add_argument("--count", type=at_least_one, metavar="N", help=f"so many {unit}")
        parser.add_argument("--seed", type=int, help="the same seed draws the same faults; a new one unless told")
        parser.add_argument("--json", action="store_true", help="the counts as one JSON object")
        parser.add_argument("--keep", action="store_true", help="leave the files behind and say where")
        parser.add_argument(
            "--programs", default=REPOSITORY / ".build/debug", metavar="PATH", help="where the programs lie (.build/debug)")
        if scenarios:
            parser.add_argument("--only", action="append", choices=list(scenarios), help="one of the scenarios; may be repeated")
        self.arguments = parser.parse_args()
        self.name = name
        self.is_quick = self.arguments.quick
        self.count = long if self.arguments.long else quick if self.is_quick else short
        if self.arguments.count is not None:
            self.count = self.arguments.count
        if self.arguments.minutes is None and self.arguments.long:
            self.arguments.minutes = minutes
        self.seed = self.arguments.seed if self.arguments.seed is not None else random.SystemRandom().randrange(1 << 32)
        self.chance = random.Random(self.seed)
        self.programs = Path(self.arguments.programs).resolve()
        self.counts = {}
        self.faults = []
        self.began = time.monotonic()
        self.told = self.began
        for program in ("kioskd", "kioskctl", "kiosk-center"):
            if not os.access(self.programs / program, os.X_OK):
                self._end(2, f"{self.programs}/{program} is not there; build it first: swift build")
        if root and os.geteuid() != 0:
            self._end(77, "it mounts a file system of its own, which needs root; run it with sudo")

    @property
    def time_is_up(self):
        minutes = self.arguments.minutes
        return minutes is not None and time.monotonic() - self.began > 60 * minutes

    def need(self, name):
        """Fails a campaign whose time was over before it had done anything."""
        if not self.counts.get(name):
            raise Broken(f"its time was over before it came to any {name}")

    def progress(self, text):
        """On a long work, a line now and then."""
        if time.monotonic() - self.told >= 10:
            self.told = time.monotonic()
            print(f"{self.name}: {text}, {int(self.told - self.began)} s", file=sys.stderr, flush=True)

    def run(self, body):
        """Runs `body` with a directory of its own, which goes away unless something was found."""
        self.directory = Path(tempfile.mkdtemp(prefix=f"kiosk-{self.name}."))
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        keep = self.arguments.keep
        code, words = 0, ""
        try:
            body(self)
            broken = {name: count for name, count in self.counts.items() if name in self.forbidden and count}
            if broken:
                code, words = 1, ", ".join(f"{count} {name}" for name, count in broken.items())
        except Fault as fault:
            code, words = 1, str(fault)
        except Broken as broken:
            code, words = 2, str(broken)
        except (OSError, subprocess.SubprocessError) as error:
            code, words = 2, f"{type(error).__name__}: {error}"
        except KeyboardInterrupt:
            code, words = 130, "interrupted"
        finally:
            if code in (1, 2) or keep:
                words += f"; the files are in {self.directory}"
            else:
                shutil.rmtree(self.directory, ignore_errors=True)
        self._end(code, words)

    # The counts that have to be 0.
    forbidden = {"lost", "doubled", "gaps", "recoveries", "false saved", "unnoticed", "overwritten"}

    def _end(self, code, words):
        seconds = int(time.monotonic() - self.began)
        if code == 0 and self.time_is_up and not words:
            words = f"its {self.arguments.minutes:g} minutes were over before its number was reached"
        if self.arguments.json:
            verdict = {0: "held", 1: "broken"}.get(code, "not run")
            print(json.dumps({
                "campaign": self.name, "verdict": verdict, "seed": self.seed, "seconds": seconds, **self.counts,
                **({"why": words} if words else {})}), flush=True)
        elif self.counts:
            told = ", ".join(f"{count:,} {name}" for name, count in self.counts.items())
            print(f"{self.name}: {told} (seed {self.seed}, {seconds} s)", flush=True)
        if code or words:
            verdict = {0: "ended", 1: "FAILED"}.get(code, "NOT RUN")
            print(f"{self.name}: {verdict}: {words}", file=sys.stderr, flush=True)
        sys.exit(code)
