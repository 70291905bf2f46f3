#!/usr/bin/env python3
"""Outputs that fail, stall or fill up, and a kernel that refuses: what is said, what is lost (nothing), and the exit code."""
import csv
import fcntl
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

from support import PROGRAM, Failed, check, equal, eventually, finish, free_port, parse_csv, parse_influx, parse_json, run, skip, snmpfleet

PORTS = 48
ROWS = PORTS + 1  # a switch has one interface more
COLUMNS = 39  # of the built-in module
AGENT_BYTES = 200 << 10  # at least, as CSV


def agents(work, count, ports=PORTS):
    """A range of so many simulated switches."""
    third = f"127.{random.SystemRandom().randrange(2, 250)}.{random.SystemRandom().randrange(1, 250)}"
    port = work.simulator("--agents", str(count), "--ports", str(ports), "-q", host=f"{third}.1")
    return f"{third}.1-{count}:{port}"


def start(work, io, output, *args, **options):
    return work.poll(["--io", io, "--modules", "interfaces", *output, "--report", "csv:" + work.path("reports"), *args], **options)


def cells(work):
    """What the reports say was polled."""
    reports = parse_csv(work.read("reports"))
    return reports, sum(int(r["varbinds"]) for r in reports)


def whole(text, work):
    """All that was polled is in the CSV, each value once."""
    rows = parse_csv(text)
    reports, expected = cells(work)
    check(expected > 1000, f"only {expected} values were polled: {reports[:3]}")
    equal(len(rows), expected, "values in the file, varbinds of the reports")
    equal(len({(r["time"], r["target"], r["oid"]) for r in rows}), expected, "distinct values")
    by_report = {}
    for row in rows:
        by_report[row["target"]] = by_report.get(row["target"], 0) + 1
    equal(by_report, totals(reports), "values of each target")
    return rows


def totals(reports):
    found = {}
    for r in reports:
        if int(r["varbinds"]):
            found[r["target"]] = found.get(r["target"], 0) + int(r["varbinds"])
    return found


def test_full_disk_once(work, io):
    """-o csv:/dev/full with --once: a message, exit 4; the report is written all the same"""
    result = finish(start(work, io, ["-o", "csv:/dev/full"], "--once", agents(work, 3)), 15)
    equal(result.code, 4, f"exit\n{result}")
    check("/dev/full" in result.err and "No space left on device" in result.err and "could not be written" in result.err, result.err)
    equal([r["reason"] for r in parse_csv(work.read("reports"))], ["ok"] * 3, "reasons")


def memory_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))


def test_full_disk_pauses(work, io):
    """when the buffer is full polling pauses and memory stays bounded; SIGTERM ends it with exit 4"""
    count = 250
    process = start(work, io, ["-o", "csv:/dev/full"], "--interval", "1s", agents(work, count), stderr=open(work.path("err"), "wb"))
    eventually(lambda: "polling pauses" in work.read("err"), 15, "polling pauses")
    time.sleep(1.5)  # polls that were under way come to their deadline
    reports, memory = len(parse_csv(work.read("reports"))), memory_kib(process.pid)
    time.sleep(2)
    check(process.poll() is None, "it ended by itself")
    equal(len(parse_csv(work.read("reports"))), reports, "reports while polling pauses")
    check(memory_kib(process.pid) - memory < 4 << 10, f"memory grew from {memory} to {memory_kib(process.pid)} KiB while polling pauses")
    process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    equal(process.wait(10), 4, "exit")
    check("bytes could not be written" in work.read("err"), work.read("err"))


def test_disk_that_gets_room_again(work, io):
    """a disk that fills up and gets room again: nothing is lost, every line is whole, even where files are to be opened again meanwhile"""
    if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
        skip("a disk of its own needs root and mount namespaces")
    disk = work.path("disk")
    os.mkdir(disk)
    target = agents(work, 10)
    process = work.start(["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"', disk, PROGRAM, "poll", "--io", io,
                          "--modules", "interfaces", "--interval", "500ms", "-o", f"csv:{disk}/rows", "--report", "csv:" + work.path("reports"),
                          target], stderr=open(work.path("err"), "wb"))
    eventually(lambda: "No space left on device" in work.read("err"), 20, "the disk is full")
    process.send_signal(signal.SIGUSR1)
    time.sleep(1)
    check(process.poll() is None, "it ended by itself")
    subprocess.run(["nsenter", "-t", str(process.pid), "-m", "mount", "-o", "remount,size=400m", disk], check=True)
    eventually(lambda: "writing again" in work.read("err"), 5, "it writes again")
    time.sleep(1)
    with open(f"/proc/{process.pid}/root{disk}/rows", "rb") as f:  # which keeps the disk while it is read
        process.send_signal(signal.SIGTERM)
        equal(process.wait(10), 0, "exit")
        rows = whole(f.read().decode(), work)
    check(len(rows) * 100 > 6 << 20, f"only {len(rows)} values: the disk did not fill up in the middle")


def test_full_disk_for_reports(work, io):
    """reports that cannot be written cost no rows, but the exit is 4"""
    result = snmpfleet(["poll", "--once", "--io", io, "--modules", "interfaces", "--report", "csv:/dev/full", agents(work, 2)], seconds=15)
    check(result.code == 4 and "/dev/full: No space left on device" in result.err, str(result))
    equal(len(parse_csv(result.out)), 2 * ROWS * COLUMNS, "values")


def test_reader_that_ends(work, io):
    """`| head -1`: a message, exit 4, at once; nothing about each of the polls that end with it"""
    for args in (["--interval", "300ms"], ["--once"]):
        process = start(work, io, ["-o", "csv"], *args, agents(work, 20))
        check(process.stdout.readline().startswith(b"time,target,"), "no header")
        process.stdout.close()
        process.stdout = None
        began = time.monotonic()
        result = finish(process, 10)
        check(result.code == 4 and result.err.count("Broken pipe") == 1, str(result))
        check("cancelled" not in result.err, str(result))
        check(time.monotonic() - began < 2, f"it took {time.monotonic() - began:.1f} s")


def test_reader_that_stalls(work, io):
    """a reader that stalls for 3 s and reads on: polling goes on meanwhile and every value comes"""
    process = start(work, io, ["-o", "csv"], "--interval", "500ms", "--for", "5s", agents(work, 10))
    time.sleep(3)
    reports = len(parse_csv(work.read("reports")))
    check(reports >= 10 * 4, f"only {reports} reports while the reader stalled")
    result = finish(process, 15)
    equal(result.code, 0, f"exit {result.err}")
    whole(result.out, work)


def test_reader_that_stalls_for_long(work, io):
    """a reader that takes nothing until the buffer is full: polling pauses, goes on when it reads again, nothing is lost"""
    process = start(work, io, ["-o", "csv"], "--interval", "1s", agents(work, 250), stderr=open(work.path("err"), "wb"))
    eventually(lambda: "polling pauses" in work.read("err"), 15, "polling pauses")
    time.sleep(1)
    lines = 0

    def read():
        nonlocal lines
        last = b"\n"
        while block := process.stdout.read1(1 << 20):
            lines += block.count(b"\n")
            last = block[-1:]
        check(last == b"\n", "the output ends in the middle of a line")

    reader = threading.Thread(target=read)
    reader.start()
    eventually(lambda: "polling goes on" in work.read("err"), 10, "polling goes on")
    process.send_signal(signal.SIGTERM)
    code = process.wait(20)
    reader.join()
    reports = parse_csv(work.read("reports"))
    check({r["reason"] for r in reports} <= {"ok", "deadline"}, f"reasons {({r['reason'] for r in reports})}")
    overdue = [r["detail"] for r in reports if r["reason"] == "deadline"]  # polls that were under way when it paused
    equal(code, 1 if overdue else 0, "exit")
    check(not overdue or "while polling paused" in overdue, f"details: {overdue}")
    equal(lines - 1, cells(work)[1], "values read, varbinds of the reports")


def test_large_stall_value_by_value(work, io):
    """64 MiB and more behind a reader that stalls for 3 s: every value of every agent, each once, each line whole"""
    count, ports = 250, 80
    process = start(work, io, ["-o", "csv"], "--once", "--deadline", "60s", agents(work, count, ports), stderr=open(work.path("err"), "wb"))
    first = process.stdout.readline()
    time.sleep(3)
    for said in ("polling pauses", "polling goes on"):
        equal(work.read("err").count(said), 1 if said == "polling pauses" else 0, f"'{said}' during the stall")
    check(memory_kib(process.pid) < 400 << 10, f"{memory_kib(process.pid)} KiB of memory")
    text = (first + process.stdout.read()).decode()
    equal(process.wait(30), 0, f"exit: {work.read('err')}")
    check("polling goes on" in work.read("err"), work.read("err"))
    check(text.endswith("\n") and len(text) > 64 << 20, f"{len(text)} bytes that end with {text[-100:]!r}")
    seen = set()
    for line in csv.reader(text.splitlines()[1:], strict=True):
        check(len(line) == 10, f"not a whole line: {line}")
        check((line[1], line[6], line[5]) not in seen, f"twice: {line}")
        seen.add((line[1], line[6], line[5]))
    equal(len(seen), count * (ports + 1) * COLUMNS, "values")
    equal((len(parse_csv(work.read("reports"))), cells(work)[1]), (count, len(seen)), "reports, and varbinds in them")


def test_slow_socket(work, io):
    """standard output is a socket that others have too: a slow reader gets everything, and it is left blocking"""
    ours, theirs = socket.socketpair()
    process = start(work, io, ["-o", "csv"], "--once", agents(work, 10), stdout=theirs.fileno())
    time.sleep(0.5)
    check(process.poll() is None, "it did not wait for its reader")
    data = []

    def read():
        while block := ours.recv(1 << 16):
            data.append(block)

    reader = threading.Thread(target=read)
    reader.start()
    equal(process.wait(20), 0, "exit")
    equal(fcntl.fcntl(theirs, fcntl.F_GETFL) & os.O_NONBLOCK, 0, "O_NONBLOCK of the socket")
    theirs.close()
    reader.join(10)
    ours.close()
    whole(b"".join(data).decode(), work)


def test_reader_that_stays_away(work, io):
    """nobody reads: the second SIGTERM ends it at once, and it says what was lost"""
    process = start(work, io, ["-o", "csv"], "--interval", "1s", agents(work, 10))
    time.sleep(1.5)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    check(process.poll() is None, "the first SIGTERM does not let a slow reader finish")
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    code = process.wait(10)
    check(time.monotonic() - began < 1, f"it took {time.monotonic() - began:.1f} s")
    error = process.stderr.read().decode()
    equal((code, error.count("bytes could not be written")), (4, 1), f"exit and message: {error}")


def test_second_sigterm(work, io):
    """polls that a second SIGTERM cuts off are reported as cancelled, and the exit is 1"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        process = start(work, io, ["-o", "csv"], "--once", "-t", "20s", f"127.0.0.1:{silent.getsockname()[1]}")
        silent.settimeout(10)
        silent.recv(65536)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        check(process.poll() is None, "the first one does not wait for the poll")
        process.send_signal(signal.SIGTERM)
        result = finish(process, 5)
    equal([r["reason"] for r in parse_csv(work.read("reports"))], ["cancelled"], f"reasons\n{result}")
    equal(result.code, 1, f"exit\n{result}")


def test_appends(work, io):
    """an existing file is appended to, without a second header"""
    target = agents(work, 2)
    for formats in range(2):
        result = finish(start(work, io, ["-o", "csv:" + work.path("rows"), "-o", "json:" + work.path("rows.json"), "-o", "influx:" + work.path("rows.influx")],
                              "--once", target), 15)
        equal(result.code, 0, f"exit\n{result}")
    text = work.read("rows")
    equal((text.count("time,target,"), work.read("reports").count("time,target,")), (1, 1), "headers")
    whole(text, work)
    rows = sum(int(r["rows"]) for r in parse_csv(work.read("reports")))
    equal((len(parse_json(work.read("rows.json"))), len(parse_influx(work.read("rows.influx")))), (rows, rows), "rows of the other formats")


def test_appends_wide(work, io):
    """the tables of --csv wide are appended to, too"""
    target = agents(work, 2)
    for run_number in (1, 2):
        result = finish(start(work, io, ["-o", "csv:" + work.path("wide"), "--csv", "wide"], "--once", target), 15)
        equal(result.code, 0, f"exit\n{result}")
        equal(os.listdir(work.path("wide")), ["interfaces.interface.csv"], "files")
        text = work.read("wide/interfaces.interface.csv")
        equal((text.count("time,target,"), len(parse_csv(text))), (1, 2 * ROWS * run_number), f"headers and rows after run {run_number}")


def test_columns_that_changed(work, io):
    """A module whose columns were changed between two runs goes on in another file, which is told; the old file is as it was."""
    agent = agents(work, 1, ports=2)
    def told(columns):
        config = work.write("config", "modules: { m: { tables: [{ name: port, columns: [" + columns + "] }] } }\n")
        result = snmpfleet(["poll", "--io", io, "-f", config, "--modules", "m", "--once", "-q", "--csv", "wide", "-o", "csv:" + work.path("wide"), agent])
        equal(result.code, 0, f"exit\n{result}")
        return result.err
    equal(told("ifMtu"), "", "what the first run says")
    first = work.read("wide/m.port.csv")
    check("wide/m.port.2.csv" in told("ifMtu, ifSpeed"), "nothing is told of the other file")
    equal(work.read("wide/m.port.csv"), first, "the file with other columns")
    second = work.read("wide/m.port.2.csv")
    equal([r["ifMtu"] for r in parse_csv(second)], [r["ifMtu"] for r in parse_csv(first)], "values under the new header")
    told("ifMtu")
    check(work.read("wide/m.port.csv").startswith(first) and work.read("wide/m.port.csv").count("time,") == 1, "the first columns again")
    equal(work.read("wide/m.port.2.csv"), second, "the other file")


def test_formats_side_by_side(work, io):
    """rows to a file and standard output in three formats, reports among the NDJSON: all hold the same"""
    result = finish(start(work, io, ["-o", "csv", "-o", "csv:" + work.path("rows"), "-o", "json:" + work.path("json"), "-o",
                                     "influx:" + work.path("influx"), "--report", "json:" + work.path("json")], "--once", agents(work, 4)), 15)
    equal(result.code, 0, f"exit\n{result}")
    whole(result.out, work)
    check(work.read("rows") == result.out, "the file differs from standard output")
    rows = sorted({(r["target"], r["index"]) for r in parse_csv(result.out)})
    objects = parse_json(work.read("json"))
    equal(sorted((o["target"], o["index"]) for o in objects if "reason" not in o), rows, "rows of NDJSON")
    equal([o["reason"] for o in objects if "reason" in o], ["ok"] * 4, "reports among the NDJSON")
    equal(sorted((tags["target"], tags["ifIndex"]) for _, tags, _, _ in parse_influx(work.read("influx"))), rows, "points")


def test_unwritable(work, io):
    """a path that cannot be written: a message with the path, exit 4, nothing polled"""
    os.mkdir(work.path("folder"))
    work.write("file", "")
    target = f"127.0.0.1:{free_port()}"
    for output in (["-o", "csv:" + work.path("none/rows")], ["-o", "json:" + work.path("folder")], ["--report", "csv:" + work.path("none/rows")],
                   ["--csv", "wide", "-o", "csv:" + work.path("file")]):
        result = snmpfleet(["poll", "--io", io, "--once", "-t", "100ms", "-r", "0", *output, target])
        check(result.code == 4, f"{output}: {result}")
        check(output[-1].partition(":")[2] in result.err, f"the path is not told: {result.err}")


def test_several_outputs(work, io):
    """one output that fails costs the others nothing"""
    result = finish(start(work, io, ["-o", "csv:/dev/full", "-o", "csv:" + work.path("rows")], "--once", agents(work, 5)), 15)
    equal(result.code, 4, f"exit\n{result}")
    whole(work.read("rows"), work)


def test_few_descriptors(work, io):
    """ulimit -n 6: a clear message, exit 4; with some more either the same or it works"""
    target = work.write("targets", agents(work, 1) + "\n")
    codes = {}
    for limit in range(4, 24):
        result = finish(work.start(["sh", "-c", f'ulimit -n {limit}; exec "$@"', "sh", PROGRAM, "poll", "-q", "--once", "--io", io, "--modules",
                                    "interfaces", "-o", "csv:" + work.path(f"rows-{limit}"), target],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE), 15)
        codes[limit] = result.code
        if result.code == 0:
            equal(len(parse_csv(work.read(f"rows-{limit}"))), ROWS * COLUMNS, f"values with {limit} descriptors")
        else:
            check(result.code == 4 and "Too many open files" in result.err, f"ulimit -n {limit}: {result}")
            check(len(result.err.splitlines()) == 1, f"ulimit -n {limit}: many words: {result}")
    equal((codes[6], codes[23]), (4, 0), "exits with 6 and 23")


# Forbids io_uring_setup (425), as container runtimes do, and becomes the program.
FORBID = """
import ctypes, os, struct, sys
def op(code, jt, jf, k): return struct.pack("HBBI", code, jt, jf, k)
code = op(0x20, 0, 0, 0) + op(0x15, 0, 1, 425) + op(0x06, 0, 0, 0x50000 | 1) + op(0x06, 0, 0, 0x7fff0000)
class Program(ctypes.Structure): _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, ctypes.byref(Program(4, code)), 0, 0) != 0: sys.exit(77)
os.execv(sys.argv[1], sys.argv[1:])
"""


def without_uring(work, *args):
    process = work.start([sys.executable, "-c", FORBID, PROGRAM, "poll", "--once", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    result = finish(process, 15)
    if result.code == 77:
        skip("no seccomp filters here")
    return result


def test_io_uring_forbidden(work):
    """a kernel that refuses io_uring: one line says so and polling goes on with mmsg; --io uring fails, exit 4"""
    target = agents(work, 3)
    result = without_uring(work, "--log-level", "debug", "--modules", "interfaces", "--report", "csv:" + work.path("reports"), target)
    equal(result.code, 0, f"exit\n{result}")
    lines = [line for line in result.err.splitlines() if "recvmmsg" in line]
    check(len(lines) == 1 and "io_uring" in lines[0], f"what it says: {result.err}")
    check("(mmsg)" in result.err, result.err)
    whole(result.out, work)
    result = without_uring(work, "--io", "uring", target)
    check(result.code == 4 and "io_uring" in result.err and result.out == "", f"--io uring: {result}")
    result = without_uring(work, "--io", "mmsg", "--modules", "system", target)
    check(result.code == 0 and "recvmmsg" not in result.err, f"--io mmsg: {result}")


if shutil.which("unshare") is None:
    raise Failed("util-linux is missing")
run([test_full_disk_pauses, test_reader_that_stalls_for_long, test_large_stall_value_by_value, test_full_disk_once,
     test_full_disk_for_reports, test_disk_that_gets_room_again, test_reader_that_ends, test_reader_that_stalls, test_slow_socket,
     test_reader_that_stays_away, test_second_sigterm, test_appends, test_appends_wide, test_columns_that_changed, test_formats_side_by_side, test_unwritable,
     test_several_outputs, test_few_descriptors, test_io_uring_forbidden], workers=3)
