#!/usr/bin/env python3
"""The ceiling of a real snmpd by `snmpfleet bench` beside a client on Net-SNMP's own library, and beside what snmpd counts.

Not part of the suite: it needs two quiet cores, one for snmpd and one for who asks, and Net-SNMP's headers, which it installs where it may.

    python3 tests/system/ceiling.py [ROUNDS [OPEN]]     default 9 rounds, 64 requests open; SNMPFLEET and AGENTS as for the tests

In each round, in turn: the client (closed loop), `bench --concurrency` with as many open, `bench --rate` at twice what the client had. First of an
object that a program behind snmpd gives in half a millisecond, so that snmpd is the one that is busy; then of snmpd's own system group, where Net-SNMP's
library has as much to do as snmpd, and is a part of what the client finds. Exit code 1 where the median of the ratios of one round differs from 1 by more
than 10 % for the first, or is below 0.9 for the second, or where snmpInPkts does not grow by what was said to be sent.
"""
import json
import os
import shlex
import shutil
import subprocess
import sys

from net_snmp import Snmpd, net_snmp
from support import SOURCE_DIR, Work, check, equal, snmpfleet

SECONDS, SHARE = 1, 0.1
WAYS = ("client, closed", "bench, closed", "bench, open")
IN_PKTS = "1.3.6.1.2.1.11.1.0"
SERVED = "1.3.6.1.4.1.8072.9999.9999.13"
SYSTEM = [f"1.3.6.1.2.1.1.{i}.0" for i in range(1, 8)]
# Net-SNMP's pass_persist protocol.
SERVER = f"""
import sys, time
for line in sys.stdin:
    if line.strip() == "PING":
        print("PONG", flush=True)
        continue
    sys.stdin.readline()
    time.sleep(0.0005)
    print(".{SERVED}\\ninteger\\n1", flush=True)
"""
SOURCE = os.path.join(SOURCE_DIR or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."), "tests/external/net_snmp_load.c")


def build_client(work):
    if shutil.which("net-snmp-config") is None:
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "libsnmp-dev"], check=True, stdout=subprocess.DEVNULL)

    def flags(what):
        return shlex.split(subprocess.run(["net-snmp-config", what], check=True, capture_output=True, text=True).stdout)

    subprocess.run(["cc", "-std=gnu17", "-O2", *flags("--base-cflags"), SOURCE, "-o", work.path("client"), *flags("--libs")], check=True)
    return work.path("client")


def main():
    rounds, open_max = (int(a) for a in (sys.argv[1:] + ["9", "64"][len(sys.argv) - 1:]))
    cores = sorted(os.sched_getaffinity(0))
    check(len(cores) >= 2, "two cores are needed")
    with Work() as work:
        client = build_client(work)
        snmpd = work.closing(Snmpd(work.path("snmpd")))
        snmpd.stop()
        with open(work.path("snmpd/snmpd.conf"), "a", encoding="utf-8") as f:
            f.write(f"pass_persist .{SERVED} {sys.executable} {work.write('server.py', SERVER)}\n")
        snmpd.start(again=True)
        os.sched_setaffinity(snmpd.pid, {cores[1]})
        os.sched_setaffinity(0, {cores[0]})
        at = f"127.0.0.1:{snmpd.port}"

        def in_packets():
            return int(net_snmp("snmpget", IN_PKTS, at=at)[IN_PKTS][1])

        def by_client(oids):
            done = subprocess.run([client, at, str(open_max), str(SECONDS), *("." + o for o in oids)], check=True, capture_output=True, text=True)
            return float(done.stdout.split()[2])

        def by_bench(oids, *load):
            before = in_packets()
            path = work.path("result.json")
            said = snmpfleet(["bench", "-q", "--no-sample", "--warmup", "0", "--timeout", "1s", "--duration", f"{SECONDS}s", "--json", path, *load, at, *oids])
            with open(path, encoding="utf-8") as f:
                result = json.load(f)
            counts, counted = result["counts"], in_packets() - before - 1
            # What is lost fell out of snmpd's full socket, and was never counted there; one more is bench's question whether it is there.
            equal(counted, counts["requests"] - counts["lost"] + 1, f"snmpInPkts of {load}: {said}")
            return result["answers_within"] / (result["duration_ns"] / 1e9)

        fails = False
        for what, oids, most in (("served by a program", [SERVED + ".1"], 1 + SHARE), ("system group", SYSTEM, float("inf"))):
            found = {way: [] for way in WAYS}
            for _ in range(rounds):
                ceiling = by_client(oids)
                found[WAYS[0]].append(ceiling)
                found[WAYS[1]].append(by_bench(oids, "--concurrency", str(open_max)))
                found[WAYS[2]].append(by_bench(oids, "--rate", str(int(2 * ceiling))))
            for way in WAYS:
                ratios = sorted(a / b for a, b in zip(found[way], found[WAYS[0]]))
                middle = ratios[rounds // 2]
                fails |= not 1 - SHARE <= middle <= most
                print(f"{what}, {way:14} {sorted(found[way])[rounds // 2]:8.0f} answers/s, {middle:.3f} of the client's, of "
                      f"{' '.join(f'{r:.2f}' for r in ratios)}", flush=True)
    return 1 if fails else 0


sys.exit(main())
