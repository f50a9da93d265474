# Two commands matter: `make test` and `make book`.  Each creates .venv and
# installs into it when that has not been done since the requirements changed.

PYTHON_IN_VENV := .venv/bin/python
PYTEST := $(PYTHON_IN_VENV) -m pytest --numprocesses logical --dist loadfile \
	--no-loadscope-reorder --durations 10
INSTALLED := .venv/.installed

# One BLAS thread per process: the tests already use every core.
export OPENBLAS_NUM_THREADS ?= 1
export MKL_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1

# A virtual environment whose Python is gone counts as not installed.
$(shell test -x $(PYTHON_IN_VENV) || rm -f $(INSTALLED))

.PHONY: help book pdf test check fuzz mutants portability serve notebooks \
	student grading fork bench site-bench lock clean
.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

$(INSTALLED): requirements.txt requirements.lock constraints.txt \
		code/pyproject.toml tools/install.sh
	@sh tools/install.sh

book: $(INSTALLED)  ## build the site into _build/html
	@$(PYTHON_IN_VENV) -m tools.book

pdf: $(INSTALLED)  ## build the site with a PDF of each chapter and the book
	@$(PYTHON_IN_VENV) -m tools.book --pdf

test: $(INSTALLED)  ## run every test and re-execute every notebook
	@$(PYTEST)

check: $(INSTALLED)  ## unit tests and lint only, in under a minute
	@$(PYTEST) --dist worksteal -m "not slow and not weekly" --hypothesis-profile quick \
		--ignore tests/site tests code

fuzz: $(INSTALLED)  ## try every public function on nonsense, 200 000 times
	@$(PYTHON_IN_VENV) -m tests.fuzz $(if $(EXAMPLES),--examples $(EXAMPLES))

# MODULE="tape cost/chain" takes some modules, SAMPLE=20 so many mutants each,
# TESTS="tests/tape/test_plan.py" some tests instead of all of the part.
mutants: $(INSTALLED)  ## change the package, see whether tests and pages notice
	@$(PYTHON_IN_VENV) -m tools.mutants $(if $(MODULE),--module $(MODULE)) \
		$(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED)) \
		$(if $(TESTS),--tests $(TESTS))

portability: $(INSTALLED)  ## execute the notebooks on all platforms at hand
	@$(PYTHON_IN_VENV) -m tools.portability $(if $(ROWS),--rows $(ROWS)) \
		$(if $(PAGES),--pages $(PAGES))

serve: book  ## serve the site on 127.0.0.1 (PORT=8000)
	@echo "Serving on http://127.0.0.1:$(or $(PORT),8000) (Ctrl-C stops)"
	@$(PYTHON_IN_VENV) -m http.server --bind 127.0.0.1 \
		--directory _build/html $(or $(PORT),8000)

notebooks: $(INSTALLED)  ## execute every notebook in place and normalize it
	@$(PYTHON_IN_VENV) -m tools.notebooks

student: $(INSTALLED)  ## write the student edition (CHAPTER=regression: of one)
	@$(PYTHON_IN_VENV) -m tools.student $(CHAPTER)

grading: $(INSTALLED)  ## export the exercises for otter-grader and nbgrader
	@$(PYTHON_IN_VENV) -m tools.grading $(CHAPTER)

fork: $(INSTALLED)  ## keep some chapters only (KEEP="regression cost")
	@$(PYTHON_IN_VENV) -m tools.fork $(KEEP)

bench: $(INSTALLED)  ## measure performance side by side
	@for file in bench/bench_*.py; do $(PYTHON_IN_VENV) $$file || exit 1; done

site-bench: book  ## measure the built site beside the site before it was light
	@$(PYTHON_IN_VENV) bench/site.py

lock: $(INSTALLED)  ## lock the newest versions, with hashes
	@$(PYTHON_IN_VENV) -m tools.lock

clean:  ## remove what was built (.venv stays)
	@rm -rf _build
