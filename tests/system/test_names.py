#!/usr/bin/env python3
"""Host names: all addresses are tried, a name that moves is followed, and look-ups are bounded."""
import time

from dns_server import DnsServer
from fake_agent import FakeAgent, Mib, numbers_of, string
from support import Poll, Running, check, equal, eventually, free_port, run

SYSTEM = "1.3.6.1.2.1.1"


def agent_of(work, name, host, port, behaviour=None):
    mib = Mib({numbers_of(SYSTEM + ".5.0"): string(name)})
    return work.closing(FakeAgent(behaviour or (lambda agent, request: [mib.answer(request)]), host, port))


def silent(agent, request):
    return []


def values(poll):
    return [r["value"] for r in poll.rows]


def test_the_next_address_is_tried_in_the_same_poll(work, io):
    """of four addresses only the last one answers: one poll finds it, and the next ones begin there"""
    port = free_port()
    hosts = ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"]
    agents = [agent_of(work, b"x", host, port, silent) for host in hosts]
    alive = hosts.index("127.0.0.4")
    agents[alive].close()
    work.closers.remove(agents[alive].close)
    agent_of(work, b"alive", hosts[alive], port)
    dns = work.closing(DnsServer({"many.test": hosts}))
    poll = Running(work, io, "--dns", f"127.0.0.1:{dns.port}", "--walk", SYSTEM, "-t", "100ms", "-r", "1", "--interval", "2s", "--for", "5.5s",
                   f"many.test:{port}")
    poll.end(10)
    check(len(poll.all_reports) >= 2, f"reports: {poll.all_reports}")
    equal({(r["reason"], r["address"]) for r in poll.all_reports}, {("ok", "127.0.0.4")}, "reasons, addresses")
    check(all(int(r["requests"]) <= 4 for r in poll.all_reports[1:]), f"the address that answered is asked first: {poll.all_reports}")


def test_family(work, io):
    """family=4 or 6 asks only at addresses of that family, --family as well"""
    port = free_port()
    agent_of(work, b"four", "127.0.0.1", port)
    agent_of(work, b"six", "::1", port)
    dns = work.closing(DnsServer({"both.test": ["127.0.0.1", "::1"]}))
    for args, expected in ((["--family", "4", f"both.test:{port}"], "four"), (["--family", "6", f"both.test:{port}"], "six"),
                           ([f"both.test:{port} family=4"], "four"), (["--family", "4", f"both.test:{port} family=6"], "six")):
        poll = Poll(work, io, ["--dns", f"127.0.0.1:{dns.port}", "--walk", SYSTEM, "-t", "1s", *args])
        equal(values(poll), [expected], f"value with {args}")


def test_a_name_that_moves_is_followed(work, io):
    """the old agent goes on answering; the new one is polled when the time to live is over"""
    port = free_port()
    agent_of(work, b"old", "127.0.0.2", port)
    agent_of(work, b"new", "127.0.0.3", port)
    dns = work.closing(DnsServer({"move.test": "127.0.0.2"}))
    poll = Running(work, io, "--dns", f"127.0.0.1:{dns.port}", "--walk", SYSTEM, "--interval", "500ms", "--for", "6s", f"move.test:{port}")
    time.sleep(2)
    dns.names["move.test"] = ["127.0.0.3"]
    poll.end(12)
    equal({r["reason"] for r in poll.all_reports}, {"ok"}, "reasons")
    seen = values(poll)
    check(seen[0] == "old" and seen[-1] == "new" and "old" not in seen[seen.index("new"):], f"values: {seen}")
    asked = len([n for n, kind in dns.asked if kind == 1])
    check(asked <= 7, f"look-ups of a name with a time to live of 1 s in 6 s: {asked}")


def test_a_failing_look_up_keeps_the_old_address(work, io):
    """the name server stops knowing the name: the agent goes on being polled"""
    port = free_port()
    agent_of(work, b"old", "127.0.0.2", port)
    dns = work.closing(DnsServer({"gone.test": "127.0.0.2"}))
    poll = Running(work, io, "--dns", f"127.0.0.1:{dns.port}", "--walk", SYSTEM, "--interval", "500ms", "--for", "5s", f"gone.test:{port}")
    time.sleep(1)
    before = len(dns.asked)
    dns.names.clear()
    poll.end(12)
    equal({r["reason"] for r in poll.all_reports}, {"ok"}, "reasons")
    check(len(dns.asked) > before, "the name was looked up again")
    check(len(dns.asked) <= before + 6, f"a look-up that failed is not repeated at once: {len(dns.asked)} look-ups")


def test_long_times_to_live_are_kept(work, io):
    """a name with a time to live of an hour is looked up once"""
    port = free_port()
    agent_of(work, b"x", "127.0.0.2", port)
    dns = work.closing(DnsServer({"long.test": "127.0.0.2"}, ttl=3600))
    poll = Running(work, io, "--dns", f"127.0.0.1:{dns.port}", "--walk", SYSTEM, "--interval", "200ms", "--for", "3s", f"long.test:{port}")
    poll.end(8)
    equal({r["reason"] for r in poll.all_reports}, {"ok"}, "reasons")
    equal(len([n for n, kind in dns.asked if kind == 1]), 1, "look-ups")


def test_look_ups_a_second(work, io):
    """--dns-rate, or dns_rate of the configuration, bounds look-ups of all targets together; the option wins"""
    port = free_port()
    config, other = work.write("config.yaml", "fleet: { dns_rate: 30 }\n"), work.write("other.yaml", "fleet: { dns_rate: 500 }\n")
    agent_of(work, b"x", "127.0.0.2", port)
    names = [f"n{i}.test" for i in range(60)]
    dns = work.closing(DnsServer({n: "127.0.0.2" for n in names}))
    for options in (["--dns-rate", "30"], ["-f", config], ["--dns-rate", "30", "-f", other]):
        started = time.monotonic()
        poll = Poll(work, io, ["--dns", f"127.0.0.1:{dns.port}", *options, "--walk", SYSTEM, "-t", "2s", "--deadline", "20s",
                               *[f"{n}:{port}" for n in names]])
        seconds = time.monotonic() - started
        equal({r["reason"] for r in poll.reports}, {"ok"}, "reasons")
        check(1.5 < seconds < 4, f"60 names at 30 a second took {seconds:.1f} s with {options}")


run([test_the_next_address_is_tried_in_the_same_poll, test_family, test_a_name_that_moves_is_followed,
     test_a_failing_look_up_keeps_the_old_address, test_long_times_to_live_are_kept, test_look_ups_a_second], workers=6)
