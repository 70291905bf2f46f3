#!/usr/bin/env python3
"""`snmpfleet translate` beside Debian's snmptranslate, with the same modules: names, OIDs, definitions and lists of all objects.

Net-SNMP's program takes many names at once, so each comparison is one run of either. What differs on purpose, or because Net-SNMP
errs, stands in KNOWN and in the tests, with the reason.
"""
import os
import re
import shutil
import subprocess

import walk_text
from support import PROGRAM, check, equal, run, skip

MIBS = walk_text.MIBS

# Definitions of which one line differs: what it begins with, and why.
KNOWN = {
    # Net-SNMP takes the name `current` of a number for a keyword and leaves it out.
    "IEEE8023-LAG-MIB::dot3adIPPDebugDRCPRxState": "  SYNTAX",
    # (-1..2147483648): Net-SNMP keeps 32 bits of a bound.
    "UPS-MIB::upsShutdownAfterDelay": "  SYNTAX",
    "UPS-MIB::upsStartupAfterDelay": "  SYNTAX",
    # Opaque (SIZE (7)): Net-SNMP prints what its buffer held before.
    "UCD-SNMP-MIB::laLoadFloat": "  SYNTAX",
}
# Their OwnerString is imported from a module that is not there, for which each of us takes another one.
OTHER_OWNER = {f"TOKEN-RING-RMON-MIB::{name}Owner" for name in
               ("tokenRingMLStats", "tokenRingPStats", "ringStationControl", "sourceRoutingStats")}
DESCRIPTION_MAX = 4096  # of Net-SNMP, which cuts what is longer

INSTANCES = [
    "IF-MIB::ifDescr.5", "ifDescr.5", ".1.3.6.1.2.1.2.2.1.2.5", "1.3.6.1.2.1.2.2.1.2.5", "system.sysUpTime.0", "iso.org.dod", ".iso.3.dod",
    "interfaces.ifTable.ifEntry.ifDescr.7", "SNMPv2-MIB::sysUpTime.0", 'SNMP-VIEW-BASED-ACM-MIB::vacmGroupName.3."abc"',
    'vacmGroupName.3."a\\"b"', "vacmGroupName.3.3.97.98.99", "SNMP-TARGET-MIB::snmpTargetAddrTDomain.'abc'",
    "TCP-MIB::tcpConnState.1.2.3.4.80.5.6.7.8.99", "BRIDGE-MIB::dot1dTpFdbPort.'0:1b:2c:3:4:5'", "BRIDGE-MIB::dot1dTpFdbPort.0.1.2.3.4.5",
    "TCP-MIB::tcpConnectionState.ipv4.4.1.2.3.4.80.ipv4.4.5.6.7.8.99", "TCP-MIB::tcpConnectionState.1.4.1.2.3.4.80.1.4.5.6.7.8.99",
    "IF-MIB::ifStackStatus.0.1", "ip.ipAddrTable.ipAddrEntry.ipAdEntAddr.192.0.2.1", "ENTITY-MIB::entPhysicalName.1", "enterprises.9.1.1",
    ".1.3.6.1.2.1.2.2.1.99.5", ".1.3.6.1.2.1.2.2.99.4", ".1", ".0", ".2.5.6", ".1.3.6.1.4.1.99999.1", ".1.3.6.1.2.1.1.3.0.5",
    ".1.3.6.1.6.3.16.1.2.1.3.3.9.1", ".1.3.6.1.2.1.6.19.1.7.2.16.1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.22.0.0.22",
    ".1.3.6.1.2.1.6.19.1.7.3.8.1.2.3.4.0.0.0.9.22.1.4.255.2.3.4.22", "HOST-RESOURCES-MIB::hrSWRunName.77", "RMON2-MIB::nlMatrixSDPkts.1.2.3.4",
]


class Pair:
    """Both programs, with the same modules and nobody's settings."""

    def __init__(self, work):
        self.env = walk_text.environment(work.folder)

    def run(self, options, names=()):
        """Their standard output and ours."""
        options = ["-m", "ALL", "-M", MIBS, *options]
        return walk_text.output(["snmptranslate", *options, *names], self.env), walk_text.output([PROGRAM, "translate", *options, *names], self.env)

    def same(self, options, names):
        # The roots are of no module: "#-1" to Net-SNMP, nothing to us.
        theirs, ours = (text.replace("#-1", "").split("\n") for text in self.run(options, names))
        same_lines(" ".join(options), theirs, ours)
        return len(theirs)

    def ours(self, *args):
        got = subprocess.run([PROGRAM, "translate", *args], capture_output=True, text=True, env=self.env, timeout=60)
        check("Sanitizer" not in got.stderr and "runtime error" not in got.stderr, got.stderr[-3000:])
        return got


def same_lines(what, theirs, ours):
    equal(len(ours), len(theirs), f"{what}: lines")
    different = [(t, o) for t, o in zip(theirs, ours) if t != o]
    check(not different, f"{what}: {len(different)} of {len(theirs)} lines differ" + walk_text.shown([("", t, o) for t, o in different]))


def all_oids(pair):
    """Each once, numeric. A few objects that Net-SNMP has twice under different names are told once by us."""
    theirs, ours = pair.run(["-To"])
    theirs, ours = set(theirs.split()), set(ours.split())
    equal(sorted(ours ^ theirs), [], "OIDs of all objects that only one of us knows")
    return sorted(ours)


def test_every_object(work):
    """OIDs to names in all styles, and the names to OIDs again."""
    pair = Pair(work)
    oids = all_oids(pair)
    for style in "nfsSu":
        pair.same(["-O" + style], oids)
    names = walk_text.output(["snmptranslate", "-m", "ALL", "-M", MIBS, "-OS", *oids], pair.env).split()
    pair.same(["-On"], names)
    pair.same(["-IR", "-On"], [n.rpartition("::")[2] for n in names])
    full = walk_text.output(["snmptranslate", "-m", "ALL", "-M", MIBS, "-Of", *oids], pair.env).split()
    pair.same(["-On"], full)
    print(f"{len(oids)} objects")


def definitions(text):
    """[name, line, line...] of each object."""
    blocks = re.split(r"\n\n(?=\S+\n\S+ \S+\n  -- FROM)", text.rstrip("\n"))
    return [block.split("\n") for block in blocks]


def is_cut(theirs, ours):
    """The description is longer than Net-SNMP keeps."""
    theirs, ours = "\n".join(theirs), "\n".join(ours)
    cut = re.search(r'  DESCRIPTION\t"(.*?)"\n', theirs, re.S)
    return cut is not None and len(cut.group(1)) == DESCRIPTION_MAX - 1 and ours.startswith(theirs[:cut.end() - 2])


def is_known(theirs, ours):
    name = theirs[0]
    if name in OTHER_OWNER or is_cut(theirs, ours):
        return True
    # type_23: Net-SNMP has no word for NOTIFICATION-GROUP.
    theirs = [line.replace(" type_23", " NOTIFICATION-GROUP") for line in theirs]
    if len(theirs) != len(ours):
        return False
    return all(t == o or (name in KNOWN and t.startswith(KNOWN[name]) and o.startswith(KNOWN[name])) for t, o in zip(theirs, ours))


def test_definitions(work):
    """-Td of every object, to the letter, with long lines and with short ones."""
    pair = Pair(work)
    oids = all_oids(pair)
    for options in (["-Td"], ["-Td", "-w", "70", "-On"]):
        theirs, ours = (definitions(text) for text in pair.run(options, oids))
        equal([o[0] for o in ours], [t[0] for t in theirs], "names")
        different = [(t, o) for t, o in zip(theirs, ours) if t != o]
        # What is known is judged where it is on one line.
        bad = [(t, o) for t, o in different if not is_known(t, o)] if options == ["-Td"] else []
        check(not bad, f"{len(bad)} definitions differ\n" + "\n".join("\n".join(t + ["--- but ours is"] + o) for t, o in bad[:3]))
        print(f"{' '.join(options)}: {len(theirs)} definitions, {len(different)} with a known difference")
        check(len(different) < 60, f"{len(different)} definitions differ")


def test_lists(work):
    """The tree and the lists of all objects. We tell the lists in the order of OIDs."""
    pair = Pair(work)
    # The definitions that are known to differ do so in these lines.
    theirs, ours = ([line for line in text.split("\n") if not re.search(r"Range: |Values: |Size: ", line)] for text in pair.run(["-Tp"]))
    same_lines("-Tp", theirs, ours)
    for letter in "lsz":
        theirs, ours = (sorted(text.split("\n")) for text in pair.run(["-T" + letter]))
        same_lines("-T" + letter, theirs, ours)
    # tc=N is a place in a table of Net-SNMP's.
    theirs, ours = (sorted(re.sub(r" tc=\d+", "", text).split("\n")) for text in pair.run(["-Tt"]))
    different = [(t, o) for t, o in zip(theirs, ours) if t != o and "Owner(" not in t]
    check(not different, f"-Tt: {len(different)} lines differ" + walk_text.shown([("", t, o) for t, o in different]))
    theirs, ours = (sorted(text.split("\n")) for text in pair.run(["-Ta"]))
    same_lines("-Ta", theirs, ours)


def test_part_of_the_tree(work):
    """-Tp of one object and what is below it."""
    pair = Pair(work)
    for name in ("IF-MIB::interfaces", "IF-MIB::ifDescr", "SNMPv2-MIB::system", "SNMP-VIEW-BASED-ACM-MIB::snmpVacmMIB", "LLDP-MIB::lldpObjects"):
        for options in (["-Tp"], ["-Tp", "-w", "75"]):
            pair.same(options, [name])


def test_instances(work):
    """Names with indexes of all kinds to numbers and back, in all styles."""
    pair = Pair(work)
    for options in (["-On"], ["-OS"], ["-Os"], ["-Of"], ["-Ou"], ["-OX"], ["-Ob"], ["-OE"], ["-OXs"], ["-Td"]):
        pair.same(["-IR", *options], [n for n in INSTANCES if not n.startswith((".", "1.", "iso", "0"))])
        pair.same(options, [n for n in INSTANCES if n.startswith((".", "1."))])
    pair.same(["-On"], ["iso.org.dod", ".iso.3.dod", ".iso.org.dod.internet.mgmt.1.system.sysUpTime.0"])
    pair.same(["-Iu", "-On"], ["system.sysDescr.0", "interfaces.2.1.ifDescr.4", "1.5.0", "1.3.6.1", ".1.3.6.1"])
    pair.same(["-IR", "-Ir", "-On"], ["ifDescr.0", "ifDescr.4294967295", 'vacmGroupName.3.""'])
    pair.same(["-Ib", "-On"], ["sysuptime$", "ifHCInO.*Oct|ifHCInOct", "^hrswrunn"])
    equal(pair.ours("-m", "ALL", "-M", MIBS, "-Ib", "ifdescr.1").stdout, "IF-MIB::ifDescr.1\n", "a pattern with an instance")


def test_addresses(work):
    """InetAddress is written as an address, by the type in front of it; Net-SNMP writes these but does not read them."""
    pair = Pair(work)
    name = 'TCP-MIB::tcpConnectionState.ipv4."195.218.254.105".41511.ipv4."194.67.1.250".993'
    got = pair.ours("-m", "ALL", "-M", MIBS, "-On", name)
    equal(got.stdout, ".1.3.6.1.2.1.6.19.1.7.1.4.195.218.254.105.41511.1.4.194.67.1.250.993\n", name)
    equal(pair.ours("-m", "ALL", "-M", MIBS, got.stdout.strip()).stdout, name + "\n", "back")
    # Numbers alone are never out of range: agents do send such.
    odd = ".1.3.6.1.2.1.6.19.1.7.1.4.300.218.254.105.41511.1.4.194.67.1.250.993"
    equal(pair.ours("-m", "ALL", "-M", MIBS, "-On", odd).stdout, odd + "\n", "an octet of 300")
    six = "IP-MIB::ipAddressIfIndex.ipv6."
    for written in ('"2001:db8::1"', '"20:01:0d:b8:00:00:00:00:00:00:00:00:00:00:00:01"'):
        equal(pair.ours("-m", "ALL", "-M", MIBS, "-On", six + written).stdout,
              ".1.3.6.1.2.1.4.34.1.3.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1\n", written)


def test_modules_that_cannot_be_loaded(work):
    """Modules of -m that are nowhere, or cost the child its life, are warned of; what can be answered is, with Net-SNMP's exit code."""
    pair = Pair(work)
    crash = os.path.join(MIBS, "crash")
    for path, modules in ((f"{MIBS}:{crash}", "MERU-WLAN-MIB:IF-MIB"), (f"{MIBS}:{crash}", "MERU-WLAN-MIB"), (MIBS, "NOWHERE-MIB:IF-MIB"),
                          (MIBS, "NOWHERE-MIB:NOWHERE-MIB"), (MIBS, "IF-MIB:IF-MIB:+NOWHERE-MIB")):
        if crash in path and not os.path.isdir(crash):
            continue
        options = ["-M", path, "-m", modules, "-On", "IF-MIB::ifDescr.1"]
        ours = pair.ours(*options)
        equal((ours.stdout, ours.returncode), (".1.3.6.1.2.1.2.2.1.2.1\n", 0), " ".join(options))
        check("left out" in ours.stderr or "no module 'NOWHERE-MIB'" in ours.stderr, f"no warning: {ours.stderr}")
        refused = pair.ours("-M", path, "-m", modules, "-On", "NOWHERE-MIB::ifDescr", "IP-MIB::ifDescr")
        equal(refused.returncode, 2, "exit where a name is not known")
        check('no module "NOWHERE-MIB";' in refused.stderr and "(did you mean IF-MIB::ifDescr?)" in refused.stderr, refused.stderr)
    if os.path.isdir(crash):
        refused = pair.ours("-M", f"{MIBS}:{crash}", "-m", "MERU-WLAN-MIB", "-On", "MERU-WLAN-MIB::mwlan")
        equal(refused.returncode, 2, "exit where the module could not be read")
        check('module "MERU-WLAN-MIB" could not be read from ' in refused.stderr and "did you mean" not in refused.stderr, refused.stderr)


def test_without_files(work):
    """Common modules are built in."""
    pair = Pair(work)
    nowhere = ["-M", work.path("nowhere")]
    got = pair.ours(*nowhere, "-On", "IF-MIB::ifHCInOctets", "ifHCInOctets", "system.sysUpTime.0", "ifDescr.*")
    equal(got.stdout, ".1.3.6.1.2.1.31.1.1.1.6\n\n.1.3.6.1.2.1.31.1.1.1.6\n\n.1.3.6.1.2.1.1.3.0\n\n.1.3.6.1.2.1.2.2.1.2.*\n", "OIDs")
    equal(got.returncode, 0, "exit")
    indexed = pair.ours(*nowhere, "-On", 'vacmGroupName.3."abc"',
                        'TCP-MIB::tcpConnectionState.ipv4."195.218.254.105".41511.ipv4."194.67.1.250".993')
    equal(indexed.stdout, ".1.3.6.1.6.3.16.1.2.1.3.3.3.97.98.99\n\n"
          ".1.3.6.1.2.1.6.19.1.7.1.4.195.218.254.105.41511.1.4.194.67.1.250.993\n", "OIDs of indexes")
    equal(pair.ours(*nowhere, ".1.3.6.1.2.1.2.2.1.8.3").stdout, "IF-MIB::ifOperStatus.3\n", "name")


def test_errors(work):
    """A name that is not known is told with the nearest one and where was looked; exit codes are snmptranslate's."""
    pair = Pair(work)
    nowhere = work.path("nowhere")
    for name, code, said in [
        ("ifHCInOctet", 2, 'no object "ifHCInOctet" (did you mean ifHCInOctets?); looked in the built-in modules and in ' + nowhere),
        ("IF-MIB::ifDescrr", 2, 'no object "IF-MIB::ifDescrr" (did you mean ifDescr?)'),
        ("IF-MIBB::ifDescr", 2, 'no module "IF-MIBB" (did you mean IF-MIB?)'),
        ("ifDescr.0", 2, "0 is out of the range of ifIndex"),
        ("ifDescr.x", 2, '"x" is neither a number nor a name of ifIndex'),
        ("sysUpTime.x", 2, 'no "x" below SNMPv2-MIB::sysUpTime'),
        ("", 2, "an empty name"),
        ("1..3", 2, "an empty component"),
        ("\x1b[2J", 2, 'no object "?[2J"'),
    ]:
        got = pair.ours("-M", nowhere, "--", name)
        equal((got.returncode, got.stdout), (code, ""), f"exit and output of {name!r}")
        check(said in got.stderr, f"{name!r}: {got.stderr!r} does not say {said!r}")
        check("\x1b" not in got.stderr, "an escape goes to the terminal")
    for args, code in [(["-D", "x", "ifDescr"], 1), (["-Oy", "ifDescr"], 1), (["-Iy", "ifDescr"], 1), (["-Ty"], 1), ([], 1), (["-w", "0", "x"], 1),
                       (["-TB", "nothingatall"], 1), (["-Ib", "nothingatall"], 1), (["-h"], 0), (["--help"], 0), (["-V"], 0)]:
        got = pair.ours("-M", nowhere, *args)
        equal(got.returncode, code, f"exit of {args}")
        check("ALL" in got.stdout if code == 0 and "-V" not in args else True, "help")
    got = pair.ours("-M", nowhere, "-On", "ifDescr.1", "nonsense", "ifDescr.2")
    equal((got.returncode, got.stdout.split()), (2, [".1.3.6.1.2.1.2.2.1.2.1", ".1.3.6.1.2.1.2.2.1.2.2"]), "names behind one that is unknown")


def main():
    if not os.path.isdir(MIBS):
        skip("no MIB modules here (MIBS_FOLDER)")
    if shutil.which("snmptranslate") is None:
        skip("no snmptranslate here")
    run([test_every_object, test_definitions, test_lists, test_part_of_the_tree, test_instances, test_addresses,
         test_modules_that_cannot_be_loaded, test_without_files, test_errors], workers=2, ios=["mmsg"])


main()
