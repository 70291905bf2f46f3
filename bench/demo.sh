#!/bin/sh
# A demonstration in one command: 1,000 simulated 48-port switches on loopback, their `system` and `interfaces` polled for three
# cycles of 10 s, into CSV and line protocol. Installs what is missing, builds, and stops everything it started.
#
#     sh bench/demo.sh [AGENTS [CYCLES]]
#
# SNMPFLEET_BUILD is the folder to build in (build), DEMO_OUT that of the rows (demo-out; it is emptied), AGENTS_PORT the port of the
# agents (16100).
set -eu
cd "$(dirname "$0")/.."
. tests/setup.sh
. bench/agents.sh

agents=${1:-1000}
cycles=${2:-3}
interval=10
out=${DEMO_OUT:-demo-out}
build=${SNMPFLEET_BUILD:-build}

setup_install build
echo "building ..."
# Only the program. A folder that was configured with tests keeps them, where their cmocka is still there.
tests=-DBUILD_TESTING=OFF
[ ! -f "$build/CMakeCache.txt" ] || ! pkg-config --exists cmocka || tests=
setup_build_program "$build" $tests
rm -rf "$out"
mkdir "$out"

agents_start "$out" "$agents"
agents_targets "$agents" >"$out/targets"
echo "polling $agents switches every $interval s, $cycles times; rows go to $out/"
status=0
"$build/snmpfleet" poll --interval ${interval}s --for $((cycles * interval))s --modules system,interfaces \
    --csv wide -o csv:"$out/csv" -o influx:"$out/rows.influx" --report csv:"$out/reports.csv" "$out/targets" || status=$?

echo
echo "files:"
wc -lc "$out"/csv/*.csv "$out/rows.influx" "$out/reports.csv"
echo
echo "first rows of $out/csv/interfaces.interface.csv:"
head -n 4 "$out/csv/interfaces.interface.csv" | cut -c 1-160
echo
echo "first rows of $out/rows.influx:"
head -n 3 "$out/rows.influx" | cut -c 1-160
exit $status
