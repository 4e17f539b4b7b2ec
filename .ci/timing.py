#!/usr/bin/env python3
"""Time what the built service answers to names that somebody has and to names that nobody has.

    timing.py BIN_DIR [--pairs 1000]

Signs in with wrong passwords, and asks for codes to set a new one, each for a name of either kind in turn, in an
order of chance, over one connection. For each it prints the two medians, their difference, and in how many of the
pairs the name that somebody has took longer: half of them, where time tells nothing. It judges nothing, as a loaded
machine would decide.

Guessing is made slow by address and by name. So each request comes from an address of its own, which a proxy on
this machine may name (X-Forwarded-For), and there are so many names that none is tried more than TRIES times.
"""
import argparse
import http.client
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from faults import Broken, ask, free_port, wait_for  # noqa: E402

# Of the twenty that a name has; asking for a code is one, too.
TRIES = 9
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Client:
    """One connection, over which each request comes from another address."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.number = 0

    def time(self, path, body, kind, expected):
        """Sends it, and gives how many milliseconds the answer took."""
        self.number += 1
        address = f"2001:db8:{self.number:x}::1"
        began = time.perf_counter()
        self.connection.request("POST", path, body, {"content-type": kind, "x-forwarded-for": address})
        answer = self.connection.getresponse()
        text = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != expected:
            raise Broken(f"{path} is answered {answer.status}: {text!r}")
        return took


def sign_in(client, name):
    return client.time("/api/auth/token", urllib.parse.urlencode({"username": name, "password": "not it"}), FORM, 400)


def reset(client, name):
    return client.time("/api/auth/reset", json.dumps({"username": name}), JSON, 202)


def compare(what, ask_for, client, names, pairs):
    """Times both kinds of names in turn, and prints what came of it."""
    known, unknown = [], []
    for number in range(pairs):
        pair = [(known, names["known"]), (unknown, names["unknown"])]
        random.shuffle(pair)
        for times, kind in pair:
            times.append(ask_for(client, kind[number % len(kind)]))
    medians = statistics.median(known), statistics.median(unknown)
    longer = sum(one > other for one, other in zip(known, unknown)) / pairs
    print(f"{what}, {pairs} pairs: known {medians[0]:.3f} ms, unknown {medians[1]:.3f} ms, "
          f"difference {medians[0] - medians[1]:+.3f} ms; the known one took longer in {longer:.1%}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("bin_dir", type=pathlib.Path)
    arguments.add_argument("--pairs", type=int, default=1000)
    given = arguments.parse_args()
    port = free_port()
    count = -(-given.pairs // TRIES)
    names = {"known": [f"known-{n}" for n in range(count)], "unknown": [f"nobody-{n}" for n in range(count)]}
    with tempfile.TemporaryDirectory() as folder:
        settings = {"PATH": os.environ["PATH"], "PORT": str(port), "AUTH": "accounts", "REGISTRATION": "open"}
        process = subprocess.Popen(
            [given.bin_dir.resolve() / "anilist-trakt-sync"], env=settings, cwd=folder, stderr=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", process)
            for name in names["known"]:
                newcomer = {"username": name, "password": "correct horse"}
                status, answer = ask("POST", f"http://127.0.0.1:{port}/api/auth/register", newcomer)
                if status != 200:
                    raise Broken(f"{name} cannot register: {answer}")
            client = Client(port)
            compare("sign-in with a wrong password", sign_in, client, names, given.pairs)
            compare("asking for a code", reset, client, names, given.pairs)
        finally:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
