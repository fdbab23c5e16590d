# `make demo` is all a newcomer needs: Python >= 3.11 and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo setup check test chaos histories clean

help:  ## these words
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/'

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if v >= (3, 11) else f"Lading needs Python 3.11 or newer, and {sys.executable} is {v[0]}.{v[1]}: make demo PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

demo: $(VENV)/.installed  ## a messy customer file into an AMC audience, on this machine, against the sandbox
	@$(BIN)/lading demo

setup: $(VENV)/.installed-dev  ## everything that check and test need

check: $(VENV)/.installed-dev  ## format, lint, types, imports, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config .importlinter
	$(BIN)/codespell src docs README.md CONTRIBUTING.md CHANGELOG.md SECURITY.md
	$(BIN)/python -m pytest -q tests/docs

test: $(VENV)/.installed-dev  ## all tests
	$(BIN)/python -m pytest -q -n auto

SEEDS ?= 50
FROM ?= 1000

chaos: $(VENV)/.installed-dev  ## the command killed with -9 again and again: make chaos SEEDS=50 FROM=1000
	CHAOS_SEEDS=$(SEEDS) CHAOS_FROM=$(FROM) $(BIN)/python -m pytest -q -n auto tests/acceptance/chaos

histories: $(VENV)/.installed-dev  ## the same histories, lived in one process: make histories SEEDS=50 FROM=1000
	CHAOS_SEEDS=$(SEEDS) CHAOS_FROM=$(FROM) $(BIN)/python -m pytest -q -n auto tests/integration/chaos/test_chaos.py

clean:  ## what the above made
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
