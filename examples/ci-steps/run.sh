#!/usr/bin/env bash
# The steps of a CI job, on two fresh checkouts with one store.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export CLEANMISS_LOCAL="$work/store"
cleanmiss="$here/../../node_modules/.bin/cleanmiss"
mypy="${MYPY:-mypy}"

for checkout in first second; do
  cp -r "$here/../python-project" "$work/$checkout"
  cd "$work/$checkout"
  "$cleanmiss" restore --state .mypy_cache -- "$mypy" src | tee "$work/said"
  code=0
  "$mypy" src || code=$?
  "$cleanmiss" save --exit-code "$code" --state .mypy_cache -- "$mypy" src
done

# The second checkout found what the first one saved.
grep -q '^hit: ' "$work/said"
