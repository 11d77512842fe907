#!/usr/bin/env bash
# Runs every test and ends with one line of totals. On CI a skipped test is a failure.
set -uo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
go test -count=1 -timeout 20m -json ./... >"$log"
status=$?
go run ./scripts/totals ${CI:+-skips-fail} <"$log" || status=1
exit $status
