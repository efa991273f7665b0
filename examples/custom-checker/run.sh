#!/usr/bin/env bash
# A checker that cleanmiss knows from a description alone: cold, warm at another path, answered without the checker, and changed.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export CLEANMISS_LOCAL="$work/store"

checkout() {
  mkdir "$work/$1"
  cp -R "$here/src" "$here/package.json" "$here/.dependency-cruiser.json" "$here/cleanmiss.config.json" "$work/$1"
  cd "$work/$1"
  # CI has it installed already.
  if [ -n "${TOOLS:-}" ]; then cp -RP "$TOOLS/dependency-cruiser/node_modules" .; else npm install --silent; fi
}
cruise() {
  cleanmiss run -- npx depcruise src
}
# Read whole: a `grep -q` at the end of a pipe would end cleanmiss early.
expect() {
  local why
  why="$(cleanmiss why)"
  printf '%s\n' "$why"
  grep -q "$1" <<< "$why"
}

checkout first
cruise
expect '^A miss: '

# At another path nothing has changed: the answer is given, and the checker not started.
checkout second
cruise
expect 'the answer of an identical check'

# A page that knows another one is found out, by a checker that starts from what it knew of all other files.
echo "export { home } from './home.js';" >> src/pages/about.js
if cruise; then
  echo 'a page that knows another one was not found out' >&2
  exit 1
fi
expect '^A hit: '
expect 'Not replayed: changed file: src/pages/about.js'
