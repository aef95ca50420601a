# Every command sets itself up: Python 3.11 or newer and make are all that is needed.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
READY  := $(VENV)/.ready-$(shell cksum < requirements.lock | cut -d' ' -f1)

.PHONY: help demo test lint format up down bench lock clean

help:            ## Show these commands
	@grep -hE '^[a-z]+: .*##|^[a-z]+:  *##' Makefile | sed -E 's/:.*##/\t/' | expand -t 12

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "Python 3.11 or newer is needed, this is %d.%d; say: make PYTHON=/path/to/python3.11 ..." % v[:2])'
	@echo "setting up $(VENV) from requirements.lock (about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@rm -f $(VENV)/.ready-*
	@touch $@

demo: $(READY)   ## The main job end to end on a simulated WeChat (KEEP=1 leaves it running)
	@$(PY) -m flows demo $(if $(KEEP),--keep)

test: $(READY)   ## Every test
	@$(PY) -m pytest

lint: $(READY)   ## Style and types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

format: $(READY) ## Put the code into the house style
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

up: $(READY)     ## Prefect server, worker and deployments (SANDBOX=1 adds the simulated WeChat)
	@$(PY) -m flows up $(if $(SANDBOX),--sandbox)

down: $(READY)   ## End exactly what `make up` started
	@$(PY) -m flows down

bench: $(READY)  ## Benchmarks: ratios against a floor measured in the same run
	@$(PY) -m tests.bench

lock:            ## Write requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --extra test --extra postgres --universal --python-version 3.11 \
		--generate-hashes --no-header --no-emit-index-url --quiet -o requirements.lock

clean:           ## Remove the virtual environment and all data of this folder
	rm -rf $(VENV) data
