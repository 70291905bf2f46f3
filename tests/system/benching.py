"""What the tests of `snmpfleet bench` share: a run with its JSON, and figures held against the truth."""
import json
import time

from support import check, equal, snmpfleet

ATTEMPTS = 5  # other programs share the processors: figures may be disturbed once


def bench(work, *args, seconds=60, code=0, **options):
    """A run and its JSON."""
    path = work.path(f"result-{time.monotonic_ns()}.json")
    said = snmpfleet(["bench", "-q", "--json", path, *args], seconds=seconds, **options)
    equal(said.code, code, f"exit code of {args}: {said}")
    with open(path, encoding="utf-8") as f:
        return json.load(f), said


def attempts(test):
    """Run it until it holds, a few times at the most."""
    for left in reversed(range(ATTEMPTS)):
        try:
            return test()
        except Exception:
            if left == 0:
                raise


def near(got, expected, what, share=0.01, least=50e3):
    """Within 1 % or 50 us."""
    check(abs(got - expected) <= max(share * expected, least), f"{what}: {got / 1e6:.3f} ms, in truth {expected / 1e6:.3f} ms")


def adds_up(result):
    c = result["counts"]
    equal(c["planned"], c["sent"] + c["unsent"], f"planned of {c}")
    equal(c["sent"], c["answered"] + c["lost"] + c["open"], f"sent of {c}")
    equal(sum(c["reasons"].values()), c["sent"], f"reasons of {c}")
    return c
