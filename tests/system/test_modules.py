#!/usr/bin/env python3
"""A user's own modules in YAML, on recordings of real devices, built-in and read from MIB files.

What to expect is worked out here from the .snmprec files alone: which rows there are, what they are joined with, which are left out,
how each value reads. It shares nothing with the program but the names.
"""
import os
import random
import re
import signal
import time

import recordings
from simulated import Simulated
from support import CORPUS, check, equal, eventually, exit_after_changes, finish, parse_csv, parse_influx, parse_json, run, skip, snmpfleet

MIBS = os.environ.get("MIBS_FOLDER", "")
PATIENCE = ["-t", "5s", "-r", "5", "--deadline", "100s"]

OWN = """
modules:
  own:
    scalars:
      - sysObjectID
      - {object: SNMPv2-MIB::sysUpTime, name: uptime}
      - {object: services, oid: 1.3.6.1.2.1.1.7.0, type: integer}
    tables:
      - name: port
        columns: [{object: ifOperStatus, as: enum}, ifMtu, ifHCInOctets, ifPhysAddress]
        tags: [IF-MIB::ifDescr, ifAlias]
        filter: {ifOperStatus: [up, 5]}
      - name: address
        columns: [ipAdEntNetMask]
        joins:
          - {columns: [ifName, ifDescr], by: ipAdEntIfIndex}
      - name: entity
        columns: [{object: entPhysicalClass, as: both}, entPhysicalSerialNum]
        tags: [entPhysicalName]
        joins:
          - {columns: [{object: entPhysicalDescr, name: parent}], by: entPhysicalContainedIn}
        filter: {entPhysicalClass: {not: [port, sensor]}}
      - name: neighbour
        columns: [lldpRemSysName, {object: lldpRemPortId, as: hex}]
        joins:
          - {columns: [{object: lldpLocPortDesc, tag: false}], by: lldpRemLocalPortNum}
      - name: numeric
        columns:
          - {object: type, oid: 1.3.6.1.2.1.2.2.1.3, type: integer}
          - {object: untyped, oid: 1.3.6.1.2.1.31.1.1.1.1}
        tags: [{object: ifIndex, as: raw}]
        filter: {ifIndex: [1-20, 1000]}
"""
OPER_STATUS = {1: "up", 2: "down", 3: "testing", 4: "unknown", 5: "dormant", 6: "notPresent", 7: "lowerLayerDown"}
PHYSICAL_CLASS = {1: "other", 2: "unknown", 3: "chassis", 4: "backplane", 5: "container", 6: "powerSupply", 7: "fan", 8: "sensor",
                  9: "module", 10: "port", 11: "stack", 12: "cpu", 13: "energyObject", 14: "battery"}
IF, IFX, IP, ENTITY = "1.3.6.1.2.1.2.2.1.", "1.3.6.1.2.1.31.1.1.1.", "1.3.6.1.2.1.4.20.1.", "1.3.6.1.2.1.47.1.1.1.1."
LLDP_REMOTE, LLDP_LOCAL = "1.0.8802.1.1.2.1.4.1.1.", "1.0.8802.1.1.2.1.3.7.1."
INTEGERS = (2, 65, 66, 67, 70)


class Agent(recordings.Recording):
    def __init__(self, name):
        super().__init__(name, strip=True)

    def column(self, oid):
        """Index numbers -> (tag, value) of a column."""
        root = tuple(map(int, oid.split(".")))
        return {o[len(root):]: v for o, v in self.objects.items() if o[:len(root)] == root and len(o) > len(root)}


def plain(cell):
    """A value as JSON has it where nothing is known of it but its type."""
    tag, value = cell
    return value if tag in INTEGERS else recordings.shown(tag, value)


def put(row, name, cell, kind, how=plain):
    """A cell that is there: under its name, or, when it is of another kind than the column, as it is under a name of its own."""
    if cell is None or cell[0] == 5:
        return
    actual = "integer" if cell[0] in INTEGERS else "text"
    if actual == kind:
        row[name] = how(cell)
    elif kind != "any":
        row[f"{name}_{actual}"] = plain(cell)
    else:
        row[name] = how(cell)


def colons(cell):
    """DISPLAY-HINT 1x: of octets."""
    return cell[1].hex(":")


def named(names, both=False):
    def how(cell):
        name = names.get(cell[1])
        return str(cell[1]) if name is None else f"{name}({cell[1]})" if both else name
    return how


def text_of_any(how):
    """Of `as: enum`, for whatever the agent sent."""
    return lambda cell: how(cell) if cell[0] in INTEGERS else plain(cell)


def ports(a):
    columns = {n: a.column(o) for n, o in {"status": IF + "8", "mtu": IF + "4", "octets": IFX + "6", "mac": IF + "6",
                                           "descr": IF + "2", "alias": IFX + "18"}.items()}
    rows = {}
    for index in set().union(*columns.values()):
        cell = {n: c.get(index) for n, c in columns.items()}
        if cell["status"] is None or cell["status"][0] not in INTEGERS or cell["status"][1] not in (1, 5):
            continue
        row = {}
        put(row, "ifOperStatus", cell["status"], "any", text_of_any(named(OPER_STATUS)))
        put(row, "ifMtu", cell["mtu"], "integer")
        put(row, "ifHCInOctets", cell["octets"], "integer")
        put(row, "ifPhysAddress", cell["mac"], "any", lambda c: colons(c) if c[0] == 4 else str(plain(c)))
        put(row, "ifDescr", cell["descr"], "text")
        put(row, "ifAlias", cell["alias"], "text")
        rows[recordings.text_of(index)] = row, {"ifIndex": recordings.text_of(index)}
    return rows


def addresses(a):
    masks, interfaces, names, descrs = a.column(IP + "3"), a.column(IP + "2"), a.column(IFX + "1"), a.column(IF + "2")
    rows = {}
    for index in set(masks) | set(interfaces):
        row = {}
        put(row, "ipAdEntNetMask", masks.get(index), "text")
        by = interfaces.get(index)
        if by is not None and by[0] in INTEGERS:
            put(row, "ifName", names.get((by[1],)), "text")
            put(row, "ifDescr", descrs.get((by[1],)), "text")
        if row:
            rows[recordings.text_of(index)] = row, {"ipAdEntAddr": recordings.text_of(index)}
    return rows


def entities(a):
    classes, serials, names = a.column(ENTITY + "5"), a.column(ENTITY + "11"), a.column(ENTITY + "7")
    inside, descrs = a.column(ENTITY + "4"), a.column(ENTITY + "2")
    rows = {}
    for index in set(classes) | set(serials) | set(names) | set(inside):
        kind = classes.get(index)
        if kind is not None and kind[0] in INTEGERS and kind[1] in (8, 10):
            continue
        row = {}
        put(row, "entPhysicalClass", kind, "any", text_of_any(named(PHYSICAL_CLASS, both=True)))
        put(row, "entPhysicalSerialNum", serials.get(index), "text")
        put(row, "entPhysicalName", names.get(index), "text")
        parent = inside.get(index)
        if parent is not None and parent[0] in INTEGERS:
            put(row, "parent", descrs.get((parent[1],)), "text")
        if row:
            rows[recordings.text_of(index)] = row, {"entPhysicalIndex": recordings.text_of(index)}
    return rows


def neighbours(a):
    systems, remote_ports, local = a.column(LLDP_REMOTE + "9"), a.column(LLDP_REMOTE + "7"), a.column(LLDP_LOCAL + "4")
    rows = {}
    for index in set(systems) | set(remote_ports):
        row = {}
        put(row, "lldpRemSysName", systems.get(index), "text")
        put(row, "lldpRemPortId", remote_ports.get(index), "text", lambda c: "0x" + c[1].hex() if c[0] == 4 else plain(c))
        if len(index) == 3:
            put(row, "lldpLocPortDesc", local.get((index[1],)), "text")
            parts = map(str, index)
        else:
            parts = [str(n) for n in index[:2]] + [recordings.text_of(index[2:])] + [""] * max(0, 2 - len(index))
        rows[recordings.text_of(index)] = row, dict(zip(("lldpRemTimeMark", "lldpRemLocalPortNum", "lldpRemIndex"), parts))
    return rows


def numerics(a):
    types, names = a.column(IF + "3"), a.column(IFX + "1")
    rows = {}
    for index in set(types) | set(names):
        if len(index) != 1 or not (1 <= index[0] <= 20 or index[0] == 1000):
            continue
        row = {}
        put(row, "type", types.get(index), "integer")
        put(row, "untyped", names.get(index), "text")
        rows[recordings.text_of(index)] = row, {"ifIndex": recordings.text_of(index)}
    return rows


def scalars(a):
    row = {}
    get = lambda oid: a.objects.get(tuple(map(int, oid.split("."))))
    put(row, "sysObjectID", get("1.3.6.1.2.1.1.2.0"), "text")
    put(row, "uptime", get("1.3.6.1.2.1.1.3.0"), "integer")
    put(row, "services", get("1.3.6.1.2.1.1.7.0"), "integer")
    return {"": (row, {})} if row else {}


TABLES = {"": scalars, "port": ports, "address": addresses, "entity": entities, "neighbour": neighbours, "numeric": numerics}


def fifty():
    """Recordings with something to show for each table first, then a spread of the others; sound ones that are agents."""
    names = [n for n in recordings.names() if "@" not in n]
    agents = {}
    for name in names:
        a = Agent(name)
        if not a.damaged and a.doubles == 0:
            agents[name] = a
    wanted = {n for n, a in agents.items() if neighbours(a) or len(entities(a)) > 5}
    wanted = set(sorted(wanted)[:35])
    rest = sorted(set(agents) - wanted)
    wanted |= set(rest[::max(1, len(rest) // (50 - len(wanted)))][:50 - len(wanted)])
    return {n: agents[n] for n in sorted(wanted)}


def play(work, names, count=None):
    """Agents that play these; names with @ are contexts of others."""
    folder = work.path("played")
    os.mkdir(folder)
    for name in names:
        os.symlink(os.path.join(CORPUS, "recordings", name + ".snmprec"), os.path.join(folder, name + ".snmprec"))
    return Simulated(work, count or len(names), "--recordings", folder)


def environment(work):
    """No MIB of the machine, and a cache of the test's own."""
    return {**os.environ, "HOME": work.folder, "XDG_CACHE_HOME": work.path("cache"), "MIBDIRS": work.path("none"), "SMIPATH": ""}


def test_own_module_on_fifty_recordings(work, io):
    """scalars, tables, enumerations, hints, filters, joins by value and by index: row by row, with no MIB file"""
    agents = fifty()
    equal(len(agents), 50, "recordings")
    simulated = play(work, agents)
    targets = work.write("targets", "".join(f"{simulated.address(i)} name={n} modules=own\n" for i, n in enumerate(agents)))
    result = snmpfleet(["poll", "--once", "--io", io, "-f", work.write("own.yaml", OWN), "-M", work.path("none"), "-o", "json", *PATIENCE,
                        targets], seconds=200, env=environment(work))
    check(result.code == 0, f"{result}")
    got = {}
    for row in parse_json(result.out):
        rows = got.setdefault(row["target"], {}).setdefault(row["table"], {})
        check(row["index"] not in rows, f"twice: {row}")
        equal(row["module"], "own", "module")
        rows[row["index"]] = row["values"], row.get("indexes", {})
    counted = {table: 0 for table in TABLES}
    joined = 0
    for name, agent in agents.items():
        for table, expect in TABLES.items():
            expected = {i: r for i, r in expect(agent).items() if r[0]}
            equal(got.get(name, {}).get(table, {}), expected, f"{name}: {table or 'scalars'}")
            counted[table] += len(expected)
            joined += sum(any(k in row for k in ("ifName", "parent", "lldpLocPortDesc")) for row, _ in expected.values()
                          if table in ("address", "entity", "neighbour"))
    print(f"rows: {counted}, with joined columns: {joined}")
    check(all(n >= 40 for n in counted.values()), f"hardly any rows: {counted}")


TELEGRAF = """
modules:
  telegraf:
    tables:
      - name: interface
        columns: [ifAdminStatus, ifInDiscards, ifInErrors, ifInNUcastPkts, ifInOctets, ifInUcastPkts, ifInUnknownProtos, ifLastChange,
                  ifMtu, ifOperStatus, ifOutDiscards, ifOutErrors, ifOutNUcastPkts, ifOutOctets, ifOutQLen, ifOutUcastPkts,
                  ifPhysAddress, ifSpecific, ifSpeed, ifType]
        tags: [ifDescr]
outputs:
  - {format: influx, compat: telegraf}
"""
# The example output in the documentation of Telegraf's snmp input.
DOCUMENTED = """\
interface,agent_host=127.1.0.1,ifDescr=lo,ifIndex=1,source=example.org ifAdminStatus=1i,ifInDiscards=0i,ifInErrors=0i,ifInNUcastPkts=0i,\
ifInOctets=51555569i,ifInUcastPkts=339097i,ifInUnknownProtos=0i,ifLastChange=0i,ifMtu=65536i,ifOperStatus=1i,ifOutDiscards=0i,\
ifOutErrors=0i,ifOutNUcastPkts=0i,ifOutOctets=51555569i,ifOutQLen=0i,ifOutUcastPkts=339097i,ifSpecific=".0.0",ifSpeed=10000000i,\
ifType=24i
interface,agent_host=127.1.0.1,ifDescr=eth0,ifIndex=2,source=example.org ifAdminStatus=1i,ifInDiscards=0i,ifInErrors=0i,\
ifInNUcastPkts=21i,ifInOctets=3852386380i,ifInUcastPkts=3634004i,ifInUnknownProtos=0i,ifLastChange=9088763i,ifMtu=1500i,ifOperStatus=1i,\
ifOutDiscards=0i,ifOutErrors=0i,ifOutNUcastPkts=0i,ifOutOctets=434865441i,ifOutQLen=0i,ifOutUcastPkts=2110394i,\
ifPhysAddress="c8:5b:76:c9:e6:8c",ifSpecific=".0.0",ifSpeed=1000000000i,ifType=6i
interface,agent_host=127.1.0.1,ifDescr=wlan0,ifIndex=3,source=example.org ifAdminStatus=1i,ifInDiscards=0i,ifInErrors=0i,\
ifInNUcastPkts=0i,ifInOctets=3436617431i,ifInUcastPkts=2717778i,ifInUnknownProtos=0i,ifLastChange=0i,ifMtu=1500i,ifOperStatus=1i,\
ifOutDiscards=0i,ifOutErrors=0i,ifOutNUcastPkts=0i,ifOutOctets=581368041i,ifOutQLen=0i,ifOutUcastPkts=1354338i,\
ifPhysAddress="c8:5b:76:c9:e6:8c",ifSpecific=".0.0",ifSpeed=0i,ifType=6i
"""
IF_COLUMNS = {"ifDescr": (2, 4), "ifType": (3, 2), "ifMtu": (4, 2), "ifSpeed": (5, 66), "ifPhysAddress": (6, "4x"),
              "ifAdminStatus": (7, 2), "ifOperStatus": (8, 2), "ifLastChange": (9, 67), "ifInOctets": (10, 65), "ifInUcastPkts": (11, 65),
              "ifInNUcastPkts": (12, 65), "ifInDiscards": (13, 65), "ifInErrors": (14, 65), "ifInUnknownProtos": (15, 65),
              "ifOutOctets": (16, 65), "ifOutUcastPkts": (17, 65), "ifOutNUcastPkts": (18, 65), "ifOutDiscards": (19, 65),
              "ifOutErrors": (20, 65), "ifOutQLen": (21, 66), "ifSpecific": (22, 6)}


def device_of(points):
    """A recording of a device that gives these points."""
    lines = []
    for _, tags, fields, _ in points:
        values = {**fields, "ifDescr": tags["ifDescr"]}
        values["ifPhysAddress"] = values.get("ifPhysAddress", "").replace(":", "")
        values["ifSpecific"] = values["ifSpecific"].lstrip(".")
        lines += [(column, int(tags["ifIndex"]), f"{IF}{column}.{tags['ifIndex']}|{tag}|{values[name]}\n")
                  for name, (column, tag) in IF_COLUMNS.items()]
    return "".join(line for _, _, line in sorted(lines))


def test_telegrafs_interface_measurement(work, io):
    """the interface measurement of Telegraf's documentation, byte for byte but for the time"""
    points = parse_influx(re.sub(r"$", " 0", DOCUMENTED.rstrip("\n"), flags=re.M) + "\n")
    device = work.write("device.snmprec", device_of(points))
    simulated = Simulated(work, 1, "--recordings", device)
    target = f"{simulated.address(0)} modules=telegraf tag.source=example.org"
    result = snmpfleet(["poll", "--once", "--io", io, "-f", work.write("telegraf.yaml", TELEGRAF), "-M", work.path("none"), target],
                       env=environment(work))
    equal(result.code, 0, f"exit: {result}")
    equal(re.sub(r" \d{19}$", "", result.out, flags=re.M), DOCUMENTED, "line protocol")


def test_built_in_modules_as_files(work):
    """what check --print-module prints is a configuration that polls the same"""
    agents = list(fifty())[:20]
    simulated = play(work, agents)
    targets = [f"{simulated.address(i)} name={n}" for i, n in enumerate(agents)]
    for module in ("system", "interfaces", "host", "ucd", "ip", "sensors"):
        printed = snmpfleet(["check", "--print-module", module])
        equal(printed.code, 0, f"{module}: {printed}")
        file = work.write(f"{module}.yaml", printed.out)
        checked = snmpfleet(["check", "-f", file, "-M", work.path("none"), "10.0.0.1"], env=environment(work))
        equal(checked.code, 0, f"{module}: {checked}")
        outputs = []
        for more in ([], ["-f", file, "-M", work.path("none")]):
            result = snmpfleet(["poll", "--once", "--modules", module, "-o", "influx", *more, *PATIENCE, *targets], seconds=100,
                               env=environment(work))
            equal(result.code, 0, f"{module}: {result}")
            outputs.append(sorted(line.rsplit(" ", 1)[0] for line in result.out.splitlines()))
        equal(outputs[1], outputs[0], f"rows of {module}")


CONTEXTS = """
modules:
  ports:
    tables:
      - name: port
        columns: [BRIDGE-MIB::dot1dBasePortIfIndex]
        joins: [{columns: [IF-MIB::ifName], by: dot1dBasePortIfIndex}]
    contexts: ["", 100, {name: eleven, context: "11", community_suffix: "@11"}, "999"]
"""


def test_contexts(work, io):
    """a poll for each context, v2c and v3, the context as a tag; one that is not there costs the others nothing"""
    if not os.path.isdir(MIBS):
        skip("no MIB modules here (MIBS_FOLDER)")
    names = [n for n in recordings.names() if n == "iosxe_c3850" or n.startswith("iosxe_c3850@")]
    simulated = play(work, names, 1)
    config = work.write("contexts.yaml", CONTEXTS)
    known = {c: Agent("iosxe_c3850" + c) for c in ("", "@100", "@11")}
    expected = {(name, i[0]): v[1] for name, context in (("", ""), ("100", "@100"), ("eleven", "@11"))
                for i, v in known[context].column("1.3.6.1.2.1.17.1.4.1.2").items()}
    check(len(expected) > 10, "hardly any ports")
    credentials = [[], ["-u", "sha256_aes", "-a", "SHA-256", "-A", "authpass_sha256", "-x", "AES", "-X", "privpass_aes"]]
    for more in credentials:
        report = work.path("report")
        result = snmpfleet(["poll", "--once", "--io", io, "-f", config, "-M", MIBS, "--modules", "ports", "-o", "json", "--report",
                            f"csv:{report}", "-t", "300ms", "-r", "1", *more, simulated.address(0)], env=environment(work))
        got = {(r["context"], int(r["index"])): r["values"]["dot1dBasePortIfIndex"] for r in parse_json(result.out)}
        equal(got, expected, f"ports of {more}: {result.err}")
        reports = {r["module"]: r["reason"] for r in parse_csv(work.read("report"))}
        os.unlink(report)
        equal({m: r for m, r in reports.items() if m != "ports@999"}, {"ports@": "ok", "ports@100": "ok", "ports@eleven": "ok"}, "reports")
        check(reports["ports@999"] != "ok" or not any(c == "999" for c, _ in got), f"context 999: {reports}")
        equal(result.code, 1 if reports["ports@999"] != "ok" else 0, f"exit: {result}")
        influx = snmpfleet(["poll", "--once", "--io", io, "-f", config, "-M", MIBS, "--modules", "ports", "-o", "influx", "-t", "300ms", "-r",
                            "1", *more, simulated.address(0)], env=environment(work))
        tags = {(t.get("context", ""), int(t["dot1dBasePort"])) for _, t, _, _ in parse_influx(influx.out)}
        equal(tags, set(expected), "contexts as tags")


def columns_of(process_rows):
    return {r["object"] for r in process_rows}


def test_reload(work, io):
    """SIGHUP: another module takes effect, a faulty one leaves all as it was, and unchanged targets are not touched"""
    simulated = Simulated(work, 1, "--recordings", os.path.join(CORPUS, "recordings", "iosxe_c3850.snmprec"))
    write = lambda scalars: work.write("m.yaml", f"modules:\n  m: {{interval: 200ms, scalars: {scalars}}}\n")
    config, rows = write("[sysName]"), work.path("rows")
    process = work.poll(["--io", io, "-f", config, "-M", work.path("none"), "-o", f"csv:{rows}", "--report", "csv:" + work.path("reports"),
                         f"{simulated.address(0)} name=t modules=m"], env=environment(work))
    seen = lambda: columns_of(parse_csv("\n".join(work.read("rows").split("\n")[:1]) + "\n" +
                                        "\n".join(work.read("rows").split("\n")[-4:-1]) + "\n")) if os.path.exists(rows) else set()
    eventually(lambda: seen() == {"sysName"}, 10, "polls")

    def reload():
        process.send_signal(signal.SIGHUP)
        time.sleep(0.8)
    write("[nosuch]")
    reload()
    equal(seen(), {"sysName"}, "after a faulty file")
    write("[sysLocation]")
    reload()
    eventually(lambda: seen() == {"sysLocation"}, 5, "another module")
    write("[sysLocation]")
    reload()
    write("[sysName]")
    reload()
    eventually(lambda: seen() == {"sysName"}, 5, "the first again")
    process.send_signal(signal.SIGTERM)
    result = finish(process, 10)
    equal(result.code, exit_after_changes(parse_csv(work.read("reports")), 2), f"exit: {result}")
    check(f'{config}:2:34: no object "nosuch"' in result.err, f"the fault: {result}")
    equal(len(re.findall("0 added, 1 changed, 0 removed, 0 as before", result.err)), 2, f"changes: {result}")
    equal(len(re.findall("0 added, 0 changed, 0 removed, 1 as before", result.err)), 1, f"no change: {result}")


def test_outputs(work):
    """outputs of the configuration; -o wins over them, --report adds to them"""
    simulated = Simulated(work, 1, "--recordings", os.path.join(CORPUS, "recordings", "iosxe_c3850.snmprec"))
    lp, wide, other = work.path("rows.lp"), work.path("wide"), work.path("other")
    config = work.write("c.yaml", f"outputs:\n  - {{format: influx, path: {lp}, reports: true}}\n  - {{format: csv-wide, path: {wide}}}\n")
    args = ["poll", "--once", "--modules", "system", "-f", config, simulated.address(0)]
    result = snmpfleet(args)
    equal((result.code, result.out), (0, ""), f"nothing to standard output: {result}")
    points = parse_influx(work.read("rows.lp"))
    equal([p[0] for p in points], ["system", "snmp_poll"], "measurements")
    equal(len(parse_csv(work.read("wide/system.csv"))), 1, "wide rows")
    result = snmpfleet(args + ["-o", f"json:{other}"])
    equal((result.code, len(parse_json(work.read("other")))), (0, 1), f"-o wins: {result}")
    equal(len(parse_influx(work.read("rows.lp"))), 2, "points as before")
    result = snmpfleet(args + ["--report", "csv:" + work.path("reports")])
    equal((result.code, len(parse_csv(work.read("reports"))), len(parse_influx(work.read("rows.lp")))), (0, 1, 4), f"--report adds: {result}")
    result = snmpfleet(args + ["--report", f"csv:{lp}"])
    equal(result.code, 2, f"one place for two: {result}")


def test_warm_start(work):
    """modules from MIB files, the second time out of the cache; a file that kills libsmi is one warning that names it"""
    if not os.path.isdir(MIBS):
        skip("no MIB modules here (MIBS_FOLDER)")
    config = work.write("c.yaml", "modules:\n  m: {tables: [{oid: UPS-MIB::upsInputTable}, {oid: CISCO-PROCESS-MIB::cpmCPUTotalTable}]}\n")
    paths = ":".join([MIBS, os.path.join(MIBS, "cisco"), os.path.join(MIBS, "crash")])
    for _ in range(2):
        result = snmpfleet(["check", "-f", config, "-M", paths, "--modules", "m", "10.0.0.1"], env=environment(work))
        equal(result.code, 0, f"{result}")
        check("table cpmCPUTotalTable" in result.out and "index: upsInputLineIndex integer" in result.out, f"{result}")
    result = snmpfleet(["check", "-f", config, "-M", paths, "-m", "ALL", "--modules", "m", "10.0.0.1"], env=environment(work), seconds=100)
    equal(result.code, 0, f"{result}")
    equal(len(re.findall("MERU-WLAN-MIB", result.err)), 1, f"one warning: {result.err}")
    check(f"{MIBS}/crash/MERU-WLAN-MIB" in result.err, f"the file is named: {result.err}")


ARP, UPS, BRIDGE = "1.3.6.1.2.1.4.22.1", "1.3.6.1.2.1.33.1.4.4.1.2", "1.3.6.1.2.1.17"
OTHERS = f"""1.3.6.1.2.1.2.2.1.2.7|4|eth7
{ARP}.2.7.192.168.1.1|4x|00000000b1fa
{BRIDGE}.1.4.1.2.3|2|7
{BRIDGE}.7.1.2.2.1.2.10.0.27.2.3.4.5|2|3
1.3.6.1.2.1.31.1.1.1.1.7|4|e7
{UPS}.1|2|230
1.3.6.1.4.1.4711.9.1.1.5|4x|0001ff
1.3.6.1.4.1.4711.9.1.2.5|4x|c0000201
"""
# Tables whose OIDs have other modules, too (RFC1213-MIB and BRIDGE-MIB among them), and one whose lone name loads all of the path.
ANY_ORDER = [
    "{name: all, columns: [upsOutputVoltage]}",
    "{name: arp, columns: ['IP-MIB::ipNetToMediaPhysAddress']}",
    "{name: lone, columns: [ipNetToMediaPhysAddress]}",
    f"{{name: numbers, columns: [{ARP}.2]}}",
    f"{{name: line, columns: [{UPS}], index: [line]}}",
    "{name: named, columns: ['UPS-MIB::upsOutputVoltage']}",
    "{name: whole, oid: 'IP-MIB::ipNetToMediaTable'}",
    "{name: fdb, columns: ['Q-BRIDGE-MIB::dot1qTpFdbPort'], joins: [{columns: [dot1dBasePortIfIndex], by: dot1qTpFdbPort},"
    " {columns: [ifName], by: dot1dBasePortIfIndex}]}",
    "{name: clash, columns: ['Z-CLASH-MIB::zNumber'], filter: {'Z-CLASH-MIB::zNumber': {not: 00-00-00}}}",
    "{name: clash2, columns: ['A-CLASH-MIB::aNumber'], tags: ['A-CLASH-MIB::aAddress']}",
    "{name: descr, columns: ['IF-MIB::ifDescr'], filter: {'IF-MIB::ifDescr': 'eth*'}}",
]
CLASH = """{name} DEFINITIONS ::= BEGIN
IMPORTS OBJECT-TYPE, MODULE-IDENTITY, enterprises FROM SNMPv2-SMI TEXTUAL-CONVENTION FROM SNMPv2-TC;
{p}Clash MODULE-IDENTITY LAST-UPDATED "202601010000Z" ORGANIZATION "o" CONTACT-INFO "c" DESCRIPTION "d" ::= {{ enterprises 4711 }}
{P}Octets ::= TEXTUAL-CONVENTION DISPLAY-HINT "{hint}" STATUS current DESCRIPTION "d" SYNTAX OCTET STRING
{p}Table OBJECT-TYPE SYNTAX SEQUENCE OF {P}Entry MAX-ACCESS not-accessible STATUS current DESCRIPTION "d" ::= {{ {p}Clash 9 }}
{p}Entry OBJECT-TYPE SYNTAX {P}Entry MAX-ACCESS not-accessible STATUS current DESCRIPTION "d" INDEX {{ {p}Index }} ::= {{ {p}Table 1 }}
{P}Entry ::= SEQUENCE {{ {p}Index INTEGER, {p}Number {P}Octets, {p}Address {P}Octets }}
{p}Index OBJECT-TYPE SYNTAX INTEGER (1..9) MAX-ACCESS not-accessible STATUS current DESCRIPTION "d" ::= {{ {p}Entry 3 }}
{p}Number OBJECT-TYPE SYNTAX {P}Octets MAX-ACCESS read-only STATUS current DESCRIPTION "d" ::= {{ {p}Entry 1 }}
{p}Address OBJECT-TYPE SYNTAX {P}Octets MAX-ACCESS read-only STATUS current DESCRIPTION "d" ::= {{ {p}Entry 2 }}
END
"""


def test_order_of_tables(work):
    """whatever the order of the tables, and whatever MIB modules others need, each means the same as alone"""
    if not os.path.isdir(MIBS):
        skip("no MIB modules here (MIBS_FOLDER)")
    folder = work.path("clash")
    os.mkdir(folder)
    work.write("clash/A-CLASH-MIB", CLASH.format(name="A-CLASH-MIB", p="a", P="A", hint="1d."))
    work.write("clash/Z-CLASH-MIB", CLASH.format(name="Z-CLASH-MIB", p="z", P="Z", hint="1x-"))
    simulated = Simulated(work, 1, "--recordings", work.write("a.snmprec", OTHERS))

    def rows(tables, *options):
        config = work.write("c.yaml", "modules:\n  m:\n    tables:\n" + "".join(f"      - {t}\n" for t in tables))
        result = snmpfleet(["poll", "--once", "-q", "-f", config, "-M", f"{MIBS}:{folder}", *options, "--modules", "m", "-o", "influx",
                            simulated.address(0)], env=environment(work))
        equal(result.code, 0, f"{tables}: {result}")
        return sorted(line.rsplit(" ", 1)[0] for line in result.out.splitlines())

    alone = sorted(line for table in ANY_ORDER for line in rows([table]))
    equal(len(alone), len(ANY_ORDER), f"a row of each: {alone}")
    for mac in ("arp", "lone", "numbers", "whole"):
        check(any(line.startswith(mac + ",") and 'ipNetToMediaPhysAddress="00:00:00:00:b1:fa"' in line for line in alone), f"{mac}: {alone}")
    check(any(line.startswith("clash,") and 'zNumber="00-01-ff"' in line for line in alone), f"{alone}")
    check(any(line.startswith("clash2,") and 'aNumber="0.1.255"' in line and "aAddress=192.0.2.1" in line for line in alone), f"{alone}")
    check(any(line.startswith("line,") and ",line=1," in line for line in alone), f"{alone}")
    check(any(line.startswith("fdb,") and "ifName=e7" in line for line in alone), f"{alone}")
    dice = random.Random(os.environ.get("SEED", "1"))
    for _ in range(8):
        tables = list(ANY_ORDER)
        dice.shuffle(tables)
        equal(rows(tables), alone, f"in the order {tables}")
    equal(rows(ANY_ORDER[::-1]), alone, "in the other order")
    # An index of the user's own stands beside a module that somebody asked for.
    own = rows([ANY_ORDER[4]], "-m", "UPS-MIB")
    check(len(own) == 1 and ",line=1," in own[0], f"{own}")


if __name__ == "__main__":
    if not os.path.isdir(os.path.join(CORPUS, "recordings")):
        skip("no recordings here (CORPUS)")
    run([test_own_module_on_fifty_recordings, test_telegrafs_interface_measurement, test_built_in_modules_as_files, test_contexts, test_reload,
         test_outputs, test_warm_start, test_order_of_tables], workers=2)
