#!/usr/bin/env python3
"""check --probe: which variant of AES-192 or AES-256 an agent speaks, at most one attempt with each, and what else is wrong."""
import re

from simulated import Simulated
from support import check, equal, eventually, run, snmpfleet

AUTH = ("{{ version: 3, username: {0}_{1}, auth_protocol: {0}, auth_password: {4}, priv_protocol: {2}, priv_password: privpass_{3} }}")


def auth(hash_name, user_priv, configured, priv_password=None, auth_password=None):
    return AUTH.format(hash_name, user_priv, configured, priv_password or user_priv, auth_password or f"authpass_{hash_name}")


def probe(work, auths, lines, code, *options):
    """Lines of standard output by target."""
    config = work.write("config.yaml", "auths:\n" + "".join(f"  {name}: {text}\n" for name, text in auths.items()))
    targets = work.write("targets", "".join(line + "\n" for line in lines))
    result = snmpfleet(["check", "--probe", "-f", config, *options, targets])
    equal(result.code, code, f"exit of {result}")
    for text in auths.values():
        for secret in re.findall(r"(?:authpass|privpass)_\w+", text):
            check(secret not in result.out + result.err, f"{secret} is shown")
    return dict(line.split(": ", 1) for line in result.out.splitlines())


def the_variant_that_an_agent_speaks_is_named(work):
    """Both ways round, for both key lengths; where a digest is long enough there is no other variant to try."""
    simulated = work.closing(Simulated(work, 8))
    auths = {
        "right": auth("sha", "aes256c", "AES256C"),
        "blumenthal": auth("sha", "aes256c", "AES256"),
        "reeder": auth("md5", "aes192", "AES-192-reeder"),
        "password": auth("sha", "aes256", "AES256", priv_password="nonsense"),
        "moot": auth("sha256", "aes256", "AES256", priv_password="nonsense"),
        "digest": auth("sha", "aes", "AES", auth_password="authpass_nonsense"),
        "user": auth("sha", "aes512", "AES"),
    }
    lines = [f"{simulated.address(i)} name={name} auth={name}" for i, name in enumerate(auths)]
    lines += [f"{simulated.address(7)} name=community community=public"]
    got = probe(work, auths, lines, 1)
    equal(got["right"], "auth right: ok", "right")
    equal(got["community"], "ok", "community")
    equal(got["blumenthal"], "auth blumenthal: speaks AES256C, not AES256: set priv_protocol: AES256C", "blumenthal")
    equal(got["reeder"], "auth reeder: speaks AES192, not AES192C: set priv_protocol: AES192", "reeder")
    check(re.match(r"auth password: timeout: .*wrong privacy protocol or password\?; with AES256C: timeout$", got["password"]), got["password"])
    check(got["moot"].startswith("auth moot: timeout: ") and "; with " not in got["moot"], got["moot"])
    check(got["digest"].startswith("auth digest: wrong-digest"), got["digest"])
    check(got["user"].startswith("auth user: unknown-user"), got["user"])
    quiet = probe(work, auths, lines, 1, "-q")
    check("right" not in quiet and "community" not in quiet and "blumenthal" in quiet, f"{quiet}")


def all_well_is_exit_zero(work):
    """Of many agents, each is asked who it is and for its time, and nothing else."""
    simulated = work.closing(Simulated(work, 300))
    auths = {"right": auth("sha256", "aes", "AES")}
    got = probe(work, auths, [f"{simulated.address(i)} name=t{i} auth=right" for i in range(300)], 0)
    equal(len(got), 300, "lines")
    simulated.close()
    said = eventually(lambda: re.search(r"requests (\d+),", work.read(simulated.log.rpartition("/")[2])), 5, "the simulator's summary")
    equal(int(said.group(1)), 600, "requests")


run([the_variant_that_an_agent_speaks_is_named, all_well_is_exit_zero])
