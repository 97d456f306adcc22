# Every target sets up its own environment in .venv once; PYTHON=... chooses the interpreter.
PYTHON ?= python3.11
VENV   ?= .venv
BIN    := $(VENV)/bin
OUT    ?= out
# Enough to see the order in minutes; 1,000 draws take about an hour on two cores.
DRAWS  ?= 64
WORKERS ?= 2
# What is explored, and how finely: a few texts that differ in kind.
EXPLORED ?= nato-membership article5-like coalition-willing
WORLDS  ?= 256
SAMPLES ?= 32
# Drafts that each of two searches may judge.
DRAFTS  ?= 48

.PHONY: help assess test lint sources soak mutants bench docs explore readme clean
.DEFAULT_GOAL := help
# Targets share one environment, which two installations at once would break.
.NOTPARALLEL:

help:                     ## list the targets
	@grep -hE '^[a-z]+: .*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

assess: $(VENV)/.assess   ## set up, run the Ukraine case, write a report you can open
	$(BIN)/tightrope assess ukraine --draws $(DRAWS) --out $(OUT)/ukraine
	@echo "Open $(OUT)/ukraine/report.html in a browser."

test: $(VENV)/.test       ## all quick tests (11 to 35 minutes on two cores, as they are fast or slow)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --durations=10

lint: $(VENV)/.test       ## style, types and the arrows between rooms
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

sources: $(VENV)/.assess  ## every number has a source with a place in it, every source is used
	$(BIN)/python -c "from tightrope.case.sources import main; raise SystemExit(main())"

soak: $(VENV)/.test       ## the slow suites
	$(BIN)/python -m pytest -n $(WORKERS) -m soak

mutants: $(VENV)/.test    ## broken models that the theory tests must kill
	$(BIN)/python tests/mutants/run.py

bench: $(VENV)/.test      ## compare with the rivals; one line a benchmark
	$(BIN)/python benchmarks/run.py

docs: $(VENV)/.docs       ## build the documentation; any broken link is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

explore: $(VENV)/.assess  ## what matters, when it fails, better drafts, what the experts say (hours on two cores)
	test -f $(OUT)/ukraine/report.html || $(MAKE) assess
	for kind in robust discovery flip sensitivity; do \
	  $(BIN)/tightrope explore ukraine --kind $$kind $(EXPLORED:%=--option %) --workers $(WORKERS) \
	    --draws $$(test $$kind = sensitivity && echo $(SAMPLES) || echo $(WORLDS)) \
	    --out $(OUT)/ukraine || exit; \
	done
	$(BIN)/tightrope design ukraine --draws $(SAMPLES) --budget $(DRAFTS) --out $(OUT)/ukraine
	$(BIN)/tightrope claims ukraine --draws $(DRAWS) --out $(OUT)/ukraine
	@echo "Open $(OUT)/ukraine/report.html in a browser: pages 8 to 11."

readme: $(VENV)/.test     ## write the README's picture and answer anew, after the model changed
	$(BIN)/python tests/use/readme_answer.py $(DRAWS)

clean:                    ## remove what the targets made
	rm -rf $(VENV) $(OUT) build dist site .pytest_cache .mypy_cache .ruff_cache \
	  .import_linter_cache .hypothesis

# One stamp per set of packages; pip's own lines show that the first run is not stuck.
$(BIN)/python:
	@echo "Making $(VENV) with $(PYTHON) (first run only) ..."
	$(PYTHON) -m venv $(VENV)

$(VENV)/.assess: EXTRAS = report,history,explore
$(VENV)/.test:   EXTRAS = report,history,explore,test
$(VENV)/.docs:   EXTRAS = report,docs
$(VENV)/.assess $(VENV)/.test $(VENV)/.docs: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Tightrope and its [$(EXTRAS)] packages (first run only, one to three minutes) ..."
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[$(EXTRAS)]'
	@touch $@
