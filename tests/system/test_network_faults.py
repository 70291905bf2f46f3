#!/usr/bin/env python3
"""What the network between us and the agents does: a link slower than we ask, no route, a firewall, ICMP errors true and forged.

Each run is in a network namespace of its own, as root; the script starts itself once more within it.
"""
import ctypes
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time

from support import Poll, back_ends, check, equal, run, skip

INSIDE = "--inside"
WITHOUT_ADMIN = ["setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"]  # the send buffer is then the system's
TARGETS = 1 << 15


def ip(*args):
    subprocess.run(["ip", *args], check=True)


def tc(*args):
    subprocess.run(["tc", "qdisc", *args], check=True)


def nanoseconds_a_request(poll):
    found = re.search(r"(\d+) ns a request", poll.err)
    check(found is not None, f"no CPU time: {poll.result}")
    return int(found[1])


def slow_or_free(work, io, rate):
    """Ask 32,766 addresses behind a veth whose other end answers nothing."""
    ip("link", "add", "near", "type", "veth", "peer", "name", "far")
    try:
        for side in ("near", "far"):
            ip("link", "set", side, "up", "arp", "off")
        ip("addr", "add", "10.10.0.1/8", "dev", "near")
        if rate is not None:
            tc("add", "dev", "near", "root", "tbf", "rate", rate, "burst", "1540", "latency", "400s")
        poll = Poll(work, io, ["-r", "0", "-t", "1s", "--interval", "100s", "--modules", "system", "10.11.0.0/17"], before=WITHOUT_ADMIN)
    finally:
        ip("link", "del", "near")
    equal({r["reason"] for r in poll.reports}, {"timeout"}, "reasons")
    equal({r["requests"] for r in poll.reports}, {"1"}, "requests of a target")
    return poll


def test_slow_link(work, io):
    """a link that takes 4 Mbit/s of requests costs no more CPU a request than one that takes all"""
    free = slow_or_free(work, io, None)
    slow = slow_or_free(work, io, "4mbit")
    check(slow.result.seconds > free.result.seconds + 2, f"it was not slow: {slow.result}")
    costs = nanoseconds_a_request(free), nanoseconds_a_request(slow)
    check(costs[1] < 2 * costs[0] + 2000, f"ns of CPU a request, free and slow: {costs}")


def test_slow_link_with_answers(work, io):
    """nobody is taken for silent whose request waited for the link: no retry, every poll complete"""
    port = work.simulator("--agents", "16384", host="127.7.0.1")
    tc("add", "dev", "lo", "root", "tbf", "rate", "10mbit", "burst", "70000", "latency", "400s")
    try:
        poll = Poll(work, io, ["-r", "0", "-t", "30s", "--interval", "100s", "--modules", "system", "-o", "influx:/dev/null",
                               f"127.7.0.0/18:{port}"], before=WITHOUT_ADMIN)
    finally:
        tc("del", "dev", "lo", "root")
    equal({r["reason"] for r in poll.reports}, {"ok"}, f"reasons {poll.result}")
    equal(len(poll.reports), TARGETS / 2 - 2, "reports")


def test_no_route(work, io):
    """no route: two attempts half a second apart, then unreachable, and why"""
    ways = {"unreachable": ("10.21.0.1", "No route to host"), "prohibit": ("10.22.0.1", "Permission denied")}
    for kind, (target, _) in ways.items():
        ip("route", "replace", kind, target + "/32")
    poll = Poll(work, io, ["-r", "3", "-t", "5s", "--modules", "system", *(target for target, _ in ways.values())])
    for target, detail in ways.values():
        report = poll.expect(1, "unreachable", target=target, detail=detail)
    equal(report["retries"], "1", "retries")
    check(0.4 < poll.result.seconds < 3, f"slow: {poll.result}")


class Firewall:
    """Refuse all that this process group sends: a cgroup whose eBPF program lets nothing out."""

    def __init__(self, work):
        self.folder = work.path("cgroup")
        os.mkdir(self.folder)
        mounted = subprocess.run(["mount", "-t", "cgroup2", "none", self.folder], capture_output=True)
        if mounted.returncode != 0:
            skip(f"no cgroup2 here: {mounted.stderr.decode().strip()}")
        work.closers.append(lambda: subprocess.run(["umount", "-l", self.folder]))
        self.group = os.path.join(self.folder, f"snmpfleet-test-{os.getpid()}-{time.monotonic_ns()}")
        os.mkdir(self.group)
        work.closers.append(lambda: os.rmdir(self.group))
        program = struct.pack("<BBhiBBhi", 0xb7, 0, 0, 0, 0x95, 0, 0, 0)  # r0 = 0; exit
        code, licence = ctypes.create_string_buffer(program), ctypes.create_string_buffer(b"GPL")
        self.program = self.bpf(5, struct.pack("<IIQQ", 8, 2, ctypes.addressof(code), ctypes.addressof(licence)) + bytes(104))
        group = os.open(self.group, os.O_RDONLY)
        self.bpf(8, struct.pack("<IIII", group, self.program, 1, 0) + bytes(16))  # attach to egress
        os.close(group)

    def bpf(self, command, attributes):
        number = {"x86_64": 321, "aarch64": 280}.get(os.uname().machine)
        if number is None:
            skip(f"the number of bpf() on {os.uname().machine} is not known here")
        libc = ctypes.CDLL(None, use_errno=True)
        got = libc.syscall(number, command, ctypes.create_string_buffer(attributes), len(attributes))
        if got < 0:
            skip(f"no eBPF here: {os.strerror(ctypes.get_errno())}")
        return got

    def join(self):
        """A command's prefix: it runs behind the firewall."""
        return ["sh", "-c", 'echo $$ > "$0/cgroup.procs"; exec "$@"', self.group]


def test_firewall(work, io):
    """a firewall that lets nothing out is told as that, not as a time-out, and at once"""
    poll = Poll(work, io, ["-r", "3", "-t", "5s", "--modules", "system", "127.0.0.1:4999"], before=Firewall(work).join())
    poll.expect(1, "unreachable", detail="Operation not permitted (a firewall?)")
    check(poll.result.seconds < 3 and "2 sends refused" in poll.err, f"{poll.result}")


def checksum(data):
    total = sum(struct.unpack(f">{(len(data) + 1) // 2}H", data + bytes(len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Middle:
    """An agent's address: each request goes to the simulator behind it and comes back a moment later, with ICMP errors before.

    what(number, request) gives what the errors to request @number quote, each as (address of the agent, octets); None instead: the
    request is lost.
    """

    def __init__(self, work, port, host, what):
        self.six = ":" in host
        family = socket.AF_INET6 if self.six else socket.AF_INET
        self.agent = ("127.0.0.1", port)
        self.host, self.what, self.seen = host, what, 0
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.port = self.socket.getsockname()[1]
        self.raw = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_ICMPV6 if self.six else socket.IPPROTO_ICMP)
        self.raw.bind((host, 0))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        work.closing(self)

    def close(self):
        self.socket.close()
        self.raw.close()

    def error(self, peer, to, quoted):
        """Port unreachable, about a datagram of @peer to @to of which @quoted is told."""
        udp = struct.pack(">HHHH", peer[1], self.port, 8 + len(quoted), 0)
        family = socket.AF_INET6 if self.six else socket.AF_INET
        addresses = socket.inet_pton(family, peer[0]) + socket.inet_pton(family, to)
        if self.six:
            inner = struct.pack(">IHBB", 6 << 28, len(udp) + len(quoted), 17, 64) + addresses + udp + quoted
            self.raw.sendto(struct.pack(">BBHI", 1, 4, 0, 0) + inner, (peer[0], 0))
            return
        header = struct.pack(">BBHHHBBH", 0x45, 0, 28 + len(quoted), 0, 0, 64, 17, 0) + addresses
        body = struct.pack(">BBHI", 3, 3, 0, 0) + header + udp + quoted
        body = body[:2] + struct.pack(">H", checksum(body)) + body[4:]
        self.raw.sendto(body, (peer[0], 0))

    def serve(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as behind:
            while True:
                try:
                    request, peer = self.socket.recvfrom(65535)
                except OSError:
                    return
                errors = self.what(self.seen, request)
                self.seen += 1
                for to, quoted in errors:
                    if quoted is not None:
                        self.error(peer, to, quoted)
                if any(quoted is None for _, quoted in errors):
                    continue
                time.sleep(0.05)
                behind.sendto(request, self.agent)
                self.socket.sendto(behind.recv(65535), peer)


def hosts():
    return ["127.0.0.9", "::1"] if os.path.exists("/proc/net/if_inet6") else ["127.0.0.9"]


def target_of(host, port):
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def test_forged_icmp(work, io):
    """ICMP errors of somebody who saw no request are ignored and counted: those that quote nothing, too little, another id, another peer"""
    port = work.simulator("--agents", "1")

    def forge(host):
        other = "::2" if ":" in host else "127.0.0.10"

        def what(_, request):
            at = request.index(b"\x02\x04", 8) + 2  # the request-id
            wrong = request[:at + 3] + bytes([request[at + 3] ^ 1]) + request[at + 4:]
            return [(host, b""), (host, request[:8]), (host, wrong), (other, request)]
        return what

    for host in hosts():
        middle = Middle(work, port, host, forge(host))
        poll = Poll(work, io, ["-r", "0", "-t", "5s", "--modules", "system", target_of(host, middle.port)])
        poll.expect(0, "ok")
        found = re.search(r"(\d+) ICMP errors that quote no open request", poll.err)
        equal(found and int(found[1]), 4 * middle.seen, f"errors ignored at {host}: {poll.result}")


def test_true_icmp(work, io):
    """an ICMP error that quotes the request costs its attempt, however little of it a router quotes; the poll goes on"""
    port = work.simulator("--agents", "1")

    def what(host):
        return lambda number, request: [(host, request[:548 if number else 64]), (host, None)] if number in (0, 2) else []

    for host in hosts():
        middle = Middle(work, port, host, what(host))
        poll = Poll(work, io, ["-r", "3", "-t", "5s", "--target-window", "1", "--modules", "interfaces", target_of(host, middle.port)])
        report = poll.expect(0, "ok")
        equal(report["retries"], "2", f"retries at {host}: {poll.result}")
        check(poll.result.seconds < 4, f"slow: {poll.result}")


def main():
    tests = [test_slow_link, test_slow_link_with_answers, test_no_route, test_firewall, test_forged_icmp, test_true_icmp]
    if INSIDE in sys.argv:
        sys.argv.remove(INSIDE)
        ip("link", "set", "lo", "up")
        run(tests, workers=1, ios=os.environ["IOS"].split(","))
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if os.geteuid() != 0:
        skip("namespaces with interfaces in them need root")
    missing = [p for p in ("unshare", "ip", "tc", "setpriv") if shutil.which(p) is None]
    if missing:
        skip(f"not here: {', '.join(missing)}")
    for command, why in ((["unshare", "-n", "ip", "link", "add", "a1", "type", "veth", "peer", "name", "b1"], "no veth pairs"),
                         (["unshare", "-n", "tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", "1mbit", "burst", "1540", "latency", "1s"],
                          "no token bucket filter")):
        tried = subprocess.run(command, capture_output=True, text=True)
        if tried.returncode != 0:
            skip(f"{why} here: {tried.stderr.strip()}")
    inner = ["unshare", "-n", "-m", sys.executable, os.path.abspath(__file__), INSIDE, *sys.argv[1:]]
    sys.exit(subprocess.run(inner, env={**os.environ, "IOS": ",".join(back_ends())}).returncode)


main()
