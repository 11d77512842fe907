# hospes: `make run` and `make test` do all set-up that a machine with Go, git and make needs.
SHELL := /bin/bash
DATA ?= ./data
export CGO_ENABLED ?= 0

.PHONY: help run build setup test race lint fmt fuzz bench torture fresh generate clean

help: ## show what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

run: build ## do the main job on the bundled sample, and go on serving
	./bin/hospes demo --data $(DATA)

build: ## build the one binary, bin/hospes
	go build -trimpath -ldflags "-s -w -X main.version=$$(git describe --tags --always --dirty 2>/dev/null || echo dev)" -o bin/hospes ./cmd/hospes

setup: ## install what the tests need (PostgreSQL from the distribution's packages, never started as a service)
	@scripts/setup.sh

test: setup lint ## run everything that must pass
	@scripts/test.sh

race: setup ## run the packages with concurrency under the race detector
	@scripts/race.sh

lint: ## check formatting, vet, imports and the shape of the repository
	@scripts/lint.sh

fmt: ## format the sources
	gofmt -w $$(git ls-files '*.go')

fuzz: ## run each fuzz target for a while (FUZZTIME=30s)
	@scripts/fuzz.sh

bench: ## run the benchmarks with their floors; figures go to docs/performance.md by hand
	go test ./provision -run '^$$' -bench 'Cycle|Idle|Floor' -benchtime 1x -timeout 60m
	go test ./bench -run '^$$' -bench Requests -benchtime 1x -timeout 30m
	go test ./graphapi ./mapping ./odata ./token -run '^$$' -bench . -timeout 30m

torture: ## kill the demo and cycles, at random and at each failpoint, and compare them with runs that were not killed
	@scripts/torture.sh

fresh: ## prove both commands on a fresh Debian with Go, git and make (needs root and debootstrap)
	@scripts/fresh.sh

generate: ## write generated files anew
	go generate ./...

clean: ## remove what was built
	rm -rf bin
