# The few words of this project: `make` alone says what each does.

# A version manager may offer a python that exists and fails, so each candidate is run before it is chosen.
find_python = for python in python3.13 python3.14 python3.12 python3 python; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then break; fi; python=; done; \
	if [ -z "$$python" ]; then echo "Fysicure needs Python 3.12 or newer: install python3.12 or python3.13 with its venv module." >&2; exit 1; fi
setup = $(find_python); $$python scripts/setup.py
bin = .venv/bin
python_code = accounts benchmarks fysicure manage.py pathways patients scheduling scripts tests

.DEFAULT_GOAL := help
.PHONY: nightly audit bench client docs drill help setup demo test check fix messages screenshots

help: ## Show these words
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: ## Install what Fysicure needs into .venv and node_modules
	@$(setup)

demo: setup ## Serve a practice with invented patients on 127.0.0.1:8000 (PORT=… for another port)
	@exec $(bin)/python scripts/demo.py

test: ## Run the whole suite, browser tests included
	@$(setup) --browser
	@exec $(bin)/python -m pytest

nightly: ## Run the long walks that the suite leaves out: each field of each form, each address with each odd question
	@$(setup) --browser
	@exec $(bin)/python -m pytest -m nightly

check: setup ## Check format, lint, types, import directions, templates, migrations and translations
	$(bin)/ruff format --check $(python_code)
	$(bin)/ruff check $(python_code)
	$(bin)/djlint --lint --quiet templates
	DATABASE_URL=$${DATABASE_URL:-postgresql:///unused} $(bin)/mypy  # reads the settings, needs no server
	$(bin)/lint-imports
	$(bin)/python manage.py check
	$(bin)/python manage.py makemigrations --check --dry-run
	$(bin)/python scripts/lint_migrations.py
	scripts/check_locale.sh

audit: setup ## Ask for known faults of our packages and list them in var/ (exit 3: nobody could be asked)
	@exec $(bin)/python scripts/audit.py

fix: setup ## Repair format and lint where that can be done without thought
	$(bin)/ruff check --fix $(python_code)
	$(bin)/ruff format $(python_code)

messages: setup ## Collect the messages to translate and compile the translations
	$(bin)/python manage.py makemessages --locale nl --locale fr --no-location --ignore node_modules --ignore var
	$(bin)/python scripts/collect_content.py
	$(bin)/python manage.py compilemessages --locale nl --locale fr --locale en --ignore .venv --ignore node_modules

bench: setup ## Time every page on 5,000 and 500,000 patients against the smallest views with the same rows; fails above the goals
	@exec $(bin)/python -m benchmarks

drill: setup ## Rehearse a restore: the newest backup of BACKUP_DIR (or FILE=…), proved in a database that is dropped
	$(bin)/python manage.py restore_drill $(FILE)

client: setup ## Write docs/openapi.yaml anew from the code, and the Python client of the API from that
	UPDATE_SNAPSHOT=1 $(bin)/python -m pytest -q -n0 tests/api/test_snapshot.py -k in_docs
	$(bin)/python scripts/make_client.py

docs: setup ## Build the documentation site into var/site (open var/site/index.html); a broken link fails
	@NO_MKDOCS_2_WARNING=1 $(bin)/mkdocs build --strict

screenshots: ## Make the screenshots of the pages
	@$(setup) --browser
	@exec $(bin)/python -m tests.screenshots
