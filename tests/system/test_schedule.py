#!/usr/bin/env python3
"""Polling on schedule: phases, reload, dead and slow agents, the end; and what limits the pace, measured where datagrams arrive."""
import signal
import time

from fake_agent import FakeAgent, Mib, integer, numbers_of, string, tlv
from support import Poll, Running, check, equal, eventually, exit_after_changes, free_port, run

SYSTEM = numbers_of("1.3.6.1.2.1.1")
TREE = "1.3.6.1.4.1.99999"
OBJECTS = {SYSTEM + (1, 0): string(b"a box"), SYSTEM + (3, 0): tlv(0x43, b"\x07"), SYSTEM + (5, 0): string(b"name"),
           SYSTEM + (7, 0): integer(72)}
IF_ENTRY = numbers_of("1.3.6.1.2.1.2.2.1")
BOX = Mib({**OBJECTS, **{IF_ENTRY + (c, i): integer(i) for c in (2, 3, 10) for i in (1, 2)},
           **{numbers_of(TREE) + (i,): integer(i) for i in range(1, 41)}})
LATE = 0.2   # by how much a turn may come late on a busy machine


def good(agent, request):
    return [BOX.answer(request)]


def slow(seconds):
    return lambda agent, request: [(BOX.answer(request), seconds)]


def silent(agent, request):
    return []


def times(agent, since=0):
    return [r.time for r in agent.requests if r.time >= since]


def phase(moments, interval=1.0):
    """The moment within the interval, all being the same within LATE."""
    first = min(moments, key=lambda t: (t - moments[0] + interval / 2) % interval) % interval
    for t in moments:
        late = (t - first) % interval
        check(late < LATE or late > interval - 0.01, f"a turn is {late:.3f} s off its phase: {[round(m % interval, 3) for m in moments]}")
    return first


def apart(a, b, interval=1.0):
    return min((a - b) % interval, (b - a) % interval)


def spaced(moments, interval, what):
    gaps = [b - a for a, b in zip(moments, moments[1:])]
    check(all(interval - LATE < g < interval + LATE for g in gaps), f"{what}: spaced {[round(g, 3) for g in gaps]}, not {interval}")


def test_equal_spacing(work, io):
    """each target has its own fixed place in the interval, in every run the same"""
    agents = [work.closing(FakeAgent(good)) for _ in range(4)]
    lines = "".join(f"{a.address} name=t{i} modules=system\n" for i, a in enumerate(agents))
    targets = work.write("targets", lines)
    phases = []
    for _ in range(2):
        started = time.monotonic()
        poll = Running(work, io, "--interval", "1s", "--for", "4.5s", targets)
        result = poll.end(8)
        equal(result.code, 0, f"exit\n{result}")
        check(4.4 < time.monotonic() - started < 5.5, "--for 4.5s is not over after 4.5 s")
        for i, agent in enumerate(agents):
            moments = times(agent, started)
            check(4 <= len(moments) <= 5, f"{len(moments)} polls of t{i} in 4.5 s")
            spaced(moments, 1.0, f"t{i}")
        phases.append([phase(times(a, started)) for a in agents])
    equal(len([r for r in poll.all_reports if r["reason"] == "ok"]), sum(len(a.requests) for a in agents), "reports, requests")
    check(all(apart(a, b) < LATE for a, b in zip(*phases)), f"phases of two runs: {phases}")
    check(max(apart(a, phases[0][0]) for a in phases[0]) > 0.05, f"all targets at the same moment: {phases[0]}")


def test_reload(work, io):
    """SIGHUP adds, removes and changes targets; the others keep their phase; a bad file changes nothing"""
    a, b, c, d = (work.closing(FakeAgent(good)) for _ in range(4))
    line = lambda agent, name, more="": f"{agent.address} name={name} modules=system {more}\n"
    targets = work.write("targets", line(a, "a") + line(b, "b") + line(c, "c"))
    poll = Running(work, io, "--interval", "1s", targets)
    time.sleep(2.6)
    before = phase(times(b))

    work.write("targets", line(b, "b") + line(c, "c", "interval=500ms tag.new=1") + line(d, "d"))
    poll.signal(signal.SIGHUP)
    reloaded = time.monotonic()
    time.sleep(2.4)
    check(times(a, reloaded + 0.2) == [], "the removed target is still polled")
    equal(len(times(d, reloaded)) in (2, 3), True, f"polls of the added target: {len(times(d, reloaded))}")
    check(4 <= len(times(c, reloaded)) <= 6, f"{len(times(c, reloaded))} polls of the target with half the interval")
    spaced(times(b), 1.0, "the unchanged target")

    bad = time.monotonic()
    work.write("targets", line(b, "b") + "127.0.0.1 name=x intervall=3s\n")
    poll.signal(signal.SIGHUP)
    time.sleep(1.5)
    check(len(times(c, bad)) >= 2 and len(times(d, bad)) >= 1, "a bad file ended the polls of others")
    equal(apart(phase(times(b)), before) < LATE, True, "phase of the unchanged target")
    result = poll.stop()
    equal(result.code, exit_after_changes(poll.all_reports, 2), f"exit\n{result}")
    check("1 added, 1 changed, 1 removed, 1 as before" in result.err, f"the first reload: {result.err}")
    check(f"{targets}:2:18: unknown key 'intervall'" in result.err and "not reloaded" in result.err, f"the bad reload: {result.err}")
    equal({r["reason"] for name in "bd" for r in poll.reports(name)}, {"ok"}, "reasons of what was not changed")
    for name, agent in (("a", a), ("b", b), ("c", c), ("d", d)):
        equal(len(poll.reports(name)), len(agent.requests), f"reports, requests of {name}")


def test_reload_while_running(work, io):
    """a target removed while it is polled reports cancelled, once"""
    slow_one, other = work.closing(FakeAgent(silent)), work.closing(FakeAgent(good))
    targets = work.write("targets", f"{slow_one.address} name=s modules=system\n{other.address} name=o modules=system\n")
    poll = Running(work, io, "--interval", "1s", "-t", "10s", "--deadline", "20s", targets)
    eventually(lambda: slow_one.requests, 3, "the silent agent is asked")
    work.write("targets", f"{other.address} name=o modules=system\n")
    poll.signal(signal.SIGHUP)
    time.sleep(1.2)
    check(poll.stop().code == 1, "exit")
    equal([r["reason"] for r in poll.reports("s")], ["cancelled"], "reasons")
    equal({r["reason"] for r in poll.reports("o")}, {"ok"}, "reasons of the other")


def test_sigterm_ends_running_polls(work, io):
    """SIGTERM: what runs comes to its end and is written, nothing new begins"""
    agent = work.closing(FakeAgent(slow(0.7)))
    poll = Running(work, io, "--interval", "1s", "-t", "3s", "--deadline", "5s", "--modules", "system", agent.address)
    eventually(lambda: len(agent.requests) == 2, 5, "the second poll")
    asked = time.monotonic()
    result = poll.stop()
    check(0.4 < time.monotonic() - asked < 1.5, "it did not wait for the running poll, or longer")
    equal((result.code, len(agent.requests), [r["reason"] for r in poll.all_reports]), (0, 2, ["ok", "ok"]), "exit, requests, reasons")
    equal(len(poll.rows), 2 * len(OBJECTS), "values")


def test_sigterm_while_idle(work, io):
    """SIGTERM between two polls ends at once"""
    agent = work.closing(FakeAgent(good))
    poll = Running(work, io, "--interval", "5s", "--modules", "system", agent.address)
    time.sleep(0.7)
    asked = time.monotonic()
    equal(poll.stop().code, 0, "exit")
    check(time.monotonic() - asked < 0.5, "it took long")


def test_agent_restarts(work, io):
    """an agent that goes away and comes back: unreachable, then ok again"""
    port = free_port()
    agent = FakeAgent(good, port=port)
    poll = Running(work, io, "--interval", "300ms", "-t", "200ms", "-r", "0", "--modules", "system", f"127.0.0.1:{port}")
    eventually(lambda: len(agent.requests) >= 2, 3, "polls before")
    agent.close()
    time.sleep(1.5)
    again = work.closing(FakeAgent(good, port=port))
    back = time.monotonic()
    eventually(lambda: len(again.requests) >= 4, 3, "polls after")
    poll.stop()
    reasons = [r["reason"] for r in poll.all_reports]
    changes = [r for i, r in enumerate(reasons) if i == 0 or reasons[i - 1] != r]
    check(changes in (["ok", "unreachable", "ok"], ["ok", "unreachable", "backoff", "ok"]), f"reasons {reasons}")
    check(reasons.count("unreachable") >= 3, f"reasons {reasons}")
    check(again.requests[0].time - back < 0.7, "it was noticed late that the agent is back")
    equal(len(poll.rows), reasons.count("ok") * len(OBJECTS), "values")


def test_dead_target(work, io):
    """a dead target costs one datagram a cycle; its other polls say backoff; it is polled in full when it is back"""
    behaviour = [silent]
    agent = work.closing(FakeAgent(lambda a, r: behaviour[0](a, r)))
    other = work.closing(FakeAgent(good))
    targets = work.write("targets", f"{agent.address} name=dead\n{other.address} name=alive\n")
    poll = Running(work, io, "--interval", "500ms", "-t", "150ms", "-r", "1", targets)
    time.sleep(2.6)
    dead_from = time.monotonic()
    time.sleep(3)
    probes = times(agent, dead_from)
    check(4 <= len(probes) <= 7, f"{len(probes)} datagrams to a dead target in 6 cycles")
    check(all(r.oids == [SYSTEM + (3, 0)] for r in agent.requests if r.time > dead_from), "a probe asks for sysUpTime")
    behaviour[0] = good
    back = time.monotonic()
    time.sleep(2)
    poll.stop()
    stopped = {m: [r["reason"] for r in poll.reports("dead") if r["module"] == m] for m in ("system", "interfaces")}
    for module, reasons in stopped.items():
        check(11 <= len(reasons) <= 18, f"{len(reasons)} reports of {module} in 15 cycles")
        check(set(reasons) <= {"timeout", "backoff", "ok"} and reasons[0] == "timeout", f"{module}: {reasons}")
        equal(reasons[-2:], ["ok", "ok"], f"{module} after it is back")
        equal("ok" in reasons[:reasons.index("ok")], False, module)
    both = stopped["system"] + stopped["interfaces"]
    check(both.count("backoff") >= 5, f"backoff reports: {stopped}")
    check(min(t for t in times(agent, back)) - back < 0.8, "the next probe came late")
    alive = [r["reason"] for r in poll.reports("alive")]
    equal(set(alive), {"ok"}, "reasons of the other target")
    check(len(alive) >= 2 * 13, f"the other target was polled {len(alive)} times")


def test_overrun(work, io):
    """a poll that still runs at its next turn is counted, and never stacked"""
    agent = work.closing(FakeAgent(slow(1.3)))
    poll = Running(work, io, "--interval", "500ms", "-t", "3s", "--deadline", "10s", "--modules", "system", agent.address)
    time.sleep(5.2)
    poll.stop()
    gaps = [b - a for a, b in zip(times(agent), times(agent)[1:])]
    check(all(g > 1.25 for g in gaps), f"two polls at once: {gaps}")
    overruns = [int(r["overruns"]) for r in poll.all_reports]
    check(all(o == 2 for o in overruns[:-1]), f"overruns {overruns}, each poll should have missed two turns")
    equal({r["reason"] for r in poll.all_reports}, {"ok"}, "reasons")
    check("turns overrun" in poll.result.err, poll.result.err)


def test_deadline_is_the_interval(work, io):
    """without --deadline a poll ends when its interval is over, with what it got"""
    agent = work.closing(FakeAgent(slow(0.3)))
    poll = Running(work, io, "--interval", "1s", "-t", "3s", "--walk", TREE, "--max-repetitions", "4", "--for", "3.5s", agent.address)
    poll.end(8)
    check(len(poll.all_reports) >= 2, f"reports: {poll.all_reports}")
    for report in poll.all_reports:
        equal(report["reason"], "deadline", "reason")
        check(950 < float(report["duration_ms"]) < 1200, f"duration: {report}")
        check(8 <= int(report["rows"]) <= 16, f"rows: {report}")
    equal(len(poll.rows), sum(int(r["rows"]) for r in poll.all_reports), "rows")


def test_a_silent_agent_is_down_at_its_deadline(work, io):
    """up means that something was heard in this poll; the report counts the attempts; no turn is lost to the deadline"""
    agent = work.closing(FakeAgent(silent))
    poll = Running(work, io, "--interval", "1s", "-t", "400ms", "-r", "9", "--modules", "system", "--for", "3.5s", agent.address)
    poll.end(8)
    check(len(poll.all_reports) >= 3, f"reports: {poll.all_reports}")
    for report in poll.all_reports[:3]:
        equal((report["reason"], report["up"], report["overruns"]), ("deadline", "0", "0"), "reason, up, overruns")
        check(report["detail"].startswith("no answer to ") and  "wrong community" in report["detail"], f"detail: {report}")
    check("turns overrun" not in poll.result.err, poll.result.err)


def test_a_poll_that_is_cancelled_before_an_answer_is_down(work, io):
    """a second SIGTERM ends the poll of a silent agent: cancelled, and up is 0"""
    agent = work.closing(FakeAgent(silent))
    poll = Running(work, io, "--interval", "60s", "-t", "20s", "--modules", "system", "--once", agent.address)
    eventually(lambda: agent.requests, 5, "a request")
    poll.process.terminate()
    time.sleep(0.3)
    poll.process.terminate()
    poll.end(8)
    equal([(r["reason"], r["up"]) for r in poll.all_reports], [("cancelled", "0")], "reason, up")


def most_in(moments, window):
    """Most datagrams in any stretch of so many seconds."""
    return max(sum(1 for t in moments[i:] if t - first <= window) for i, first in enumerate(moments))


def test_rate(work, io):
    """--rate holds for all targets together"""
    agent = work.closing(FakeAgent(good))
    targets = work.write("targets", "".join(f"{agent.address} name=t{i} modules=system\n" for i in range(90)))
    started = time.monotonic()
    poll = Poll(work, io, ["--rate", "60", "--report", "csv:" + work.path("r"), targets])
    moments = times(agent, started)
    equal((poll.code, len(moments)), (0, 90), "exit, requests")
    check(1.3 < moments[-1] - moments[0] < 2.0, f"90 requests at 60 a second took {moments[-1] - moments[0]:.2f} s")
    check(most_in(moments, 0.5) <= 40, f"{most_in(moments, 0.5)} requests in half a second")


def test_gap_and_target_rate(work, io):
    """--gap and --target-rate hold for each target, and only for it"""
    for args, gap in ((["--gap", "120ms"], 0.12), (["--target-rate", "10"], 0.1)):
        one, two = work.closing(FakeAgent(good)), work.closing(FakeAgent(good))
        poll = Poll(work, io, [*args, "--walk", TREE, "--max-repetitions", "4", one.address, two.address])
        equal(poll.code, 0, f"exit\n{poll.result}")
        for agent in (one, two):
            moments = times(agent)
            check(len(moments) >= 10, f"{len(moments)} requests")
            least = min(b - a for a, b in zip(moments, moments[1:]))
            check(gap - 0.03 < least, f"two requests {least:.3f} s apart with {args}")
        whole = max(times(one)[-1], times(two)[-1]) - min(times(one)[0], times(two)[0])
        check(whole < 11 * gap + 0.6, f"the targets waited for each other: {whole:.2f} s")


def most_open(agent, seconds):
    """Most requests under way at once, each being answered after so long."""
    moments = times(agent)
    return max(sum(1 for t in moments if t <= at < t + seconds) for at in moments)


def test_target_window(work, io):
    """--target-window is the most requests under way to one target; --window, to all"""
    for window in (1, 3):
        agent = work.closing(FakeAgent(slow(0.2)))
        poll = Poll(work, io, ["--target-window", str(window), "--walk", f"{TREE},{TREE}.1,{TREE}.2", "--modules", "system,interfaces", agent.address])
        equal(poll.code, 0, f"exit\n{poll.result}")
        open_at_once = most_open(agent, 0.17)
        check(open_at_once == window, f"{open_at_once} requests under way at once, window {window}")
    agent = work.closing(FakeAgent(slow(0.1)))
    targets = work.write("targets", "".join(f"{agent.address} name=t{i} modules=system\n" for i in range(30)))
    poll = Poll(work, io, ["--window", "5", targets])
    equal(poll.code, 0, f"exit\n{poll.result}")
    check(most_open(agent, 0.04) <= 5, f"{most_open(agent, 0.04)} requests under way at once, window 5")


run([test_equal_spacing, test_dead_target, test_reload, test_overrun, test_reload_while_running, test_sigterm_ends_running_polls,
     test_sigterm_while_idle, test_agent_restarts, test_deadline_is_the_interval,
     test_a_silent_agent_is_down_at_its_deadline, test_a_poll_that_is_cancelled_before_an_answer_is_down, test_rate, test_gap_and_target_rate, test_target_window],
    workers=8)
