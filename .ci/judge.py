#!/usr/bin/env python3
"""Judges for .ci/conformance and .ci/run: what the service did to the simulated upstreams.

    judge.py credentials FIXTURE                  the service's environment for this fixture, a line each
    judge.py pause ANSWER                         seconds until the next run of a partial one, or "none"
    judge.py figure SIM PATH                      one number of the simulator's stats, e.g. trakt.playsAdded
    judge.py history FIXTURE SIM [--user NAME] [--max-missing N] [--max-wrong N]
    judge.py stats SIM                            no broken rule, no doubled play
    judge.py found ANSWER FIELD …                 the first title found has these fields
    judge.py exam SCORES --broad R --movie R --wrong R
    judge.py noise FOUND                          the lines of the study of noise, against what each kind allows

Exit code 1 and a sentence for each thing that is wrong.
"""
import argparse
import datetime
import json
import re
import sys
import urllib.request

SHOWN = 20
WHOLE = ("COMPLETED", "REPEATING")  # watched to the end once, whatever the progress says


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def control(sim, route):
    # The simulator is on loopback, where a proxy has no business.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{sim}/_control/{route}", timeout=60) as answer:
        return json.load(answer)


def credentials(args):
    fixture = load(args.fixture)
    trakt = fixture["trakt"]
    print(f"ANILIST_ACCESS_TOKEN={fixture['viewer']['token']}")
    print(f"TRAKT_CLIENT_ID={trakt['clientId']}")
    print(f"TRAKT_CLIENT_SECRET={trakt['clientSecret']}")
    print(f"TRAKT_ACCESS_TOKEN={trakt['accessToken']}")
    print(f"TRAKT_REFRESH_TOKEN={trakt['refreshToken']}")
    print(f"TMDB_API_KEY={fixture['tmdb'].get('apiKey', 'tmdb-key')}")
    return []


def pause(args):
    answer = load(args.answer)
    if answer.get("state") != "partial":
        print("none")
        return []
    wait = 1.0
    if answer.get("nextAttempt"):
        # Older Pythons read neither "Z" nor nanoseconds.
        text = re.sub(r"\.\d+", "", answer["nextAttempt"]).replace("Z", "+00:00")
        then = datetime.datetime.fromisoformat(text)
        wait = (then - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
    print(min(max(wait, 0.1), 90))
    return []


def figure(args):
    value = control(args.sim, "stats")
    for name in args.path.split("."):
        value = value[name]
    print(value)
    return []


def found(args):
    titles = load(args.answer)
    if not titles:
        return ["no title was found"]
    missing = [field for field in args.fields if titles[0].get(field) is None]
    return [f"the first title has no {field}: {titles[0]['title']}" for field in missing]


def watched(entry, media):
    """How many episodes count as watched."""
    known = media.get("episodes")
    if entry["status"] in WHOLE and known:
        return known
    return min(entry["progress"], known) if known else entry["progress"]


def slots(place, count, shows):
    """Where the first `count` episodes of an entry live, as keys of a play."""
    if not place or not count:
        return []
    if "movie" in place:
        return [("movie", place["movie"])]
    show = place["show"]
    if place.get("absolute"):
        flat = [(s["number"], e["number"]) for s in shows[show]["seasons"] if s["number"] > 0 for e in s["episodes"]]
        return [("episode", show, *slot) for slot in flat[:count]]
    offset = place.get("offset", 0)
    return [("episode", show, place["season"], abs_number + offset) for abs_number in range(1, count + 1)]


def key(play):
    if "movie" in play:
        return ("movie", play["movie"])
    return ("episode", play["show"], play["season"], play["number"])


def history(args):
    fixture = load(args.fixture)
    shows = {show["ids"]["trakt"]: show for show in fixture["trakt"]["shows"]}
    wanted = {}
    for entry in fixture["entries"]:
        media = fixture["media"][str(entry["mediaId"])]
        place = fixture["expected"].get(str(entry["mediaId"]))
        for slot in slots(place, watched(entry, media), shows):
            wanted[slot] = f"{media['title']['romaji']} ({entry['mediaId']})"
    before = {key(play) for play in fixture["trakt"]["history"]}
    got = {key(play) for play in control(args.sim, f"history?flat=1&user={args.user}" if args.user else "history?flat=1")}
    missing = sorted(set(wanted) - got)
    wrong = sorted(got - set(wanted) - before)
    print(f"   plays wanted {len(wanted)}, there {len(wanted) - len(missing)}, missing {len(missing)}, wrong {len(wrong)}")
    for slot in missing[:SHOWN]:
        print(f"   missing: {wanted[slot]} at {slot}")
    for slot in wrong[:SHOWN]:
        print(f"   wrong: {slot}")
    return [
        *too_many("missing plays", len(missing), args.max_missing),
        *too_many("wrong plays", len(wrong), args.max_wrong),
    ]


def too_many(what, count, most):
    return [f"{what}, at most {most} allowed: {count}"] if count > most else []


def stats(args):
    seen = control(args.sim, "stats")
    trakt = seen["trakt"]
    print(f"   requests: {json.dumps({name: up['requests'] for name, up in seen['upstreams'].items()})}")
    problems = []
    for kind in ("headerViolations", "schemaViolations"):
        if seen[kind]["total"]:
            problems.append(f"{kind}: {seen[kind]['byRule']}, e.g. {seen[kind]['samples'][0]}")
    for counter in ("duplicatePlays", "repeatPlays", "wholeShowAdds", "wholeSeasonAdds", "futurePlays"):
        if trakt[counter]:
            problems.append(f"trakt.{counter} should be 0: {trakt[counter]}")
    if seen["duplicates"]["items"]:
        problems.append(f"items played more than once: {seen['duplicates']['sample'][:5]}")
    for name, found in (
        ("unknownRoutes", seen["unknownRoutes"]),
        ("ignoredRetryAfter", seen["ignoredRetryAfter"]),
        ("anilist.unsupported", seen["anilist"]["unsupported"]),
    ):
        if found:
            problems.append(f"{name} should be empty: {found}")
    if not seen["contractLoaded"]:
        problems.append("the simulator ran without Trakt's contract, so bodies were not checked")
    return problems


def exam(args):
    with open(args.scores, encoding="utf-8") as file:
        scores = json.loads(file.read().strip().splitlines()[-1])
    recall = {name: scores[name]["recall"] for name in ("broad", "hard", "movie")}
    wrong, doubled = scores["plays"]["wrong_share"], scores["plays"]["doubled"]
    print(f"   recall {recall}, wrong share {wrong}, doubled {doubled}")
    problems = []
    for name, reached in recall.items():
        wanted = getattr(args, name)
        if reached < wanted:
            problems.append(f"{name} recall is below {wanted}: {reached}")
    if doubled:
        problems.append(f"plays were doubled: {doubled}")
    if wrong > args.wrong:
        problems.append(f"the share of wrong plays is above {args.wrong}: {wrong}")
    return problems


# By the name of a study: the share of plays that may be misplaced, and the least recall of all.
NOISE = {"standard": (0.0001, 0.99), "sparse": (0.0001, 0.985), "all": (0.0002, 0.98)}
WITHOUT_ANIBRIDGE = (0.0005, 0)


def noise(args):
    with open(args.found, encoding="utf-8") as file:
        studies = [json.loads(line) for line in file]
    problems = [] if studies else ["the study found nothing"]
    for study in studies:
        most, least = WITHOUT_ANIBRIDGE if study["without"] else NOISE[study["name"].split()[0]]
        share, recall = study["misplaced"] / study["plays"], study["sets"]["all"]["recall"]
        if share > most:
            problems.append(f"{study['name']}: the share of misplaced plays is above {most}: {share}")
        if recall < least:
            problems.append(f"{study['name']}: recall is below {least}: {recall}")
    return problems


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)

    def command(run, *names):
        sub = commands.add_parser(run.__name__)
        for name in names:
            sub.add_argument(name)
        sub.set_defaults(run=run)
        return sub

    command(credentials, "fixture")
    command(pause, "answer")
    command(figure, "sim", "path")
    command(found, "answer").add_argument("fields", nargs="+")
    compare = command(history, "fixture", "sim")
    compare.add_argument("--user")
    compare.add_argument("--max-missing", type=int, default=0)
    compare.add_argument("--max-wrong", type=int, default=0)
    command(stats, "sim")
    command(noise, "found")
    scored = command(exam, "scores")
    for name in ("--broad", "--hard", "--movie", "--wrong"):
        scored.add_argument(name, type=float, required=True)
    return parser.parse_args()


def main():
    args = parse()
    problems = args.run(args)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
