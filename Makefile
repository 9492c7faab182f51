# Every verb does its own set-up in $(VENV); nothing outside this folder is changed.
#   make run PORT=8600      another port
#   make test TESTS=tests/unit
#   make test PYTHON=python3.12 VENV=.venv-3.12
VENV   ?= .venv
PYTHON ?=
PORT   ?= 8501
HOST   ?= 127.0.0.1
ATLAS  ?=
N      ?=
CASES  ?= 10000
TESTS  ?= tests

BIN     := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-virtualenv --no-input
CHECKED := dashboard geodata tests

.DEFAULT_GOAL := help
.PHONY: run test check format messages bench soak fuzz audit lock help

run: $(VENV)/run.stamp ## start the dashboard and print its address
	@exec $(BIN)/corridors serve --host $(HOST) --port $(PORT) $(ATLAS)

test: $(VENV)/dev.stamp ## run every test, those in a browser included
	@chromium=$$($(BIN)/python tests/browser/chromium.py) || exit 1; \
	CHROMIUM="$$chromium" $(BIN)/python -m pytest --numprocesses=auto --dist=worksteal $(TESTS)

check: $(VENV)/dev.stamp ## style, types, who imports whom, and the content of the atlas
	@failed=; \
	for tool in "ruff check --quiet $(CHECKED)" "ruff format --quiet --check $(CHECKED)" "basedpyright --pythonpath $(BIN)/python" \
	            "lint-imports --no-logo" "corridors check"; do \
	    echo "== $$tool"; $(BIN)/$$tool || failed="$$failed, $${tool%% -*}"; \
	done; \
	[ -z "$$failed" ] || { echo "make check: failed: $${failed#, }" >&2; exit 1; }

format: $(VENV)/dev.stamp ## put the code into the one form, and mend what can be mended by itself
	@$(BIN)/ruff check --quiet --fix-only $(CHECKED)
	@$(BIN)/ruff format $(CHECKED)

messages: $(VENV)/dev.stamp ## bring the catalogues of interface texts up to date, for the translators
	@$(BIN)/pybabel --quiet extract --mapping babel.cfg --omit-header --no-location --sort-output \
	    --keyword words --keyword t --keyword N_ --keyword count:1,2 --output $(VENV)/dashboard.pot .
	@for catalogue in dashboard/locale/*/LC_MESSAGES/dashboard.po; do \
	    language=$${catalogue#dashboard/locale/}; \
	    $(BIN)/pybabel --quiet update --no-wrap --input-file $(VENV)/dashboard.pot --output-file $$catalogue \
	        --locale $${language%%/*} --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date || exit 1; \
	done

bench: $(VENV)/dev.stamp $(VENV)-bench/bench.stamp ## measure what must stay fast, and write docs/performance.md (N="50 1000": sizes)
	@chromium=$$($(BIN)/python tests/browser/chromium.py) || exit 1; \
	CHROMIUM="$$chromium" BENCH_PYTHON="$(abspath $(VENV)-bench/bin/python)" N="$(N)" $(BIN)/python -m pytest tests/bench \
	    --override-ini "python_files=bench_*.py" --override-ini "python_functions=bench_*" --capture=no

soak: $(VENV)/dev.stamp ## 200 people at once for minutes, then the visitors of a day: nothing fails, and nothing of them stays
	@PYTHONDONTWRITEBYTECODE=1 SOAK_SECONDS="$(SOAK_SECONDS)" SOAK_HOURS="$(SOAK_HOURS)" $(BIN)/python -m tests.bench.soak

fuzz: $(VENV)/dev.stamp ## try ten thousand bad atlases, and as many bad addresses (CASES=500: fewer)
	@chromium=$$($(BIN)/python tests/browser/chromium.py) || exit 1; \
	CHROMIUM="$$chromium" CASES="$(CASES)" $(BIN)/python -m pytest tests/fuzz tests/browser/test_addresses.py --capture=no

audit: $(VENV)/dev.stamp ## ask the advisory databases about every pinned package (needs the network)
	@$(BIN)/uv tool run pip-audit --requirement requirements.lock --disable-pip --require-hashes --progress-spinner off

lock: $(VENV)/dev.stamp ## choose the newest versions that pyproject.toml allows, with their hashes
	@$(BIN)/uv pip compile $(LOCK) --group build --output-file requirements.lock pyproject.toml
	@$(BIN)/uv pip compile $(LOCK) --group build --group dev --constraints requirements.lock \
	    --output-file requirements-dev.lock pyproject.toml
LOCK := --quiet --universal --python-version 3.11 --fork-strategy fewest --upgrade --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

# ---------------------------------------------------------------- set-up

# The first Python that is new enough. Being on the PATH is not enough: a shim may stand for nothing.
$(BIN)/python:
	@found=; for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "make: no Python 3.11 or newer was found$(if $(PYTHON), under the name $(PYTHON)). Install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$($$found --version) ..." >&2; \
	$$found -m venv --clear $(VENV) || { \
	    rm -rf $(VENV); \
	    echo "make: $$found cannot make a virtual environment; on Debian and Ubuntu install the package python3-venv." >&2; exit 1; }

# Each after the one before, so that with `make -j` no two installations meet in one folder.
$(VENV)/lock.stamp: requirements.lock | $(BIN)/python
	@echo "Installing what the dashboard needs ..." >&2
	@$(INSTALL) --only-binary :all: --require-hashes --requirement requirements.lock
	@touch $@

$(VENV)/run.stamp: pyproject.toml $(VENV)/lock.stamp
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/lock.stamp | $(VENV)/run.stamp
	@echo "Installing what the tests and checks need ..." >&2
	@$(INSTALL) --only-binary :all: --require-hashes --requirement requirements-dev.lock
	@touch $@

# The programs that the benchmark compares with, apart from all that the product needs.
$(VENV)-bench/bench.stamp: tests/bench/requirements.txt | $(BIN)/python
	@echo "Installing what the benchmark compares with ..." >&2
	@$(BIN)/python -m venv --clear $(VENV)-bench
	@$(VENV)-bench/bin/python -m pip install -qq --disable-pip-version-check --require-virtualenv --no-input \
	    --only-binary :all: --requirement tests/bench/requirements.txt
	@touch $@
