#!/usr/bin/env python3
"""SNMPv3 against another implementation than Net-SNMP (snmpsim, on pysnmp): contexts, all its protocols, 3DES among them, its refusals."""
import os
import shutil
import subprocess

import recordings
from support import AGENTS, Poll, Work, check, equal, eventually, free_port, kill, need_snmpsim, run, snmp_answers

AUTHS = {"MD5": "MD5", "SHA": "SHA", "SHA224": "SHA-224", "SHA256": "SHA-256", "SHA384": "SHA-384", "SHA512": "SHA-512"}
# Its names and ours: without a suffix it means Reeder's key extension.
PRIVS = {"DES": "DES", "3DES": "3DES", "AES": "AES", "AES192BLMT": "AES-192", "AES256BLMT": "AES-256", "AES192": "AES-192-C",
         "AES256": "AES-256-C"}
RECORDINGS = ["truenas_11-3", "rutos", "f5_ve", "nios", "ceraos"]
PATIENCE = ["--window", "4", "-t", "10s", "--deadline", "60s"]

of_all = Work()
its_own = everyone = 0    # ports: with snmpsim's own user; with a user for each pair of protocols


def user(name, auth=None, priv=None, **more):
    fields = {"username": name, **more}
    if auth is not None:
        fields.update(auth_protocol=AUTHS[auth], auth_password=f"authpass_{auth}")
    if priv is not None:
        fields.update(priv_protocol=PRIVS[priv], priv_password=f"privpass_{priv}")
    return fields


USERS = {"plain": user("plain"), **{a: user(a, a) for a in AUTHS}, **{f"{a}_{p}": user(f"{a}_{p}", a, p) for a in AUTHS for p in PRIVS}}
OWN = {"username": "simulator", "auth_protocol": "MD5", "auth_password": "auctoritas", "priv_protocol": "DES", "priv_password": "privatus"}


def configuration(work, auths):
    lines = "".join(f"  {name}: {{ {', '.join(f'{k}: {v}' for k, v in fields.items())} }}\n" for name, fields in auths.items())
    return work.write("config.yaml", "auths:\n" + lines)


def by_target(poll):
    found = {}
    for row in poll.rows:
        objects = found.setdefault(row["target"], {})
        check(row["oid"] not in objects, f"twice: {row}")
        objects[row["oid"]] = row["type"], row["value"]
    return found


def contexts_hold_what_communities_do(work, io):
    """each recording is a context of user simulator (MD5, DES): --walk .1 is that of v2c, and the recording"""
    lines = "".join(f"127.0.0.1:{its_own} name=3-{n} auth=own context={n}\n127.0.0.1:{its_own} name=2-{n} community={n}\n" for n in RECORDINGS)
    poll = Poll(work, io, ["--walk", ".1", *PATIENCE, "-f", configuration(work, {"own": OWN}), work.write("targets", lines)])
    equal(poll.code, 0, f"exit; {poll.result}")
    got = by_target(poll)
    for name in RECORDINGS:
        equal(got[f"3-{name}"], got[f"2-{name}"], f"{name} over v3")
        equal(got[f"3-{name}"], recordings.Recording(name, strip=True).expected(), name)


def every_pair_of_protocols(work, io):
    """all that pysnmp speaks, with both key extensions"""
    name = "nios"
    lines = "".join(f"127.0.0.1:{everyone} name={u} auth={u} context={name}\n" for u in USERS)
    poll = Poll(work, io, ["--walk", "1.3.6.1.2.1.1", *PATIENCE, "-f", configuration(work, USERS), work.write("targets", lines)])
    equal({r["target"]: r["reason"] + r["detail"] for r in poll.reports}, {u: "ok" for u in USERS}, f"reasons\n{poll.err}")
    expected = {o: v for o, v in recordings.Recording(name, strip=True).expected().items() if o.startswith("1.3.6.1.2.1.1.")}
    check(len(expected) >= 6, f"{name} has little: {expected}")
    equal(by_target(poll), {u: expected for u in USERS}, "objects")


def long_messages(work, io):
    """a whole recording by each privacy protocol: messages of all lengths, both ways"""
    name = "rutos"
    pairs = [("SHA", p) for p in PRIVS] + [("SHA512", "3DES"), ("MD5", "3DES")]
    lines = "".join(f"127.0.0.1:{everyone} name={a}_{p} auth={a}_{p} context={name}\n" for a, p in pairs)
    poll = Poll(work, io, ["--walk", ".1", *PATIENCE, "-f", configuration(work, USERS), work.write("targets", lines)])
    equal(poll.code, 0, f"exit; {poll.result}")
    expected = recordings.Recording(name, strip=True).expected()
    equal(by_target(poll), {f"{a}_{p}": expected for a, p in pairs}, "objects")


def refusals(work):
    """it says little: to a wrong digest an authenticated Report, whose digest is wrong here, and else nothing"""
    good = user("SHA256_3DES", "SHA256", "3DES")
    privacy, user_or_level = "wrong privacy protocol or password, or unknown context?", "unknown user or context?"
    cases = {
        "password": ({**good, "auth_password": "something else"}, "wrong-digest", "answers with a wrong digest"),
        "privacy": ({**good, "priv_password": "something else"}, "timeout", privacy),
        "variant": ({**user("SHA_AES256", "SHA"), "priv_protocol": "AES-256", "priv_password": "privpass_AES256"}, "timeout", privacy),
        "nopriv": (user("SHA", "SHA", "AES"), "timeout", privacy),
        "stranger": (user("stranger", "SHA"), "timeout", user_or_level),
        "noauth": (user("plain", "SHA"), "timeout", user_or_level),
        "context": (user("SHA", "SHA"), "timeout", user_or_level),
    }
    lines = [f"127.0.0.1:{everyone} name={a} auth={a} context={'nowhere' if a == 'context' else 'rutos'} timeout=1s retries=1\n" for a in cases]
    config = configuration(work, {name: fields for name, (fields, _, _) in cases.items()})
    poll = Poll(work, "auto", ["--modules", "system", "-f", config, work.write("targets", "".join(lines))])
    for name, (_, reason, detail) in cases.items():
        poll.expect(1, reason, target=name, detail=detail)


def start(folder, arguments):
    """snmpsimd with more than snmpsim-start gives it."""
    os.makedirs(os.path.join(folder, "cache"))
    shutil.chown(os.path.join(folder, "cache"), "snmpsimu")
    return of_all.start(["snmpsimd", "--data-dir=" + of_all.path("recordings"), "--cache-dir=" + os.path.join(folder, "cache"),
                         "--process-user=snmpsimu", "--process-group=nogroup", "--logging-method=null", *arguments],
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def start_its_own():
    global its_own
    its_own = free_port()
    folder = of_all.path("own")
    os.mkdir(folder)
    os.symlink("/dev/null", os.path.join(folder, "snmpsimd.log"))
    started = subprocess.run([os.path.join(AGENTS, "snmpsim-start"), folder, of_all.path("recordings"), str(its_own)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20)
    check(started.returncode == 0, "snmpsim does not start")
    with open(os.path.join(folder, "snmpsimd.pid"), encoding="ascii") as f:
        pid = int(f.read())
    of_all.closers.append(lambda: kill(pid))


def start_everyone():
    global everyone
    everyone = free_port()
    options = ["--v3-engine-id=auto"]
    for name in USERS:
        auth, _, priv = name.partition("_") if name != "plain" else ("", "", "")
        options += [f"--v3-user={name}"]
        options += [f"--v3-auth-key=authpass_{auth}", f"--v3-auth-proto={auth}"] if auth else []
        options += [f"--v3-priv-key=privpass_{priv}", f"--v3-priv-proto={priv}"] if priv else []
    start(of_all.path("everyone"), [*options, f"--agent-udpv4-endpoint=127.0.0.1:{everyone}"])


def main():
    names = recordings.names()
    check(set(RECORDINGS) <= set(names), "recordings")
    need_snmpsim()
    with of_all:
        os.mkdir(of_all.path("recordings"))
        for name in RECORDINGS:
            shutil.copy(os.path.join(recordings.CORPUS, "recordings", name + ".snmprec"), of_all.path("recordings"))
        start_its_own()
        start_everyone()
        for port in (its_own, everyone):
            eventually(lambda: snmp_answers(port, "rutos"), 60, "snmpsim answers")
        run([contexts_hold_what_communities_do, every_pair_of_protocols, long_messages, refusals], workers=3)


main()
