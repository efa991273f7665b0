#!/usr/bin/env bash
# Two checkouts, one store: the second one starts from what the first one left.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export CLEANMISS_LOCAL="$work/store"

for checkout in first second; do
  cp -r "$here" "$work/$checkout"
  cd "$work/$checkout"
  "$here/../../node_modules/.bin/cleanmiss" run -- "${MYPY:-mypy}" src
  "$here/../../node_modules/.bin/cleanmiss" why
done

# The example is no example if it does not hit.
"$here/../../node_modules/.bin/cleanmiss" why | grep -q '^A hit: '
