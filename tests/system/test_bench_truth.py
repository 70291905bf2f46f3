#!/usr/bin/env python3
"""snmpfleet bench against simulated agents whose true figures are known."""
import time

from benching import adds_up, attempts, bench, near
from support import check, equal, run


def test_percentiles_are_those_of_the_agent_in_both_loops(work, io):
    """20 ms and up to 10 ms more by chance, evenly: each percentile is known"""
    port = work.simulator("--delay", "100%:20ms", "--jitter", "100%:10ms", host="127.0.21.1")

    def holds(load):
        result, _ = bench(work, "--io", io, *load, "--duration", "3s", "--warmup", "200ms", f"127.0.21.1:{port}")
        c = adds_up(result)
        equal(c["lost"], 0, f"lost of {c}")
        check(c["answered"] > 3500, f"only {c['answered']} answers")
        for percentile in (50, 90, 99):
            near(result["service"][f"p{percentile}_ns"], 20e6 + percentile / 100 * 10e6, f"{load}: p{percentile} from sending")
        near(result["latency"]["p50_ns"], 25e6, f"{load}: p50 from the plan")

    attempts(lambda: holds(["--rate", "1500"]))
    attempts(lambda: holds(["--concurrency", "40"]))


def test_a_stall_shows_in_the_open_loop_and_hides_in_the_closed_one(work):
    """an agent that stands still for 1 s of 5: the open loop has it in p90, the closed one in a single request"""
    def agent():
        return work.simulator("--capacity", "2000", "--queue", "5000", "--pause-at", "3s:1s", host="127.0.22.1")

    def measure(*load):
        port = agent()
        started = time.monotonic()
        result, _ = bench(work, *load, "--duration", "5s", "--warmup", "200ms", f"127.0.22.1:{port}")
        check(time.monotonic() - started < 20, "the run took too long")
        return result

    def holds():
        opened, closed = measure("--rate", "200"), measure("--concurrency", "1")
        equal(adds_up(opened)["lost"] + adds_up(closed)["lost"], 0, "lost")
        # A fifth of the plan falls into the pause, and waits half a second on average.
        check(opened["latency"]["p90_ns"] > 400e6, f"open loop: p90 {opened['latency']['p90_ns'] / 1e6} ms")
        check(opened["latency"]["max_ns"] > 950e6, f"open loop: max {opened['latency']['max_ns'] / 1e6} ms")
        check(closed["latency"]["max_ns"] > 950e6, f"closed loop: max {closed['latency']['max_ns'] / 1e6} ms")
        check(closed["latency"]["p99_ns"] < 100e6, f"closed loop: p99 {closed['latency']['p99_ns'] / 1e6} ms")
        slow = sum(n for value, n in closed["latency"]["counts"] if value > 500e6)
        equal(slow, 1, "requests of the closed loop that the stall delayed")
    attempts(holds)


def test_an_agent_with_a_capacity_gives_its_figures(work):
    """200 requests/s, one at a time: service time, throughput of the closed loop, queue and loss beyond"""
    port = work.simulator("--capacity", "200", "--queue", "20", host="127.0.23.1")
    agent = f"127.0.23.1:{port}"

    def holds():
        half, _ = bench(work, "--rate", "100", "--duration", "2s", agent)
        near(half["service"]["p50_ns"], 5e6, "service time", share=0.03)
        check(half["agents"][0]["cpu_object"] is not None, f"the processor of {half['agents'][0]}")
        closed, _ = bench(work, "--concurrency", "3", "--duration", "2s", agent)
        rate = closed["counts"]["answered"] / (closed["duration_ns"] / 1e9)
        check(abs(rate - 200) < 10, f"throughput {rate}, in truth 200")
        near(closed["latency"]["p50_ns"], 15e6, "three at once, one served", share=0.05)
        double, _ = bench(work, "--rate", "400", "--duration", "2s", "--timeout", "500ms", agent)
        loss = double["counts"]["lost"] / double["counts"]["sent"]
        check(0.42 < loss < 0.53, f"loss at twice the capacity: {loss}")
        rate = double["answers_within"] / (double["duration_ns"] / 1e9)
        check(abs(rate - 200) < 6, f"answered at twice the capacity: {rate} a second, in truth 200")
        near(double["latency"]["max_ns"], 105e6, "21 in the queue", share=0.15)
    attempts(holds)


def test_slow_objects_are_named(work):
    """--find-slow names the column and the instance that cost, and no others"""
    port = work.simulator("--ports", "6", "--capacity", "5000", "--object-cost", "1.3.6.1.2.1.2.2.1.10=4ms", "--object-cost", "1.3.6.1.2.1.2.2.1.16.3=9ms",
                          host="127.0.32.1")

    def holds():
        result, said = bench(work, "--find-slow", f"127.0.32.1:{port}", "ifTable", "--yes")
        slow = {c["name"] for c in result["costs"] if c["is_slow"]}
        equal(slow, {f"IF-MIB::ifInOctets.{i}" for i in range(1, 8)} | {"IF-MIB::ifOutOctets.3"}, f"slow objects: {said}")
        equal(result["costs"][0]["name"], "IF-MIB::ifOutOctets.3", "the dearest")
        near(result["costs"][0]["mean_ns"], 9e6, "its cost", share=0.05, least=300e3)
    attempts(holds)


if __name__ == "__main__":
    run([t for name, t in list(globals().items()) if name.startswith("test_")], workers=1)
