#!/usr/bin/env python3
"""The long comparison: `--compat telegraf` beside the real Telegraf's snmp input, field by field, to the letter.

Not part of the suite. TELEGRAF is its program, with inputs.snmp and outputs.file:
    SNMPFLEET=build/snmpfleet TELEGRAF=telegraf MIBS_FOLDER=../shared/mibs CORPUS=../shared/corpus tests/system/compare_telegraf.py [N]
N: how many recordings (20). TRANSLATOR=gosmi: Telegraf's other reader of MIB files.
Both poll the same scalars and tables of the same simulated agents, and of one whose octets are odd. A row is known by agent, table and
index; of it each tag and field is compared as it is written. Exit 1 when something differs that KNOWN does not explain.
"""
import os
import re
import subprocess
import sys

import support
from recordings import names
from simulated import Simulated
from support import Failed, Work, check, snmpfleet

TABLES = {"ifTable": "IF-MIB", "ifXTable": "IF-MIB", "hrStorageTable": "HOST-RESOURCES-MIB", "hrDeviceTable": "HOST-RESOURCES-MIB",
          "hrSWRunTable": "HOST-RESOURCES-MIB", "ipAddrTable": "IP-MIB", "entPhysicalTable": "ENTITY-MIB", "dot1dBasePortTable": "BRIDGE-MIB",
          "laTable": "UCD-SNMP-MIB"}
TAGS = {"ifTable": ["ifDescr"], "ifXTable": ["ifName"], "hrStorageTable": ["hrStorageDescr"], "entPhysicalTable": ["entPhysicalName"]}
INDEX = {"ifTable": "ifIndex", "ifXTable": "ifIndex", "hrStorageTable": "hrStorageIndex", "hrDeviceTable": "hrDeviceIndex",
         "hrSWRunTable": "hrSWRunIndex", "ipAddrTable": "ipAdEntAddr", "entPhysicalTable": "entPhysicalIndex",
         "dot1dBasePortTable": "dot1dBasePort", "laTable": "laIndex"}
SCALARS = ["sysDescr", "sysObjectID", "sysUpTime", "sysContact", "sysName", "sysLocation", "sysServices"]
# Octets that one side or the other escapes; each is ifDescr (a tag), ifName (a tag), ifAlias, and in a scalar.
ODD = [b"D:\\", b"C:\\ Label:  Serial 1", b"a\\,b", b"a\\\\", b"\\", b"x=y, z", b'say "hi" \\', b"two\nlines", b"tab\there", b"cr\rhere", b"ff\x0chere",
       b"0x1f", b"0x", b"\xc3\xbcber", b"caf\xe9", b"\xff\x00", b"", b" ", b" blank ", b"#", b"a\\=b", b"end\\\n", b"\\\\ \\", b"t\\", b"i\n"]
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\\f")
DATE = re.compile(r'"\d+-\d+-\d+,\d+:\d+:\d+\.\d+|"[0-9a-f]{16,22}"')
TRANSLATOR = os.environ.get("TRANSLATOR", "netsnmp")  # Telegraf's default; gosmi is its other one


def is_hexadecimal_of(theirs, ours):
    octets = theirs.strip('"').replace("\\f", "\f").encode("utf-8", "surrogateescape")
    return CONTROL.search(theirs) and ours.strip('"') == octets.hex()


OTHER_TYPE = "a value of another type than the MIB says: a field of its own, because databases refuse a field that changes its type"
KNOWN = [
    ("control characters, which never reach the file as they are: hexadecimal",
     lambda name, theirs, ours: is_hexadecimal_of(theirs, ours)),
    ("NULs at the end of text, which are left out", lambda name, theirs, ours: theirs.rstrip('"\0') == ours.rstrip('"')),
    ("DateAndTime: by its DISPLAY-HINT, as Telegraf's gosmi does; its netsnmp gives the octets",
     lambda name, theirs, ours: name == "entPhysicalMfgDate" and DATE.match(ours)),
] + [
    ("a whole number with a DISPLAY-HINT: gosmi makes it text",
     lambda name, theirs, ours: theirs == f'"{ours[:-1]}"' and ours.endswith("i")),
    ("a DateAndTime that is none: gosmi leaves it out", lambda name, theirs, ours: theirs == "" and name == "entPhysicalMfgDate"),
    ("text of a DisplayString that is not ASCII: gosmi takes each octet for a character",
     lambda name, theirs, ours: any(ord(c) > 127 for c in theirs)),
] * (TRANSLATOR == "gosmi")
FIELD = re.compile(r'([^=, ]+)=("(?:[^"\\]|\\.)*"|[^, ]+)', re.S)


def telegraf_config(addresses, mibs):
    agents = ", ".join(f'"udp://{a}"' for a in addresses)
    lines = ["[agent]", "  omit_hostname = true", f'  snmp_translator = "{TRANSLATOR}"', "  metric_buffer_limit = 1000000",
             "[[outputs.file]]", '  files = ["stdout"]', "[[inputs.snmp]]",
             f"  agents = [{agents}]", f'  path = ["{mibs}"]', '  timeout = "10s"', "  retries = 2", '  agent_host_tag = "agent_host"', '  name = "s"']
    for scalar in SCALARS:
        lines += ["  [[inputs.snmp.field]]", f'    oid = "SNMPv2-MIB::{scalar}.0"', f'    name = "{scalar}"']
    for table, module in TABLES.items():
        lines += ["  [[inputs.snmp.table]]", f'    name = "{table}"', f'    oid = "{module}::{table}"', "    index_as_tag = true"]
        for tag in TAGS.get(table, []):
            lines += ["    [[inputs.snmp.table.field]]", f'      oid = "{module}::{tag}"', f'      name = "{tag}"', "      is_tag = true"]
    return "\n".join(lines) + "\n"


def our_config():
    tables = [f"{{name: {t}, oid: '{m}::{t}', tags: [{', '.join(TAGS.get(t, []))}]}}" if t in TAGS else f"{{name: {t}, oid: '{m}::{t}'}}"
              for t, m in TABLES.items()]
    return "modules: {s: {scalars: [" + ", ".join(SCALARS) + "], tables: [" + ",\n  ".join(tables) + "]}}\n"


def rows_of(text):
    """{(agent, table, index): {name: value as written}}; tags have a @ in front of their name. Telegraf does not escape a tag's backslashes."""
    rows = {}
    for line in re.split(r"(?<= \d{19})\n", text):
        line = line[re.search(r"\A(?:Parse module: .*\n)*", line).end():]  # what Telegraf says of MIB files
        if not line:
            continue
        head, rest = re.split(r"(?<!\\) ", line, maxsplit=1)
        keys = re.split(r"(?<!\\),", head)
        tags = dict(re.split(r"(?<!\\)=", k, maxsplit=1) for k in keys[1:])
        table, agent, index = keys[0], tags.pop("agent_host"), tags.pop("index", None)
        own = tags.pop(INDEX.get(table, ""), None)
        row = {"@" + k: v for k, v in tags.items()}
        row.update(FIELD.findall(rest))
        row.pop(INDEX.get(table, ""), None)
        rows[(agent, table, index if index is not None else own)] = row
    return rows


def explained(name, theirs, ours):
    for why, holds in KNOWN:
        if holds(name, theirs or "", ours or ""):
            return why
    return None


def run_telegraf(work, addresses):
    program = os.environ.get("TELEGRAF", "telegraf")
    config = work.write("telegraf.conf", telegraf_config(addresses, os.path.abspath(os.environ["MIBS_FOLDER"])))
    mibs = {"MIBDIRS": os.path.abspath(os.environ["MIBS_FOLDER"]), "MIBS": "ALL"}  # for snmptranslate, which it asks
    done = subprocess.run([program, "--once", "--config", config], env={**os.environ, **mibs}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    return done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode("utf-8", "replace")


def chosen(count):
    """Recordings that have the most of these tables, by name."""
    columns = ["2.1.2.2.1.2", "2.1.31.1.1.1.1", "2.1.25.2.3.1.3", "2.1.25.3.2.1.3", "2.1.47.1.1.1.1.2", "2.1.4.20.1.1", "2.1.17.1.4.1.2",
               "4.1.2021.10.1.6"]

    def worth(name):
        with open(os.path.join(support.CORPUS, "recordings", name + ".snmprec"), encoding="latin-1") as f:
            text = f.read(1 << 20)
        return sum(f"\n1.3.6.1.{column}." in text for column in columns) - len(text) / (1 << 19)
    return sorted(sorted((n for n in names() if "@" not in n), key=lambda n: (-worth(n), n))[:count])


def odd_recording():
    lines = [f"1.3.6.1.2.1.1.1.0|4x|{ODD[1].hex()}", f"1.3.6.1.2.1.1.5.0|4x|{ODD[14].hex()}"]
    for i, value in enumerate(ODD):
        lines.append(f"1.3.6.1.2.1.2.2.1.2.{i + 1}|4x|{value.hex()}")
    lines += [f"1.3.6.1.2.1.2.2.1.4.{i + 1}|2|{i}" for i in range(len(ODD))]
    for column in ("1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.31.1.1.1.18"):
        lines += [f"{column}.{i + 1}|4x|{value.hex()}" for i, value in enumerate(ODD)]
    return "\n".join(lines) + "\n"


def compare(work, count):
    played = chosen(count)
    folder = work.path("played")
    os.mkdir(folder)
    for name in played:
        os.symlink(os.path.abspath(os.path.join(support.CORPUS, "recordings", name + ".snmprec")), os.path.join(folder, name + ".snmprec"))
    work.write("played/zz-odd.snmprec", odd_recording())
    played.append("zz-odd")
    simulated = Simulated(work, len(played), "--recordings", folder, "-q")
    addresses = [simulated.address(i) for i in range(len(played))]
    ours = snmpfleet(["poll", "--once", "-q", "-f", work.write("own.yaml", our_config()), "-M", os.environ["MIBS_FOLDER"], "--modules", "s", "-t", "5s",
                      "-o", "influx", "--compat", "telegraf", *addresses], seconds=120,
                     env={**os.environ, "HOME": work.folder, "XDG_CACHE_HOME": work.path("cache")})
    theirs, said = run_telegraf(work, addresses)
    left, right = rows_of(theirs), rows_of(ours.out)
    check(len(right) > 100, f"hardly any rows: {ours}\n{said[-2000:]}")
    compared = differ = 0
    reasons = {}
    for key in sorted(set(left) | set(right), key=str):
        a, b = left.get(key, {}), right.get(key, {})
        for name in [n for n in a if n not in b]:
            other = next((name + s for s in ("_text", "_integer", "_real") if name + s in b), None)
            if other is not None:
                reasons[OTHER_TYPE] = reasons.get(OTHER_TYPE, 0) + 1
                b[name] = b.pop(other)
        for name in sorted(set(a) | set(b)):
            compared += 1
            if a.get(name) == b.get(name):
                continue
            why = explained(name, a.get(name), b.get(name))
            if why is not None:
                reasons[why] = reasons.get(why, 0) + 1
                continue
            differ += 1
            if differ <= 40:
                print(f"{played[int(key[0].rsplit('.', 1)[1]) - 1]} {key[1]} {key[2]} {name}: Telegraf {a.get(name)!r}, we {b.get(name)!r}")
    print(f"{len(played)} recordings, {len(left)} and {len(right)} rows, {compared} values, {differ} differ")
    for why, n in sorted(reasons.items()):
        print(f"  {n} known: {why}")
    if "-v" in sys.argv:
        print("\n".join(line for line in said.splitlines() if "E!" in line))
    return differ


if __name__ == "__main__":
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    try:
        with Work() as place:
            differing = compare(place, numbers[0] if numbers else 20)
    except Failed as failed:
        print(failed)
        differing = 1
    sys.exit(1 if differing else 0)
