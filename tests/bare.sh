#!/bin/sh
# Nothing but the tests needs the tests' packages: cmake and the demonstration work where pkg-config does not find cmocka, and
# README names what the build needs. Also: tests that were asked for are not left out without a word.
#
#     sh tests/bare.sh
set -eu
cd "$(dirname "$0")/.."
. tests/setup.sh

fail() {
    echo "tests/bare.sh: $*" >&2
    [ ! -s "$bare/log" ] || tail -n 40 "$bare/log" >&2
    exit 1
}

bare=$(mktemp -d)
trap 'rm -rf "$bare"' EXIT
trap 'exit 130' INT TERM
mkdir "$bare/pkgconfig"
for folder in $(echo "${PKG_CONFIG_PATH:-}:$(pkg-config --variable pc_path pkg-config)" | tr : ' '); do
    for file in "$folder"/*.pc; do
        name=${file##*/}
        [ ! -f "$file" ] || [ "$name" = cmocka.pc ] || [ -e "$bare/pkgconfig/$name" ] || ln -s "$file" "$bare/pkgconfig/"
    done
done
export PKG_CONFIG_PATH="$bare/pkgconfig" PKG_CONFIG_LIBDIR="$bare/pkgconfig"
! pkg-config --exists cmocka || fail "cmocka is not hidden"

for package in $setup_build_packages; do
    sed -n 's/^ *apt-get install / /p' README.md | grep -q " $package\( \|\$\)" || fail "README's build line does not name $package"
done

# Of another generator than the scripts', where there is make; without optimisation, which is quicker.
cmake -S . -B "$bare/build" -DCMAKE_BUILD_TYPE=Debug >"$bare/log" 2>&1 || fail "cmake fails without cmocka"
grep -q 'tests are left out' "$bare/log" || fail "cmake does not say that the tests are left out"
# The agents' port is free, as far as one can tell.
port=$((20000 + $$ % 10000))
SNMPFLEET_BUILD="$bare/build" AGENTS_PORT=$port DEMO_OUT="$bare/demo-out" sh bench/demo.sh 20 1 >"$bare/log" 2>&1 || fail "the demonstration fails without cmocka"
grep -q 'switch-00020' "$bare/demo-out/csv/interfaces.interface.csv" || fail "the demonstration wrote no row of the last switch"

for folder in build fresh; do
    ! cmake -S . -B "$bare/$folder" -DBUILD_TESTING=ON >"$bare/log" 2>&1 || fail "tests that were asked for are left out ($folder)"
    grep -q cmocka "$bare/log" || fail "cmake does not name cmocka ($folder)"
done
unset PKG_CONFIG_LIBDIR PKG_CONFIG_PATH
cmake -S . -B "$bare/build" -DBUILD_TESTING=ON >"$bare/log" 2>&1 || fail "a folder of the demonstration takes no tests"
(cd "$bare/build" && ctest -N) >"$bare/log" 2>&1
grep -q 'unit/' "$bare/log" || fail "a folder of the demonstration lists no tests"
