#!/usr/bin/env python3
"""snmptable and `snmpfleet table` ask the same recordings and say the same, with every letter of -C."""
import os
import tempfile

import recordings
from fake_agent import FakeAgent, integer
from snmpsim import Snmpsim
from support import check, equal, run
from verbs import Trio, need_programs

DEVICES = ["zxr10_5928", "avocent_8000", "arubaos-cx"]
PATIENT = ["-t", "5", "-r", "3"]
LETTERS = [["-Ci"], ["-Cb"], ["-Cbi"], ["-Ch"], ["-CH"], ["-CHi"], ["-CB"], ["-CBi"], ["-Cl"], ["-Cli"], ["-Cf", "+"], ["-Cif", ";"], ["-Cw", "80"],
           ["-Ciw", "60"], ["-CBw", "70"], ["-Cc", "16"], ["-Cc", "16", "-Cw", "64"], ["-Cl", "-CB", "-Ci", "-OX", "-Cb", "-Cc", "16", "-Cw", "64"],
           ["-Cr", "1"], ["-Cr", "50"], ["-CB", "-Cr", "3", "-Ci"], ["-CiBr", "2", "-Cw", "90"]]
OUTPUTS = ["-Os", "-Of", "-Ou", "-OS", "-Oq", "-OQ", "-Oe", "-OX", "-Ob", "-Ot", "-OU", "-Ox", "-Oa", "-On"]
TABLES = ["ifTable", "IF-MIB::ifXTable", "ipAddrTable", "ipNetToMediaTable", "snmpEngine", "sysDescr", ".1.3.6.1.2.1.2.2", "system", "ipRouteTable",
          "hrStorageTable", "vacmAccessTable", ".1.3.6.1.4.1.99999.7"]


def at(name):
    return ["-c", name, *PATIENT, f"127.0.0.1:{agent.port}"]


def devices():
    known = recordings.names()
    return [n for n in DEVICES if n in known]


def test_tables(work):
    """tables, and what is none, with and without modules, by v1 and v2c"""
    rows = 0
    for modules, names, tables in (("ALL", devices()[:1], TABLES), ("IF-MIB:IP-MIB", devices(), TABLES[:4]), ("", devices()[:1], TABLES[:1])):
        t = Trio(work, modules)
        for name in names:
            for table in tables:
                got = t.same("snmptable", "-v2c", *at(name), table, errors=False, verb=modules != "")
                rows += got[1].count("\n")
            t.same("snmptable", "-v1", "-Ci", *at(name), "ipAddrTable", errors=False, verb=modules != "")
    check(rows > 60, f"only {rows} lines")


def test_letters(work):
    """each letter of -C, and of -O"""
    t, name = Trio(work, "IF-MIB:IP-MIB"), devices()[0]
    for letters in LETTERS:
        t.same("snmptable", "-v2c", *letters, *at(name), "ifTable", errors=False)
    t.same("snmptable", "-v2c", "-CB", *at(name), "ipAddrTable", errors=False)
    for output in OUTPUTS:
        t.same("snmptable", "-v2c", "-Ci", output, *at(name), "ipAddrTable", errors=False)


def test_wrong_use(work):
    """no table, two, letters without their number: the same exit, and the usage"""
    t = Trio(work, "ALL")
    for args in ([], ["ifTable", "ifXTable"], ["-Cw"], ["-Cz", "ifTable"]):
        theirs, ours = t.theirs("snmptable", "-v2c", "-c", "x", "127.0.0.1:9", *args), t.link("snmptable", "-v2c", "-c", "x", "127.0.0.1:9", *args)
        equal(ours[:2], theirs[:2], f"exit and output of {args}")
        check("USAGE: snmptable" in ours[2], ours[2])
    for letters in (["-Cw", "x"], ["-Cc", "2"], ["-Cr", "0"]):
        equal(t.link("snmptable", "-v2c", "-c", "x", *letters, "127.0.0.1:9", "ifTable")[0], 1, f"exit of {letters}")


def endless(_agent, request):
    """The same name for ever, whatever is asked."""
    return [request.reply([((1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 7), integer(7))] * len(request.oids))]


def test_an_agent_that_repeats_itself(work):
    """it ends, as snmptable does: a cell comes twice"""
    t = Trio(work, "IF-MIB")
    fake = work.closing(FakeAgent(endless))
    got = t.same("snmptable", "-v2c", "-c", "x", f"127.0.0.1:{fake.port}", "ifTable", verb=False)
    equal(got[0], 2, "exit")


def test_no_answer(work):
    """the time-out is told as by snmptable"""
    t = Trio(work, "IF-MIB")
    t.same("snmptable", "-v2c", "-c", "x", "-t", "0.2", "-r", "0", "127.0.0.1:9", "ifTable")


need_programs()
with tempfile.TemporaryDirectory() as folder:
    os.chmod(folder, 0o755)
    recordings.names()
    agent = Snmpsim(folder)
    try:
        run([test_tables, test_letters, test_wrong_use, test_an_agent_that_repeats_itself, test_no_answer], workers=1)
    finally:
        agent.close()
