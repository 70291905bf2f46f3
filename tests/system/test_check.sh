#!/bin/sh
# check: the example passes, faults have their place and exit code, secrets stay secret, nothing is written to standard output
# but results.
set -u
: "${SNMPFLEET:?}" "${SOURCE_DIR:?}"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failed=0

# expect CODE WHAT ARGUMENTS...: run check; its output is then in $folder/out and $folder/err.
expect() {
    code=$1 what=$2
    shift 2
    "$SNMPFLEET" check "$@" >"$folder/out" 2>"$folder/err" </dev/null
    got=$?
    [ "$got" -eq "$code" ] || { echo "$what: exit $got, not $code"; cat "$folder/err"; failed=1; }
}

# has FILE TEXT: the text is in it.
has() {
    grep -qF -- "$2" "$folder/$1" || { echo "no '$2' in $1:"; cat "$folder/$1"; failed=1; }
}

expect 0 "the example is valid" "$SOURCE_DIR/targets.example"
has out "65 targets"
has out "module system: 65 targets"

printf '192.0.2.1\n192.0.2.2 intervall=3s\n192.0.2.1 community=hunter2\n' >"$folder/bad"
expect 2 "faults are told with their place" "$folder/bad"
has err "$folder/bad:2:11: unknown key 'intervall' (did you mean 'interval'?)"
has err "$folder/bad:3:1: name '192.0.2.1' is used twice, at line 1 and here"
[ -s "$folder/out" ] && { echo "a summary of bad targets"; failed=1; }

expect 0 "a block and its exception are taken in any order" 192.0.2.1 192.0.2.0/24
has out "254 targets"
has out "argument 2: 192.0.2.0/24: 1 of 254 addresses are polled as argument 1 says"
printf '10.0.0.7 community=x\n' >"$folder/exceptions"
printf '10.0.0.0/24\n10.0.0.0/16\n' >"$folder/blocks"
expect 0 "check tells which lines took addresses of which" "$folder/exceptions" "$folder/blocks"
has out "65534 targets"
has out "$folder/blocks:1: 10.0.0.0/24: 1 of 254 addresses are polled as $folder/exceptions:1 says"
has out "$folder/blocks:2: 10.0.0.0/16: 254 of 65534 addresses are polled as "
expect 2 "two lines of one address are a fault" 10.0.0.1 10.0.0.1:161
has err "argument 2 ('10.0.0.1:161'), column 1: 10.0.0.1:161 is used twice, at argument 1 and here"

expect 0 "a list is in effective settings" --list "192.0.2.1:1161 community=hunter2 tag.site=\"a b\""
has out '192.0.2.1:1161 name=192.0.2.1:1161 modules=system,interfaces interval=1m timeout=1s retries=3 window=2'
has out 'community=***'
has out 'tag.site="a b"'
grep -q hunter2 "$folder/out" "$folder/err" && { echo "the community is shown"; failed=1; }

expect 0 "a module can be printed" --print-module interfaces
has out "- { object: ifDescr, tag: true }       # 1.3.6.1.2.1.2.2.1.2"
expect 0 "quiet says nothing" -q 10.0.0.0/24
[ -s "$folder/out" ] && { echo "output in spite of -q"; failed=1; }
expect 2 "a missing file is no target" "$folder/none"
expect 3 "an unknown module is told" --modules nosuch 192.0.2.1
has err "--modules: no such module: 'nosuch' (system, interfaces, "
expect 3 "an unknown option is a usage error" --nosuch
expect 3 "nothing to check is a usage error"
exit $failed
