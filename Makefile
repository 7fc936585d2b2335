# Portail : « make demo » puis « make test ». Le reste : « make help ».

VENV := .venv
BIN := $(VENV)/bin
# Où les types se vérifient : les moteurs, les prestataires et l’outillage. Le code de l’ORM n’a pas de types sans greffon.
# « uv » va plus vite ; pip fait la même chose, avec les mêmes empreintes.
UV := $(shell uv --version 2>/dev/null)
ifdef UV
PIP := uv pip install --quiet --python $(BIN)/python
else
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

.DEFAULT_GOAL := help
.PHONY: help install install-dev browser demo test lint ci messages clean

help: ## affiche cette aide
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

install: $(VENV)/.installed ## installe le portail dans .venv

install-dev: $(VENV)/.installed-dev

demo: install ## lance la démonstration (PORT=9000 make demo pour un autre port)
	@$(BIN)/portail demo --with-parent

test: install-dev browser ## lance tous les tests
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(PYTEST)

lint: install-dev ## vérifie le style, les types, les imports et les migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DJANGO_SETTINGS_MODULE=portail.settings.test $(BIN)/mypy
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=portail.settings.test $(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run

ci: test lint ## tout ce que l’intégration continue vérifie

messages: install ## relève les textes à traduire et compile les traductions (APP=core : une application)
	@DJANGO_SETTINGS_MODULE=portail.settings.test $(BIN)/python -W ignore::RuntimeWarning -m django messages $(APP)

clean: ## efface l’environnement et les données locales
	rm -rf $(VENV) data build dist staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

browser: install-dev
	@sh infra/ci/browser.sh $(BIN)/python

$(BIN)/python:
	@sh infra/ci/venv.sh $(VENV)

$(VENV)/.locked: requirements.lock | $(BIN)/python
	@echo "Installation des dépendances…"
	@$(PIP) --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	@$(PIP) --no-deps --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installation des outils de test…"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
