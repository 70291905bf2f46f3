"""Recordings as text, twice: as Net-SNMP's snmpbulkwalk prints them, and as the library writes them (tests/tools/varbind_text.c)."""
import os
import re
import subprocess

import recordings
from support import Failed, check

MIBS = os.environ.get("MIBS_FOLDER", "")
TOOL = os.path.join(os.environ.get("TOOLS", ""), "tool_varbind_text")
SHOWN = 8


def environment(folder):
    """No program reads other modules or settings of whoever runs the test."""
    others = ("MIBS", "MIBDIRS", "MIBFILES", "SMIPATH", "SNMP_PERSISTENT_DIR")
    kept = {k: v for k, v in os.environ.items() if k not in others}
    return {**kept, "HOME": folder, "SNMPCONFPATH": folder, "XDG_CACHE_HOME": folder, "LC_ALL": "C"}


def output(args, env):
    """Standard output as latin-1: any octets."""
    got = subprocess.run(args, capture_output=True, env=env, timeout=200, stdin=subprocess.DEVNULL)
    check(b"Sanitizer" not in got.stderr and b"runtime error" not in got.stderr, f"{args}: {got.stderr[-3000:].decode()}")
    return got.stdout.decode("latin-1")


def differences(name, address, env, options=()):
    """How many lines Net-SNMP printed of a recording that @address plays, and those that differ: [(theirs, ours)]."""
    community = "public" + ("@" + name.partition("@")[2] if "@" in name else "")
    walk = ["snmpbulkwalk", *options, "-m", "ALL", "-M", MIBS, "-v2c", "-c", community, "-Cr25", "-Cc", "-t", "5", "-r", "5"]
    # Vertical tabs and form feeds are blanks to Net-SNMP, which hands them to the terminal; to us they are not printable.
    theirs = re.sub("[\x0b\x0c]", ".", output([*walk, address, ".1"], env)).split("\n")
    ours = output([TOOL, *options, MIBS, os.path.join(recordings.CORPUS, "recordings", name + ".snmprec")], env).split("\n")
    if len(theirs) != len(ours):
        raise Failed(f"{name} {' '.join(options)}: {len(ours)} lines, expected {len(theirs)}; the last are {ours[-2]!r} and {theirs[-2]!r}")
    return len(theirs) - 1, [(t, o) for t, o in zip(theirs, ours) if t != o]


def shown(found):
    """A few differences, for a message."""
    return "".join(f"\n    {where}: {ours!r}, expected {theirs!r}" for where, theirs, ours in found[:SHOWN])
