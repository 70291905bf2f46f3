#!/bin/sh
# What SNMPv3 costs, poller and simulated agents pinned to one core each. It prints; it never fails on a time.
#
#     sh bench/security.sh [RUNS]     default 5 runs of each, v2c and v3 in turn; quote medians and ratios, not single times
#
#  1. `system` polls of 60,000 targets by v2c and by v3 authPriv (SHA-256, AES-128): requests per CPU-second, and the ratio of each pair.
#     On schedule, every second: the fleet as it runs day by day. And --once with --state: everything cold but the engines' IDs and clocks.
#  2. The start of a v3 fleet of 60,000 targets: cold (each engine is discovered first) and from --state.
#  3. User-space CPU of a message for each pair of protocols, beside OpenSSL's bare primitives on the same octets (bench/security.c).
set -eu
cd "$(dirname "$0")/.."
. tests/setup.sh
. bench/agents.sh
. bench/begin.sh

bench_begin "${1:-5}"
v3="-u sha256_aes -a SHA-256 -A authpass_sha256 -x AES -X privpass_aes"
count=60000

# poll [options]: one run; its summary is $out/poll.1
poll() {
    status=0
    $pin build/snmpfleet poll --log-level debug --modules system -o influx:/dev/null "$@" "$out/targets" 2>"$out/poll.1" || status=$?
    [ $status -eq 0 ] || { echo "(exit $status)"; head -n 5 "$out/poll.1"; }
}

cost() {  # ns of CPU a request of the last run
    sed -n 's/.*), \([0-9]*\) ns a request.*/\1/p' "$out/poll.1"
}

agents_start "$out" $count
agents_targets $count >"$out/targets"
poll --once $v3 --state "$out/state"

echo
echo "== 1. system of $count targets, v2c beside v3 authPriv (SHA-256, AES-128); $runs pairs, in turn"
for way in "--interval 1s --for 8s" "--once"; do
    : >"$out/pairs"
    run=0
    while [ $run -lt "$runs" ]; do
        poll $way
        plain=$(cost)
        poll $way $v3 --state "$out/state"
        echo "$plain $(cost)" >>"$out/pairs"
        run=$((run + 1))
    done
    echo "$way: v2c $(cut -d' ' -f1 "$out/pairs" | median) ns CPU a request, v3 $(cut -d' ' -f2 "$out/pairs" | median);" \
        "v3's requests per CPU-second, as part of v2c's: median $(awk '{ print $1 / $2 }' "$out/pairs" | median)," \
        "of $(awk '{ printf "%.2f ", $1 / $2 }' "$out/pairs")"
done

echo
echo "== 2. the start of a v3 fleet of $count targets, $runs runs of each, in turn"
for start in cold state; do : >"$out/start.$start"; done
run=0
while [ $run -lt "$runs" ]; do
    for start in cold state; do
        if [ $start = cold ]; then poll --once $v3; else poll --once $v3 --state "$out/state"; fi
        awk -v how=$start '/ polls of /{ for (i = 1; i < NF; i++) if ($i == "in") seconds = $(i + 1) }
            / requests \(/ && !asked { asked = $1; gsub(",", "", asked) } / s CPU / { for (i = 1; i < NF; i++) if ($(i + 1) == "s") cpu = $i }
            END { print seconds, asked, cpu }' "$out/poll.1" >>"$out/start.$start"
    done
    run=$((run + 1))
done
for start in cold state; do
    echo "$start: $(cut -d' ' -f2 "$out/start.$start" | median) requests, all polls in after $(cut -d' ' -f1 "$out/start.$start" | median) s," \
        "$(cut -d' ' -f3 "$out/start.$start" | median) s of CPU"
done
agents_stop

echo
echo "== 3. a message"
$pin build/bench_security
