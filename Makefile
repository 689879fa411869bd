# Everything here sets itself up: a bare machine needs python3 (3.11 or newer, with venv), g++ and
# make. `make` alone lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

APP ?= circuit
MAPPING ?=
MACHINE ?= auto
PRESET ?=
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup tune run apps check lint format types test compat bench effects wheel clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## make the Python environment (the other targets do it themselves)

# One clear sentence for each thing that can be missing; what pip itself says stays visible above it.
$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || \
	  { echo "mapc: there is no $(PYTHON); install Python 3.11 or newer, or name one: make PYTHON=python3.12" >&2; exit 3; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "mapc: $$($(PYTHON) --version) is too old; mapc needs Python 3.11 or newer: make PYTHON=python3.12" >&2; exit 3; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "mapc: $(PYTHON) cannot make a virtual environment; install its venv package (Debian: apt install python3-venv)" >&2; exit 3; }
	@echo "mapc: installing pinned Python packages into $(VENV)" >&2
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock && \
	 $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e . || \
	  { echo "mapc: the Python packages could not be installed; is there a network, and space on the disk? Run make again when there is" >&2; exit 3; }
	@touch $@

tune: $(READY) ## find a better mapper: make tune APP=circuit [PRESET= MACHINE= ARGS="--trials 30"]
	@$(BIN)/mapc tune $(APP) --machine $(MACHINE) $(if $(PRESET),--preset $(PRESET)) $(ARGS)

run: $(READY) ## run an application: make run APP=circuit [MAPPING=policy.mapl PRESET= MACHINE=]
	@$(BIN)/mapc run $(APP) $(if $(MAPPING),--mapping $(MAPPING)) --machine $(MACHINE) $(if $(PRESET),--preset $(PRESET)) $(ARGS)

apps: $(READY) ## build all applications (run and tune build theirs themselves)
	@$(BIN)/mapc apps --build $(ARGS)

check: lint types test ## everything that must hold before a change is done

lint: $(READY) ## ruff: lint and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY) ## let ruff format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(READY) ## mypy, strict
	$(BIN)/mypy

test: $(READY) ## all tests on two processes, then the measured claims one at a time
	$(BIN)/pytest -n 2 --benchmark-disable --ignore tests/benchmarks $(ARGS)
	$(BIN)/pytest tests/benchmarks --benchmark-columns=min,median,rounds

compat: $(READY) ## the mapper's tests on the second supported Legion
	MAPC_LEGION_VERSION=26.6.1 $(BIN)/pytest -n 2 --benchmark-disable tests/backends tests/cmake tests/emulator tests/emulator_random tests/legion/test_with_legion.py tests/end_to_end/test_circuit.py $(ARGS)

bench: $(READY) ## the measured claims alone
	$(BIN)/pytest tests/benchmarks --benchmark-columns=min,median,stddev,rounds -s $(ARGS)

effects: $(READY) ## what mapping decisions are worth: runs all applications, writes docs/applications.md
	$(BIN)/python -m tests.effects $(ARGS)

wheel: $(READY) ## build the wheel and the sdist into dist/
	$(BIN)/python -m build --no-isolation

clean: ## remove the environment and everything built in this folder (not the cache)
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .benchmarks
