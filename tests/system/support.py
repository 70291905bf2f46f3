"""What the system tests share: the program run with a bound in time, its outputs parsed, real agents, a small runner.

A test file defines functions and hands them to run(): each is a test, its docstring says what it shows. One that takes `io` runs
once for each back end of the program. What a test starts belongs to its Work, which ends it by pid and removes the files.
"""
import csv
import inspect
import io as io_module
import json
import multiprocessing
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor

PROGRAM = os.environ.get("SNMPFLEET", "")
CORPUS = os.environ.get("CORPUS", "")
AGENTS = os.environ.get("AGENTS", "")
SOURCE_DIR = os.environ.get("SOURCE_DIR", "")
SKIPPED = 77


class Failed(Exception):
    """What a test was to show does not hold."""


def check(condition, message):
    if not condition:
        raise Failed(message)


def equal(got, expected, what):
    """Fail with the first few differences, so that a long comparison stays readable."""
    if got == expected:
        return
    if isinstance(got, dict) and isinstance(expected, dict):
        keys = [k for k in list(expected) + [k for k in got if k not in expected] if got.get(k) != expected.get(k)]
        lines = [f"    {k}: {got.get(k, 'absent')!r}, expected {expected.get(k, 'absent')!r}" for k in keys[:8]]
        raise Failed(f"{what}: {len(keys)} differ of {len(expected)}\n" + "\n".join(lines))
    raise Failed(f"{what}: {got!r}, expected {expected!r}")


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def eventually(condition, seconds, what):
    """Wait until condition() is true, and return what it gave."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise Failed(f"{what}: not within {seconds} s")
        time.sleep(0.02)


def free_port():
    """A port free on 127.0.0.1 (udp, tcp) and ::1 (udp), below those the kernel hands out itself."""
    for _ in range(1000):
        port = random.SystemRandom().randrange(20000, 32000)
        if _port_is_free(port):
            return port
    raise Failed("no free port")


def _port_is_free(port):
    ways = [(socket.AF_INET, socket.SOCK_DGRAM, "127.0.0.1"), (socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1")]
    if socket.has_ipv6:
        ways.append((socket.AF_INET6, socket.SOCK_DGRAM, "::1"))
    for family, kind, host in ways:
        with socket.socket(family, kind) as s:
            try:
                s.bind((host, port))
            except OSError:
                return False
    return True


class Result:
    """How a run of the program ended."""

    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err, self.seconds = code, out, err, seconds

    def __str__(self):
        return f"exit {self.code} after {self.seconds:.1f} s\n--- stdout\n{self.out[-2000:]}\n--- stderr\n{self.err[-3000:]}"


def _text(data):
    return (data or b"").decode("utf-8", "surrogateescape")


class Work:
    """A folder of its own and all that is started in it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="snmpfleet-test-")
        os.chmod(self.folder, 0o755)
        self.closers = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for close in reversed(self.closers):
            try:
                close()
            except OSError:
                pass
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as f:
            return _text(f.read())

    def closing(self, thing):
        self.closers.append(thing.close)
        return thing

    def start(self, args, **options):
        """Start a program that is ended with the test, if it is still there."""
        options.setdefault("stdin", subprocess.DEVNULL)
        process = subprocess.Popen(args, **options)
        self.closers.append(lambda: end(process))
        return process

    def poll(self, args, **options):
        """Start `snmpfleet poll`; its output goes to pipes unless said otherwise."""
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return self.start([PROGRAM, "poll"] + [str(a) for a in args], **options)

    def simulator(self, *args, host="127.0.0.1"):
        """`snmpfleet simulate` with agents from @host on; returns their port."""
        port = free_port()
        ready = self.path(f"ready-{port}")
        with open(ready, "wb") as f:
            self.start([PROGRAM, "simulate", "--listen", f"{host}:{port}", *args], stdout=f, stderr=subprocess.DEVNULL)
        eventually(lambda: "ready:" in self.read(os.path.basename(ready)), 20, "the simulator is ready")
        return port


def need_snmpsim():
    """Skip the test where Debian's snmpsim is not there or cannot run."""
    if not os.access(os.path.join(AGENTS, "snmpsim-start"), os.X_OK) or shutil.which("snmpsimd") is None:
        skip("no snmpsim here")
    tried = subprocess.run(["snmpsimd", "--help"], capture_output=True, timeout=30)
    said = _text(tried.stderr).strip().split("\n")[-1]
    if "ModuleNotFoundError" in said:
        skip(f"snmpsim does not run with this Python: {said}")
    if os.geteuid() != 0:
        skip("snmpsim drops to a user of its own, which needs root")


def snmp_answers(port, community="public"):
    got = subprocess.run(["snmpget", "-v2c", "-c", community, "-t", "0.3", "-r", "0", f"127.0.0.1:{port}", ".1.3.6.1.2.1.1.3.0"],
                         capture_output=True, env={**os.environ, "MIBS": ""})
    return got.returncode == 0


def kill(pid, number=signal.SIGTERM, seconds=5):
    """End a process that is not our child."""
    try:
        os.kill(pid, number)
        last = time.monotonic() + seconds
        while time.monotonic() < last:
            with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
                if f.read().rpartition(") ")[2][0] == "Z":
                    return
            time.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, FileNotFoundError):
        pass


def end(process, seconds=5):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def finish(process, seconds):
    """Wait for the end of a program with pipes; its Result. Too late is a failure."""
    started = time.monotonic()
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise Failed(f"not over after {seconds} s\n{Result(None, _text(out), _text(err), seconds)}") from None
    result = Result(process.returncode, _text(out), _text(err), time.monotonic() - started)
    check("Sanitizer" not in result.err and "runtime error" not in result.err, f"a sanitizer speaks: {result}")
    check(result.code >= 0, f"killed by signal {-result.code}: {result}")
    return result


def snmpfleet(args, stdin=None, seconds=40, before=(), **options):
    """Run the program to its end; @before: the command that starts it."""
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    process = subprocess.Popen([*before, PROGRAM] + [str(a) for a in args], stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                               **options)
    if stdin is not None:
        process.stdin.write(stdin.encode())
        process.stdin.close()
        process.stdin = None
    return finish(process, seconds)


class Poll:
    """`snmpfleet poll --once` with rows and reports parsed."""

    def __init__(self, work, io, args, seconds=40, **options):
        handle, reports = tempfile.mkstemp(dir=work.folder)
        os.close(handle)
        os.unlink(reports)
        self.result = snmpfleet(["poll", "--log-level", "debug", "--once", "--io", io, "--report", f"csv:{reports}", *args], seconds=seconds, **options)
        self.code, self.err = self.result.code, self.result.err
        self.rows = parse_csv(self.result.out)
        with open(reports, "rb") as f:
            self.reports = parse_csv(_text(f.read()))

    def report(self, module=None, target=None):
        """The one report of a module and target."""
        found = [r for r in self.reports if module in (None, r["module"]) and target in (None, r["target"])]
        check(len(found) == 1, f"{len(found)} reports of module {module}, target {target}, not 1: {self.reports}\n{self.result}")
        return found[0]

    def expect(self, code, reason, module=None, target=None, detail=None):
        report = self.report(module, target)
        check(report["reason"] == reason, f"reason {report['reason']}, expected {reason}: {report}\n{self.result}")
        if detail is not None:
            check(detail in report["detail"], f"no '{detail}' in the detail: {report}")
        check(self.code == code, f"exit {self.code}, expected {code}\n{self.result}")
        return report

    def values(self, **where):
        """OID -> (type, value) of the rows with these fields; no OID may come twice."""
        values = {}
        for row in self.rows:
            if all(row[k] == v for k, v in where.items()):
                check(row["oid"] not in values, f"{row['oid']} came twice")
                values[row["oid"]] = (row["type"], row["value"])
        return values


class Running:
    """`snmpfleet poll` under way; reports go to a file, and rows, unless there are too many to read."""

    def __init__(self, work, io, *args, has_rows=True):
        self.work = work
        self.rows_to = work.path("rows") if has_rows else "/dev/null"
        self.process = work.poll(["--io", io, "-o", "csv:" + self.rows_to, "--report", "csv:" + work.path("reports"), *args])
        self.started = time.monotonic()

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, seconds=5):
        self.signal(signal.SIGTERM)
        return self.end(seconds)

    def end(self, seconds):
        self.result = finish(self.process, seconds)
        self.rows = parse_csv(self.work.read(self.rows_to))
        self.all_reports = parse_csv(self.work.read("reports"))
        return self.result

    def reports(self, target):
        return [r for r in self.all_reports if r["target"] == target]


def exit_after_changes(reports, changes):
    """The exit code to expect: 0 where all polls are ok, 1 where some ran when their target was changed, which is one a change at most."""
    reasons = [r["reason"] for r in reports]
    cut = reasons.count("cancelled")
    check(cut <= changes and set(reasons) <= {"ok", "cancelled"}, f"{changes} changes, reasons {reasons}")
    return 1 if cut else 0


def parse_csv(text):
    """Rows as dictionaries. Every line must be whole."""
    check(text == "" or text.endswith("\n"), f"the output ends in the middle of a line: ...{text[-200:]!r}")
    reader = csv.DictReader(io_module.StringIO(text, newline=""), strict=True)
    rows = list(reader)
    for row in rows:
        check(None not in row and None not in row.values(), f"a line with too many or too few fields: {row}")
    return rows


def parse_json(text):
    check(text == "" or text.endswith("\n"), "the output ends in the middle of a line")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def _split(text, separator):
    """Split at a separator that is neither escaped nor within double quotes."""
    parts, part, quoted, i = [], "", False, 0
    while i < len(text):
        if text[i] == "\\" and i + 1 < len(text):
            part += text[i:i + 2]
            i += 2
            continue
        if text[i] == '"':
            quoted = not quoted
        if text[i] == separator and not quoted:
            parts.append(part)
            part = ""
        else:
            part += text[i]
        i += 1
    return parts + [part]


def _unescape(text):
    result, i = "", 0
    while i < len(text):
        if text[i] == "\\" and i + 1 < len(text):
            i += 1
        result += text[i]
        i += 1
    return result


def parse_influx(text):
    """Line protocol: [(measurement, tags, fields, time_ns)]; integers as int, strings as str."""
    check(text == "" or text.endswith("\n"), "the output ends in the middle of a line")
    points = []
    for line in text.split("\n")[:-1]:
        parts = _split(line, " ")
        check(len(parts) == 3, f"no line protocol: {line}")
        keys = _split(parts[0], ",")
        tags = dict(_split(k, "=") for k in keys[1:])
        tags = {_unescape(k): _unescape(v) for k, v in tags.items()}
        fields = {}
        for field in _split(parts[1], ","):
            name, value = _split(field, "=")
            if value.startswith('"'):
                value = _unescape(value[1:-1])
            elif value[-1] in "iu":
                value = int(value[:-1])
            else:
                value = float(value)
            fields[_unescape(name)] = value
        points.append((_unescape(keys[0]), tags, fields, int(parts[2])))
    return points


def back_ends():
    """The --io values to test. io_uring is left out only where the kernel refuses it."""
    tried = snmpfleet(["poll", "--once", "--io", "uring", "-t", "50ms", "-r", "0", f"127.0.0.1:{free_port()}"])
    if tried.code == 4:
        print(f"io_uring is not tested, the kernel refuses it: {tried.err.strip()}")
        return ["mmsg"]
    return ["uring", "mmsg"]


def run_one(job):
    """One test in a process of its own: agents keep their time whatever the other tests do."""
    test, io = job
    name = test.__name__ + (f" ({io})" if io else "")
    started = time.monotonic()
    try:
        with Work() as work:
            test(work, io) if io else test(work)
    except SystemExit as e:
        return name, e.code == SKIPPED, "skipped", ""
    except Failed as e:
        return name, False, "FAILED", str(e)
    except Exception:
        return name, False, "FAILED", traceback.format_exc()
    return name, True, f"ok, {time.monotonic() - started:.1f} s", ""


def run(tests, workers=4, ios=None):
    """Run the tests, some at a time, and exit. Arguments of the script choose among them by name."""
    check(os.access(PROGRAM, os.X_OK), "SNMPFLEET does not name the program")
    chosen = sys.argv[1:]
    ios = ios or back_ends()
    jobs = []
    for test in tests:
        if chosen and test.__name__ not in chosen:
            continue
        jobs += [(test, io) for io in (ios if "io" in inspect.signature(test).parameters else [None])]

    failed = 0
    with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
        for name, good, how, why in pool.map(run_one, jobs):
            print(f"{name}: {how}", flush=True)
            if not good:
                print("    " + why.replace("\n", "\n    "), flush=True)
                failed += 1
    print(f"{len(jobs) - failed} of {len(jobs)} passed" if failed else f"all {len(jobs)} passed")
    sys.stdout.flush()
    sys.exit(1 if failed else 0)
