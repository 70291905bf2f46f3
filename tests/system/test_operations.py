#!/usr/bin/env python3
"""Single questions through the library's public functions, beside Net-SNMP's programs on a real snmpd, and thousands at once."""
import os
import subprocess
import tempfile

from fake_agent import FakeAgent, integer
from net_snmp import Snmpd
from simulated import Simulated
from support import equal, run, skip

TOOL = os.path.join(os.environ.get("TOOLS", ""), "tool_operations")
SYSTEM = "1.3.6.1.2.1.1"


def ask(io, *args, seconds=20):
    done = subprocess.run([TOOL, *map(str, args)], capture_output=True, text=True, timeout=seconds, env={**os.environ, "FLEET_IO": io})
    equal((done.returncode, done.stderr), (0, ""), f"exit and errors of {args}")
    return [line.split(" ", 2) for line in done.stdout.splitlines()]


def net_snmp(program, *args):
    done = subprocess.run([program, "-v2c", "-c", "public", "-On", "-Oe", "-OQ", *map(str, args)], capture_output=True, text=True, timeout=20)
    return [line.split(" = ", 1)[0].lstrip(".") for line in done.stdout.splitlines()]


def test_beside_net_snmp(work, io):
    """GET, GETNEXT and GETBULK of a real snmpd: the same names as Net-SNMP's programs get"""
    at = ["127.0.0.1", agent.port, "public"]
    host = f"127.0.0.1:{agent.port}"
    names = [SYSTEM + ".5.0", SYSTEM + ".4.0", "1.3.6.1.2.1.2.1.0"]
    got = ask(io, *at, "get", *names)
    equal([g[0] for g in got], names, "names of GET")
    equal(got[0][2], subprocess.run(["snmpget", "-v2c", "-c", "public", "-Oqv", host, names[0]], capture_output=True, text=True,
                                    timeout=20).stdout.strip().strip('"'), "sysName")
    equal([g[0] for g in ask(io, *at, "getnext", *names)], net_snmp("snmpgetnext", host, *names), "names of GETNEXT")
    bulk = ask(io, *at, "getbulk", 1, 12, SYSTEM + ".3", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.10")
    equal([g[0] for g in bulk], net_snmp("snmpbulkget", "-Cn1", "-Cr12", host, SYSTEM + ".3", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.10"),
          "names of GETBULK")


def test_what_is_not_there_is_told_apart(work, io):
    """noSuchObject and noSuchInstance are values of the answer, not its failure"""
    got = ask(io, "127.0.0.1", agent.port, "public", "get", SYSTEM + ".5.0", "1.3.6.1.2.1.1.5.1", "1.3.6.1.9.9.0")
    equal([g[1] for g in got], ["4", str(0x81), str(0x80)], "types")


def test_errors_have_their_reason(work, io):
    """a SET that is not allowed, a community that is unknown, nobody there"""
    said = ask(io, "127.0.0.1", agent.port, "public", "set", SYSTEM + ".7.0", 5)
    equal(said[0][0], "agent-error", "reason of a SET with a read-only community")
    silent = ask(io, "127.0.0.1", agent.port, "nobody", "get", SYSTEM + ".5.0")
    equal(silent[0][0], "timeout", "reason of an unknown community")


def test_set(work, io):
    """a SET reaches the agent with its value, and changes a real one"""
    fake = work.closing(FakeAgent(lambda a, r: [r.reply([(o, integer(5)) for o in r.oids])]))
    equal(ask(io, "127.0.0.1", fake.port, "x", "set", SYSTEM + ".7.0", 5), [[SYSTEM + ".7.0", "2", "5"]], "what the agent says")
    equal((len(fake.requests), fake.requests[0].type), (1, 0xa3), "requests, their type")
    traps = "1.3.6.1.2.1.11.30.0"  # snmpEnableAuthenTraps
    for value in (1, 2):
        equal(ask(io, "127.0.0.1", agent.port, "private", "set", traps, value), [[traps, "2", str(value)]], "the answer to SET")
        equal(ask(io, "127.0.0.1", agent.port, "public", "get", traps), [[traps, "2", str(value)]], "what is there then")


def test_ten_thousand_agents_at_once(work, io):
    """a GET of each of 10,000 agents, asked in one go"""
    agents = Simulated(work, 10000)
    first, port = agents.address(0).split(":")
    said = ask(io, "crowd", first, 10000, port, SYSTEM + ".5.0", seconds=60)
    equal(" ".join(said[0]), "10000 answered, 0 failed", "what became of them")


if not os.access(TOOL, os.X_OK):
    skip("the tool is not built")
with tempfile.TemporaryDirectory() as folder:
    os.chmod(folder, 0o755)
    agent = Snmpd(folder)
    try:
        run([test_beside_net_snmp, test_what_is_not_there_is_told_apart, test_errors_have_their_reason, test_set,
             test_ten_thousand_agents_at_once], workers=1)
    finally:
        agent.stop()
