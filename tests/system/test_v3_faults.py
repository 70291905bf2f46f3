#!/usr/bin/env python3
"""SNMPv3 on schedule against simulated agents with faults: reboots, odd clocks, forgeries, spoilt digests, loss, the dead."""
import re

from simulated import Simulated
from support import Poll, Running, check, equal, run, snmpfleet

# By fault: what it is given, and how many agents. The first ones must not cost a single poll.
HARMLESS = {"reboot": "1:2s", "lost-boots": "1:2s", "clock-drift": "1:20", "no-boots": "1", "forged-report": "1", "wrong-engine": "1",
            "duplicate-engine": "1"}
LOSSY = {"wrong-digest": "1:0.2", "loss": "1:0.1"}
EACH, SECONDS = 12, 4
USERS = {"sha256_aes": ("SHA-256", "AES"), "md5_des": ("MD5", "DES"), "sha512_aes256c": ("SHA-512", "AES256C"), "sha_3des": ("SHA", "3DES")}
# Not many of the last one: each of its engines costs a passphrase's hashing, here and there.
TAKEN = ["sha256_aes", "md5_des", "sha512_aes256c"] * 3 + ["sha_3des"]


def configuration(work):
    lines = ["auths:\n  noauth: { username: noauth }\n"]
    for name, (auth, priv) in USERS.items():
        hashed, ciphered = name.split("_")
        lines.append(f"  {name}: {{ username: {name}, auth_protocol: {auth}, auth_password: authpass_{hashed}, priv_protocol: {priv}, "
                     f"priv_password: privpass_{ciphered} }}\n")
    return work.write("config.yaml", "".join(lines))


def simulated_agents(work, count, *faults):
    """With these users only: each passphrase costs a while at the start."""
    users = ["--user", "noauth"]
    for name, (auth, priv) in USERS.items():
        hashed, ciphered = name.split("_")
        users += ["--user", f"{name},{auth},authpass_{hashed},{priv},privpass_{ciphered}"]
    return work.closing(Simulated(work, count, *users, *faults))


def faults_of(simulated, count, *faults):
    """A line for each agent that has some."""
    listen = f"{simulated.first}:{simulated.port}"
    return snmpfleet(["simulate", "--listen", listen, "--agents", str(count), *faults, "--list-faults"]).out.splitlines()


def scheduled(work, io, agents, *more, seconds=SECONDS):
    """The schedule of {name: (address, auth)} for so long; every poll has exactly one report."""
    lines = [f"{address} name={name} auth={auth}\n" for name, (address, auth) in agents.items()]
    targets = work.write("targets", "".join(lines))
    poll = Running(work, io, "--interval", "1s", "--deadline", "5s", "--for", f"{seconds}s", "-f", configuration(work), *more, targets,
                   has_rows=False)
    result = poll.end(seconds + 15)
    polls = int(re.search(r"([\d,]+) polls of ", result.err, re.M).group(1).replace(",", ""))
    equal(len(poll.all_reports), polls, "reports, polls")
    turns = {}
    for r in poll.all_reports:
        turns.setdefault((r["target"], r["module"]), []).append(r)
    for key, reports in turns.items():
        equal(len({r["time"] for r in reports}), len(reports), f"two reports at once: {reports}")
        left_out = sum(int(r["overruns"]) for r in reports)  # but for what the last poll outlasted: no report could tell of it
        slowest = max(float(r["duration_ms"]) for r in reports)
        check(len(reports) <= seconds + 1, f"{len(reports)} reports of {key} in {seconds} s")
        check(len(reports) + left_out >= seconds - 1 or slowest > 1000, f"{len(reports)} reports of {key}, {left_out} turns left out")
    equal({t for t, _ in turns}, set(agents), "targets")
    return poll


def counter(poll, what):
    found = re.search(rf"^  ([\d,]+) {what}$", poll.result.err, re.M)
    return int(found.group(1).replace(",", "")) if found else 0


def shares(poll, prefix):
    """reason -> how many, of targets whose names begin so"""
    found = {}
    for r in poll.all_reports:
        if r["target"].startswith(prefix):
            found[r["reason"]] = found.get(r["reason"], 0) + 1
    return found


def each_fault_alone(work, io):
    """all but loss and spoilt digests cost no poll; those cost few, for there are retries, and the report says what"""
    agents = {}
    for seed, (fault, value) in enumerate({**HARMLESS, **LOSSY}.items()):
        simulated = simulated_agents(work, EACH, f"--{fault}", value, "--seed", 1 + seed)  # of which engine IDs are made
        for i in range(EACH):
            agents[f"{fault}-{i}"] = simulated.address(i), TAKEN[i % len(TAKEN)]
    poll = scheduled(work, io, agents)
    for fault in HARMLESS:
        equal(set(shares(poll, fault + "-")), {"ok"}, f"{fault}: {shares(poll, fault + '-')}")
    for fault in LOSSY:
        found = shares(poll, fault + "-")
        check(set(found) <= {"ok", "timeout", "deadline", "partial", "wrong-digest"}, f"{fault}: {found}")
        check(found["ok"] >= 0.7 * sum(found.values()), f"{fault}: {found}")
    for r in poll.all_reports:
        if r["target"].startswith("wrong-digest-") and r["reason"] != "ok":
            check("wrong digest" in r["detail"], f"no word of digests: {r}")
    check(counter(poll, "answers with a wrong digest") > 0, poll.result.err)
    check(counter(poll, "answers from another engine") > 0, poll.result.err)
    check(counter(poll, "answers less secure than the request") > 0, poll.result.err)
    check(counter(poll, "clocks set anew") >= 2 * EACH, poll.result.err)
    equal(counter(poll, "targets with the engine ID of another one"), EACH - 1, "targets with one engine ID")


def all_faults_together(work, io):
    """agents have several: whatever comes, the rest is fine and what fails has a reason that fits"""
    count, faults = 100, ["--reboot", "0.3:2s", "--lost-boots", "0.2:2s", "--clock-drift", "0.2", "--no-boots", "0.3",
                          "--wrong-digest", "0.1:0.3", "--forged-report", "0.5", "--wrong-engine", "0.3", "--duplicate-engine", "0.2",
                          "--loss", "0.1", "--duplicate", "0.2", "--jitter", "0.2:3ms"]
    simulated = simulated_agents(work, count, *faults)
    users = ["noauth", *TAKEN]
    agents = {simulated.address(i): (simulated.address(i), users[i % len(users)]) for i in range(count)}
    poll = scheduled(work, io, agents)
    lossy = {line.split()[0] for line in faults_of(simulated, count, *faults) if "loss=" in line or "wrong-digest" in line}
    check(10 <= len(lossy) <= 30, f"agents that lose or spoil: {lossy}")
    bad = [r for r in poll.all_reports if r["reason"] != "ok"]
    equal([r for r in bad if r["target"] not in lossy], [], "polls of agents that neither lose nor spoil")
    # agent-error: the true engine's Report was lost, and only the other one's known.
    reasons = {"timeout", "deadline", "partial", "wrong-digest", "not-in-window", "agent-error"}
    check({r["reason"] for r in bad} <= reasons, f"reasons: {bad}")
    check(len(bad) < 0.1 * len(poll.all_reports), f"{len(bad)} of {len(poll.all_reports)} polls failed")


def a_third_is_dead(work, io):
    """two thousand agents of which 600 are silent: the others are polled in time, from the first turn on"""
    count, dead = 2000, ["--dead", "0.3"]
    simulated = simulated_agents(work, count, *dead)
    silent = {line.split()[0] for line in faults_of(simulated, count, *dead) if re.search(r"\bdead\b", line)}
    check(500 < len(silent) < 700, f"{len(silent)} are dead")
    agents = {simulated.address(i): (simulated.address(i), "sha256_aes") for i in range(count)}
    poll = scheduled(work, io, agents, "--modules", "system", "-t", "400ms", "-r", "0")
    equal({r["reason"] for r in poll.all_reports if r["target"] not in silent}, {"ok"}, "reasons of the living")
    check({r["reason"] for r in poll.all_reports if r["target"] in silent} <= {"timeout", "backoff"}, "reasons of the dead")
    lags = sorted(float(r["lag_ms"]) for r in poll.all_reports)
    median, most = lags[len(lags) // 2], lags[len(lags) * 99 // 100]
    check(median < 50 and most < 300, f"lag: median {median} ms, 99% {most} ms")
    equal(counter(poll, "engines discovered"), count - len(silent), "discoveries")


def what_is_refused_is_told_at_the_deadline(work):
    """digests that are always wrong, and a deadline before the last attempt"""
    simulated = work.closing(Simulated(work, 1, "--wrong-digest", "1:1"))
    secrets = ["-u", "sha256_aes", "-a", "SHA-256", "-A", "authpass_sha256", "-x", "AES", "-X", "privpass_aes"]
    poll = Poll(work, "auto", ["--modules", "system", "-t", "200ms", "-r", "1", *secrets, simulated.address(0)])
    poll.expect(1, "wrong-digest", detail="answers with a wrong digest")
    poll = Poll(work, "auto", ["--modules", "system", "-t", "1s", "--deadline", "150ms", *secrets, simulated.address(0)])
    poll.expect(1, "deadline", detail="answers with a wrong digest")


def an_unknown_context_is_reported(work):
    """snmpUnknownContexts, which the simulator sends"""
    simulated = work.closing(Simulated(work, 1))
    for user in (["-u", "noauth"], ["-u", "sha256_nopriv", "-a", "SHA-256", "-A", "authpass_sha256"]):
        poll = Poll(work, "auto", ["--modules", "system", *user, "-n", "nowhere", simulated.address(0)])
        poll.expect(1, "agent-error", detail="snmpUnknownContexts")


run([each_fault_alone, all_faults_together, a_third_is_dead, what_is_refused_is_told_at_the_deadline, an_unknown_context_is_reported],
    workers=2)
