#!/usr/bin/env python3
"""The long comparison: every verb beside Net-SNMP's program, on all recordings (served by snmpsim) and for all users of a real snmpd.

Not part of the suite; it takes some minutes:
    SNMPFLEET=build/snmpfleet MIBS_FOLDER=../shared/mibs AGENTS=../shared/agents CORPUS=../shared/corpus tests/system/compare_verbs.py [N]
N: only each N-th recording. Exit 1 when something differs that KNOWN does not name.
"""
import os
import re
import sys
import time

import recordings
from net_snmp import Snmpd
from snmpsim import Snmpsim
from support import Failed, Work
from verbs import VERBS, Trio, need_programs

S = "1.3.6.1.2.1.1"
PATIENT = ["-t", "5", "-r", "3"]
AUTHS = ["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]
PRIVS = ["DES", "AES", "AES-192", "AES-256", "AES-192-C", "AES-256-C"]
# Vertical tabs and form feeds are blanks to Net-SNMP, which hands them to the terminal; to us they are not printable.
BLANKS = re.compile("[\x0b\x0c]")
KNOWN = {
    # DateAndTime that is "0": Net-SNMP reads an octet behind the value.
    "luminato_c12": re.compile(r"ENTITY-MIB::entPhysicalMfgDate\."),
}
# snmpsim dies of lines whose OID is no OID.
DEADLY = {"windows_svr_2019_1809"}


def differences(name, theirs, ours):
    pairs = list(zip(BLANKS.sub(".", theirs[1]).split("\n"), ours[1].split("\n")))
    found = [(t, o) for t, o in pairs if t != o and not (name in KNOWN and KNOWN[name].match(t))]
    if theirs[0] != ours[0]:
        found.append((f"exit {theirs[0]}", f"exit {ours[0]}: {ours[2][-200:]}"))
    if theirs[1].count("\n") != ours[1].count("\n"):
        found.append((f"{theirs[1].count(chr(10))} lines", f"{ours[1].count(chr(10))} lines"))
    return found


def walk_devices(work, step):
    cases = lines = 0
    bad = []
    agent = Snmpsim(work.folder)
    try:
        for name in [n for n in recordings.names() if n not in DEADLY][::step]:
            at = f"127.0.0.1:{agent.port}"
            for mibs, program, args in (("", "snmpbulkwalk", ["-v2c", "-Cr40"]), ("ALL", "snmpbulkwalk", ["-v2c", "-Cr40", "-Cc"]),
                                        ("ALL", "snmpwalk", ["-v1"])):
                trio = Trio(work, mibs)
                oid = [S] if program == "snmpwalk" else [".1"]
                full = [*args, "-c", name, *PATIENT, at, *oid]
                theirs, ours = trio.theirs(program, *full), trio.link(program, *full)
                cases, lines = cases + 1, lines + theirs[1].count("\n")
                bad += [(name, program, mibs, *pair) for pair in differences(name, theirs, ours)[:3]]
    finally:
        agent.close()
    print(f"recordings: {cases} walks, {lines} lines, {len(bad)} differences")
    return bad


def ask_users(work):
    cases, bad = 0, []
    folder = os.path.join(work.folder, "snmpd")
    os.mkdir(folder)
    agent = Snmpd(folder)
    users = [["-u", "noauth_nopriv", "-l", "noAuthNoPriv"]]
    for auth in AUTHS:
        plain = auth.replace("-", "").lower()
        how = ["-a", auth, "-A", f"authpass_{plain}"]
        users.append(["-u", f"{plain}_nopriv", "-l", "authNoPriv", *how])
        users += [["-u", f"{plain}_{priv.replace('-', '').lower()}", "-l", "authPriv", *how, "-x", priv,
                   "-X", f"privpass_{priv.replace('-', '').lower()}"] for priv in PRIVS]
    try:
        trio = Trio(work)
        for user in users:
            for program in VERBS:
                oids = [S + ".4.0"] + (["s", "nobody@example.org"] if program == "snmpset" else [])
                try:
                    trio.same(program, "-v3", *user, f"127.0.0.1:{agent.port}", *oids, verb=False)
                except Failed as why:
                    bad.append((user[1], program, str(why)[:300]))
                cases += 1
    finally:
        agent.stop()
    print(f"users: {len(users)}, {cases} questions, {len(bad)} differences")
    return bad


need_programs()
start = time.monotonic()
with Work() as everything:
    found = ask_users(everything) + walk_devices(everything, int(sys.argv[1]) if len(sys.argv) > 1 else 1)
for one in found[:40]:
    print(one)
print(f"{time.monotonic() - start:.0f} s")
sys.exit(1 if found else 0)
