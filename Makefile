# Deux commandes suffisent : make demo, make test. Il faut Python ≥ 3.11, git et make.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := aide

.venv/pret: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[pdf,essais]'
	touch $@

.PHONY: aide demo test verifie bench propre
aide:
	@echo "make demo : un lieu inventé, et un matin dedans · make test : tous les essais · make verifie : essais et contrôles · make bench : les mesures"

demo: .venv/pret
	rm -rf .demo
	$(BIN)/tiers-lieu demo .demo

test: .venv/pret
	$(BIN)/python -m pytest -n 2

verifie: test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/pret
	$(BIN)/python bench/mesurer.py

propre:
	rm -rf .venv .demo .cache dist build
