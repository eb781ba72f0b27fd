# 真人 zhenren。第一次运行任何目标都会自己准备好环境。

# The oldest Python that works, and where to look for one; `make chat PYTHON=/path/to/python` names it.
PYTHONS := $(PYTHON) python3.13 python3.12 python3.11 python3 python
BIN := .venv/bin
READY := .venv/.ready
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help chat telegram test check lint fmt bench clean

help: ## 列出所有目标
	@echo '真人 zhenren'
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo '传参数：make chat ARGS="--db me.db"'

chat: $(READY) ## 在终端里聊
	@$(BIN)/zhenren chat $(ARGS)

telegram: $(READY) ## 运行 Telegram 机器人（先设 BOT_TOKEN）
	@$(BIN)/zhenren telegram $(ARGS)

test: $(READY) ## 跑全部测试
	@$(BIN)/python -m pytest -q -n auto --dist loadfile $(ARGS)

check: lint ## 查代码、类型、分层和流程文件
	@$(BIN)/zhenren check

lint: $(READY) ## 只查代码：ruff、mypy、import-linter
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo '有文件没排版，运行 make fmt。'; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports >.venv/imports.log || { cat .venv/imports.log; exit 1; }

fmt: $(READY) ## 排版，顺手修能自动修的
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

bench: $(READY) ## 跑基准测试
	@$(BIN)/python -m benchmarks $(ARGS)

clean: ## 删掉环境和缓存（不碰你的对话数据）
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A Python counts only if it can also make an environment: Debian ships one that cannot.
$(READY): requirements.lock pyproject.toml
	@for p in $(PYTHONS); do \
	  if "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    old=no; "$$p" -c 'import ensurepip, venv' 2>/dev/null && { found=$$p; break; }; \
	  fi; \
	done; \
	if [ -z "$$found" ] && [ -n "$$old" ]; then \
	  echo '找到了 Python，但它缺少 venv。Debian/Ubuntu 请运行：sudo apt install python3-venv' >&2; exit 1; \
	elif [ -z "$$found" ]; then \
	  echo '真人需要 Python 3.11 或更新的版本，这台机器上没有找到（或者太旧）。' >&2; \
	  echo '装好以后再运行一次；装在别处就写：make chat PYTHON=/路径/python3' >&2; exit 1; \
	fi; \
	$(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || rm -rf .venv; \
	[ -d .venv ] || { echo '第一次运行，准备环境，大约一分钟……'; "$$found" -m venv .venv; }
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --no-build-isolation --no-deps -e .
	@touch $@
