# Everything a person or a CI job runs. Needs Python 3.11 or later with pip, git and make; no more.
# Tools whose pins clash live in environments of their own under .tools/, each with a lock in envs/.

export SAM_CLI_TELEMETRY := 0
export UV_PYTHON_DOWNLOADS := never
export PIP_ROOT_USER_ACTION := ignore
export AWS_EC2_METADATA_DISABLED ?= true
export AWS_DEFAULT_REGION ?= us-east-1
export RUNTIME ?= python3.13
export ARCHITECTURE ?= arm64
export PYTHON := $(CURDIR)/.venv/bin/python

UV := .tools/uv/bin/uv
BIN := .venv/bin
SAM := .tools/sam/bin/sam
BUILD := .aws-sam/build/template.yaml
ENVIRONMENTS := .venv/.ready .tools/sam/.ready .tools/lab/.ready .tools/awscli/.ready
PEERS := .tools/peers-prowler/.ready .tools/peers-custodian/.ready
SOURCES := $(shell find functions layers/core tools/build_layer.py tools/cut_models.py -name __pycache__ -prune -o -print)
GENERATORS := tools/generate_template.py tools/generate_rule_pages.py tools/generate_iam_page.py tools/draw_terminal.py
TESTED := $(ENVIRONMENTS) .tools/system/.ready
# Faults, an upgrade, an organisation and every call by its role: minutes each, on stacks of their own.
TRIALS := $(addprefix tests/e2e/,test_bad_days.py test_callers.py test_organization.py test_upgrade.py)
PYTEST_ARGS ?= -n auto --dist loadgroup

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test trials lint audit check build docs bench bench-peers accuracy oracle fuzz new-rule lock clean FORCE
.NOTPARALLEL:

help: ## Say what the targets do
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(TESTED) ## Make all environments, or bring them up to date

run: $(ENVIRONMENTS) ## The main job on a local AWS: break a VPC, be alerted, repair it
	$(BIN)/python -m lab.run

test: $(TESTED) $(BUILD) ## All tests but the long ones of `make trials`
	$(BIN)/python -m pytest $(PYTEST_ARGS) $(addprefix --ignore=,$(TRIALS))

trials: $(TESTED) $(BUILD) ## The long tests of the deployed application, which `make test` leaves out
	$(BIN)/python -m pytest $(TRIALS)

lint: $(ENVIRONMENTS) ## Style, types, layers, generated files, template
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports
	set -e; for generator in $(GENERATORS); do $(BIN)/python $$generator --check; done
	$(BIN)/cfn-lint && $(SAM) validate --lint

audit: .tools/checkov/.ready ## Security of the template
	.tools/checkov/bin/checkov --config-file .checkov.yaml

check: lint audit test ## All that a change must pass

build: $(BUILD) ## Build the SAM application into .aws-sam/build (RUNTIME, ARCHITECTURE)

docs: .venv/.ready ## Write the generated blocks of template.yaml and the generated pages
	set -e; for generator in $(GENERATORS); do $(BIN)/python $$generator; done

bench: $(ENVIRONMENTS) $(BUILD) ## Measure: time, calls, sizes
	set -e; for script in $$(grep -l __main__ benchmarks/*.py); do $(BIN)/python $$script; done

bench-peers: $(ENVIRONMENTS) $(PEERS) ## Measure a sweep next to Prowler and Cloud Custodian
	$(BIN)/python benchmarks/sweep.py --peers

accuracy: $(ENVIRONMENTS) $(PEERS) ## Ask vpcproof, Prowler and Cloud Custodian about labelled networks
	$(BIN)/python -m benchmarks.accuracy

oracle: $(TESTED) ## Let the Linux kernel referee N random networks (root): make oracle N=1000 SEED=1
	$(BIN)/python -m tests.kernel --networks $(or $(N),200) --seed $(or $(SEED),0)

fuzz: .venv/.ready ## Look for input that breaks a reader: make fuzz TARGET=folder SECONDS=60
	$(BIN)/python -m tests.fuzz $(TARGET) -max_total_time=$(or $(SECONDS),60)

new-rule: .venv/.ready ## Start a rule: make new-rule NAME=subnet-has-name TYPE=AWS::EC2::Subnet
	$(BIN)/python tools/new_rule.py $(NAME) $(TYPE)

lock: $(UV) ## Bring all pins up to date with their inputs: uv.lock, envs/*.txt, the layer's requirements
	$(UV) lock && tools/lock.sh

clean: ## Remove everything that the other targets made
	rm -rf .venv .tools .aws-sam .run build dist

$(BUILD): template.yaml samconfig.toml $(SOURCES) .aws-sam/built-for .venv/.ready .tools/sam/.ready
	$(SAM) build --parameter-overrides Runtime=$(RUNTIME) Architecture=$(ARCHITECTURE)

.aws-sam/built-for: FORCE
	@mkdir -p $(@D) && echo "$(RUNTIME) $(ARCHITECTURE)" | cmp -s - $@ || echo "$(RUNTIME) $(ARCHITECTURE)" > $@

.venv/.ready: pyproject.toml uv.lock $(UV)
	python=$$(python3 tools/interpreter.py development) && $(UV) sync --quiet --frozen --extra dev --python "$$python"
	touch $@

.tools/sam/.ready .tools/awscli/.ready .tools/checkov/.ready $(PEERS): .tools/%/.ready: envs/%.txt $(UV)
	python=$$(python3 tools/interpreter.py development) && $(UV) venv --quiet --clear --python "$$python" .tools/$*
	$(UV) pip sync --quiet --require-hashes --python .tools/$* envs/$*.txt
	touch $@

.tools/lab/.ready: envs/lab.txt $(UV)
	python=$$(python3 tools/interpreter.py newest) && $(UV) venv --quiet --clear --python "$$python" .tools/lab
	$(UV) pip sync --quiet --require-hashes --python .tools/lab envs/lab.txt
	touch $@

.tools/system/.ready: envs/system.txt tools/install_system_packages.sh
	tools/install_system_packages.sh
	mkdir -p $(@D) && touch $@

$(UV): envs/uv.txt
	python3 -m pip install --quiet --disable-pip-version-check --require-hashes --upgrade --target .tools/uv -r envs/uv.txt
	touch $@
