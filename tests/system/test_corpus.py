#!/usr/bin/env python3
"""Recordings of 300 real devices played by `simulate`: `poll` gives back every object, and every row of `interfaces`, and no more.

What to expect is worked out here from the .snmprec files alone. Agents are the recordings sorted by name; NAME@CONTEXT is no agent
of its own but answers the community public@CONTEXT of NAME.
"""
import os
import re

import recordings
from simulated import Simulated
from support import Failed, Poll, Work, check, equal, parse_csv, run, snmpfleet

PATIENCE = ["-t", "5s", "-r", "5", "--deadline", "200s"]

# The odd ones: (damaged lines, lines of an OID that was there before, objects in order at the file's start or None for all).
# Damaged lines are left out with a note each, for a wrong value would be worse than none; doubles too, the first line counts; files
# that are not in order are sorted, because an agent is. So the poll of each still ends ok, with all the other objects.
ODD = {
    "allied_awplusv2": (1, 0, None),           # an INTEGER "0.0"
    "ise_3855": (1392, 1, None),               # tag 40 where 0x40 and other application tags are meant: decimal 40 is none
    "occamos_b6-316": (3, 54, 202),            # tag "4xx"
    "okilan_9450g": (1, 0, None),              # a Counter32 "6git3159"
    "windows_svr_2019_1809": (18, 0, None),    # "xx" among the numbers of OIDs
    "fabos_2": (0, 1, None),
    "opengear_humidity": (0, 8, None),
    "zxa10_c320": (0, 3, 2588),
    "zxr10_5928": (0, 1010, None),
    "ocnos_s9510-28dc-b": (0, 0, 3148),
    "timos_7750": (0, 0, 266),
    "aloha_alb5100": (0, 0, 168),
    "dell-ups_rack3750w": (0, 0, 38),
    "dhcpatriot": (0, 0, 68),
    "fabos": (0, 0, 1145),
    "fortiadc_vm": (0, 0, 254),
    "gos": (0, 0, 144),
    "moxa-etherdevice_edsp510a8poe": (0, 0, 36),
    "panduit_g5-p32g13m": (0, 0, 5),
    "sentry4_switched8i": (0, 0, 64),
    "unifi_achd": (0, 0, 2),
}
# Sub-identifiers of 2^31 and above: five bytes in BER, and no room in a signed 32-bit integer.
LARGE = {"huawei-smu_11b", "ocnos_s9510-28dc-b", "routeros_rb750gr3", "routeros_rb760igs", "ruijie", "slxos_slx9150"}
# 5,480 bytes in one value: 25 repetitions do not fit a datagram.
LONG = "slxos_slx9150"

known = {}
agents = None


class Played(recordings.Recording):
    """
    A recording as `simulate` reads it: in the order of its OIDs whatever the order of its lines, the first of lines with one OID,
    and without damaged lines. Blanks at a line's ends are not of its value, as in snmpsim.
    """

    def __init__(self, name):
        super().__init__(name, strip=True)
        self.cells = self.expected()


def load():
    for name in recordings.names():
        known[name] = Played(name)


def targets(work):
    """A line for every recording."""
    devices = sorted((n for n in known if "@" not in n), key=lambda n: n + ".snmprec")
    lines = []
    for name in known:
        device, _, context = name.partition("@")
        community = f" community=public@{context}" if context else ""
        lines.append(f"{agents.address(devices.index(device))} name={name}{community}\n")
    return work.write("targets", "".join(lines))


def reports_of(poll):
    """Exactly one a recording; by name."""
    reports = {}
    for report in poll.reports:
        check(report["target"] not in reports, f"a second report: {report}")
        reports[report["target"]] = report
    equal(sorted(reports), sorted(known), "targets with a report")
    bad = [(r["target"], r["reason"], r["detail"]) for r in reports.values() if r["reason"] != "ok"]
    check(not bad, f"{len(bad)} are not ok: {bad[:8]}\n{poll.result}")
    check(poll.code == 0, str(poll.result))
    return reports


def compare(got, expected):
    """All recordings, and say each that differs."""
    faults = []
    for name in expected:
        try:
            equal(got[name], expected[name], name)
        except Failed as e:
            faults.append(str(e))
    check(not faults, f"{len(faults)} recordings differ\n" + "\n".join(faults[:20]))


def test_every_object(work, io):
    """--walk .1 of all: each OID once, in order, with its type and full value"""
    path = work.path("rows.csv")
    poll = Poll(work, io, ["--walk", ".1", "-o", f"csv:{path}", *PATIENCE, targets(work)], seconds=240)
    reports = reports_of(poll)
    got = {name: {} for name in known}
    last = {}
    for row in parse_csv(work.read("rows.csv")):
        name, oid = row["target"], row["oid"]
        numbers = tuple(map(int, oid.split(".")))
        check(last.get(name, ()) < numbers, f"{name}: {oid} comes behind {last.get(name)}")
        last[name] = numbers
        got[name][oid] = row["type"], row["value"]
    compare(got, {name: r.cells for name, r in known.items()})
    for name in LARGE:
        check(any(int(n) >= 1 << 31 for oid in got[name] for n in oid.split(".")), f"{name}: no large sub-identifier")
    check(max(len(v) for _, v in got[LONG].values()) > 5000, f"{LONG}: no long value")
    for name, report in reports.items():
        equal(int(report["rows"]), len(got[name]), f"{name}: rows of the report")
    total = sum(map(len, got.values()))
    check(total > 360000, f"only {total} objects")


def test_odd_recordings(work):
    """which recordings are damaged, doubled or out of order, and that simulate says what it left out"""
    odd = {name: (len(r.damaged), r.doubles, None if r.increasing() == len(r.objects) else r.increasing()) for name, r in known.items()}
    equal({name: what for name, what in odd.items() if what != (0, 0, None)}, ODD, "odd recordings")
    damaged, doubles = sum(d for d, _, _ in ODD.values()), sum(d for _, d, _ in ODD.values())
    objects = sum(len(r.objects) for r in known.values())
    check(f"{objects} objects; left out: {damaged} damaged lines, {doubles} duplicates" in agents.said, agents.said)
    for name, (lines, _, _) in ODD.items():
        check((f"/{name}.snmprec:" in agents.said) == (lines > 0), f"{name}: {lines} damaged lines, and simulate says\n{agents.said}")


def interface_columns():
    """Object -> (numbers of its OID, is it shown as a MAC address), as `check --print-module` has them."""
    text = snmpfleet(["check", "--print-module", "interfaces"]).out
    found = re.findall(r"- (?:\{ object: )?(\w+)(, as: mac)?.* # ([\d.]+)\n", text)
    check(len(found) > 35, text)
    return {name: (tuple(map(int, oid.split("."))), bool(mac)) for name, mac, oid in found}


def interface_cell(tag, value, is_mac):
    if is_mac and tag == 4 and len(value) == 6:
        return value.hex(":")
    return recordings.shown(tag, value)


def interfaces_of(recording, columns):
    """(index, object) -> (OID, type, value): ifTable and ifXTable joined by their index."""
    by_column = {column: (name, is_mac) for name, (column, is_mac) in columns.items()}
    length = len(next(iter(by_column)))
    cells = {}
    for oid, (tag, value) in recording.objects.items():
        for n in (length, length + 1):  # a column of ifTable, of ifXTable
            if len(oid) > n and oid[:n] in by_column:
                name, is_mac = by_column[oid[:n]]
                index = recordings.text_of(oid[n:])
                cells[index, name] = recordings.text_of(oid), recordings.TYPES[tag], interface_cell(tag, value, is_mac)
    return cells


def test_interfaces(work, io):
    """module interfaces of all: ifTable and ifXTable joined by ifIndex, cell by cell"""
    columns = interface_columns()
    expected = {name: interfaces_of(r, columns) for name, r in known.items()}
    poll = Poll(work, io, ["--modules", "interfaces", *PATIENCE, targets(work)], seconds=240)
    reports = reports_of(poll)
    got = {name: {} for name in known}
    for row in poll.rows:
        key = row["index"], row["object"]
        check(key not in got[row["target"]], f"twice: {row}")
        equal((row["module"], row["table"]), ("interfaces", "interface"), "module and table")
        got[row["target"]][key] = row["oid"], row["type"], row["value"]
    compare(got, expected)
    for name, report in reports.items():
        equal(int(report["rows"]), len({index for index, _ in expected[name]}), f"{name}: rows of the report")
    check(sum(map(len, got.values())) > 50000, "hardly any interfaces")


def test_interfaces_wide(work, io):
    """the same as --csv wide: a line an interface, a column an object"""
    columns = interface_columns()
    folder = work.path("wide")
    poll = Poll(work, io, ["--modules", "interfaces", "--csv", "wide", "-o", f"csv:{folder}", *PATIENCE, targets(work)], seconds=240)
    reports_of(poll)
    equal(os.listdir(folder), ["interfaces.interface.csv"], "files")
    expected, got = {name: {} for name in known}, {name: {} for name in known}
    for name, recording in known.items():
        for (index, column), (_, _, value) in interfaces_of(recording, columns).items():
            expected[name].setdefault(index, dict.fromkeys(columns, ""))[column] = value
    for row in parse_csv(work.read("wide/interfaces.interface.csv")):
        check(row["index"] not in got[row["target"]], f"twice: {row}")
        equal(row["ifIndex"], row["index"], f"ifIndex of {row['target']}")
        got[row["target"]][row["index"]] = {k: v for k, v in row.items() if k in columns}
    for name in known:
        compare({i: got[name].get(i) for i in expected[name] | got[name]}, expected[name])


def main():
    global agents
    load()
    equal(len(known), 300, "recordings")
    with Work() as work:
        agents = Simulated(work, len([n for n in known if "@" not in n]), "--recordings", os.path.join(recordings.CORPUS, "recordings"))
        run([test_odd_recordings, test_every_object, test_interfaces, test_interfaces_wide], workers=2)


main()
