#!/bin/sh
# The Debian packages in a Debian of its own: makes them, installs them with apt into a bare root (debootstrap, Debian 12), and uses
# what they bring: the program, its pages, the library, and the service under a systemd that runs in namespaces of its own.
#
#     sudo sh tests/package.sh
#
# As root, with debootstrap and a mirror; some two minutes. MIRROR is that of Debian, SUITE what is installed of it, KEEP=1 leaves the
# root where it is. What needs systemd is left out, and that is told, where it does not run.
set -eu
cd "$(dirname "$0")/.."
. tests/setup.sh

mirror=${MIRROR:-http://deb.debian.org/debian}
suite=${SUITE:-bookworm}
build=build-deb

fail() {
    echo "tests/package.sh: $*" >&2
    exit 1
}

[ "$(id -u)" -eq 0 ] || fail "debootstrap needs root"
command -v debootstrap >/dev/null 2>&1 || fail "there is no debootstrap here (Debian: apt-get install debootstrap)"
root=$(mktemp -d)
chmod 755 "$root"
system=
clean() {
    [ -z "$system" ] || kill -KILL "$system" 2>/dev/null || true
    [ -n "${KEEP:-}" ] || rm -rf --one-file-system "$root"
}
trap clean EXIT
trap 'exit 130' INT TERM

echo "making the packages ..."
setup_build "$build" -DCMAKE_INSTALL_PREFIX=/usr -DBUILD_TESTING=OFF
rm -f "$build"/*.deb
(cd "$build" && cpack -G DEB >cpack.log 2>&1) || { cat "$build/cpack.log" >&2; fail "cpack fails"; }

echo "a bare $suite in $root ..."
debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$root.log" 2>&1 || { tail "$root.log" >&2; fail "debootstrap fails"; }
rm -f "$root.log"
cp "$build"/*.deb "$root/var/tmp"

inside() {
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"
}

inside apt-get update -q >/dev/null
inside sh -c 'apt-get install -y -q --no-install-recommends /var/tmp/snmpfleet_*.deb' >"$root/var/tmp/log" 2>&1 ||
    { tail "$root/var/tmp/log" >&2; fail "apt does not install snmpfleet"; }

echo "the program ..."
inside snmpfleet --version
for file in /usr/share/man/man1/snmpfleet.1.gz /usr/share/man/man1/snmpfleet-poll.1.gz /usr/share/man/man5/snmpfleet-config.5.gz \
    /usr/share/man/man5/snmpfleet-targets.5.gz /usr/share/bash-completion/completions/snmpfleet /etc/snmpfleet/config.yaml \
    /etc/snmpfleet/targets /etc/logrotate.d/snmpfleet /usr/share/doc/snmpfleet/copyright; do
    inside dpkg -S "$file" >/dev/null || fail "$file belongs to no package"
done
inside sh -c 'dpkg -L snmpfleet | grep -q "/snmpfleet.service$"' || fail "there is no unit"
inside sh -eu -c '
    cd /var/tmp
    snmpfleet simulate --agents 20 --listen 127.9.12.1:17961 >ready 2>&1 &
    simulator=$!
    trap "kill $simulator" EXIT
    for i in 1 2 3 4 5 6 7 8 9 10; do ! grep -q ready: ready || break; sleep 0.3; done
    grep -q ready: ready || cat ready >&2
    snmpfleet poll --once -q --modules system,interfaces -o csv:rows.csv 127.9.12.1-20:17961
    wc -l rows.csv' || fail "a poll of simulated agents fails"
inside grep -q switch-00020 /var/tmp/rows.csv || fail "there is no row of the last agent"
inside dpkg --purge snmpfleet >/dev/null
[ ! -e "$root/etc/snmpfleet/config.yaml" ] || fail "a purge leaves the configuration"

echo "the library ..."
inside sh -c 'apt-get install -y -q --no-install-recommends /var/tmp/*.deb gcc libc6-dev pkg-config systemd systemd-sysv dbus' \
    >"$root/var/tmp/log" 2>&1 || { tail "$root/var/tmp/log" >&2; fail "apt does not install all packages"; }
cp examples/names.c "$root/var/tmp"
inside sh -euc 'cd /var/tmp; cc -D_GNU_SOURCE names.c -o names $(pkg-config --cflags --libs snmpfleet)
    ldd ./names | grep "libsnmpfleet.so.0.1 => /"; ./names 2>&1 | grep "^usage:" >&2' ||
    fail "an example is not built against the packages"

# systemd as the first process of its own namespaces; of the machine it sees no network, and it changes no setting of the kernel.
cat >"$root/var/tmp/boot" <<'BOOT'
set -eu
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs tmpfs "$root/run"
mount --rbind /dev "$root/dev"
if [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]; then
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
else
    mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
    mkdir "$root/sys/fs/cgroup/systemd" "$root/sys/fs/cgroup/unified"
    mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup/unified"
fi
mount --make-rshared /
exec chroot "$root" env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --log-target=null --show-status=0 --unit=basic.target
BOOT
for unit in systemd-sysctl systemd-modules-load systemd-udevd systemd-udev-trigger systemd-random-seed; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit.service"
done
unshare --fork --kill-child --pid --mount --uts --ipc --net --cgroup sh "$root/var/tmp/boot" "$root" >"$root/var/tmp/log" 2>&1 &
system=$!

first=
booted() {
    first=$(cat "/proc/$system/task/$system/children" 2>/dev/null) && first=${first%% *}
    [ -n "$first" ] || return 1
    timeout 40 nsenter -t "$first" -a -r -w env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
state=
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    state=$(booted systemctl is-system-running 2>/dev/null) || true
    case $state in running | degraded) break ;; esac
    sleep 1
done
case $state in
running | degraded) ;;
*)
    echo "skipped: the service (systemd does not run in namespaces here: '$state')"
    echo "the packages are sound, as far as that goes"
    exit 0
    ;;
esac

echo "the service ..."
cat >"$root/var/tmp/service" <<'SERVICE'
fail() {
    echo "$*" >&2
    systemctl status -l --no-pager snmpfleet >&2
    journalctl -u snmpfleet -o cat --no-pager >&2
    exit 1
}
# Until $2 seconds have passed.
until_true() {
    for i in $(seq "$2"0); do eval "$1" && return 0; sleep 0.1; done
    return 1
}
told() {
    journalctl -u snmpfleet -o cat --no-pager | grep -q "$1"
}
# No target, no start; and the reason can be read.
! systemctl start snmpfleet 2>/dev/null || fail "it starts without a target"
until_true 'told "there is no target in it"' 5 || fail "it does not say why it does not start"
systemctl reset-failed snmpfleet

systemd-run -q --unit=agents snmpfleet simulate --agents 3 --listen 127.9.12.1:17161 --community hushhush
install -d -m 700 /etc/snmpfleet/secrets
(umask 077 && echo hushhush >/etc/snmpfleet/secrets/community)
sed -i 's/community: public/community_credential: community/' /etc/snmpfleet/config.yaml
echo '127.9.12.1:17161 name=core1 interval=500ms' >>/etc/snmpfleet/targets
mkdir -p /etc/systemd/system/snmpfleet.service.d
printf '[Service]\nLoadCredential=community:/etc/snmpfleet/secrets/community\n' >/etc/systemd/system/snmpfleet.service.d/own.conf
systemctl daemon-reload
systemctl start snmpfleet || fail "it does not start"
rows=/var/log/snmpfleet/rows.lp
until_true 'grep -q target=core1.*reason=\"ok\" $rows' 5 || fail "no poll of core1 is ok"
process=$(systemctl show -P MainPID snmpfleet)
[ "$(stat -c %u /proc/$process)" -ge 61184 ] || fail "it has no user of its own"
case $(journalctl -u snmpfleet -o cat --no-pager) in *mmsg*) echo "(without io_uring here)" ;; esac

echo '127.9.12.2:17161 name=core2 interval=500ms' >>/etc/snmpfleet/targets
systemctl reload snmpfleet || fail "a reload fails"
until_true 'grep -q target=core2 $rows' 5 || fail "a reload does not take a new target"

echo '127.9.12.3:17161 naem=core3' >>/etc/snmpfleet/targets
! systemctl reload snmpfleet 2>/dev/null || fail "a reload of wrong targets is no failure"
until_true 'told "unknown key .naem."' 5 || fail "a reload that fails does not say why"
systemctl is-active -q snmpfleet || fail "a reload that fails ends the service"
[ "$(systemctl show -P MainPID snmpfleet)" = "$process" ] || fail "a reload that fails starts it again"

mv $rows $rows.1
systemctl kill --kill-who=main --signal=USR1 snmpfleet.service
until_true 'grep -q target=core2 $rows' 5 || fail "SIGUSR1 does not open its file again"
systemctl stop snmpfleet || fail "it does not stop"
[ "$(systemctl show -P Result snmpfleet)" = success ] || fail "it does not end well"
dpkg --purge snmpfleet >/dev/null 2>&1 || fail "it cannot be purged"
[ ! -e /var/lib/private/snmpfleet ] || fail "a purge leaves what was learnt"
SERVICE
booted sh /var/tmp/service || fail "the service does not work"
echo "the packages are sound"
