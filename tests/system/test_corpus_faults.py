#!/usr/bin/env python3
"""Recordings of real devices over a bad path and over v1: nothing is lost, nothing comes twice, and losses do not make it slow."""
import os

import recordings
from simulated import Simulated
from support import Poll, check, equal, run

FOLDER = os.path.join(recordings.CORPUS, "recordings")
# A quarter of all objects, which would be asked for one at a time.
HUGE = "ocnos_s9510-28dc-b"


def some(work, step, *options):
    """Every step-th recording, played with these options; their names and a targets file."""
    devices = [n[:-8] for n in sorted(os.listdir(FOLDER)) if n.endswith(".snmprec") and "@" not in n]
    agents = Simulated(work, len(devices), "--recordings", FOLDER, "-q", *options)
    names = [n for n in devices if n != HUGE][::step]
    return names, work.write("targets", "".join(f"{agents.address(devices.index(n))} name={n}\n" for n in names))


def objects_of(poll, names):
    found = {n: {} for n in names}
    for row in poll.rows:
        check(row["oid"] not in found[row["target"]], f"twice: {row}")
        found[row["target"]][row["oid"]] = row["type"], row["value"]
    return found


def test_bad_path(work, io):
    """loss, duplicates, reordering and tooBig"""
    names, targets = some(work, 5, "--loss", "40%:0.02", "--duplicate", "30%:0.3", "--reorder", "30%:0.2", "--toobig", "30%:900",
                          "--seed", "7")
    poll = Poll(work, io, ["--walk", ".1", "-t", "300ms", "-r", "8", "--deadline", "45s", targets], seconds=60)
    too_big = 0
    for name, objects in objects_of(poll, names).items():
        expected = recordings.Recording(name, strip=True).expected()
        report = poll.report(target=name)
        if report["reason"] == "too-big":  # one value alone is larger than this agent's replies: what came before it is right
            too_big += 1
            equal(objects, {o: expected.get(o) for o in objects}, name)
            continue
        equal(report["reason"], "ok", f"{name}: {report}")
        equal(objects, expected, name)
    check(too_big < 8, f"{too_big} of {len(names)} stopped at a large value")
    check("retries" in poll.err and "duplicate answers" in poll.err, poll.err)


def test_long_walk_with_loss(work, io):
    """22,928 objects while a twentieth of the round trips is lost: about as many requests as without"""
    name = "eltex-mes23xx_mes2324fb"
    requests = []
    for loss in ("0", "100%:0.025"):
        agent = Simulated(work, 1, "--recordings", os.path.join(FOLDER, name + ".snmprec"), "-q", *(["--loss", loss] if loss != "0" else []))
        poll = Poll(work, io, ["--walk", ".1", "-r", "6", "--deadline", "40s", f"{agent.address(0)} name={name}"], seconds=50)
        poll.expect(0, "ok")
        equal(objects_of(poll, [name])[name], recordings.Recording(name, strip=True).expected(), name)
        requests.append(int(poll.report()["requests"]))
    check(requests[1] < 2.5 * requests[0], f"{requests[0]} requests without loss, {requests[1]} with it")


def test_v1(work, io):
    """v1, by GETNEXT: all but Counter64, which v1 does not have"""
    names, targets = some(work, 6)
    poll = Poll(work, io, ["-v", "1", "--walk", ".1", targets], seconds=60)
    for name, objects in objects_of(poll, names).items():
        expected = recordings.Recording(name, strip=True).expected()
        equal(objects, {o: v for o, v in expected.items() if v[0] != "Counter64"}, name)
    equal(poll.code, 0, f"exit\n{poll.err}")


recordings.names()
run([test_bad_path, test_long_walk_with_loss, test_v1], workers=4)
