#!/usr/bin/env bash
# Runs every test, those of the API on both stores, and ends with one line of totals. On CI a skipped test is a failure.
set -uo pipefail
. "$(dirname "$0")/node.sh"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
go test -count=1 -timeout 20m -json ./... >"$log"
status=$?
HOSPES_TEST_STORE=postgres go test -count=1 -timeout 20m -json ./graphapi ./oidc ./signin >>"$log" || status=1
go run ./scripts/totals ${CI:+-skips-fail} <"$log" || status=1
exit $status
