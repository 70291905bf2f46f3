#!/usr/bin/env python3
"""A real agent with a thousand interfaces, and two thousand addresses of one: each in a network namespace of its own, as root.

The script starts itself once more within each namespace, with the tests for there as arguments.
"""
import os
import shutil
import subprocess
import sys
import tempfile

from support import AGENTS, Poll, back_ends, check, equal, run, skip

INSIDE = "--inside="
PAIRS = 500
AGENT = "10.0.0.1"
COLUMNS = {"ifDescr": "1.3.6.1.2.1.2.2.1.2", "ifName": "1.3.6.1.2.1.31.1.1.1.1", "ifType": "1.3.6.1.2.1.2.2.1.3",
           "ifHighSpeed": "1.3.6.1.2.1.31.1.1.1.15"}


def net_snmp_column(oid):
    """Index -> value by Net-SNMP's own client."""
    got = subprocess.run(["snmpbulkwalk", "-v2c", "-c", "public", "-On", "-Oe", "-OQ", "-t", "5", AGENT, oid], capture_output=True, text=True,
                         timeout=60, env={**os.environ, "MIBS": ""})
    check(got.returncode == 0, f"snmpbulkwalk {oid}: {got.stderr}")
    values = {}
    for line in got.stdout.splitlines():
        name, _, value = line.partition(" = ")
        values[name[len(oid) + 2:]] = value.strip('"')
    return values


def test_thousand_interfaces(work, io):
    """interfaces of an agent with 1,001: every row whole, names and types as snmpbulkwalk has them"""
    poll = Poll(work, io, ["--modules", "interfaces", "-t", "5s", AGENT])
    report = poll.expect(0, "ok")
    equal(int(report["rows"]), 2 * PAIRS + 1, "rows")
    rows = {}
    for row in poll.rows:
        cells = rows.setdefault(row["index"], {})
        check(row["object"] not in cells, f"twice: {row}")
        cells[row["object"]] = row["value"]
    equal(len(rows), 2 * PAIRS + 1, "interfaces")
    objects = set(rows["1"])
    check(len(objects) >= 35, f"only {sorted(objects)}")
    for index, cells in rows.items():
        equal(sorted(objects ^ set(cells)), [], f"objects that interface {index} has and 1 has not, or the other way round")
    for name, oid in COLUMNS.items():
        equal({index: cells[name] for index, cells in rows.items()}, net_snmp_column(oid), f"{name} beside snmpbulkwalk")
    names = {"lo"} | {f"{side}{i}" for side in "ab" for i in range(1, PAIRS + 1)}
    equal({cells["ifDescr"] for cells in rows.values()}, names, "ifDescr")


def test_two_thousand_addresses(work, io):
    """2,000 addresses polled once: each answers, each has its rows once

    All of them are one socket of one agent, whose receive buffer holds some 250 requests: hence the window.
    """
    blocks = [f"10.{n}.{3 * n}.1-250" for n in range(8)]
    addresses = {f"10.{n}.{3 * n}.{last}" for n in range(8) for last in range(1, 251)}
    poll = Poll(work, io, ["--modules", "system", "--window", "100", "-r", "5", "--deadline", "30s", *blocks], seconds=60)
    check(poll.code == 0, str(poll.result))
    equal(len(poll.reports), len(addresses), "reports")
    equal({r["target"]: r["reason"] for r in poll.reports}, dict.fromkeys(addresses, "ok"), "reasons")
    equal({r["address"] for r in poll.reports}, addresses, "addresses")
    names, seen = {}, set()
    for row in poll.rows:
        key = row["target"], row["oid"]
        check(key not in seen, f"twice: {row}")
        seen.add(key)
        if row["object"] == "sysName":
            names[row["target"]] = row["value"]
    equal(set(names), addresses, "targets with a sysName")
    equal(len(set(names.values())), 1, "names of the one agent")


def inside(script, ios, pairs, test):
    """Run one test in its namespace, where there may be no IPv6; is all well?

    The exit code is that of the test, not of the script: that fails when its agent still writes into the folder it removes.
    """
    with tempfile.TemporaryDirectory() as folder:
        verdict = os.path.join(folder, "verdict")
        inner = ["sh", "-c", '"$@"; echo $? > "$VERDICT"', "sh", sys.executable, os.path.abspath(__file__)]
        subprocess.run([script, *inner, INSIDE + ",".join(ios), test.__name__], timeout=240,
                       env={**os.environ, "PAIRS": str(pairs), "VERDICT": verdict})
        return os.path.exists(verdict) and open(verdict, encoding="ascii").read().strip() == "0"


def main():
    tests = {test_thousand_interfaces: PAIRS, test_two_thousand_addresses: 0}
    if sys.argv[1:] and sys.argv[1].startswith(INSIDE):
        run(list(tests), workers=1, ios=sys.argv.pop(1)[len(INSIDE):].split(","))
    script = os.path.join(AGENTS, "many-devices")
    if not os.access(script, os.X_OK):
        skip("no many-devices here (AGENTS)")
    if os.geteuid() != 0:
        skip("namespaces with interfaces in them need root")
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = [p for p in ("unshare", "ip", "snmpd", "snmpbulkwalk") if shutil.which(p) is None]
    if missing:
        skip(f"not here: {', '.join(missing)}")
    for command, why in ((["unshare", "-n", "true"], "no network namespaces"),
                         (["unshare", "-n", "ip", "link", "add", "a1", "type", "veth", "peer", "name", "b1"], "no veth pairs")):
        tried = subprocess.run(command, capture_output=True, text=True)
        if tried.returncode != 0:
            skip(f"{why} here: {tried.stderr.strip()}")
    chosen = [t for t in tests if not sys.argv[1:] or t.__name__ in sys.argv[1:]]
    ios = back_ends()
    results = [inside(script, ios, tests[t], t) for t in chosen]
    sys.exit(0 if all(results) else 1)


main()
