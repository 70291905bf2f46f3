#!/usr/bin/env python3
"""The table of options as users meet it: help, manual pages, completion, limits at every door, suggestions, what check takes."""
import os
import re
import shutil
import subprocess

from support import PROGRAM, Poll, check, equal, parse_csv, run, snmpfleet

VERBS = ("poll", "check", "simulate", "translate", "get", "getnext", "bulkget", "getbulk", "walk", "bulkwalk", "table", "set", "bench")


def table():
    """rows of `options list`, by verb: (letter, name, value, default, least, most)"""
    rows = {}
    for line in snmpfleet(["options", "list"]).out.splitlines():
        verb, *row = line.split("\t")
        rows.setdefault(verb, []).append(row)
    return rows


def test_help_of_every_verb_has_every_option(work):
    """--help, -h and help VERB are the same text on standard output, with every option, in lines of a terminal"""
    rows = table()
    equal(sorted(rows), sorted(VERBS), "verbs with options")
    for verb in VERBS:
        said = snmpfleet([verb, "--help"])
        equal((said.code, said.err), (0, ""), f"{verb} --help")
        equal((snmpfleet([verb, "-h"]).out, snmpfleet(["help", verb]).out), (said.out, said.out), f"other ways to the help of {verb}")
        for letter, name, *_ in rows[verb]:
            check(name == "-" or f"--{name}" in said.out, f"{verb} --help does not have --{name}")
            check(letter == "-" or f"\n  -{letter}" in said.out, f"{verb} --help does not have -{letter}")
        check("Exit codes:\n" in said.out and "Examples:\n" in said.out, f"{verb} --help: {said}")
        long_lines = [line for line in said.out.splitlines() if len(line) > 80 and not line.startswith(("  snmpfleet", "usage:"))]
        equal(long_lines, [], f"lines of {verb} --help that do not fit")
    all_verbs = snmpfleet(["help"])
    check(all_verbs.code == 0 and all(f"\n  {verb} " in all_verbs.out for verb in VERBS), f"help: {all_verbs}")


def test_every_verb_tells_the_version(work):
    """-V and --version name the program, its libraries and the back end that works here"""
    said = snmpfleet(["--version"])
    for name in ("snmpfleet ", "liburing ", "OpenSSL ", "c-ares ", "libyaml ", "libcyaml ", "libsmi ", "I/O: uring, mmsg; here "):
        check(name in said.out, f"--version has no {name!r}: {said}")
    for verb in VERBS:
        for option in ("-V", "--version"):
            equal((snmpfleet([verb, option]).code, snmpfleet([verb, option]).out), (0, said.out), f"{verb} {option}")


def test_manual_pages_are_clean(work):
    """each page that the table gives passes mandoc's lint, or groff's warnings, and has every option of its verb"""
    rows = table()
    pages = [line.split() for line in snmpfleet(["options", "pages"]).out.splitlines()]
    check(["snmpfleet", "1"] in pages and ["snmpfleet-poll", "1"] in pages, f"pages: {pages}")
    for name, section in pages:
        path = work.write(f"{name}.{section}", snmpfleet(["options", "man", name]).out)
        if shutil.which("mandoc"):
            said = subprocess.run(["mandoc", "-Tlint", path], capture_output=True, text=True).stdout
            equal([line for line in said.splitlines() if "referenced manual not found" not in line], [], f"mandoc of {name}")
        said = subprocess.run(["groff", "-mdoc", "-Tascii", "-ww", path], capture_output=True, text=True)
        equal((said.returncode, said.stderr), (0, ""), f"groff of {name}")
        text = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", said.stdout)
        for letter, option, *_ in rows.get(name.removeprefix("snmpfleet-"), []):
            check(option == "-" or f"--{option}" in text, f"{name} has no --{option}")
            check(letter == "-" or f"-{letter}" in text, f"{name} has no -{letter}")
    equal(snmpfleet(["options", "man", "nosuch"]).code, 3, "a page that there is not")


def completed(script, *words):
    """what bash offers behind @words, the last of which is begun"""
    line = 'source "$1"; shift; COMP_WORDS=(snmpfleet "$@"); COMP_CWORD=$#; _snmpfleet; printf "%s\\n" "${COMPREPLY[@]}"'
    said = subprocess.run(["bash", "-c", line, "bash", script, *words], capture_output=True, text=True)
    equal(said.stderr, "", f"completion of {words}")
    return set(said.stdout.split())


def test_completion_offers_what_the_table_has(work):
    """verbs, options of the verb, words of an option, files"""
    script = work.write("completion", snmpfleet(["options", "completion"]).out)
    equal(completed(script, "bulk"), {"bulkget", "bulkwalk"}, "verbs")
    equal(completed(script, "help", "po"), {"poll"}, "behind help")
    equal(completed(script, "poll", "--targ"), {"--targets", "--target-window", "--target-rate"}, "options")
    equal(completed(script, "simulate", "--io", ""), {"uring", "mmsg", "auto"}, "words of an option")
    equal(completed(script, "poll", "--interval", ""), set(), "a time")
    file = work.write("core.targets", "")
    equal(completed(script, "poll", file[:-3]), {file}, "targets")
    equal(completed(script, "check", "-f", file[:-3]), {file}, "a file behind an option")


def test_a_limit_is_the_same_at_every_door(work):
    """an option, a key of a line and a key of defaults refuse the same values in the same words, and take what is at the limit"""
    doors = (("interval", "interval", "99ms", "100ms"), ("timeout", "timeout", "999us", "1ms"), ("retries", "retries", "101", "100"),
             ("target-window", "window", "65536", "65535"), ("target-rate", "rate", "10000001", "10000000"),
             ("max-repetitions", "max_repetitions", "128", "127"), ("varbinds-max", "varbinds_max", "1000000001", "1000000000"),
             ("deadline", "deadline", "1us", "1ms"), ("gap", "gap", "x", "1us"), ("family", "family", "5", "6"),
             ("reply-from", "reply_from", "all", "any"), ("reply-community", "reply_community", "all", "any"))
    for option, key, bad, good in doors:
        config = work.write("config.yaml", f"defaults: {{ {key}: '{bad}' }}\n")
        said = snmpfleet(["check", f"--{option}", bad, "192.0.2.1"])
        right = re.search(rf"^snmpfleet check: --{option}: [^:]*: '{bad}' \((.*)\)\n$", said.err)
        check(said.code == 3 and right, f"--{option} {bad}: {said}")
        for arguments in ([f"192.0.2.1 {key}={bad}"], ["-f", config, "192.0.2.1"]):
            said = snmpfleet(["check", *arguments])
            check(said.code == 2 and f"{key}='{bad}': expected {right.group(1)}\n" in said.err, f"{arguments}: {said}, not {right.group(1)}")
        config = work.write("config.yaml", f"defaults: {{ {key}: '{good}' }}\n")
        for arguments in ([f"--{option}", good, "192.0.2.1"], [f"192.0.2.1 {key}={good}"], ["-f", config, "192.0.2.1"]):
            equal(snmpfleet(["check", *arguments]).code, 0, f"{arguments}: exit")
    for option, bad in (("rate", "0"), ("window", "262145"), ("memory", "7M"), ("dns-rate", "100001")):
        config = work.write("config.yaml", f"fleet: {{ {option.replace('-', '_')}: '{bad}' }}\n")
        right = re.search(r"\((.*)\)\n$", snmpfleet(["check", f"--{option}", bad, "192.0.2.1"]).err).group(1)
        said = snmpfleet(["check", "-f", config, "192.0.2.1"])
        check(said.code == 2 and f"expected {right}, not '{bad}'" in said.err, f"fleet: {option}: {said}, not {right}")


def test_what_is_misspelt_is_suggested(work):
    """verbs, options, keys; the letter in the other case; the verb that has the option"""
    for arguments, hint in ((["pol", "X"], "no such verb: 'pol' (did you mean 'poll'?)"), (["help", "wlak"], "(did you mean 'walk'?)"),
                            (["poll", "--intervall", "5s", "X"], "--intervall: no such option (did you mean --interval?)"),
                            (["poll", "-F", "x", "X"], "-F: no such option (-f is --config)"),
                            (["poll", "--f", "x", "X"], "--f: more than one option begins so (-f is --config)"),
                            (["poll", "--agents", "3", "X"], "--agents: no such option ('snmpfleet simulate' has it)"),
                            (["check", "X naem=y"], "unknown key 'naem' (did you mean 'name'?)"),
                            (["get", "--sortde", "X", "sysName.0"], "(did you mean --sorted?)")):
        said = snmpfleet(arguments)
        check(said.code != 0 and hint in said.err, f"{arguments}: {said}")
        check(said.err.count("\n") <= 2, f"{arguments}: more than two lines: {said}")


def test_check_takes_what_poll_takes(work):
    """every option of poll is one of check; outputs are checked and not opened, --state is looked at; poll --dry-run is check"""
    rows = table()
    missing = [row for row in rows["poll"] if row not in rows["check"]]
    equal(missing, [], "options of poll that check has not")
    output, state = work.path("rows"), work.path("state")
    common = ["--interval", "5s", "-t", "2s", "-o", f"csv:{output}", "--report", f"json:{output}.json", "--state", state, "--once", "192.0.2.1"]
    said = snmpfleet(["check", *common])
    equal(said.code, 0, f"check with options of poll: {said}")
    check("5s" in said.out, f"the interval counts: {said}")
    equal(os.listdir(work.folder), [], "what check wrote")
    dry = snmpfleet(["poll", "--dry-run", *common])
    equal((dry.code, dry.out), (0, said.out), "poll --dry-run")
    work.write("state", "nonsense\n")
    for arguments, told in ((["--state", state, "192.0.2.1"], "damaged"), (["--state", work.folder, "192.0.2.1"], "--state takes a file"),
                            (["--state", work.path("none/state"), "192.0.2.1"], "No such file")):
        said = snmpfleet(["check", *arguments])
        check(said.code == 2 and told in said.err and "--state: " in said.err, f"{arguments}: {said}")
    for arguments in (["--dns", "nonsense", "192.0.2.1"], ["-o", "csv:a", "-o", "json:a", "192.0.2.1"], ["--csv", "wide", "192.0.2.1"]):
        ours, theirs = snmpfleet(["check", *arguments]), snmpfleet(["poll", *arguments])
        equal((ours.code, ours.err.replace("check:", "poll:")), (theirs.code, theirs.err), f"{arguments}: check and poll")
        equal(ours.code, 3, f"{arguments}: exit")
    said = snmpfleet(["check", "--print-module", "system", "extra"])
    check(said.code == 3 and "extra" in said.err and said.out == "", f"--print-module system extra: {said}")


def test_what_only_influx_has_needs_influx(work):
    """--uint and --compat without an output of influx are a mistake; one of the configuration counts"""
    influx = work.write("influx.yaml", f"outputs: [ {{ format: influx, path: {work.path('lines')} }} ]\n")
    plain = work.write("plain.yaml", f"outputs: [ {{ format: csv, path: {work.path('rows')} }} ]\n")
    for option in (["--uint"], ["--compat", "telegraf"]):
        said = snmpfleet(["check", *option, "192.0.2.1"])
        check(said.code == 3 and f"{option[0]}: no output is influx" in said.err, f"{option}: {said}")
        equal(snmpfleet(["check", *option, "-o", "influx", "192.0.2.1"]).code, 0, f"{option} -o influx")
        equal(snmpfleet(["check", *option, "-f", influx, "192.0.2.1"]).code, 0, f"{option} with influx in the configuration")
        said = snmpfleet(["check", *option, "-f", plain, "192.0.2.1"])
        check(said.code == 2 and f"{option[0]}: no output is influx" in said.err, f"{option} with csv in the configuration: {said}")


def test_credentials_change_what_they_say(work):
    """-v, -n, -l, -e and -c beside a default auth change that alone; a user takes the place of a community, and the other way"""
    auths = ("auths:\n  old: { version: 2c, community: zzz }\n"
             "  user: { version: 3, username: sha_aes, auth_protocol: SHA, auth_password: authpass_sha, priv_protocol: AES, priv_password: privpass_aes }\n")
    port = work.simulator("--community", "zzz")
    old = work.write("old.yaml", "defaults: { auth: old, modules: system, retries: 0 }\n" + auths)
    user = work.write("user.yaml", "defaults: { auth: user, modules: system, retries: 0 }\n" + auths)
    for path in (old, user):
        os.chmod(path, 0o600)
    for config, options in ((old, ["-v", "1"]), (old, []), (user, []), (user, ["-l", "authNoPriv"]), (user, ["-c", "zzz"]), (user, ["-v", "2c", "-c", "zzz"]),
                            (old, ["-u", "sha_aes", "-a", "SHA", "-A", "authpass_sha", "-x", "AES", "-X", "privpass_aes"]), (user, ["-n", ""])):
        said = snmpfleet(["check", "-f", config, "--list", *options, "192.0.2.1"])
        equal(said.code, 0, f"check {options}: {said}")
        if "-l" not in options:
            Poll(work, "mmsg", ["-f", config, *options, f"127.0.0.1:{port}"]).expect(0, "ok")
    said = snmpfleet(["check", "-f", user, "-l", "authNoPriv", "-n", "ctx", "-e", "0x8000000001", "--list", "192.0.2.1"])
    check("user sha_aes, authNoPriv, SHA" in said.out, f"the level: {said}")
    for config, options in ((old, ["-n", "ctx"]), (old, ["-l", "authPriv"]), (user, ["-X", "short"])):
        said = snmpfleet(["check", "-f", config, *options, "192.0.2.1"])
        check(said.code == 3 and said.err.startswith("snmpfleet check: "), f"{options}: {said}")


run([test_help_of_every_verb_has_every_option, test_every_verb_tells_the_version, test_manual_pages_are_clean,
     test_completion_offers_what_the_table_has, test_a_limit_is_the_same_at_every_door, test_what_is_misspelt_is_suggested,
     test_check_takes_what_poll_takes, test_what_only_influx_has_needs_influx, test_credentials_change_what_they_say])
