# Vigie: make help lists what there is to make. Needed: Go, npm (for the ClickHouse engine) and a C compiler if the
# race detector is to run. Everything else is fetched, pinned, and said.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unreleased)
PACKAGES ?= ./...
TEST_TIMEOUT ?= 15m
FUZZ_TIME ?= 20s
FACTS ?= 100000000
DATA ?=
# The packages with goroutines of their own that do not load the ClickHouse engine: the race detector and the
# engine both claim fixed parts of the address space.
RACE_PACKAGES := $(addprefix ./,$(addsuffix /...,$(wildcard alerts eventlog ingest live)))

# step prints one line that says what is being done.
step = @printf '==> %s\n' "$(1)"

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: deps ## build bin/vigie, without cgo
	$(call step,building bin/vigie $(VERSION))
	@CGO_ENABLED=0 go build -trimpath -ldflags '-X main.version=$(VERSION)' -o bin/vigie ./cmd/vigie

.PHONY: ready
ready: ## build bin/vigie and fetch the ClickHouse engine, at the same time
	@scripts/fetch-clickhouse.sh & engine=$$!; \
	$(MAKE) build || { kill $$engine 2>/dev/null; wait; exit 1; }; \
	wait $$engine || echo '==> going on without ClickHouse: live indicators only, no history, no SQL'

.PHONY: demo
demo: ready ## a living call centre through the whole chain, on this machine; DEMO='--start 10:00' for its flags
	$(call step,starting the demo (Ctrl-C ends it))
	@bin/vigie demo $(DEMO)

.PHONY: test
test: deps engine browser alerting kafka check race ## everything CI runs: format, vet, staticcheck, all tests, race detector
	$(call step,tests of $(PACKAGES))
	@go test -timeout $(TEST_TIMEOUT) $(PACKAGES)
	$(call step,all passed)

.PHONY: check
check: deps ## gofmt, vet and staticcheck; no test
	$(call step,gofmt)
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "not in gofmt's form, run gofmt -w on:"; echo "$$files"; exit 1; fi
	$(call step,go vet)
	@go vet $(PACKAGES)
	$(call step,$(STATICCHECK))
	@go run $(STATICCHECK) $(PACKAGES)

.PHONY: race
race: deps ## tests of the packages with goroutines, under the race detector
	$(call step,race detector on $(or $(RACE_PACKAGES),nothing yet))
	@if [ -z "$(RACE_PACKAGES)" ]; then exit 0; \
	elif [ "$$(go env CGO_ENABLED)" = 1 ]; then go test -race -timeout $(TEST_TIMEOUT) $(RACE_PACKAGES); \
	else echo "left out: the race detector needs a C compiler (on Debian: apt-get install gcc libc6-dev)"; fi

.PHONY: engine
engine: ## fetch the ClickHouse engine (libchdb), pinned, into the cache of this user
	$(call step,ClickHouse engine)
	@scripts/fetch-clickhouse.sh

.PHONY: browser
browser: ## install what the browser tests of the wall need: Chromium and axe-core, pinned
	$(call step,browser)
	@scripts/fetch-browser.sh

.PHONY: alerting
alerting: ## fetch what the tests of alerts need: Prometheus and Alertmanager, pinned, into the cache of this user
	$(call step,Prometheus and Alertmanager)
	@scripts/fetch-alerting.sh

.PHONY: kafka
kafka: ## fetch what the test of the compose file's broker needs: Kafka's jars, pinned; left out without Java
	$(call step,Kafka)
	@scripts/fetch-kafka.sh

.PHONY: deps
deps: ## fetch the Go modules of go.sum
	$(call step,Go modules)
	@command -v go >/dev/null || { echo "Go is missing: https://go.dev/dl/ has it"; exit 1; }
	@go mod download

.PHONY: bench
bench: deps engine ## benchmarks, three runs each
	$(call step,benchmarks)
	@go test -run '^$$' -bench . -benchmem -count 3 -timeout 60m $(PACKAGES)

.PHONY: wallspeed
wallspeed: deps engine ## how fast Grafana's boards are over FACTS (100 million) facts; DATA=folder keeps them for the next run
	$(call step,boards over $(FACTS) facts; 100 million take 2 GB and 20 minutes to make)
	@go test ./dashboards -run '^$$' -bench '^BenchmarkBoards$$' -benchtime 1x -timeout 300m \
		-vigie.facts $(FACTS) -vigie.engine '$(if $(DATA),$(abspath $(DATA)))' -vigie.rounds 20 -vigie.strict

.PHONY: fuzz
fuzz: deps ## fuzz each target for FUZZ_TIME (20s)
	@for package in $$(go list $(PACKAGES)); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			printf '==> %s %s for %s\n' "$$package" "$$target" "$(FUZZ_TIME)"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZ_TIME) $$package; \
		done; \
	done

.PHONY: cover
cover: deps engine browser alerting kafka ## tests with coverage; cover/index.html shows what they miss
	$(call step,tests with coverage)
	@mkdir -p cover
	@go test -timeout $(TEST_TIMEOUT) -coverpkg ./... -coverprofile cover/profile $(PACKAGES)
	@go tool cover -html cover/profile -o cover/index.html
	@go tool cover -func cover/profile | tail -n 1

.PHONY: vuln
vuln: deps ## look for known vulnerabilities (asks vuln.go.dev, so not a part of make test)
	$(call step,$(GOVULNCHECK))
	@go run $(GOVULNCHECK) $(PACKAGES)

.PHONY: clean
clean: ## remove what make has made here; the engine's cache stays
	$(call step,removing bin and cover)
	@rm -rf bin cover
