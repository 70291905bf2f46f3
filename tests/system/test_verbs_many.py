#!/usr/bin/env python3
"""The verbs that ask, of many agents at once: --targets, lists, -f, -o, --sorted; who is silent, who refuses, what is wrong in files."""
import csv
import io
import json
import os
import socket
import subprocess
import time
from itertools import groupby

from fake_agent import FakeAgent
from simulated import Simulated
from support import PROGRAM, check, equal, free_port, run

COUNT = 300
QUICK = ["-t", "0.3", "-r", "1"]
DESCR, SPEED, MISSING = "IF-MIB::ifDescr.1", "IF-MIB::ifSpeed.1", "1.3.6.1.9.9.0"
HEADER = ["time", "target", "address", "name", "oid", "type", "value", "reason", "detail"]


def ask(*args, stdin=None):
    done = subprocess.run([PROGRAM, *map(str, args)], capture_output=True, text=True, timeout=60, input=stdin, check=False)
    check("Sanitizer" not in done.stderr and "runtime error" not in done.stderr, done.stderr[-3000:])
    return done.returncode, done.stdout, done.stderr


def fleet(work, count, *options):
    agents = work.closing(Simulated(work, count, "-q", *options))
    return agents, work.write("targets", "".join(f"{agents.address(i)} name=a{i}\n" for i in range(count)))


def dead_of(agents, count):
    listed = ask("simulate", "--agents", count, "--listen", agents.address(0), "--dead", "0.1", "--list-faults")[1]
    dead = {f"a{i}" for i in range(count) if any(agents.address(i).split(":")[0] in line.replace(":", " ").split() for line in listed.split("\n"))}
    check(count // 20 < len(dead) < count // 5, f"{len(dead)} are dead: {listed[:500]}")
    return dead


def is_sanitized():
    """Whether the program keeps freed memory, and so says nothing of how much is in use."""
    with open(PROGRAM, "rb") as f:
        return b"__asan_init" in f.read()


def rows_of(text):
    rows = list(csv.reader(io.StringIO(text)))
    equal(rows[0], HEADER, "the header")
    return [dict(zip(HEADER, row)) for row in rows[1:]]


def test_hundreds_at_once(work):
    """each line has its target in front, an answer's lines stand together, the silent are told once each; exit 1; all wait together"""
    agents, targets = fleet(work, COUNT, "--dead", "0.1")
    dead = dead_of(agents, COUNT)
    start = time.monotonic()
    code, out, err = ask("get", *QUICK, "--targets", targets, "sysName.0", DESCR)
    check(time.monotonic() - start < 5, "the silent are waited for together")
    equal(code, 1, "exit where some are silent")
    lines = [line.split(": ", 1) for line in out.splitlines()]
    equal(len(lines), 2 * (COUNT - len(dead)), "lines")
    for (first, name), (second, descr) in zip(lines[::2], lines[1::2]):
        equal((first, name), (second, f"SNMPv2-MIB::sysName.0 = STRING: switch-{int(first[1:]) + 1:05}"), "an answer's lines")
        check(descr.startswith("IF-MIB::ifDescr.1 = STRING: "), descr)
    equal({name for name, _ in lines}, {f"a{i}" for i in range(COUNT)} - dead, "who answered")
    equal(sorted(err.splitlines()), sorted(f"{name}: timeout: no answer from {agents.address(int(name[1:])).split(':')[0]}, requests 2" for name in dead),
          "who did not")


def test_sorted(work):
    """--sorted gives targets in the order of the file, the silent among them, for records and text alike"""
    agents, targets = fleet(work, COUNT, "--dead", "0.1", "--jitter", "1:30ms")
    dead, names = dead_of(agents, COUNT), [f"a{i}" for i in range(COUNT)]
    code, out, _ = ask("get", *QUICK, "--sorted", "--targets", targets, "sysName.0")
    equal((code, [line.split(":")[0] for line in out.splitlines()]), (1, [name for name in names if name not in dead]), "text")
    rows = rows_of(ask("get", *QUICK, "--sorted", "-o", "csv", "--targets", targets, "sysName.0")[1])
    equal([row["target"] for row in rows], names, "records")
    equal({row["target"] for row in rows if row["reason"] == "timeout"}, dead, "failures among the records")
    code, out, _ = ask("bulkwalk", *QUICK, "--sorted", "--targets", targets, "ifType")
    blocks = [(name, len(list(lines))) for name, lines in groupby(out.splitlines(), lambda line: line.split(":")[0])]
    check(blocks == [(name, blocks[0][1]) for name in names if name not in dead] and blocks[0][1] >= 48 and code == 1, f"a walk: {blocks[:9]}")


def test_what_waits_has_a_bound(work):
    """--sorted behind an agent that is silent: beyond the fleet's memory walks wait, and all comes whole and in order when it is done"""
    agents, targets = fleet(work, 150, "--ports", "200")
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with silent:
        silent.bind(("127.0.0.1", 0))
        first = work.write("first", f"127.0.0.1:{silent.getsockname()[1]} name=silent timeout=2s retries=0\n")
        args = ["bulkwalk", "--sorted", "-o", "csv", "--targets", first, "--targets", targets, "-Cr50", "ifTable"]
        peaks = []
        for memory in ("256M", "8M"):
            config = work.write("config.yaml", f"fleet: {{memory: {memory}}}\n")
            with open(work.path(memory), "wb") as out, subprocess.Popen([PROGRAM, *args, "-f", config], stdout=out, stderr=subprocess.PIPE) as process:
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                equal((process.returncode, process.stderr.read()), (1, b""), "exit, and nothing on standard error")
            peaks.append(usage.ru_maxrss >> 10)
        # Read behind both runs: what is in use here counts as theirs.
        for memory in ("256M", "8M"):
            blocks = [(name, len(list(rows))) for name, rows in groupby(work.read(memory).splitlines()[1:], lambda line: line.split(",")[1])]
            equal(blocks, [("silent", 1)] + [(f"a{i}", blocks[1][1]) for i in range(150)], "targets and their records")
            check(blocks[1][1] > 200 * 10, f"{blocks[1]}")
    check(is_sanitized() or peaks[1] < peaks[0] - 40, f"MiB at most: {peaks}")


def test_records(work):
    """-o csv and -o json say the same: names, OIDs, types, values as poll writes them, exceptions, failures with a reason; of one agent, too"""
    agents = work.closing(Simulated(work, 3, "-q"))
    silent = f"127.0.0.1:{free_port()}"
    at = ",".join([agents.address(0), agents.address(1), silent])
    args = [*QUICK, at, "sysName.0", SPEED, "ifPhysAddress.1", MISSING]
    rows = rows_of(ask("get", "--sorted", "-o", "csv", *args)[1])
    code, out, err = ask("get", "--sorted", "-o", "json", *args)
    objects = [json.loads(line) for line in out.splitlines()]
    equal((code, err, len(objects)), (1, "", 9), "exit, nothing on standard error, records")
    for row, o in zip(rows, objects):
        equal([k for k in o if k not in ("value", "time")], [k for k in row if k not in ("value", "time") and (row[k] or k == "detail" and "reason" in o)],
              "fields that are there")
        equal({k: str(v) for k, v in o.items() if k not in ("time", "value")}, {k: row[k] for k in o if k not in ("time", "value")}, "fields")
        equal("" if o.get("value") is None else str(o["value"]), row["value"], "the value")
    equal([(o["name"], o["oid"], o["type"], o["value"]) for o in objects[:4]],
          [("SNMPv2-MIB::sysName.0", "1.3.6.1.2.1.1.5.0", "OctetString", "switch-00001"),
           ("IF-MIB::ifSpeed.1", "1.3.6.1.2.1.2.2.1.5.1", "Gauge32", 1000000000),
           ("IF-MIB::ifPhysAddress.1", "1.3.6.1.2.1.2.2.1.6.1", "OctetString", "02:00:00:00:00:01"),
           ("SNMPv2-SMI::internet.9.9.0", MISSING, "NoSuchObject", None)], "the first agent's")
    check(objects[8]["target"] == silent and objects[8]["reason"] in ("timeout", "unreachable"), objects[8])
    code, out, _ = ask("get", "-o", "json", agents.address(2), "sysName.0")
    equal((code, json.loads(out)["value"]), (0, "switch-00003"), "one agent")


def test_what_agents_refuse(work):
    """v1 says no to one object: told with its name, the rest asked again, exit 2; -Cf does not ask again; SET refused and taken"""
    agents = work.closing(Simulated(work, 2, "-q"))
    at = f"{agents.address(0)},{agents.address(1)}"
    code, out, err = ask("get", "--sorted", "-v1", at, "sysName.0", MISSING, DESCR)
    refused = [f"{agents.address(i)}: agent-error: noSuchName: SNMPv2-SMI::internet.9.9.0" for i in range(2)]
    equal((code, len(out.splitlines()), err.splitlines()), (2, 4, refused), "exit, what is left, what is told")
    code, out, err = ask("get", "--sorted", "-v1", "-Cf", at, "sysName.0", MISSING)
    equal((code, out, err.splitlines()), (2, "", refused), "-Cf")
    silent = f"127.0.0.1:{free_port()}"
    equal(ask("get", *QUICK, "-v1", f"{at},{silent}", MISSING)[0], 2, "the larger exit wins")
    code, out, err = ask("set", "-c", "private", at, "sysLocation.0", "s", "rack 9")
    equal((code, len(out.splitlines()), err), (0, 2, ""), "SET")
    equal(ask("get", at, "sysLocation.0")[1].count("rack 9"), 2, "it was set")
    code, out, err = ask("set", "-c", "private", at, "sysServices.0", "i", "5")
    check(code == 2 and out == "" and err.count("agent-error: notWritable: SNMPv2-MIB::sysServices.0") == 2, f"{code} {out} {err}")
    code, out, err = ask("bulkget", "-v1", at, "sysName")
    check(code == 1 and err.count("SNMPv1 has no GETBULK") == 2, f"{code} {err}")


def test_other_questions(work):
    """getnext, bulkget with its numbers, a quiet SET, datagrams shown: of each agent what the verb gives of it alone"""
    agents = work.closing(Simulated(work, 2, "-q"))
    at, both = [agents.address(0), agents.address(1)], f"{agents.address(0)},{agents.address(1)}"
    for args in (["getnext", "sysContact", "ifDescr"], ["bulkget", "-Cn1", "-Cr3", "sysName", "ifDescr"], ["getbulk", "-Cr2", "ifDescr", "ifType"],
                 ["get", "-v1", "sysName.0"], ["get", "-On", "ifPhysAddress.1"], ["get", "-Oqv", "sysName.0"]):
        options, oids = [a for a in args[1:] if a[0] == "-"], [a for a in args[1:] if a[0] != "-"]
        alone = [ask(args[0], *options, host, *oids) for host in at]
        got = ask(args[0], "--sorted", *options, both, *oids)
        expected = "".join(f"{host}: {line}\n" for host, (_, out, _) in zip(at, alone) for line in out.splitlines())
        equal((got, len(expected) > 0), ((0, expected, ""), True), f"{args}")
    equal(ask("set", "-Cq", "-c", "private", both, "sysLocation.0", "s", "rack 3"), (0, "", ""), "-Cq")
    shown = ask("get", "-d", both, "sysName.0")[2]
    check(shown.count("\nSending ") == 2 and all(f"[{host.split(':')[0]}]:{agents.port}" in shown for host in at), shown)


def test_walks(work):
    """walk and bulkwalk give each agent's objects once, as they do of one; -C letters; what is no subtree is asked for itself; a circle ends"""
    agents, targets = fleet(work, 5)
    alone = ask("walk", agents.address(0), "ifTable")[1].splitlines()
    for verb in (["walk"], ["bulkwalk"], ["bulkwalk", "-v1"], ["bulkwalk", "-Cr40"]):
        code, out, err = ask(*verb, "--targets", targets, "ifTable")
        equal((code, err), (0, ""), f"{verb}")
        mine = [line.split(": ", 1)[1] for line in out.splitlines() if line.startswith("a0: ")]
        equal([line.split(" = ")[0] for line in mine], [line.split(" = ")[0] for line in alone], f"{verb}")
    code, out, _ = ask("walk", "--sorted", "-Cp", "--targets", targets, "sysName.0")
    equal((code, out.splitlines()[1:4:2]), (0, ["a0: Variables found: 1", "a1: Variables found: 1"]), "of an instance")
    code, out, _ = ask("walk", "-CE", "sysName", agents.address(0) + "," + agents.address(1), "system")
    equal((code, len(out.splitlines())), (0, 8), "-CE ends in front of its OID")
    looping = work.closing(Simulated(work, 2, "-q", "--loop", "1"))
    code, out, err = ask("walk", f"{looping.address(0)},{looping.address(1)}", "ifTable")
    check(code == 1 and err.count(": not-increasing: ") == 2, f"{code} {err}")


def test_users(work):
    """auths of -f, by name and as default; the command line's user for targets that do not say; one whose password is wrong is told"""
    agents = work.closing(Simulated(work, 4, "-q"))
    config = work.write("config.yaml", """defaults:
  auth: strong
auths:
  strong: {username: sha256_aes, auth_protocol: SHA-256, auth_password: authpass_sha256, priv_protocol: AES, priv_password: privpass_aes}
  plain: {version: 2c, community: public}
  wrong: {username: sha256_aes, auth_protocol: SHA-256, auth_password: not the password, priv_protocol: AES, priv_password: privpass_aes}
""")
    os.chmod(config, 0o600)
    targets = work.write("targets", f"{agents.address(0)} name=strong\n{agents.address(1)} name=plain auth=plain\n"
                                    f"{agents.address(2)} name=wrong auth=wrong\n")
    code, out, err = ask("get", *QUICK, "-f", config, "--sorted", "--targets", targets, "sysName.0")
    equal((code, out.count("\n"), err.split(": ")[:2]), (1, 2, ["wrong", "wrong-digest"]), "auths by name")
    code, out, err = ask("get", "-f", config, agents.address(3), "sysName.0")
    equal((code, out, err), (0, "SNMPv2-MIB::sysName.0 = STRING: switch-00004\n", ""), "one agent by the default")
    user = ["-u", "sha_aes", "-a", "SHA", "-A", "authpass_sha", "-x", "AES", "-X", "privpass_aes"]
    code, out, err = ask("get", *user, ",".join(agents.address(i) for i in range(4)), "sysName.0")
    equal((code, out.count("\n"), err), (0, 4, ""), "the command line's user")


def test_what_is_wrong(work):
    """mistakes in files by file, line and column, duplicates, unknown names, letters for one agent: exit 1, nothing asked"""
    agents, targets = fleet(work, 2)
    nonsense = work.write("nonsense", f"{agents.address(0)}\n{agents.address(1)} speed=9\n300.1.1.1/99\n")
    code, out, err = ask("get", "--targets", nonsense, "sysName.0")
    equal((code, out), (1, ""), "nothing is asked")
    check(f"{nonsense}:2:" in err and f"{nonsense}:3:" in err, err)
    twice = work.write("twice", f"{agents.address(0)} name=x\n{agents.address(1)} name=x\n")
    code, out, err = ask("get", "--targets", twice, "sysName.0")
    check(code == 1 and out == "" and f"{twice}:2:" in err, f"{code} {err}")
    for args, told in ((["get", "--targets", work.path("none/at/all"), "sysName.0"], "No such file"), (["get", "--targets", targets, "nonsenseName"], "nonsenseName"),
                       (["get", "-f", work.path("none.yaml"), "--targets", targets, "sysName.0"], "none.yaml"), (["get", "-o", "xml", "a,b", "sysName.0"], "text, csv or json"),
                       (["get", "--targets"], "--targets: needs a value"), (["table", "--targets", targets, "ifTable"], "asks one agent"),
                       (["walk", "-CT", "--targets", targets, "system"], "-CT is for one agent"), (["get", ",", "sysName.0"], "no target")):
        code, out, err = ask(*args)
        check(code == 1 and out == "" and told in err, f"{args}: {code} {out} {err}")
    code, out, _ = ask("get", "--targets", "-", "sysName.0", stdin=f"{agents.address(0)} name=piped\n")
    equal((code, out.split(":")[0]), (0, "piped"), "standard input")
    block = f"{str(agents.first).rsplit('.', 1)[0]}.1-2:{agents.port}"
    code, out, _ = ask("get", "--sorted", "--targets", block, "sysName.0")
    equal((code, len(out.splitlines())), (0, 2), "a range")
    code, _, err = ask("getnext", "--help")
    equal((code, err), (0, ""), "--help")


def test_an_agent_that_lies(work):
    """lines that an agent makes up begin with its target's name, too; bytes that are no text are not shown as they are"""
    value = b"one\nx: SNMPv2-MIB::sysName.0 = STRING: forged"
    agent = work.closing(FakeAgent(lambda _agent, request: [request.reply([(request.oids[0], bytes([4, len(value)]) + value)])]))
    code, out, _ = ask("get", "--targets", f"127.0.0.1:{agent.port} name=liar", "sysName.0")
    equal((code, [line.split(": ")[0] for line in out.splitlines()]), (0, ["liar", "liar"]), "each line")


run([test_hundreds_at_once, test_sorted, test_what_waits_has_a_bound, test_records, test_what_agents_refuse, test_other_questions, test_walks, test_users, test_what_is_wrong, test_an_agent_that_lies])
