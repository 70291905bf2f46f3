# What snmpfleet is built and tested with, installed where it is missing. Sourced by tests/run.sh and bench/demo.sh:
#
#     . tests/setup.sh
#     setup_install build          or: setup_install build test
#     setup_build FOLDER [cmake options]              everything
#     setup_build_program FOLDER [cmake options]      build/snmpfleet alone
#
# A folder that is configured already keeps its generator and its options.
#
# Debian 12 and Ubuntu 24.04 (and what is made of them). As root or with sudo; otherwise it says what to install.

setup_build_packages="gcc cmake ninja-build pkg-config libc6-dev liburing-dev libc-ares-dev libssl-dev libcyaml-dev libyaml-dev libsmi2-dev"
# Optional: http_sd is left out without it.
setup_optional_packages="libcurl4-openssl-dev"
setup_test_packages="$setup_optional_packages openssl libcmocka-dev make g++ groff-base libuv1-dev python3 snmp snmpd snmptrapd snmpsim iproute2 procps util-linux mount"

setup_say() {
    echo "$*" >&2
}

# Names of the packages of the given sets ("build", "test") that are not installed.
setup_missing() {
    for set in "$@"; do
        case $set in
        build) list=$setup_build_packages ;;
        test) list=$setup_test_packages ;;
        esac
        for package in $list; do
            status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=
            [ "$status" = installed ] || printf '%s ' "$package"
        done
    done
}

setup_install() {
    if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-query >/dev/null 2>&1; then
        setup_say "This script installs packages on Debian 12 and Ubuntu 24.04 only. Elsewhere install a C17 compiler, cmake >= 3.22,"
        setup_say "ninja, pkg-config, liburing >= 2.3, c-ares, OpenSSL >= 3.0, libcyaml, libyaml, libsmi, and for the tests cmocka, Net-SNMP's tools and daemons, and snmpsim;"
        setup_say "then: cmake -B build -G Ninja && ninja -C build"
        for tool in cmake ninja pkg-config cc; do
            command -v $tool >/dev/null 2>&1 || { setup_say "(there is no $tool here)"; exit 1; }
        done
        return 0
    fi
    missing=$(setup_missing "$@")
    [ -n "$missing" ] || return 0
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null 2>&1 || ! sudo -n true 2>/dev/null && ! [ -t 0 ]; then
            setup_say "Packages are missing and this script may not install them (neither root nor sudo). Please run as root:"
            setup_say "    apt-get update && apt-get install --no-install-recommends $missing"
            exit 1
        fi
        as_root=sudo
    fi
    setup_say "installing: $missing"
    log=$(mktemp)
    # RUNLEVEL=1 in setup_apt: daemons that the tests start themselves are not to be started by their packages.
    # A foreign repository that does not answer fails the update, but need not fail the installation.
    $as_root apt-get update -q >"$log" 2>&1 || setup_say "apt-get update failed in part; going on"
    available=$(setup_available $missing)
    if ! setup_apt $available >>"$log" 2>&1; then
        tail -n 20 "$log" >&2
        setup_say "apt-get failed; the whole of it is in $log"
        exit 1
    fi
    rm -f "$log"
}

# Of the given packages those that this release has. A test whose agent it lacks is skipped and says so.
setup_available() {
    for package in "$@"; do
        if apt-cache show "$package" >/dev/null 2>&1; then
            echo "$package"
        else
            setup_say "there is no package $package here"
        fi
    done
}

setup_apt() {
    [ $# -gt 0 ] || return 0
    $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -q --no-install-recommends "$@"
}

# What CMakeCache.txt of a folder says of a name; nothing where there is none.
setup_cached() {
    sed -n "s/^$2:[A-Z]*=//p" "$1/CMakeCache.txt" 2>/dev/null || true
}

# A folder that was configured for another tree, or for a tool that is not here, is configured anew.
setup_renew() {
    [ -f "$1/CMakeCache.txt" ] || return 0
    setup_home=$(setup_cached "$1" CMAKE_HOME_DIRECTORY)
    if [ "$(cd "${setup_home:-/}" 2>/dev/null && pwd -P)" = "$(pwd -P)" ]; then
        case $(setup_cached "$1" CMAKE_GENERATOR) in
        Ninja) ! command -v ninja >/dev/null 2>&1 || return 0 ;;
        "Unix Makefiles") ! command -v make >/dev/null 2>&1 || return 0 ;;
        esac
    fi
    setup_say "$1: configured anew, with Ninja"
    rm -rf "$1/CMakeCache.txt" "$1/CMakeFiles"
}

# setup_make FOLDER TARGET [cmake options]: the compiler's output is shown when it fails.
setup_make() {
    folder=$1
    target=$2
    shift 2
    setup_renew "$folder"
    [ -f "$folder/CMakeCache.txt" ] || set -- -G Ninja "$@"
    log=$(mktemp)
    if ! { cmake -S . -B "$folder" "$@" &&
        cmake --build "$folder" --target "$target" --parallel "$(getconf _NPROCESSORS_ONLN)"; } >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        exit 1
    fi
    rm -f "$log"
}

setup_build() {
    setup_folder=$1
    shift
    setup_make "$setup_folder" all "$@"
}

setup_build_program() {
    setup_folder=$1
    shift
    setup_make "$setup_folder" snmpfleet "$@"
}
