# Two commands do all their own set-up on a Debian machine with Go and Node:
#   make demo   build, make a dataset with planted errors, check it, open the review app
#   make test   every test: Go with the race detector, web units, the app in Chromium
# Others: build, lint, web (rebuild the embedded app), bench, fuzz, clean.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build

GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome || echo /usr/bin/chromium)
# Package installation needs root; sudo is used where it is there.
APT = $$([ "$$(id -u)" = 0 ] || echo sudo) apt-get

.PHONY: build demo test test-go test-web test-e2e dist-current lint web fuzz bench clean chromium compiler

build:
	CGO_ENABLED=0 go build -trimpath -o bin/errata ./cmd/errata

demo: build
	bin/errata demo

test: test-go test-web dist-current test-e2e

test-go: compiler
	CGO_ENABLED=1 go test -race -timeout 30m ./...
	cd bench && CGO_ENABLED=1 go test ./...

web/node_modules: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	touch web/node_modules

test-web: web/node_modules
	cd web && npm run check && npm test

# The committed web/dist must be what the source builds.
dist-current: web/node_modules
	cd web && npm run build
	@git diff --exit-code --stat -- web/dist || { echo "web/dist is not what web/ builds: run make web and commit it"; exit 1; }
	@[ -z "$$(git status --porcelain -- web/dist)" ] || { echo "web/dist has files that are not committed: run make web and commit it"; exit 1; }

test-e2e: build chromium web/node_modules
	cd web && CHROMIUM="$(CHROMIUM)" ERRATA_BIN="$(CURDIR)/bin/errata" npm run e2e

web: web/node_modules
	cd web && npm run build

lint: web/node_modules
	@out=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$out" ] || { echo "gofmt would change:"; echo "$$out"; exit 1; }
	go vet ./...
	cd bench && go vet ./...
	go run $(GOLANGCI) run --allow-parallel-runners ./...
	cd web && npm run check && npm run lint

# Every fuzz target for FUZZTIME each.
FUZZTIME ?= 30s
fuzz:
	@for p in $$(go list ./...); do for f in $$(go test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
		echo "== $$p $$f"; go test -run '^$$' -fuzzminimizetime 10x -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$p; done; done

bench:
	cd bench && go run ./sgemm && go run ./jpeg && go run ./predprobs && go run ./quality && go run ./coco

chromium:
	@[ -x "$(CHROMIUM)" ] || { $(APT) update && $(APT) install -y --no-install-recommends chromium; }

compiler:
	@command -v gcc >/dev/null || command -v clang >/dev/null || { $(APT) update && $(APT) install -y --no-install-recommends gcc libc6-dev; }

clean:
	rm -rf bin demo web/node_modules
