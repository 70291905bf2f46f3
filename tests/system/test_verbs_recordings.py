#!/usr/bin/env python3
"""Walks and questions of real devices' recordings, served by snmpsim: the verbs and Net-SNMP's programs ask the same agent and say the same.

Here a few devices; `compare_verbs.py` takes all.
"""
import os
import tempfile

import recordings
from fake_agent import FakeAgent, integer
from snmpsim import Snmpsim
from support import check, equal, run
from verbs import Trio, need_programs

DEVICES = ["zxr10_5928", "avocent_8000", "alfo80hd", "arubaos-cx"]
S = "1.3.6.1.2.1.1"
PATIENT = ["-t", "5", "-r", "3"]


def devices():
    known = recordings.names()
    return [n for n in DEVICES if n in known]


def test_walks(work):
    """mib-2 by GETNEXT and GETBULK, with all modules and without"""
    for modules in ("", "ALL"):
        t = Trio(work, modules)
        for name in devices():
            how = ["-v2c", "-c", name, *PATIENT, f"127.0.0.1:{agent.port}"]
            got = t.same("snmpbulkwalk", "-Cr40", *how, errors=False, verb=modules != "")
            check(got[1].count("\n") > 20, f"{name} has little")
            t.same("snmpwalk", "-v1", *how[1:], S, errors=False, verb=modules != "")


def test_letters_of_walks(work):
    """each letter of -C, on a real device"""
    t, name = Trio(work, "ALL"), devices()[0]
    how = ["-c", name, *PATIENT, f"127.0.0.1:{agent.port}"]
    for letters in (["-Ci"], ["-CI"], ["-Cp"], ["-Cc"], ["-CE", S + ".4"], ["-Cip"]):
        for oid in (S, S + ".5.0", S + ".99"):
            t.same("snmpwalk", "-v2c", *letters, *how, oid, errors=False)
    for letters in (["-Ci"], ["-Cp"], ["-Cc"], ["-Cr1"], ["-Cr64"], ["-Cn1"], ["-Cn0", "-Cr3", "-Cip"]):
        t.same("snmpbulkwalk", "-v2c", *letters, *how, S, errors=False)
    t.same("snmpbulkget", "-v2c", "-Cn2", "-Cr5", *how, "sysDescr", "sysUpTime", "ifDescr", "ifOperStatus", errors=False)
    t.same("snmpgetnext", "-v1", *how, "sysDescr", "ifTable", errors=False)
    t.same("snmpget", "-v1", *how, "sysName.0", "sysName.7", "sysDescr.0", errors=False)


def loop(_agent, request):
    """Names that go round: 1, 2, 3, 1, ..."""
    last = request.oids[0][-1] if len(request.oids[0]) > 5 else 0
    return [request.reply([((1, 3, 6, 1, 9, last % 3 + 1), integer(last))])]


def test_an_agent_that_loops(work):
    """the walk ends where the names go back, with both names told; with -Cc it goes on"""
    t = Trio(work)
    fake = work.closing(FakeAgent(loop))
    at = ["-v2c", "-c", "x", f"127.0.0.1:{fake.port}", "1.3.6.1.9"]
    got = t.same("snmpwalk", *at, verb=False)
    equal((got[0], got[2].split(":")[0]), (1, "Error"), "exit of theirs, and what it says")
    t.same("snmpbulkwalk", *at, verb=False)


need_programs()
with tempfile.TemporaryDirectory() as folder:
    os.chmod(folder, 0o755)
    recordings.names()
    agent = Snmpsim(folder)
    try:
        run([test_walks, test_letters_of_walks, test_an_agent_that_loops], workers=1)
    finally:
        agent.close()
