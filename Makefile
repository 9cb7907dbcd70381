# Deux commandes suffisent : make demo, make test. Il faut Python ≥ 3.11, git et make.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := aide

.venv/pret: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/essais: .venv/pret
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[essais]'
	touch $@

.PHONY: aide demo test controles verifie bench fiabilite moyeu retour mutation propre
aide:
	@echo "make demo       un lieu inventé, et un matin dedans"
	@echo "make test       tous les essais"
	@echo "make controles  style, types, sens des imports"
	@echo "make verifie    essais et contrôles"
	@echo "make bench      les mesures, en rapports"
	@echo "make fiabilite  la longue série des pannes (SERIES=\"coupure moyeu\" SUR=stock REPRENDRE=oui : moins)"
	@echo "make moyeu      cinquante postes, un moyeu par ssh, des coupures et des morts (POSTES=8 ECRITURES=5 : moins)"
	@echo "make retour     un an hors ligne : 5 000 actions ici, 5 000 ailleurs, par ssh"
	@echo "make mutation   les règles pures, mutées : ce que les essais n'auraient pas vu"

demo: .venv/pret
	rm -rf .demo
	$(BIN)/tiers-lieu demo .demo

test: .venv/essais
	$(BIN)/python -m pytest -n 2 --dist worksteal

controles: .venv/essais
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

verifie: test controles

bench: .venv/essais
	$(BIN)/python bench/mesurer.py

fiabilite: .venv/essais
	$(BIN)/python bench/fiabilite.py $(SERIES) $(if $(SUR),--sur "$(SUR)") $(if $(REPRENDRE),--reprendre)

POSTES ?= 50
ECRITURES ?= 40
moyeu: .venv/essais
	$(BIN)/python bench/moyeu.py --postes $(POSTES) --ecritures $(ECRITURES)

retour: .venv/essais
	$(BIN)/python bench/retour.py

mutation: .venv/essais
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'mutmut>=3.8,<3.9'
	$(BIN)/python bench/mutation.py

propre:
	rm -rf .venv .demo .cache dist build mutants
