#!/usr/bin/env python3
"""Whole walks as text: what snmpbulkwalk prints of a recording, with all modules loaded, is what the library writes, line by line.

Agents of `simulate` play the recordings of real devices; Net-SNMP's program walks each of them. Where we differ on purpose stands in
KNOWN, with the reason.
"""
import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import recordings
import walk_text
from simulated import Simulated
from support import Work, check, run, skip

# Lines of a recording that differ, by what they begin with.
KNOWN = {
    # "0" where DateAndTime should be. For "2d" Net-SNMP reads an octet behind the value; RFC 2579 says that what is there counts.
    "luminato_c12": ["ENTITY-MIB::entPhysicalMfgDate."],
}
# Recordings that have much of what the modules describe, for all ways of writing.
RICH = ["avocent_8000", "alfo80hd", "timos_7750", "ocnos_s9510-28dc-b"]
STYLES = ["n", "s", "f", "u", "b", "X", "E", "e", "q", "Q", "v", "t", "T", "a", "x", "U", "0", "XE", "Qe", "sqt", "nx", "fX", "QvT", "Xsq"]

agents = None
devices = []


def address(name):
    return agents.address(devices.index(name.partition("@")[0]))


def walk_all(work, walks):
    """All differences but the known ones, as (recording, theirs, ours), of walks given as (recording, options)."""
    env = walk_text.environment(work.folder)
    lines, found, known = 0, [], 0
    with ThreadPoolExecutor(2) as pool:
        jobs = [(n, o, pool.submit(walk_text.differences, n, address(n), env, o)) for n, o in walks]
        for name, options, job in jobs:
            count, differing = job.result()
            lines += count
            for theirs, ours in differing:
                is_known = any(theirs.startswith(start) for start in KNOWN.get(name, []))
                known += is_known
                if not is_known:
                    found.append((" ".join([name, *options]), theirs, ours))
    print(f"{len(walks)} walks, {lines} lines, {known} with a known difference, {len(found)} others")
    return found


def test_whole_walks(work):
    """By default: names, indexes, named numbers, hints, units of 300 devices."""
    found = walk_all(work, [(name, ()) for name in recordings.names()])
    check(not found, f"{len(found)} lines differ{walk_text.shown(found)}")


def test_styles(work):
    """All letters of -O."""
    names = [n for n in RICH if n in devices]
    found = walk_all(work, [(name, ("-O" + style,)) for name in names for style in STYLES])
    check(not found, f"{len(found)} lines differ{walk_text.shown(found)}")


def main():
    global agents
    if not os.path.isdir(walk_text.MIBS):
        skip("no MIB modules here (MIBS_FOLDER)")
    if shutil.which("snmpbulkwalk") is None:
        skip("no snmpbulkwalk here")
    names = recordings.names()
    devices.extend(sorted((n for n in names if "@" not in n), key=lambda n: n + ".snmprec"))
    with Work() as work:
        agents = Simulated(work, len(devices), "--recordings", os.path.join(recordings.CORPUS, "recordings"))
        run([test_whole_walks, test_styles], workers=1, ios=["mmsg"])


main()
