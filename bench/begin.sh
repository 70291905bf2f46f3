# How a benchmark begins. Sourced, behind tests/setup.sh.
#
#     bench_begin RUNS     builds; $runs; an empty folder $out; where there are two cores, the poller's in $pin and the agents' in AGENTS_RUN
#     median               of the numbers on standard input

bench_begin() {
    runs=$1
    out=bench-out
    setup_install build
    setup_build build
    rm -rf "$out"
    mkdir "$out"
    pin=
    if [ "$(getconf _NPROCESSORS_ONLN)" -ge 2 ]; then
        AGENTS_RUN="taskset -c 1"
        pin="taskset -c 0"
    fi
}

median() {
    sort -n | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}
