#!/usr/bin/env bash
# Makes a Debian with nothing but Go, git and make in a directory, clones the repository into it and runs both commands
# of the README there. Needs root, debootstrap and about 2 GB. FRESH is a directory to use and to keep; without it there
# is a temporary one, which stays only when something failed. Go comes from this machine. Mirror, suite and proxies are
# those that this machine's own apt uses: what apt can reach, debootstrap can.
set -euo pipefail
fail() { echo "fresh: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "root is needed, for debootstrap and chroot"
command -v apt-get >/dev/null || fail "this is no Debian: debootstrap takes its mirror from apt"
# In a mount namespace of its own whatever is mounted below goes with the process, also when that is killed.
[ -n "${FRESH_NAMESPACE:-}" ] || FRESH_NAMESPACE=1 exec unshare --mount --propagation private "$0" "$@"
apt-get update -qq # which origin an address has is known only once it was asked
command -v debootstrap >/dev/null || apt-get install -y -qq --no-install-recommends debootstrap

sources=$(apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' 'Origin: Debian' | sort -u)
read -r mirror suite _ < <(awk '$3 == "main" && $2 !~ /[-\/]/' <<<"$sources") || true
[ -n "${mirror:-}" ] || fail "apt knows no Debian mirror; run apt-get update, and look at /etc/apt/sources.list.d"
eval "$(apt-config shell proxy Acquire::http::Proxy)"
export http_proxy=${http_proxy:-${proxy:-}} https_proxy=${https_proxy:-}

root=${FRESH:-$(mktemp -d /var/tmp/hospes-fresh.XXXXXX)}
mkdir -p "$root"
chmod 755 "$root" # it becomes the root directory of others than root, too
echo "fresh: $suite in $root"
[ -x "$root/usr/bin/make" ] || debootstrap --variant=minbase --include=ca-certificates,git,make "$suite" "$root" "$mirror"
awk '{ print "deb", $1, $2, $3 }' <<<"$sources" >"$root/etc/apt/sources.list"
apt-config dump Acquire | grep -E '^Acquire::(https?|Check-|Retries|ForceIP)' >"$root/etc/apt/apt.conf.d/90host" || true
for file in resolv.conf hosts apt/auth.conf; do [ ! -e "/etc/$file" ] || cp "/etc/$file" "$root/etc/$file"; done
mkdir -p "$root/usr/local/go" "$root/src"
cp -a "$(go env GOROOT)/." "$root/usr/local/go/"
cp -a /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
rm -rf "$root/src/hospes"
git clone -q "$(git rev-parse --show-toplevel)" "$root/src/hospes"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"

# What a person has who has just logged in: no variable of this machine but its proxies. Node trusts its own list of
# authorities, to which those of the machine are added: a proxy may have one of its own.
run() {
	exec chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/go/bin:/usr/bin:/bin:/usr/sbin:/sbin HOSPES_LISTEN=localhost:0 \
		NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt GOPROXY="$(go env GOPROXY)" GOSUMDB="$(go env GOSUMDB)" GOTOOLCHAIN=local http_proxy="$http_proxy" https_proxy="$https_proxy" \
		/bin/bash -c "cd /src/hospes && exec $1"
}
(run 'update-ca-certificates') >/dev/null
[ ! -d "$root/usr/lib/postgresql" ] || echo "fresh: an earlier run has installed PostgreSQL here already" >&2

# The first command goes on serving; it is stopped once it says so.
echo "fresh: make run"
log=$root/src/run.log
set -m # a process group of its own, so that all of it can be stopped
(run 'make run') >"$log" 2>&1 &
group=$!
set +m
trap 'kill -- -$group 2>/dev/null || true' EXIT
until grep -q '^Serving at' "$log"; do
	kill -0 "$group" 2>/dev/null || { cat "$log"; fail "make run ended"; }
	sleep 1
done
cat "$log"
kill -- -"$group"
wait "$group" || true
trap - EXIT

echo "fresh: make test"
(run 'make test')
[ -n "${FRESH:-}" ] || { umount -R "$root/dev" "$root/proc"; rm -rf --one-file-system "$root"; }
echo "fresh: both commands work on a fresh $suite"
