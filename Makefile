PYTHON ?= python3
VENV ?= .venv
PREFIX ?= $(HOME)/.local
BIN := $(VENV)/bin
RUN := $(BIN)/python -m

.PHONY: demo run install-cli test check bench faults requirements clean

demo: $(VENV)/run.stamp  ## Start everything, analyze a real gated CT series, show the result, stop
	$(RUN) api.cli demo

run: $(VENV)/run.stamp  ## Start everything and stay up on http://127.0.0.1:8000; MODEL=fake: with a stand-in for Claude
	$(RUN) api.cli run

install-cli: $(VENV)/run.stamp  ## Put the command dicom-analysis into PREFIX/bin (default ~/.local/bin)
	$(RUN) pip install --quiet --disable-pip-version-check --no-deps --editable .
	mkdir -p $(PREFIX)/bin
	ln -sf $(abspath $(BIN))/dicom-analysis $(PREFIX)/bin/dicom-analysis

test: $(VENV)/dev.stamp  ## Run the tests
	$(RUN) pytest

check: $(VENV)/dev.stamp  ## Lint, types, import contracts, coverage of the pure rooms, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(RUN) coverage run -m pytest
	$(RUN) coverage report

bench: $(VENV)/dev.stamp  ## Measure; results go to docs/benchmarks.md
	$(RUN) benchmarks

faults: $(VENV)/dev.stamp  ## Kill, freeze and starve a running stack for a long time
	FAULTS=long FUZZ_FILES=25000 $(RUN) pytest tests/faults tests/shared/jobs/test_state_machine.py tests/shared/dicom/test_fuzz.py \
	  tests/shared/archives/test_fuzz.py

requirements: $(VENV)/dev.stamp  ## Compile the pinned requirements anew
	for name in requirements requirements-dev; do \
	  $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --no-emit-find-links $$name.in -o $$name.txt; done
	$(BIN)/uv pip compile -q --no-deps --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links requirements-data.in -o requirements-data.txt

clean:  ## Remove the environment and the state of local mode
	rm -rf $(VENV) .state

$(VENV)/run.stamp: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(RUN) pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.txt requirements-data.txt
	$(RUN) pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(RUN) pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-data.txt
	touch $@
