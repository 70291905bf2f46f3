#!/usr/bin/env python3
"""snmpfleet bench: kinds, versions, outcomes, exit codes, reports, and nonsense."""
import json
import math
import os
import signal
import socket
import subprocess
import time

from benching import adds_up, bench
from fake_agent import GEN_ERR, NO_SUCH_NAME, TOO_BIG, FakeAgent, integer
from support import PROGRAM, check, equal, eventually, finish, free_port, run, snmpfleet


def test_loss_is_the_agents_and_late_answers_are_told(work):
    """a tenth of requests and of answers lost; answers behind the time-out are late and lost"""
    port = work.simulator("--loss", "100%:0.1", "--duplicate", "100%:0.2", host="127.0.24.1")
    result, _ = bench(work, "--rate", "2000", "--duration", "2s", "--timeout", "300ms", "--no-sample", f"127.0.24.1:{port}")
    c = adds_up(result)
    true, n = 1 - 0.9 * 0.9, c["sent"]
    check(abs(c["lost"] - n * true) < 6 * math.sqrt(n * true * (1 - true)), f"{c['lost']} lost of {n}, in truth {true}")
    equal(c["reasons"]["timeout"], c["lost"], "reasons")
    check(result["duplicates"] > 100, f"{result['duplicates']} duplicates")
    port = work.simulator("--delay", "100%:400ms", host="127.0.24.2")
    result, _ = bench(work, "--rate", "50", "--duration", "1s", "--timeout", "600ms", "--fail", "p50<1s", f"127.0.24.2:{port}")
    equal(adds_up(result)["lost"], 0, "lost")
    port = work.simulator("--delay", "100%:400ms", host="127.0.24.3")
    path = work.path("late.json")
    said = snmpfleet(["bench", "-q", "--json", path, "--rate", "50", "--duration", "1s", "--timeout", "700ms", "--warmup", "0.1s", "--retries", "0",
                      f"127.0.24.3:{port}"])
    equal(said.code, 0, f"{said}")


def test_answers_of_an_agent_that_misbehaves_are_counted_where_they_belong(work, io):
    """twice, late, to nothing, garbage, cut off, from another port, of another community, tooBig, error-statuses; and all adds up"""
    other = work.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    other.bind(("127.0.35.1", 0))

    def good(q, **changed):
        return q.reply([(o, integer(7)) for o in q.oids], **changed)

    ways = [
        lambda q: [good(q)],
        lambda q: [good(q), (good(q), 0.002)],
        lambda q: [(good(q), 0.45)],
        lambda q: [good(q, id=q.id ^ 0x155)],
        lambda q: [os.urandom(40), b"", b"\x30\x84\xff\xff\xff\xff"],
        lambda q: [good(q)[:-3]],
        lambda q: [(good(q), 0, other)],
        lambda q: [good(q, community=b"private")],
        lambda q: [q.reply(q.nulls(), TOO_BIG)],
        lambda q: [q.reply(q.nulls(), NO_SUCH_NAME, 1)],
        lambda q: [q.reply(q.nulls(), GEN_ERR, 1)],
        lambda q: [q.reply(q.nulls(), 77, 1)],
    ]

    def behave(agent, request):
        number = len(agent.requests) - 2  # the first one asks whether it is there
        return ways[number % len(ways)](request) if 0 <= number < 120 else [good(request)]

    agent = work.closing(FakeAgent(behave, "127.0.35.1"))
    result, said = bench(work, "--io", io, "--no-sample", "--warmup", "0", "--rate", "120", "--duration", "1.5s", "--timeout", "300ms", agent.address)
    check(agent.error is None, f"the agent: {agent.error}")
    c = adds_up(result)
    equal((c["planned"], c["unsent"], c["ok"]), (180, 0, 80), f"planned, unsent, good: {said}")
    equal(c["error_status"], {"tooBig": 10, "noSuchName": 10, "genErr": 10, "other": 10}, f"error-status: {said}")
    equal((c["reasons"]["too-big"], c["reasons"]["agent-error"]), (10, 30), f"reasons of errors: {said}")
    equal((c["lost"], c["reasons"]["timeout"] + c["reasons"]["malformed"]), (60, 60), f"lost: {said}")
    equal({k: result[k] for k in ("duplicates", "late", "unmatched", "malformed", "refused")},
          {"duplicates": 10, "late": 10, "unmatched": 10, "malformed": 40, "refused": 20}, f"replies: {said}")
    check("10 late, 10 duplicate, 10 to no request, 40 malformed, 20 not believed" in said.out, f"{said}")
    check("tooBig 10, noSuchName 10, genErr 10, other 10" in said.out, f"{said}")


def test_every_kind_and_version_is_measured(work):
    """get, getnext, getbulk, walk, modules, mixes; v1, v2c, v3; several agents, worst first"""
    port = work.simulator("--agents", "3", host="127.0.25.1")
    agent = f"127.0.25.1:{port}"
    v3 = ["-v", "3", "-u", "sha256_aes", "-l", "authPriv", "-a", "SHA-256", "-A", "authpass_sha256", "-x", "AES", "-X", "privpass_aes"]
    short = ["--duration", "300ms", "--warmup", "0.1s", "--rate", "50", "--no-sample"]
    for args, kind, least in ((["sysUpTime.0", "sysName.0"], "get", 2), (["--kind", "getnext", "ifDescr"], "getnext", 1),
                              (["--kind", "getbulk", "--max-repetitions", "7", "ifDescr"], "getbulk", 7), (["--kind", "walk", "ifDescr"], "walk", 48),
                              (["ifDescr"], "walk", 48)):
        for version in (["-v", "1"], ["-v", "2c"], v3):
            if version[1] == "1" and kind == "getbulk":
                continue
            result, _ = bench(work, *short, *version, agent, *args)
            c = adds_up(result)
            equal((c["ok"], c["lost"], c["unsent"]), (15, 0, 0), f"{version} {args}: {c}")
            check(c["varbinds"] >= 15 * least, f"{version} {args}: {c['varbinds']} varbinds")
            equal(result["load"]["weights"][kind], 1, f"{version} {args}: {result['load']}")
            check("privpass" not in json.dumps(result) and "authpass" not in json.dumps(result), f"a secret is in the result of {version}")
    result, _ = bench(work, *short, "--mix", "get=80,walk=20", agent, "ifDescr")
    check(0 < adds_up(result)["varbinds"], "varbinds of a mix")
    result, _ = bench(work, *short, "--module", "interfaces", agent)
    equal(adds_up(result)["ok"], 15, "walks of a module")
    targets = work.write("some.targets", "".join(f"127.0.25.{i}:{port} name=agent{i}\n" for i in (1, 2, 3)))
    result, _ = bench(work, *short, "--targets", targets, "sysName.0")
    equal([(a["name"], a["counts"]["sent"]) for a in sorted(result["agents"], key=lambda a: a["name"])],
          [(f"agent{i}", 15) for i in (1, 2, 3)], "each agent has the load")


def test_agents_of_many_are_listed_worst_first(work):
    """one of three loses half, one is slow"""
    port = work.simulator(host="127.0.26.1")
    slow = work.simulator("--delay", "100%:50ms", host="127.0.26.2")
    lossy = work.simulator("--loss", "100%:0.4", host="127.0.26.3")
    targets = work.write("some.targets", f"127.0.26.1:{port} name=good\n127.0.26.2:{slow} name=slow\n127.0.26.3:{lossy} name=lossy\n")
    result, said = bench(work, "--rate", "100", "--duration", "1s", "--timeout", "500ms", "--targets", targets)
    equal([a["name"] for a in result["agents"]], ["lossy", "slow", "good"], "order")
    equal(result["counts"]["planned"], 300, "planned")
    check(said.out.index("lossy") < said.out.index("slow"), f"order in the text: {said}")


def test_set_writes_and_sets_back(work):
    """SET as a load: the value is another during the run, and the old one behind it; not beyond loopback"""
    port = work.simulator(host="127.0.27.1")
    agent = f"127.0.27.1:{port}"
    get = ["get", "-Oqv", "-c", "private", agent, "sysContact.0"]
    before = snmpfleet(get).out
    check(before.strip() not in ("", "somebody"), f"the value before: {before}")
    result, _ = bench(work, "-c", "private", "--kind", "set", "--rate", "40", "--duration", "500ms", agent, "sysContact.0=s:somebody")
    equal(adds_up(result)["ok"], 20, "sets")
    equal(snmpfleet(get).out, before, "the value behind the run")
    result, _ = bench(work, "-c", "private", "--kind", "set", "--rate", "40", "--duration", "500ms", agent, "sysContact.0")
    equal((adds_up(result)["ok"], snmpfleet(get).out), (20, before), "its own value")
    running = work.start([PROGRAM, "bench", "-q", "-c", "private", "--kind", "set", "--duration", "60s", agent, "sysContact.0=s:somebody"],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    eventually(lambda: snmpfleet(get).out.strip() in ("somebody", '"somebody"'), 10, "the value is set")
    running.send_signal(signal.SIGINT)
    equal(finish(running, 10).code, 0, "exit code after SIGINT")
    equal(snmpfleet(get).out, before, "the value after SIGINT")
    said = snmpfleet(["bench", "--kind", "set", "192.0.2.1", "sysContact.0=s:x"])
    check(said.code == 3 and "SET is for agents on loopback only" in said.err, f"{said}")
    said = snmpfleet(["bench", "-c", "private", "--kind", "set", agent, "sysContact.0=nonsense"])
    check(said.code == 3 and "TYPE:VALUE" in said.err, f"{said}")
    said = snmpfleet(["bench", "-c", "private", "--kind", "set", agent, "1.3.6.1.2.1.1.77.0=i:1"])
    check(said.code == 1 and "has no value that could be set back" in said.err, f"{said}")


def test_strangers_are_asked_gently(work):
    """more than 50 requests/s to an agent that is not on this machine need --yes; nothing was sent"""
    for args in (["--rate", "51"], ["--concurrency", "1"], ["--ramp", "1:60"], ["--sweep"], ["--kind", "walk", "--rate", "2"]):
        said = snmpfleet(["bench", *args, "192.0.2.1"])
        check(said.code == 3 and "--yes" in said.err and said.out == "", f"{args}: {said}")
        check(said.seconds < 2, f"{args} took {said.seconds} s")


def test_a_dead_agent_ends_the_run(work):
    """one that is not there is told at once; one that dies is left alone after 10 requests and 5 s, with the results so far"""
    said = snmpfleet(["bench", "--timeout", "200ms", f"127.0.28.9:{free_port()}"])
    check(said.code == 1 and "does not answer" in said.err, f"{said}")
    port = free_port()
    simulator = work.start([PROGRAM, "simulate", "--listen", f"127.0.28.1:{port}", "-q"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.7)
    path = work.path("dead.json")
    running = work.start([PROGRAM, "bench", "-q", "--rate", "20", "--duration", "60s", "--timeout", "1s", "--json", path, f"127.0.28.1:{port}"],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(2.5)
    os.kill(simulator.pid, signal.SIGSTOP)
    said = finish(running, 20)
    os.kill(simulator.pid, signal.SIGCONT)
    equal(said.code, 1, f"{said}")
    with open(path, encoding="utf-8") as f:
        result = json.load(f)
    c = adds_up(result)
    check("has not answered for 10 requests and 5 s" in result["stopped"], f"why it ended: {result['stopped']}")
    check(c["answered"] >= 10 and 60 <= c["lost"] <= 160, f"{c}")
    check("has not answered" in said.out, f"the text does not say why it ended: {said}")


def test_a_restart_of_the_agent_is_seen(work):
    """sysUpTime goes back during the run"""
    port = free_port()
    args = [PROGRAM, "simulate", "--io", "mmsg", "--listen", f"127.0.29.1:{port}", "-q"]
    first = work.start(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(2)
    path = work.path("restart.json")
    running = work.start([PROGRAM, "bench", "-q", "--rate", "20", "--duration", "4s", "--sample", "300ms", "--timeout", "1s", "--json", path,
                          "--fail", "restarts<1", f"127.0.29.1:{port}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(2)
    first.kill()
    first.wait()
    work.start(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    said = finish(running, 20)
    with open(path, encoding="utf-8") as f:
        result = json.load(f)
    equal(result["agents"][0]["restarts"], 1, f"restarts: {said}")
    equal(said.code, 5, f"--fail: {said}")


def test_an_interrupt_ends_with_the_results_so_far(work):
    """SIGINT, SIGTERM: exit 0, the reports are whole"""
    port = work.simulator(host="127.0.30.1")
    for number in (signal.SIGINT, signal.SIGTERM):
        path = work.path("cut.json")
        running = work.start([PROGRAM, "bench", "-q", "--rate", "100", "--duration", "60s", "--json", path, f"127.0.30.1:{port}"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(2.5)
        running.send_signal(number)
        said = finish(running, 5)
        equal(said.code, 0, f"{said}")
        with open(path, encoding="utf-8") as f:
            result = json.load(f)
        equal(result["stopped"], "interrupted", "why it ended")
        check(50 < adds_up(result)["answered"] < 400, f"{result['counts']}")


def test_a_rate_that_the_machine_cannot_hold_is_said(work):
    """never silently less load: what is late or unsent is counted, and told in front of the figures"""
    port = work.simulator(host="127.0.31.1")
    result, said = bench(work, "--rate", "3000000", "--duration", "500ms", "--warmup", "0.01s", "--timeout", "1s", "--no-sample", f"127.0.31.1:{port}")
    c = adds_up(result)
    equal(c["planned"], 1500000, "planned")
    check(c["unsent"] + c["sent_late"] > 500000, f"late or unsent: {c}")
    check("this machine" in said.out, f"{said}")


def test_limits_decide_the_exit_code(work):
    """--fail: 0 where all hold, 5 where one does not, 3 where it cannot be read"""
    port = work.simulator("--delay", "100%:10ms", host="127.0.33.1")
    short = ["--rate", "50", "--duration", "500ms", "--warmup", "0.1s", f"127.0.33.1:{port}"]
    bench(work, "--fail", "p50>1ms,p99<3s,loss<0.1%,unsent<=0%", *short)
    _, said = bench(work, "--fail", "p99<3s,p50<5ms", *short, code=5)
    check("--fail: p50 is 10" in said.err and "not below 5ms" in said.err, f"{said}")
    for limits in ("", "p99", "p99<", "p99<x", "p101<5ms", "colour<3", "loss<0.1%,,", "p99=5ms"):
        said = snmpfleet(["bench", "--fail", limits, *short])
        check(said.code == 3 and "--fail" in said.err, f"'{limits}': {said}")


def test_reports_that_cannot_be_written_are_told_before_the_run(work):
    """a folder that is not there, a full device, two reports in one file"""
    port = work.simulator(host="127.0.34.1")
    agent = f"127.0.34.1:{port}"
    for option in ("--json", "--csv", "--hgrm", "--html"):
        said = snmpfleet(["bench", option, "/no/such/folder/file", "--duration", "50s", agent])
        check(said.code == 4 and "/no/such/folder/file: cannot be opened" in said.err and said.seconds < 2, f"{option}: {said}")
        said = snmpfleet(["bench", option, "/dev/full", "--duration", "200ms", "--warmup", "0.1s", agent])
        check(said.code == 4 and "/dev/full: cannot be written: No space left on device" in said.err, f"{option}: {said}")
        check("answers/s" in said.out, f"{option}: the text is missing: {said}")
    said = snmpfleet(["bench", "--json", "-", "--csv", "-", agent])
    check(said.code == 4 and "two reports go there" in said.err, f"{said}")
    old = work.write("old.json", "what was there before\n")
    said = snmpfleet(["bench", "--json", old, "--timeout", "100ms", f"127.0.34.9:{port}"])
    equal((said.code, work.read("old.json")), (1, "what was there before\n"), f"a file of a run that failed: {said}")
    for option in ("--json", "--csv", "--hgrm", "--html"):
        said = snmpfleet(["bench", option, "-", "--duration", "200ms", "--warmup", "0.1s", agent])
        check(said.code == 0 and len(said.out) > 50 and "answers/s  " not in said.out, f"{option} -: {said}")


def test_two_firmwares_are_compared(work):
    """a slower one is found, the same one is not; as text and as page; files that are no results are refused"""
    port, slow = work.simulator("--delay", "100%:10ms", host="127.0.35.1"), work.simulator("--delay", "100%:14ms", host="127.0.35.2")
    names = []
    for host, where in (("127.0.35.1", port), ("127.0.35.1", port), ("127.0.35.2", slow)):
        names.append(work.path(f"{len(names)}.json"))
        said = snmpfleet(["bench", "-q", "--rate", "100", "--duration", "7s", "--warmup", "0.1s", "--json", names[-1], f"{host}:{where}"])
        equal(said.code, 0, f"{said}")
    said = snmpfleet(["bench", "compare", names[0], names[2], "--html", work.path("page.html")])
    check(said.code == 0 and "worse" in said.out, f"{said}")
    check(work.read("page.html").lower().startswith("<!doctype html>"), "no page")
    same = snmpfleet(["bench", "compare", names[0], names[1], names[2]])
    check(same.code == 0 and "1.json beside 0.json" in same.out and "2.json beside 0.json" in same.out, f"{same}")
    text = work.read("0.json")
    for name, wrong, what in (("version", text.replace('"version": 1', '"version": 2', 1), "version"), ("other", '{"a": 1}', "format"),
                              ("cut", text[:len(text) // 2], ""), ("text", "no JSON\n", ""), ("empty", "", "")):
        bad = work.write(f"{name}.json", wrong)
        said = snmpfleet(["bench", "compare", names[0], bad])
        check(said.code == 2 and f"{name}.json:" in said.err and what in said.err and said.out == "", f"{name}: {said}")
    for args in ([], [names[0]], [names[0], "/no/such/file"]):
        said = snmpfleet(["bench", "compare", *args])
        check(said.code in (2, 3) and said.err != "", f"compare {args}: {said}")


def test_nonsense_on_the_command_line_is_told(work):
    """options that contradict, values that make no sense, names that nobody knows"""
    agent = f"127.0.36.1:{free_port()}"
    for args, what in (([], "no agent"), (["--rate", "0", agent], "--rate"), (["--rate", "x", agent], "--rate"), (["--rate", "nan", agent], "--rate"),
                       (["--ramp", "5", agent], "--ramp"), (["--ramp", "5:x", agent], "--ramp"), (["--concurrency", "0", agent], "--concurrency"),
                       (["--rate", "5", "--concurrency", "2", agent], "--concurrency"), (["--mix", "get=1,get=2", agent], "--mix"),
                       (["--mix", "fetch=1", agent], "--mix"), (["--mix", "get=-1", agent], "--mix"), (["--mix", "get", agent], "--mix"),
                       (["--kind", "trap", agent], "--kind"), (["--duration", "0", agent], "--duration"), (["--sweep", "--find-slow", agent], "--find-slow"),
                       (["--module", "nope", agent], "no module nope"), (["--module", "system", agent, "sysName.0"], "--module"),
                       ([agent, "noSuchName"], "noSuchName"), (["--kind", "set", agent], "nothing to ask"), (["--varbinds", "129", agent], "--varbinds"),
                       (["--targets", "/no/such/file"], "/no/such/file")):
        said = snmpfleet(["bench", *args])
        check(said.code in (2, 3) and what in said.err and said.out == "", f"{args}: {said}")


if __name__ == "__main__":
    run([t for name, t in list(globals().items()) if name.startswith("test_")], workers=2)
