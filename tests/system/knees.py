#!/usr/bin/env python3
"""The long search: 20 service models on the simulator, whose knees `snmpfleet bench --sweep` finds through real sockets.

Not part of the suite; it takes about 15 minutes, two searches at a time:
    SNMPFLEET=build/snmpfleet tests/system/knees.py [REQUESTS [NAME...]]
REQUESTS: of a step (300). NAME: parts of names of the models. Exit 1 when a knee is not within 10 % of the capacity. How many
requests an agent serves at once is told as it was found; of service times by chance one more or less counts as right.
"""
import json
import sys
from concurrent.futures import ThreadPoolExecutor

from support import Work, snmpfleet

AT_ONCE = 2
ATTEMPTS = 2  # a search that other programs have disturbed is done again, which the table tells
BY_CHANCE = ["--service", "exponential"]
# Name, capacity, served at once, further options of the simulator, share of the time that pauses take.
MODELS = [
    ("one", 75, 1, [], 0),
    ("one, slow", 15, 1, [], 0),
    ("one, fast", 2000, 1, [], 0),
    ("one, very fast", 10000, 1, ["--queue", "1000"], 0),
    ("one, queue of 4", 100, 1, ["--queue", "4"], 0),
    ("one, queue of 1000", 100, 1, ["--queue", "1000"], 0),
    ("one, 5 ms away", 300, 1, ["--delay", "100%:5ms"], 0),
    ("one, 30 ms away", 100, 1, ["--delay", "100%:30ms"], 0),
    ("one, 100 ms away", 400, 1, ["--delay", "100%:100ms"], 0),
    ("one, jitter", 100, 1, ["--delay", "100%:10ms", "--jitter", "100%:20ms"], 0),
    ("one, loss", 150, 1, ["--delay", "100%:5ms", "--loss", "100%:0.005"], 0),
    ("one, by chance", 100, 1, BY_CHANCE, 0),
    ("one, by chance, 20 ms away", 500, 1, [*BY_CHANCE, "--delay", "100%:20ms", "--queue", "256"], 0),
    ("one, by chance, loss", 200, 1, [*BY_CHANCE, "--loss", "100%:0.005"], 0),
    ("two", 100, 2, ["--servers", "2"], 0),
    ("four", 200, 4, ["--servers", "4"], 0),
    ("four, 40 ms away", 200, 4, ["--servers", "4", "--delay", "100%:40ms"], 0),
    ("eight, queue of 16", 150, 8, ["--servers", "8", "--queue", "16"], 0),
    ("four, by chance", 200, 4, ["--servers", "4", *BY_CHANCE], 0),
    ("one, pauses of 100 ms", 100, 1, ["--pause", "1s:100ms"], 0.1),
]


def search(number, requests):
    _, capacity, served, options, paused = MODELS[number]
    knee = capacity * (1 - paused)
    with Work() as work:
        host = f"127.0.{80 + number}.1"
        port = work.simulator("--capacity", str(capacity), *options, host=host)
        for attempt in range(1, ATTEMPTS + 1):
            path = work.path(f"{attempt}.json")
            said = snmpfleet(["bench", "-q", "--sweep", "--requests", requests, "--duration", "1s", "--warmup", "0.1s", "--no-sample",
                              "--json", path, f"{host}:{port}"], seconds=620)
            with open(path, encoding="utf-8") as f:
                verdict = json.load(f)["verdict"]
            near = 1 if "exponential" in options and served > 1 else 0
            right = abs(verdict["knee_rate"] - knee) <= 0.1 * knee and not verdict["is_knee_beyond"]
            counted = abs(verdict["served_at_once"] - served) <= near
            if right and counted:
                break
    return {"knee": knee, "found": verdict["knee_rate"], "safe": verdict["safe_rate"], "served": served, "counted": verdict["served_at_once"],
            "right": right, "is_counted": counted, "attempts": attempt, "seconds": said.seconds}


def main():
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    chosen = [i for i, m in enumerate(MODELS) if not sys.argv[2:] or any(part in m[0] for part in sys.argv[2:])]
    print(f"{'model':28} {'capacity':>9} {'knee':>9} {'off by':>7} {'safe':>9} {'serves':>7} {'found':>6} {'time':>6}  searches", flush=True)
    wrong = miscounted = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for i, r in zip(chosen, pool.map(lambda i: search(i, requests), chosen)):
            off = 100 * (r["found"] / r["knee"] - 1)
            print(f"{MODELS[i][0]:28} {r['knee']:9g} {r['found']:9.4g} {off:+6.1f}% {r['safe']:9g} {r['served']:7} {r['counted'] or '-':>6} "
                  f"{r['seconds']:5.0f}s  {r['attempts']}{'' if r['right'] else '  WRONG'}", flush=True)
            wrong += not r["right"]
            miscounted += not r["is_counted"]
    print(f"{len(chosen) - wrong} of {len(chosen)} knees within 10 %; served at once: {len(chosen) - miscounted} of {len(chosen)} right")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
