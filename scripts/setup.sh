#!/usr/bin/env bash
# Installs what the tests need and the machine has not. Says what it does; does nothing when there is nothing to do.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/node.sh

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

# Node, for the stories of the JavaScript SDKs; where the distribution's is older than they want, a newer one beside it.
if ! command -v npm >/dev/null; then
	install nodejs npm
fi
if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ] && [ ! -x "$HOSPES_NODE/node" ]; then
	echo "setup: getting Node 22 into $HOSPES_NODE, because the one of this machine is older than the SDKs want"
	npm install --silent --no-save --prefix "${HOSPES_NODE%/node_modules/*}" node@22 >/dev/null
fi
(cd clients/go && go mod download)
