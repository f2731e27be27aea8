# All commands for working on Mostrador; `make` lists them.
# README, hooks and CI call these targets and repeat nothing.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

unexport PYTHONDONTWRITEBYTECODE  # every command and the 150 processes of a run would compile the sources again

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
API_TOOLS := tests/api_clients/node_modules/.package-lock.json
LOCKS := requirements/runtime.txt requirements/migrations.txt requirements/dev.txt
SERVICES := auth catalog sales customers analytics chatbot
WORKERS ?= 3  # on 2 cores: tests wait for servers

S ?=
M ?=
V ?=
A ?= --help
comma := ,
each_service = $(addprefix --service ,$(subst $(comma), ,$(S)))
# Refuses variables that make no sense, before anything is started.
CHECKED = @$(BIN)/python -m deploy.local.variables $@
# A lock names no package index: whoever installs from it has their own.
COMPILE = $(BIN)/uv pip compile --quiet $(if $(filter 1,$(UPGRADE)),--upgrade) --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: help
help: ## explain every target
	@echo "Mostrador. Targets (S= names a service: $(SERVICES)):"
	@awk -F ':.*## ' '/^# --- / {gsub(/^# -+ | -+$$/, ""); print "\n" $$0} \
		/^[a-z0-9-]+:.*## / {printf "  \033[1m%-13s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- set-up ------------------------------------------------------------------------------------

.PHONY: setup
setup: $(READY) api-tools ## create the virtual environment from the hashed locks (needs only Python >= 3.11)

$(READY): $(LOCKS)
	@$(PYTHON) -m deploy.local.setup $(VENV) requirements/dev.txt
	@touch $@

.PHONY: lock
lock: $(READY) ## compile requirements/*.in into hashed locks (UPGRADE=1 takes newer versions)
	$(CHECKED)
	$(COMPILE) requirements/runtime.in -o requirements/runtime.txt
	$(COMPILE) -c requirements/runtime.txt requirements/migrations.in -o requirements/migrations.txt
	$(COMPILE) -c requirements/migrations.txt requirements/dev.in -o requirements/dev.txt

.PHONY: hooks
hooks: $(READY) ## install the git hook that runs `make fmt lint` before a commit
	$(BIN)/pre-commit install

# --- the suite on this machine -----------------------------------------------------------------

.PHONY: up
up: $(READY) ## start the whole suite on this machine, with a small demo shop (DEMO=0: a shop of your own, empty, remembered; PORT_BASE=41000: other ports, remembered; SEPARATE=1: separate workers, as in production; TLS=1: a TLS port for devices of the shop's network; OBSERVE=1: with Prometheus; POOLER=1: with PgBouncer; REPLICAS=2: two of each process)
	$(CHECKED)
	@$(BIN)/python -m deploy.local up $(if $(DEMO),$(if $(filter 0,$(DEMO)),--no-demo,--demo))

.PHONY: tls
tls: $(READY) ## make a certificate for the shop's network, NAMES="caja.local 192.168.1.20", signed by an authority that devices trust; then make up TLS=1
	$(CHECKED)
	@$(BIN)/python -m deploy.local tls $(NAMES)

.PHONY: down
down: $(READY) ## stop the suite; the data stays in .run/
	@$(BIN)/python -m deploy.local down

.PHONY: restart
restart: $(READY) ## restart all processes, or those of one service: make restart S=sales
	@$(BIN)/python -m deploy.local restart $(S)

.PHONY: dev
dev: $(READY) ## restart a service at each change of its sources, and show its logs: make dev S=sales
	$(CHECKED)
	@$(BIN)/python -m deploy.local dev $(S)

.PHONY: reset
reset: $(READY) ## stop the suite and delete all data; asks in a terminal (YES=1: does not)
	$(CHECKED)
	@$(BIN)/python -m deploy.local reset

.PHONY: status
status: $(READY) ## show which processes run and whether they are ready
	@$(BIN)/python -m deploy.local status

.PHONY: memory
memory: $(READY) ## show the memory of each process and of all together (PSS; Linux)
	@$(BIN)/python -m deploy.local memory

.PHONY: logs
logs: $(READY) ## follow all logs, or those of one service: make logs S=sales (JSON=1: unchanged)
	$(CHECKED)
	@$(BIN)/python -m deploy.local logs $(S)

.PHONY: psql
psql: $(READY) ## open a database prompt: make psql S=sales
	$(CHECKED)
	@$(BIN)/python -m deploy.local psql $(S)

.PHONY: admin
admin: $(READY) ## manage owners, passwords, sessions: make admin A="revoke-sessions --email ana@example.com"
	@$(BIN)/python -m deploy.local admin $(A)

.PHONY: products
products: $(READY) ## import and export products: make products A="import products.csv --dry-run"
	@$(BIN)/python -m deploy.local products $(A)

.PHONY: keys
keys: $(READY) ## manage the keys that sign user tokens: make keys A=list (rotate, retire)
	@$(BIN)/python -m deploy.local keys $(A)

.PHONY: events
events: $(READY) ## manage dead letters, past events and subscribers: make events A="deadletters list --service analytics"
	@$(BIN)/python -m deploy.local events $(A)

.PHONY: rebuild
rebuild: $(READY) ## fill the owner's reports again from sales, catalog, customers and auth (A=--verify: compare only)
	@$(BIN)/python -m deploy.local rebuild $(filter-out --help,$(A))

.PHONY: backup
backup: $(READY) ## copy all databases of the running suite to backups/ (TO=folder; A="--verify backups/…")
	@$(BIN)/python -m deploy.local backup $(if $(TO),--to "$$TO") $(filter-out --help,$(A))

.PHONY: restore
restore: $(READY) ## restore a backup into the running suite, and reconcile: make restore FROM=backups/… (S=catalog: only this service; YES=1: does not ask)
	$(CHECKED)
	@$(BIN)/python -m deploy.local restore "$$FROM" $(each_service)

.PHONY: reconcile
reconcile: $(READY) ## after a restore by hand: rebuild the reports, and list what the services disagree about and what to do (S=catalog SINCE=2h: replay events to it)
	$(CHECKED)
	@$(BIN)/python -m deploy.local reconcile $(each_service) $(if $(SINCE),--since "$$SINCE") $(filter-out --help,$(A))

.PHONY: invariants
invariants: $(READY) ## check whether the records of all services agree, even while they work (A="--patience 60")
	@$(BIN)/python -m tests.e2e.invariants $(filter-out --help,$(A))

.PHONY: demo
demo: $(READY) ## play a day at the shop through the gateway and check every answer (VERBOSE=1: print requests and answers; needs `make up`)
	$(CHECKED)
	@$(BIN)/python -m deploy.local.demo

.PHONY: sample
sample: $(READY) ## fill the demo shop with past sales, once: DAYS=90 SEED=1 (needs `make up`)
	$(CHECKED)
	@$(BIN)/python -m deploy.local.sample --days $(or $(DAYS),90) --seed $(or $(SEED),1)

# --- tests -------------------------------------------------------------------------------------

.PHONY: test
test: $(READY) api-tools ## all tests; starts the servers it needs by itself
	$(PYTEST)

.PHONY: test-unit
test-unit: $(READY) ## tests that need no server, in about a minute
	$(BIN)/pytest -q -m unit

.PHONY: test-service
test-service: $(READY) ## tests of one service: make test-service S=sales
	$(CHECKED)
	$(PYTEST) services/$(S)

.PHONY: test-e2e
test-e2e: $(READY) ## end-to-end tests (they start suites of their own; POOLER=1: with PgBouncer)
	$(CHECKED)
	$(BIN)/pytest tests/e2e

.PHONY: manifests
manifests: $(READY) ## render the cluster's manifests and check them: schemas, names that must meet, network, variables
	$(BIN)/pytest -q tests/manifests tests/architecture/test_manifests.py

.PHONY: fuzz
fuzz: $(READY) ## check the API documents with random requests, MINUTES=5 for each of four roles (ONLY='^/sync': to paths that match)
	$(CHECKED)
	FUZZ_MINUTES=$(or $(MINUTES),5) FUZZ_ONLY='$(ONLY)' $(BIN)/pytest -s tests/fuzz

.PHONY: rolling
rolling: $(READY) ## replace every process of a suite with two replicas under load (FROM=<git revision>: start with that release)
	$(CHECKED)
	ROLLING=1 ROLLING_FROM=$(FROM) $(BIN)/pytest -s tests/e2e/test_rolling.py

.PHONY: chaos
chaos: $(READY) ## kill processes at every step of the protocols, then during a day at the shop, MINUTES=5 SEED=1 (REPLICAS=2: two of each process)
	$(CHECKED)
	CHAOS_MINUTES=$(or $(MINUTES),5) CHAOS_SEED=$(or $(SEED),1) $(BIN)/pytest -s tests/e2e/test_chaos.py

.PHONY: synced-days
synced-days: $(READY) ## send days of offline sales in different orders while processes are killed, and compare the results, DAYS=14 SEED=1
	$(CHECKED)
	SYNCED_DAYS=$(or $(DAYS),14) SYNCED_SEED=$(or $(SEED),1) $(BIN)/pytest -s tests/e2e/test_synced_days.py

.PHONY: tills
tills: $(READY) ## let four tills sell while answers are lost and browsers and servers are killed, SALES=1000 SEED=1, and compare the shop with them
	$(CHECKED)
	TILL_SALES=$(or $(SALES),1000) TILL_SEED=$(or $(SEED),1) $(BIN)/pytest -s tests/web/test_tills.py

.PHONY: backpressure
backpressure: $(READY) ## run the tests of overload: a locked table, 2,000 clients at once, a broker without memory, full disks
	$(BIN)/pytest -m backpressure libs/common gateway tests/together tests/e2e

.PHONY: machines
machines: $(READY) ## do random work and compare stock, points, credit and the owner's reports with models, EXAMPLES=500
	$(CHECKED)
	MACHINE_EXAMPLES=$(or $(EXAMPLES),500) $(BIN)/pytest --timeout 0 services/*/tests/service/test_*_machine.py

.PHONY: screenshots
screenshots: $(READY) ## take pictures of every screen of the pages, on phone, tablet and PC, light and dark, into .run/screenshots
	rm -rf .run/screenshots
	SCREENSHOTS=.run/screenshots $(BIN)/pytest tests/web
	@echo "Pictures: .run/screenshots"

# --- checks ------------------------------------------------------------------------------------

.PHONY: check
check: $(READY) ## everything that CI runs: lint, types, architecture rules, all tests
	@$(BIN)/python -m libs.servers.announcement
	@$(MAKE) -j3 lint arch api-tools
	@$(MAKE) -j2 types test

.PHONY: fmt
fmt: $(READY) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --exit-zero --quiet .

.PHONY: lint
lint: $(READY) ## check format and lint with ruff
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

.PHONY: types
types: $(READY) ## check types with mypy, strict
	$(BIN)/mypy

.PHONY: arch
arch: $(READY) ## check the architecture rules in pyproject.toml
	$(BIN)/lint-imports

# --- databases ---------------------------------------------------------------------------------

.PHONY: migration
migration: $(READY) ## write a migration from changed tables: make migration S=sales M="add refunds"
	$(CHECKED)
	@$(BIN)/python -m deploy.local migration $(S) "$(M)"

.PHONY: migrate
migrate: $(READY) ## migrate the running suite's databases to the newest schema (S= for one)
	$(CHECKED)
	@$(BIN)/python -m deploy.local migrate $(S)

# --- what is generated -------------------------------------------------------------------------

.PHONY: broker
broker: $(READY) ## write deploy/compose/broker.json and the cluster's resources: each service's rights at RabbitMQ
	$(BIN)/python -m deploy.broker

.PHONY: asyncapi
asyncapi: $(READY) ## write docs/asyncapi.json and the table of docs/events.md from the event contracts
	$(BIN)/python -m libs.common.contracts.asyncapi > docs/asyncapi.json
	$(BIN)/python -m tests.architecture.events_page

.PHONY: version
version: $(READY) ## print the version, or write another everywhere: make version V=0.2.0
	@$(BIN)/python -m deploy.version $(V)
	@$(if $(V),$(BIN)/python -m tests.architecture.released_statements)

.PHONY: vendor
vendor: $(READY) ## fetch the third-party code that the pages load, as pinned in each vendor.lock (needs npm)
	@$(BIN)/python -m deploy.vendor

.PHONY: lifecycles
lifecycles: $(READY) ## write docs/lifecycles.md: a diagram of each lifecycle, from its table
	$(BIN)/python -m tests.architecture.lifecycles_page

.PHONY: metrics
metrics: $(READY) ## write docs/metrics.md: every metric, from its definition
	$(BIN)/python -m tests.architecture.metrics_page

.PHONY: configuration
configuration: $(READY) ## write docs/configuration.md: every variable of every process, from the settings classes
	$(BIN)/python -m tests.architecture.configuration_page

.PHONY: dashboards
dashboards: $(READY) ## write Grafana's dashboards from deploy/observability/of_suite.py and of_shop.py
	$(BIN)/python -m deploy.observability.boards

.PHONY: rules
rules: $(READY) ## check Prometheus' rules: every alert with its examples and its runbook
	$(BIN)/pytest -q tests/architecture/test_alerts.py

.PHONY: cluster-rules
cluster-rules: $(READY) ## write the cluster's PrometheusRule from the rules in deploy/observability
	$(BIN)/python -m deploy.k8s.rules

.PHONY: refusals
refusals: $(READY) ## write tests/architecture/refusals.json and docs/errors.md: every refusal as clients see it
	$(BIN)/python -m tests.architecture.refusals
	$(BIN)/python -m tests.architecture.errors_page

.PHONY: api-tools
api-tools: $(API_TOOLS) ## install the node tools that check the API documents; without node and npm it does nothing

$(API_TOOLS): tests/api_clients/package-lock.json tests/api_clients/package.json
	@$(PYTHON) -m deploy.api_tools

# --- measuring ---------------------------------------------------------------------------------

.PHONY: bench
bench: $(READY) ## measure a sale and a read (BASELINE=1, BASE=<git revision>: in turns with a monolith or an earlier revision; TRACED=0.1: with traces; POOLER=1: behind PgBouncer; HOP=1: the gateway compared with nginx; EVENTS=1: events from outbox to inbox; REPORTS=1: reports of three years; GROWTH=1: a shop of three years compared with a new one; SHIFTS=1: a shift of 50,000 sales compared with one of 10)
	$(CHECKED)
	@$(BIN)/python -m bench $(if $(filter 1,$(HOP)),hop) $(if $(filter 1,$(EVENTS)),events) $(if $(filter 1,$(REPORTS)),reports) $(if $(filter 1,$(GROWTH)),growth) $(if $(filter 1,$(SHIFTS)),shifts)

.PHONY: bars
bars: $(READY) ## measure the pages on a slow tablet, with 20,000 products, against their bars (KILLS=100: kill the browser after each of 100 sales)
	$(CHECKED)
	BARS=1 KILLS=$(KILLS) $(BIN)/pytest -s tests/web/test_bars.py $(if $(KILLS),tests/web/test_kills.py)

.PHONY: soak
soak: $(READY) ## load a suite of its own at a constant rate, MINUTES=60 LOAD=0.7 of the capacity (or RATE=works a second), and judge whether memory, latency and queues stay flat
	$(CHECKED)
	@$(BIN)/python -m bench soak
