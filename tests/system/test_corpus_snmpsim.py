#!/usr/bin/env python3
"""Recordings of 300 real devices through another's simulator (snmpsim): --walk .1 gives each one's objects, no more, no less.

snmpsim serves a file as it stands. One that is not in order makes it an agent whose OIDs go backward: within what was asked for all of
them are taken; where they go behind the name asked we stop and say so. At a line that it cannot read it says that the MIB ends. It takes blanks at the end of a line away.
"""
import os
import subprocess

import recordings
from support import AGENTS, Poll, Work, check, equal, eventually, free_port, kill, need_snmpsim, run, snmp_answers

# What is not as the rule has it.
SUBSET = {
    # Not in order, and where snmpsim looks for the next OID it skips some; two values hold \\\\", which it unescapes twice.
    "zxa10_c320": (2700, {"1.3.6.1.2.1.1.4.0", "1.3.6.1.2.1.1.6.0"}),
    # Holds 54 OIDs twice, and three lines of tag 4xx, which snmpsim reads as something else.
    "occamos_b6-316": (160, {"1.3.6.1.2.1.2.2.1.6.7"}),
}
# Lines whose OID is no OID: snmpsim dies of them, so this one comes last.
DEADLY = "windows_svr_2019_1809"
# Its values are so long that ten rows do not fit a datagram: snmpsim says nothing then.
EXTRA_KEYS = {"slxos_slx9150": "max_repetitions=4"}
# A few tens of GETBULKs a second is all that it does.
PATIENCE = ["--window", "8", "--target-window", "1", "-t", "20s", "-r", "2", "--deadline", "240s", "--max-repetitions", "64"]

of_all = Work()
port = 0


def walk(work, io, names):
    lines = [f"127.0.0.1:{port} name={n} community={n} {EXTRA_KEYS.get(n, '')}\n" for n in names]
    return Poll(work, io, ["--walk", ".1", *PATIENCE, work.write("targets", "".join(lines))], seconds=260)


def compare(poll, names):
    got = {n: {} for n in names}
    for row in poll.rows:
        check(row["oid"] not in got[row["target"]], f"twice: {row}")
        got[row["target"]][row["oid"]] = row["type"], row["value"]
    objects = 0
    for name in names:
        recording = recordings.Recording(name, strip=True)
        report = poll.report(target=name)
        equal(int(report["rows"]), len(got[name]), f"{name}: rows of the report")
        objects += len(got[name])
        if name in SUBSET:
            least, apart = SUBSET[name]
            expected = recording.expected()
            equal(report["reason"], "ok", name)
            check(len(got[name]) >= least, f"{name}: only {len(got[name])} objects")
            equal({o: v for o, v in got[name].items() if o not in apart}, {o: expected.get(o) for o in got[name] if o not in apart}, name)
            continue
        count = recording.increasing()
        reason = "ok" if count == len(recording.objects) else "not-increasing"
        if recording.damaged and recording.damaged[0][1] < count:
            count, reason = recording.damaged[0][1], "ok"
        if reason == "not-increasing":
            expected = recording.expected()
            equal({o: expected.get(o) for o in got[name]}, got[name], f"{name}: values")
            check(len(got[name]) >= count, f"{name}: {len(got[name])} objects, of which {count} are in order")
            check((report["reason"] == "ok") == (len(got[name]) == len(expected)),
                  f"{name}: {report['reason']} with {len(got[name])} objects of {len(expected)}")
            continue
        equal(report["reason"], reason, name)
        equal(got[name], recording.expected(count), name)
    return objects


def test_every_recording(work):
    """all 300"""
    names = [n for n in recordings.names() if n != DEADLY]
    equal(len(names), 299, "recordings")
    check(compare(walk(work, "auto", names), names) > 250000, "fewer objects than there are")
    poll = walk(work, "auto", [DEADLY])
    poll.expect(1, "partial")
    recording = recordings.Recording(DEADLY, strip=True)
    expected = recording.expected(recording.damaged[0][1])
    check(len(poll.rows) >= 400, f"only {len(poll.rows)} rows of {DEADLY}")
    equal(poll.values(), {o: expected.get(o) for o in poll.values()}, DEADLY)


def test_some_recordings(work, io):
    """thirty, on both back ends"""
    names = [n for n in recordings.names() if n != DEADLY][3::10]
    compare(walk(work, io, names), names)


def main():
    global port
    script = os.path.join(AGENTS, "snmpsim-start")
    recordings.names()
    need_snmpsim()
    with of_all:
        port = free_port()
        folder = of_all.path("snmpsim")
        os.mkdir(folder)
        os.symlink("/dev/null", os.path.join(folder, "snmpsimd.log"))  # it would write hundreds of megabytes
        started = subprocess.run([script, folder, os.path.join(recordings.CORPUS, "recordings"), str(port)], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, timeout=20)
        check(started.returncode == 0, "snmpsim does not start")
        with open(os.path.join(folder, "snmpsimd.pid"), encoding="ascii") as f:
            pid = int(f.read())
        of_all.closers.append(lambda: kill(pid))
        eventually(lambda: snmp_answers(port, "zxr10_5928"), 60, "snmpsim answers")
        run([test_some_recordings, test_every_recording], workers=1)


main()
