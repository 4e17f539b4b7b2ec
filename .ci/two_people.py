#!/usr/bin/env python3
"""Let two people of one service sync at the same time, at services that enforce their real limits.

    two_people.py BIN_DIR

Both have the same list, each with a sign-in of their own; the service writes half as fast as it is set up by default.
Trakt counts the writes of each person, AniList the requests of the address. Both have to end complete, with
every watched episode once, and nobody may have had to say that there are too many requests. Needs node 20,
python3 and ../shared. Exit code 1 and a sentence for each thing that is wrong.
"""
import argparse
import contextlib
import pathlib
import sqlite3
import sys
import tempfile
import threading
import types
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import judge  # noqa: E402
from faults import LONGEST, NO_PROXY, Broken, Service, World, ask, seconds_until  # noqa: E402

NAMES = ("first", "second")
PASSWORD = "correct horse"
# The simulator answers both from one thread, and sees a write only some time after it came, above all the first.
SLOWER = {"TRAKT_WRITE_INTERVAL_MS": "2000"}
LIMITS = {"anilist": {"ratePerMinute": 30}, "trakt": {"rateLimits": True}}


def add_second(fixture):
    """Gives the fixture a second person with the list of the first."""
    viewer, trakt = fixture["viewer"], fixture["trakt"]
    of_second = {"id": viewer["id"] + 1, "name": "second", "token": "anilist-token-second"}
    fixture["viewers"] = [
        {**viewer, **of_second, "entries": fixture["entries"], "activities": fixture.get("activities", [])}]
    first = {name: trakt[name] for name in ("user", "accessToken", "refreshToken", "history")}
    of_second = {"user": "second", "accessToken": "trakt-access-second", "refreshToken": "trakt-refresh-second"}
    trakt["users"] = [first, {**first, **of_second}]


def sign_in(service, name):
    """Registers somebody and gives their token."""
    status, answer = ask("POST", f"{service.url}/api/auth/register", {"username": name, "password": PASSWORD})
    if status != 200:
        raise Broken(f"{name} cannot register: {answer}")
    form = urllib.parse.urlencode({"username": name, "password": PASSWORD}).encode()
    with NO_PROXY.open(f"{service.url}/api/auth/token", data=form, timeout=LONGEST) as answer:
        return judge.json.load(answer)["access_token"]


def set_up_second(service, token, data):
    """The second person's AniList by a setting; their Trakt as if they had signed in there."""
    status, answer = ask("PATCH", f"{service.url}/api/settings", {"anilistToken": "anilist-token-second"}, token)
    if status != 200:
        raise Broken(f"the second person's list cannot be set: {answer}")
    rows = [
        ("u2", "trakt:token", "trakt-access-second"), ("u2", "trakt:refresh_token", "trakt-refresh-second"),
        ("u2", "trakt:token_expires_at", "2100-01-01T00:00:00Z")]
    with contextlib.closing(sqlite3.connect(data / "state.db")) as database, database:
        database.executemany("INSERT INTO system_config (account_id, key, value) VALUES (?, ?, ?)", rows)


def sync(service, token, told):
    """Syncs until a run is complete."""
    for _ in range(10):
        status, answer = ask("POST", f"{service.url}/api/full-sync", token=token)
        told.append(answer.get("state") or answer.get("code"))
        if status != 200 or answer["state"] == "complete":
            return
        threading.Event().wait(seconds_until(answer))


def judged(world):
    """What is wrong with what both have."""
    problems = []
    seen = world.control("GET", "stats")
    for user in (None, "second"):
        problems += judge.history(
            types.SimpleNamespace(fixture=world.fixture, sim=world.url, user=user, max_missing=0, max_wrong=0))
    problems += judge.stats(types.SimpleNamespace(sim=world.url))
    if seen["rateLimited"]:
        problems.append(f"a service had to say that there are too many requests: {seen['rateLimited']}")
    return problems


def both(world, program):
    data = world.folder / "data"
    world.control("POST", "settings", LIMITS)
    more = {"AUTH": "accounts", "REGISTRATION": "open", "MAX_PLAYS_PER_RUN": "1000000"}
    service = Service(program, world, data, open(world.folder / "service.log", "wb"), limits=SLOWER, more=more)
    try:
        tokens = [sign_in(service, name) for name in NAMES]
        set_up_second(service, tokens[1], data)
        told = [[], []]
        running = [threading.Thread(target=sync, args=(service, *one)) for one in zip(tokens, told)]
        for one in running:
            one.start()
        for one in running:
            one.join()
    finally:
        service.kill()
    print(f"   runs of {NAMES[0]}: {told[0]}, of {NAMES[1]}: {told[1]}")
    ends = [f"the last run of {name} is {states[-1]}" for name, states in zip(NAMES, told) if states[-1] != "complete"]
    return ends + judged(world)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("bin_dir", type=pathlib.Path)
    program = arguments.parse_args().bin_dir.resolve() / "anilist-trakt-sync"
    with tempfile.TemporaryDirectory() as folder:
        world = World(pathlib.Path(folder), change=add_second)
        try:
            problems = both(world, program)
        except Broken as broken:
            problems = [str(broken)]
        finally:
            world.process.terminate()
            world.process.wait()
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
