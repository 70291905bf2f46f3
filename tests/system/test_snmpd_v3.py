#!/usr/bin/env python3
"""SNMPv3 against a real Net-SNMP agent: every pair of protocols it speaks, every kind of key, its refusals, its restart and its swap."""
import re
import signal
import time

import usm
from net_snmp import Snmpd, has_tools, interface_objects, net_snmp, same_objects, system_objects
from support import Poll, Running, Work, check, equal, eventually, parse_csv, run, skip, snmpfleet

AUTHS = ["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]
PRIVS = ["DES", "AES", "AES-192", "AES-256", "AES-192-C", "AES-256-C"]
PAIRS = [(None, None)] + [(auth, priv) for auth in AUTHS for priv in [None] + PRIVS]
ENGINE_ID = "1.3.6.1.6.3.10.2.1.1.0"
ENGINE_BOOTS = "1.3.6.1.6.3.10.2.1.2.0"
HINT = ", but its engine is known: "

work_of_all = Work()
agent = None


def short(protocol):
    return "nopriv" if protocol is None else protocol.replace("-", "").lower()


def name_of(auth, priv):
    return f"{short(auth) if auth else 'noauth'}_{short(priv)}"


def passwords(auth, priv, wrong_auth="", wrong_priv=""):
    """Keys of a user in the configuration file."""
    fields = {"username": name_of(auth, priv)}
    if auth is not None:
        fields.update(auth_protocol=auth, auth_password=f"authpass_{short(auth)}{wrong_auth}")
    if priv is not None:
        fields.update(priv_protocol=priv, priv_password=f"privpass_{short(priv)}{wrong_priv}")
    return fields


def derived_keys(stage, auth, priv, engine_id):
    """The same with keys instead of passwords; stage: master or localized."""
    fields = {"username": name_of(auth, priv)}
    for which, protocol in (("auth", auth), ("priv", priv)):
        if protocol is None:
            continue
        key = usm.master_key(auth, f"{which}pass_{short(protocol)}".encode())
        if stage == "localized":
            key = usm.localized_key(auth, key, engine_id) if which == "auth" else usm.privacy_key(auth, priv, key, engine_id)
        fields.update({f"{which}_protocol": protocol, f"{which}_{stage}_key": key.hex()})
    return fields


def configuration(work, auths, name="config.yaml"):
    lines = ["auths:\n"]
    for auth, fields in auths.items():
        lines += [f"  {auth}:\n"] + [f"    {key}: \"{value}\"\n" for key, value in fields.items()]
    return work.write(name, "".join(lines))


def fleet(work, auths, host="127.0.0.1", more=""):
    """Options and targets for poll: one target a user, called as it is."""
    lines = [f"{host}:{agent.port} name={name} auth={name} {more}\n" for name in auths]
    return ["-f", configuration(work, auths), work.write("targets", "".join(lines))]


def here(program, *oids):
    return net_snmp(program, *oids, at=f"127.0.0.1:{agent.port}", options=v3_options("SHA-256", "AES"))


def v3_options(auth, priv):
    return ["-v3", "-l", "authPriv", "-u", name_of(auth, priv), "-a", auth, "-A", f"authpass_{short(auth)}",
            "-x", priv, "-X", f"privpass_{short(priv)}"]


def engine_id():
    return here("snmpget", ENGINE_ID)[ENGINE_ID][1]


def all_ok(poll, names, modules):
    reasons = {(r["target"], r["module"]): r["reason"] + r["detail"] for r in poll.reports}
    equal(reasons, {(n, m): "ok" for n in names for m in modules}, f"reasons\n{poll.err}")
    equal(poll.code, 0, "exit")


def all_users_agree(work, io, host):
    users = {name_of(*pair): passwords(*pair) for pair in PAIRS}
    equal(len(users), 43, "users")
    how = {"at": f"127.0.0.1:{agent.port}", "options": v3_options("SHA-256", "AES")}
    before = {"system": system_objects(**how), "interfaces": interface_objects(**how)}
    poll = Poll(work, io, fleet(work, users, host))
    after = {"system": system_objects(**how), "interfaces": interface_objects(**how)}
    all_ok(poll, users, before)
    for name in users:
        for module in before:
            same_objects(poll.values(target=name, module=module), before[module], after[module], f"{module} of {name}")


def every_user_gets_what_net_snmp_gets(work, io):
    """43 users in one run: the modules by GET and GETBULK"""
    all_users_agree(work, io, "127.0.0.1")


def every_user_over_ipv6(work, io):
    """the same over IPv6"""
    all_users_agree(work, io, "[::1]")


def every_user_walks_a_subtree(work, io):
    """--walk of ifTable's group and of system, all users at once: the objects of snmpbulkwalk"""
    users = {name_of(*pair): passwords(*pair) for pair in PAIRS}
    roots = ("1.3.6.1.2.1.1", "1.3.6.1.2.1.2")
    before = {o: v for root in roots for o, v in here("snmpbulkwalk", root).items()}
    poll = Poll(work, io, ["--walk", ",".join(roots), *fleet(work, users)])
    after = {o: v for root in roots for o, v in here("snmpbulkwalk", root).items()}
    check(len(before) > 40, f"Net-SNMP says little: {before}")
    all_ok(poll, users, ["walk"])
    for name in users:
        same_objects(poll.values(target=name), before, after, name)


def keys_instead_of_passwords(work):
    """master and localized keys, derived here, in the configuration; some on the command line"""
    engine = engine_id()
    users = {f"{stage}_{name_of(*pair)}": derived_keys(stage, *pair, engine) for pair in PAIRS[1:] for stage in ("master", "localized")}
    poll = Poll(work, "auto", ["--modules", "system", *fleet(work, users)])
    all_ok(poll, users, ["system"])
    for auth, priv in (("MD5", "DES"), ("SHA", "AES-256-C"), ("SHA-512", "AES-192")):
        for stage, letters in (("master", "mM"), ("localized", "kK")):
            keys = derived_keys(stage, auth, priv, engine)
            auth_key, priv_key = keys[f"auth_{stage}_key"], keys[f"priv_{stage}_key"]
            for options in ([f"-3{letters[0]}", "0x" + auth_key, f"-3{letters[1]}{priv_key}"],
                            [f"-3{letters[0]}0x{auth_key}", f"-3{letters[1]}", priv_key]):
                poll = Poll(work, "auto", ["--modules", "system", "-u", name_of(auth, priv), "-a", auth, "-x", priv, *options,
                                           f"127.0.0.1:{agent.port}"])
                poll.expect(0, "ok")


def lower_levels(work):
    """a level below what the protocols allow, as far as the agent lets the user"""
    for options, reason in ((["-l", "authNoPriv", "-u", "sha256_nopriv"], "ok"), (["-l", "noAuthNoPriv", "-u", "noauth_nopriv"], "ok"),
                            (["-l", "authNoPriv", "-u", "sha256_aes"], "agent-error"),
                            (["-l", "noAuthNoPriv", "-u", "sha256_aes"], "agent-error")):
        poll = Poll(work, "auto", ["--modules", "system", *options, "-a", "SHA-256", "-A", "authpass_sha256", "-x", "AES",
                                   "-X", "privpass_aes", f"127.0.0.1:{agent.port}"])
        poll.expect(0 if reason == "ok" else 1, reason, detail="" if reason == "ok" else "authorizationError")


def a_pinned_engine(work, io):
    """engine_id= of the agent is believed without a discovery; of another one, nothing is"""
    right, wrong = engine_id().hex(), "80001f8804abcdef"
    auths = {name_of("SHA-256", "AES"): passwords("SHA-256", "AES"), "wrong_priv": passwords("SHA-256", "AES", wrong_priv="x")}
    config = configuration(work, auths)
    lines = [f"127.0.0.1:{agent.port} name=right auth=sha256_aes engine_id=0x{right}\n",
             f"127.0.0.1:{agent.port} name=wrong auth=sha256_aes engine_id={wrong} timeout=200ms retries=1\n",
             f"127.0.0.1:{agent.port} name=mute auth=wrong_priv engine_id={right} timeout=200ms retries=1\n"]
    poll = Poll(work, io, ["--modules", "system", "-f", config, work.write("targets", "".join(lines))])
    poll.expect(1, "ok", target="right")
    equal((poll.report(target="right")["requests"], "discovered" in poll.err), ("2", False), f"requests; {poll.err}")
    poll.expect(1, "timeout", target="wrong", detail=f"engine {right} answers, another one is pinned")
    poll.expect(1, "timeout", target="mute", detail=HINT + "wrong privacy protocol or password?")
    for engine, reason in ((right, "ok"), ("0x" + wrong, "timeout")):
        poll = Poll(work, io, ["--modules", "system", "-t", "200ms", "-r", "1", "-e", engine, *v3_options("SHA-256", "AES"),
                               f"127.0.0.1:{agent.port}"])
        poll.expect(0 if reason == "ok" else 1, reason)


def every_refusal_has_its_reason(work, io):
    """what a user does wrong is in the report, and nothing waits where the agent spoke"""
    said = {
        "password": (passwords("SHA-256", "AES", wrong_auth="x"), "", "wrong-digest", "usmStatsWrongDigests"),
        "hash": ({**passwords("SHA-256", "AES"), "auth_protocol": "SHA-512"}, "", "wrong-digest", "usmStatsWrongDigests"),
        "stranger": ({**passwords("SHA", "AES"), "username": "stranger"}, "", "unknown-user", "usmStatsUnknownUserNames"),
        "nopriv": ({**passwords("MD5", "DES"), "username": "md5_nopriv"}, "", "unsupported-level", "usmStatsUnsupportedSecLevels"),
        "noauth": ({**passwords("MD5", None), "username": "noauth_nopriv"}, "", "unsupported-level", "usmStatsUnsupportedSecLevels"),
        "low": ({**passwords("SHA-512", "AES"), "level": "authNoPriv"}, "", "agent-error", "authorizationError at "),
        "lowest": ({"username": "sha512_aes"}, "", "agent-error", "authorizationError at "),
    }
    silent = {
        "privacy": (passwords("SHA-256", "AES", wrong_priv="x"), "", "timeout", HINT + "wrong privacy protocol or password?"),
        "cipher": ({**passwords("SHA-256", "AES"), "priv_protocol": "DES"}, "", "timeout", HINT + "wrong privacy protocol"),
        "variant": ({**passwords("MD5", "AES-256"), "priv_protocol": "AES-256-C"}, "", "timeout", HINT + "wrong privacy protocol"),
        # Net-SNMP counts snmpUnknownContexts, but says nothing.
        "context": (passwords("SHA", None), "context=nowhere", "timeout", HINT + "unknown user or context?"),
        "both": (passwords("SHA", "AES"), "context=nowhere", "timeout", "wrong privacy protocol or password, or unknown context?"),
    }
    cases = {**said, **silent}
    config = configuration(work, {name: fields for name, (fields, _, _, _) in cases.items()})
    lines = [f"127.0.0.1:{agent.port} name={name} auth={name} {keys} {'timeout=250ms retries=2' if name in silent else ''}\n"
             for name, (_, keys, _, _) in cases.items()]
    poll = Poll(work, io, ["-f", config, work.write("targets", "".join(lines))])
    for name, (_, _, reason, detail) in cases.items():
        for module in ("system", "interfaces"):
            report = poll.expect(1, reason, module, name, detail)
            equal(report["up"], "0" if name in silent else "1", f"up of {name}")
            if name in silent:
                check("no answer to 3 attempts" in report["detail"], f"{name}: {report}")
                continue
            most = 4 if reason == "agent-error" else 3
            check(int(report["requests"]) <= most and float(report["duration_ms"]) < 800, f"{name}: slow or loud: {report}")
    equal(poll.rows, [], "rows")
    for secret in ("authpass", "privpass"):
        check(secret not in poll.err + str(poll.reports), f"{secret} is shown")


def passwords_leave_the_command_line(work):
    """ps does not show what -A, -X, -3 and -c were given"""
    secrets = ["authpass_sha256", "privpass_aes"]
    process = work.poll(["--interval", "10s", "-q", "-u", "sha256_aes", "-a", "SHA-256", "-A", secrets[0], "-x", "AES",
                         "-X" + secrets[1], f"127.0.0.1:{agent.port}"])

    def arguments():
        with open(f"/proc/{process.pid}/cmdline", "rb") as f:
            return f.read()
    eventually(lambda: b"sha256_aes" in arguments() and not any(s.encode() in arguments() for s in secrets), 3, "the passwords are gone")


# ---- schedules

SCHEDULED = [(None, None), ("MD5", "DES"), ("SHA-256", "AES"), ("SHA-512", "AES-256-C")]


def on_schedule(work, io, own):
    users = {name_of(*pair): passwords(*pair) for pair in SCHEDULED}
    lines = [f"127.0.0.1:{own.port} name={name} auth={name} modules=system\n" for name in users]
    return list(users), Running(work, io, "--interval", "1s", "-f", configuration(work, users), work.write("targets", "".join(lines)))


def seconds_of(stamp):
    """Unix time of a report's time."""
    whole, fraction = re.fullmatch(r"(.*)\.(\d+)Z", stamp).groups()
    return time.mktime(time.strptime(whole + " UTC", "%Y-%m-%dT%H:%M:%S %Z")) - time.timezone + float("0." + fraction)


def only_failed_between(poll, names, down, up):
    """Polls that ended before @down and that began after @up are ok; of the others those that met the gap may fail."""
    for name in names:
        before, between, after = [], [], []
        for r in poll.reports(name):
            ended = seconds_of(r["time"])
            began = ended - float(r["duration_ms"]) / 1000
            (before if ended < down else after if began > up else between).append(r["reason"])
        if up - down > 2 and after and after[0] == "backoff":  # slow to start: it was taken for dead by then
            after.pop(0)
        check(len(before) >= 1 and len(after) >= 2, f"{name}: {before} {between} {after}")
        equal(set(before + after), {"ok"}, f"{name}: {before} {between} {after}")
        failed = [r for r in between if r != "ok"]
        check(len(failed) <= 1 + int(up - down), f"{name}: {failed} failed in {up - down:.1f} s")


def a_restart_costs_only_the_polls_that_met_it(work, io):
    """engine boots + 1 in the middle of a schedule: clocks are set anew by the authentic Report, and no poll is lost by it"""
    own = work.closing(Snmpd(work.path("snmpd")))
    how = {"at": f"127.0.0.1:{own.port}", "options": v3_options("SHA", "AES")}
    boots = int(net_snmp("snmpget", ENGINE_BOOTS, **how)[ENGINE_BOOTS][1])
    names, poll = on_schedule(work, io, own)
    time.sleep(2.1)
    down = time.time()
    own.stop()
    own.start(again=True)
    up = time.time()
    equal(int(net_snmp("snmpget", ENGINE_BOOTS, **how)[ENGINE_BOOTS][1]), boots + 1, "engine boots")
    time.sleep(3.3)
    result = poll.stop()
    only_failed_between(poll, names, down, up)
    anew = re.search(r"(\d+) clocks set anew", result.err)
    check(anew and int(anew.group(1)) >= len(names) - 1, f"clocks: {result.err}")
    check(f" {len(names)} engines discovered" in result.err, f"discoveries: {result.err}")


def a_swapped_device_costs_one_poll_at_most(work, io):
    """another engine ID at the same address in the middle of a schedule"""
    own = work.closing(Snmpd(work.path("snmpd")))
    names, poll = on_schedule(work, io, own)
    time.sleep(2.1)
    down = time.time()
    own.stop()
    work.closing(Snmpd(work.path("other"), port=own.port, engine_id="another-box"))
    up = time.time()
    time.sleep(3.3)
    result = poll.stop()
    only_failed_between(poll, names, down, up)
    check(re.search(rf" {2 * len(names)} engines discovered", result.err), f"discoveries: {result.err}")


def a_corrected_password_is_taken_at_reload(work, io):
    """SIGHUP with another password in the configuration: that target is well from then on, the other's polls go on as before"""
    users = {"right": passwords("SHA", "DES"), "wrong": passwords("SHA-256", "AES", wrong_auth="x")}
    config = configuration(work, users)
    lines = "".join(f"127.0.0.1:{agent.port} name={name} auth={name} modules=system\n" for name in users)
    poll = Running(work, io, "--interval", "500ms", "-f", config, work.write("targets", lines))
    time.sleep(1.3)
    configuration(work, {**users, "wrong": passwords("SHA-256", "AES")})
    poll.signal(signal.SIGHUP)
    time.sleep(1.3)
    configuration(work, {**users, "wrong": {**passwords("SHA-256", "AES"), "priv_protocol": "ROT13"}})
    poll.signal(signal.SIGHUP)
    time.sleep(0.8)
    result = poll.stop()
    reasons = [r["reason"] for r in poll.reports("wrong")]
    changes = [r for i, r in enumerate(reasons) if (i == 0 or reasons[i - 1] != r) and r != "cancelled"]
    equal(changes, ["wrong-digest", "ok"], f"reasons {reasons}")
    equal({r["reason"] for r in poll.reports("right")}, {"ok"}, "reasons of the other")
    check("0 added, 1 changed, 0 removed, 1 as before" in result.err, result.err)
    check("'ROT13'" in result.err and "not reloaded" in result.err and "pass_" not in result.err, result.err)


def nonsense_on_the_command_line(work):
    """is said in one line that holds no secret, and is exit 3"""
    target = f"127.0.0.1:{agent.port}"
    user = ["-u", "sha256_aes", "-a", "SHA-256", "-A", "authpass_sha256"]
    for args, said in ((["-u", 33 * "x"], "at most 32 bytes"), (["-u", ""], "a user name"), (["-v", "3"], "-u USER"),
                       (["-v", "2c", "-u", "x"], "version 3"), (["-c", "public", "-n", "x"], "version 3"),
                       ([*user, "-l", "authPriv"], "privacy protocol"), (["-u", "x", "-l", "authNoPriv"], "authentication protocol"),
                       ([*user, "-l", "high"], "-l takes"), (["-u", "x", "-a", "SHA-256"], "password or key"),
                       ([*user, "-x", "AES"], "password or key"), (["-u", "x", "-x", "AES", "-X", "privpass_aes"], "needs authentication"),
                       (["-u", "x", "-A", "authpass_sha256"], "authentication protocol"), ([*user, "-X", "privpass_aes"], "privacy protocol"),
                       (["-u", "x", "-a", "SHA-256", "-A", "authpas"], "less than 8"), ([*user, "-x", "AES", "-X", "privpas"], "less than 8"),
                       (["-u", "x", "-a", "SHA-255"], "-a takes"), ([*user, "-x", "AES512"], "-x takes"),
                       ([*user, "-e", "80000000"], "5 to 32"), ([*user, "-E", "0x" + 33 * "80"], "5 to 32"),
                       ([*user, "-e", "80x0000000"], "5 to 32"),
                       ([*user, "-n", 256 * "x"], "at most 255"), (["-u", "x", "-a", "MD5", "-3m", "authpass_sha256"], "hexadecimal"),
                       (["-u", "x", "-a", "MD5", "-3m", "00ff"], "as long as"), (["-u", "x", "-a", "MD5", "-3z", "00"], "-3 is followed by"),
                       (["-u", "x", "-a", "MD5", "-3k", 20 * "00"], "as long as"), ([*user, "-x", "AES-256", "-3K", 31 * "00"], "shorter")):
        result = snmpfleet(["poll", "--once", *args, target])
        check(result.code == 3 and said in result.err and not result.out, f"{args}: expected '{said}': {result}")
        check(result.err.count("\n") == 1 and "pass_" not in result.err, f"{args}: {result.err}")
    result = snmpfleet(["poll", "--once", "-t", "200ms", "-r", "0", "-q", "-o", "csv:/dev/null", "--report", "csv",
                        "-u", "\x01 b\x7f\"\n", "-a", "MD5", "-A", "\x02garbage\xff\n\t", target])
    equal((result.code, {r["reason"] for r in parse_csv(result.out)}), (1, {"unknown-user"}), f"{result}")


def main():
    global agent
    if not has_tools():
        skip("Net-SNMP's programs are not here")
    with work_of_all:
        agent = work_of_all.closing(Snmpd(work_of_all.path("snmpd")))
        run([a_restart_costs_only_the_polls_that_met_it, a_swapped_device_costs_one_poll_at_most, a_corrected_password_is_taken_at_reload,
             every_user_gets_what_net_snmp_gets,
             every_user_over_ipv6, every_user_walks_a_subtree, keys_instead_of_passwords, lower_levels, a_pinned_engine,
             every_refusal_has_its_reason, passwords_leave_the_command_line, nonsense_on_the_command_line], workers=6)


main()
