# Two commands matter: make demo, make test. Each makes what it needs; nothing has to be installed
# or configured by hand beyond Python 3.11+.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
DEMO := DJANGO_SETTINGS_MODULE=jiamusi_foodsafety.settings.demo PORT=$(PORT) $(MANAGE)
# Nothing connects: the values only have to be there, as production demands.
PRODUCTION := DJANGO_SETTINGS_MODULE=jiamusi_foodsafety.settings.base ALLOWED_HOSTS=example.cn \
	SECRET_KEY=lint-$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
	DATABASE_URL=postgresql://example.cn/jiamusi REDIS_URL=redis://example.cn
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Without compiled modules each of the processes takes twice as long to start.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help install demo demo-reset test lint format bench lock clean
.DEFAULT_GOAL := help

help:
	@echo "make demo        everything running, with demonstration data, on port $(PORT)"
	@echo "make demo-reset  throw the demonstration data away and begin again"
	@echo "make test        all tests    (one file: make test ARGS='tests/kit -x')"
	@echo "make lint        style, rooms and floors, migrations, schema"
	@echo "make bench       the speed and memory table"
	@echo "make install     only install: .venv, front-end packages"

install: $(VENV)/.installed node_modules/.installed static/vendor/icons.svg

$(VENV)/.installed: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed (PYTHON=… chooses one)")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

# npm and node come from the venv, so the machine needs neither.
node_modules/.installed: package-lock.json $(VENV)/.installed
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

static/vendor/icons.svg: node_modules/.installed static/brand/icons.txt jiamusi_foodsafety/kit/assets.py
	$(BIN)/python -m jiamusi_foodsafety.kit.assets

demo: install
	@$(DEMO) demo

demo-reset: install
	@$(DEMO) demo_reset
	@$(DEMO) demo

# Workers share the machine with PostgreSQL, Valkey and Chromium.
test: install
	$(BIN)/python -m pytest -n auto --dist loadfile -q $(ARGS)

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	$(MANAGE) spectacular --validate --fail-on-warn --file $${TMPDIR:-/tmp}/jiamusi-schema.yml
	cmp $${TMPDIR:-/tmp}/jiamusi-schema.yml docs/api-schema.yml

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install
	$(MANAGE) bench $(ARGS)

# After changing requirements*.txt: pins the whole set, with hashes, for every supported platform.
lock: install
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 requirements.txt -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 requirements-dev.txt -o requirements-dev.lock

clean:
	-test -x $(BIN)/python && $(BIN)/python manage.py services stop
	rm -rf $(VENV) node_modules static/vendor staticfiles
