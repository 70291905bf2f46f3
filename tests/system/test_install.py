#!/usr/bin/env python3
"""What `cmake --install` puts into a folder: the program with its pages, completion, examples and the unit of systemd."""
import os
import re
import shlex
import shutil
import subprocess

from support import SOURCE_DIR, check, equal, run, skip, snmpfleet

BUILD_DIR = os.environ.get("BUILD_DIR", "")
if not os.path.isdir(os.path.join(BUILD_DIR, "packaging")):
    skip("builds with sanitizers are not installed")

VERBS = ("bulkget", "bulkwalk", "check", "get", "getnext", "poll", "set", "simulate", "table", "translate", "walk")
FILES = (["bin/snmpfleet", "share/bash-completion/completions/snmpfleet", "lib/systemd/system/snmpfleet.service",
          "share/man/man1/snmpfleet.1", "share/man/man5/snmpfleet-targets.5", "share/man/man5/snmpfleet-config.5", "share/man/man3/libsnmpfleet.3"]
         + [f"share/man/man1/snmpfleet-{verb}.1" for verb in VERBS]
         + [f"share/doc/snmpfleet/examples/{name}" for name in ("config.example", "targets.example", "service/config.yaml", "service/targets", "service/logrotate")])


def installed(work):
    prefix = work.path("prefix")
    if not os.path.isdir(prefix):
        said = subprocess.run(["cmake", "--install", BUILD_DIR, "--prefix", prefix], capture_output=True, text=True, timeout=60)
        equal((said.returncode, said.stderr), (0, ""), "cmake --install")
    return prefix


def test_everything_is_where_people_look(work):
    """the files are there, the program runs, the unit names the folder that was configured"""
    prefix = installed(work)
    for name in FILES:
        check(os.path.getsize(os.path.join(prefix, name)) > 0, f"{name} is empty")
    said = subprocess.run([os.path.join(prefix, "bin/snmpfleet"), "--version"], capture_output=True, text=True, timeout=10)
    check(said.returncode == 0 and said.stdout.startswith("snmpfleet "), f"--version: {said}")


def test_manual_pages_have_all_keys_and_are_clean(work):
    """no place for keys is left open, each key of the tables and of config.example is there, mandoc has nothing to say"""
    folder = os.path.join(installed(work), "share/man")
    pages = {}
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), encoding="utf-8") as f:
                pages[name] = f.read()
            if shutil.which("mandoc"):
                said = subprocess.run(["mandoc", "-Tlint", os.path.join(path, name)], capture_output=True, text=True).stdout
                equal([line for line in said.splitlines() if "referenced manual not found" not in line], [], f"mandoc of {name}")
    for name, text in pages.items():
        check('.\\" keys:' not in text, f"{name}: keys are missing")
        for other, section in re.findall(r"^\.Xr (snmpfleet\S*) (\d)", text, re.M):
            check(f"{other}.{section}" in pages, f"{name} refers to {other}({section}), which is not installed")
    page = pages["snmpfleet-bench.1"]
    order = [page.find(f"\n.Sh {title}\n") for title in ("DESCRIPTION", "METHOD", "REPORT FILES", "LIMITS", "POLITENESS", "WORKED EXAMPLE", "EXIT STATUS", "EXAMPLES")]
    check(-1 not in order and order == sorted(order), f"sections of snmpfleet-bench(1): {order}")
    for where, name in (("line", "snmpfleet-targets.5"), ("defaults", "snmpfleet-config.5"), ("fleet", "snmpfleet-config.5")):
        keys = snmpfleet(["options", "keys", where]).out
        check(keys.count(".It Cm ") >= 4 and keys in pages[name], f"{name}: keys of {where}")
    with open(os.path.join(SOURCE_DIR, "config.example"), encoding="utf-8") as f:
        text = re.sub(r"#.*", "", f.read())
    keys = set(re.findall(r"[{,\s]([a-z_]+): ", text)) - {"default", "station", "role", "site"}
    stem = re.compile(r"_(file|env|credential)$")
    page = pages["snmpfleet-config.5"]
    missing = sorted(key for key in {stem.sub("", key) for key in keys} if not re.search(rf"\b{key}\b", page))
    equal(missing, [], "keys of config.example that snmpfleet-config(5) does not have")


def test_completion_is_loaded_by_bash(work):
    """`snmpfleet po<TAB>` gives poll, `snmpfleet poll --int<TAB>` gives --interval"""
    script = os.path.join(installed(work), "share/bash-completion/completions/snmpfleet")
    for words, expected in ((["po"], {"poll"}), (["poll", "--int"], {"--interval"})):
        line = 'source "$1"; shift; complete -p snmpfleet >/dev/null && COMP_WORDS=(snmpfleet "$@") COMP_CWORD=$#; _snmpfleet; printf "%s\\n" "${COMPREPLY[@]}"'
        said = subprocess.run(["bash", "-c", line, "bash", script, *words], capture_output=True, text=True)
        equal((set(said.stdout.split()), said.stderr), (expected, ""), f"completion of {words}")


def unit_commands(prefix, folders):
    """the commands of the unit by their key, with systemd's folders replaced"""
    commands = {}
    with open(os.path.join(prefix, "lib/systemd/system/snmpfleet.service"), encoding="utf-8") as f:
        for key, value in re.findall(r"^(Exec\w+)=\+?(.*)$", f.read().replace("\\\n", " "), re.M):
            value = re.sub(r"%([SELC])", lambda m: folders[m.group(1)], value)
            commands.setdefault(key, []).append(shlex.split(value.replace("$SNMPFLEET_OPTIONS", "--rate 2000")))
    return commands


def test_the_unit_starts_and_checks_what_it_installs(work):
    """the commands of the unit with the examples of the service: the check takes them, and refuses the targets until there is one; poll writes rows"""
    prefix = installed(work)
    folders = {name: work.path(name) for name in "SELC"}
    for folder in folders.values():
        os.makedirs(os.path.join(folder, "snmpfleet"))
    for name in ("config.yaml", "targets"):
        with open(os.path.join(prefix, "share/doc/snmpfleet/examples/service", name), encoding="utf-8") as f:
            text = f.read().replace("path: /var/log/", f"path: {folders['L']}/")
        with open(os.path.join(folders["E"], "snmpfleet", name), "w", encoding="utf-8") as f:
            f.write(text)
    commands = unit_commands(prefix, folders)
    start, = commands["ExecStart"]
    reload, hangup = commands["ExecReload"]
    equal(hangup, ["/bin/sh", "-c", 'kill -HUP "$MAINPID"'], "the last command of a reload")
    verb = reload.index("check")
    equal(reload[verb - 1], start[0], "the program of the check")
    state = start.index("--state")
    equal([word for word in reload[verb + 1:] if word != "-q"], start[2:state] + start[state + 2:], "what the check is given: a reload leaves the state alone")

    environment = {**os.environ, "XDG_CACHE_HOME": folders["C"]}
    refused = snmpfleet(reload[verb:], env=environment)
    check(refused.code == 2 and "no target" in refused.err and "snmpfleet/targets" in refused.err, f"check without a target: {refused}")
    port = work.simulator()
    with open(os.path.join(folders["E"], "snmpfleet/targets"), "a", encoding="utf-8") as f:
        f.write(f"127.0.0.1:{port} name=core1\n")
    said = snmpfleet(reload[verb:], env=environment)
    equal((said.code, said.out, said.err), (0, "", ""), "check with a target")
    said = snmpfleet([*start[1:-1], "--once", start[-1]], env=environment, cwd=os.path.join(folders["L"], "snmpfleet"))
    equal(said.code, 0, f"the unit's poll, once: {said}")
    rows = work.read("L/snmpfleet/rows.lp")
    for expected in ("target=core1", "snmp_poll,", "\ninterface,"):
        check(expected in rows, f"no {expected!r} in the rows: {rows[:500]}")


def test_systemd_takes_the_unit(work):
    """systemd-analyze verify has nothing to say of the unit, and finds it hardened"""
    if not shutil.which("systemd-analyze"):
        print("    (there is no systemd-analyze here: the unit is not held against systemd)")
        return
    prefix = installed(work)
    with open(os.path.join(prefix, "lib/systemd/system/snmpfleet.service"), encoding="utf-8") as f:
        text = f.read()
    # Programs and pages are where they were installed for this test.
    text = re.sub(r"(?<=[=\s])/\S*/bin/snmpfleet", os.path.join(prefix, "bin/snmpfleet"), text)
    unit = work.write("snmpfleet.service", text)
    said = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
    about = [line for line in (said.stdout + said.stderr).splitlines() if "snmpfleet" in line]
    equal((said.returncode, about), (0, []), "systemd-analyze verify")
    said = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", unit], capture_output=True, text=True)
    if "unrecognized option" in said.stderr:
        return
    check(said.returncode == 0, f"exposure: {said.stdout[-200:]} {said.stderr}")


run([test_everything_is_where_people_look, test_manual_pages_have_all_keys_and_are_clean, test_completion_is_loaded_by_bash,
     test_the_unit_starts_and_checks_what_it_installs, test_systemd_takes_the_unit])
