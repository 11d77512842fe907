#!/usr/bin/env bash
# Formatting, vet, and the rules of the repository that a program can check.
set -euo pipefail
unformatted=$(gofmt -l $(git ls-files '*.go'))
if [ -n "$unformatted" ]; then
	echo "lint: gofmt would change:" >&2
	echo "$unformatted" >&2
	exit 1
fi
go vet ./...
(cd clients/go && go vet ./...)
go vet -tags failpoint ./internal/fault
# Time comes from the injected clock; only the clock itself and the command read the machine's.
if git grep -nE 'time\.Now\(\)' -- '*.go' ':!clock.go' ':!cmd/' ':!*_test.go' ':!*test/*.go'; then
	echo "lint: read the injected clock instead of time.Now" >&2
	exit 1
fi
echo "lint: ok"
