#!/usr/bin/env python3
"""A real agent behind every address of 10.0.0.0/8, in a network namespace of its own: many interfaces, and many devices."""
import os
import subprocess

from support import AGENTS, PROGRAM, check, equal, parse_csv, run, skip

SCRIPT = os.path.join(AGENTS, "many-devices")


def inside(work, pairs, command, *args, seconds=55):
    """Run a shell command within; its $0 is the test's folder, $1 the program."""
    started = subprocess.run([SCRIPT, "sh", "-c", command, work.folder, PROGRAM, *args], timeout=seconds, capture_output=True, text=True,
                             env={**os.environ, "PAIRS": str(pairs), "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})
    check("Sanitizer" not in started.stderr, started.stderr)
    return started


def test_a_thousand_interfaces(work, io):
    """1,001 interfaces: every row has the values that snmpbulkwalk gives"""
    oids = {"ifDescr": ".1.3.6.1.2.1.2.2.1.2", "ifMtu": ".1.3.6.1.2.1.2.2.1.4", "ifName": ".1.3.6.1.2.1.31.1.1.1.1",
            "ifHighSpeed": ".1.3.6.1.2.1.31.1.1.1.15"}
    walks = "; ".join(f"snmpbulkwalk -v2c -c public -OnUQe -t 10 10.9.8.7 {oid} > $0/{name}" for name, oid in oids.items())
    ran = inside(work, 500, f"{walks}; $1 poll --once --io {io} --modules interfaces -t 10s -o csv:$0/rows --report csv:$0/reports 10.9.8.7")
    equal(ran.returncode, 0, f"exit\n{ran.stderr}")
    report, = parse_csv(work.read("reports"))
    equal((report["reason"], report["rows"]), ("ok", "1001"), "reason, rows")
    rows = {}
    for row in parse_csv(work.read("rows")):
        cells = rows.setdefault(row["index"], {})
        check(row["object"] not in cells, f"twice: {row}")
        cells[row["object"]] = row["value"]
    equal(len(rows), 1001, "rows")
    equal({len(r) for r in rows.values()}, {38}, "values of a row: all that Net-SNMP has of the 39")
    for name, oid in oids.items():
        lines = [line.split(" = ", 1) for line in work.read(name).splitlines()]
        expected = {left.rpartition(".")[2]: right.strip('"') for left, right in lines}
        equal(len(expected), 1001, f"{name} by snmpbulkwalk")
        equal({i: r[name] for i, r in rows.items()}, expected, name)


def test_two_thousand_devices(work, io):
    """2,000 addresses, each polled once: all ok, each with its own report and rows"""
    # One process is all of them, and its socket holds some two hundred datagrams.
    ran = inside(work, 0, f"$1 poll --once --io {io} --modules system,interfaces --window 64 -t 2s -o csv:$0/rows --report csv:$0/reports $2 $3 $4 $5 $6 $7 $8 $9",
                 *(f"10.{i}.{17 * i}.1-250" for i in range(1, 9)))
    equal(ran.returncode, 0, f"exit\n{ran.stderr}")
    addresses = {f"10.{i}.{17 * i}.{k}" for i in range(1, 9) for k in range(1, 251)}
    reports = parse_csv(work.read("reports"))
    equal(len(reports), 4000, "reports")
    equal({(r["address"], r["module"]) for r in reports}, {(a, m) for a in addresses for m in ("system", "interfaces")}, "reports")
    equal({(r["reason"], r["rows"]) for r in reports}, {("ok", "1")}, "reasons and rows")
    rows = parse_csv(work.read("rows"))
    equal(len(rows), sum(int(r["varbinds"]) for r in reports), "values, varbinds of the reports")
    equal({r["address"] for r in rows if r["object"] == "sysName"}, addresses, "addresses with a sysName")
    equal({r["value"] for r in rows if r["object"] == "ifDescr"}, {"lo"}, "their interfaces")


if not os.access(SCRIPT, os.X_OK):
    skip("the script many-devices is not here (AGENTS)")
if os.geteuid() != 0 or subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode != 0:
    skip("network namespaces need root")
run([test_a_thousand_interfaces, test_two_thousand_devices], workers=2)
