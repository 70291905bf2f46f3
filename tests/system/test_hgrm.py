#!/usr/bin/env python3
"""The percentile distribution (.hgrm) of a histogram, number by number: against HdrHistogram's rules on plain sorted values, and
against the module hdrhistogram of PyPI where that can be had (HDRHISTOGRAM names a folder with it; otherwise it is installed).
"""
import io
import math
import os
import random
import subprocess
import sys

from support import check, equal, run, skip

TOOL = os.path.join(os.environ.get("TOOLS", ""), "tool_hgrm")
MODULE = ["hdrhistogram==0.10.8"]
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "snmpfleet", "python")
NS_PER_MS = 1_000_000
LATENCY = (1000, 100_000_000_000, 3)


def shapes_and_values():
    """(name, (lowest, highest, digits), {value: count}) of all that is compared."""
    draw = random.Random(13)
    yield "nothing", LATENCY, {}
    yield "one value", LATENCY, {1234567: 1}
    yield "zero alone", LATENCY, {0: 3}
    yield "the same a million times", LATENCY, {99_999: 1_000_000}
    yield "both ends", LATENCY, {1: 2, 1000: 1, 100_000_000_000: 1}
    yield "latencies with a long tail", LATENCY, count(int(draw.lognormvariate(13.5, 1.1)) for _ in range(20_000))
    yield "a stall of a second", LATENCY, count([draw.randrange(400_000, 900_000) for _ in range(9_900)] +
                                                [10_000_000 * i for i in range(1, 101)])
    yield "ten nines", LATENCY, {300_000: 9_999_999_999, 70_000_000: 1}
    for digits in (1, 2, 4):
        yield f"{digits} digits", (1, 3_600_000_000, digits), count(int(10 ** draw.uniform(0, 9.5)) for _ in range(3_000))
    for i in range(12):
        lowest = draw.randrange(1, 5000)
        shape = (lowest, lowest * draw.randrange(2, 10 ** 7), draw.randrange(1, 5))
        yield f"random {i} {shape}", shape, count(draw.randrange(shape[1] + 1) >> draw.randrange(20) for _ in range(draw.randrange(1, 2000)))


def count(values):
    counts = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return counts


def ours(shape, counts):
    lines = "".join(f"{value} {n}\n" for value, n in counts.items())
    done = subprocess.run([TOOL, *map(str, shape)], input=lines, capture_output=True, text=True, timeout=60, check=False)
    check(done.returncode == 0, f"the tool ended with {done.returncode}: {done.stderr}")
    return done.stdout.split("\n")


def bucket(shape, value):
    """(lowest, highest) of the values that are counted as one: steps of a power of two, at most 10^-digits of the value."""
    lowest, _, digits = shape
    unit = 1
    while unit * 2 <= lowest:
        unit *= 2
    slots = 1
    while slots < 2 * 10 ** digits:
        slots *= 2
    step = unit
    while value >= step * slots:
        step *= 2
    return value // step * step, value // step * step + step - 1


def plain(shape, counts):
    """The distribution by its definition: one pass over the sorted buckets."""
    digits = shape[2]
    merged = {}
    for value, n in counts.items():
        where = bucket(shape, value)
        merged[where] = merged.get(where, 0) + n
    total = sum(merged.values())
    lines = [f"{'Value':>12} {'Percentile':>14} {'TotalCount':>10} {'1/(1-Percentile)':>14}", ""]
    levels, seen, highest = [0.0], 0, 0
    for (_, highest), n in sorted(merged.items()):
        seen += n
        while levels[-1] <= 100.0 * seen / total:
            level = levels[-1]
            lines.append(f"{highest / NS_PER_MS:12.{digits}f} {level / 100:.12f} {seen:10d} {1 / (1 - level / 100):14.2f}")
            levels.append(level + 100.0 / (5 * 2 ** (math.log(100 / (100 - level)) / math.log(2) + 1)))
            if seen == total:
                break
    if total:
        lines.append(f"{highest / NS_PER_MS:12.{digits}f} {1:.12f} {total:10d}")
    middles = [((low + (high + 1 - low) // 2), n) for (low, high), n in sorted(merged.items())]
    mean = sum(m * n for m, n in middles) / total if total else 0.0
    deviation = math.sqrt(sum((m - mean) ** 2 * n for m, n in middles) / total) if total else 0.0
    most = highest if any(counts) else 0
    buckets, reach = 1, bucket(shape, 0)[1] + 1
    while reach * 2 <= shape[0]:
        reach *= 2
    slots = 1 << math.ceil(math.log2(2 * 10 ** digits))
    while reach * slots << (buckets - 1) <= shape[1]:
        buckets += 1
    lines += [f"#[Mean    = {mean / NS_PER_MS:12.{digits}f}, StdDeviation   = {deviation / NS_PER_MS:12.{digits}f}]",
              f"#[Max     = {most / NS_PER_MS:12.{digits}f}, TotalCount     = {total:12.{digits}f}]",
              f"#[Buckets = {buckets:12d}, SubBuckets     = {slots:12d}]", ""]
    return lines


def compare(name, got, expected):
    for number, (a, b) in enumerate(zip(got, expected), 1):
        equal(a, b, f"{name}, line {number}")
    equal(len(got), len(expected), f"{name}, lines")


def test_every_number_is_that_of_the_definition(_work):
    """all shapes and values beside a plain implementation"""
    for name, shape, counts in shapes_and_values():
        compare(name, ours(shape, counts), plain(shape, counts))


def find_module():
    """The class HdrHistogram; skips the test where it cannot be had."""
    for folder in (os.environ.get("HDRHISTOGRAM"), CACHE):
        if folder and os.path.isdir(folder):
            sys.path.insert(0, folder)
    try:
        from hdrh.histogram import HdrHistogram
        return HdrHistogram
    except ImportError:
        pass
    os.makedirs(CACHE, exist_ok=True)
    done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--target", CACHE, *MODULE], capture_output=True, text=True,
                          timeout=120, check=False)
    if done.returncode != 0:
        skip(f"{MODULE[0]} cannot be installed here: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
    sys.path.insert(0, CACHE)
    from hdrh.histogram import HdrHistogram
    return HdrHistogram


def test_every_number_is_that_of_the_module_of_pypi(_work):
    """the same beside hdrhistogram; its StdDeviation is not scaled, so that number is ours by its own rule"""
    histogram = find_module()
    for name, shape, counts in shapes_and_values():
        if name.startswith("random") and shape[2] == 4:
            continue  # takes seconds each
        theirs = histogram(*shape)
        for value, n in counts.items():
            check(theirs.record_value(value, n), f"{name}: {value} is not taken")
        text = io.BytesIO()
        theirs.output_percentile_distribution(text, NS_PER_MS)
        lines = text.getvalue().decode().split("\n")
        at = next(i for i, line in enumerate(lines) if line.startswith("#[Mean"))
        lines[at] = f"{lines[at].rsplit('=', 1)[0]}= {theirs.get_stddev() / NS_PER_MS:12.{shape[2]}f}]"
        compare(name, ours(shape, counts), lines)


if not os.access(TOOL, os.X_OK):
    skip("tool_hgrm is not built")
run([test_every_number_is_that_of_the_definition, test_every_number_is_that_of_the_module_of_pypi], workers=2, ios=["none"])
