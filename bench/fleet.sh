#!/bin/sh
# The fleet's figures, poller and simulated agents pinned to one core each. It prints; it never fails on a time.
#
#     sh bench/fleet.sh [RUNS]        default 5 runs of each; quote medians and ratios, not single times
#
#  1. `system` of 60,000 targets on 60,000 addresses, once, beside the bare I/O loop (bench/limit.c) on the same net layer and the
#     same datagrams: requests/s, CPU a request, and their ratios, run by run in turn.
#  2. `interfaces` of 2,000 48-port switches to line protocol: varbinds per CPU-second of the poller.
#  3. 30 % dead targets, on schedule: is every poll of the healthy ones complete and on time?
#  4. Resident memory of an idle target.
set -eu
cd "$(dirname "$0")/.."
. tests/setup.sh
. bench/agents.sh
. bench/begin.sh

bench_begin "${1:-5}"
fast=$(mktemp -d "${TMPDIR:-/dev/shm}/snmpfleet.XXXXXX" 2>/dev/null || mktemp -d)
trap 'rm -rf "$fast"; agents_stop' EXIT

field() {  # field FILE PATTERN: the number in front of the words
    sed -n "s#.* \([0-9.]*\) $2.*#\1#p" "$1" | head -n 1
}

count=60000
agents_start "$out" $count
trap 'rm -rf "$fast"; agents_stop' EXIT
agents_targets $count >"$out/targets"

echo
echo "== 1. system of $count targets, once ($runs runs of each, in turn; poller on core 0, agents on core 1)"
for output in influx:$fast/rows influx:/dev/null; do
    : >"$out/limit"; : >"$out/poll"
    run=0
    while [ $run -lt "$runs" ]; do
        rm -f "$fast/rows"
        $pin build/bench_limit 127.1.0.1:$agents_port $count $count >"$out/limit.1"
        status=0
        $pin build/snmpfleet poll --log-level debug --once --modules system -o "$output" "$out/targets" 2>"$out/poll.1" || status=$?
        [ $status -eq 0 ] || { echo "(exit $status)"; head -n 3 "$out/poll.1"; }
        echo "$(field "$out/limit.1" requests/s) $(field "$out/limit.1" 'ns CPU')" >>"$out/limit"
        echo "$(sed -n 's/.* \([0-9]*\) requests\/s.*/\1/p' "$out/poll.1") $(field "$out/poll.1" 'ns a request')" >>"$out/poll"
        run=$((run + 1))
    done
    echo "to $output: limit $(cut -d' ' -f1 "$out/limit" | median) requests/s, $(cut -d' ' -f2 "$out/limit" | median) ns CPU each;" \
        "poll $(cut -d' ' -f1 "$out/poll" | median) requests/s, $(cut -d' ' -f2 "$out/poll" | median) ns CPU each"
    paste -d' ' "$out/limit" "$out/poll" | awk '{ print $3 / $1, $2 / $4 }' >"$out/ratio"
    echo "   ratio poll/limit, median of pairs: requests/s $(cut -d' ' -f1 "$out/ratio" | median), requests per CPU $(cut -d' ' -f2 "$out/ratio" | median)"
done
agents_stop

echo
echo "== 2. interfaces of 2,000 48-port switches to line protocol ($runs runs)"
agents_start "$out" 2000
trap 'rm -rf "$fast"; agents_stop' EXIT
agents_targets 2000 >"$out/targets"
: >"$out/varbinds"
run=0
while [ $run -lt "$runs" ]; do
    rm -f "$fast/rows"
    $pin build/snmpfleet poll --log-level debug --once --modules interfaces -o "influx:$fast/rows" "$out/targets" 2>"$out/poll.1" || true
    [ $run -gt 0 ] || cat "$out/poll.1"
    sed -n 's/.* \([0-9]*\) varbinds per CPU-second/\1/p' "$out/poll.1" >>"$out/varbinds"
    run=$((run + 1))
done
echo "varbinds per CPU-second of the poller: median $(median <"$out/varbinds"), of $(sort -n "$out/varbinds" | tr '\n' ' ')"
agents_stop

echo
echo "== 3. 10,000 targets, 30 % dead, system every 10 s for 40 s"
agents_start "$out" 10000 --dead 30% --seed 1
trap 'rm -rf "$fast"; agents_stop' EXIT
agents_targets 10000 >"$out/targets"
build/snmpfleet simulate --agents 10000 --listen 127.1.0.1:$agents_port --dead 30% --seed 1 --list-faults | awk '/dead/ { sub(/:.*/, "", $1); print $1 }' >"$out/dead"
$pin build/snmpfleet poll --interval 10s --for 40s --modules system -o influx:/dev/null --report csv:"$fast/reports.csv" "$out/targets" 2>"$out/poll.1" || true
cat "$out/poll.1"
awk -F, 'NR == FNR { dead[$1] = 1; next }
    FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { if ($at["address"] in dead) { d[$at["reason"]]++ } else { h[$at["reason"]]++; if ($at["lag_ms"] > lag) lag = $at["lag_ms"]; if ($at["duration_ms"] > dur) dur = $at["duration_ms"] } }
    END { printf "healthy targets:"; for (r in h) printf " %d %s", h[r], r; printf "; largest lag %.1f ms, longest poll %.1f ms\n", lag, dur
          printf "dead targets:"; for (r in d) printf " %d %s", d[r], r; print "" }' "$out/dead" "$fast/reports.csv"
agents_stop

echo
echo "== 4. memory"
for targets in 1000 201000; do
    awk -v n=$targets 'BEGIN { for (i = 0; i < n; i++) printf "127.%d.%d.%d:%d name=switch-%06d tag.site=demo\n", 100 + int(i / 65536), int(i / 256) % 256, i % 256, 9, i }' >"$out/targets"
    build/snmpfleet poll --interval 1h --for 2s --modules system,interfaces -o influx:/dev/null "$out/targets" 2>/dev/null &
    poller=$!
    sleep 1.5
    echo "$targets $(awk '/VmRSS/ { print $2 }' /proc/$poller/status)"
    wait $poller || true
done | awk 'NR == 1 { t = $1; m = $2 } NR == 2 { printf "an idle target (system and interfaces, a tag): %.0f bytes resident\n", ($2 - m) * 1024 / ($1 - t) }'
