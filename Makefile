# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
SHELL := /bin/bash
DATA ?= Examples/three-organisations
PORT_BASE ?= 8000
ONCE ?=
MODEL ?= $(firstword $(wildcard $(dir $(patsubst %/,%,$(DATA)))schema/lif-person-openapi.json) Examples/model/person.json)
SWIFT_BUILD := swift build --explicit-target-dependency-import-check error
LIF := .build/debug/lif

.PHONY: demo test build lint simulate packages release clean

# The one debug build that the demo and the tests share.
build: packages
	$(SWIFT_BUILD) --build-tests

demo: build
	$(LIF) demo --data $(DATA) --model $(MODEL) --port-base $(PORT_BASE) $(if $(ONCE),--once)

test: build lint
	./scripts/test

lint:
	swift format lint --strict --recursive Sources Tests Package.swift Benchmarks Fuzzing

# Seeds of the simulation (docs/guides/simulation.md).
SEEDS ?= 100
simulate: build
	.build/debug/LIFSimulation $(if $(SEED),--seed $(SEED),--seeds $(SEEDS) $(if $(FIRST),--first $(FIRST))) \
		$(if $(PRINT),--print)

release: packages
	swift build -c release --product lif --scratch-path .build-release

# What the build needs beside git, make and the Swift toolchain.
packages:
	@./scripts/install-packages

clean:
	rm -rf .build .build-release
