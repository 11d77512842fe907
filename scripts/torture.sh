#!/usr/bin/env bash
# Kills the demo fifty times at random moments, five times at every failpoint and once after each commit of a small one,
# brings each to its end, and compares it with a demo that was not killed; does the same to cycles with groups, leavers and
# a remote target. HOSPES_KILLS, HOSPES_POINT_KILLS and HOSPES_SWEEP say how often.
set -euo pipefail
export HOSPES_KILLS="${HOSPES_KILLS:-50}" HOSPES_KILL_USERS="${HOSPES_KILL_USERS:-1000}"
export HOSPES_POINT_KILLS="${HOSPES_POINT_KILLS:-5}" HOSPES_POINT_USERS="${HOSPES_POINT_USERS:-300}"
export HOSPES_SWEEP="${HOSPES_SWEEP:-100000}"
go test ./demo -run 'Kill|Failpoint|Portrait' -v -count=1 -timeout 60m
go test ./provision -run 'Kill|Failpoint' -v -count=1 -timeout 60m
