#!/usr/bin/env python3
"""The programs of examples/, each run as its first comment says, against simulated agents."""
import ipaddress
import os
import re
import socket
import subprocess
import time
import types

from fake_agent import FakeAgent, Request, elements, integer, read, string
from simulated import Simulated
from support import check, equal, free_port, run, skip
from usm import master_key

FOLDER = os.path.join(os.path.dirname(os.environ.get("TOOLS", "")), "examples")
SYSTEM, COLUMNS = "1.3.6.1.2.1.1", "1.3.6.1.2.1.2.2.1"
USER = "bob,SHA-256,secret-auth-1,AES,secret-priv-1"


def example(name, *args, code=0, errors="", seconds=30):
    """Its lines; what it says on stderr is to match @errors."""
    program = os.path.join(FOLDER, name)
    done = subprocess.run([program, *map(str, args)], capture_output=True, text=True, timeout=seconds)
    check(done.returncode == code and re.fullmatch(errors, done.stderr.strip()),
          f"{name} {args}: exit {done.returncode}, not {code}: {done.stdout}{done.stderr}")
    return done.stdout.splitlines()


def agents(work, count, *options):
    """(first address, port) of simulated agents."""
    simulated = Simulated(work, count, *options)
    host, port = simulated.address(0).split(":")
    return host, port


def test_every_example_says_how_it_is_used(work):
    """without arguments an example prints its usage, and each source has one program"""
    sources = {name[:-2] for name in os.listdir(os.path.join(os.environ["SOURCE_DIR"], "examples")) if name.endswith(".c")}
    for name in sorted(sources - ({"uv"} if not os.path.exists(os.path.join(FOLDER, "uv")) else set())):
        equal(example(name, code=2, errors=rf"usage: {name} .*"), [], f"output of {name}")


def test_get(work):
    """GET, GETNEXT and GETBULK; what an agent lacks is told apart; one that is silent has a reason"""
    at = agents(work, 1)
    equal(example("get", *at, "public", "get", SYSTEM + ".5.0", SYSTEM + ".99.0", SYSTEM + ".5.1"),
          [SYSTEM + ".5.0 = switch-00001", SYSTEM + ".99.0: no such object", SYSTEM + ".5.1: no such instance"], "GET")
    equal(example("get", *at, "public", "getnext", COLUMNS + ".2"), [COLUMNS + ".2.1 = GigabitEthernet1/0/1"], "GETNEXT")
    equal(example("get", *at, "public", "getbulk", 1, 2, SYSTEM + ".4", COLUMNS + ".2", "1.3.6.1.9"),
          [SYSTEM + ".4.0 = noc@example.net", COLUMNS + ".2.1 = GigabitEthernet1/0/1", "1.3.6.1.9: end of the MIB",
           COLUMNS + ".2.2 = GigabitEthernet1/0/2", "1.3.6.1.9: end of the MIB"], "GETBULK")
    said = example("get", *at, "nobody", "get", SYSTEM + ".5.0", code=1)
    check(said[0].startswith(f"{at[0]}: timeout "), f"an unknown community: {said}")


class Speaker(FakeAgent):
    """An agent that knows one version of community messages, 0 or 1, and says nothing to others."""

    def __init__(self, speaks):
        super().__init__(lambda _agent, request: [request.reply([(request.oids[0], integer(5, 0x43))])] if request.version == speaks else [],
                         reader=Speaker.read)

    @staticmethod
    def read(data, peer, at):
        version = elements(read(data, 0)[1])[0][1][0]
        return Request(data, peer, at) if version < 3 else types.SimpleNamespace(version=version, peer=peer, time=at)


def test_version(work):
    """an agent is asked by version 3, 2c and 1 until it answers; one that is silent is told"""
    host, port = agents(work, 1)
    equal(example("version", host, port, "public", "noauth"), [f"{host} speaks version 3"], "a user whom the agent knows")
    equal(example("version", host, port, "public"), [f"{host} speaks version 2c"], "without a user")
    for number, name in ((0, "1"), (1, "2c")):
        fake = work.closing(Speaker(number))
        equal(example("version", "127.0.0.1", fake.port, "public", "noauth"), [f"127.0.0.1 speaks version {name}"], f"version {name} alone")
    fake = work.closing(Speaker(7))
    equal(example("version", "127.0.0.1", fake.port, "public", code=1), ["127.0.0.1: timeout after 4 requests"], "a silent one")


def test_walk(work):
    """a subtree to its end, with a limit, and of an agent that leads round in a circle"""
    at = agents(work, 1)
    descriptions = [f"{COLUMNS}.2.{i} = GigabitEthernet1/0/{i}" for i in range(1, 49)] + [f"{COLUMNS}.2.49 = Vlan1"]
    equal(example("walk", *at, "public", COLUMNS + ".2"), descriptions + ["ok"], "ifDescr")
    said = example("walk", *at, "public", COLUMNS + ".2", 3, code=1)
    check(said[:3] == descriptions[:3] and said[3].startswith("partial"), f"three of ifDescr: {said}")
    said = example("walk", *agents(work, 1, "--loop", 1), "public", "1.3.6.1.2.1", code=1)
    check(len(said) > 10 and said[-1].startswith("not-increasing"), f"the end of a circle: {said[-3:]}")


def test_table(work):
    """columns of two tables with one index, by name, a line a row; what is no column"""
    at = agents(work, 1, "--ports", 3)
    said = example("table", *at, "public", "ifDescr", "IF-MIB::ifAdminStatus", "ifName")
    equal(said, [f"ifIndex={i} ifDescr=GigabitEthernet1/0/{i} ifAdminStatus=up ifName=Gi1/0/{i}" for i in (1, 2, 3)] +
          ["ifIndex=4 ifDescr=Vlan1 ifAdminStatus=up ifName=Vl1"], "rows")
    example("table", *at, "public", "sysName", code=2, errors="table: sysName is no column of a table")


def test_set(work):
    """several objects in one SET, and why an agent refuses"""
    at = agents(work, 1)
    name, status = SYSTEM + ".5.0", COLUMNS + ".7.1"
    equal(example("set", *at, "private", name, "s", "0x41", status, "i", 2), ["done: 2 objects"], "SET")
    equal(example("get", *at, "public", "get", name, status), [name + " = 0x30783431", status + " = 2"], "what is there then")
    equal(example("set", *at, "private", name, "x", "0x4142"), ["done: 1 objects"], "SET of octets")
    equal(example("get", *at, "public", "get", name), [name + " = AB"], "what is there then")
    equal(example("set", *at, "public", name, "s", "x", code=1), [f"agent-error noAccess (error-status 6 of {name})"], "community to read")
    example("set", *at, "private", name, "i", "many", code=2, errors="set: many: .*")


def test_v3(work):
    """users by passphrase and by master key; a reason for each that is refused"""
    at = [*agents(work, 1, "--user", USER), SYSTEM + ".5.0"]
    keys = [master_key("SHA-256", k).hex() for k in (b"secret-auth-1", b"secret-priv-1")]
    equal(example("v3", *at, "bob", "SHA-256", "pass:secret-auth-1", "AES", "pass:secret-priv-1"), ["switch-00001"], "passphrases")
    equal(example("v3", *at, "bob", "SHA-256", "master:" + keys[0], "AES", "master:" + keys[1]), ["switch-00001"], "master keys")
    equal(example("v3", *at, "bob", "SHA-256", "pass:secret-auth-2", "AES", "pass:secret-priv-1", code=1)[0].split()[0], "wrong-digest", "reason")
    equal(example("v3", *at, "eve", code=1)[0].split()[0], "unknown-user", "reason")
    example("v3", *at, "bob", "SHA-256", "pass:short", code=2, errors=r"v3: .*\nv3: fleet_auth_set: .*")


def test_path(work):
    """a local address, a type of service and a policer; an engine and what a request by hand brings"""
    at = agents(work, 1, "--user", "bob,SHA-256,secret-auth-1")
    user = ["bob", "SHA-256", "secret-auth-1"]
    began = time.monotonic()
    said = example("path", *at, *user, "127.9.3.7", 200)
    check(re.fullmatch(r"engine [0-9a-f]{10,64} boots \d+ time \d+, authentic", said[0]), f"the engine: {said}")
    equal(said[1:2] + said[-1:], ["value switch-00001", "datagrams 3"], "what came by how many datagrams")
    check(time.monotonic() - began >= 0.4, "the policer's two gaps of 0.2 s were not kept")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
        listener.settimeout(20)
        listener.bind(("127.0.0.1", 0))
        here = ["127.0.0.1", str(listener.getsockname()[1])]
        work.start([os.path.join(FOLDER, "path"), *here, *user, "127.9.3.7", "0"], stdout=subprocess.DEVNULL)
        _, controls, _, sender = listener.recvmsg(2048, 64)
    equal(sender[0], "127.9.3.7", "the address that was asked from")
    equal([data[0] for _, kind, data in controls if kind == socket.IP_TOS], [0x40], "type of service")
    example("path", *at, *user, "198.51.100.1", 0, code=2, errors="path: fleet_new: .*")


def test_broadcast(work):
    """one question, heard by two agents, and by nobody"""
    agents_of_it = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    for i, one in enumerate(agents_of_it):
        one.bind((f"127.9.4.{i + 1}", 0))
    def answer(_, request):
        return [(request.reply([(request.oids[0], string(b"agent %d" % i))]), 0, one) for i, one in enumerate(agents_of_it)]

    heard = work.closing(FakeAgent(answer, host="127.255.255.255"))
    said = example("broadcast", heard.host, heard.port, "public", 300)
    ports = [one.getsockname()[1] for one in agents_of_it]
    equal(said, [f"127.9.4.{i + 1}:{ports[i]} agent {i}" for i in range(2)] + ["ok, 2 answers"], "answers")
    equal(len(heard.requests), 1, "questions")
    for one in agents_of_it:
        one.close()
    equal(example("broadcast", heard.host, free_port(), "public", 100, code=1), ["timeout, 0 answers"], "of a network without agents")


def test_patience(work):
    """retries, a deadline and a cancelled question of an agent that is silent"""
    said = example("patience", *agents(work, 1, "--dead", 1), SYSTEM + ".5.0")
    equal(sorted(re.sub(r" after.*", "", line) for line in said),
          ["cancel: cancelled", "deadline: deadline", "retries: timeout"], "reasons")
    took = {line.split(":")[0]: int(re.search(r"after (\d+) ms", line)[1]) for line in said}
    check(300 <= took["cancel"] < 2000 and 500 <= took["deadline"] < 2500 and took["retries"] >= 400, f"how long they took: {said}")
    check(any(line.endswith(", 3 requests") for line in said if line.startswith("retries")), f"two retries: {said}")


def test_names(work):
    """names of MIB modules to OIDs, values by their descriptions, a name that is wrong"""
    said = example("names", *agents(work, 1), "public", "sysName.0", "IF-MIB::ifOperStatus.1", "1.3.6.1.2.1.1.4.0")
    equal(sorted(said[::2]), ["IF-MIB::ifOperStatus.1 = INTEGER: up(1)", "SNMPv2-MIB::sysContact.0 = STRING: noc@example.net",
                              "SNMPv2-MIB::sysName.0 = STRING: switch-00001"], "as Net-SNMP writes them")
    check("    up" in said, f"the name of a number: {said}")
    example("names", "127.0.0.1", 9, "public", "IF-MIB::ifDesc.1", code=1, errors="names: .*did you mean .*ifDescr.*")


def test_schedule(work):
    """rows and reports of a built-in module and of one that is described by hand"""
    said = example("schedule", *agents(work, 1, "--ports", 3), "public", 3)
    reports = [line for line in said if re.match(r"router (system|ports): ", line)]
    check(len(reports) >= 4 and all(": ok, " in line for line in reports), f"reports: {reports}")
    ports = [line for line in said if re.match(r"router interface ifIndex=[123] ifDescr=GigabitEthernet1/0/[123] ifOperStatus=(up|down) ifHCInOctets=\d+$", line)]
    check(len(ports) >= 6 and len(ports) % 3 == 0, f"rows of three ports: {said}")
    check(sum(line.startswith("router system sysDescr=") for line in said) >= 2, f"rows of system: {said}")


def test_two_fleets(work):
    """two fleets take their turns in one loop"""
    said = example("two_fleets", *agents(work, 1))
    equal(sorted(said), sorted([f"answer {i}: ok" for i in range(1, 11)] + ["poll of system: ok"] * 2), "what they print")


def test_libuv(work):
    """a fleet in libuv's loop: answers, and time-outs without a timer of its own"""
    if not os.path.exists(os.path.join(FOLDER, "uv")):
        return  # built where libuv is
    said = example("uv", *agents(work, 1), "public", SYSTEM + ".5.0", 3)
    equal(said, ["switch-00001"] * 3, "answers")
    dead = agents(work, 1, "--dead", 1)
    said = example("uv", *dead, "public", SYSTEM + ".5.0", 1, code=1)
    check(len(said) == 1 and said[0].startswith("timeout "), f"of a silent agent: {said}")


def test_crowd(work):
    """10,000 agents asked at once"""
    host, port = agents(work, 10000)
    equal(example("crowd", host, 10000, port, SYSTEM + ".5.0", seconds=60), ["ok 10000"], "reasons")


def ask(port, text, parts=1):
    """What the TCP server answers to all of @text; it is sent in so many parts."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as s:
        for i in range(parts):
            s.sendall(text[len(text) * i // parts:len(text) * (i + 1) // parts].encode())
            time.sleep(0.02)
        if not text.endswith("quit\n"):
            s.shutdown(socket.SHUT_WR)
        got = b""
        while more := s.recv(4096):
            got += more
    return got.decode().splitlines()


def test_tcp_server(work):
    """clients ask through a TCP server: in order, in pieces, all at once, wrong lines, and clients that leave"""
    host, agent_port = agents(work, 50)
    dead_host, dead_port = agents(work, 1, "--dead", 1)
    port = free_port()
    server = work.start([os.path.join(FOLDER, "tcp_server"), str(port)], stdout=subprocess.PIPE)
    equal(server.stdout.readline(), b"ready\n", "what it says first")
    first = f"get {host}:{agent_port} {SYSTEM}"
    equal(ask(port, f"{first}.5.0\r\nhello\n{first}.55.0\n{first}.x\nquit\n", parts=7),
          ["switch-00001", "error: say 'get AGENT OID' or 'quit'", "error: there is no such object", "error: not an object identifier"], "answers")
    leaver = socket.create_connection(("127.0.0.1", port), timeout=20)
    leaver.sendall(f"get {dead_host}:{dead_port} {SYSTEM}.5.0\n".encode())
    began = time.monotonic()
    lines = [f"get {ipaddress.ip_address(host) + i}:{agent_port} {SYSTEM}.5.0\n" for i in range(50)]
    clients = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in lines]
    for client, line in zip(clients, lines):
        client.sendall(line.encode())
    leaver.close()
    equal([client.makefile().readline() for client in clients], [f"switch-{i + 1:05}\n" for i in range(50)], "answers to 50 clients")
    check(time.monotonic() - began < 3, "a silent agent delays the other clients")
    for client in clients:
        client.close()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as endless:
        endless.sendall(b"x" * 512)
        equal(endless.recv(1), b"", "the end of a client with a line that does not end")
    equal(ask(port, first + ".5.0\n"), ["switch-00001"], "it is still there")
    check(server.poll() is None, "the server ended")


if not os.path.isdir(FOLDER):
    skip("the examples are not built")
run([test_every_example_says_how_it_is_used, test_get, test_version, test_walk, test_table, test_set, test_v3, test_path,
     test_broadcast, test_patience, test_names, test_schedule, test_two_fleets, test_libuv, test_crowd, test_tcp_server], workers=2)
