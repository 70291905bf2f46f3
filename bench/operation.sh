#!/bin/sh
# What a single question costs beside the same GET of a poll, in one process, in turn; the agents are pinned to another core.
#
#     sh bench/operation.sh [COUNT] [RUNS]     default 20000 agents, 5 runs; needs a build in build/
set -eu
cd "$(dirname "$0")/.."
. bench/agents.sh
count=${1:-20000} runs=${2:-5}
pin= AGENTS_RUN=
if command -v taskset >/dev/null 2>&1 && taskset -c 0,1 true 2>/dev/null; then
    pin="taskset -c 0" AGENTS_RUN="taskset -c 1"
fi
out=$(mktemp -d)
agents_start "$out" "$count"
trap 'agents_stop; rm -rf "$out"' EXIT
$pin "${SNMPFLEET_BUILD:-build}/bench_operation" 127.1.0.1 "$count" "$agents_port" "$runs"
