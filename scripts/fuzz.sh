#!/usr/bin/env bash
# Runs each fuzz target for FUZZTIME (30s unless told).
set -euo pipefail
git grep -hlE '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u | while read -r package; do
	grep -hoE '^func Fuzz\w+' "$package"/*_test.go | cut -d' ' -f2 | while read -r target; do
		echo "fuzz: $package $target"
		go test "./$package" -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-30s}"
	done
done
