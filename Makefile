# Everything sets itself up: the first run downloads, later runs only look at stamps (tools/bootstrap.py).
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check bench chaos fmt shots set-up

BIN := .venv/bin
PYTEST ?= $(BIN)/pytest -n 2 --dist worksteal
# The data sets that only some tests want; those skip themselves when the folder is missing.
export OPENOMS_REAL_DATA ?= ../shared/data
# Some containers forbid compiled modules; without them every process of ours would take seconds longer to start.
export PYTHONDONTWRITEBYTECODE =

# The Python of the last set-up while it is still there, else the first on the path that is new enough.
bootstrap = @python=$$(cat .tools/python 2>/dev/null); \
	if [ ! -x "$$python" ]; then python=; \
	  for name in python3.11 python3.12 python3.13 python3; do \
	    if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
	  done; \
	fi; \
	if [ -z "$$python" ]; then \
	  echo "OpenOMS needs Python 3.11 or newer: install it (apt-get install python3, brew install python) and run make again." >&2; \
	  exit 1; \
	fi; \
	exec $$python -m tools.bootstrap

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Set up what is missing and run OpenOMS with demonstration data
	$(bootstrap) run
	@exec $(BIN)/openoms demo

test: ## Everything: make check and all tests (BROWSER=0 leaves the browser's out)
	$(bootstrap) $(if $(filter 0,$(BROWSER)),check,test)
	@$(MAKE) --no-print-directory check
	$(PYTEST) tests/unit --cov --cov-report=term
	$(PYTEST) --ignore=tests/unit $(if $(filter 0,$(BROWSER)),-m "not browser")

check: set-up ## Format, lint, types, import contracts, migrations, templates, security
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/openoms makemigrations --check --dry-run
	$(BIN)/djlint src/openoms --check --lint --quiet
	$(BIN)/bandit -q -r src -c pyproject.toml

fmt: set-up ## Put code and templates into the house's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	-$(BIN)/djlint src/openoms --reformat --quiet

bench: set-up ## Measure placing orders against the database's own limit, pricing, weighing and routing them, scheduling, and the desk's pages (makes a million orders once)
	$(BIN)/python -m bench.place
	$(BIN)/python -m bench.pricing
	$(BIN)/python -m bench.approving
	$(BIN)/python -m bench.goods
	$(BIN)/python -m bench.flash
	$(BIN)/python -m bench.pages

chaos: set-up ## Three minutes of kills; proves that nothing acknowledged is lost
	$(BIN)/python -m bench.chaos --seconds 180

shots: ## Pictures of the main pages into shots/
	$(bootstrap) test
	$(BIN)/python -m tools.shots

set-up:
	$(bootstrap) check
