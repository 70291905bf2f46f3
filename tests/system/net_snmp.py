"""Net-SNMP's own agent and programs: the agent started, stopped and started again; what the programs print, read."""
import os
import re
import shutil
import subprocess

from support import AGENTS, Failed, check, equal, eventually, free_port, kill, skip, snmp_answers

TYPES = {
    "INTEGER": "Integer32", "Counter32": "Counter32", "Gauge32": "Gauge32", "Counter64": "Counter64", "OID": "ObjectIdentifier",
    "IpAddress": "IpAddress", "Network Address": "IpAddress", "STRING": "OctetString", "Hex-STRING": "OctetString",
}
GROWING = ("Counter32", "Counter64", "TimeTicks")
SYSTEM, INTERFACES, INTERFACES_X = "1.3.6.1.2.1.1", "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
# The columns of Net-SNMP's ifTable and ifXTable that module `interfaces` does not ask for: ifIndex, ifSpecific.
NOT_POLLED = (INTERFACES + ".1.", INTERFACES + ".22.")


class Snmpd:
    """An agent on 127.0.0.1 and ::1; what it keeps over a restart is in @folder."""

    def __init__(self, folder, port=None, engine_id=None):
        self.folder, self.port, self.pid = folder, port or free_port(), None
        self.environment = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"}
        if engine_id is not None:
            self.environment["ENGINE_ID"] = engine_id
        self.start()

    def start(self, again=False):
        """`again`: with the same files as before, so that its engine boots go up by one."""
        script = os.path.join(AGENTS, "snmpd-start")
        if not os.access(script, os.X_OK) or shutil.which("snmpd", path=self.environment["PATH"]) is None:
            skip("no snmpd here")
        environment = self.environment
        if again:
            environment = {**environment, "RESTART": "1"}
            if os.path.exists(os.path.join(self.folder, "snmpd.pid")):
                os.unlink(os.path.join(self.folder, "snmpd.pid"))
            self._keep_boots()
        started = subprocess.run([script, self.folder, str(self.port)], capture_output=True, timeout=20, env=environment)
        check(started.returncode == 0, f"snmpd does not start: {started.stderr.decode(errors='replace')}")
        self.pid = eventually(self._read_pid, 10, "snmpd tells its pid")
        try:
            eventually(lambda: snmp_answers(self.port), 10, "snmpd answers")
        except Failed:
            self.stop()
            raise

    def _read_pid(self):
        """None as long as it is not written: the agent goes into the background first."""
        try:
            with open(os.path.join(self.folder, "snmpd.pid"), encoding="ascii") as f:
                return int(f.read() or "0") or None
        except FileNotFoundError:
            return None

    def _keep_boots(self):
        """What it wrote of its engine goes where it reads: with -C it does not read its own persistent file."""
        tokens = ("engineBoots ", "oldEngineID ")
        with open(os.path.join(self.folder, "persist", "snmpd.conf"), encoding="ascii") as f:
            kept = [line for line in f if line.startswith(tokens)]
        check(len(kept) == 2, f"snmpd kept of its engine: {kept}")
        with open(os.path.join(self.folder, "snmpd.conf"), encoding="ascii") as f:
            told = [line for line in f if not line.startswith(tokens)]
        with open(os.path.join(self.folder, "snmpd.conf"), "w", encoding="ascii") as f:
            f.writelines(told + kept)

    def stop(self):
        if self.pid is not None:
            kill(self.pid)
        self.pid = None

    close = stop


def net_snmp(program, *oids, at, options=("-v2c", "-c", "public")):
    """OID -> (type, value) as Net-SNMP's programs print it; octet strings as bytes."""
    args = [program, *options, "-On", "-Oe", "-Ot", "-Ox", "-OU", at]
    got = subprocess.run(args + ["." + o for o in oids], capture_output=True, timeout=20, text=True, env={**os.environ, "MIBS": ""})
    check(got.returncode == 0, f"{program} {' '.join(options)} {at}: {got.stderr}")
    found = {}
    for line in re.sub(r"\n(?!\.\d)", " ", got.stdout).splitlines():
        name, value = line.split(" = ", 1)
        kind, _, rest = value.partition(": ")
        if value.startswith("No Such") or value.startswith("No more"):
            continue
        if value.strip() == '""':
            item = "OctetString", b""
        elif kind == "Hex-STRING":
            item = "OctetString", bytes.fromhex(rest)
        elif kind in TYPES:
            item = TYPES[kind], rest.strip().lstrip(".") if kind == "OID" else rest.strip()
        else:
            check(re.fullmatch(r"\d+", value.strip()), f"cannot read: {line}")
            item = "TimeTicks", value.strip()
        found[name.lstrip(".")] = item
    return found


def interface_objects(walk="snmpbulkwalk", **how):
    """What module `interfaces` should give."""
    found = {}
    for root in (INTERFACES, INTERFACES_X):
        found.update(net_snmp(walk, root, **how))
    return {o: v for o, v in found.items() if not o.startswith(NOT_POLLED)}


def system_objects(walk="snmpbulkwalk", **how):
    """What module `system` should give."""
    found = net_snmp(walk, SYSTEM, **how)
    return {o: v for o, v in found.items() if re.fullmatch(re.escape(SYSTEM) + r"\.[1-7]\.0", o)}


def as_octets(kind, value):
    """A CSV cell with octet strings as bytes."""
    if kind != "OctetString":
        return kind, value
    if value.startswith("0x"):
        return kind, bytes.fromhex(value[2:])
    if re.fullmatch(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", value):
        return kind, bytes.fromhex(value.replace(":", ""))
    return kind, value.encode()


def same_objects(ours, before, after, what):
    """Ours lies between what Net-SNMP said before and after: the same objects, equal values, counters not going back."""
    equal(sorted(ours), sorted(before), f"{what}: objects")
    for oid, cell in ours.items():
        kind, value = as_octets(*cell)
        check(kind == before[oid][0], f"{what}: {oid} is a {kind}, Net-SNMP says {before[oid]}")
        if kind in GROWING:
            good = int(before[oid][1]) <= int(value) <= int(after[oid][1])
        else:
            good = value in (before[oid][1], after[oid][1])
        check(good, f"{what}: {oid} is {value!r}, Net-SNMP says {before[oid][1]!r}, later {after[oid][1]!r}")


def has_tools():
    return all(shutil.which(program) for program in ("snmpget", "snmpbulkwalk", "snmpwalk"))
