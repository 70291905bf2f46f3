#!/usr/bin/env python3
"""snmpfleet bench --sweep finds the capacity of simulated agents that it does not know."""
import json

from support import check, equal, run, snmpfleet

ATTEMPTS = 2  # other programs share the processors: a search may be disturbed once


def sweep(work, model, host, *args, seconds=110):
    port = work.simulator(*model, host=host)
    path = work.path("sweep.json")
    said = snmpfleet(["bench", "-q", "--sweep", "--duration", "1s", "--json", path, *args[:1], f"{host}:{port}", *args[1:]] if args else
                     ["bench", "-q", "--sweep", "--duration", "1s", "--json", path, f"{host}:{port}"], seconds=seconds)
    equal(said.code, 0, f"{said}")
    with open(path, encoding="utf-8") as f:
        return json.load(f), said


def finds(work, model, host, knee, served):
    for left in reversed(range(ATTEMPTS)):
        try:
            result, said = sweep(work, model, host)
            verdict = result["verdict"]
            check(abs(verdict["knee_rate"] - knee) <= 0.1 * knee, f"knee {verdict['knee_rate']}, in truth {knee}: {said}")
            check(0.2 * knee <= verdict["safe_rate"] <= 0.8 * knee, f"safe {verdict['safe_rate']} of {knee}: {said}")
            equal(verdict["served_at_once"], served, f"served at once: {said}")
            check(said.out.startswith("safe: "), f"the verdict is not the first line: {said}")
            return
        except Exception:
            if left == 0:
                raise


def test_one_at_a_time(work):
    """75 requests/s, one at a time, constant"""
    finds(work, ["--capacity", "75"], "127.0.41.1", 75, 1)


def test_four_at_once_at_a_distance(work):
    """400 requests/s, four at once, 20 ms away"""
    finds(work, ["--capacity", "400", "--servers", "4", "--delay", "100%:20ms"], "127.0.42.1", 400, 4)


def test_by_chance_and_with_loss(work):
    """200 requests/s, one at a time, service times by chance, half a percent lost each way"""
    finds(work, ["--capacity", "200", "--service", "exponential", "--loss", "100%:0.005"], "127.0.43.1", 200, 1)


if __name__ == "__main__":
    run([t for name, t in list(globals().items()) if name.startswith("test_")], workers=3)
