#!/bin/sh
# Two builds of the program beside each other on the same work, in turn, poller and simulated agents pinned to one core each. It prints
# ratios; it never fails on a time. Needs no build of its own: both programs are given.
#
#     sh bench/pairs.sh OLD NEW [RUNS]     default 5 pairs
#
#  1. `system` of 60,000 targets once: requests per CPU-second, new against old.
#  2. `interfaces` of 2,000 48-port switches to line protocol: varbinds per CPU-second, new against old.
#  3. `system` of 60,000 targets by SNMPv3 authPriv (SHA-256, AES-128), once, engines known: requests per CPU-second, new against old.
set -eu
old=$1 new=$2 runs=${3:-5}
cd "$(dirname "$0")/.."
. bench/agents.sh
out=$(mktemp -d)
pin= AGENTS_RUN=
if command -v taskset >/dev/null 2>&1 && taskset -c 0,1 true 2>/dev/null; then
    pin="taskset -c 0" AGENTS_RUN="taskset -c 1"
fi
trap 'agents_stop; rm -rf "$out"' EXIT

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# cost PROGRAM FIELD ARGS...: one run; its figure
cost() {
    program=$1 what=$2
    shift 2
    figures=
    ! "$program" poll --help | grep -q log-level || figures="--log-level debug"
    $pin "$program" poll --once $figures "$@" "$out/targets" 2>"$out/summary" >/dev/null || true
    case $what in
    requests) sed -n 's/.*), \([0-9]*\) ns a request.*/\1/p' "$out/summary" ;;
    varbinds) sed -n 's/.* \([0-9]*\) varbinds per CPU-second.*/\1/p' "$out/summary" ;;
    esac
}

# pairs TITLE FIELD ARGS...
pairs() {
    title=$1 what=$2
    shift 2
    : >"$out/ratios"
    run=0
    while [ $run -lt "$runs" ]; do
        a=$(cost "$old" "$what" "$@")
        b=$(cost "$new" "$what" "$@")
        echo "$a $b"
        run=$((run + 1))
    done | awk -v what="$what" '{ print what == "requests" ? $1 / $2 : $2 / $1, $1, $2 }' >"$out/ratios"
    echo "$title: new against old $(cut -d' ' -f1 "$out/ratios" | median), of $(cut -d' ' -f1 "$out/ratios" | sort -n | tr '\n' ' ')"
}

v3="-u sha256_aes -a SHA-256 -A authpass_sha256 -x AES -X privpass_aes"
agents_start "$out" 60000
trap 'agents_stop; rm -rf "$out"' EXIT
agents_targets 60000 >"$out/targets"
pairs "system of 60,000 targets, requests per CPU" requests --modules system -o influx:/dev/null
"$old" poll --once --modules system -o influx:/dev/null $v3 --state "$out/state" "$out/targets" 2>/dev/null || true
pairs "the same by v3 SHA-256/AES, requests per CPU" requests --modules system -o influx:/dev/null $v3 --state "$out/state"
agents_stop
agents_start "$out" 2000
trap 'agents_stop; rm -rf "$out"' EXIT
agents_targets 2000 >"$out/targets"
pairs "interfaces of 2,000 switches, varbinds per CPU" varbinds --modules interfaces -o influx:/dev/null
