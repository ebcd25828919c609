# Two commands on a fresh machine: `make demo` and `make test`. Both set up .venv first and are safe to repeat.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m
PIP := $(RUN) pip --disable-pip-version-check install --quiet --constraint constraints.txt

.PHONY: demo test check clean

demo: $(VENV)/train.ready
	$(VENV)/bin/python examples/demo.py

test: $(VENV)/dev.ready check
	$(RUN) pytest --numprocesses 2 --dist loadfile

check: $(VENV)/dev.ready
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) pyright

$(VENV)/train.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "laplace-landmarks needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade pip
	$(PIP) --editable '.[train]'
	@touch $@

$(VENV)/dev.ready: $(VENV)/train.ready
	$(PIP) --editable '.[train,formats]' --group dev
	@touch $@

clean:
	rm -rf $(VENV) out build dist .cache .pytest_cache .ruff_cache .hypothesis
