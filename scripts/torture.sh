#!/usr/bin/env bash
# Kills the demo fifty times at random moments and looks at what is left.
set -euo pipefail
HOSPES_KILLS="${HOSPES_KILLS:-50}" go test ./demo -run Kill -v -count=1 -timeout 30m
