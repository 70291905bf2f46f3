# Simulated agents for the demonstration and the benchmarks, from 127.1.0.1 on. Sourced.
#
#     agents_start FOLDER COUNT [options of simulate]    waits until they answer; FOLDER/simulate.log is what they say
#     agents_targets COUNT                               their targets file on standard output
#     agents_stop
#
# AGENTS_RUN may hold a command that the simulator is started by (taskset -c 1), AGENTS_PORT their port,
# SNMPFLEET_BUILD the folder in which the program was built.

agents_port=${AGENTS_PORT:-16100}
agents_pid=

agents_stop() {
    [ -n "$agents_pid" ] || return 0
    kill "$agents_pid" 2>/dev/null || true
    wait "$agents_pid" 2>/dev/null || true
    agents_pid=
}

agents_start() {
    agents_log=$1/simulate.log
    agents_count=$2
    shift 2
    ${AGENTS_RUN:-} "${SNMPFLEET_BUILD:-build}/snmpfleet" simulate --agents "$agents_count" --listen 127.1.0.1:$agents_port "$@" >"$agents_log" 2>&1 &
    agents_pid=$!
    trap agents_stop EXIT
    trap 'exit 130' INT TERM
    agents_tries=0
    while ! grep -q '^ready' "$agents_log" 2>/dev/null; do
        agents_tries=$((agents_tries + 1))
        if [ $agents_tries -gt 200 ] || ! kill -0 "$agents_pid" 2>/dev/null; then
            echo "the simulator did not start:" >&2
            cat "$agents_log" >&2
            exit 1
        fi
        sleep 0.1
    done
    grep '^ready' "$agents_log"
}

agents_targets() {
    awk -v agents="$1" -v port=$agents_port 'BEGIN {
        for (i = 0; i < agents; i++) {
            n = 65536 + 1 + i
            printf "127.%d.%d.%d:%d name=switch-%05d tag.site=demo\n", int(n / 65536), int(n / 256) % 256, n % 256, port, i + 1
        }
    }'
}
