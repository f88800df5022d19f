# `make demo` and `make test` set everything up by themselves; nothing else needs to be installed first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint types verify mutants kills fuzz clean
demo: $(VENV)/.ready
	$(BIN)/foedus run kazakhstan-2022 --out runs/kazakhstan-2022

test: $(VENV)/.dev-ready lint types
	$(BIN)/python -m pytest

lint: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev-ready
	$(BIN)/mypy

verify: $(VENV)/.dev-ready ## the long verification: hours, not minutes; figures go to docs/verification.md
	$(BIN)/python -m pytest -m verify

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Foedus needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name another one: make PYTHON=python3.12 demo" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"

$(VENV)/.ready: pyproject.toml | $(BIN)/python
	@echo "Setting up Foedus in $(VENV) (once; about a minute)"
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.dev-ready: pyproject.toml | $(VENV)/.ready
	@echo "Adding the test tools"
	$(BIN)/python -m pip install --quiet --group dev --editable .
	@touch $@

mutants: $(VENV)/.dev-ready ## how many wrong laws the tests would notice; the score stands in docs/treaties/tests.md
	$(BIN)/python tests/treaties/mutants.py

kills: $(VENV)/.dev-ready ## kill writers at random moments, then press Ctrl-C; figures go to docs/reliability.md
	$(BIN)/python -m pytest -m verify -s tests/reliability/test_kills.py

fuzz: $(VENV)/.dev-ready ## odd inputs by the hundred thousand: MINUTES=10, or INPUTS=1000000; figures go to docs/reliability.md
	$(BIN)/python tests/fuzz --workers $(or $(WORKERS),2) $(if $(MINUTES),--minutes $(MINUTES)) --inputs $(or $(INPUTS),1000000)

clean:
	rm -rf $(VENV) runs .pytest_cache .mypy_cache .ruff_cache .hypothesis
