#!/usr/bin/env python3
"""simulate: recordings come back as they are, by this test's own client and by Net-SNMP's tools; every fault shows; it ends well."""
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

PROGRAM = os.environ["SNMPFLEET"]
RECORDINGS = os.path.join(os.environ.get("CORPUS", ""), "recordings")
PORT = 16199
failures = []


def expect(condition, what):
    if not condition:
        failures.append(what)
        print("FAILED:", what, flush=True)


# ---- a client of its own: BER as the RFCs have it and nothing else

def ber(tag, contents):
    length = len(contents)
    if length < 128:
        return bytes([tag, length]) + contents
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + contents


def ber_number(value):
    return value.to_bytes((value + (value < 0)).bit_length() // 8 + 1, "big", signed=True)


def ber_integer(tag, value):
    return ber(tag, ber_number(value))


def ber_oid(text):
    numbers = [int(n) for n in text.strip(".").split(".")]
    out = b""
    for number in [numbers[0] * 40 + numbers[1]] + numbers[2:]:
        octets = [number & 0x7F]
        while number > 0x7F:
            number >>= 7
            octets.insert(0, 0x80 | (number & 0x7F))
        out += bytes(octets)
    return out


def ber_read(data, at):
    """tag, contents, where the next begins"""
    tag, length, at = data[at], data[at + 1], at + 2
    if length >= 128:
        count = length & 0x7F
        length, at = int.from_bytes(data[at:at + count], "big"), at + count
    if at + length > len(data):
        raise ValueError("cut short")
    return tag, data[at:at + length], at + length


def ber_list(data):
    out, at = [], 0
    while at < len(data):
        tag, contents, at = ber_read(data, at)
        out.append((tag, contents))
    return out


def request(kind, oids, first=0, second=0, version=1, community=b"public", request_id=1000, values=None):
    varbinds = b"".join(ber(0x30, ber(6, oid) + (values[i] if values else b"\x05\x00")) for i, oid in enumerate(oids))
    pdu = ber_integer(2, request_id) + ber_integer(2, first) + ber_integer(2, second) + ber(0x30, varbinds)
    return ber(0x30, ber_integer(2, version) + ber(4, community) + ber(kind, pdu))


def decode(datagram):
    """request-id, error-status, [(oid, tag, contents)]"""
    (_, message), = ber_list(datagram)
    (_, _), (_, _), (kind, pdu) = ber_list(message)
    if kind != 0xA2:
        raise ValueError("no response")
    (_, request_id), (_, status), (_, _), (_, varbinds) = ber_list(pdu)
    rows = []
    for _, varbind in ber_list(varbinds):
        (_, oid), (tag, contents) = ber_list(varbind)
        rows.append((oid, tag, contents))
    return int.from_bytes(request_id, "big"), int.from_bytes(status, "big"), rows


class Client:
    def __init__(self, address, timeout=2.0):
        self.address = (address, PORT)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(timeout)

    def send(self, *args, **kwargs):
        self.socket.sendto(request(*args, **kwargs), self.address)

    def receive(self):
        """datagram and source, or None"""
        try:
            return self.socket.recvfrom(65536)
        except socket.timeout:
            return None

    def ask(self, *args, **kwargs):
        self.send(*args, **kwargs)
        answer = self.receive()
        return decode(answer[0]) if answer else None

    def walk(self, repetitions=50, **kwargs):
        at, rows = b"\x00", []
        while True:
            answer = self.ask(0xA5, [at], 0, repetitions, **kwargs)
            if answer is None or answer[1] != 0 or not answer[2]:
                raise ValueError(f"walk broke off at {at.hex()}: {answer}")
            for row in answer[2]:
                if row[1] == 0x82:
                    return rows
                rows.append(row)
            at = rows[-1][0]


# ---- the recordings, read once more by other means

def parse_snmprec(path):
    """{oid contents: (tag, contents)} with the first of duplicates, and how many lines are damaged"""
    objects, damaged = {}, 0
    escapes = {b"\\\\": b"\\", b"\\n": b"\n", b"\\r": b"\r", b"\\t": b"\t", b"\\'": b"'", b'\\"': b'"'}

    def unescape(match):
        return bytes([int(match[0][2:], 16)]) if match[0][1:2] == b"x" else escapes[match[0]]

    for line in open(path, "rb"):
        line = line.strip()
        if not line or line.startswith(b"#"):
            continue
        try:
            oid, tag, value = line.split(b"|", 2)
            number, form = int(tag.rstrip(b"xe")), tag[-1:] if tag[-1:] in b"xe" else b""
            if len(tag) - len(tag.rstrip(b"xe")) > 1:
                raise ValueError
            if form == b"x":
                value = bytes.fromhex(value.decode())
            elif form == b"e":
                value = re.sub(rb"\\x..|\\.", unescape, value, flags=re.S)
            if number == 5:
                value = b""
            elif number in (2, 65, 66, 67, 70):
                value = ber_number(int(value))
            elif number == 6:
                value = ber_oid(value.decode())
            elif number == 64 and not form:
                value = socket.inet_aton(value.decode())
            elif number not in (4, 64, 68):
                raise ValueError
            key = ber_oid(oid.decode())
        except (ValueError, UnicodeDecodeError):
            damaged += 1
            continue
        objects.setdefault(key, (number, value))
    return objects, damaged


def oid_numbers(contents):
    out, number = [], 0
    for octet in contents:
        number = number << 7 | octet & 0x7F
        if octet < 128:
            out.append(number)
            number = 0
    return out


# ---- the simulator

class Simulator:
    def __init__(self, *args, listen=None):
        command = [PROGRAM, "simulate", "--listen", listen or f"127.1.0.1:{PORT}", *args]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.ready = self.process.stdout.readline()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.end()

    def end(self):
        """exit code and what it said"""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            _, said = self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            _, said = self.process.communicate()
        return self.process.returncode, said


def tool(name, *args, community="public", version="2c", timeout=20):
    command = [name, f"-v{version}", "-c", community, "-On", "-t", "2", "-r", "1", *args]
    environment = dict(os.environ, MIBS="")
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=timeout, env=environment)


ODD = ["ocnos_s9510-28dc-b", "timos_7750", "zxr10_5928", "occamos_b6-316", "ise_3855", "okilan_9450g", "allied_awplusv2",
       "zxa10_c320", "windows_svr_2019_1809", "vrp_5720-vrf", "wut_57614", "slxos_slx9150", "digipower", "routeros_rb750gr3"]


def test_recordings(io):
    names = [n for n in ODD if os.path.exists(os.path.join(RECORDINGS, n + ".snmprec"))]
    files = sorted(n for n in os.listdir(RECORDINGS) if n.endswith(".snmprec"))
    devices = [n for n in files if "@" not in n]
    with Simulator("--agents", str(len(devices)), "--recordings", RECORDINGS, "--io", io) as s:
        expect(s.ready == f"ready: {len(devices)} agents at 127.1.0.1:{PORT} ({io})\n", f"ready line: {s.ready!r}")
        for name in names:
            number = devices.index(name + ".snmprec") + 1
            address = f"127.1.{number // 256}.{number % 256}"
            objects, _ = parse_snmprec(os.path.join(RECORDINGS, name + ".snmprec"))
            expected = [(k, *v) for k, v in sorted(objects.items(), key=lambda item: oid_numbers(item[0]))]
            expect(Client(address).walk() == expected, f"{io}: {name} comes back as it is")
        for name in names[2:5] + names[-2:]:
            number = devices.index(name + ".snmprec") + 1
            walk = tool("snmpbulkwalk", "-Cr25", f"127.1.{number // 256}.{number % 256}:{PORT}", ".1")
            objects, _ = parse_snmprec(os.path.join(RECORDINGS, name + ".snmprec"))
            oids = re.findall(r"^(\.[0-9.]+) = (?!No more)", walk.stdout, re.M)
            expect({ber_oid(o) for o in oids} == set(objects) and len(oids) == len(objects), f"{io}: snmpbulkwalk of {name}")
        contexts = [n for n in files if "@" in n][:2]
        for context in contexts:
            name, vlan = context[:-len(".snmprec")].split("@")
            number = devices.index(name + ".snmprec") + 1
            objects, _ = parse_snmprec(os.path.join(RECORDINGS, context))
            rows = Client(f"127.1.{number // 256}.{number % 256}").walk(community=f"public@{vlan}".encode())
            expect({r[0]: r[1:] for r in rows} == objects, f"{io}: context {context}")
        code, said = s.end()
        expect(code == 0, f"{io}: SIGTERM ends it with 0, not {code}")
        expect("requests " in said and "damaged lines" in said and "ise_3855.snmprec:256: warning: unknown tag" in said, f"{io}: summary: {said}")


def test_switch(io):
    with Simulator("--agents", "500", "--io", io):
        walk = tool("snmpbulkwalk", "-Cr60", f"127.1.0.9:{PORT}", ".1").stdout.splitlines()
        expect(len([line for line in walk if "No more" not in line]) > 2000, f"{io}: the switch has its tables")
        v1 = tool("snmpwalk", f"127.1.1.9:{PORT}", "1.3.6.1.2.1.1", version="1").stdout
        expect('.1.3.6.1.2.1.1.5.0 = STRING: "switch-00265"' in v1, f"{io}: v1 walk: {v1}")
        v1 = tool("snmpwalk", f"127.1.1.9:{PORT}", "1.3.6.1.2.1.31.1.1.1", version="1").stdout
        expect("Counter64" not in v1 and "Gi1/0/48" in v1, f"{io}: no Counter64 in v1")
        got = tool("snmpget", f"127.1.1.9:{PORT}", "1.3.6.1.2.1.1.7.0", "1.3.6.1.2.1.1.99.0").stdout
        expect("INTEGER: 2" in got and "No Such Object" in got, f"{io}: snmpget: {got}")
        done = tool("snmpset", f"127.1.0.2:{PORT}", "1.3.6.1.2.1.1.6.0", "s", "cellar", community="private")
        expect(done.returncode == 0 and "cellar" in done.stdout, f"{io}: snmpset: {done.stderr}")
        expect("cellar" in tool("snmpget", f"127.1.0.2:{PORT}", "1.3.6.1.2.1.1.6.0").stdout, f"{io}: what was set is there")
        expect("cellar" not in tool("snmpget", f"127.1.0.3:{PORT}", "1.3.6.1.2.1.1.6.0").stdout, f"{io}: and only there")
        done = tool("snmpset", f"127.1.0.2:{PORT}", "1.3.6.1.2.1.1.6.0", "s", "attic")
        expect("noAccess" in done.stderr, f"{io}: reading does not write: {done.stderr}")
        done = tool("snmpset", f"127.1.0.2:{PORT}", "1.3.6.1.2.1.1.7.0", "i", "3", community="private", version="1")
        expect("noSuchName" in done.stderr, f"{io}: v1 errors: {done.stderr}")
        expect(Client("127.1.0.2", 0.3).ask(0xA0, [ber_oid("1.3.6.1.2.1.1.1.0")], community=b"wrong") is None, f"{io}: wrong community")


NAME = ber_oid("1.3.6.1.2.1.1.5.0")


def test_load(io):
    """Many requests in flight to many agents: each answered once, by whom it was asked."""
    count, agents = 20000, 5000
    with Simulator("--agents", str(agents), "--io", io):
        client = Client("127.1.0.1", 1.0)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        waiting, wrong, sent = {}, 0, 0
        while sent < count or waiting:
            while sent < count and len(waiting) < 200:
                agent = sent * 7919 % agents
                host = 0x7F010001 + agent
                address = socket.inet_ntoa(struct.pack(">I", host))
                waiting[sent + 1] = (address, b"switch-%05d" % (agent + 1))
                client.socket.sendto(request(0xA0, [NAME], request_id=sent + 1), (address, PORT))
                sent += 1
            answer = client.receive()
            if answer is None:
                break
            request_id, _, rows = decode(answer[0])
            wrong += waiting.pop(request_id, None) != (answer[1][0], rows[0][2])
        expect(not waiting and wrong == 0, f"{io}: {len(waiting)} unanswered, {wrong} wrong of {count}")


def test_faults(io):
    def with_fault(*args):
        return Simulator("--io", io, "--agents", "4", *args)

    with with_fault("--loss", "1:1"):
        expect(Client("127.1.0.1", 0.3).ask(0xA0, [NAME]) is None, f"{io}: loss")
    with with_fault("--dead", "100%"):
        expect(Client("127.1.0.1", 0.3).ask(0xA0, [NAME]) is None, f"{io}: dead")
    with with_fault("--delay", "1:150ms", "--jitter", "1:20ms"):
        start = time.monotonic()
        answer = Client("127.1.0.1").ask(0xA0, [NAME])
        expect(answer is not None and 0.15 <= time.monotonic() - start < 0.6, f"{io}: delay")
    with with_fault("--duplicate", "1"):
        client = Client("127.1.0.1", 0.5)
        client.send(0xA0, [NAME])
        first, second, third = client.receive(), client.receive(), client.receive()
        expect(first is not None and first == second and third is None, f"{io}: duplicate")
    with with_fault("--reorder", "1:0.5", "--seed", "3"):
        client = Client("127.1.0.1", 0.5)
        for i in range(200):
            client.send(0xA0, [NAME], request_id=i + 1)
        ids = []
        while len(ids) < 200:
            answer = client.receive()
            if answer is None:
                break
            ids.append(decode(answer[0])[0])
        expect(sorted(ids) == list(range(1, 201)) and ids != sorted(ids), f"{io}: reorder: {len(ids)} replies")
    with with_fault("--truncate", "1:1"):
        client = Client("127.1.0.1")
        client.send(0xA0, [NAME])
        answer = client.receive()
        try:
            decode(answer[0])
            expect(False, f"{io}: truncate")
        except (ValueError, IndexError):
            pass
    with with_fault("--toobig", "1:200"):
        answer = Client("127.1.0.1").ask(0xA5, [b"\x2b"], 0, 20)
        expect(answer is not None and answer[1:] == (1, []), f"{io}: toobig: {answer}")
        expect(Client("127.1.0.1").ask(0xA5, [b"\x2b"], 0, 1)[1] == 0, f"{io}: small replies pass")
    with with_fault("--loop", "1"):
        walk = tool("snmpbulkwalk", f"127.1.0.1:{PORT}", ".1")
        expect("OID not increasing" in walk.stderr, f"{io}: loop: {walk.stderr}")
    with with_fault("--wrong-source", "1"):
        client = Client("127.1.0.2")
        client.send(0xA0, [NAME])
        answer = client.receive()
        expect(answer is not None and answer[1] == ("127.129.0.2", PORT), f"{io}: wrong-source: {answer and answer[1]}")
    listed = subprocess.run([PROGRAM, "simulate", "--listen", f"127.1.0.1:{PORT}", "--agents", "40", "--dead", "0.3", "--list-faults"],
                            capture_output=True, text=True, timeout=10).stdout
    dead = {line.split(":")[0] for line in listed.splitlines()}
    with Simulator("--io", io, "--agents", "40", "--dead", "0.3"):
        clients = {f"127.1.0.{i}": Client(f"127.1.0.{i}", 0.5) for i in range(1, 41)}
        for client in clients.values():
            client.send(0xA0, [NAME])
        silent = set()
        for address, client in clients.items():
            client.socket.settimeout(0.5 if len(silent) == 0 else 0.02)
            if client.receive() is None:
                silent.add(address)
        expect(0 < len(dead) < 40 and silent == dead, f"{io}: --list-faults names the dead: {sorted(dead ^ silent)}")


def test_usage():
    def run(*args):
        return subprocess.run([PROGRAM, "simulate", *args], capture_output=True, text=True, timeout=10)

    for args in (["--listen", "10.0.0.1:161"], ["--listen", "127.255.255.250", "--agents", "6"], ["--loss", "2"], ["--loss", "0.1:x"],
                 ["--dead", "0.1:3"], ["--agents", "0"], ["--io", "magic"], ["more"], ["--listen", "[::1]:16199", "--agents", "2"]):
        expect(run(*args).returncode == 3, f"{args} is refused")
    expect(run("--recordings", "/nonexistent").returncode == 2, "recordings that are not there")
    help_text = run("--help")
    expect(help_text.returncode == 0 and "--wrong-source" in help_text.stdout, "help")
    with Simulator():
        second = run("--listen", f"127.1.0.1:{PORT}")
        expect(second.returncode == 4 and "in use" in second.stderr, f"the port is taken: {second.stderr}")
    with Simulator(listen=f"[::1]:{PORT}") as s:
        if s.ready:
            got = tool("snmpget", f"udp6:[::1]:{PORT}", "1.3.6.1.2.1.1.5.0").stdout
            expect("switch-00001" in got, f"IPv6: {got}")
    start = time.monotonic()
    expect(run("--listen", f"127.1.0.1:{PORT}", "--for", "300ms").returncode == 0, "--for ends it")
    expect(0.25 < time.monotonic() - start < 3, "--for takes its time")


def has_uring():
    with Simulator("--io", "uring") as s:
        return s.ready != ""


def main():
    if shutil.which("snmpbulkwalk") is None:
        print("skipped: Net-SNMP's tools are not installed")
        return 77
    backends = ["mmsg"] + (["uring"] if has_uring() else [])
    print("back ends:", *backends)
    test_usage()
    for io in backends:
        if os.path.isdir(RECORDINGS):
            test_recordings(io)
        else:
            print("without recordings: there is no", RECORDINGS)
        test_switch(io)
        test_load(io)
        test_faults(io)
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
