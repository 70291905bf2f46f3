#!/usr/bin/env python3
"""What src/README.md promises of the house, held against the files and the objects that were built of them.

Includes go down the layers, inside core, too. In core no files, and no nouns, include or call one another in a circle (a noun is a header
and its source); elsewhere none but those listed do. A table of back ends whose entries call their common part is no circle. A foreign
header stands in one folder.
Every source has its header and its test. Functions, files and lines have an end. Calls that the house forbids are not made.
Exceptions are listed here by name; an exception that is needed no more is a fault, so that the lists can only shrink.
"""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.environ.get("SOURCE_DIR") or os.path.dirname(os.path.dirname(HERE))
OBJECTS = os.environ.get("OBJECTS_DIR", "")

# Lowest first. A folder may include itself and what its row names. `public` is include/snmpfleet.
LAYERS = {
    "base": {"public"},
    "wire": {"base", "public"},
    "usm": {"wire", "base", "public"},
    "net": {"base", "public"},
    "core/exchange": {"usm", "wire", "base", "public"},
    "core/walk": {"core/exchange", "usm", "wire", "base", "public"},
    "core/poll": {"core/walk", "core/exchange", "usm", "wire", "base", "public"},
    "core/operation": {"core/walk", "core/exchange", "usm", "wire", "base", "public"},
    "core": {"core/poll", "core/operation", "core/walk", "core/exchange", "usm", "wire", "base", "public"},
    "mib/load": {"wire", "base", "public"},
    "mib/text": {"mib/load", "wire", "base", "public"},
    "mib/reader": {"mib/load", "wire", "base", "public"},
    "api": {"core", "net", "wire", "base", "public"},
    "row": {"public"},
    "conf": {"row", "base", "public"},
    "out": {"row", "base", "public"},
    "sim": {"net", "usm", "wire", "base", "public"},
    "bench": {"base", "public"},
    "cli": {"conf", "out", "sim", "bench", "mib/reader", "base", "public"},
    "public": set(),
}
# Includes against the rule: FILE -> INCLUDED.
KNOWN_INCLUDES = set()
FOREIGN = {
    "liburing.h": "net", "ares.h": "net", "smi.h": "mib/reader", "cyaml/cyaml.h": "conf", "yaml.h": "conf", "openssl/": "usm", "curl/": "cli",
}
# Which calls are those of a table of back ends to its entries.
BACK_ENDS = {"src/net/net -> src/net/uring", "src/net/net -> src/net/mmsg"}
# Circles of nouns, and of files, that remain outside of core. In core there are none.
KNOWN_CIRCLES = [
    {"src/net/backend", "src/net/net", "src/net/socket"},
    {"src/sim/agent", "src/sim/agent_set", "src/sim/agent_v3", "src/sim/answer"},
    {"src/sim/snmprec", "src/sim/snmpwalk"},
    {"src/usm/cfb", "src/usm/key", "src/usm/state", "src/usm/usm"},
]
KNOWN_FILE_CIRCLES = [
    {"src/sim/agent.c", "src/sim/agent_v3.c"},
    {"src/sim/snmprec.c", "src/sim/snmpwalk.c"},
    {"src/usm/key.c", "src/usm/usm.c"},
]
# Sources whose declarations stand in another header than that of their name.
HEADER_OF = {
    "src/api/builtin.c": "include/snmpfleet/module.h", "src/api/loop.c": "include/snmpfleet/fleet.h", "src/api/text.c": "include/snmpfleet/error.h",
    "src/cli/check.c": "src/cli/cli.h", "src/cli/poll.c": "src/cli/cli.h", "src/cli/simulate.c": "src/cli/cli.h",
    "src/cli/bench.c": "src/cli/cli.h", "src/cli/option_table_bench.c": "src/cli/option.h",
    "src/cli/bulkget.c": "src/cli/cli.h", "src/cli/get.c": "src/cli/cli.h", "src/cli/set.c": "src/cli/cli.h",
    "src/cli/table.c": "src/cli/cli.h", "src/cli/walk.c": "src/cli/cli.h",
    "src/cli/option_table.c": "src/cli/option.h", "src/cli/option_table_ask.c": "src/cli/option.h",
    "src/cli/option_table_fleet.c": "src/cli/option.h", "src/cli/option_table_simulate.c": "src/cli/option.h", "src/cli/options.c": "src/cli/cli.h",
    "src/cli/translate.c": "src/cli/cli.h", "src/cli/main.c": "src/cli/cli.h",
    "src/mib/reader/main.c": "src/mib/reader/reader.h",
    "src/mib/text/index_text.c": "include/snmpfleet/syntax.h",
    "src/mib/text/name.c": "include/snmpfleet/mib.h", "src/mib/text/report.c": "include/snmpfleet/mib.h",
    "src/mib/text/value_number.c": "include/snmpfleet/syntax.h",
    "src/mib/text/value_parse.c": "include/snmpfleet/syntax.h", "src/mib/text/value_text.c": "include/snmpfleet/syntax.h",
    "src/mib/text/varbind_parse.c": "include/snmpfleet/mib.h", "src/mib/text/message_text.c": "include/snmpfleet/mib.h",
    "src/mib/text/varbind_text.c": "include/snmpfleet/mib.h",
    "src/net/mmsg.c": "src/net/backend.h", "src/net/socket.c": "src/net/backend.h", "src/net/uring.c": "src/net/backend.h",
    "src/out/csv_wide.c": "src/out/format.h", "src/out/formats.c": "src/out/format.h", "src/out/influx.c": "src/out/format.h",
    "src/sim/agent_set.c": "src/sim/answer.h", "src/sim/agent_v3.c": "src/sim/agent.h", "src/sim/snmprec.c": "src/sim/recording_text.h",
    "src/sim/snmpwalk.c": "src/sim/recording_text.h", "src/usm/cfb.c": "src/usm/state.h", "src/usm/check.c": "include/snmpfleet/auth.h",
    "src/usm/key.c": "src/usm/usm.h", "src/wire/usm_parameters.c": "src/wire/message.h", "src/wire/varbind.c": "src/wire/message.h",
}
# Sources that tests reach through something else: by which test.
TESTED_BY = {
    "src/mib/load/load.c": "tests/unit/test_mib_load.c", "src/mib/load/named.c": "tests/unit/test_mib_load.c",
    "src/mib/load/child.c": "tests/unit/test_mib_load.c", "src/mib/reader/compile.c": "tests/unit/test_mib_load.c",
    "src/mib/reader/reader.c": "tests/unit/test_mib_load.c",
    "src/mib/text/describe.c": "tests/system/test_translate.py", "src/mib/text/oid_text.c": "tests/unit/test_mib_name.c", "src/mib/text/raw_text.c": "tests/system/test_walk_text.py",
    "src/net/resolve.c": "tests/system/test_snmpd.py",
    "src/bench/one.c": "tests/system/test_bench.py", "src/bench/slow.c": "tests/system/test_bench.py",
    "src/bench/sweep_run.c": "tests/system/test_bench_sweep.py",
    "src/out/csv.c": "tests/unit/test_csv.c",
}
LINES_MAX, COLUMNS_MAX, FUNCTION_MAX = 600, 100, 70
KNOWN_LONG_FILES = set()
KNOWN_LONG_LINES = set()
# Banned everywhere, or everywhere but in the named folders: a name followed by "(".
BANNED = {
    "strcpy": (), "strcat": (), "sprintf": (), "vsprintf": (), "gets": (), "alloca": (), "rand": (), "srand": (), "strtok": (),
    "system": (), "popen": (), "tmpnam": (), "setjmp": (), "longjmp": (), "atoi": (), "atol": (),
    "printf": ("cli",), "exit": ("cli",), "abort": (),
    "clock_gettime": ("base", "mib/load"), "clock_monotonic_ns": ("base", "api", "cli", "sim", "bench"), "clock_realtime_ns": ("base", "api", "cli", "sim", "bench"),
    "sendto": ("net",), "sendmsg": ("net",), "sendmmsg": ("net",), "recvfrom": ("net",), "recvmsg": ("net",), "recvmmsg": ("net",),
}
KNOWN_BANNED = set()
# Sources of the library with memory that is written and belongs to no object: fleets in threads would share it.
KNOWN_STATICS = {
    "src/net/resolve.c",  # the lock around c-ares' counter of its users
}
# What a host's process has one of, and the library leaves alone: FILE: SYMBOL, and where it is documented or needed.
OF_THE_PROCESS = {
    "fork", "vfork", "clone", "signal", "sigaction", "bsd_signal", "sigprocmask", "pthread_sigmask", "alarm", "setitimer", "stderr", "stdout", "stdin",
    "perror", "puts", "putchar", "syslog", "getenv", "secure_getenv", "setenv", "putenv", "unsetenv", "environ", "setlocale", "chdir", "umask",
    "atexit", "exit", "_exit", "pthread_create", "srand", "setrlimit", "prctl", "strtok", "localtime", "gmtime", "strerror",
}
KNOWN_OF_THE_PROCESS = {
    "src/mib/load/cache.c: getenv", "src/mib/load/search.c: getenv",  # snmpfleet/mib.h: cache, path
    "src/mib/load/child.c: environ",  # handed on to the program that reads MIB files
}
faults = []


def fault(text):
    faults.append(text)


def files_under(folder, *endings):
    for path, _, names in sorted(os.walk(os.path.join(ROOT, folder))):
        for name in sorted(names):
            if name.endswith(endings):
                yield os.path.relpath(os.path.join(path, name), ROOT)


def text_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return f.read()


SOURCES = {path: text_of(path) for path in list(files_under("src", ".c", ".h")) + list(files_under("include", ".h"))}


def layer_of(path):
    """The folder of LAYERS that a file belongs to."""
    if path.startswith("include/"):
        return "public"
    folder = os.path.dirname(path)[len("src/"):]
    while folder and folder not in LAYERS:
        folder = os.path.dirname(folder)
    return folder


def included(path):
    """The files of the house that a file includes."""
    for name in re.findall(r'^#include "([^"]+)"', SOURCES[path], re.M):
        found = "include/" + name if name.startswith("snmpfleet/") else "src/" + name
        if found not in SOURCES:
            fault(f"{path}: includes {name}, which is not there")
        else:
            yield found


def expect_known(found, known, what):
    """Report what is found and not known, and what is known and not found any more."""
    for one in sorted(found - set(known)):
        fault(f"{what}: {one}")
    for one in sorted(set(known) - found):
        fault(f"{what}: {one} is listed as an exception, and is none any more: strike it out")


def check_layers():
    against = set()
    for path in SOURCES:
        layer = layer_of(path)
        if layer == "":
            fault(f"{path}: belongs to no layer")
            continue
        for other in included(path):
            if layer_of(other) != layer and layer_of(other) not in LAYERS[layer]:
                against.add(f"{path} -> {other}")
    expect_known(against, KNOWN_INCLUDES, "an include against the layers")


def check_foreign():
    for path, text in SOURCES.items():
        for name in re.findall(r"^#include <([^>]+)>", text, re.M):
            for foreign, folder in FOREIGN.items():
                if name.startswith(foreign) and layer_of(path) != folder:
                    fault(f"{path}: includes <{name}>, which belongs to {folder}/")


def noun(path):
    return re.sub(r"\.[ch]$", "", path)


def objects():
    """(source, path of its object) of everything that was built."""
    for path, _, names in os.walk(OBJECTS):
        for name in names:
            if name.endswith(".c.o") and "/src/" in path + "/":
                source = "src/" + (path + "/" + name).split("/src/", 1)[1][:-len(".o")]
                if source in SOURCES:  # otherwise of a source that is gone
                    yield source, os.path.join(path, name)


def symbols(path):
    """(kind, symbol) of an object, as nm gives them."""
    listing = subprocess.run(["nm", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    for line in listing.stdout.splitlines():
        yield line.split()[-2:]


def is_of_the_library(source):
    return layer_of(source) not in ("cli", "sim", "conf", "bench", "mib/reader")


def calls():
    """(caller, called) by the symbols of the objects: which noun needs a symbol, and which has it."""
    defined, needed = {}, {}
    for source, path in objects():
        for kind, symbol in symbols(path):
            if kind == "T":
                defined[symbol] = noun(source)
            elif kind == "U":
                needed.setdefault(noun(source), set()).add(symbol)
    if not defined:
        fault(f"no objects under {OBJECTS!r}: calls cannot be looked at")
    return {(caller, defined[s]) for caller, symbols in needed.items() for s in symbols if s in defined}


def check_statics():
    """Nothing is shared between two fleets that is written: no variable of the library stands in .data or .bss; names with __ are a sanitizer's."""
    found = set()
    for source, path in objects():
        listing = subprocess.run(["objdump", "-t", path], stdout=subprocess.PIPE, text=True, check=True).stdout
        if is_of_the_library(source) and re.search(r"^\S+ .{6}O \.(?:bss|data)(?:\.[^r]\S*)?\t\w+ (?!(?:\.hidden )?__)", listing, re.M):
            found.add(source)
    expect_known(found, KNOWN_STATICS, "a source with variables that all fleets share")


def check_process():
    """The library neither forks, nor takes signals, nor writes to the terminal, nor reads the environment where no header says so."""
    found = set()
    for source, path in objects():
        if is_of_the_library(source):
            found |= {f"{source}: {symbol}" for kind, symbol in symbols(path) if kind == "U" and symbol in OF_THE_PROCESS}
    expect_known(found, KNOWN_OF_THE_PROCESS, "something that belongs to the host's process")


def circles(edges):
    """Strongly connected sets of more than one noun (Tarjan, without recursion)."""
    graph = {}
    for a, b in edges:
        if a != b:
            graph.setdefault(a, set()).add(b)
            graph.setdefault(b, set())
    index, low, on_stack, stack, found = {}, {}, set(), [], []
    for root in sorted(graph):
        if root in index:
            continue
        work = [(root, iter(sorted(graph[root])))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            at, ahead = work[-1]
            for to in ahead:
                if to not in index:
                    index[to] = low[to] = len(index)
                    stack.append(to)
                    on_stack.add(to)
                    work.append((to, iter(sorted(graph[to]))))
                    break
                if to in on_stack:
                    low[at] = min(low[at], index[to])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[at])
                if low[at] == index[at]:
                    part = set()
                    while True:
                        last = stack.pop()
                        on_stack.discard(last)
                        part.add(last)
                        if last == at:
                            break
                    if len(part) > 1:
                        found.append(part)
    return found


def expect_circles(edges, known, what):
    """Report the circles of a graph that are not known, all that are in core, and the known ones that are open."""
    found = circles(edges)
    for circle in found:
        if circle not in known or any(n.startswith("src/core/") for n in circle):
            fault(f"{what}: " + ", ".join(f"{a} -> {b}" for a, b in sorted(edges) if {a, b} <= circle and a != b))
    for circle in known:
        if circle not in found:
            fault(f"{what} that is listed as known is open, or smaller: {' '.join(sorted(circle))}")


def check_circles():
    """Of nouns, a header and its source, and of files, by includes and calls."""
    called = {(a, b) for a, b in calls() if f"{a} -> {b}" not in BACK_ENDS}
    includes = {(path, other) for path in SOURCES for other in included(path)}
    expect_circles({(noun(a), noun(b)) for a, b in includes} | called, KNOWN_CIRCLES, "a circle of nouns")
    expect_circles(includes | {(a + ".c", b + ".c") for a, b in called}, KNOWN_FILE_CIRCLES, "a circle of files")


def check_headers():
    headerless = {path for path in SOURCES if path.endswith(".c") and noun(path) + ".h" not in SOURCES and
                  f"include/snmpfleet/{os.path.basename(noun(path))}.h" not in SOURCES and
                  not path.startswith(("src/mib/load/builtin/", "src/api/modules/"))}  # tables of facts, each behind one header
    expect_known(headerless, HEADER_OF, "a source without its header")
    for path, header in HEADER_OF.items():
        if path in SOURCES and header not in SOURCES:
            fault(f"{path}: its header {header} is not there")
    for path, text in SOURCES.items():
        if not text.startswith("/*"):
            fault(f"{path}: does not begin with what it is")
        if path.endswith(".h") and "#pragma once" not in text and "#ifndef SNMPFLEET_" not in text:
            fault(f"{path}: has no guard against being included twice")


def functions(text):
    """(name, first line, lines) of function bodies, which begin and end at the left margin."""
    lines = text.split("\n")
    start = None
    for number, line in enumerate(lines, 1):
        if start is None and re.match(r"^[a-z].*\{$", line) and "=" not in line and not re.match(r"^(enum|struct|union|typedef)\b[^()]*\{$", line):
            start = number
        elif start is not None and line == "}":
            yield lines[start - 1], start, number - start + 1
            start = None
        elif start is not None and line.startswith("}"):
            start = None


def check_lengths():
    long_files, long_lines = set(), set()
    for path, text in SOURCES.items():
        if text.count("\n") > LINES_MAX:
            long_files.add(path)
        if any(len(line) > COLUMNS_MAX for line in text.split("\n")):
            long_lines.add(path)
        for name, line, length in functions(text):
            if length > FUNCTION_MAX:
                fault(f"{path}:{line}: a function of {length} lines: {name}")
    expect_known(long_files, KNOWN_LONG_FILES, f"a file of more than {LINES_MAX} lines")
    expect_known(long_lines, KNOWN_LONG_LINES, f"a file with lines of more than {COLUMNS_MAX} columns")


def without_comments(text):
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"', " ", text, flags=re.S)


def check_banned():
    found = set()
    for path, text in SOURCES.items():
        code = without_comments(text)
        for name, allowed in BANNED.items():
            if layer_of(path) not in allowed and re.search(rf"(?<![\w.>]){name}\(", code):
                found.add(f"{path}: {name}")
        if re.search(r"\b(TODO|FIXME|XXX)\b", text.replace("XXXXXX", "")):
            fault(f"{path}: something is left to do")
    expect_known(found, KNOWN_BANNED, "a banned call")


def check_voice():
    """In the program standard error is written to in one place; mib/reader is a process of its own."""
    for path, text in SOURCES.items():
        if layer_of(path) in ("cli", "conf", "out", "sim", "bench") and path != "src/cli/log.c" and re.search(r"\bstderr\b", without_comments(text)):
            fault(f"{path}: writes to standard error, which only cli/log does")


def check_tests():
    """Every noun is spoken of in a test: its header is included, or a test of its name, or of one that it is part of, is there."""
    tests = {path: text_of(path) for path in files_under("tests", ".c", ".h", ".py", ".sh")}
    code = {path: set(re.findall(r"\b[a-z][a-z0-9_]+\b", text)) for path, text in tests.items() if path.endswith((".c", ".h"))}
    words = set().union(*code.values())
    exported = {}
    for path, text in SOURCES.items():
        if path.endswith(".h"):
            exported[noun(path)] = set(re.findall(r"\b([a-z][a-z0-9_]+)\(", without_comments(text)))
    reached = {n for n, names in exported.items() if names & words}
    edges = {}
    for a, b in {(noun(path), noun(other)) for path in SOURCES for other in included(path)}:
        edges.setdefault(a, set()).add(b)
    todo = list(reached)
    while todo:
        for other in edges.get(todo.pop(), ()):
            if other not in reached:
                reached.add(other)
                todo.append(other)
    unreached = {path for path in SOURCES if path.endswith(".c") and noun(path) + ".h" in SOURCES and noun(path) not in reached and
                 not path.startswith(("src/cli/", "src/mib/load/builtin/", "src/api/modules/"))}
    expect_known(unreached, TESTED_BY, "a source that no test reaches")
    for path, test in TESTED_BY.items():
        if test not in tests:
            fault(f"{path}: its test {test} is not there")


for check in (check_layers, check_foreign, check_circles, check_headers, check_lengths, check_banned, check_voice, check_statics, check_process, check_tests):
    check()
for one in faults:
    print(one)
print(f"{len(SOURCES)} files, {len(faults)} faults")
sys.exit(1 if faults else 0)
