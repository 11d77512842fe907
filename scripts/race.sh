#!/usr/bin/env bash
# The packages with concurrency, under the race detector, which needs a C compiler.
set -euo pipefail
scripts/setup.sh race
export CGO_ENABLED=1
go test -race -count=1 -timeout 20m ./internal/... ./store/sqlstore ./server ./token ./federation ./outbound ./signin ./provision ./dynamic ./demo
