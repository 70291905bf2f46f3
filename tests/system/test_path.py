#!/usr/bin/env python3
"""Paths that carry less than Ethernet does, between network namespaces: tables with long indexes come whole, at every MTU.

Called with "agent HOST VERSION OCTETS" it is the agent: 20 columns, 3 rows, an index of OCTETS octets. It prints the size of each
request that is larger than those before.
"""
import os
import subprocess
import sys
import time

from fake_agent import FakeAgent, Mib, Request, integer, numbers_of
from fake_agent_v3 import Engine, V3Request
from support import PROGRAM, check, equal, eventually, parse_csv, run, skip

TREE = numbers_of("1.3.6.1.4.1.99999.7.1")
COLUMNS, ROWS, PORT = 20, 3, 1161
REQUEST_MAX = 1200


def table(octets):
    return Mib({TREE + (c,) + (97,) * (octets - 1) + (97 + row,): integer(100 * c + row)
                for c in range(1, COLUMNS + 1) for row in range(ROWS)})


def be_agent(host, version, octets):
    mib, most = table(int(octets)), 0
    engine = Engine(mib, "SHA-256")
    agent = FakeAgent(lambda a, r: [engine.answer(r) if version == "3" else mib.answer(r)], host, PORT,
                      V3Request if version == "3" else Request)
    print("ready", flush=True)
    while True:
        time.sleep(0.02)
        largest = max((r.size for r in list(agent.requests)), default=0)
        if largest > most:
            most = largest
            print(most, flush=True)


def ip(*args):
    done = subprocess.run(["ip", *args], capture_output=True, text=True)
    check(done.returncode == 0, f"ip {' '.join(args)}: {done.stderr.strip()}")


def need_namespaces():
    """Skip the test where network namespaces cannot be made."""
    name = f"sf{os.getpid():x}"
    try:
        done = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    except FileNotFoundError:
        skip("no ip(8) here")
    if done.returncode != 0:
        skip(f"no network namespaces here: {done.stderr.strip()}")
    ip("netns", "del", name)


class Net:
    """A namespace that polls and one of the agent, each on its link to a router between them."""

    def __init__(self, work, near_mtu, far_mtu):
        mark = f"{os.getpid():x}"
        self.poller, self.router, self.agent = [f"sf{mark}{c}" for c in "pra"]
        for name in (self.poller, self.router, self.agent):
            ip("netns", "add", name)
            work.closers.append(lambda n=name: subprocess.run(["ip", "netns", "del", n], capture_output=True))
            ip("-n", name, "link", "set", "lo", "up")
            self.set(name, "net/ipv6/conf/default/accept_dad", 0)  # addresses are good at once
        for name, far, net, mtu in ((self.poller, "near", 1, near_mtu), (self.agent, "far", 2, far_mtu)):
            ip("-n", name, "link", "add", "eth", "mtu", str(mtu), "type", "veth", "peer", "name", far, "netns", self.router)
            ip("-n", self.router, "link", "set", far, "mtu", str(mtu))
            for where, link, host in ((name, "eth", 2), (self.router, far, 1)):
                ip("-n", where, "addr", "add", f"10.77.{net}.{host}/24", "dev", link)
                if mtu >= 1280:
                    ip("-n", where, "addr", "add", f"fd77:{net}::{host}/64", "dev", link, "nodad")
                ip("-n", where, "link", "set", link, "up")
            ip("-n", name, "route", "add", "default", "via", f"10.77.{net}.1")
            if mtu >= 1280:
                ip("-n", name, "route", "add", "default", "via", f"fd77:{net}::1")
        for key in ("net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding"):
            self.set(self.router, key, 1)

    def set(self, name, key, value):
        subprocess.run(self.inside(name, "sh", "-c", f"echo {value} > /proc/sys/{key}"), check=True)

    def inside(self, name, *args):
        return ["ip", "netns", "exec", name, *args]

    def reaches(self, host):
        """Whether the agent's system refuses a TCP connection from the poller: so both ways are open, whoever listens."""
        code = f"import socket; s = socket.socket(socket.{'AF_INET6' if ':' in host else 'AF_INET'}); s.settimeout(0.5); s.connect(({host!r}, 9))"
        return b"ConnectionRefused" in subprocess.run(self.inside(self.poller, sys.executable, "-c", code), capture_output=True).stderr


def whole_table(work, io, net, host, version, octets):
    said = work.path(f"agent-{host}-{version}-{octets}".replace(":", "_"))
    with open(said, "wb") as out:
        agent = work.start(net.inside(net.agent, sys.executable, os.path.abspath(__file__), "agent", host, version, str(octets)), stdout=out)
    read = lambda: open(said, encoding="ascii").read().split()
    eventually(lambda: read()[:1] == ["ready"], 20, "the agent is ready")
    eventually(lambda: net.reaches(host), 20, f"{host} is reached")  # new links of a busy machine take a moment
    config = work.write("modules", "modules: { t: { tables: [{ name: t, index: [{ name: key, type: implied-text }], columns: [" + ", ".join(
        f"{{ oid: 1.3.6.1.4.1.99999.7.1.{c}, object: c{c} }}" for c in range(1, COLUMNS + 1)) + "] }] } }\n")
    credentials = ["-v", "3", "-l", "authNoPriv", "-u", "anna", "-a", "SHA-256", "-A", "maplesyrup"] if version == "3" else ["-v", version]
    target = f"[{host}]:{PORT}" if ":" in host else f"{host}:{PORT}"
    rows, reports = work.path("rows"), work.path("reports")
    done = subprocess.run(net.inside(net.poller, PROGRAM, "poll", "--once", "-q", "--io", io, "-t", "500ms", "-f", config, "--modules", "t",
                                     *credentials, "-o", "csv:" + rows, "--report", "csv:" + reports, target), capture_output=True, text=True,
                          timeout=60)
    found, report = parse_csv(work.read("rows")), parse_csv(work.read("reports"))[0]
    for path in (rows, reports):
        os.unlink(path)
    what = f"{host} of version {version}, {octets} octets: {report['reason']}, {report['detail']}, {done.stderr}"
    equal((report["reason"], len(found)), ("ok", COLUMNS * ROWS), what)
    time.sleep(0.1)
    agent.terminate()
    agent.wait(5)
    sizes = [int(n) for n in read()[1:]]
    check(sizes and sizes[-1] <= REQUEST_MAX, f"requests of {sizes} octets; {what}")
    return report


def every_way(work, io, net, octets):
    for host in ("10.77.2.2", "fd77:2::2"):
        for version in ("2c", "3"):
            whole_table(work, io, net, host, version, octets)


def test_mtu_1500(work, io):
    """long indexes on Ethernet, over IPv4 and IPv6, SNMPv2c and v3"""
    net = Net(work, 1500, 1500)
    every_way(work, io, net, 100)
    every_way(work, io, net, 20)


def test_mtu_1300(work, io):
    """the same where both links carry 1300 octets"""
    every_way(work, io, Net(work, 1300, 1300), 100)


def test_mtu_1280(work, io):
    """the same at the least MTU of IPv6, in a tunnel behind the router, of which nobody tells"""
    every_way(work, io, Net(work, 1500, 1280), 100)


def test_black_hole(work, io):
    """the router's second link carries 900 octets of IPv4: the poll is slower, but whole"""
    report = whole_table(work, io, Net(work, 1500, 900), "10.77.2.2", "2c", 100)
    check(int(report["retries"]) >= 1, f"no request was lost: {report}")


def test_small_link(work, io):
    """the poller's own link carries 700 octets: what is too large is asked in parts, without a time-out"""
    net = Net(work, 700, 700)
    for version in ("2c", "3"):
        report = whole_table(work, io, net, "10.77.2.2", version, 60)
        equal(report["retries"], "0", "retries")
        check(float(report["duration_ms"]) < 400, f"a time-out was waited for: {report}")


def test_link_local(work, io):
    """an agent at a link-local address: with its zone, and without where one interface has such addresses; rows say which it was"""
    net = Net(work, 1500, 1500)
    shown = subprocess.run(["ip", "-n", net.router, "-6", "-o", "addr", "show", "dev", "near", "scope", "link"], capture_output=True, text=True,
                           check=True).stdout
    address = shown.split(" inet6 ")[1].split("/")[0]
    said = work.path("agent-link")
    with open(said, "wb") as out:
        work.start(net.inside(net.router, sys.executable, os.path.abspath(__file__), "agent", "::", "2c", "4"), stdout=out)
    eventually(lambda: open(said, encoding="ascii").read().split()[:1] == ["ready"], 20, "the agent is ready")
    for host in (f"{address}%eth", address):
        rows = work.path("rows-link")
        done = subprocess.run(net.inside(net.poller, PROGRAM, "poll", "--once", "-q", "--io", io, "-t", "2s", "--walk", "1.3.6.1.4.1.99999",
                                         "-o", "csv:" + rows, f"[{host}]:{PORT}"), capture_output=True, text=True, timeout=30)
        found = parse_csv(work.read("rows-link"))
        equal((done.returncode, len(found)), (0, COLUMNS * ROWS), f"exit and rows with {host}: {done.stderr}")
        equal({r["address"].split("%")[0] for r in found}, {address}, "address of the rows")
        os.unlink(rows)


if sys.argv[1:2] == ["agent"]:
    be_agent(*sys.argv[2:])
need_namespaces()
run([test_mtu_1500, test_mtu_1300, test_mtu_1280, test_black_hole, test_small_link, test_link_local], workers=1)
