#!/usr/bin/env python3
"""The configuration file and the credential options with the program: faults, secrets that nobody sees, reload."""
import os
import signal
import subprocess
import time

from fake_agent import FakeAgent, Mib, numbers_of, string
from support import PROGRAM, Poll, check, equal, eventually, exit_after_changes, finish, free_port, parse_csv, run, snmpfleet

SYSTEM = numbers_of("1.3.6.1.2.1.1")
BOX = Mib({SYSTEM + (1, 0): string(b"a box"), SYSTEM + (5, 0): string(b"name")})
SECRET = "correct-horse-battery-staple"


def good(agent, request):
    return [BOX.answer(request)]


def unseen(result, *secrets):
    for secret in secrets or [SECRET]:
        check(secret not in result.out and secret not in result.err, f"a secret is shown: {result}")


def communities(agent):
    return [r.community for r in agent.requests]


def test_community_by_name(work):
    """an auth of the file is what agents are asked with: literally, from a file, from the environment; nothing of it is shown"""
    port = work.simulator("--community", SECRET)
    work.write("community", SECRET + "\n")
    os.chmod(work.path("community"), 0o600)
    for form in (f"community: {SECRET}", "community_file: community", "community_env: SNMPFLEET_TEST"):
        config = work.write("config.yaml", "defaults: { auth: lab, modules: system, retries: 0 }\n"
                                           f"auths:\n  lab: {{ version: 2c, {form} }}\n")
        environment = {**os.environ, "SNMPFLEET_TEST": SECRET}
        poll = Poll(work, "mmsg", ["-f", config, f"127.0.0.1:{port}"], env=environment)
        poll.expect(0, "ok")
        equal({r["module"] for r in poll.reports}, {"system"}, "modules")
        check(SECRET not in poll.err, "the community is shown")
        listed = snmpfleet(["check", "-f", config, "--list", f"127.0.0.1:{port}"], env=environment)
        check(" auth=lab " in listed.out and "# auth lab: version 2c" in listed.out, f"the auth is not listed: {listed}")
        unseen(listed)
        unseen(snmpfleet(["check", "-f", config, f"127.0.0.1:{port}"], env=environment))


def test_snmpv3_by_name(work):
    """users of SNMPv3 from the file and from the options; a wrong password is a report with its reason"""
    port = work.simulator("--agents", "4")
    work.write("password", "authpass_sha256\n")
    os.chmod(work.path("password"), 0o600)
    config = work.write("config.yaml", """
defaults: { auth: core, modules: system, retries: 1 }
auths:
  core:
    username: sha256_aes
    auth_protocol: SHA-256
    auth_password_file: password
    priv_protocol: AES
    priv_password_env: SNMPFLEET_PRIV
  plain: { username: noauth }
  cisco: { username: sha512_aes256c, auth_protocol: usmHMAC384SHA512AuthProtocol, auth_password: authpass_sha512,
           priv_protocol: AES-256-Cisco, priv_password: privpass_aes256c }
  wrong: { username: sha256_aes, auth_protocol: SHA-256, auth_password: not-this-one, priv_protocol: AES, priv_password: privpass_aes }
""")
    targets = [f"127.0.0.1:{port} name=core", f"127.0.0.2:{port} name=plain auth=plain", f"127.0.0.3:{port} name=cisco auth=cisco",
               f"127.0.0.4:{port} name=wrong auth=wrong"]
    environment = {**os.environ, "SNMPFLEET_PRIV": "privpass_aes"}
    poll = Poll(work, "mmsg", ["-f", config, *targets], env=environment)
    equal({r["target"]: r["reason"] for r in poll.reports},
          {"core": "ok", "plain": "ok", "cisco": "ok", "wrong": "wrong-digest"}, f"reasons\n{poll.result}")
    check(not any(word in poll.err for word in ("authpass", "privpass", "not-this")), f"a password is shown: {poll.err}")
    poll = Poll(work, "mmsg", ["-u", "sha_aes", "-a", "SHA", "-A", "authpass_sha", "-x", "AES128", "-Xprivpass_aes",
                               "--modules", "system", f"127.0.0.1:{port}"])
    poll.expect(0, "ok")


def test_what_wins(work):
    """a target's line wins over the command line, which wins over the defaults of the file"""
    agents = [work.closing(FakeAgent(good)) for _ in range(3)]
    config = work.write("config.yaml", "defaults: { community: file, modules: [system] }\nauths: { other: { community: auth } }\n")
    a, b, c = (agent.address for agent in agents)
    equal(snmpfleet(["poll", "--once", "-f", config, a, f"{b} community=line", f"{c} auth=other"]).code, 0, "exit")
    equal([set(communities(agent)) for agent in agents], [{b"file"}, {b"line"}, {b"auth"}], "communities")
    for agent in agents:
        agent.requests.clear()
    equal(snmpfleet(["poll", "--once", "-f", config, "-c", "flag", a, f"{b} community=line", f"{c} auth=other"]).code, 0, "exit")
    equal([set(communities(agent)) for agent in agents], [{b"flag"}, {b"line"}, {b"auth"}], "communities with -c")


def test_strict_wins_too(work):
    """an option whose value is also the program's own default still wins over the defaults of the file"""
    port = work.simulator("--wrong-source", "1")
    config = work.write("config.yaml", "defaults: { reply_from: any, retries: 1, timeout: 5s, modules: system }\n")
    Poll(work, "mmsg", ["-f", config, f"127.0.0.1:{port}"]).expect(0, "ok")
    options = ["-f", config, "-t", "100ms"]
    Poll(work, "mmsg", [*options, "--reply-from", "strict", f"127.0.0.1:{port}"]).expect(1, "malformed")
    Poll(work, "mmsg", [*options, "--reply-from", "strict", f"127.0.0.1:{port} reply_from=any"]).expect(0, "ok")
    Poll(work, "mmsg", [*options, "--reply-from", "any", f"127.0.0.1:{port} reply_from=strict"]).expect(1, "malformed")
    silent = work.closing(FakeAgent(lambda agent, request: []))
    Poll(work, "mmsg", [*options, "-r", "0", silent.address]).expect(1, "timeout")
    equal(len(silent.requests), 1, "requests with -r 0 and retries: 1")


def test_faults(work):
    """every fault of the file has its place on standard error, and the program ends with 2 without asking anybody"""
    agent = work.closing(FakeAgent(good))
    config = work.write("config.yaml", f"""defaults:
  intervall: 3s
auths:
  core:
    username: poller
    auth_protocol: SHA
    auth_passwort: {SECRET}
    priv_password: [{SECRET}]
""")
    for verb in (["poll", "--once"], ["check"]):
        result = snmpfleet([*verb, "-f", config, agent.address])
        equal(result.code, 2, f"exit of {verb}")
        equal(result.err.splitlines(), [
            f"{config}:2:3: unknown key 'intervall' (did you mean 'interval'?)",
            f"{config}:7:5: unknown key 'auth_passwort' (did you mean 'auth_password'?)",
            f"{config}:8:20: priv_password: expected text, not a list"], "faults")
        equal(result.out, "", "standard output")
    for before, behind in (("username: u, auth_password: ", ""), ("community_file: ", ""), ("community_env: ", ""),
                           ("username: u, auth_protocol: MD5, auth_master_key: ", ""), ("username: u, level: a, priv_password: '", "\\n' "),
                           ("community: \"", "\\0\"")):
        text = f"auths: {{ a: {{ {before}{SECRET}{behind} }} }}"
        result = snmpfleet(["check", "-f", work.write("config.yaml", text), agent.address])
        equal(result.code, 2, f"exit for {text}: {result}")
        place = f"{config}:1:{text.index('level: ') + 8 if 'level' in text else text.index(SECRET) + 1 - ('0' in behind)}: "
        check(place in result.err, f"no place {place}: {result}")
        unseen(result)
    for text in (f"auths: {{ a: {{ username: u, auth_protocol: {SECRET}", f"auths: {{ a: {{ community:{SECRET} }} }}", f"auths: {SECRET}",
                 f"auths: {{ a: {{ community: &{SECRET} x }} }}", f"auths: {{ a: {{ community: *{SECRET} }} }}",
                 f"auths:\n  a:\n    auth_password: x: {SECRET}\n", f"auths:\n  a:\n    auth_password {SECRET}\n    level: 1\n"):
        result = snmpfleet(["check", "-f", work.write("config.yaml", text), agent.address])
        equal(result.code, 2, f"exit for {text}: {result}")
        unseen(result)
    result = snmpfleet(["check", "-f", work.path("none.yaml")])
    equal((result.code, result.err), (2, f"{work.path('none.yaml')}: No such file or directory\n"), "a missing file")
    config = work.write("config.yaml", "auths:\n  a:\n    username: u\n    auth_protocol: MD5\n    auth_password: 12345678\n"
                                       "    priv_protocol: DES\n    priv_password: 12345678\n")
    result = snmpfleet(["check", "-f", config], env={**os.environ, "OPENSSL_MODULES": work.folder})
    check(result.code == 2 and f"{config}:6:20: OpenSSL has no DES" in result.err, f"DES without its provider: {result}")
    only_fips = work.write("fips.cnf", "openssl_conf = init\n[init]\nalg_section = algorithms\n[algorithms]\ndefault_properties = fips=yes\n")
    result = snmpfleet(["check", "-f", config], env={**os.environ, "OPENSSL_CONF": only_fips})
    check(result.code == 2 and f"{config}:4:20: OpenSSL has no MD5 in FIPS mode" in result.err, f"MD5 under FIPS: {result}")
    result = snmpfleet(["check", agent.address], env={**os.environ, "OPENSSL_CONF": only_fips})
    equal(result.code, 0, f"a community needs no OpenSSL: {result}")
    result = snmpfleet(["check", f"{agent.address} auth=core"])
    check(result.code == 2 and "unknown auth 'core'" in result.err, f"an unknown auth: {result}")
    equal(agent.requests, [], "requests")


def test_public_secret_is_warned_of(work):
    """a secret in a file that everybody may read is taken, with one warning"""
    work.write("community", SECRET)
    os.chmod(work.path("community"), 0o644)
    config = work.write("config.yaml", "auths: { a: { community_file: community }, b: { community_file: community } }\n")
    result = snmpfleet(["check", "-f", config])
    equal(result.code, 0, f"exit: {result}")
    equal(result.err, f"{config}:1:31: warning: everybody may read the file of this secret\n", "standard error")


def test_literal_secrets_that_everybody_may_read(work):
    """a configuration and a targets file with secrets in them are warned of once, by place, where everybody may read them"""
    config = work.write("config.yaml", f"auths:\n  a: {{ community: {SECRET} }}\n  b: {{ community: {SECRET}x }}\n  p: {{ community: public }}\n")
    targets = work.write("targets", f"192.0.2.1 community=public\n192.0.2.2 community={SECRET}\n192.0.2.3 community={SECRET}\n192.0.2.4 auth=a\n")
    for mode, expected in ((0o644, 2), (0o640, 0)):
        os.chmod(config, mode)
        os.chmod(targets, mode)
        result = snmpfleet(["check", "-q", "-f", config, targets])
        unseen(result, SECRET)
        equal((result.code, result.err.count("everybody may read this file")), (0, expected), f"mode {mode:o}: {result}")
        if expected:
            check(f"{config}:2:" in result.err and f"{targets}:2:" in result.err, f"places: {result.err}")


def test_modules_that_nothing_names(work):
    """a module of the configuration that no target has is warned of by place, by check and by poll; not where the command line says what is polled"""
    config = work.write("config.yaml", "modules:\n  ports:\n    scalars: [sysUpTime]\n")
    dead = f"127.0.0.1:{free_port()}"
    poll = ["poll", "--once", "-t", "50ms", "-r", "0", "-o", "csv:/dev/null"]
    for args, expected in ((["check", "-q", dead], True), ([*poll, dead], True), (["check", "-q", f"{dead} modules=ports"], False),
                           (["check", "-q", "--modules", "system", dead], False), (["check", "-q", "--walk", "ifTable", dead], False)):
        result = snmpfleet([args[0], "-f", config, *args[1:]])
        equal(f"{config}:2:3: warning: module 'ports' is not polled" in result.err, expected, f"{args}: {result}")
    config = work.write("config.yaml", "defaults: { modules: [ports] }\nmodules:\n  ports:\n    scalars: [sysUpTime]\n")
    equal(snmpfleet(["check", "-q", "-f", config, dead]).err, "", "named by the defaults")


def test_paths_begin_at_the_configuration(work):
    """the path of an output is relative to the folder of the configuration, as that of a secret is"""
    os.mkdir(work.path("sub"))
    config = work.write("sub/config.yaml", "outputs: [ { format: csv, path: rows.csv } ]\n")
    snmpfleet(["poll", "--once", "-q", "-t", "50ms", "-r", "0", "-f", config, "--modules", "system", f"127.0.0.1:{free_port()}"])
    check(os.path.exists(work.path("sub/rows.csv")), f"no file: {os.listdir(work.path('sub'))}")


def command_line(process):
    with open(f"/proc/{process.pid}/cmdline", "rb") as f:
        return f.read().replace(b"\0", b" ")


def test_command_line_is_blanked(work):
    """secrets among the arguments are not in /proc/PID/cmdline while the program runs, in whatever spelling; the rest is"""
    secrets = [SECRET + str(i) for i in range(4)]
    address = f"127.0.0.1:{free_port()}"
    for arguments in (["-u", "poller", "-a", "SHA", "-A", secrets[0], "-x", "AES", f"-X{secrets[1]}", address],
                      ["-v2c", "-c", secrets[2], address], [address, f"-qc{secrets[2]}"], [address, f"-c{secrets[2]}", "-c", secrets[1]],
                      ["-u", "poller", "-a", "MD5", "-3m", "0x" + "c0ffee00" * 4, "-x", "AES", "-3M0x" + "deadbeef" * 4, address],
                      [f"{address} community={secrets[0]} retries=0", f"127.0.0.1:9 community=\"a {secrets[1]} \\\" {secrets[2]}\" name=b",
                       f"localhost:9 name=c community={secrets[3]}"]):
        process = work.poll(["--modules", "system", "--interval", "1s", *arguments])
        time.sleep(0.3)
        check(process.poll() is None, f"the program has ended: {finish(process, 5) if process.poll() is not None else ''}")
        line = command_line(process)
        check(b"--modules" in line and b"127.0.0.1" in line, f"no command line: {line}")
        for secret in [s.encode() for s in secrets] + [b"c0ffee", b"deadbeef"]:
            check(secret not in line, f"a secret can be seen: {line}")
        if "community=" in arguments[0]:
            check(b"retries=0" in line and b"name=b" in line and b"name=c" in line, f"more than secrets is blanked: {line}")
        process.send_signal(signal.SIGTERM)
        unseen(finish(process, 10), *secrets)


def test_command_line_of_a_start_is_blanked(work):
    """a start that waits shows no secret either: poll and check for a pipe, simulate for its users"""
    pipe = work.path("pipe")
    os.mkfifo(pipe)
    target = f"192.0.2.1 community={SECRET}"
    for arguments in (["poll", "--once", target, pipe], ["poll", pipe, target, "-c", SECRET], ["check", target, pipe, f"-c{SECRET}"],
                      ["poll", "--targets", target, "--targets", pipe], ["get", "--targets", target, "--targets", pipe, "sysName.0"],
                      ["simulate", "--user-file", pipe, "--user", f"alice,sha,{SECRET},aes,{SECRET}x", "--community", SECRET,
                       f"--write-community={SECRET}", f"--user=bob,md5,{SECRET}", "--listen", f"127.0.0.1:{free_port()}"]):
        process = work.start([PROGRAM, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        rest = b"alice" if arguments[0] == "simulate" else b"192.0.2.1 community="

        def is_blanked():
            line = command_line(process)
            return SECRET.encode() not in line and rest in line and b"pipe" in line
        eventually(is_blanked, 5, f"{arguments}: secrets are blanked, and nothing else")
        equal(process.poll(), None, f"{arguments}: it waits")


def test_simulate_takes_blanked_secrets(work):
    """the users and communities that simulate has blanked are those that it answers to"""
    port = work.simulator("--community", "r", "--write-community=w", "--user", f"alice,sha,{SECRET},aes,{SECRET}x")
    for options in (["-c", "r"], ["-c", "w"], ["-u", "alice", "-a", "SHA", "-A", SECRET, "-x", "AES", "-X", SECRET + "x"]):
        Poll(work, "mmsg", ["--modules", "system", *options, f"127.0.0.1:{port}"]).expect(0, "ok")


def test_wrong_options_are_named(work):
    """an option that is not known, has an argument too many or lacks one is named as it is; nothing beside it is shown"""
    for verb, arguments, what in (
            ("poll", ["-Zq", "X"], "-Z: no such option"), ("poll", ["-qZ", "X"], "-Z: no such option"),
            ("poll", ["-A", SECRET, "-Zq", "X"], "-Z: no such option"), ("poll", [f"192.0.2.1 community={SECRET}", "-Z"], "-Z: no such option"),
            ("poll", ["--quiet=3", "X"], "--quiet: takes no value"), ("poll", ["--once=" + SECRET], "--once: takes no value"),
            ("poll", ["X", "--nosuch", "Y"], "--nosuch: no such option"), ("poll", ["X", "--nosuch=" + SECRET], "--nosuch: no such option"),
            ("poll", ["--re", "3", "X"], "--re: more than one option begins so"),
            ("poll", ["X", "--config"], "--config: needs a value"), ("poll", ["X", "-f"], "-f: needs a value"),
            ("poll", [SECRET, "-qf"], "-f: needs a value"), ("poll", [SECRET, "--rate"], "--rate: needs a value"),
            ("poll", ["--conf"], "--config: needs a value"), ("poll", ["-\x1b", "X"], "-?: no such option"),
            ("check", ["-Zq", "X"], "-Z: no such option"), ("check", ["--list=1", "X"], "--list: takes no value"),
            ("check", [SECRET, "-c"], "-c: needs a value"), ("check", ["-c", SECRET, "--nosuch"], "--nosuch: no such option"),
            ("simulate", ["--user", f"a,sha,{SECRET}", "-Zq"], "-Z: no such option"), ("simulate", ["-q", "--agents"], "--agents: needs a value"),
            ("simulate", ["--quiet=3"], "--quiet: takes no value"), ("simulate", ["--community", SECRET, "--nosuch"], "--nosuch: no such option"),
            ("simulate", ["-q", SECRET], "takes options only"),
            ("simulate", ["--community", SECRET * 20], "--community: too long (at most 255 octets)"),
            ("translate", ["-Zq", "X"], "-Z: no such option"), ("translate", ["--help=1"], "--help: takes no value"),
            ("translate", ["-m"], "-m: needs a value"), ("translate", ["--nosuch", "X"], "--nosuch: no such option")):
        result = snmpfleet([verb, *arguments])
        check(f"snmpfleet {verb}: {what}" in result.err, f"{verb} {arguments}: {result}")
        check(result.err.count("\n") <= 2, f"{verb} {arguments}: lines of {result}")
        equal(result.code, 1 if verb == "translate" else 3, f"{verb} {arguments}: exit")
        unseen(result)


def test_credential_options(work):
    """Net-SNMP's options, and what is wrong with them as exit code 3"""
    good_ones = (["-v", "3", "-u", "u"], ["-u", "u", "-l", "nanp"], ["-v3", "-u", "u", "-a", "SHA-512", "-A", SECRET, "-l", "anp"],
                 ["-u", "u", "-a", "HMAC-SHA-256", "-A", SECRET, "-x", "AES-256-Cisco", "-X", SECRET, "-l", "authPriv"],
                 ["-u", "u", "-a", "MD5", "-3k", "0x" + "00" * 16, "-x", "AES", "-3", "K" + "00" * 16],
                 ["-u", "u", "-n", "ctx", "-e", "0x8000000001", "-E", "8000000001"], ["-v1"], ["-v2c", "-c", "x"])
    for options in good_ones:
        result = snmpfleet(["check", *options, "192.0.2.1"])
        equal(result.code, 0, f"exit of {options}: {result}")
        unseen(result)
        if "u" in options:
            check("auth command line: version 3, user u, " in result.out, f"no auth: {result}")
    result = snmpfleet(["check", "--list", *good_ones[3], "192.0.2.1 context=c1", "192.0.2.2 community=x"])
    check("# auth command line: version 3, user u, authPriv, SHA-256, AES256C\n" in result.out, f"the auth: {result}")
    check('auth="command line" context=c1 ' in result.out and "version=2c community=***" in result.out, f"targets: {result}")
    for options, fault in ((["-v", "4"], "-v: cannot be used: '4' (-v takes 1, 2c or 3)"), (["-v", "3"], "-v 3 needs the name of a user"),
                           (["-u", "u", "-a", "SHA9"], "-a: cannot be used: 'SHA9' (-a takes MD5,"), (["-u", "u", "-x", "ROT13"], "-x: cannot be used: 'ROT13' (-x takes DES,"),
                           (["-u", "u", "-a", "SHA", "-A", "short"], "less than 8 bytes"), (["-u", "u", "-l", "high"], "-l: cannot be used: 'high' (-l takes noAuth"),
                           (["-u", "u", "-e", "xyz"], "-e: cannot be used: 'xyz' (-e takes 5 to 32 octets"), (["-u", "u", "-3z", "00"], "-3: cannot be used (-3 is followed by m, M, k or K"),
                           (["-u", "u", "-3m", SECRET], "hexadecimal"), (["-u", "u", "-c", SECRET], "a community needs version 1 or 2c"),
                           (["-v2c", "-l", "authPriv"], "need version 3"), (["-n", "x"], "need version 3"),
                           (["-u", "u", "-x", "AES", "-X", SECRET], "privacy needs authentication")):
        for verb in ("check", "poll"):
            result = snmpfleet([verb, *options, "192.0.2.1"])
            equal(result.code, 3, f"exit of {verb} {options}: {result}")
            check(f"snmpfleet {verb}: " in result.err and fault in result.err, f"no '{fault}': {result}")
            unseen(result)


def moments(agent):
    return [r.time for r in agent.requests]


def test_limits_of_the_fleet(work, io):
    """rate and window of the file hold for all targets together; of each what the command line says wins"""
    slow = lambda agent, request: [(BOX.answer(request), 0.1)]
    for limits, options, rate, window in (("rate: 60", [], 60, 0), ("rate: 20", ["--rate", "60"], 60, 0), ("window: 3", [], 0, 3),
                                          ("window: 1", ["--window", "3"], 0, 3), ("window: 3, rate: 20", ["--rate", "20000"], 0, 3),
                                          ("rate: 60, window: 1", ["--window", "500"], 60, 0), ("memory: 64M, dns_rate: 1", [], 0, 0)):
        agent = work.closing(FakeAgent(slow if window else good))
        targets = work.write("targets", "".join(f"{agent.address} name=t{i} modules=system\n" for i in range(72 if not window else 24)))
        config = work.write("config.yaml", f"fleet: {{ {limits} }}\n")
        Poll(work, io, ["-f", config, *options, "-t", "5s", targets])
        at = moments(agent)
        what = f"{limits} {options}: {len(at)} requests in {at[-1] - at[0]:.2f} s"
        equal(len(at), 24 if window else 72, what)
        if rate:
            check(1.0 < at[-1] - at[0] < 1.8, what)
        if window:
            at_once = max(sum(1 for t in at if 0 <= t - first < 0.095) for first in at)
            equal(at_once, window, f"{what}, at once")
        if not rate and not window:
            check(at[-1] - at[0] < 0.8, what)


def test_check_shows_limits(work):
    """check shows the limits that will hold, and where the load is more than the rate"""
    config = work.write("config.yaml", "fleet: { rate: 5, window: 7, memory: 64M, dns_rate: 20 }\n")
    result = snmpfleet(["check", "-f", config, "--modules", "system", "10.0.0.0/22 interval=10s"])
    check("fleet: rate 5, window 7, memory 64M, dns_rate 20\n" in result.out, f"the limits: {result}")
    check("load: about 102 requests a second (of 24 rows a table), more than the rate of the fleet, 5, lets through\n" in result.out,
          f"the load: {result}")
    check("window: at most 7 requests in flight at once\n" in result.out, f"the window: {result}")
    check("# fleet: rate 5, window 7, memory 64M, dns_rate 20\n" in snmpfleet(["check", "-f", config, "--list", "10.0.0.1"]).out, "in the list")
    result = snmpfleet(["check", "10.0.0.1"])
    check("fleet: rate none, window " in result.out and ", memory 256M, dns_rate 500\n" in result.out, f"the defaults: {result}")
    check("lets through" not in result.out, f"a load within no limit: {result}")
    work.write("config.yaml", "fleet:\n  rte: 5\n  memory: 64\n")
    for verb in (["check"], ["poll", "--once"]):
        result = snmpfleet([*verb, "-f", config, "10.0.0.1"])
        equal(result.code, 2, f"exit of {verb}: {result}")
        check(f"{config}:2:3: unknown key 'rte' (did you mean 'rate'?)\n" in result.err and
              f"{config}:3:11: memory: expected a size from 8M to 8T, such as 64M or 1G, not '64'\n" in result.err, f"the faults: {result}")


def test_reload(work):
    """SIGHUP reads the file again: a changed community is used, a bad file or bad targets change nothing"""
    agent = work.closing(FakeAgent(good))
    write = lambda community, more="": work.write("config.yaml", f"auths: {{ lab: {{ community: {community} }} }}\n{more}")
    config = write("first")
    targets = work.write("targets", f"{agent.address} name=t auth=lab modules=system\n")
    process = work.poll(["-f", config, "--interval", "200ms", "--report", "csv:" + work.path("reports"), targets])
    eventually(lambda: len(agent.requests) > 2, 5, "polls")
    equal(set(communities(agent)), {b"first"}, "community")

    def reload_and_poll():
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        before = len(agent.requests)
        eventually(lambda: len(agent.requests) > before + 3, 5, "polls go on")
        return set(communities(agent)[before + 1:])
    write("second", f"modules: {SECRET}\n")
    equal(reload_and_poll(), {b"first"}, "community after a bad file")
    write("second")
    work.write("targets", f"{agent.address} name=t auth=lap modules=system\n")
    equal(reload_and_poll(), {b"first"}, "community after bad targets")
    work.write("targets", f"{agent.address} name=t auth=lab modules=system\n")
    equal(reload_and_poll(), {b"second"}, "community after a good file")
    write("first")
    equal(reload_and_poll(), {b"first"}, "community of before")
    process.send_signal(signal.SIGTERM)
    result = finish(process, 10)
    equal(result.code, exit_after_changes(parse_csv(work.read("reports")), 2), f"exit: {result}")
    check(f"{config}:2:10: modules: expected a mapping (KEY: VALUE), not text" in result.err, f"the bad file: {result}")
    check("unknown auth 'lap' (did you mean 'lab'?)" in result.err, f"the bad targets: {result}")
    equal(result.err.count("not reloaded"), 2, f"reloads that failed: {result}")
    unseen(result)


run([test_community_by_name, test_snmpv3_by_name, test_what_wins, test_strict_wins_too, test_faults, test_public_secret_is_warned_of, test_literal_secrets_that_everybody_may_read,
     test_modules_that_nothing_names, test_paths_begin_at_the_configuration,
     test_command_line_is_blanked, test_command_line_of_a_start_is_blanked, test_simulate_takes_blanked_secrets,
     test_wrong_options_are_named, test_credential_options, test_limits_of_the_fleet, test_check_shows_limits, test_reload])
