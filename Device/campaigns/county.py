"""What the campaigns of network, clock and disk share beyond village.py: a broker and a center around the kiosk, a network of
their own with a cable that can be made bad, scanning that never stops meanwhile, and the account at the end.

Everything lies in network and mount namespaces of the campaign's own: nothing is left behind, even by kill -9."""

import base64
import glob
import hashlib
import json
import os
import re
import signal
import subprocess
import time

import village

CLONE_NEWNET, CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x40000000, 0x20000, 0x4000, 0x40000
CENTER, KIOSK = "10.9.0.1", "10.9.0.2"

# Debian keeps these where only root looks.
os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def run(*command, **options):
    """Runs a tool of the campaign; one that fails says nothing of the product."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)
    if done.returncode:
        raise village.Broken(f"{' '.join(map(str, command))}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def own_world():
    """From here on mounts and networks are this process's own."""
    for problem, arguments in (("unshare", (CLONE_NEWNET | CLONE_NEWNS,)),
                               ("mount", (b"none", b"/", None, MS_REC | MS_PRIVATE, None))):
        if getattr(village.libc, problem)(*arguments) < 0:
            raise village.Broken(f"{problem} is refused; it needs root")
    run("ip", "link", "set", "lo", "up")


def expect(what, condition, seconds=village.PATIENCE, every=0.02):
    """Waits for what the product has to do; if it does not, that is its fault and not the campaign's."""
    try:
        return village.wait_for(what, condition, seconds, every)
    except village.Broken as broken:
        raise village.Fault(str(broken)) from None


def median(values):
    return sorted(values)[len(values) // 2] if values else 0


def nearly_all(values):
    """The 99th of a hundred."""
    return sorted(values)[len(values) * 99 // 100] if values else 0


class Cable:
    """A network for the kiosk, and the one cable that joins it with the broker's."""

    def __init__(self, directory):
        self.holder = village.Child(directory / "cable.log", "unshare", "--net", "sleep", "infinity")
        number = str(self.holder.process.pid)
        self.inside = ("nsenter", "--target", number, "--net", "--")
        mine = os.readlink("/proc/self/ns/net")
        village.wait_for("the kiosk's network", lambda: os.readlink(f"/proc/{number}/ns/net") != mine)
        run("ip", "link", "add", "center0", "type", "veth", "peer", "name", "kiosk0", "netns", number)
        run("ip", "address", "add", f"{CENTER}/24", "dev", "center0")
        run("ip", "link", "set", "center0", "up")
        self.run("ip", "link", "set", "lo", "up")
        self.run("ip", "address", "add", f"{KIOSK}/24", "dev", "kiosk0")
        self.up()

    def run(self, *command):
        return run(*self.inside, *command)

    def up(self):
        self.run("ip", "link", "set", "kiosk0", "up")

    def down(self):
        self.run("ip", "link", "set", "kiosk0", "down")

    def remove(self):
        run("ip", "link", "del", "center0")
        self.holder.kill()

    def filter(self, rule):
        """The rule for what leaves and for what arrives, in place of the one before; it counts the packets that it meets."""
        self.clear()
        for command in ("table inet fault", "chain inet fault out { type filter hook output priority 0; }",
                        "chain inet fault in { type filter hook input priority 0; }"):
            self.run("nft", "add", *command.split())
        for chain in ("out", "in"):
            self.run("nft", "add", "rule", "inet", "fault", chain, *rule.split())

    def refuse(self):
        """From here on the far end answers every packet with a reset."""
        for command in ("table inet refusal", "chain inet refusal in { type filter hook input priority 0; }",
                        "rule inet refusal in iifname center0 meta l4proto tcp reject with tcp reset"):
            run("nft", "add", *command.split())

    def accept(self):
        run("nft", "delete", "table", "inet", "refusal")

    def clear(self):
        """Mends what `filter` broke."""
        if "fault" in self.run("nft", "list", "tables"):
            self.run("nft", "delete", "table", "inet", "fault")

    @property
    def filtered(self):
        """How many packets the rule has met."""
        return sum(int(number) for number in re.findall(r"counter packets (\d+)", self.run("nft", "list", "table", "inet", "fault")))

    def slow(self, rate):
        """As narrow as this in both directions; `None` for as wide as it was."""
        for prefix, device in ((self.inside, "kiosk0"), ((), "center0")):
            if rate:
                run(*prefix, "tc", "qdisc", "replace", "dev", device, "root", "tbf", "rate", rate, "burst", "1600", "latency",
                    "400ms")
            else:
                run(*prefix, "tc", "qdisc", "del", "dev", device, "root")


class Broker(village.Broker):
    """Listens when it is made, and whenever it is started."""

    def __init__(self, directory, address="127.0.0.1", clock=None):
        super().__init__(directory, address, clock=clock)
        self.start()

    def start(self):
        super().start()
        self.wait_until_it_listens()


class Center:
    def __init__(self, programs, directory, broker):
        self.program = programs / "kiosk-center"
        self.directory = directory
        self.settings = directory / "center.yaml"
        self.settings.write_text(
            f"broker: {broker.door('center')}\nstorage: {{directory: {directory}/center}}\n"
            "link: {spread: 0.1}\n")
        self.start()

    def start(self):
        self.child = village.Child(self.directory / "center.log", self.program, "--config", self.settings)

    def kill(self):
        self.child.kill()

    def ask(self, *words):
        return [json.loads(line) for line in run(self.program, "--config", self.settings, *words).splitlines()]

    def events(self):
        return self.ask("events")

    def state(self):
        """What it knows of the kiosk; empty before it has heard of it."""
        return next(iter(self.ask("list", "--json")), {})

    def send(self, kind, document, *to):
        file = self.directory / f"{kind}.json"
        file.write_text(json.dumps(document))
        run(self.program, "--config", self.settings, "send", kind, *(to or ("--kiosk", village.KIOSK)), file)


class Kiosk(village.Kiosk):
    """A kiosk that is looked after as a service manager would, and whose answers are read aloud."""

    def __init__(self, campaign, broker, storage=None, keepalive=5, link="{spread: 0.1, base: 0.2, cap: 1}", host=None,
                 reserve=1, devices="", under=(), environment=None):
        super().__init__(campaign.programs, campaign.directory, storage)
        self.under = under
        self.environment = environment or {}
        self.refuge = campaign.directory / "refuge"
        self.refuge.mkdir(exist_ok=True)
        self.restarts = 0
        self.waybills = village.waybills(campaign.chance)
        self.latencies = []
        self.settings.write_text(
            f"kiosk: {{id: {village.KIOSK}}}\nstorage: {{directory: {self.storage}, reserve: {reserve}, retry: 1}}\n"
            f"broker: {broker.door(village.KIOSK, host, f', keepalive: {keepalive}')}\nlink: {link}\n"
            f"api: {{socket: {self.socket}}}\n"
            f"devices:\n  scanners: [{{path: {self.directory}/scanner}}]\n{devices}")

    def start(self, *under):
        self.awaited = set(village.READY)
        self.child = village.Child(
            self.directory / "kiosk.log", *self.under, *under, self.program, "--config", self.settings,
            environment={"RUNTIME_DIRECTORY": str(self.refuge), **self.environment})

    def tend(self):
        """Starts it again when a write failed, as the service manager does; any other end is a fault."""
        self.listen()
        if self.child.is_running:
            return
        code = self.child.process.returncode
        if code != 74:
            raise village.Fault(f"kioskd ended with {code}; see {self.directory}/kiosk.log")
        self.restarts += 1
        time.sleep(0.2)
        self.start()

    def restart(self, **settings):
        """Stops it in order and starts it with other values of its settings; returns the old ones."""
        self.terminate()
        text, old = self.settings.read_text(), {}
        for name, value in settings.items():
            found = re.search(rf"\b{name}: ([0-9.]+)", text)
            old[name] = found[1]
            text = text[:found.start(1)] + str(value) + text[found.end(1):]
        self.settings.write_text(text)
        self.start()
        self.wait_until_ready()
        return old

    def terminate(self):
        code = self.child.terminate()
        self.listen()
        if code != 0:
            raise village.Fault(f"asked to stop, kioskd ended with {code}")

    def ask(self, route, body=None):
        for place in (self.socket, self.refuge / "kioskd.sock"):
            answer = village.ask(place, route, body)
            if answer is not None:
                return answer
        return None

    @property
    def status(self):
        """Empty while it does not answer."""
        return next(iter(self.ask("/v1/status") or []), {})

    def serves_in(self, state):
        """Whether that is its state, and its scanner listens."""
        status = self.status
        return status.get("state") == state and all(device["connected"] for device in status["peripherals"])

    @property
    def head(self):
        """The number of the last event; -1 when nobody can tell."""
        return self.status.get("head", -1)

    @property
    def link(self):
        return self.status.get("link", {})

    @property
    def alarms(self):
        return {alarm["code"] for alarm in self.status.get("alarms", [])}

    @property
    def is_connected(self):
        return self.link.get("state") == "connected"

    @property
    def is_settled(self):
        return self.status.get("pending") == 0

    def say(self, text):
        """What the screen's desk answers to a text: its word, and of a refusal the reason."""
        answer = (self.ask("/v1/desks/screen/scan", {"text": text}) or [{}])[0]
        return answer.get("reason") or answer.get("word")

    def says(self, *steps):
        for text, word in steps:
            heard = self.say(text)
            if heard != word:
                raise village.Fault(f"the desk said {heard} to {text}, not {word}")

    def scan(self):
        """One more parcel, which must be beeped. How long it took is told at the end: a machine at work on something else has
        seconds in which its disk does nothing for others."""
        waybill = next(self.waybills)
        began = time.monotonic()
        if not self.hears(waybill, village.PATIENCE):
            raise village.Fault(
                f"no beep for {waybill} within {village.PATIENCE} s; {self.doing()}; see {self.directory}/kiosk.log")
        self.latencies.append(time.monotonic() - began)
        return waybill

    def scan_until(self, what, condition, seconds=village.PATIENCE, pace=0.05):
        """People go on scanning until it has happened; returns how long that took."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > seconds:
                raise village.Fault(f"did not happen within {seconds} s: {what}; see {self.directory}")
            self.scan()
            time.sleep(pace)
        return time.monotonic() - began

    def scan_for(self, seconds, pace=0.05):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.scan()
            time.sleep(pace)

    def connects(self, seconds=village.PATIENCE):
        return self.scan_until("the kiosk is connected", lambda: self.is_connected, seconds)

    def settles(self, center, counts, seconds=60):
        """Everything is delivered, and the center has exactly what the journal has, in its order. Nobody scans now."""
        expect("everything is acknowledged", lambda: self.is_settled, seconds, every=0.05)
        self.account(center, counts)

    def account(self, center, counts):
        recorded = self.recorded(counts)
        epochs = {event["epoch"] for event in recorded}
        stored = [event for event in center.events() if event["epoch"] in epochs]
        village.check(recorded, self.beeped, counts)
        numbers = [(event["epoch"], event["sequence"]) for event in stored]
        counts["not delivered"] += len({event["id"] for event in recorded} - {event["id"] for event in stored})
        counts["stored twice"] += len(numbers) - len(set(numbers))
        counts["differing"] += sum(1 for ours, theirs in zip(recorded, stored) if ours != theirs)
        counts["beeped"] += len(self.beeped)
        counts["stored"] += len(stored)


FORBIDDEN = {"lost", "doubled", "gaps", "recoveries", "not delivered", "stored twice", "differing", "false saved"}
ZERO = {name: 0 for name in ("beeped", "stored", "lost", "doubled", "gaps", "recoveries", "not delivered", "stored twice",
                             "differing")}


class Clock:
    """A wall clock for a program that can be set wrong while it runs; uptime goes on as it is (libfaketime).

    The program is started through env. The library adds to the environment of the first that it is loaded into, and Swift
    finds a program's arguments by where the environment lies."""

    under = ("env",)

    def __init__(self, directory):
        libraries = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        if not libraries:
            raise village.Broken("libfaketime is not there: apt-get install libfaketime")
        self.file = directory / "clock"
        self.environment = {
            "LD_PRELOAD": libraries[0], "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        self.set(0)

    def set(self, seconds):
        """So far from the true time."""
        draft = self.file.with_suffix(".new")
        draft.write_text(f"{seconds:+d}\n")
        os.rename(draft, self.file)


class Campaign(village.Campaign):
    """A campaign of several scenarios."""

    forbidden = FORBIDDEN

    def tell(self, scenario, words):
        """A scenario that held."""
        if not self.arguments.json:
            print(f"  {scenario}: {words}", flush=True)


def badge(text):
    digest = hashlib.sha256(("kiosk-badge-v1\n" + text).encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
