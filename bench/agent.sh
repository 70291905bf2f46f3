#!/bin/sh
# `snmpfleet bench` beside the bare I/O loop (bench/limit.c), on one simulated agent; each is pinned to a core, where there are two. It never fails
# on a time. Medians of the rounds; within a round all figures are of the same minute. Needs quiet cores.
#
#     sh bench/agent.sh [ROUNDS]     default 5
#
#  1. The highest rate that `bench --rate` offers with 1 % of the plan late (by more than 1 ms) or unsent at the most, found by halving, beside the
#     rate of the bare loop. Goal: 0.8.
#  2. The 99th percentile of latency, from the planned moment to the kernel's time of the answer, at 10 %, 50 % and 90 % of the bare loop's rate,
#     beside that of the bare loop at the same rate in an open loop that never sleeps. Goal: at 10 % not more than 30 us above it.
set -eu
cd "$(dirname "$0")/.."
. tests/setup.sh
. bench/begin.sh
. bench/agents.sh
bench_begin "${1:-5}"
agents_start "$out" 1
agent=127.1.0.1:$agents_port

# bare_loop [WINDOW BACKEND RATE]: of a closed loop requests/s, of an open one p99 in us
bare_loop() {
    $pin build/bench_limit "$agent" 1 "$@"
}

# offered RATE: of 1.2 s; late and unsent in percent of the plan, and p99 in us
offered() {
    $pin build/snmpfleet bench -q --no-sample --rate "$1" --duration 1s --warmup 200ms --kind get --module system --json "$out/result.json" \
        "$agent" >/dev/null || true
    python3 -c 'import json, sys
result = json.load(open(sys.argv[1]))
counts = result["counts"]
print(100 * (counts["unsent"] + counts["sent_late"]) / max(counts["planned"], 1), result["latency"]["p99_ns"] / 1e3)' "$out/result.json"
}

# highest FROM TO: halving it seven times
highest() {
    low=$1 high=$2
    for step in 1 2 3 4 5 6 7; do
        middle=$(((low + high) / 2))
        if offered $middle | awk '{ exit !($1 <= 1) }'; then low=$middle; else high=$middle; fi
    done
    echo "$low"
}

for round in $(seq "$runs"); do
    limit=$(bare_loop 400000 | sed 's/.* \([0-9]*\) requests\/s.*/\1/')
    rate=$(highest $((limit / 2)) $((limit * 11 / 10)))
    echo "$limit $rate" >>"$out/rates"
    for share in 10 50 90; do
        at=$((limit * share / 100))
        bare=$(bare_loop "$at" 0 auto "$at" | sed 's/.*p99 \([0-9.]*\) us.*/\1/')
        echo "$bare $(offered $at | cut -d ' ' -f 2)" >>"$out/p99.$share"
    done
done

field() {
    cut -d ' ' -f "$2" "$1" | median
}

awk '{ print $2 / $1 }' "$out/rates" >"$out/ratios"
echo "highest rate: bare loop $(field "$out/rates" 1), bench $(field "$out/rates" 2) requests/s: $(median <"$out/ratios"), of" \
    "$(sort -n "$out/ratios" | tr '\n' ' ')"
for share in 10 50 90; do
    awk '{ print $2 - $1 }' "$out/p99.$share" >"$out/added"
    echo "p99 at $share %: bare loop $(field "$out/p99.$share" 1) us, bench $(field "$out/p99.$share" 2) us, added $(median <"$out/added") us, of" \
        "$(sort -n "$out/added" | tr '\n' ' ')"
done
