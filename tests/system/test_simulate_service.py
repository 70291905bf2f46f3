#!/usr/bin/env python3
"""simulate --capacity and its like: answers leave when their work is done, by a client that measures; processors; wrong use."""
import re
import socket
import time

from simulated import Simulated
from support import check, equal, run, snmpfleet

# GET of sysUpTime.0, community public; the last but one octet of the request-id is to be filled in
GET = bytes.fromhex("302702010104067075626c6963a01a02024000020100020100300e300c06082b060102010103000500")
PLACE = GET.index(b"\x40\x00")
TOOLS = {"-v2c": [], "-v3": ["-u", "sha256_aes", "-l", "authPriv", "-a", "SHA-256", "-A", "authpass_sha256", "-x", "AES", "-X", "privpass_aes"]}


def burst(agents, count, seconds=3.0):
    """Seconds after which the answers to @count requests sent at once came, by the order of the requests; None: it did not come."""
    host, port = agents.address(0).rsplit(":", 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(0.3)
        begun = time.monotonic()
        for i in range(count):
            s.sendto(GET[:PLACE] + bytes([0x40, i]) + GET[PLACE + 2:], (host, int(port)))
        came = [None] * count
        while None in came and time.monotonic() < begun + seconds:
            try:
                answer = s.recv(2000)
            except socket.timeout:
                continue
            came[answer[answer.index(b"\xa2") + 5]] = time.monotonic() - begun
    return came


def expect_times(came, expected, what):
    """Never before their time, and most of them right then: the machine may be busy for a moment."""
    equal([t is None for t in came], [t is None for t in expected], what)
    late = sorted(t - e for t, e in zip(came, expected) if e is not None)
    check(late[0] >= 0, f"{what}: before their time: {came}")
    check(late[len(late) // 2] < 0.002, f"{what}: not at their time: {came}")


def value_of(agents, oid, version="-v2c"):
    who = TOOLS[version] or ["-c", "public"]
    got = snmpfleet(["get", version, *who, "-Oqv", "-t", "5", agents.address(0), oid])
    equal(got.code, 0, f"{oid} is answered: {got}")
    return got.out.strip()


def test_one_at_a_time_with_a_queue(work, io):
    """answer i leaves i service times after the burst; what does not fit in the queue is dropped and counted"""
    agents = work.closing(Simulated(work, 1, "--io", io, "--capacity", 100, "--queue", 9))
    expect_times(burst(agents, 13, 1), [0.01 * (i + 1) for i in range(10)] + [None] * 3, "one at a time")
    agents.close()
    with open(agents.log, encoding="utf-8") as f:
        said = f.read()
    check("replies 10" in said and "dropped by full queues 3" in said, f"the summary counts: {said}")


def test_servers_work_at_once(work, io):
    """four servers finish four at a time, and a delay comes on top"""
    agents = work.closing(Simulated(work, 1, "--io", io, "--capacity", 100, "--servers", 4, "--delay", "1:30ms"))
    expect_times(burst(agents, 12), [0.04 * (i // 4 + 1) + 0.03 for i in range(12)], "four at once")


def test_a_pause_holds_answers_back(work):
    """all that comes within the only pause is answered at its end"""
    agents = work.closing(Simulated(work, 1, "--pause-at", "0.2s:1.5s"))
    began = time.monotonic()
    check(max(burst(agents, 5)) < 0.1, "it has not begun")
    time.sleep(0.3)
    came = burst(agents, 5)
    check(max(came) - min(came) < 0.1 and max(came) > 0.5, f"they come together: {came}")
    check(time.monotonic() - began < 2.2, "the pause is over after its time")
    check(max(burst(agents, 5)) < 0.1, "it was the only one")


def test_objects_have_costs_with_v2c_and_v3(work):
    """an object takes its cost, others nothing; the load of the processors shows it"""
    agents = work.closing(Simulated(work, 1, "--object-cost", "1.3.6.1.2.1.2.2.1.10=400ms", "--object-cost", "1ms"))
    for version in TOOLS:
        begun = time.monotonic()
        value_of(agents, "1.3.6.1.2.1.2.2.1.16.1", version)
        cheap = time.monotonic() - begun
        value_of(agents, "1.3.6.1.2.1.2.2.1.10.1", version)
        dear = time.monotonic() - begun - cheap
        check(0.4 <= dear < cheap + 0.7, f"{version}: {cheap:.3f} s, and {dear:.3f} s for the dear one")
    idle, busy = int(value_of(agents, "1.3.6.1.4.1.2021.11.11.0")), int(value_of(agents, "1.3.6.1.2.1.25.3.3.1.2.1"))
    check(idle < 80 and busy > 20, f"idle {idle} %, busy {busy} %")
    check(int(value_of(agents, "1.3.6.1.4.1.2021.11.50.0")) >= 80, "two times 0.4 s are work")


def test_wrong_use(work):
    """what cannot be meant is refused, with the option that is wrong"""
    for args, said in (
            (["--capacity", "0"], "--capacity"), (["--servers", "2"], "--servers: does nothing here"), (["--queue", "3"], "--queue: does nothing here"),
            (["--service", "exponential", "--object-cost", "1ms"], "--service: does nothing here"), (["--service", "gamma"], "constant"),
            (["--pause", "1s"], "--pause: not two times: '1s'"), (["--pause", "1s:1s"], "--pause: the agents would never work"),
            (["--pause-at", "1s:"], "--pause-at: not two times"), (["--object-cost", "ifSpeed=1ms"], "--object-cost: not a numeric OID: 'ifSpeed'"),
            (["--object-cost", "1.3=fast"], "--object-cost: not a time"), (["--object-cost", "1.3=1ms"] * 33, "--object-cost: given too often")):
        got = snmpfleet(["simulate", "--for", "1ms", *args])
        equal(got.code, 3, f"{args}: {got}")
        check(said in got.err and not re.search(r"ready:", got.out), f"{args}: {got}")


if __name__ == "__main__":
    run([test_one_at_a_time_with_a_queue, test_servers_work_at_once, test_a_pause_holds_answers_back, test_objects_have_costs_with_v2c_and_v3,
         test_wrong_use], workers=2)
