"""Verbs that ask one agent, beside the program of Net-SNMP that each has the grammar and text of: both ask the same agent the same.

A verb has two faces. Linked under the program's name it acts as that program; as `snmpfleet VERB` it has defaults of its own, so that what is
compared says all that matters.
"""
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

from support import PROGRAM, check

MIBS = os.environ.get("MIBS_FOLDER", "")
VERBS = {"snmpget": "get", "snmpgetnext": "getnext", "snmpbulkget": "bulkget", "snmpset": "set", "snmpwalk": "walk",
         "snmpbulkwalk": "bulkwalk"}
SHOWN = 6
# What programs say of MIB files that are not as they should be is their own.
OF_FILES = re.compile(r"(?m)^(MIB search path: |Cannot find module |Did not find |Undefined identifier|Unlinked OID in |Cannot adopt OID in |"
                      r"Bad operator |Expected |Warning: Module |[^\n]*: imports [^\n]*, which is in none of |[^\n]* objects are left out: )[^\n]*\n")


def environment(folder, **more):
    """No program reads modules or settings of whoever runs the test."""
    others = ("MIBS", "MIBDIRS", "MIBFILES", "SMIPATH", "SNMP_PERSISTENT_DIR", "SNMP_PERSISTENT_FILE", "PREFIX", "POSIXLY_CORRECT")
    kept = {k: v for k, v in os.environ.items() if k not in others}
    conf = os.path.join(folder, "no-conf")
    os.makedirs(conf, exist_ok=True)
    return {**kept, "HOME": folder, "SNMPCONFPATH": conf, "XDG_CACHE_HOME": folder, "LC_ALL": "C", **more}


def links(folder):
    """A folder of links with the names of Net-SNMP's programs."""
    place = os.path.join(folder, "links")
    os.makedirs(place, exist_ok=True)
    for program in VERBS:
        if not os.path.islink(os.path.join(place, program)):
            os.symlink(os.path.abspath(PROGRAM), os.path.join(place, program))
    return place


class Said:
    """What a program wrote, and its exit code; text is latin-1, which any octets are."""

    def __init__(self, args, env, seconds=60):
        done = subprocess.run([str(a) for a in args], capture_output=True, env=env, timeout=seconds, stdin=subprocess.DEVNULL)
        self.code, self.out, self.err = done.returncode, done.stdout.decode("latin-1"), done.stderr.decode("latin-1")
        check("Sanitizer" not in self.err and "runtime error" not in self.err, f"{args}: {self.err[-3000:]}")
        check(self.code >= 0, f"{args}: killed by signal {-self.code}")


def plain_out(text):
    """Vertical tabs and form feeds are blanks to Net-SNMP, which hands them to the terminal; to us they are not printable."""
    return re.sub("[\x0b\x0c]", ".", text)


def plain_err(text, program):
    """Usages differ behind their first line, and so do the names that a program has for itself, and times."""
    text = re.sub(r"(?s)(USAGE: [^\n]*\n).*", r"\1", OF_FILES.sub("", text))
    text = re.sub(r"USAGE: (snmpfleet )?\w+ ", "USAGE: ", text)
    text = re.sub(rf"(?m)^(\S*/)?(snmpfleet {VERBS[program]}|{program}): ", f"{program}: ", text)
    return re.sub(r"Total traversal time = [\d.]+ seconds", "Total traversal time", text)


def difference(program, theirs, ours):
    """None, or what differs."""
    parts = []
    if theirs.code != ours.code:
        parts.append(f"exit {ours.code}, expected {theirs.code}")
    for what, got, expected in (("stdout", plain_out(ours.out), plain_out(theirs.out)),
                                ("stderr", plain_err(ours.err, program), plain_err(theirs.err, program))):
        if got == expected:
            continue
        lines, others = got.split("\n"), expected.split("\n")
        at = next((i for i, (a, b) in enumerate(zip(lines, others)) if a != b), min(len(lines), len(others)))
        parts.append(f"{what}, line {at + 1} of {len(others)}: {lines[at:at + 2]!r}, expected {others[at:at + 2]!r}")
    return "; ".join(parts) or None


class Pair:
    """Net-SNMP's programs and ours side by side, in one environment."""

    def __init__(self, folder, **env):
        self.place, self.env = links(folder), environment(folder, **env)

    def theirs(self, program, *args):
        return Said([program, *args], self.env)

    def link(self, program, *args):
        return Said([os.path.join(self.place, program), *args], self.env)

    def verb(self, program, *args):
        return Said([PROGRAM, VERBS[program], *args], self.env)

    def differences(self, commands, faces=("link",)):
        """Of commands (program, arguments...) those whose output or exit code differ, with what differs."""
        def compare(command):
            program, *args = command
            theirs, found = self.theirs(program, *args), []
            for face in faces:
                what = difference(program, theirs, getattr(self, face)(program, *args))
                if what is not None:
                    found.append(f"{face} of {' '.join(map(str, command))}: {what}")
            return found

        with ThreadPoolExecutor(2) as pool:
            return [d for found in pool.map(compare, commands) for d in found]

    def same(self, commands, faces=("link",)):
        found = self.differences(commands, faces)
        check(not found, f"{len(found)} differ of {len(commands)}:\n    " + "\n    ".join(found[:SHOWN]))
