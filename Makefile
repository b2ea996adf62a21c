# Two commands: `make demo` scores the sample calls and serves the review app; `make test` runs every check.
# Needed on the machine: Python 3.11+ with venv, make, Node with npm, a C compiler. The rest is installed here.

PYTHON  ?= python3
SERVE   ?= 1
VENV    := .venv
BIN     := $(VENV)/bin
UV      := $(BIN)/uv pip install --quiet --python $(BIN)/python
BASE    := $(VENV)/.installed
DEV     := $(VENV)/.installed-dev
VENDOR  := node_modules/.installed
SOURCES := qa models webapp rubrics bench tests

# The companies of the sample calls; on your own calls set it to yours.
export QA_COMPANY_NAMES ?= 云帆科技,Northwind

# Test files are shared out over this many processes; each holds models of its own (about 3 GB).
TEST_PROCESSES ?= 2

# Compiled Python is kept, whatever the shell says: start-up time is part of the product.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo serve test check lint types unit bench-agreement bench-app bench-calibration bench-night bench-ray bench-samples bench-scoring bench-speech heads screenshots lock audit clean

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-15s %s\n", $$1, $$2}'

demo: $(BASE) $(VENDOR) ## Score samples/ and serve the review app (SERVE=0 stops after the scores)
	$(BIN)/qa run samples --manifest samples/manifest.csv
ifneq ($(SERVE),0)
	$(BIN)/qa serve
endif

serve: $(BASE) $(VENDOR) ## Serve the review app on 127.0.0.1:8000
	$(BIN)/qa serve

test: $(DEV) $(VENDOR) chromium postgresql lint types ## Run every check: lint, types, layers, all tests
	$(BIN)/pytest --numprocesses $(TEST_PROCESSES) --dist loadfile

check: $(DEV) lint types unit ## Lint, types, layers and unit tests: under a minute

lint: $(DEV)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/lint-imports

types: $(DEV)
	$(BIN)/mypy

unit: $(DEV)
	$(BIN)/pytest tests/unit tests/property

bench-agreement: $(DEV) ## Simulate how often the intervals of the agreement figures hold (a quarter of an hour)
	$(BIN)/python -m bench.agreement

bench-calibration: $(DEV) ## Simulate corrected figures, agents, licences and drift (a quarter of an hour)
	$(BIN)/python -m bench.calibration

bench-app: $(DEV) ## Measure the pages with 100,000 scored calls and 20 people, on SQLite and PostgreSQL (needs wrk)
	$(BIN)/python -m bench.app

bench-night: $(DEV) ## Kill nights at every point, read odd files, repeat, and grow to 10,000 calls, on both databases (an hour)
	$(BIN)/python -m bench.night kills gone zoo rerun rubric growth

bench-ray: $(DEV) ## Score the samples here and on Ray, side by side
	$(BIN)/python -m bench.ray

bench-samples: $(DEV) ## Score the sample calls and print the verdicts against the truth
	$(BIN)/python -m bench.samples_report

bench-scoring: $(DEV) ## Measure the verdicts, what recognition costs, fairness, robustness and scoring time
	$(BIN)/python -m bench.scoring

bench-speech: $(DEV) ## Measure recognition, diarization, roles, speed and growth, against other tools (half an hour)
	$(BIN)/python -m bench.speech

heads: $(DEV) ## Train the heads anew from the phrase bank and measure them beside the rules
	$(BIN)/python -m bench.heads

screenshots: $(DEV) $(VENDOR) chromium ## Retake the pictures in docs/images from the sample calls
	$(BIN)/python -m bench.screenshots

lock: $(BASE) ## Resolve the dependencies anew into the lock files
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 --extra speech --extra semantic pyproject.toml \
		--output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 --extra speech --extra semantic --extra postgres --extra s3 --extra parquet --extra ray --extra transformers --extra dev \
		--constraint requirements.lock pyproject.toml --output-file requirements-dev.lock

audit: $(DEV) ## Look the locked packages up in the vulnerability database (needs a network)
	$(BIN)/pip-audit --requirement requirements-dev.lock --disable-pip

clean: ## Remove everything that was built or installed here; recordings and scores in var/ stay
	rm -rf $(VENV) node_modules webapp/static/vendor build *.egg-info .mypy_cache .ruff_cache .pytest_cache
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/uv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Call QA needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet 'uv>=0.9'

$(BASE): requirements.lock pyproject.toml | $(BIN)/uv
	$(UV) --require-hashes --requirement requirements.lock
	$(UV) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.lock $(BASE)
	$(UV) --require-hashes --requirement requirements-dev.lock
	@touch $@

$(VENDOR): package.json package-lock.json
	npm ci --no-fund --no-audit
	@touch $@

# The store's tests run on SQLite and on a PostgreSQL server that they start themselves.
.PHONY: postgresql
postgresql:
	@command -v initdb > /dev/null || ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || { \
		if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq postgresql > /dev/null; \
		else echo "the store's tests need PostgreSQL: sudo apt-get install postgresql"; exit 1; fi; }

# The browser tests drive Debian's Chromium, with a font that has Chinese.
.PHONY: chromium
chromium:
	@command -v chromium > /dev/null || { \
		if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk > /dev/null; \
		else echo "the browser tests need chromium: sudo apt-get install chromium fonts-noto-cjk"; exit 1; fi; }
