#!/usr/bin/env python3
"""One question as a process, its start included, beside Net-SNMP's snmpget: medians of runs that take turns.

    bench/get.py PROGRAM [RUNS]        default 100 runs of each; MIBS_FOLDER: where MIB modules are

Both ask the same agent of `PROGRAM simulate` on loopback. Without modules: a link named snmpget with nothing to load, and `get` with the names
that are built in. With modules: all of MIBS_FOLDER, from the cache that the first run makes.
"""
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

OID = ".1.3.6.1.2.1.1.5.0"


def median_ms(commands, env, runs):
    """Of each command, run in turn."""
    times = [[] for _ in commands]
    for run in range(runs + 3):
        for i, command in enumerate(commands):
            begun = time.perf_counter()
            done = subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if done.returncode != 0:
                sys.exit(f"{' '.join(command)}: exit {done.returncode}")
            if run >= 3:
                times[i].append(1e3 * (time.perf_counter() - begun))
    return [statistics.median(t) for t in times]


def show(title, commands, env, runs):
    theirs, *ours = median_ms([c for _, c in commands], env, runs)
    print(f"{title}: snmpget {theirs:.2f} ms" + "".join(f", {name} {ms:.2f} ms ({ms / theirs:.2f} x)"
                                                       for (name, _), ms in zip(commands[1:], ours)))


def main():
    program, runs = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100
    if shutil.which("snmpget") is None:
        sys.exit("there is no snmpget here")
    with tempfile.TemporaryDirectory() as folder:
        link = os.path.join(folder, "snmpget")
        os.symlink(program, link)
        env = {**{k: v for k, v in os.environ.items() if k not in ("MIBDIRS", "MIBS")}, "HOME": folder, "SNMPCONFPATH": folder,
               "XDG_CACHE_HOME": folder, "MIBS": ""}
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        agent = subprocess.Popen([program, "simulate", "--listen", f"127.0.0.1:{port}", "--agents", "1", "--for", "300s"],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            agent.stdout.readline()
            who, at = ["-v2c", "-c", "public"], f"127.0.0.1:{port}"
            show("without modules", [("", ["snmpget", *who, at, OID]), ("link", [link, *who, at, OID]), ("get", [program, "get", *who, at, OID]),
                                     ("get of a name", [program, "get", *who, at, "sysName.0"])], env, runs)
            mibs = os.environ.get("MIBS_FOLDER", "")
            if os.path.isdir(mibs):
                how = ["-m", "ALL", "-M", mibs]
                show("with all modules", [("", ["snmpget", *how, *who, at, "sysName.0"]), ("link", [link, *how, *who, at, "sysName.0"]),
                                          ("get", [program, "get", *how, *who, at, "sysName.0"])], env, runs)
        finally:
            agent.terminate()
            agent.wait()


main()
