#!/usr/bin/env bash
# Makes a Debian with nothing but Go, git and make in a directory, clones the repository into it and runs both commands.
# Needs root, debootstrap and a few minutes. FRESH is the directory (kept), GOROOT comes from this machine.
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "fresh: debootstrap needs root" >&2; exit 1; }
command -v debootstrap >/dev/null || { apt-get update -qq; apt-get install -y -qq debootstrap; }
root=${FRESH:-$(mktemp -d /var/tmp/hospes-fresh.XXXXXX)}
[ -x "$root/usr/bin/make" ] || debootstrap --variant=minbase --include=ca-certificates,git,make bookworm "$root"
mkdir -p "$root/usr/local/go" "$root/proc" "$root/dev" "$root/src"
cp -a "$(go env GOROOT)/." "$root/usr/local/go/"
for file in resolv.conf hosts; do [ ! -e "/etc/$file" ] || cp "/etc/$file" "$root/etc/"; done
[ -d /etc/apt/apt.conf.d ] && cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
rm -rf "$root/src/hospes"
git clone -q "$(git rev-parse --show-toplevel)" "$root/src/hospes"
mount --bind /proc "$root/proc"; mount --bind /dev "$root/dev"
trap 'umount "$root/proc" "$root/dev"' EXIT
run() {
	chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/go/bin:/usr/bin:/bin:/usr/sbin:/sbin GOFLAGS=-buildvcs=false \
		GOPROXY="$(go env GOPROXY)" GOSUMDB="$(go env GOSUMDB)" http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" \
		/bin/bash -c "cd /src/hospes && $1"
}
run 'git config --global --add safe.directory /src/hospes && make build && ./bin/hospes demo --data ./data --exit'
run 'make test'
echo "fresh: both commands work"
