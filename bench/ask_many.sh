#!/bin/sh
# One question to many agents: `snmpfleet get --targets` in one process beside `xargs -P` of Net-SNMP's snmpget. Who asks and the agents are pinned to
# a core each, where there are two. snmpget asks the first agents only, its time counts for all in proportion. Medians, in turn.
#
#     sh bench/ask_many.sh [AGENTS] [OF_SNMPGET] [RUNS]     default 10000, 1000, 5; needs a build in build/
set -eu
cd "$(dirname "$0")/.."
. bench/agents.sh
. bench/begin.sh
count=${1:-10000} few=${2:-1000} runs=${3:-5} oid=.1.3.6.1.2.1.1.5.0
command -v snmpget >/dev/null || { echo "there is no snmpget here" >&2; exit 1; }
pin= AGENTS_RUN=
if taskset -c 0,1 true 2>/dev/null; then
    pin="taskset -c 0" AGENTS_RUN="taskset -c 1"
fi
program=${SNMPFLEET_BUILD:-build}/snmpfleet
out=$(mktemp -d)
agents_start "$out" "$count" -q
trap 'agents_stop; rm -rf "$out"' EXIT
agents_targets "$count" >"$out/targets"
head -n "$few" "$out/targets" | cut -d ' ' -f 1 >"$out/few"

now() {
    date +%s%N
}

# Runs a command, and writes its nanoseconds to a file and its lines to another.
timed() {
    times=$1 lines=$2
    shift 2
    begun=$(now)
    "$@" >"$lines" || { echo "$*: exit $?" >&2; exit 1; }
    echo $(($(now) - begun)) >>"$times"
}

by_xargs() {
    SNMPCONFPATH=$out MIBS= $pin xargs -P 8 -I '{}' snmpget -v2c -c public '{}' $oid <"$out/few"
}

expect() {
    [ "$(grep -c switch- "$1")" -eq "$2" ] || { echo "$(wc -l <"$1") lines of $2" >&2; exit 1; }
}

for run in $(seq "$runs"); do
    timed "$out/ours" "$out/lines" $pin "$program" get --targets "$out/targets" $oid
    expect "$out/lines" "$count"
    timed "$out/sorted" "$out/lines" $pin "$program" get --sorted -o csv --targets "$out/targets" $oid
    expect "$out/lines" "$count"
    timed "$out/theirs" "$out/lines" by_xargs
    expect "$out/lines" "$few"
done
theirs=$(median <"$out/theirs")
echo "$few agents by xargs -P 8 snmpget: $theirs" | awk '{ printf "%s %.2f s\n", substr($0, 1, index($0, ":")), $NF / 1e9 }'
for way in ours sorted; do
    title="get --targets" ; [ $way = ours ] || title="get --targets --sorted -o csv"
    median <"$out/$way" | awk -v title="$title" -v count="$count" -v few="$few" -v theirs="$theirs" '{
        all = theirs * count / few
        printf "%d agents by %s: %.3f s, %.0f a second; snmpget in proportion %.2f s: %.0f times that\n", count, title, $1 / 1e9, count / $1 * 1e9, all / 1e9,
               all / $1 }'
done
