#!/usr/bin/env python3
"""-d: datagrams as Net-SNMP shows them, and decoded; on poll those of one target."""
import re
import subprocess

from fake_agent import FakeAgent, string
from simulated import Simulated
from support import PROGRAM, check, equal, run
from verbs import Trio, need_programs

PORTS = re.compile(r"->\[0\.0\.0\.0\]:\d+")


def masked(text):
    """Without what differs from request to request: the id's four octets, and our port."""
    return re.sub(r"^(\d{4}: ).*$", r"\1", PORTS.sub("->[0.0.0.0]:P", text), flags=re.M)


def test_octets_as_net_snmp_shows_them(work):
    """under Net-SNMP's name the same lines, of the same lengths"""
    t = Trio(work)
    agent = work.closing(FakeAgent(lambda _agent, request: [request.reply([(request.oids[0], string(b"seven\x01\x7f"))])]))
    args = ["-d", "-v2c", "-c", "public", f"127.0.0.1:{agent.port}", "1.3.6.1.2.1.1.5.0"]
    theirs, ours = t.theirs("snmpget", *args), t.link("snmpget", *args)
    equal(ours[:2], theirs[:2], "exit and output")
    equal(masked(ours[2]), masked(theirs[2]), "what is shown")
    lines = [[line for line in text.split("\n") if line.startswith("0032")] for text in (ours[2], theirs[2])]
    equal(*lines, "octets behind the id")


def test_what_they_say(work):
    """under ours they are decoded, the community is not repeated, and what is encrypted is measured"""
    agents = work.closing(Simulated(work, 1))
    at = agents.address(0)
    got = subprocess.run([PROGRAM, "get", "-d", "-c", "public", at, "sysName.0"], capture_output=True, text=True, timeout=20, check=True)
    for text in ("get-request: request-id ", "version 2c: octets of community 6", "  SNMPv2-MIB::sysName.0 = NULL\n", "response: request-id ",
                 "  SNMPv2-MIB::sysName.0 = STRING: "):
        check(text in got.stderr, f"no {text!r} in {got.stderr}")
    user = ["-u", "sha256_aes", "-a", "SHA-256", "-A", "authpass_sha256", "-x", "AES", "-X", "privpass_aes"]
    got = subprocess.run([PROGRAM, "get", "-d", *user, at, "sysName.0"], capture_output=True, text=True, timeout=20, check=True)
    for text in ("report: request-id", ", user \"sha256_aes\", octets of digest 24, of salt 8", "encrypted scoped PDU: octets "):
        check(text in got.stderr, f"no {text!r} in {got.stderr}")


def test_one_target_of_a_poll(work):
    """only the datagrams of the target that is named; one that is not there is told"""
    agents = work.closing(Simulated(work, 2))
    one, two = agents.address(0), agents.address(1)
    targets = work.write("targets", f"{one} name=one\n{two} name=two\n")
    got = subprocess.run([PROGRAM, "poll", "--once", "-q", "-d", "two", "--modules", "system", targets], capture_output=True, text=True, timeout=20, check=True)
    check("Sending" in got.stderr and "SNMPv2-MIB::sysDescr.0 = " in got.stderr, got.stderr)
    check(two.split(":")[0] + "]" in got.stderr and one.split(":")[0] + "]" not in got.stderr, got.stderr)
    got = subprocess.run([PROGRAM, "poll", "--once", "-q", "-d", "three", "--modules", "system", targets], capture_output=True, text=True, timeout=20, check=True)
    check("no target has the name 'three'" in got.stderr and "Sending" not in got.stderr, got.stderr)


need_programs()
run([test_octets_as_net_snmp_shows_them, test_what_they_say, test_one_target_of_a_poll], workers=1)
