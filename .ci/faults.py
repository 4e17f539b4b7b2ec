#!/usr/bin/env python3
"""Run the built service against the independent simulator on its worst days, and judge the history.

    faults.py BIN_DIR [--seed N] [--scripts N] [--kills N] [--short] [--only NAME]

Each day begins with an empty history, a new data folder and one list. Faults are in force while the
service syncs; then they end, and it syncs until nothing is left. Whatever happened, Trakt has every
watched episode where the fixture says, once, and the simulator saw no broken rule. Needs node 20,
python3 and ../shared. Exit code 1 and a sentence for each day that went wrong.
"""
import argparse
import contextlib
import datetime
import json
import os
import pathlib
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import types
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import judge  # noqa: E402

SHARED = pathlib.Path(__file__).resolve().parents[2] / "shared"
LONGEST = 180  # seconds that an answer may take
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))

HISTORY = {"upstream": "trakt", "method": "POST", "pathRegex": "^/sync/history(\\?|$)"}
WATCHED = {"upstream": "trakt", "method": "GET", "pathRegex": "^/sync/"}
SEASONS = {"upstream": "trakt", "pathRegex": "/seasons"}
TOKEN = {"upstream": "*", "method": "POST", "pathRegex": "/oauth/token"}
ANILIST = {"upstream": "anilist"}


def rule(where, action, **more):
    return {**where, "action": action, **more}


def limited(where, **more):
    return rule(where, "status", status=429, headers={"Retry-After": "2"}, **more)


def edge(where, status, **more):
    return rule(where, "html", status=status, **more)


# Every day has a name, and the rules of its faults.
# A write's answer is waited for that long.
UNANSWERED = "a write applied and never answered"
DAYS = {
    "nothing happens": [],
    "lost answers to writes": [rule(HISTORY, "reset", applyBeforeFailing=True, after=n, times=1) for n in (0, 2, 4)],
    "writes that never arrived": [rule(HISTORY, "reset", after=n, times=1) for n in (0, 2)],
    "half an answer to a write": [rule(HISTORY, "truncate", applyBeforeFailing=True, times=2)],
    "a write applied under a 502 page": [edge(HISTORY, 502, applyBeforeFailing=True, after=1, times=2)],
    "a write applied under a 504": [rule(HISTORY, "status", status=504, applyBeforeFailing=True, times=1)],
    # The service waits for a minute and a half.
    UNANSWERED: [rule(HISTORY, "timeout", applyBeforeFailing=True, after=1, times=1)],
    "a write refused with a 500": [rule(HISTORY, "status", status=500, times=2)],
    "a page with status 200 for a write": [edge(HISTORY, 200, applyBeforeFailing=True, times=1)],
    "writes limited": [limited(HISTORY, after=1, times=2)],
    "reads limited": [limited(SEASONS, after=5, times=2), limited(WATCHED, times=1)],
    "the edge limits": [edge(SEASONS, 429, headers={"Retry-After": "2"}, after=3, times=1)],
    "the edge turns away": [edge(ANILIST, 403, times=1), edge(SEASONS, 403, times=1), edge(HISTORY, 403, times=1)],
    "a token that ends in the middle": [rule(HISTORY, "status", status=401, after=1, times=1)],
    "a token that ends, and the sign-in host limps": [
        rule(WATCHED, "status", status=401, times=1), rule(TOKEN, "status", status=503, times=1)],
    "the account is full": [rule(HISTORY, "status", status=420, after=1, times=1)],
    "the account is locked": [rule(HISTORY, "status", status=423, after=1, times=1)],
    "VIP only": [rule(HISTORY, "status", status=426, after=1, times=1)],
    "AniList is being mended": [edge(ANILIST, 503, times=5)],
    "AniList answers errors with 200": [rule(
        ANILIST, "status", status=200, times=3, headers={"content-type": "application/json"},
        body=json.dumps({"data": None, "errors": [{"message": "Internal Server Error", "status": 500}]}))],
    "AniList answers an empty page": [rule(
        ANILIST, "status", status=200, times=1, headers={"content-type": "application/json"},
        body=json.dumps({"data": {"MediaListCollection": None, "Viewer": None}}))],
    "AniList limits": [limited(ANILIST, times=2)],
    "half answers from everybody": [
        rule(ANILIST, "truncate", times=1), rule(SEASONS, "truncate", after=3, times=2),
        rule(WATCHED, "truncate", times=1)],
    "everybody is slow": [rule({"upstream": "*"}, "slow", delayMs=40, times=-1)],
    "connections break": [rule(ANILIST, "reset", times=1), rule(SEASONS, "reset", after=2, times=3)],
    "TMDB is gone": [edge({"upstream": "tmdb"}, 503, times=-1)],
    "a dataset host sends a page": [edge({"upstream": "fribbs"}, 200, times=1)],
    "a dataset host is down": [edge({"upstream": "otaku"}, 503, times=3)],
}


class Broken(Exception):
    """A promise that was not kept."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(method, url, body=None, token=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        with NO_PROXY.open(request, timeout=LONGEST) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


def wait_for(url, process):
    for _ in range(600):
        with contextlib.suppress(OSError):
            ask("GET", url)
            return
        if process.poll() is not None:
            raise Broken(f"the process ended with code {process.returncode}")
        time.sleep(0.02)
    raise Broken(f"nothing answers at: {url}")


class World:
    """The simulator with one fixture, reset before each day."""

    def __init__(self, folder, *more, change=lambda fixture: None):
        self.folder = folder
        self.fixture = folder / "fixture.json"
        start = str(SHARED / "sim" / "start.sh")
        files = ["--fribbs-out", folder / "fribbs.json", "--otaku-out", folder / "otaku.db"]
        subprocess.run([start, "gen", "--out", self.fixture, *files, *more], check=True, stdout=subprocess.DEVNULL)
        fixture = judge.load(self.fixture)
        change(fixture)
        self.fixture.write_text(json.dumps(fixture))
        self.url = f"http://127.0.0.1:{free_port()}"
        options = ["--port", self.url.rsplit(":", 1)[1], "--fixture", self.fixture]
        options += ["--fribbs", folder / "fribbs.json", "--otaku", folder / "otaku.db"]
        log = open(folder / "sim.log", "wb")
        self.process = subprocess.Popen([start, *options], stdout=log, stderr=log)
        wait_for(f"{self.url}/_control/health", self.process)

    def control(self, method, route, body=None):
        status, answer = ask(method, f"{self.url}/_control/{route}", body)
        if status != 200:
            raise Broken(f"the simulator refuses {route} with {status}: {answer}")
        return answer

    def begin(self, rules):
        self.control("POST", "reset", {})
        self.control("POST", "faults", {"rules": rules})

    def judge(self):
        quiet = types.SimpleNamespace(fixture=self.fixture, sim=self.url, user=None, max_missing=0, max_wrong=0)
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            return judge.history(quiet) + judge.stats(quiet)


class Service:
    """The built program, started in a data folder."""

    HURRY = {
        "TRAKT_WRITE_INTERVAL_MS": "0", "TRAKT_BATCH_SIZE": "60", "ANILIST_RATE_PER_MIN": "100000",
        "TRAKT_GETS_PER_5MIN": "1000000",
    }

    def __init__(self, program, world, data, log, limits=None, more=None):
        lines = subprocess.run(
            [sys.executable, judge.__file__, "credentials", world.fixture], check=True, capture_output=True, text=True)
        self.url = f"http://127.0.0.1:{free_port()}"
        sim = world.url
        environment = {
            **dict(line.split("=", 1) for line in lines.stdout.splitlines()),
            "PORT": self.url.rsplit(":", 1)[1], "DATA_DIR": str(data), "PATH": os.environ["PATH"],
            "ANILIST_API_URL": f"{sim}/anilist", "TRAKT_API_URL": f"{sim}/trakt",
            "TRAKT_AUTH_URL": f"{sim}/trakt-auth", "TMDB_API_URL": f"{sim}/tmdb/3",
            "OTAKU_DB_URL": f"{sim}/otaku/raw/anime_mappings.db",
            "FRIBBS_LIST_URL": f"{sim}/fribbs/anime-list-full.json",
            "ANIBRIDGE_MAPPINGS_URL": f"{sim}/anibridge/mappings.json",
            **(self.HURRY if limits is None else limits), **(more or {}),
        }
        self.process = subprocess.Popen([program], env=environment, stdout=log, stderr=log, cwd=data.parent)
        wait_for(f"{self.url}/healthz", self.process)

    def sync(self):
        return ask("POST", f"{self.url}/api/full-sync")

    def begin_sync(self):
        """Asks for a sync and does not wait for the answer."""
        port = int(self.url.rsplit(":", 1)[1])
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(b"POST /api/full-sync HTTP/1.1\r\nhost: 127.0.0.1:%d\r\ncontent-length: 0\r\n\r\n" % port)
        return connection

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def seconds_until(answer):
    text = answer.get("nextAttempt")
    if not text:
        return 0.1
    then = datetime.datetime.fromisoformat(re.sub(r"\.\d+", "", text).replace("Z", "+00:00"))
    return max((then - datetime.datetime.now(datetime.timezone.utc)).total_seconds(), 0) + 0.1


def age_in_flight(data):
    """Two minutes pass, as far as what is in flight can tell: nothing of it can land any more."""
    with contextlib.closing(sqlite3.connect(data / "state.db")) as database, database:
        key = ("sync:in-flight",)
        row = database.execute("SELECT value, packed FROM system_config WHERE key = ?", key).fetchone()
        if row is None:
            return
        text, packed = row
        if packed is not None:
            text = subprocess.run(["zstd", "-dc"], input=packed, stdout=subprocess.PIPE, check=True).stdout
        record = json.loads(text)
        for batch in record["batches"]:
            batch["sentAt"] = "2020-01-01T00:00:00Z"
        database.execute("UPDATE system_config SET value = ?, packed = NULL WHERE key = ?", (json.dumps(record), *key))


def sync_until_done(world, service, patience):
    """Syncs until a run finds nothing new; gives the states and codes on the way."""
    told = []
    for _ in range(12):
        status, answer = service.sync()
        told.append(answer.get("state") or answer.get("code"))
        if status == 500:
            raise Broken(f"a fault of ours: {answer}")
        if status == 200 and answer["state"] == "complete":
            if answer["synced"] == 0:
                return told
            continue
        # A person mends what is wrong, or the scheduler comes again when it was told to.
        wait = seconds_until(answer)
        if wait > patience:
            world.control("DELETE", "faults")
            service.kill()
            return told + ["restarted"]
        time.sleep(wait)
    return told


def day(world, program, name, rules):
    """One day; gives what was told on the way."""
    data = world.folder / re.sub(r"\W+", "-", name) / "data"
    data.parent.mkdir()
    log = open(data.parent / "service.log", "wb")
    world.begin(rules)
    service = Service(program, world, data, log)
    try:
        told = sync_until_done(world, service, patience=10)
    finally:
        service.kill()
    world.control("DELETE", "faults")
    # What is left after the faults is for the next start; breakers end with the process.
    age_in_flight(data)
    service = Service(program, world, data, log)
    try:
        told += ["then", *sync_until_done(world, service, patience=10)]
    finally:
        service.kill()
    return told


def killed(world, program, dice, kills):
    """The process is killed at random moments of a run until all is posted, or so many times."""
    data = world.folder / f"killed-{dice.random()}" / "data"
    data.parent.mkdir()
    log = open(data.parent / "service.log", "wb")
    world.begin([rule({"upstream": "*"}, "slow", delayMs=4, times=-1)])
    half_way = 0
    for _ in range(kills):
        service = Service(program, world, data, log)
        with contextlib.closing(service.begin_sync()):
            time.sleep(dice.uniform(0.0, 0.6))
            service.kill()
        plays = world.control("GET", "stats")["trakt"]["playsAdded"]
        half_way += 0 < plays
    world.control("DELETE", "faults")
    age_in_flight(data)
    service = Service(program, world, data, log)
    try:
        told = sync_until_done(world, service, patience=10)
    finally:
        service.kill()
    return [f"{kills} kills, {half_way} after the first play", *told]


def unhurried(world, program):
    """The service as it is set up by default, and services that enforce their real limits."""
    data = world.folder / "unhurried" / "data"
    data.parent.mkdir()
    world.begin([])
    world.control("POST", "settings", {"anilist": {"ratePerMinute": 30}, "trakt": {"rateLimits": True}})
    service = Service(program, world, data, open(data.parent / "service.log", "wb"), limits={})
    try:
        told = sync_until_done(world, service, patience=LONGEST)
        seen = world.control("GET", "stats")
    finally:
        service.kill()
        world.control("POST", "settings", {"anilist": {"ratePerMinute": 0}, "trakt": {"rateLimits": False}})
    if seen["rateLimited"]:
        raise Broken(f"a service had to say that there are too many requests: {seen['rateLimited']}")
    return told + [f"writes {seen['trakt']['minWriteIntervalMs']} ms apart at least"]


def random_rules(dice):
    """Some faults that pass by themselves."""
    wheres = [HISTORY, WATCHED, SEASONS, ANILIST, TOKEN, {"upstream": "fribbs"}, {"upstream": "tmdb"}]
    actions = [
        lambda where, **more: rule(where, "reset", **more),
        lambda where, **more: rule(where, "truncate", **more),
        lambda where, **more: edge(where, dice.choice([200, 403, 502, 503, 521]), **more),
        lambda where, **more: limited(where, **{k: v for k, v in more.items() if k != "applyBeforeFailing"}),
        lambda where, **more: rule(where, "status", status=dice.choice([401, 500, 503]), **more),
    ]
    rules = []
    for _ in range(dice.randint(2, 7)):
        where = dice.choice([HISTORY, HISTORY, *wheres])
        more = {"after": dice.randint(0, 8), "times": dice.randint(1, 2)}
        if where is HISTORY:
            # A limit, a 401 and the edge's 403 are never sent for what was applied.
            more["applyBeforeFailing"] = dice.random() < 0.6
        made = dice.choice(actions)(where, **more)
        if made.get("status") in (401, 403, 429):
            made.pop("applyBeforeFailing", None)
        rules.append(made)
    return rules


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin_dir", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--scripts", type=int, default=12, help="days with random faults")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--short", action="store_true", help=f"without the day that takes 90 seconds: {UNANSWERED}")
    parser.add_argument("--only", help="only the days whose name contains this")
    args = parser.parse_args()
    program = (args.bin_dir / "anilist-trakt-sync").resolve()
    dice = random.Random(args.seed)
    days = [(name, lambda name=name, rules=rules: day(world, program, name, rules)) for name, rules in DAYS.items()]
    for number in range(args.scripts):
        rules = random_rules(dice)
        name = f"random {number}"
        days.append((name, lambda name=name, rules=rules: day(world, program, name, rules)))
    days.append(("real limits", lambda: unhurried(world, program)))
    days.append(("killed again and again", lambda: killed(world, program, dice, args.kills)))
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        world = World(pathlib.Path(folder))
        try:
            for name, live in days:
                if (args.only and args.only not in name) or (args.short and name == UNANSWERED):
                    continue
                began = time.monotonic()
                try:
                    told = live()
                    problems = world.judge()
                except (Broken, OSError) as error:
                    told, problems = [], [str(error)]
                failed += bool(problems)
                print(f"   {'FAILED' if problems else 'ok':6} {time.monotonic() - began:5.1f} s  {name}: {' '.join(map(str, told))}")
                for problem in problems:
                    print(f"error: {name}: {problem}", file=sys.stderr)
                sys.stdout.flush()
        finally:
            world.process.terminate()
            world.process.wait()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
