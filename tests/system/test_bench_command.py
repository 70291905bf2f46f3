#!/usr/bin/env python3
"""A benchmark's report tells the command line as it was given, options and operands in their order, without secrets."""
import json

from simulated import Simulated
from support import check, equal, run, snmpfleet

SECRET = "public"  # of the simulated agents, and known to nobody who reads the report


def test_the_command_is_told_as_it_was_given(work):
    """operands before, between and behind options"""
    at = work.closing(Simulated(work, 1)).address(0)
    args = ["bench", "--rate", "20", "-c", SECRET, at, "--duration", "200ms", "sysName.0", "--warmup", "1ms", "--json", "-", "-q", "--no-sample"]
    done = snmpfleet(args)
    result = json.loads(done.out)
    words = result["command"].split(" ")
    equal([w for i, w in enumerate(words) if words[i - 1] != "-c"], ["snmpfleet"] + [w for w in args if w != SECRET], "the command")
    check(SECRET not in result["command"], f"the community is told: {words}")
    check(set(words[words.index("-c") + 1]) <= {"*"}, f"behind -c: {words}")
    equal(result["load"]["oids"], ["sysName.0"], "the OIDs")


run([test_the_command_is_told_as_it_was_given], workers=1, ios=["none"])
