#!/usr/bin/env python3
"""snmpfleet bench against a real Net-SNMP agent, beside what the agent itself counts and traces."""
import json
import os
import re
import subprocess
import sys
import time

from net_snmp import Snmpd, has_tools, net_snmp
from support import AGENTS, check, equal, run, skip, snmpfleet

PAGE_CHECK = os.path.join(AGENTS, "..", "services", "page-check")
IN_PKTS = "1.3.6.1.2.1.11.1.0"
SERVED = "1.3.6.1.4.1.8072.9999.9999.13"
HOSTILE = """<script>document.title='owned'</script><img src=x onerror=alert(1)>"' &lt; &"""

# Serves SERVED.1 to SERVED.14 by Net-SNMP's pass_persist protocol. Some take long. It writes each answer and its time to a file.
SERVER = r'''
import sys, time
root, trace = sys.argv[1], open(sys.argv[2], "a", buffering=1)
slow = {4: 0.03, 9: 0.06, 10: 0.03}
def line():
    text = sys.stdin.readline()
    if not text:
        sys.exit(0)
    return text.strip()
while True:
    verb = line()
    if verb == "PING":
        print("PONG", flush=True)
        continue
    rest = line().strip(".")[len(root):].strip(".")
    begun = time.monotonic()
    at = int(rest.split(".")[0]) if rest else 0
    at += verb == "getnext"
    if not 1 <= at <= 14 or verb == "get" and rest != str(at):
        print("NONE", flush=True)
        continue
    time.sleep(slow.get(at, 0))
    print(f"{root}.{at}", time.monotonic() - begun, file=trace)
    print(f".{root}.{at}\ninteger\n{at}", flush=True)
'''



def agent(work, *lines):
    """snmpd with these lines in its configuration, too; its address."""
    snmpd = work.closing(Snmpd(work.path("snmpd")))
    if lines:
        snmpd.stop()
        with open(work.path("snmpd/snmpd.conf"), "a", encoding="utf-8") as f:
            f.writelines(line + "\n" for line in lines)
        snmpd.start(again=True)
    return f"127.0.0.1:{snmpd.port}"


def bench(work, *args):
    """A run and its JSON."""
    path = work.path(f"result-{time.monotonic_ns()}.json")
    said = snmpfleet(["bench", "-q", "--json", path, *args], seconds=60)
    equal(said.code, 0, f"exit code of {args}: {said}")
    with open(path, encoding="utf-8") as f:
        return json.load(f), said


def test_the_agent_counts_the_requests_that_bench_says_it_sent(work):
    """snmpInPkts of an open loop, a closed one and walks: what the result says, the probe before it, and the question for it"""
    at = agent(work)

    def in_packets():
        return int(net_snmp("snmpget", IN_PKTS, at=at)[IN_PKTS][1])

    for load in (["--rate", "400", "--requests", "300"], ["--concurrency", "8", "--requests", "300"],
                 ["--kind", "walk", "--rate", "40", "--requests", "10"], ["-v", "1", "--rate", "400", "--requests", "300"]):
        before = in_packets()
        result, said = bench(work, "--no-sample", "--warmup", "0", *load, at)
        counts, counted = result["counts"], in_packets() - before - 1
        equal((counts["lost"], counts["unsent"], counts["open"]), (0, 0, 0), f"{load}: {said}")
        equal(counted, counts["requests"] + 1, f"{load}: snmpInPkts: {said}")


def test_slow_objects_are_those_of_the_agents_own_trace(work):
    """objects that a program serves by pass_persist, some slowly: --find-slow names exactly those whose trace says so, with their time"""
    server, trace = work.write("server.py", SERVER), work.path("trace")
    at = agent(work, f"pass_persist .{SERVED} {sys.executable} {server} {SERVED} {trace}")
    net_snmp("snmpget", SERVED + ".1", at=at)

    def times():
        with open(trace, encoding="ascii") as f:
            found = [line.split() for line in f]
        return {oid: sorted(float(s) for o, s in found if o == oid) for oid in {o for o, _ in found}}

    result, said = bench(work, "--find-slow", at, SERVED)
    slow = {oid for oid, seconds in times().items() if seconds[len(seconds) // 2] > 0.01}
    equal(len(slow), 3, f"slow objects of the trace: {times()}")
    costs = {c["oid"]: c for c in result["costs"]}
    equal(set(costs), {f"{SERVED}.{i}" for i in range(1, 15)}, f"objects: {said}")
    equal({oid for oid, c in costs.items() if c["is_slow"]}, slow, f"slow objects: {said}")
    for oid in slow:
        seconds = times()[oid]
        check(abs(costs[oid]["mean_ns"] / 1e9 - sum(seconds) / len(seconds)) < 0.01, f"{oid}: {costs[oid]}, trace {seconds}")


def test_a_browser_shows_the_page_of_a_run_on_a_hostile_agent(work):
    """sysDescr with markup does nothing; plots are there, on a desktop and on a phone"""
    if not os.access(PAGE_CHECK, os.X_OK):
        skip("there is no ../shared/services/page-check")
    at = agent(work, f"sysDescr {HOSTILE}")
    page = work.path("page.html")
    bench(work, "--rate", "200", "--duration", "2s", "--warmup", "0.2s", "--sample", "500ms", "--html", page, at)
    script = """const svgs = [...document.querySelectorAll('svg')];
        return [document.title.includes('owned'), document.querySelectorAll('script,img,iframe,object,a').length, svgs.length > 1,
                svgs.every(s => s.getBoundingClientRect().width > 300 && s.getBoundingClientRect().height > 60),
                svgs.every(s => [...s.querySelectorAll('path')].every(p => p.getTotalLength() > 50))].join('|')"""
    done = subprocess.run([PAGE_CHECK, "file://" + page, work.folder, script], capture_output=True, text=True, timeout=120, check=False)
    if done.returncode == 77:
        skip(f"no browser: {done.stderr.strip() or done.stdout.strip()}")
    equal(done.returncode, 0, f"{done.stdout}{done.stderr}")
    found = re.search(r'^script: "(.*)"', done.stdout, re.M)
    equal(found and found.group(1), "false|0|true|true|true", f"what the browser sees: {done.stdout}")
    check(HOSTILE in work.read("page.txt"), f"the agent's text is not shown as it is: {work.read('page.txt')}")


if not has_tools():
    skip("Net-SNMP's programs are not here")
run([test_the_agent_counts_the_requests_that_bench_says_it_sent, test_slow_objects_are_those_of_the_agents_own_trace,
     test_a_browser_shows_the_page_of_a_run_on_a_hostile_agent], workers=2, ios=["none"])
