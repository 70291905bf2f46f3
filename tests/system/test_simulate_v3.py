#!/usr/bin/env python3
"""simulate by SNMPv3: Net-SNMP's tools get answers with each pair of protocols they speak, and the errors they should; every fault shows."""
import os
import re
import shutil
import socket
import subprocess
import time

from fake_agent import elements, integer, numbers_of, oid, string, tlv
from simulated import Simulated
from support import PROGRAM, check, eventually, run, skip

NAME = "1.3.6.1.2.1.1.5.0"
LOCATION = "1.3.6.1.2.1.1.6.0"
AUTHS = ["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]
PRIVS = ["DES", "AES", "AES-192", "AES-256", "AES-192-C", "AES-256-C"]
WRONG_KEY = "Authentication failure (incorrect password, community or key)"
NOT_IN_TIME_WINDOWS = numbers_of("1.3.6.1.6.3.15.1.1.2.0")


def short(protocol):
    return protocol.replace("-", "").lower()


def security(auth=None, priv=None, wrong=""):
    """Options of Net-SNMP for one of the users that are always there."""
    if auth is None:
        return ["-l", "noAuthNoPriv", "-u", "noauth"]
    user = f"{short(auth)}_{short(priv) if priv else 'nopriv'}"
    options = ["-l", "authPriv" if priv else "authNoPriv", "-u", user, "-a", auth, "-A", f"authpass_{short(auth)}{wrong}"]
    return options + (["-x", priv, "-X", f"privpass_{short(priv)}"] if priv else [])


def tool(work, name, options, address, *oids, timeout="2"):
    """What a tool of Net-SNMP prints, and what it complains of."""
    if shutil.which(name) is None:
        skip("Net-SNMP's tools are not installed")
    done = subprocess.run([name, "-v3", "-On", "-t", timeout, "-r", "1", *options, address, *oids], capture_output=True, text=True,
                          errors="replace", timeout=60, env={**os.environ, "MIBS": "", "SNMP_PERSISTENT_DIR": work.folder})
    return done.stdout, done.stderr


def gives_name(work, options, agents, i=0, **more):
    out, err = tool(work, "snmpget", options, agents.address(i), NAME, **more)
    check(f'STRING: "switch-{i + 1:05}"' in out, f"{' '.join(options)}: {out}{err}")


# ---- a client of its own, as far as noAuthNoPriv goes

class Answer:
    """flags, engine ID, boots, time, PDU type and the first OID of a message"""

    def __init__(self, datagram):
        (_, message), = elements(datagram)
        (_, _), (_, header), (_, parameters), scoped = elements(message)
        self.id, _, self.flags, _ = [c for _, c in elements(header)]
        (_, fields), = elements(parameters)
        self.engine, boots, seconds = [c for _, c in elements(fields)][:3]
        self.boots, self.time = int.from_bytes(boots, "big"), int.from_bytes(seconds, "big")
        self.type, pdu = elements(scoped[1])[2]
        varbinds = elements(elements(pdu)[3][1])
        self.oid = elements(varbinds[0][1])[0][1] if varbinds else b""


class Client:
    def __init__(self, address):
        host, port = address.split(":")
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(2)
        self.socket.connect((host, int(port)))

    def send(self, engine=b"", user=b"", oids=(), number=77):
        pdu = tlv(0xa0, integer(number) + integer(0) + integer(0) + tlv(0x30, b"".join(tlv(0x30, o + b"\x05\x00") for o in oids)))
        parameters = tlv(0x30, string(engine) + integer(0) + integer(0) + string(user) + string(b"") + string(b""))
        header = tlv(0x30, integer(number) + integer(65507) + string(b"\x04") + integer(3))
        self.socket.send(tlv(0x30, integer(3) + header + string(parameters) + tlv(0x30, string(engine) + string(b"") + pdu)))

    def receive(self):
        return Answer(self.socket.recv(65536))

    def discover(self):
        self.send()
        return self.receive()


# ---- tests

def test_all_protocols(work):
    """snmpget with each pair of protocols"""
    agents = Simulated(work, 3)
    gives_name(work, security(), agents, 1)
    for auth in AUTHS:
        for priv in [None, *PRIVS]:
            gives_name(work, security(auth, priv), agents, 2)


def test_walks(work):
    """a table by SNMPv3 is the same as by v2c"""
    agents = Simulated(work, 1)
    table = "1.3.6.1.2.1.2.2.1.2"
    plain = subprocess.run(["snmpbulkwalk", "-v2c", "-c", "public", "-On", agents.address(0), table], capture_output=True, text=True,
                           timeout=20, env={**os.environ, "MIBS": ""}).stdout
    check(plain.count("\n") == 49, f"v2c: {plain}")
    for options in (security(), security("SHA", "DES"), security("SHA-256", "AES")):
        out, err = tool(work, "snmpbulkwalk", [*options, "-Cr40"], agents.address(0), table)
        check(out == plain, f"{options}: {out}{err}")


def test_set(work):
    """a user sets at its own level only"""
    agents = Simulated(work, 1)
    options = security("SHA", "AES")
    out, err = tool(work, "snmpset", options, agents.address(0), LOCATION, "s", "cellar")
    check("cellar" in out, f"set: {out}{err}")
    out, _ = tool(work, "snmpget", options, agents.address(0), LOCATION)
    check("cellar" in out, f"get: {out}")
    _, err = tool(work, "snmpget", ["-l", "authNoPriv", *options[2:8]], agents.address(0), LOCATION)
    check("authorizationError" in err, f"below: {err}")


def test_errors(work):
    """what a user does wrong is told as by a real agent"""
    agents = Simulated(work, 1)
    for options, expected in ((security("SHA", "AES", wrong="x"), WRONG_KEY), (["-l", "noAuthNoPriv", "-u", "nobody"], "Unknown user name"),
                              ([*security("SHA", "AES")[:2], "-u", "noauth", *security("SHA", "AES")[4:]], "Unsupported security level"),
                              ([*security(), "-n", "nowhere"], "Bad context"),
                              # What the tool makes of snmpUnknownPDUHandlers.
                              ([*security("MD5"), "-E", "8000000001020304"], "Bad version specified")):
        out, err = tool(work, "snmpget", options, agents.address(0), NAME, timeout="0.3")
        check(expected in err and "STRING" not in out, f"{' '.join(options)}: {out}{err}")


def test_contexts(work):
    """NAME@CONTEXT.snmprec is the context CONTEXT"""
    os.mkdir(work.path("recordings"))
    work.write("recordings/box.snmprec", f"{NAME}|4|switch-00001\n")
    work.write("recordings/box@vlan-7.snmprec", f"{NAME}|4|in the vlan\n")
    agents = Simulated(work, 1, "--recordings", work.path("recordings"))
    gives_name(work, security("SHA-512", "AES-256"), agents)
    out, err = tool(work, "snmpget", [*security("SHA-512", "AES-256"), "-n", "vlan-7"], agents.address(0), NAME)
    check("in the vlan" in out, f"{out}{err}")


def test_own_users(work):
    """--user and --user-file replace the users that are always there"""
    users = work.write("users", "# two\nanna,SHA-256,secret of anna,AES,other secret\n\nbert,MD5,secret of bert\n")
    agents = Simulated(work, 1, "--user", "carl", "--user-file", users)
    for options in (["-l", "noAuthNoPriv", "-u", "carl"], ["-l", "authNoPriv", "-u", "bert", "-a", "MD5", "-A", "secret of bert"],
                    ["-l", "authPriv", "-u", "anna", "-a", "SHA-256", "-A", "secret of anna", "-x", "AES", "-X", "other secret"]):
        gives_name(work, options, agents)
    _, err = tool(work, "snmpget", security(), agents.address(0), NAME)
    check("Unknown user name" in err, err)
    for args in (["--user", "a,SHA"], ["--user", "a,SHA,short"], ["--user", "a,XYZ,very secret"], ["--user-file", work.path("none")],
                 ["--user", "a", "--user", "a"], ["--user-file", work.write("bad", "a,SHA,longenough\na,b\n")]):
        done = subprocess.run([PROGRAM, "simulate", "--for", "1ms", *args], capture_output=True, text=True, timeout=10)
        check(done.returncode == 3 and "very secret" not in done.stderr, f"{args}: {done.returncode} {done.stderr}")


def test_engines(work):
    """each agent is an engine of its own, or all are one"""
    agents, one = Simulated(work, 20), Simulated(work, 20, "--duplicate-engine", "1")
    ids = {Client(agents.address(i)).discover().engine for i in range(20)}
    check(len(ids) == 20 and all(len(i) == 13 and i.startswith(b"\x80\0\x7e\xd9\5") for i in ids), f"{ids}")
    check(len({Client(one.address(i)).discover().engine for i in range(20)}) == 1, "one ID")
    gives_name(work, security("SHA", "AES"), one, 7)


def test_clocks(work):
    """reboots, lost boots, a fast clock, boots that are hidden"""
    rebooting, losing = Simulated(work, 1, "--reboot", "1:1s"), Simulated(work, 1, "--lost-boots", "1:2s")
    fast, hiding = Simulated(work, 1, "--clock-drift", "1:100"), Simulated(work, 1, "--no-boots", "1")
    client = Client(fast.address(0))
    before, began = client.discover(), time.monotonic()
    time.sleep(1)
    gone = client.discover().time - before.time
    check(90 < gone <= 101 * (time.monotonic() - began) + 100, f"{gone} s in one")
    client = Client(rebooting.address(0))
    eventually(lambda: client.discover().boots > 2, 5, "boots grow")
    check(client.discover().time <= 1, "time begins anew")
    client = Client(losing.address(0))
    eventually(lambda: client.discover().time < 1000, 5, "time falls")
    check(client.discover().boots == 1, "boots stay")
    found = Client(hiding.address(0)).discover()
    check((found.boots, found.time) == (0, 0), f"hidden: {found.boots}, {found.time}")
    for agents in (rebooting, fast, hiding):
        gives_name(work, security("SHA", "AES"), agents)


def test_forgeries(work):
    """what comes before the true answer, and answers that are spoilt"""
    forged, renamed = Simulated(work, 1, "--forged-report", "1"), Simulated(work, 1, "--wrong-engine", "1")
    spoilt, both = Simulated(work, 1, "--wrong-digest", "1:1"), Simulated(work, 1, "--forged-report", "1", "--wrong-engine", "1",
                                                                          "--duplicate", "1")
    engine = Client(spoilt.address(0)).discover().engine
    for agents, types in ((forged, [0xa8, 0xa2]), (renamed, [0xa2, 0xa2]), (both, [0xa8, 0xa2, 0xa2, 0xa2])):
        client = Client(agents.address(0))
        client.send(engine, b"noauth", [oid(numbers_of(NAME))])
        answers = [client.receive() for _ in types]
        check([a.type for a in answers] == types, f"{[hex(a.type) for a in answers]}")
        check(all(a.id == b"\x4d" for a in answers), "msgID")
        if agents is forged:
            check(tlv(6, answers[0].oid) == oid(NOT_IN_TIME_WINDOWS) and answers[0].boots != 1, "the forged Report")
        if agents is renamed:
            check(answers[0].engine != engine and len(answers[0].engine) == 13, "another engine")
        check(answers[-1].engine == engine and answers[-1].boots == 1, "the true answer is the last")
    out, err = tool(work, "snmpget", security("SHA", "AES"), spoilt.address(0), NAME, timeout="0.3")
    check("STRING" not in out, f"digest: {out}{err}")
    gives_name(work, security(), spoilt)


def test_summary(work):
    """the end tells of requests and Reports"""
    agents = Simulated(work, 1, "--for", "2s")
    gives_name(work, security("SHA", "AES"), agents)
    agents.process.wait(20)
    with open(agents.log, encoding="utf-8") as log:
        said = log.read()
    check(re.search(r", SNMPv3 2, usmStatsUnknownEngineIDs 1, CPU ", said), said)


run([test_all_protocols, test_walks, test_set, test_errors, test_contexts, test_own_users, test_engines, test_clocks, test_forgeries,
     test_summary], workers=2, ios=["auto"])
