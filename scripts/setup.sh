#!/usr/bin/env bash
# Installs what the tests need and the machine has not. Says what it does; does nothing when there is nothing to do.
set -euo pipefail

install() {
	if ! command -v apt-get >/dev/null; then
		echo "setup: $* is needed and this is no Debian; install it and run again" >&2
		exit 1
	fi
	local sudo=""
	[ "$(id -u)" = 0 ] || sudo=sudo
	echo "setup: installing $* from the distribution's packages"
	$sudo apt-get update -qq
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
	# No cluster of its own: the tests make private ones, on a socket in a temporary directory.
	if [ "$(id -u)" = 0 ]; then
		mkdir -p /etc/postgresql-common
		grep -qs '^create_main_cluster' /etc/postgresql-common/createcluster.conf ||
			echo 'create_main_cluster = false' >>/etc/postgresql-common/createcluster.conf
	fi
	install postgresql
fi
if [ "${1:-}" = race ] && ! command -v gcc >/dev/null; then
	install gcc libc6-dev
fi
