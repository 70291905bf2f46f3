#!/usr/bin/env python3
"""What is said on standard error: one form for every line, state changes told once, bounds, the live line, outputs each alone, signals."""
import fcntl
import json
import os
import pty
import re
import signal
import socket
import struct
import subprocess
import termios
import time

from fake_agent import GEN_ERR, FakeAgent, Mib, numbers_of, string
from simulated import Simulated
from support import PROGRAM, check, equal, eventually, free_port, run

SYSTEM = numbers_of("1.3.6.1.2.1.1")
BOX = Mib({SYSTEM + (1, 0): string(b"a box")})
TIMED = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (error|warning|info|debug) \S.*: ")


def good(agent, request):
    return [BOX.answer(request)]


def settable(agent, request):
    """As good, silent or with an error for everything, as the test wants."""
    if settable.silent:
        return []
    return [request.reply(request.nulls(), GEN_ERR, 1) if settable.error else BOX.answer(request)]


settable.silent = settable.error = False


def poll(work, *args, **options):
    """A run, with what it says in the file err."""
    with open(work.path("err"), "ab") as err:
        return work.start([PROGRAM, "poll", *args], stdout=subprocess.DEVNULL, stderr=err, **options)


def said(work):
    return work.read("err")


def stop(process, number=signal.SIGTERM):
    process.send_signal(number)
    return process.wait(20)


def test_lines_have_time_level_and_subject(work):
    """each line of a run on schedule has a time, a level and a subject; details of the summary stand below it"""
    agents = work.closing(Simulated(work, 1))
    process = poll(work, "--interval", "300ms", "--for", "700ms", "--modules", "system", "-o", "csv:/dev/null", agents.address(0))
    equal(process.wait(20), 0, "exit")
    for line in said(work).splitlines():
        check(TIMED.match(line) or line.startswith("  "), f"a line of another form: {line!r}")


def test_state_changes_are_told_once(work):
    """silent since, another reason, answers again: each once, however many polls there are"""
    agent = work.closing(FakeAgent(settable))
    settable.silent = settable.error = False
    process = poll(work, "--interval", "200ms", "-t", "50ms", "-r", "0", "--modules", "system", "-o", "csv:/dev/null", f"{agent.address} name=core1")
    eventually(lambda: agent.requests, 10, "a poll")
    settable.silent = True
    eventually(lambda: "core1: silent since 2" in said(work), 10, "the silence")
    time.sleep(1)
    settable.silent = False
    eventually(lambda: "core1: answers again, after " in said(work), 10, "the answer")
    settable.error = True
    eventually(lambda: re.search(r"warning core1: system: \S", said(work)), 10, "another reason")
    time.sleep(0.6)
    settable.error = False
    eventually(lambda: "core1: system: ok again" in said(work), 10, "ok again")
    stop(process)
    lines = [line for line in said(work).splitlines() if "core1" in line and not line.startswith("  ")]
    equal([len([line for line in lines if word in line]) for word in ("silent since", "answers again", "ok again")], [1, 1, 1], f"lines: {lines}")


def test_repeated_lines_are_bounded(work):
    """of 60 targets that are silent twenty are told, and how many were left out"""
    targets = work.write("targets", "".join(f"127.77.0.{i}:{free_port()} name=t{i}\n" for i in range(1, 61)))
    process = poll(work, "--interval", "1s", "--for", "1500ms", "-t", "100ms", "-r", "0", "--modules", "system", "-o", "csv:/dev/null", targets)
    process.wait(20)
    equal(said(work).count("silent since"), 20, "lines")
    check("40 more targets that became silent were not told one by one" in said(work), said(work))


def test_json_and_journal(work):
    """--log-format: JSON lines that parse; the journal's levels, also found by JOURNAL_STREAM"""
    dead = f"127.0.0.1:{free_port()}"
    args = [PROGRAM, "poll", "--once", "-t", "50ms", "-r", "0", "--modules", "system", "-o", "csv:/dev/null", f'{dead} name="a\\"b"']
    got = subprocess.run([*args, "--log-format", "json"], capture_output=True, text=True, timeout=20, check=False)
    lines = [json.loads(line) for line in got.stderr.splitlines()]
    equal({tuple(line) for line in lines}, {("time", "level", "subject", "text")}, "keys")
    check(any(line["level"] == "warning" and line["subject"] == 'a"b' for line in lines), got.stderr)
    reading, writing = os.pipe()
    st = os.fstat(writing)
    journal = subprocess.Popen(args, stderr=writing, stdout=subprocess.DEVNULL, env={**os.environ, "JOURNAL_STREAM": f"{st.st_dev}:{st.st_ino}"})
    os.close(writing)
    with os.fdopen(reading) as f:
        text = f.read()
    journal.wait(20)
    check(all(re.match(r"<[3467]>", line) for line in text.splitlines()), text)


def test_levels(work):
    """--log-level error says nothing of a failed poll, debug gives the developers' figures, info neither"""
    dead = f"127.0.0.1:{free_port()}"
    args = [PROGRAM, "poll", "--once", "-t", "50ms", "-r", "0", "--modules", "system", "-o", "csv:/dev/null", dead]
    by = {level: subprocess.run([*args, "--log-level", level], capture_output=True, text=True, timeout=20, check=False).stderr
          for level in ("error", "warning", "info", "debug")}
    equal(by["error"], "", "errors")
    check("system: " in by["warning"] and "polls of" not in by["warning"], by["warning"])
    check("polls of" in by["info"] and "ns a request" not in by["info"], by["info"])
    check("ns a request" in by["debug"], by["debug"])


def test_summary_is_for_operators(work):
    """which targets failed most, where all are, the largest lag, rows and bytes of each output"""
    agents = work.closing(Simulated(work, 3))
    dead = [f"127.77.1.{i}:{free_port()} name=dead{i}" for i in range(12)]
    targets = work.write("targets", "".join(f"{agents.address(i)}\n" for i in range(3)) + "\n".join(dead))
    got = subprocess.run([PROGRAM, "poll", "--once", "-t", "50ms", "-r", "0", "--modules", "system", "-o", f"csv:{work.path('rows')}",
                          "--report", f"csv:{work.path('reports')}", targets], capture_output=True, text=True, timeout=20, check=False).stderr
    check("targets with failed polls: 12;" in got and " and 2 more" in got and f"every poll is reported in csv:{work.path('reports')}" in got, got)
    check("largest lag" in got, got)
    size = os.path.getsize(work.path("rows"))
    check(f"csv:{work.path('rows')}: 3 rows, {size:,} bytes" in got, f"{size}: {got}")


def on_terminal(args, columns):
    """The output of a run on a terminal of so many columns."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(args[0], args)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    out = b""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            part = os.read(fd, 65536)
        except OSError:
            break
        if not part:
            break
        out += part
    os.waitpid(pid, 0)
    return out.decode()


def test_live_line(work):
    """the live line is never wider than the terminal, is taken away before other lines, and is not shown beside rows"""
    agents = work.closing(Simulated(work, 1))
    args = [PROGRAM, "poll", "--interval", "200ms", "--for", "1500ms", "--modules", "system", agents.address(0)]
    out = on_terminal([*args, "-o", "csv:/dev/null"], 60)
    shown = re.findall(r"\r\x1b\[K([^\r\n]*)|^([^\r\n]*)", out)
    lines = [a or b for a, b in shown if "targets, polls:" in (a or b)]
    check(len(lines) >= 2 and all(len(line) <= 60 for line in lines[1:]), out)
    for line in out.split("\n"):
        check("polls of" not in line or line.rpartition("\x1b[K")[2].startswith("2"), f"behind the live line: {line!r}")
    check("targets, polls:" not in on_terminal(args, 80), "the live line beside rows")


def test_nothing_steers_the_terminal(work):
    """escape sequences in names of files, targets, modules and verbs do not reach the terminal"""
    bad = "\x1b[31mred\x1b[0m"
    config = work.write("config", "modules: { m: { scalars: [sysName] } }\n")
    for args in (["poll", bad + "/x"], [bad], ["poll", "--modules", bad, "127.0.0.1"], ["poll", "--walk", bad, "127.0.0.1"], ["check", "-f", work.path(bad)],
                 ["poll", "-o", f"csv:/no/{bad}", "127.0.0.1"], ["translate", bad], ["check", "-f", config, "--print-module", bad],
                 ["poll", "--state", f"/no/{bad}", "127.0.0.1"], ["poll", "-" + bad, "127.0.0.1"], ["simulate", "--recordings", bad]):
        got = subprocess.run([PROGRAM, *args], capture_output=True, timeout=20, check=False)
        check(b"\x1b" not in got.stderr and got.stderr, f"{args}: {got.stderr}")
    targets = work.write("targets", f"127.0.0.1:{free_port()} name=\"{bad}\"\n")
    got = subprocess.run([PROGRAM, "poll", "--once", "-t", "50ms", "-r", "0", targets, "-o", "csv:/dev/null"], capture_output=True, timeout=20, check=False)
    check(b"\x1b" not in got.stderr, got.stderr)


def test_standard_error_that_nobody_reads(work):
    """a full pipe as standard error does not hold up the fleet"""
    agents = work.closing(Simulated(work, 1))
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        while True:
            os.write(writing, b"x" * 65536)
    except BlockingIOError:
        pass
    os.set_blocking(writing, True)
    dead = work.write("dead", "".join(f"127.77.2.{i}:{free_port()}\n" for i in range(1, 10)))
    process = work.start([PROGRAM, "poll", "--interval", "200ms", "--for", "2s", "-t", "50ms", "-r", "0", "--modules", "system", "-o", "csv:/dev/null",
                          "--report", f"csv:{work.path('reports')}", f"{agents.address(0)} name=good", dead], stdout=subprocess.DEVNULL, stderr=writing)
    os.close(writing)
    process.wait(10)
    os.close(reading)
    check(work.read("reports").count(",good,") >= 8, work.read("reports"))


def test_rotation(work):
    """SIGUSR1 and SIGHUP: rows go on in a new file of the name, with its header; none is lost or written twice"""
    agents = work.closing(Simulated(work, 1))
    rows, reports = work.path("rows"), work.path("reports")
    process = poll(work, "--interval", "100ms", "--modules", "system", "-o", f"csv:{rows}", "--report", f"csv:{reports}", agents.address(0))
    eventually(lambda: os.path.exists(rows) and os.path.getsize(rows) > 500, 10, "rows")
    for number in (signal.SIGUSR1, signal.SIGHUP):
        old = f"{rows}.{int(number)}"
        os.rename(rows, old)
        process.send_signal(number)
        eventually(lambda: os.path.exists(rows) and os.path.getsize(rows) > 500, 10, f"a new file after {number}")
        size = os.path.getsize(old)
        time.sleep(0.3)
        equal(os.path.getsize(old), size, "the old file grows")
    stop(process)
    whole = ""
    for part in (f"{rows}.{int(signal.SIGUSR1)}", f"{rows}.{int(signal.SIGHUP)}", rows):
        with open(part, encoding="utf-8") as f:
            text = f.read()
        check(text.startswith("time,target,"), f"{part} has no header")
        whole += text.split("\n", 1)[1]
    varbinds = sum(int(line.split(",")[line_of(reports, "varbinds")]) for line in work.read("reports").splitlines()[1:])
    lines = whole.splitlines()
    equal((len(lines), len(set(lines))), (varbinds, varbinds), "lines, distinct lines")


def line_of(path, column):
    with open(path, encoding="utf-8") as f:
        return f.readline().strip().split(",").index(column)


def test_each_output_alone(work):
    """a reader that goes away ends its own output; a full disk and a slow reader cost the others nothing"""
    agents = work.closing(Simulated(work, 1))
    keep = work.path("keep")
    reading, writing = os.pipe()
    with open(work.path("err"), "ab") as err:
        process = work.start([PROGRAM, "poll", "--interval", "100ms", "--modules", "system", "-o", f"json:{keep}", "-o", "influx:/dev/full", "-o", "csv",
                              agents.address(0)], stdout=writing, stderr=err)
    os.close(writing)
    os.read(reading, 10)
    os.close(reading)
    eventually(lambda: "its reader is gone" in said(work), 10, "the reader that went away")
    eventually(lambda: "No space left on device" in said(work), 10, "the full disk")
    size = os.path.getsize(keep)
    eventually(lambda: os.path.getsize(keep) > size + 500, 10, "the file goes on")
    equal(stop(process), 4, "exit: something was lost")
    check(re.search(rf"json:{re.escape(keep)}: \d+ rows", said(work)), said(work))


def test_reload_says_what_changed(work):
    """targets, modules, auths and outputs: added, changed, removed; outputs of the configuration are put in place"""
    agents = work.closing(Simulated(work, 1))
    one, two = work.path("one.lp"), work.path("two.json")
    before = f"auths: {{ a: {{ version: 2c, community: public }} }}\nmodules: {{ m: {{ scalars: [sysName] }} }}\noutputs: [ {{ format: influx, path: {one} }} ]\n"
    after = (f"auths: {{ a: {{ version: 1, community: public }}, b: {{ community: x }} }}\nmodules: {{ m: {{ scalars: [sysName, sysUpTime] }}, n: {{ scalars: [sysDescr] }} }}\n"
             f"outputs: [ {{ format: json, path: {two} }} ]\n")
    config = work.write("config", before)
    targets = work.write("targets", f"{agents.address(0)} auth=a modules=m\n")
    process = poll(work, "--interval", "100ms", "-f", config, targets)
    eventually(lambda: os.path.exists(one) and os.path.getsize(one) > 0, 10, "rows")
    work.write("config", after)
    process.send_signal(signal.SIGHUP)
    eventually(lambda: "reloaded" in said(work), 10, "the reload")
    line = next(line for line in said(work).splitlines() if "reloaded" in line)
    check("modules: 1 added, 1 changed, 0 removed" in line and "auths: 1 added, 1 changed, 0 removed" in line and
          "outputs: 1 added, 1 removed, 0 as before" in line, line)
    eventually(lambda: os.path.exists(two) and '"sysUpTime"' in work.read("two.json"), 10, "rows of the new output")
    size = os.path.getsize(one)
    work.write("config", before.replace("influx", "inflox"))
    process.send_signal(signal.SIGHUP)
    eventually(lambda: "not reloaded" in said(work), 10, "the refused reload")
    check("an option is out of its range" not in said(work), said(work))
    grown = os.path.getsize(two)
    eventually(lambda: os.path.getsize(two) > grown, 10, "the output stays")
    equal(os.path.getsize(one), size, "the removed output grows")
    stop(process)


def test_service_manager(work):
    """READY when polling begins, RELOADING and READY around a reload, STATUS where it failed, STOPPING at the end"""
    path = work.path("notify")
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind(path)
    server.settimeout(10)
    agent = work.closing(FakeAgent(good))
    targets = work.write("targets", f"{agent.address}\n")
    process = poll(work, "--interval", "1s", "--modules", "system", "-o", "csv:/dev/null", targets, env={**os.environ, "NOTIFY_SOCKET": path})
    equal(server.recv(1000), b"READY=1", "the start")
    process.send_signal(signal.SIGHUP)
    check(server.recv(1000).startswith(b"RELOADING=1\nMONOTONIC_USEC="), "the reload begins")
    equal([server.recv(1000), server.recv(1000)], [b"STATUS=reloaded", b"READY=1"], "the reload ends")
    work.write("targets", "x y\n")
    process.send_signal(signal.SIGHUP)
    got = [server.recv(1000) for _ in range(3)]
    check(got[1].startswith(b"STATUS=not reloaded") and got[2] == b"READY=1", f"a reload that fails: {got}")
    check(re.match(rb"STATUS=1 targets, 0 of them silent; polls: \d+ ok, 0 failed", server.recv(1000)), "how it goes")
    process.send_signal(signal.SIGTERM)
    equal(server.recv(1000), b"STOPPING=1", "the end")
    process.wait(10)
    server.close()


run([test_lines_have_time_level_and_subject, test_state_changes_are_told_once, test_repeated_lines_are_bounded, test_json_and_journal, test_levels,
     test_summary_is_for_operators, test_live_line, test_nothing_steers_the_terminal, test_standard_error_that_nobody_reads, test_rotation,
     test_each_output_alone, test_reload_says_what_changed, test_service_manager], workers=4)
