#!/usr/bin/env python3
"""Where targets and configuration come from: files, pipes, standard input; at the start, at a reload, and when a signal comes early."""
import os
import signal
import subprocess
import time

from fake_agent import FakeAgent, Mib, numbers_of, string
from support import PROGRAM, check, equal, eventually, finish, free_port, run, snmpfleet

SYSTEM = numbers_of("1.3.6.1.2.1.1")
BOX = Mib({SYSTEM + (1, 0): string(b"a box")})
EVERY = ["--modules", "system", "--interval", "300ms", "--csv", "long", "-o", "csv:/dev/null"]


def good(agent, request):
    return [BOX.answer(request)]


def goes_on(agent, what):
    """The agent is still polled."""
    before = len(agent.requests)
    eventually(lambda: len(agent.requests) > before + 1, 5, f"{what}: the agent is polled")


def waits(process):
    """Signals are taken over: SIGHUP is blocked, SIGTERM has a handler."""
    def taken():
        with open(f"/proc/{process.pid}/status", encoding="ascii", errors="replace") as f:
            status = dict(line.split(":", 1) for line in f if line.startswith("Sig"))
        return int(status["SigBlk"], 16) & 1 << signal.SIGHUP - 1 and int(status["SigCgt"], 16) & 1 << signal.SIGTERM - 1
    eventually(taken, 10, "signals are taken over")


def fifo(work, name):
    os.mkfifo(work.path(name))
    return work.path(name)


def feed(path, text):
    """Write to a named pipe that somebody reads, without waiting longer than 5 s."""
    def opened():
        try:
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return None
    fd = eventually(opened, 5, f"somebody reads {path}")
    os.write(fd, text.encode())
    os.close(fd)


def hang_up(process, work):
    """SIGHUP, and what is said of it."""
    seen = len(work.read("err"))
    process.send_signal(signal.SIGHUP)
    return eventually(lambda: "reloaded" in work.read("err")[seen:] and work.read("err")[seen:], 10, "the reload is told")


def start(work, args, **options):
    with open(work.path("err"), "wb") as err:
        return work.poll([*EVERY, *args], stdout=subprocess.DEVNULL, stderr=err, **options)


def stop(process, code=0):
    process.send_signal(signal.SIGTERM)
    equal(process.wait(5), code, "exit after SIGTERM")


def test_named_pipes(work):
    """targets and configuration of named pipes: read at the start; a reload waits for nobody and changes nothing"""
    agent = work.closing(FakeAgent(good))
    targets, config = fifo(work, "targets"), fifo(work, "config")
    process = start(work, ["-f", config, targets])
    feed(config, "defaults: { community: piped }\n")
    feed(targets, f"{agent.address} name=a\n")
    eventually(lambda: agent.requests, 5, "the first poll")
    for _ in range(2):
        said = hang_up(process, work)
        check("0 added, 0 changed, 0 removed, 1 as before" in said, f"the reload: {said}")
        check(f"{targets} cannot be read twice" in said and f"{config} cannot be read twice" in said, f"the reload: {said}")
        goes_on(agent, "behind the reload")
    equal({r.community for r in agent.requests}, {b"piped"}, "communities")
    os.unlink(targets)
    check("1 as before" in hang_up(process, work), "a pipe that is gone")
    stop(process)


def test_standard_input(work):
    """targets of standard input stay at a reload, beside a file that is read again"""
    a, b = work.closing(FakeAgent(good)), work.closing(FakeAgent(good))
    more = work.write("more", f"{b.address} name=b\n")
    process = start(work, ["-", more], stdin=subprocess.PIPE)
    process.stdin.write(f"{a.address} name=a\n".encode())
    process.stdin.close()
    process.stdin = None
    eventually(lambda: a.requests and b.requests, 5, "the first polls")
    work.write("more", f"{b.address} name=b tag.new=1\n")
    said = hang_up(process, work)
    check("0 added, 1 changed, 0 removed, 1 as before" in said and "standard input cannot be read twice" in said, f"the reload: {said}")
    goes_on(a, "of standard input")
    goes_on(b, "of the file")
    stop(process)


def test_descriptor(work):
    """/dev/fd/N, as of a shell's <(...): its targets stay"""
    agent = work.closing(FakeAgent(good))
    reading, writing = os.pipe()
    os.write(writing, f"{agent.address} name=a\n".encode())
    os.close(writing)
    process = start(work, [f"/dev/fd/{reading}"], pass_fds=[reading])
    os.close(reading)
    eventually(lambda: agent.requests, 5, "the first poll")
    check("1 as before" in hang_up(process, work), "the reload")
    goes_on(agent, "of the descriptor")
    stop(process)


def test_file_in_the_making(work):
    """at a reload a file that is empty, only comments, missing, or a pipe now keeps the fleet as it is; then the new one is taken"""
    agent, second = work.closing(FakeAgent(good)), work.closing(FakeAgent(good))
    line = f"{agent.address} name=a\n"
    work.write("targets", line)
    work.write("config.yaml", "defaults: { community: x }\n")
    process = start(work, ["-f", "config.yaml", "targets"], cwd=work.folder)
    eventually(lambda: agent.requests, 5, "the first poll")

    def refused(what):
        said = hang_up(process, work)
        check("not reloaded" in said, f"{what}: {said}")
        goes_on(agent, what)
        return said
    work.write("targets", "")
    check("targets: there is no target in it" in refused("an empty file"), "the fault is told")
    work.write("targets", "# nobody\n")
    refused("only comments")
    os.unlink(work.path("targets"))
    refused("a missing file")
    fifo(work, "targets")
    refused("a pipe in its place")
    os.unlink(work.path("targets"))
    work.write("targets", line)
    work.write("config.yaml", "")
    check("config.yaml: there is nothing in it" in refused("an empty configuration"), "the fault is told")
    work.write("config.yaml", "defaults: { community: y }\n")
    work.write("targets", line + f"{second.address} name=b\n")
    check("1 added" in hang_up(process, work), "the new file")
    goes_on(second, "the new file")
    stop(process)


def test_limits_of_the_fleet(work):
    """a reload changes the rate, takes it back, and leaves it where anything is wrong; the command line's stays"""
    agent = work.closing(FakeAgent(good))
    names = [f"name=t{i}" for i in range(60)]
    targets = work.write("targets", "".join(f"{agent.address} {n}\n" for n in names))
    config = work.write("config.yaml", "fleet: { rate: 30 }\n")
    process = start(work, ["-f", config, targets])

    def holds(least, most, what):
        time.sleep(0.2)
        first, since = len(agent.requests), time.monotonic()
        time.sleep(1.5)
        rate = (len(agent.requests) - first) / (time.monotonic() - since)
        check(least <= rate <= most, f"{what}: {rate:.0f} requests a second, not {least} to {most}")

    def reload(text, what):
        work.write("config.yaml", text)
        return what if "targets reloaded" in hang_up(process, work) else f"{what} (refused)"
    eventually(lambda: agent.requests, 5, "the first poll")
    holds(15, 36, "the rate of the start")
    holds(50, 90, reload("fleet: { rate: 80 }\n", "another rate"))
    work.write("targets", f"{agent.address} name=a modules=nosuch\n")
    equal(reload("fleet: { rate: 20 }\n", "bad targets"), "bad targets (refused)", "the reload")
    work.write("targets", "".join(f"{agent.address} {n}\n" for n in names))
    holds(50, 90, "the rate behind bad targets")
    equal(reload("fleet: { rate: 0 }\n", "a bad rate"), "a bad rate (refused)", "the reload")
    holds(50, 90, "the rate behind a bad one")
    holds(110, 260, reload("fleet: { window: 1000 }\n", "no rate"))
    holds(15, 36, reload("fleet: { rate: 30 }\n", "the first rate"))
    holds(110, 260, reload("defaults: { retries: 3 }\n", "no limits"))
    stop(process, 1)

    process = start(work, ["--rate", "30", "-f", work.write("config.yaml", "fleet: { rate: 80 }\n"), targets])
    goes_on(agent, "with --rate")
    holds(15, 36, "the rate of the command line")
    holds(15, 36, reload("fleet: { rate: 90 }\n", "the rate of the command line behind a reload"))
    stop(process, 1)


def test_no_targets(work):
    """a file without a target is a fault at the start, of poll and check alike, and so is what never ends"""
    empty = work.write("empty", "# nobody\n")
    for args in (["poll", "--once", empty], ["check", empty], ["poll", "--once", "-"], ["check", "-"], ["check", "/dev/null"]):
        result = snmpfleet(args)
        check(result.code == 2 and "there is no target in it" in result.err, f"{args}: {result}")
    result = snmpfleet(["check", "/dev/zero"])
    check(result.code == 2 and "more than 256 MiB" in result.err, f"/dev/zero: {result}")


def test_state(work):
    """a named pipe or a device as the file of --state is refused, not waited for and not replaced"""
    pipe = fifo(work, "state")
    result = snmpfleet(["poll", "--once", "--state", pipe, "127.0.0.1:9"], seconds=10)
    check(result.code == 2 and f"{pipe}: --state takes a file; this is a pipe" in result.err, f"a pipe: {result}")
    check(not os.path.isfile(pipe), "the pipe was replaced")
    os.symlink("/dev/null", work.path("null"))
    equal(snmpfleet(["poll", "--once", "--state", work.path("null"), "127.0.0.1:9"], seconds=10).code, 2, "exit for a device")


def test_target_named_end(work):
    """a target whose name is a word of the state file is known again"""
    port = work.simulator()
    targets = work.write("targets", f"127.0.0.1:{port} name=end\n")
    args = ["poll", "--once", "--modules", "system", "--state", work.path("state"), "-o", "csv:/dev/null", targets]
    equal(snmpfleet(args).code, 0, "exit")
    result = snmpfleet(args)
    check("1 targets are known already" in result.err and "damaged" not in result.err, f"the second start: {result}")


def test_signals_during_the_start(work):
    """SIGTERM and SIGINT end a start that waits, with their exit code and without a poll"""
    agent = work.closing(FakeAgent(good))
    pipe = fifo(work, "targets")
    for number in (signal.SIGTERM, signal.SIGINT):
        for options, code in ((["--interval", "1s"], 0), (["--once"], 1)):
            process = work.poll([*options, agent.address, pipe])
            waits(process)
            process.send_signal(signal.SIGHUP)
            time.sleep(0.1)
            equal(process.poll(), None, "SIGHUP ends nothing")
            process.send_signal(number)
            result = finish(process, 5)
            equal(result.code, code, f"exit of {options}\n{result}")
            check("ended during the start" in result.err, f"{result}")
    equal(agent.requests, [], "requests")


def test_hang_up_during_the_start(work):
    """SIGHUP during the start is a reload behind it"""
    agent = work.closing(FakeAgent(good))
    pipe = fifo(work, "pipe")
    work.write("targets", f"{agent.address} name=a\n")
    process = start(work, [work.path("targets"), pipe])
    waits(process)
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGHUP)
    feed(pipe, f"127.0.0.1:{free_port()} name=b\n")
    eventually(lambda: "targets reloaded: 0 added, 0 changed, 0 removed, 2 as before" in work.read("err"), 10, "the reload")
    equal(work.read("err").count("reloaded"), 1, "reloads")
    goes_on(agent, "behind the start")
    process.send_signal(signal.SIGTERM)
    check(process.wait(15) in (0, 1), "exit")


def test_simulate_ends_early(work):
    """simulate ends with 0 when it is told to while it starts, and afterwards"""
    pipe = fifo(work, "users")
    process = work.start([PROGRAM, "simulate", "--listen", f"127.0.0.1:{free_port()}", "--user-file", pipe], stderr=subprocess.DEVNULL)
    waits(process)
    process.send_signal(signal.SIGTERM)
    equal(process.wait(5), 0, "exit")


run([test_named_pipes, test_standard_input, test_descriptor, test_file_in_the_making, test_limits_of_the_fleet, test_no_targets, test_state, test_target_named_end,
     test_signals_during_the_start, test_hang_up_during_the_start, test_simulate_ends_early])
