# Everything people do with this project; `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help serve test lint import-northwind update-expectations schema schema-diff schema-lint bench bench-scale faults lock clean

NORTHWIND ?= ../shared/data/northwind
# The first Python on the path that is new enough; PYTHON=... names another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

# Two processes test at once, each against a Neo4j of its own; one that is given is not shared.
PARALLEL ?= $(if $(NEO4J_TEST_URI),,--numprocesses=2 --dist=worksteal)

# What `make schema-diff` compares with: the last release, where the clone has its tag.
FROM ?= $(shell git describe --tags --match 'v*' --abbrev=0 2>/dev/null)

BIN := .venv/bin
CLIENTS := tests/clients/javascript
QUIET := $(if $(MAKE_TERMOUT),,--quiet)
# uv is several times faster; pip with its own configuration steps in where uv cannot reach an index.
INSTALL = $(BIN)/uv pip install $(QUIET) --python $(BIN)/python --require-hashes --requirement $(1) \
	|| $(BIN)/pip install $(QUIET) --require-hashes --requirement $(1)
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: .venv/runtime ## start everything: database, demo company, service on 127.0.0.1:8000
	@$(BIN)/customer-graph serve

test: lint ## lint, types, import rules and the whole suite against a Neo4j of its own
	$(BIN)/python -m pytest $(PARALLEL)

lint: .venv/dev ## ruff, mypy and the import rules
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

import-northwind: .venv/runtime ## load Northwind from NORTHWIND=folder, also while `make serve` runs
	@test -d "$(NORTHWIND)" || { echo "There is no folder $(NORTHWIND); name one: make import-northwind NORTHWIND=folder"; exit 2; }
	@$(BIN)/customer-graph import examples/northwind/mapping.toml --folder "$(NORTHWIND)"

update-expectations: .venv/dev ## write the expected Cypher, parameters and rows of the cases anew; read the diff
	$(BIN)/python -m pytest tests/cases --update-expectations

schema: .venv/dev ## write schema.graphql from the declarations
	$(BIN)/customer-graph schema > schema.graphql.new && mv schema.graphql.new schema.graphql

schema-diff: $(CLIENTS)/node_modules ## what changed in schema.graphql since the last release, or since FROM=revision
	@test -n "$(FROM)" || { echo "There is no release to compare with; name a revision: make schema-diff FROM=main"; exit 2; }
	@git show "$(FROM):schema.graphql" | node $(CLIENTS)/schema-diff.mjs /dev/stdin schema.graphql

schema-lint: $(CLIENTS)/node_modules ## @graphql-eslint over schema.graphql
	@$(CLIENTS)/node_modules/.bin/eslint --config $(CLIENTS)/eslint.config.mjs schema.graphql

bench: .venv/dev ## measure the service beside its peers; the report goes to bench/results
	$(BIN)/python -m bench

bench-scale: .venv/dev ## database hits of every read at growing sizes; takes hours
	$(BIN)/python -m bench.scale

faults: .venv/dev ## kill the database, cut connections and kill imports while clients write; takes a quarter of an hour
	$(BIN)/python -m faults

lock: .venv/dev ## resolve the dependencies of pyproject.toml into the locks
	$(COMPILE) requirements-build.in -o requirements-build.lock
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) tests/clients/ariadne/requirements.in -o tests/clients/ariadne/requirements.lock

clean: ## remove the virtual environment and what tools cached; the database stays
	rm -rf .venv build $(CLIENTS)/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(CLIENTS)/node_modules: $(CLIENTS)/package-lock.json
	@command -v npm >/dev/null || { echo "node and npm are needed: https://nodejs.org"; exit 2; }
	@echo "Installing the clients in JavaScript ..."
	@npm ci --prefix $(CLIENTS) --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@

.venv/runtime: .venv/build requirements.lock
	@echo "Installing the pinned dependencies ..."
	@$(call INSTALL,requirements.lock)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . \
		|| $(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/runtime requirements-dev.lock
	@echo "Installing the tools for development ..."
	@$(call INSTALL,requirements-dev.lock)
	@touch $@

.venv/build: requirements-build.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; name it: make PYTHON=/path/to/python3.11"; exit 2; }
	@echo "Making the virtual environment .venv with $(PYTHON) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@
