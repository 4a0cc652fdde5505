# Two commands do everything on a machine that has only Python (3.11 or later), git and make:
#   make report   the simulated example's reports, in French and English, under reports/
#   make test     every check and test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
EXAMPLE := examples/simulated
# Steps of their own: with them, a make that runs several jobs keeps their order too.
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help report test lint types tests speed calibrate docs pictures lock clean

help: ## say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1	\2/'

report: $(EXAMPLE)/truth.json ## render the simulated example in both languages into reports/
	$(BIN)/kpitools report --project $(EXAMPLE) --output reports
	@printf '\nOpen in a browser:\n' && find "$(CURDIR)/reports" -name '*.html' | sort | sed 's/^/  /'

test: lint types tests ## run every check and test

lint: $(READY) ## check style and form
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(READY) ## check types
	$(BIN)/mypy

tests: $(READY) ## run the tests alone
	$(BIN)/python -m pytest

speed: $(READY) ## measure the program's own speed (takes minutes; fails nothing)
	$(BIN)/python tests/speed/run.py

calibrate: $(READY) ## measure error rates of verdicts and intervals (TOPICS=... only some; minutes), write them into docs/
	PYTHONPATH=tests OPENBLAS_NUM_THREADS=1 $(BIN)/python -m calibrate $(TOPICS)

docs: $(READY) ## write the reference pages of docs/ anew from the code
	$(BIN)/python docs/make_reference.py
	$(BIN)/python docs/make_definitions.py

pictures: $(EXAMPLE)/truth.json ## photograph every page of the example, and steps in JupyterLab, for docs/ (needs Chromium; minutes)
	$(BIN)/python docs/make_pictures.py $(EXAMPLE)
	PYTHONPATH=tests $(BIN)/python docs/make_steps.py $(EXAMPLE)

lock: $(READY) ## choose dependencies anew, for every platform, and lock them with their hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra sql --group dev --universal --fork-strategy fewest --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" \
	  --upgrade --quiet --output-file requirements.lock

clean: ## remove the environment, the simulated example and caches; reports stay
	rm -rf $(VENV) $(EXAMPLE) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The simulated exports are written anew where the simulation changed; an edited project file is never overwritten.
$(EXAMPLE)/truth.json: $(shell find kpitools/simulate -name '*.py' -o -path '*/simulate/files/*') | $(READY)
	$(BIN)/kpitools example $(EXAMPLE)
	@touch $@

# Installed once: again only where the lock or the project's own metadata changed.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "kpitools needs Python 3.11 or later. Name it: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
	  { echo "This Python cannot make environments. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
