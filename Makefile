# Everything runs in .venv, which is made on first use and renewed when pyproject.toml changes.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
DEV := .venv/dev

.PHONY: demo test check lint types format bench checks-page clean
.DEFAULT_GOAL := demo

demo: $(READY)
	@echo '== The shipped policies are checked =='
	@$(BIN)/duecourse check policies
	@echo
	@echo '== Their scenarios are replayed, as a tester would =='
	@$(BIN)/duecourse replay --format quiet tests/scenarios
	@echo
	@echo '== One due date, with its reasons =='
	@$(BIN)/duecourse due redbridge/children-statutory stage_1 --from 2026-05-01
	@echo
	@echo 'Done. Try: $(BIN)/duecourse --help'

test: $(READY)
	$(BIN)/python -m pytest

check: lint types test

lint: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV)
	$(BIN)/mypy

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

checks-page: $(READY)
	$(BIN)/duecourse help --format markdown > policies/CHECKS.md

bench: $(READY)
	$(BIN)/python tests/bench/bench.py

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Duecourse needs Python 3.11 or later, and $(PYTHON) is older or missing.'; \
	  echo 'Name another one: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)'; exit 1; }
	@echo 'Setting up .venv (once)'
	@$(PYTHON) -m venv .venv || { echo 'The module venv is missing: on Debian, apt install python3-venv'; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

$(DEV): $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv .coverage dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
