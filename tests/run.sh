#!/bin/sh
# Install what is missing, build with warnings as errors, and run every test: once as released, and once more all but the
# system tests that only repeat with ASan and UBSan. Before that tests/bare.sh shows that nothing but the tests needs the tests'
# packages. Exits 0 when all passed.
#
#     sh tests/run.sh [ctest options]     e.g. sh tests/run.sh -R walk
#
# Real recordings and packets are looked for in ../shared/corpus (or SNMPFLEET_CORPUS), scripts that start real agents in ../shared/agents
# (or SNMPFLEET_AGENTS), MIB modules in ../shared/mibs (or SNMPFLEET_MIBS); tests that need them are skipped without, and say so.
set -eu
cd "$(dirname "$0")/.."
. tests/setup.sh

setup_install build test
options="-DSNMPFLEET_WERROR=ON -DBUILD_TESTING=ON"
[ -z "${SNMPFLEET_CORPUS:-}" ] || options="$options -DSNMPFLEET_CORPUS=$SNMPFLEET_CORPUS"
[ -z "${SNMPFLEET_MIBS:-}" ] || options="$options -DSNMPFLEET_MIBS=$SNMPFLEET_MIBS"
[ -z "${SNMPFLEET_AGENTS:-}" ] || options="$options -DSNMPFLEET_AGENTS=$SNMPFLEET_AGENTS"

echo "== build"
setup_build build $options
echo "== build with ASan and UBSan"
setup_build build-sanitize $options -DSNMPFLEET_SANITIZE=ON

echo "== the build and the demonstration without the tests' packages"
sh tests/bare.sh

jobs=$(getconf _NPROCESSORS_ONLN)
failed=0
echo "== tests"
(cd build && ctest --no-tests=error --output-on-failure -j "$jobs" "$@") || failed=1
echo "== tests with ASan and UBSan"
(cd build-sanitize && UBSAN_OPTIONS=print_stacktrace=1 ctest --output-on-failure -j "$jobs" -LE "slow" "$@") || failed=1
exit $failed
