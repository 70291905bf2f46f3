#!/usr/bin/env python3
"""`snmpfleet poll --once` against a real Net-SNMP agent, beside what Net-SNMP's own programs say of it."""
import os
import threading

from dns_server import DnsServer
from net_snmp import INTERFACES, SYSTEM, Snmpd, as_octets, has_tools, interface_objects, net_snmp, same_objects, system_objects
from support import (Failed, Poll, Work, check, equal, free_port, parse_csv, parse_influx, parse_json, run, skip, snmpfleet,
                     snmp_answers)

work_of_all = Work()
port = 0


def here(program, *oids):
    return net_snmp(program, *oids, at=f"127.0.0.1:{port}")


def modules_agree(io, version, host, net_snmp_host):
    with Work() as work:
        how = {"walk": "snmpbulkwalk" if version == "2c" else "snmpwalk", "at": net_snmp_host, "options": [f"-v{version}", "-c", "public"]}
        before = {"system": system_objects(**how), "interfaces": interface_objects(**how)}
        poll = Poll(work, io, ["-v", version, host])
        after = {"system": system_objects(**how), "interfaces": interface_objects(**how)}
        check(len(before["system"]) >= 6, f"Net-SNMP says little: {before}")
        for module in ("system", "interfaces"):
            same_objects(poll.values(module=module), before[module], after[module], f"{module} over v{version}")
            poll.expect(0, "ok", module)
        number = int(here("snmpget", "1.3.6.1.2.1.2.1.0")["1.3.6.1.2.1.2.1.0"][1])
        equal(int(poll.report("interfaces")["rows"]), number, "rows, ifNumber")
        equal(len({r["index"] for r in poll.rows if r["module"] == "interfaces"}), number, "indexes, ifNumber")
        for report in poll.reports:
            cells = len([r for r in poll.rows if r["module"] == report["module"]])
            equal(int(report["varbinds"]), cells, f"varbinds of {report['module']}")


def test_modules_v2c(work, io):
    """system and interfaces are what Net-SNMP says, over v2c"""
    modules_agree(io, "2c", f"127.0.0.1:{port}", f"127.0.0.1:{port}")


def test_modules_v1(work, io):
    """the same over v1, which has no Counter64"""
    modules_agree(io, "1", f"127.0.0.1:{port}", f"127.0.0.1:{port}")


def test_modules_udp6(work, io):
    """the same over IPv6"""
    modules_agree(io, "2c", f"[::1]:{port}", f"udp6:[::1]:{port}")


def still(values):
    return {k: v for k, v in values.items() if not any(w in k for w in ("Octets", "Pkts", "UpTime", "Discards", "Errors"))}


def test_formats_agree(work, io):
    """CSV long and wide, line protocol and NDJSON of one poll hold the same"""
    files = {f: work.path(f) for f in ("influx", "json", "reports.influx", "reports.json", "reports.csv")}
    os.mkdir(work.path("wide"))
    target = work.write("targets", f'127.0.0.1:{port} name="core one" tag.site=ams tag.role="a, b=c"\n')
    poll = Poll(work, io, ["-o", "csv", "-o", f"influx:{files['influx']}", "-o", f"json:{files['json']}",
                           "--report", f"influx:{files['reports.influx']}", "--report", f"json:{files['reports.json']}", target])
    poll.expect(0, "ok", "system")
    wide = Poll(work, io, ["--csv", "wide", "-o", f"csv:{work.path('wide')}", target])
    equal(wide.result.out, "", "standard output")

    long_rows = {}
    for row in poll.rows:
        key = row["module"], row["index"] if row["table"] else ""
        long_rows.setdefault(key, {"time": row["time"]})[row["object"]] = row["value"]
    json_rows = {}
    for row in parse_json(work.read("json")):
        equal(row["target"], "core one", "target")
        equal(row["tags"], {"site": "ams", "role": "a, b=c"}, "tags")
        cells = {k: str(v) for k, v in row["values"].items()}
        json_rows[row["module"], row["index"] if row["table"] else ""] = {"time": row["time"], **cells}
    equal(json_rows, long_rows, "NDJSON beside CSV")

    influx_rows = {}
    for measurement, tags, fields, time_ns in parse_influx(work.read("influx")):
        equal({k: tags.pop(k) for k in ("agent_host", "target", "site", "role")},
              {"agent_host": "127.0.0.1", "target": "core one", "site": "ams", "role": "a, b=c"}, "tags")
        module = {"interface": "interfaces", "system": "system"}[measurement]
        index = tags.pop("ifIndex", "")
        influx_rows[module, index] = {"time_ns": time_ns // 1000, **{k: str(v) for k, v in {**tags, **fields}.items()}}
    equal(sorted(influx_rows), sorted(long_rows), "rows of line protocol beside CSV")
    for key, row in long_rows.items():
        got = influx_rows[key]
        micro = got.pop("time_ns") % 1000000
        equal(f"{micro:06}Z", row["time"][-7:], f"time of {key}")
        expected = {k: v for k, v in row.items() if k != "time"}
        empty_tags = {k for k in ("ifAlias", "ifName", "ifDescr") if expected.get(k) == ""}
        equal(got, {k: v for k, v in expected.items() if k not in empty_tags}, f"line protocol of {key} beside CSV")

    check(sorted(os.listdir(work.path("wide"))) == ["interfaces.interface.csv", "system.csv"], os.listdir(work.path("wide")))
    wide_rows = {("system", ""): r for r in parse_csv(work.read("wide/system.csv"))}
    wide_rows.update({("interfaces", r["index"]): r for r in parse_csv(work.read("wide/interfaces.interface.csv"))})
    equal(sorted(wide_rows), sorted(long_rows), "rows of CSV wide beside long")
    for key, row in long_rows.items():
        got = {k: v for k, v in wide_rows[key].items() if k not in ("time", "target", "address", "index", "ifIndex") and v != ""}
        expected = {k: v for k, v in row.items() if k != "time" and v != ""}
        equal(sorted(got), sorted(expected), f"objects of {key} in CSV wide")
        equal(still(got), still(expected), f"CSV wide of {key}")

    reports = {r["module"]: r for r in parse_json(work.read("reports.json"))}
    points = {tags["module"]: (m, tags, fields) for m, tags, fields, _ in parse_influx(work.read("reports.influx"))}
    for report in poll.reports:
        measurement, tags, fields = points[report["module"]]
        equal((measurement, fields["up"], fields["reason"], tags["site"]), ("snmp_poll", 1, "ok", "ams"), "report in line protocol")
        for key in ("requests", "retries", "varbinds", "rows", "max_repetitions"):
            equal((fields[key], reports[report["module"]][key]), (int(report[key]),) * 2, f"{key} of the reports")


def test_whole_mib(work, io):
    """--walk gives the objects of snmpbulkwalk; those that come and go with the machine's processes apart"""
    busy = ("1.3.6.1.2.1.6.", "1.3.6.1.2.1.7.", "1.3.6.1.2.1.25.4.", "1.3.6.1.2.1.25.5.", "1.3.6.1.2.1.25.3.2.")
    for attempt in range(5):
        before = here("snmpbulkwalk", "1.3.6.1.2.1")
        poll = Poll(work, io, ["--walk", "1.3.6.1.2.1", f"127.0.0.1:{port}"])
        poll.expect(0, "ok")
        after = here("snmpbulkwalk", "1.3.6.1.2.1")
        ours = poll.values()
        order = [tuple(map(int, r["oid"].split("."))) for r in poll.rows]
        check(order == sorted(order), "rows are not in the order of their OIDs")
        check(len(before) > 1000, f"only {len(before)} objects")
        missing = {o for o in before if o in after and o not in ours}
        extra = {o for o in ours if o not in before and o not in after and not o.startswith(busy)}
        if not missing and not extra:
            for oid, cell in ours.items():
                if oid in before and before[oid] == after.get(oid):
                    equal(as_octets(*cell), before[oid], oid)
            return
    raise Failed(f"missing {sorted(missing)[:5]}, extra {sorted(extra)[:5]}")


def test_leaf_and_instance(work, io):
    """--walk of a leaf, of an exact instance, of several and of nothing"""
    descr = here("snmpget", SYSTEM + ".1.0")
    for root in (SYSTEM + ".1", SYSTEM + ".1.0", "." + SYSTEM + ".1.0"):
        poll = Poll(work, io, ["--walk", root, f"127.0.0.1:{port}"])
        poll.expect(0, "ok")
        equal({o: as_octets(*c) for o, c in poll.values().items()}, descr, f"walk of {root}")
    poll = Poll(work, io, ["--walk", f"{SYSTEM}.1.0,{SYSTEM}.5,{INTERFACES}.2", f"127.0.0.1:{port}"])
    poll.expect(0, "ok")
    expected = {**descr, **here("snmpget", SYSTEM + ".5.0"), **here("snmpbulkwalk", INTERFACES + ".2")}
    equal({o: as_octets(*c) for o, c in poll.values().items()}, expected, "walk of three subtrees")
    poll = Poll(work, io, ["--walk", "1.3.6.1.4.1.99999", f"127.0.0.1:{port}"])
    poll.expect(0, "ok")
    equal(poll.rows, [], "rows of an empty subtree")


def test_wrong_community(work, io):
    """a wrong community is a timeout, for snmpd does not answer"""
    poll = Poll(work, io, ["-c", "wrong", "-t", "200ms", "-r", "1", f"127.0.0.1:{port}"])
    report = poll.expect(1, "timeout", "system", detail="no answer to 2 attempts")
    equal((report["up"], report["rtt_ms"], report["requests"], report["retries"]), ("0", "", "2", "1"), "report")
    report = poll.expect(1, "timeout", "interfaces", detail="no answer to")  # two questions under way at once
    check(2 <= int(report["requests"]) <= 4 and report["up"] == "0", f"report: {report}")
    equal(poll.rows, [], "rows")


def test_closed_port(work, io):
    """a closed port is unreachable at once, by ICMP"""
    poll = Poll(work, io, ["-t", "5s", "-r", "3", "--modules", "system", f"127.0.0.1:{free_port()}", f"[::1]:{free_port()}"])
    equal([r["reason"] for r in poll.reports], ["unreachable"] * 2, "reasons")
    for report in poll.reports:
        check(report["detail"] == "Connection refused", f"detail {report['detail']}")
    check(poll.code == 1 and poll.result.seconds < 2, f"slow: {poll.result}")


def test_names(work, io):
    """host names through --dns; unknown ones are unreachable, with the reason"""
    dns = work.closing(DnsServer({"four.test": "127.0.0.1", "six.test": "::1"}))
    poll = Poll(work, io, ["--dns", f"127.0.0.1:{dns.port}", "--modules", "system", f"four.test:{port}", f"six.test:{port}", "none.test"])
    check(poll.code == 1, str(poll.result))
    reasons = {r["target"]: (r["reason"], r["address"]) for r in poll.reports}
    equal(reasons, {f"four.test:{port}": ("ok", "127.0.0.1"), f"six.test:{port}": ("ok", "::1"),
                    "none.test": ("unreachable", "none.test")}, "reasons and addresses")
    check("not found" in poll.report(target="none.test")["detail"], str(poll.reports))
    equal(len(poll.values(target=f"six.test:{port}")), len(system_objects(at=f"127.0.0.1:{port}")), "rows of six.test")
    check({"four.test", "six.test", "none.test"} <= {name for name, _ in dns.asked}, f"asked: {dns.asked}")


def test_silent_name_server(work, io):
    """a name server that never answers delays only what needs it"""
    dns = work.closing(DnsServer(None))
    process = work.poll(["--once", "--io", io, "--dns", f"127.0.0.1:{dns.port}", "--modules", "system", "--deadline", "6s",
                         "--report", "csv:" + work.path("reports"), "-q", "slow.test", "slower.test", f"127.0.0.1:{port}"])
    seen = threading.Event()
    lines = []
    reader = threading.Thread(target=lambda: [(lines.append(x), seen.set()) for x in process.stdout if b"sysName" in x], daemon=True)
    reader.start()
    check(seen.wait(2), "the agent that has an address is not polled while names are looked up")
    code = process.wait(20)
    reader.join()
    equal(code, 1, "exit")
    reports = {r["target"]: r for r in parse_csv(work.read("reports"))}
    equal(reports[f"127.0.0.1:{port}"]["reason"], "ok", "reason of the agent with an address")
    for name in ("slow.test", "slower.test"):
        check(reports[name]["reason"] in ("unreachable", "deadline"), f"reason: {reports[name]}")


def test_targets_on_stdin(work, io):
    """targets on standard input; several agents in one run"""
    text = f"# two names of one agent\n127.0.0.1:{port} name=a modules=system\n[::1]:{port} name=b modules=system tag.x=y\n"
    poll = Poll(work, io, ["-"], stdin=text)
    check(poll.code == 0, str(poll.result))
    equal(still({r["object"]: r["value"] for r in poll.rows if r["target"] == "a"}),
          still({r["object"]: r["value"] for r in poll.rows if r["target"] == "b"}), "the two targets")
    equal(len(poll.values(target="b")), len(system_objects(at=f"127.0.0.1:{port}")), "objects")


def test_exit_codes(work, io):
    """0 complete, 1 some failed, 2 bad targets, 3 usage; --fail-threshold"""
    good, bad = f"127.0.0.1:{port}", f"127.0.0.1:{free_port()}"
    common = ["poll", "--once", "--io", io, "--modules", "system", "-t", "200ms", "-r", "0"]
    for args, code, why in (([good], 0, "all complete"), ([good, bad], 1, "one of two failed"),
                            (["--fail-threshold", "50%", good, bad], 0, "half may fail"),
                            (["--fail-threshold", "49%", good, bad], 1, "less than half may fail"),
                            ([work.path("none/targets")], 2, "a missing targets file"),
                            ([work.write("bad", f"{good}\n{good} name=x nokey=1\n")], 2, "an unknown key"),
                            ([], 3, "no targets"), (["--nosuch", good], 3, "an unknown option"),
                            (["--modules", "nosuch", good], 3, "an unknown module"), (["-t", "soon", good], 3, "not a time"),
                            (["--walk", "1.3.x", good], 3, "not an OID")):
        result = snmpfleet(common + args)
        check(result.code == code, f"{why}: expected exit {code}: {result}")
        check(code < 2 or (result.err and not result.out), f"{why}: {result}")
    check(f"{work.path('bad')}:2:" in snmpfleet(common + [work.path("bad")]).err, "the place of the fault is missing")


def main():
    global port
    if not has_tools():
        skip("Net-SNMP's programs are not here")
    with work_of_all:
        port = work_of_all.closing(Snmpd(work_of_all.path("snmpd"))).port
        check(snmp_answers(port), "snmpd does not answer")
        run([test_modules_v2c, test_modules_v1, test_modules_udp6, test_formats_agree, test_whole_mib, test_leaf_and_instance,
             test_wrong_community, test_closed_port, test_names, test_silent_name_server, test_targets_on_stdin, test_exit_codes],
            workers=3)


main()
