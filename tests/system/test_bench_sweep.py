#!/usr/bin/env python3
"""snmpfleet bench --sweep finds the capacity of simulated agents that it does not know; --costs what their objects cost."""
import json
import os
import signal
import subprocess
import time

import benching
from benching import attempts
from support import PROGRAM, check, equal, eventually, finish, free_port, run, snmpfleet

SHORT = ["--duration", "500ms", "--warmup", "0.1s", "--no-sample"]
V3 = ["-v", "3", "-u", "sha256_aes", "-l", "authPriv", "-a", "SHA-256", "-A", "authpass_sha256", "-x", "AES", "-X", "privpass_aes"]


def bench(work, *args, code=0):
    return benching.bench(work, *SHORT, *args, seconds=100, code=code)


def finds(work, model, host, args, knee, served):
    agent = f"{host}:{work.simulator(*model, host=host)}"

    def holds():
        result, said = bench(work, "--sweep", "--requests", "100", *args, agent)
        verdict = result["verdict"]
        check(abs(verdict["knee_rate"] - knee) <= 0.1 * knee, f"knee {verdict['knee_rate']}, in truth {knee}: {said}")
        check(0.2 * knee <= verdict["safe_rate"] <= 0.8 * knee, f"safe {verdict['safe_rate']} of {knee}: {said}")
        equal(verdict["served_at_once"], served, f"served at once: {said}")
        check(said.out.startswith("safe: "), f"the verdict is not the first line: {said}")
        equal(result["load"]["timeout_ns"], 500e6 if args else 2e9, "time-out")
    attempts(holds)


def test_one_at_a_time(work):
    """300 requests/s, one at a time, constant"""
    finds(work, ["--capacity", "300"], "127.0.41.1", [], 300, 1)


def test_four_at_once_at_a_distance(work):
    """600 requests/s, four at once, 20 ms away"""
    finds(work, ["--capacity", "600", "--servers", "4", "--delay", "100%:20ms"], "127.0.42.1", ["--timeout", "500ms"], 600, 4)


def test_by_chance_and_with_loss(work):
    """600 requests/s, one at a time, service times by chance, half a percent lost each way"""
    finds(work, ["--capacity", "600", "--service", "exponential", "--loss", "100%:0.005"], "127.0.43.1", ["--timeout", "500ms"], 600, 1)


def test_the_knee_belongs_to_the_max_repetitions(work):
    """of a table of 49 rows whose one column costs 150 us a row: 0.5 ms or 7.9 ms a request by turns; more repetitions than rows are of no use"""
    port = work.simulator("--capacity", "2000", "--object-cost", "1.3.6.1.2.1.2.2.1.10=150us", host="127.0.44.1")

    def holds():
        result, said = bench(work, "--sweep", "--requests", "100", f"127.0.44.1:{port}", "ifTable")
        verdict = result["verdict"]
        check(verdict["repetitions"] in (20, 50), f"repetitions: {said}")
        true = 2 / (0.001 + 0.00015 * min(verdict["repetitions"], 49))
        check(abs(verdict["knee_rate"] - true) <= 0.15 * true, f"knee {verdict['knee_rate']}, in truth {true}: {said}")
        check(0.2 * true <= verdict["safe_rate"] <= 0.8 * true, f"safe {verdict['safe_rate']} of {true}: {said}")
        equal(result["load"]["repetitions"], verdict["repetitions"], "repetitions of the run at the safe rate")
        borne = {}
        for point in result["points"]:
            if point["burst"] == 0 and point["repetitions"] in borne:
                check(point["rate"] <= 2.001 * borne[point["repetitions"]], f"{point} is more than twice of {borne}")
            if point["is_good"] or point["repetitions"] not in borne:
                borne[point["repetitions"]] = max(point["rate"], borne.get(point["repetitions"], 0))
        check(result["costs"][0]["name"] == "IF-MIB::ifInOctets" and 120e3 < result["costs"][0]["mean_ns"] < 180e3, f"costs: {said}")
    attempts(holds)


def test_v3_is_swept_and_v1_is_asked_by_getnext(work):
    """authPriv: max-repetitions are tried; v1: they are not, and nothing is left unsent; --rate is the highest rate"""
    port = work.simulator("--ports", "6", host="127.0.45.1")
    args = ["--sweep", "--requests", "20", "--rate", "400", f"127.0.45.1:{port}", "ifDescr"]

    def holds():
        result, said = bench(work, *V3, *args)
        check(result["verdict"]["repetitions"] in (5, 10), f"{said}")
        check("no knee up to 400 requests/s" in said.out, f"{said}")
        check("privpass" not in json.dumps(result) and "authpass" not in json.dumps(result), "a secret is in the result")
        result, said = bench(work, "-v", "1", *args)
        equal(result["verdict"]["repetitions"], 0, f"max-repetitions of v1: {said}")
        equal({p["repetitions"] for p in result["points"]}, {0}, "max-repetitions of the points")
        check("no knee up to 400 requests/s" in said.out and result["counts"]["unsent"] == 0, f"{said}")
        check(result["counts"]["ok"] > 10, f"{said}")
    attempts(holds)


def test_columns_cost_what_they_cost(work):
    """--costs: the true cost of each column and object, dearest first; tables by name; over v1 too; nothing to measure is told"""
    true = {"IF-MIB::ifOutOctets": 3e6, "IF-MIB::ifInOctets": 2e6, "IF-MIB::ifDescr": 1e6, "SNMPv2-MIB::sysName.0": 5e6}
    port = work.simulator("--ports", "6", "--capacity", "2000", *[x for oid, cost in (("2.2.1.16", 3), ("2.2.1.10", 2), ("2.2.1.2", 1), ("1.5", 5))
                                                                 for x in ("--object-cost", f"1.3.6.1.2.1.{oid}={cost}ms")], host="127.0.46.1")
    agent = f"127.0.46.1:{port}"

    def holds():
        for args in ([agent, "ifTable", "sysName", "sysDescr.0"], ["-v", "1", agent, "ifOutOctets", "ifInOctets", "ifDescr", "sysName.0"]):
            result, said = bench(work, "--costs", *args)
            costs = result["costs"]
            equal([c["name"] for c in costs[:4]], sorted(true, key=true.get, reverse=True), f"order: {said}")
            for c in costs:
                what = true.get(c["name"], 0)
                check(abs(c["mean_ns"] - what) <= max(0.2 * what, 100e3), f"{c['name']} costs {c['mean_ns']}, in truth {what}: {said}")
            equal(costs[0]["table"], None, "a scalar has no table")
            equal(costs[1]["table"], "IF-MIB::ifTable", "table of a column")
    attempts(holds)
    said = snmpfleet(["bench", "--costs", agent, "1.3.6.1.4.1.99999.1"])
    check(said.code == 1 and "none of the objects was answered with a value" in said.err, f"{said}")
    for args in ([agent], ["--sweep", agent, "ifTable"], ["--find-slow", agent, "ifTable"]):
        said = snmpfleet(["bench", "--costs", *args])
        check(said.code == 3 and "--costs" in said.err, f"{args}: {said}")


def sweeping(work, host, *model):
    """A sweep that has begun, with the pid of its agent."""
    port = free_port()
    agent = work.start([PROGRAM, "simulate", "-q", "--listen", f"{host}:{port}", *model], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    eventually(lambda: snmpfleet(["get", "-t", "0.3", "-r", "0", "-c", "public", f"{host}:{port}", "sysUpTime.0"]).code == 0, 20, "the agent is there")
    return agent, work.start([PROGRAM, "bench", "-q", "--sweep", "--timeout", "500ms", "--json", work.path("sweep.json"), f"{host}:{port}"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_an_interrupt_ends_a_sweep_with_what_there_is(work):
    """SIGINT: at once, exit code 0, the points until then in text and JSON"""
    _, bench_ = sweeping(work, "127.0.47.1", "--capacity", "75")
    time.sleep(10)
    started = time.monotonic()
    bench_.send_signal(signal.SIGINT)
    said = finish(bench_, 10)
    check(time.monotonic() - started < 2, "it did not end at once")
    equal(said.code, 0, f"{said}")
    result = json.loads(work.read("sweep.json"))
    equal(result["stopped"], "interrupted", "why it ended")
    check(len(result["points"]) >= 2 and all(p["planned"] > 0 for p in result["points"]), f"points: {result['points']}")
    check(said.out.startswith("no safe rate was found") and "interrupted" in said.out, f"{said}")
    check("sweep  " in said.out and "knee at" not in said.out, f"{said}")


def test_an_agent_that_dies_in_a_sweep_ends_it(work):
    """it is told; exit code 1; what was measured before is there"""
    agent, bench_ = sweeping(work, "127.0.48.1", "--capacity", "2000")
    time.sleep(10)
    os.kill(agent.pid, signal.SIGSTOP)
    try:
        said = finish(bench_, 40)
    finally:
        os.kill(agent.pid, signal.SIGCONT)
    equal(said.code, 1, f"{said}")
    result = json.loads(work.read("sweep.json"))
    check("does not answer any more" in result["stopped"], f"why it ended: {result['stopped']}")
    check("the agent stopped answering at" in said.out and "knee at" not in said.out.split("\n")[0], f"{said}")
    check(sum(p["is_good"] for p in result["points"]) >= 2, f"points: {result['points']}")


if __name__ == "__main__":
    run([t for name, t in list(globals().items()) if name.startswith("test_")], workers=3)
