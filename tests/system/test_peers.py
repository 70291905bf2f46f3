#!/usr/bin/env python3
"""snmpget and its like, PySNMP, gufo_snmp and our own verbs ask the simulator the same, by v1, v2c and v3, and get the same."""
import json
import os
import subprocess
import sys

from simulated import Simulated
from support import PROGRAM, check, equal, run, skip

SYSTEM, ENTRY = "1.3.6.1.2.1.1", "1.3.6.1.2.1.2.2.1"
SCALARS = [SYSTEM + ".1.0", SYSTEM + ".2.0", SYSTEM + ".5.0", SYSTEM + ".7.0"]
COLUMNS = [ENTRY + ".2", ENTRY + ".3", ENTRY + ".4", ENTRY + ".6"]
USER, AUTH, PRIV = "sha256_aes", "authpass_sha256", "privpass_aes"
GUFO = "gufo_snmp==0.13.0"

PYSNMP = r"""
import json, sys
from pyasn1.type import univ
from pysnmp.hlapi import *
version, host, port, scalars, columns = json.loads(sys.argv[1])
auth = UsmUserData("sha256_aes", "authpass_sha256", "privpass_aes", usmHMAC192SHA256AuthProtocol, usmAesCfb128Protocol) if version == 3 \
    else CommunityData("public", mpModel=version - 1)
to = UdpTransportTarget((host, port), timeout=2, retries=3)
found = {}
def take(varbinds):
    for name, value in varbinds:
        if isinstance(value, univ.Null):
            continue  # what it puts in the place of names behind the column
        found[str(name)] = str(value) if isinstance(value, univ.ObjectIdentifier) else bytes(value).hex() if isinstance(value, univ.OctetString) else str(int(value))
def check(answer):
    if answer[0] or answer[1]:
        sys.exit("%s %s" % (answer[0], answer[1].prettyPrint() if answer[1] else ""))
    take(answer[3])
one = SnmpEngine()
check(next(getCmd(one, auth, to, ContextData(), *[ObjectType(ObjectIdentity(o)) for o in scalars], lookupMib=False)))
for column in columns:
    walk = nextCmd(one, auth, to, ContextData(), ObjectType(ObjectIdentity(column)), lookupMib=False, lexicographicMode=False) if version == 1 \
        else bulkCmd(one, auth, to, ContextData(), 0, 10, ObjectType(ObjectIdentity(column)), lookupMib=False, lexicographicMode=False)
    for answer in walk:
        check(answer)
print(json.dumps(found))
"""

GUFO_SNMP = r"""
import json, sys
from gufo.snmp import SnmpVersion
from gufo.snmp.sync import SnmpSession
from gufo.snmp.user import Aes128Key, Sha256Key, User
version, host, port, scalars, columns = json.loads(sys.argv[1])
how = dict(user=User("sha256_aes", auth_key=Sha256Key(b"authpass_sha256"), priv_key=Aes128Key(b"privpass_aes"))) if version == 3 \
    else dict(community="public", version=SnmpVersion.v1 if version == 1 else SnmpVersion.v2c)
found = {}
def text(value):
    return value.hex() if isinstance(value, bytes) else str(value)
with SnmpSession(addr=host, port=port, timeout=10.0, **how) as session:
    found.update((o, text(v)) for o, v in session.get_many(scalars).items())
    for column in columns:
        for o, v in session.fetch(column):
            found[o] = text(v)
print(json.dumps(found))
"""


def question(version, at):
    host, port = at.split(":")
    return json.dumps([version, host, int(port), SCALARS, COLUMNS])


def python(program, interpreter, asked, **env):
    done = subprocess.run([interpreter, "-W", "ignore", "-c", program, asked], capture_output=True, text=True, timeout=60, env={**os.environ, **env},
                          check=False)
    check(done.returncode == 0, f"{done.stdout[-500:]}{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def read(text):
    """The lines of -On -Oe -Ox as {OID: value}; octets that take several lines are one value."""
    found, last = {}, None
    for line in text.splitlines():
        if line.startswith("."):
            last, _, rest = line[1:].partition(" = ")
            kind, _, value = rest.partition(": ")
            found[last] = value.lstrip(".") if kind == "OID" else value.replace(" ", "").lower() if kind == "Hex-STRING" else \
                "" if rest == '""' else value.strip('"')
        else:
            found[last] += line.replace(" ", "").lower()
    return found


def programs(version, at, prefix):
    how = ["-On", "-Oe", "-Ox", "-Ih", "-t", "2", "-r", "3"]
    how += ["-v3", "-u", USER, "-l", "authPriv", "-a", "SHA-256", "-A", AUTH, "-x", "AES", "-X", PRIV] if version == 3 \
        else [f"-v{('1', '2c')[version - 1]}", "-c", "public"]
    walk = "walk" if version == 1 else "bulkwalk"
    runs = [[*prefix("get"), *how, at, *SCALARS]] + [[*prefix(walk), *how, at, column] for column in COLUMNS]
    found = {}
    for args in runs:
        done = subprocess.run(args, capture_output=True, text=True, timeout=60, env={**os.environ, "MIBS": ""}, check=False)
        check(done.returncode == 0, f"{args}: {done.stderr}")
        found.update(read(done.stdout))
    return found


def gufo_folder(work):
    """Where gufo_snmp is, installed for this test; None with what hinders it told."""
    try:
        import gufo.snmp  # noqa: F401
        return ""
    except ImportError:
        pass
    folder = work.path("gufo")
    done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, GUFO], capture_output=True, text=True,
                          timeout=120, check=False)
    if done.returncode != 0:
        print(f"    without gufo_snmp, which cannot be installed here: {done.stderr.strip().splitlines()[-1:]}")
        return None
    return folder


def test_all_get_the_same(work):
    """scalars and four columns of a 48-port switch"""
    at = work.closing(Simulated(work, 1)).address(0)
    folder = gufo_folder(work)
    for version in (1, 2, 3):
        expected = programs(version, at, lambda verb: ["snmp" + verb])
        check(len(expected) == len(SCALARS) + 49 * len(COLUMNS), f"{len(expected)} values")
        equal(programs(version, at, lambda verb: [PROGRAM, verb]), expected, f"our verbs by version {version}")
        equal(python(PYSNMP, "/usr/bin/python3", question(version, at)), expected, f"PySNMP by version {version}")
        if folder is not None:
            equal(python(GUFO_SNMP, sys.executable, question(version, at), PYTHONPATH=folder), expected, f"gufo_snmp by version {version}")


if not os.access("/usr/bin/snmpget", os.X_OK):
    skip("Net-SNMP's programs are not here")
if subprocess.run(["/usr/bin/python3", "-c", "import pysnmp.hlapi"], capture_output=True, check=False).returncode != 0:
    skip("PySNMP is not here")
run([test_all_get_the_same], workers=1)
