"""A month of produce at one point: weighed each day, priced, checked, with a change of price in the middle. Days pass by time
namespaces: kioskd starts anew each day with a later uptime, as in a boot that lasts a month; its own wall clock stands in 1970
and is of no use. The center lives in the true time of that world."""

import base64
import calendar
import hashlib
import re
import subprocess
import time
from pathlib import Path

import county
import village

DAYS, DAY = 30, 86_400
BEFORE, AFTER = 320, 340
OPERATOR, FARMER, SUPERVISOR = "KB-OPERATOR-MONTH", "KB-FARMER-MONTH", "KB-SUPERVISOR-MONTH"
# Seconds from the change of price at which crates are weighed; a quartz may be off by 130 s in a fortnight.
NEAR, FAR = (-60, 60), (-900, 900)
DESK = "/v1/desks/screen/scan"


def badge(text):
    digest = hashlib.sha256(f"kiosk-badge-v1\n{text}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + ".000Z"


class Scale:
    """On the counter, told by a line of text what lies on it."""

    def __init__(self, programs, directory):
        self.path = directory / "scale"
        self.process = subprocess.Popen(
            [programs / "kiosk-lab", "scale", "--link", self.path, "--protocol", "toledo-continuous", "--interval", "40"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=village.die_with_parent)
        village.wait_for("the scale is there", self.path.exists)

    def lay(self, kiosk, grams):
        self.process.stdin.write(f"{grams}\n".encode())
        self.process.stdin.flush()

        def seen():
            scale = kiosk.status.get("scale", {})
            at_rest = scale.get("stability") in ("stable", "inferred-stable")
            return scale.get("grams") == grams and (at_rest or grams == 0)
        county.expect(f"the scale shows {grams} g", seen)


class Center(county.Center):
    """In the true time of the world."""

    def __init__(self, programs, directory, broker, clock):
        self.clock = clock
        super().__init__(programs, directory, broker)

    def start(self):
        text = self.settings.read_text()
        if "clock:" not in text:
            self.settings.write_text(text + "clock: {within: 1}\n")
        self.child = village.Child(
            self.directory / "center.log", *self.clock.under, self.program, "--config", self.settings,
            environment=self.clock.environment)


class Month:
    """What a county needs to play it, in a directory of its own."""

    def __init__(self, campaign, name, is_online, drift=0):
        """`drift`: millionths by which its quartz is fast."""
        self.name, self.is_online, self.drift = name, is_online, drift
        self.programs, self.chance = campaign.programs, campaign.chance
        self.directory = Path(campaign.directory) / name
        self.directory.mkdir()
        self.began = time.time()
        # It is noon in China when it begins, so that no day ends while people work.
        noon = int(self.began) - DAYS * DAY
        self.start = noon - (noon + 8 * 3600) % DAY + DAY // 2
        self.change = self.start + 15 * DAY
        self.world, self.board = county.Clock(self.directory), None
        (self.directory / "board").mkdir()
        self.board = county.Clock(self.directory / "board")
        self.board.set(5 - int(self.began))
        self.cable = county.Cable(self.directory)
        self.move(self.start)
        self.broker = county.Broker(self.directory, county.CENTER, self.world)
        self.center = Center(self.programs, self.directory, self.broker, self.world)
        self.scale = Scale(self.programs, self.directory)
        self.kiosk = county.Kiosk(
            self, self.broker, link="{spread: 0.1, base: 0.2, cap: 5}", under=(*self.cable.inside, *self.board.under),
            environment=self.board.environment,
            devices=f"  scale: {{path: {self.scale.path}, profile: toledo-continuous, line: 8N1, identity: {{serial: M1, "
                    f"maximum: 60000, minimum: 100, interval: 20, verified-until: {stamp(self.start + 25 * DAY)[:10]}}}}}\n")
        with open(self.kiosk.settings, "a") as settings:
            settings.write("produce: {verification-expired: refuse, unchecked: refuse, check: {grams: 5000, tolerance: 40}}\n"
                           "parcels: {overdue: 7}\n")
        self.refused, self.weighed = [], []

    def move(self, moment):
        """The world goes on to that moment; returns how far the uptime of the board has to be ahead."""
        passed = time.time() - self.began
        self.world.set(round(moment - time.time()))
        return max(round((moment - self.start) * (1 + self.drift / 1_000_000) - passed), 0)

    def begin(self, moment):
        """kioskd starts at that moment."""
        ahead = self.move(moment)
        self.kiosk.start("unshare", "--time", "--boottime", ahead)
        self.kiosk.wait_until_ready()
        county.expect("the scale is heard", lambda: "scale" in self.kiosk.status)
        if self.is_online or not self.weighed and not self.refused:
            self.hears_time()

    def hears_time(self):
        county.expect("the center has told the time", lambda: self.kiosk.status.get("clocksource") == "center"
                      and self.kiosk.status.get("timeboundms", 10**9) <= 5000, seconds=60)

    def documents(self):
        people = [("p-op", "李*", "operator", OPERATOR), ("p-farm", "孙*", "farmer", FARMER),
                  ("p-boss", "吴*", "supervisor", SUPERVISOR)]
        self.center.send("roster", {"version": 1, "people": [
            {"id": id, "name": name, "roles": [role], "badge": badge(text)} for id, name, role, text in people]})
        self.catalog(1, self.change)
        county.expect("the list is in force", lambda: self.kiosk.ask("/v1/catalog"), seconds=60)
        county.expect("people are known", lambda: (self.kiosk.ask("/v1/point") or [{}])[0].get("roster") == 1)

    def catalog(self, version, change):
        price = {"produce": "tomato", "grade": "1"}
        self.center.send("catalog", {
            "version": version, "produce": [{"id": "tomato", "number": 11, "name": "番茄", "grades": [{"id": "1", "name": "一级"}]}],
            "containers": [], "prices": [{**price, "fenperkg": BEFORE, "until": stamp(change)},
                                         {**price, "fenperkg": AFTER, "from": stamp(change)}]}, "--county", village.KIOSK[1:7])

    # What people do

    def answer(self, text):
        return (self.kiosk.ask(DESK, {"text": text}) or [{}])[0]

    def expect(self, text, *words):
        said = self.answer(text)
        if said.get("word") not in words:
            raise village.Fault(f"{self.name}: the desk said {said.get('word')} ({said.get('english')}) to {text}, not {words}")
        return said

    def signs_in(self):
        self.expect(OPERATOR, "signed-in")
        self.expect("KC-WEIGH", "ask-farmer")
        self.expect(FARMER, "ask-produce")
        self.expect("KC-PRODUCE-11", "weigh-ready")

    def weighs(self, grams, moment):
        self.scale.lay(self.kiosk, 0)
        self.scale.lay(self.kiosk, grams)
        said = self.answer("KC-RECORD")
        if said.get("word") == "weighed":
            self.weighed.append({"grams": grams, "at": moment, "fen": said["goods"].get("amount")})
        else:
            self.refused.append((said.get("reason") or said.get("word"), round((moment - self.start) / DAY)))
        return said

    def checks(self):
        self.scale.lay(self.kiosk, 0)
        self.scale.lay(self.kiosk, 5000)
        self.expect("KC-CHECK", "checked")

    def day(self, number):
        moments = [self.start + number * DAY]
        if number == 15:
            moments = [self.change + seconds for seconds in (FAR[0], *NEAR, FAR[1])]
        for place, moment in enumerate(moments):
            self.begin(moment)
            if number == 0 and place == 0:
                self.documents()
                if not self.is_online:
                    self.cable.down()
            self.kiosk.scan()
            self.signs_in()
            if place == 0:
                # Nobody has checked the scale today, and the county wants it.
                self.weighs(3000, moment)
                self.checks()
            self.weighs(10_000 + 20 * number + 200 * place, moment)
            if number == 7 and place == 0 and not self.is_online:
                self.tells_time(moment)
            self.expect("KC-SIGN-OUT", "signed-out")
            if number < DAYS - 1 or place < len(moments) - 1:
                self.kiosk.terminate()

    def play(self, campaign):
        for number in range(DAYS):
            self.day(number)
            campaign.progress(f"{self.name}: day {number + 1} of {DAYS}, {len(self.weighed)} crates")
        self.before = self.account()
        if not self.is_online:
            self.cable.up()
            county.run(self.programs / "kioskctl", "link", "now", "--socket", self.kiosk.socket)
            county.expect("it is connected", lambda: self.kiosk.is_connected, seconds=60)
            self.hears_time()
        county.expect("what can be priced is", lambda: self.open_crates <= (0 if self.is_online or self.drift else len(NEAR)),
                      seconds=60)
        if self.open_crates:
            self.price_by_list()
        county.expect("everything is delivered", lambda: self.kiosk.is_settled, seconds=90)
        self.after = self.account()
        self.overdue = sum(1 for event in self.kiosk.events() if event["type"] == "kiosk.parcel.flagged.v1")

    def tells_time(self, moment):
        """After a week without a network: one line, what time it is and how sure."""
        shown = county.run(self.programs / "kioskctl", "status", "--socket", self.kiosk.socket)
        lines = [line for line in shown.splitlines() if "UTC+8" in line]
        known = re.search(r"(\S+ \S+) UTC\+8, at most (\d+) s wrong: held on from the center", "\n".join(lines))
        if len(lines) != 1 or not known:
            raise village.Fault(f"{self.name}: after a week offline kioskctl status says {lines}")
        said = calendar.timegm(time.strptime(known[1], "%Y-%m-%d %H:%M:%S")) - 8 * 3600
        # The board has run for some seconds since.
        if not -int(known[2]) <= said - moment <= int(known[2]) + 30:
            raise village.Fault(f"{self.name}: after a week offline {lines[0]}, and it is {stamp(moment)}")

    @property
    def open_crates(self):
        return sum(1 for crate in self.account() if crate["fen"] is None)

    def price_by_list(self):
        """What no clock can tell is listed at the center, and the county's word prices it."""
        county.expect("everything is delivered", lambda: self.kiosk.is_settled, seconds=90)
        listed = self.center.ask("unpriced", "--json")
        near = [crate for crate in self.weighed if abs(crate["at"] - self.change) <= NEAR[1]]
        if len(listed) != len(near):
            raise village.Fault(f"{self.name}: the center lists {listed}, and {len(near)} crates have no price")
        for line, crate in zip(listed, near):
            # A crate is weighed some seconds after kioskd has begun.
            if not line["earliest"] <= stamp(crate["at"]) <= line["latest"]:
                raise village.Fault(f"{self.name}: a crate of {stamp(crate['at'])} is listed as {line}")
        self.catalog(2, self.change - FAR[1] // 2)
        county.expect("the county's list prices them", lambda: self.open_crates == 0, seconds=60)
        for crate in near:
            crate["decided"] = AFTER

    def account(self):
        lines = self.kiosk.ask("/v1/weighins") or []
        return [{"net": line["net"], "fen": line.get("amount"), "later": line.get("pricedlater")} for line in lines]

    def center_account(self):
        lines = self.center.ask("statement", "--farmer", "p-farm", "--json")
        return [{"net": line["net"], "fen": line.get("amount")} for line in lines if line["kind"] == "weighin"]

    def end(self):
        self.at_center = self.center_account()
        self.bound = self.kiosk.status.get("timeboundms")
        self.kiosk.terminate()
        self.scale.process.kill()
        self.center.kill()
        self.broker.kill()
        self.cable.remove()


def price(grams, fen):
    return (grams * fen + 500) // 1000


def same_account(campaign):
    """The same month with a network and without, there with a quartz that is fast and with one that is right: the same crates at
    the same prices in the end."""
    months = []
    for name, drift in (("online", 0), ("fast", 99), ("steady", 0)):
        month = Month(campaign, name, name == "online", drift)
        month.play(campaign)
        month.end()
        months.append(month)
    online, *offline = months
    for month in months:
        right = [price(crate["grams"], crate.get("decided") or (BEFORE if crate["at"] < month.change else AFTER))
                 for crate in month.weighed]
        if [crate["fen"] for crate in month.after] != right:
            raise village.Fault(f"{month.name}: crates cost {month.after}, and should {right}")
        if [(crate["net"], crate["fen"]) for crate in month.after] != [
                (crate["net"], crate["fen"]) for crate in month.at_center]:
            raise village.Fault(f"{month.name}: the center has {month.at_center}, the point {month.after}")
        if month.refused != online.refused or month.overdue != online.overdue:
            raise village.Fault(f"{month.name}: refused {month.refused}, overdue {month.overdue}; online {online.refused}, "
                                f"{online.overdue}")
    for month, why in zip(months, (None, "placed", "listed")):
        later = [crate["later"] for crate in month.after if crate["later"]]
        waited = sum(1 for crate in month.before if crate["fen"] is None)
        # A fast clock can tell of one of them that it came after.
        if set(later) != {why} - {None} or waited != len(later) or len(later) > len(NEAR):
            raise village.Fault(f"{month.name}: {waited} crates waited for their price, and got it as {later}")
    words = {word for word, _ in online.refused}
    if words != {"check-first", "verification-expired"} or online.overdue < 20:
        raise village.Fault(f"refused were {online.refused}; overdue {online.overdue}")
    campaign.counts.update({"crates": len(online.after), "priced later": sum(1 for month in months for crate in month.after if crate["later"]), "refused": len(online.refused),
                            "overdue": online.overdue})
    campaign.tell("account", f"{len(online.after)} crates, {sum(crate['fen'] for crate in online.after)} fen online, "
                  f"{sum(crate['fen'] for crate in offline[0].after)} offline with a fast quartz: what was weighed near the change "
                  f"of price was priced when the time was known from both ends; with one that is right it was listed, and priced "
                  f"by the county; {online.overdue} parcels overdue, {len(online.refused)} crates refused in each")
