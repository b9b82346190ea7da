# Every target brings up .venv by itself from a bare python3 (3.11 or newer).
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help setup run test test-long check format messages fuzz bench eval lock picture clean

help:            ## list the targets
	@grep -hE '^[a-z-]+: .*## |^[a-z-]+:  *## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Sayso needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

# The locks are complete, so pip resolves nothing: it only checks hashes.
$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.runtime
	$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.development  ## set up .venv with everything that tests and checks need

run: $(VENV)/.runtime  ## serve Telegram, or open the playground when there is no token
	@exec $(BIN)/sayso run

test: $(VENV)/.development  ## run the tests
	$(BIN)/python -m pytest -m "not long" -n 2

test-long: $(VENV)/.development  ## run every test, the long ones too
	$(BIN)/python -m pytest

check: $(VENV)/.development  ## lint, formatting, strict types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py

format: $(VENV)/.development  ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: $(VENV)/.development  ## extract what readers see and update the translations
	$(BIN)/pybabel -q extract --omit-header --add-location=file --sort-by-file --no-wrap -o bot/locales/sayso.pot bot
	$(BIN)/pybabel -q update -D sayso -i bot/locales/sayso.pot -d bot/locales --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date

fuzz: $(VENV)/.development  ## fuzz the URL parser and the extractor for a minute
	$(BIN)/python -m tests.fuzz --seconds 60

eval: $(VENV)/.development  ## measure the offline briefs and the checks against gold data
	$(BIN)/python -m tests.evals.brief tests/data/eval-dev.jsonl --engine offline
	$(BIN)/python -m tests.evals.checks
	$(BIN)/python -m tests.evals.compare

bench: $(VENV)/.development  ## print the benchmarks
	$(BIN)/python -m tests.bench

picture: $(VENV)/.development  ## make the README's pictures from the chat page (needs Chromium)
	$(BIN)/python -m tests.picture docs/playground.png
	$(BIN)/python -m tests.digest.picture docs/digest.png

lock:            ## compile the lock files anew (needs uv)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -c requirements.lock -o requirements-dev.lock

clean:           ## remove .venv and caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
