#!/usr/bin/env python3
"""Set the clock of the running service wrong at every moment of a run, and judge the history.

    clocks.py BIN_DIR [--steps N] [--all]

A process is started with a clock that is moved while it waits for a chosen answer (libfaketime), by steps from a day back to five years ahead; and, as when a machine wakes, with the clock that cannot
be set moving ahead along with it. Then the clock is put right, the process goes on or starts again, and it syncs until nothing is
left. Whatever happened, Trakt has every watched episode once, none dated by the wrong clock, and the
next automatic run is at hand. Needs node 20, python3, faketime and ../shared. Exit code 1 and a
sentence for each combination that went wrong. --all tries each; otherwise every Nth.
"""
import argparse
import contextlib
import http.client
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from faults import HISTORY, Broken, Service, World, age_in_flight, ask, rule, sync_until_done  # noqa: E402

STEPS = {
    "a day back": -86400, "two hours back": -7200, "a quarter of a minute back": -15,
    "a quarter of a minute ahead": 15, "two hours ahead": 7200, "a day ahead": 86400,
    "a year ahead": 365 * 86400, "five years ahead": 5 * 365 * 86400,
}
# Where the run is met: by the request that it waits for.
PHASES = {
    "at the start": None,
    "reading the list": {"upstream": "anilist"},
    "looking shows up": {"upstream": "trakt", "pathRegex": "/seasons"},
    "reading the history": {"upstream": "trakt", "method": "GET", "pathRegex": "^/sync/watched"},
    "posting": HISTORY,
    "posting, and the answer is lost": {**HISTORY, "lost": True},
    "between two runs": None,
}


def library():
    for path in pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"):
        return path
    raise SystemExit("error: libfaketime is missing\n  hint: apt-get install faketime")


class Clock:
    """What the process takes for the time of the machine."""

    def __init__(self, folder, moves_along):
        self.file = folder / "clock"
        self.set(0)
        self.environment = {
            "LD_PRELOAD": str(library()), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "0" if moves_along else "1",
        }

    def set(self, seconds):
        written = self.file.with_suffix(".new")
        written.write_text(f"{seconds:+d}s\n")
        written.rename(self.file)


def seen(world, where):
    route = re.compile(where.get("pathRegex", ""))
    log = world.control("GET", f"requests?limit=20000&upstream={where['upstream']}")
    rows = log["requests"] if isinstance(log, dict) else log
    return any(route.search(row["path"]) and where.get("method", row["method"]) == row["method"] for row in rows)


def meet(world, where, act):
    """Acts while the service waits for an answer, or when it has asked nothing for a while."""
    end = time.monotonic() + 20
    while where and not seen(world, where) and time.monotonic() < end:
        time.sleep(0.01)
    act()


def sync(service):
    """Asks for a sync. Where every clock jumps, a connection may be taken for one that hangs."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        service.sync()


def try_one(world, program, number, phase, step, moves_along):
    data = world.folder / f"clock-{number}" / "data"
    data.parent.mkdir()
    log = open(data.parent / "service.log", "wb")
    clock = Clock(data.parent, moves_along)
    where = PHASES[phase]
    lost = bool(where) and where.get("lost", False)
    where = where and {name: value for name, value in where.items() if name != "lost"}
    rules = []
    if where:
        fault = rule(where, "reset", applyBeforeFailing=True) if lost else rule(where, "slow", delayMs=700)
        rules = [{**fault, "times": 1}]
    world.begin(rules)
    service = Service(program, world, data, log, more=clock.environment)
    try:
        if phase == "at the start":
            service.kill()
            clock.set(step)
            service = Service(program, world, data, log, more=clock.environment)
        if phase == "between two runs":
            sync(service)
            clock.set(step)
            with contextlib.suppress(OSError, http.client.HTTPException):
                ask("GET", f"{service.url}/api/cron")
        elif where:
            running = threading.Thread(target=sync, args=(service,))
            running.start()
            meet(world, where, lambda: clock.set(step))
            running.join()
        else:
            sync(service)
        sync(service)
        told = []
        if not moves_along:
            # The clock that cannot be set does not go back, so only the other is put right.
            clock.set(0)
            told = sync_until_done(world, service, patience=5)
    finally:
        service.kill()
    world.control("DELETE", "faults")
    age_in_flight(data)
    service = Service(program, world, data, log)
    try:
        told += ["then", *sync_until_done(world, service, patience=5)]
        status, answer = ask("GET", f"{service.url}/api/cron")
        if status != 200:
            raise Broken(f"the scheduler's call is answered {status}: {answer}")
        if answer.get("message") == "Skipped sync" and not wakes_today(answer["nextRun"]):
            raise Broken(f"the next automatic run is far away: {answer['nextRun']}")
    finally:
        service.kill()
    now = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400))
    late = [play for play in world.control("GET", "history?flat=1") if play["watched_at"][:10] > now]
    if late:
        raise Broken(f"plays are dated by the wrong clock: {late[0]}")
    return told


def wakes_today(next_run):
    return next_run[:10] <= time.strftime("%Y-%m-%d", time.gmtime(time.time() + 7 * 3600))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin_dir", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=5, help="only each so manieth combination")
    parser.add_argument("--all", action="store_true")
    args = parser.parse_args()
    program = (args.bin_dir / "anilist-trakt-sync").resolve()
    combinations = [(phase, step, False) for phase in PHASES for step in STEPS]
    combinations += [(phase, step, True) for phase in PHASES for step in STEPS if STEPS[step] > 0]
    chosen = combinations if args.all else combinations[:: args.steps]
    failed, told_states = 0, {}
    with tempfile.TemporaryDirectory() as folder:
        world = World(pathlib.Path(folder))
        try:
            for number, (phase, step, along) in enumerate(chosen):
                try:
                    told = try_one(world, program, number, phase, STEPS[step], along)
                    problems = world.judge()
                except (Broken, OSError) as error:
                    told, problems = [], [str(error)]
                failed += bool(problems)
                for state in told:
                    told_states[state] = told_states.get(state, 0) + 1
                for problem in problems:
                    moved = "all clocks" if along else "the clock"
                    print(f"error: {moved} {step}, {phase}: {problem}", file=sys.stderr)
        finally:
            world.process.terminate()
            world.process.wait()
    print(f"   {len(chosen)} of {len(combinations)} moments and steps, {failed} went wrong; told: {told_states}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
