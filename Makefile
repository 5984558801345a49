.DEFAULT_GOAL := help
export FLASK_APP := app.py
export PATH := $(CURDIR)/.venv/bin:$(PATH)

PYTHON_ := .venv/bin/python
SETUP := $(PYTHON_) scripts/setup.py
WORKERS ?= 2

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "%-10s %s\n", $$1, $$2}'

$(PYTHON_):
	@sh scripts/venv.sh

install: $(PYTHON_) ## Install everything needed to run, to develop and to test
	@$(SETUP) development

runtime: $(PYTHON_) ## Install what running needs and nothing else
	@$(SETUP) runtime

# What a machine of one's own needs to try things; an installation sets its own (README).
run: export SUPERMARKET_SECRET_KEY ?= only for trying it on this machine

demo: runtime ## Make the demo county once, then serve it on http://127.0.0.1:8000 (PORT=… for another)
	@python -m supermarket.demo

run: install ## Serve instance/supermarket.db on http://127.0.0.1:5000, reloading as files change
	@flask db upgrade
	@flask --debug run

test: install ## Run the tests; T="tests/counter -k redeem" runs some of them
	@python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(T)

test-long: install ## Run the tests that take minutes
	@python -m pytest -m long $(T)

bench: install ## Measure against the raw driver and print the ratios
	@python -m benchmarks $(B)

check: install ## Lint, types and import contracts: nothing is changed
	ruff check .
	ruff format --check .
	mypy
	lint-imports

format: install ## Put every file into the one accepted shape
	ruff check --fix-only .
	ruff format .

build: runtime ## Bundle the front end into static/dist, when its sources changed

messages: install ## Bring new and changed sentences into the English catalogue, to be translated
	pybabel --quiet extract -F babel.cfg -k N_ -k lazy_gettext --no-location --sort-output -o .setup/messages.pot .
	pybabel --quiet update -i .setup/messages.pot -d supermarket/translations -l en --no-fuzzy-matching --ignore-obsolete

clean: ## Remove what was built and installed; the databases in instance/ stay
	rm -rf .venv .setup node_modules static/dist

.PHONY: help install runtime demo run test test-long bench check format build messages clean
