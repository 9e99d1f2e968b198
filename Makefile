# The words people type. `make run` and `make test` need Python 3.11 or newer, and nothing else.
PYTHON ?= python3
BIN = .venv/bin
# HEIC=no leaves out what reads HEIC photos, which brings a library under the GPL.
HEIC ?= yes
# FILMS=no leaves out what reads and writes films, which brings parts of FFmpeg under the GPL.
FILMS ?= yes
# Images set it; the hundreds of processes that tests start would each compile the site again.
unexport PYTHONDONTWRITEBYTECODE

READY = .venv/ready $(if $(filter no,$(HEIC)),,.venv/ready-heic) $(if $(filter no,$(FILMS)),,.venv/ready-films)

# What asks the database more than a row or two, or counts.
DATABASE_TESTS = tests/gallery tests/jobs tests/real_or_fake tests/accounts tests/commands/test_prepare.py \
	tests/site/test_databases.py tests/site/test_migrations.py tests/site/test_outages.py

# Theirs alone: torch takes two seconds of each process that imports it.
TRAINING_TESTS = tests/training/test_training.py tests/training/test_turns.py

# Files whose tests take 0.07 s and more each: without them the quick look takes half a minute.
DEARER_TESTS = tests/browser tests/accounts/test_accounts.py tests/accounts/test_guessing.py \
	tests/accounts/test_oidc.py tests/accounts/test_second_factor.py tests/commands/test_fetch.py \
	tests/commands/test_prepare.py tests/commands/test_sequences.py tests/engine/networks/test_runtimes.py \
	tests/engine/video/test_child.py tests/engine/video/test_steady.py tests/engine/video/test_way.py \
	tests/gallery/test_api_keys.py tests/gallery/test_api_schema.py tests/gallery/test_backup.py \
	tests/gallery/test_bucket_links.py tests/gallery/test_desk.py tests/gallery/test_limits.py \
	tests/gallery/test_pages.py tests/gallery/test_races.py tests/gallery/test_storage.py \
	tests/gallery/test_walk.py tests/jobs/test_api.py tests/jobs/test_batches.py tests/jobs/test_cost.py \
	tests/jobs/test_due.py tests/jobs/test_fair_queue.py tests/jobs/test_films_again.py \
	tests/jobs/test_films_api.py tests/jobs/test_films_pages.py tests/jobs/test_limits.py \
	tests/jobs/test_removal.py tests/jobs/test_uploads.py tests/jobs/test_webhooks.py \
	tests/jobs/test_zips_in.py tests/jobs/test_zips_out.py tests/real_or_fake/test_pages.py \
	tests/real_or_fake/test_rounds.py tests/service/test_films.py tests/site/test_front.py \
	tests/training/test_packing.py tests/web/test_methods.py tests/web/test_uploads.py

# Tests of pages, servers and killed workers wait half of their time, and leave their processor to others.
# Those that share what takes long to start, as their group says, go to one worker.
WAITING = -n $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) * 3 / 2))) --dist loadgroup --no-loadscope-reorder

.PHONY: run test test-fast coverage test-services test-training services services-stop lint format hooks bench bench-gallery bench-hints bench-jobs bench-memory bench-slow bench-video examples

run: $(READY)
	@$(BIN)/python manage.py prepare
	@exec $(BIN)/python manage.py serve

test: .venv/ready-dev
	@DATABASE_URL= CACHE_URL= CELERY_BROKER_URL= OMP_NUM_THREADS=1 $(BIN)/pytest $(WAITING) $(TRAINING_TESTS:%=--ignore=%)

# While you write: what is not marked slow, of each test its first values, without these files.
test-fast: .venv/ready-dev
	@OMP_NUM_THREADS=1 $(BIN)/pytest -n auto -m "not slow" --one-of-each $(DEARER_TESTS:%=--ignore=%) $(TRAINING_TESTS:%=--ignore=%)

# The same as `make test`, and what of the code it did not run.
coverage: .venv/ready-dev
	@rm -f .coverage .coverage.*
	@OMP_NUM_THREADS=1 $(BIN)/coverage run -m pytest $(WAITING) $(TRAINING_TESTS:%=--ignore=%)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

# The database's tests again, on PostgreSQL and Redis.
test-services: .venv/ready-dev
	@OMP_NUM_THREADS=1 .ci/services run $(BIN)/pytest $(WAITING) -m "not slow or database" $(DATABASE_TESTS)

# PostgreSQL and Redis for trying things out, with RABBITMQ=yes RabbitMQ, too, and the settings that use them.
services:
	@.ci/services start $(if $(filter yes,$(RABBITMQ)),--rabbitmq)

services-stop:
	@.ci/services stop

# What needs torch, which the site does not.
test-training: .venv/ready-train
	@OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 $(TRAINING_TESTS) tests/training/test_doubt.py

# Types take longer than all the rest, which is done beside them.
lint: .venv/ready-dev node_modules/ready
	@$(MAKE) --no-print-directory --jobs=2 --keep-going lint-types lint-rest

# Its halves.
.PHONY: lint-types lint-rest
lint-types:
	$(BIN)/mypy

lint-rest:
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djlint templates --check --lint --quiet
	$(BIN)/lint-imports
	node_modules/.bin/biome check --error-on-warnings
	node_modules/.bin/tsc --project jsconfig.json
	$(BIN)/python manage.py check
	$(BIN)/python manage.py makemigrations --check --dry-run

format: .venv/ready-dev node_modules/ready
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/djlint templates --reformat --quiet
	node_modules/.bin/biome check --write

# From now on git checks each commit with what `make lint` uses, in seconds.
hooks: .venv/ready-dev
	@$(BIN)/pre-commit install

bench: .venv/ready-dev
	@$(BIN)/python -m tests.benchmark

bench-gallery: .venv/ready-dev
	@$(BIN)/python -m tests.benchmark.gallery

# What colour hints promise, on a folder of colour photos that nothing was trained on.
bench-hints: .venv/ready-dev
	@$(BIN)/python -m tests.benchmark.hints $(FOLDER)

# Kills workers, counts effects, and compares batches with the command; takes minutes.
bench-jobs: .venv/ready-dev
	@$(BIN)/python -m tests.benchmark.jobs

# Takes a quarter of an hour or more; `python -m tests.benchmark.video --only kills` for one part.
bench-video: .venv/ready-dev
	@$(BIN)/python -m tests.benchmark.video

bench-slow: .venv/ready-dev
	@$(BIN)/python -m tests.benchmark.slow

bench-memory: .venv/ready-dev
	@$(BIN)/python -m tests.benchmark.memory

# The colour versions of the example photos, made again after the network has changed.
examples: .venv/ready
	$(BIN)/python manage.py colorize static/examples/before -o static/examples/after --overwrite

.venv/ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ echo "Python's venv module is needed (Debian, Ubuntu: apt install python3-venv)"; exit 1; }
	@echo "Installing what the site needs (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/ready-heic: .venv/ready requirements-heic.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-heic.txt
	@touch $@

.venv/ready-films: .venv/ready requirements-films.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-films.txt
	@touch $@

.venv/ready-dev: $(READY) requirements-dev.txt
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.venv/ready-train: .venv/ready-dev requirements-train.txt
	@echo "Installing what training needs (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-train.txt
	@touch $@

# Only these checks need Node: the site has no build step.
node_modules/ready: package.json package-lock.json
	@command -v npm >/dev/null || \
		{ echo "Node.js 18 or newer with npm is needed to check scripts and styles (Debian, Ubuntu: apt install nodejs npm)"; exit 1; }
	@echo "Installing what checks scripts and styles (once) ..."
	@npm ci --loglevel=error
	@touch $@
