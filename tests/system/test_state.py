#!/usr/bin/env python3
"""--state: a restart of a v3 fleet discovers nothing, keeps no secret on the disk, and survives a file that is damaged or not to be written."""
import os
import re
import signal
import time

from simulated import Simulated
from support import check, equal, eventually, run

AGENTS = 200
SECRETS = ["-u", "sha256_aes", "-a", "SHA-256", "-A", "authpass_sha256", "-x", "AES", "-X", "privpass_aes"]


def poll(work, simulated, *more, modules="system"):
    """One round of all agents; returns standard error."""
    targets = work.write("targets", "".join(f"{simulated.address(i)} name=t{i}\n" for i in range(AGENTS)))
    process = work.poll(["--once", "--modules", modules, "--state", work.path("state"), *SECRETS, "-o", "csv:/dev/null", *more, targets])
    _, err = process.communicate(timeout=60)
    err = err.decode()
    check(process.returncode == 0, f"exit {process.returncode}: {err}")
    return err


def requests(err):
    return int(re.search(r"([0-9,]+) requests \(", err).group(1).replace(",", ""))


def a_restart_discovers_nothing(work, io):
    """The first start asks each engine who it is and then polls it; the second only polls, with the repetitions learnt before."""
    simulated = work.closing(Simulated(work, AGENTS))
    cold = poll(work, simulated, "--io", io, modules="system,interfaces")
    check(f"{AGENTS} engines discovered" in cold, cold)
    warm = poll(work, simulated, "--io", io, modules="system,interfaces")
    check(f"{AGENTS} targets are known already" in warm and "discovered" not in warm, warm)
    check(requests(warm) <= requests(cold) - AGENTS, f"{requests(cold)} requests cold, {requests(warm)} warm")
    state = work.read("state")
    equal(len(state.splitlines()), AGENTS + 2, "lines")
    for secret in SECRETS[1:]:
        check(secret not in state, f"{secret} is in the state")
    equal(os.stat(work.path("state")).st_mode & 0o777, 0o600, "mode")


def a_reboot_meanwhile_costs_a_request_each(work):
    """Clocks that went back while nobody looked are found out by authentic Reports, and not one poll fails."""
    simulated = work.closing(Simulated(work, AGENTS))
    poll(work, simulated)
    simulated.close()
    again = work.closing(Simulated(work, AGENTS, "--lost-boots", "100%:1s", port=simulated.port))
    time.sleep(1.2)
    err = poll(work, again)
    check(re.search(r"[0-9]+ clocks set anew", err) and "discovered" not in err, err)


def a_damaged_file_is_told_and_ignored(work):
    """One octet is enough; the fleet then starts cold and writes a good file."""
    simulated = work.closing(Simulated(work, AGENTS))
    poll(work, simulated)
    state = work.read("state")
    work.write("state", state.replace("80007ed9", "80007eda", 1))
    err = poll(work, simulated)
    check("damaged or of another version, ignored" in err and f"{AGENTS} engines discovered" in err, err)
    check("known already" in poll(work, simulated), "the next start is warm again")


def what_cannot_be_written_is_told_at_the_start(work):
    """A folder that is not there is told before anything is asked, as a fault of the system."""
    process = work.poll(["--once", "--state", work.path("missing/state"), "127.0.0.1:9"])
    _, err = process.communicate(timeout=20)
    equal(process.returncode, 4, "exit")
    check(b"cannot be written: No such file or directory" in err, err)


def a_symbolic_link_is_followed(work):
    """The file that the link leads to is written, and the link stays; one that leads nowhere is told."""
    simulated = work.closing(Simulated(work, AGENTS))
    work.write("real", "")
    os.symlink(work.path("real"), work.path("link"))
    args = ["--once", "--modules", "system", *SECRETS, "-o", "csv:/dev/null", simulated.address(0)]
    process = work.poll([*args, "--state", work.path("link")])
    process.communicate(timeout=20)
    check(os.path.islink(work.path("link")) and len(work.read("real").splitlines()) == 3, work.read("real"))
    os.symlink(work.path("nowhere"), work.path("dangling"))
    process = work.poll([*args, "--state", work.path("dangling")])
    _, err = process.communicate(timeout=20)
    equal(process.returncode, 2, "exit")
    check(b"leads nowhere" in err, err)


def sigterm_saves_too(work):
    """A fleet on schedule that is told to end leaves its state behind."""
    simulated = work.closing(Simulated(work, AGENTS))
    targets = work.write("targets", "".join(f"{simulated.address(i)} name=t{i}\n" for i in range(AGENTS)))
    process = work.poll(["--interval", "500ms", "--modules", "system", "--state", work.path("state"), *SECRETS, "-o",
                         f"csv:{work.path('rows')}", targets])
    eventually(lambda: os.path.exists(work.path("rows")) and work.read("rows").count("sysName") >= 2 * AGENTS, 20, "two rounds")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    equal(process.returncode, 0, "exit")
    equal(len(work.read("state").splitlines()), AGENTS + 2, "lines")
    check(not os.path.exists(work.path("state.tmp")), "nothing is left beside it")


if __name__ == "__main__":
    run([a_restart_discovers_nothing, a_reboot_meanwhile_costs_a_request_each, a_damaged_file_is_told_and_ignored,
         what_cannot_be_written_is_told_at_the_start, a_symbolic_link_is_followed, sigterm_saves_too])
