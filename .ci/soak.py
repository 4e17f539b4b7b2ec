#!/usr/bin/env python3
"""Let one person's service live for some real minutes among services that misbehave, and judge.

    soak.py BIN_DIR [--minutes N] [--seed N]

The person watches on, and now and then other apps scrobble. Between the service and the simulator of
Trakt stands a proxy that gives some writes up at once, in one of five ways, and lets them land up to
a minute later. Other faults come from the simulator; now and then the process is killed or ended and
starts again, and mapping files are fetched anew. At the end every watched episode is in the history
once, the simulator saw no broken rule, and the memory of the process has not grown. Needs node 20,
python3 and ../shared. Prints a line a minute and one at the end.
"""
import argparse
import contextlib
import http.client
import http.server
import json
import os
import pathlib
import random
import re
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
import types
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import judge  # noqa: E402
from faults import Broken, Service, World, ask, random_rules  # noqa: E402

LATE = re.compile(r"^/trakt/sync/history(\?|$)")


class Proxy(http.server.ThreadingHTTPServer):
    """Passes on what it is asked, but for writes that it gives up and lets land later."""

    daemon_threads = True

    def __init__(self, target, dice):
        self.target, self.dice, self.share, self.late = target, dice, 0.0, 0
        self.landing = []
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def pass_on(self, method, path, body, headers):
        connection = http.client.HTTPConnection(self.target, timeout=180)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()

    def land_later(self, delay, *request):
        def land():
            time.sleep(delay)
            with contextlib.suppress(OSError):
                self.pass_on(*request)

        thread = threading.Thread(target=land, daemon=True)
        thread.start()
        self.landing.append(thread)
        self.late += 1


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, headers, body):
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_request(self):
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if length else None
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        request = (self.command, self.path, body, headers)
        server = self.server
        if self.command == "POST" and LATE.match(self.path) and server.dice.random() < server.share:
            server.land_later(server.dice.uniform(0, 60), *request)
            self.give_up(server.dice.choice([502, 504, 520, "page", "reset"]))
            return
        try:
            self.answer(*server.pass_on(*request))
        except (OSError, http.client.HTTPException):
            # What breaks off there breaks off here.
            self.reset()

    do_GET = do_POST = do_DELETE = do_PUT = handle_request

    def give_up(self, way):
        if way == "reset":
            self.reset()
        elif way == "page":
            self.answer(200, [("content-type", "text/html")], b"<html>maintenance</html>")
        else:
            self.answer(way, [("content-type", "text/html")], b"<html>bad gateway</html>")

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


class Person:
    """Watches on, with the list as the simulator has it."""

    def __init__(self, world, dice):
        self.world, self.dice = world, dice
        self.fixture = judge.load(world.fixture)
        self.begun = [entry for entry in self.fixture["entries"] if self.is_series(entry)]
        for entry in self.begun:
            entry.update(status="CURRENT", progress=1, repeat=0, completedAt=None)

    def is_series(self, entry):
        place = self.fixture["expected"].get(str(entry["mediaId"]))
        return bool(place) and "show" in place and self.listed(place) > 3

    def begin(self):
        """The list as it is before the soak: everything that is being watched is at its beginning."""
        file = self.world.folder / "soak.json"
        file.write_text(json.dumps(self.fixture))
        self.world.control("POST", "reset", {"fixture": str(file)})

    def watch(self):
        entry = self.dice.choice(self.begun)
        known = self.fixture["media"][str(entry["mediaId"])].get("episodes") or 10**6
        place = self.fixture["expected"].get(str(entry["mediaId"]))
        if not place or entry["progress"] + 1 >= min(known, self.listed(place)):
            return
        entry["progress"] += 1
        self.world.control("POST", "anilist/progress", {"mediaId": entry["mediaId"], "progress": entry["progress"]})

    def listed(self, place):
        """How many episodes Trakt has of it; never the last one, which would complete it."""
        if "movie" in place:
            return 1
        shows = {show["ids"]["trakt"]: show for show in self.fixture["trakt"]["shows"]}
        seasons = shows[place["show"]]["seasons"]
        if place.get("absolute"):
            return sum(len(season["episodes"]) for season in seasons if season["number"])
        count = sum(len(season["episodes"]) for season in seasons if season["number"] == place["season"])
        return count - place.get("offset", 0)

    def judge(self):
        file = self.world.folder / "soak-end.json"
        file.write_text(json.dumps(self.fixture))
        quiet = types.SimpleNamespace(fixture=file, sim=self.world.url, user=None, max_missing=0, max_wrong=0)
        return judge.history(quiet) + judge.stats(quiet)


def memory(service):
    text = pathlib.Path(f"/proc/{service.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1))


class Soak:
    def __init__(self, world, program, dice):
        self.world, self.program, self.dice = world, program, dice
        self.person = Person(world, dice)
        self.data = world.folder / "soak" / "data"
        self.data.parent.mkdir()
        self.log = open(self.data.parent / "service.log", "ab")
        target = urllib.parse.urlsplit(world.url).netloc
        self.proxy = Proxy(target, random.Random(dice.random()))
        self.told, self.starts = {}, 0
        self.person.begin()
        self.start()

    def start(self):
        trakt = {"TRAKT_API_URL": f"{self.proxy.url}/trakt", "TRAKT_BATCH_SIZE": "20"}
        self.service = Service(self.program, self.world, self.data, self.log, more=trakt)
        self.starts += 1

    def sync(self):
        status, answer = self.service.sync()
        state = answer.get("state") or answer.get("code")
        if status == 500:
            raise Broken(f"a fault of ours: {answer}")
        self.told[state] = self.told.get(state, 0) + 1
        return state, answer

    def turn(self):
        """Some seconds of a life."""
        dice = self.dice
        for _ in range(dice.randint(0, 3)):
            self.person.watch()
        if dice.random() < 0.3:
            self.world.control("POST", "faults", {"rules": random_rules(dice)})
        self.proxy.share = dice.choice([0.0, 0.0, 0.3])
        if dice.random() < 0.15:
            with contextlib.closing(self.service.begin_sync()):
                time.sleep(dice.uniform(0, 1))
                self.service.process.send_signal(dice.choice([signal.SIGKILL, signal.SIGTERM]))
                self.service.process.wait()
            self.start()
        else:
            self.sync()
        if dice.random() < 0.05:
            name = dice.choice(["otaku", "fribbs", "anibridge"])
            ask("POST", f"{self.service.url}/api/refresh-{name}")
        self.world.control("DELETE", "faults")
        time.sleep(dice.uniform(0.5, 4))

    def finish(self):
        """Everything misbehaves no more; what waits does so for two minutes at most."""
        self.proxy.share = 0.0
        self.world.control("DELETE", "faults")
        for thread in self.proxy.landing:
            thread.join()
        self.service.kill()
        self.start()
        end = time.monotonic() + 600
        while time.monotonic() < end:
            state, answer = self.sync()
            if state == "complete" and answer["synced"] == 0:
                return
            time.sleep(5)
        raise Broken(f"it never came to rest: {answer}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin_dir", type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    program = (args.bin_dir / "anilist-trakt-sync").resolve()
    with tempfile.TemporaryDirectory() as folder:
        world = World(pathlib.Path(folder), "--shows", "40", "--episodes", "26")
        try:
            soak = Soak(world, program, random.Random(args.seed))
            began, said, sizes = time.monotonic(), 0, []
            while time.monotonic() - began < args.minutes * 60:
                soak.turn()
                sizes.append(memory(soak.service))
                if (minutes := int((time.monotonic() - began) / 60)) > said:
                    said = minutes
                    plays = world.control("GET", "stats")["trakt"]["playsAdded"]
                    print(f"   {said} min: {plays} plays, {soak.starts} starts, {soak.proxy.late} late writes, "
                          f"{sizes[-1]} kB, told {soak.told}", flush=True)
            soak.finish()
            problems = soak.person.judge()
            half = len(sizes) // 2
            if half and max(sizes[half:]) > 1.3 * max(sizes[:half]) + 20_000:
                problems.append(f"the memory grew from {max(sizes[:half])} to {max(sizes[half:])} kB")
            soak.service.kill()
        except Broken as error:
            problems = [str(error)]
        finally:
            world.process.terminate()
            world.process.wait()
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
