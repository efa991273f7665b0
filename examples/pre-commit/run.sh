#!/usr/bin/env bash
# The hook in a clone whose commit CI has checked: it starts from CI's snapshot, stops a mistake, and leaves CI's names alone.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
work="$(mktemp -d)"
# shellcheck source-path=SCRIPTDIR source=../.lib/redis.sh
. "$here/../.lib/redis.sh"
# shellcheck source-path=SCRIPTDIR source=../.lib/machines.sh
. "$here/../.lib/machines.sh"
trap 'stop_redis; wait_for_uploads; rm -rf "$work"' EXIT
start_redis "$work"

make_origin "$here/.pre-commit-config.yaml"
checkout main "$work/ci/shop"
(cd "$work/ci/shop" && on_machine ci CI=true CLEANMISS_REMOTE="$ci_url" npx cleanmiss run -- mypy src)
published="$(stored_by "$work/ci/shop")"

# As pre-commit runs it: from git, without the names of files. Here by somebody who may write to the remote as well.
entry="$(sed -n 's/^ *entry: //p' "$here/.pre-commit-config.yaml")"
[[ $entry == *cleanmiss* && $entry != *$'\n'* ]] || { echo 'error: the configuration has not one entry' >&2; exit 1; }
clone="$work/laptop/shop"
checkout main "$clone"
printf '#!/bin/sh\n%s\n' "$entry" >"$clone/.git/hooks/pre-commit"
chmod +x "$clone/.git/hooks/pre-commit"
commit() {
  git -C "$clone" add --all
  on_machine laptop CLEANMISS_REMOTE="$ci_url" \
    git -C "$clone" -c user.name=Example -c user.email=example@example.com commit --quiet -m "$1"
}

echo 'DEFAULT_CURRENCY: int = "EUR"' >>"$clone/src/shop/cart.py"
if commit 'A mistake'; then
  echo 'error: the hook has let a mistake through' >&2
  exit 1
fi
expect 'the hook' 'hit commit' "$(last_run "$clone")"

sed -i 's/: int = "EUR"/ = "EUR"/' "$clone/src/shop/cart.py"
commit 'The mistake corrected'
expect 'the hook, once more' 'hit slot' "$(last_run "$clone")"

# What the hook saw is not what is committed: for the team, the first commit still names what CI made of it.
(cd "$clone" && on_machine laptop CLEANMISS_REMOTE="$ci_url" npx cleanmiss upload)
checkout main "$work/other/shop"
(cd "$work/other/shop" && on_machine other CLEANMISS_REMOTE="$laptop_url" CLEANMISS_REMOTE_MODE=read npx cleanmiss run -- mypy src)
expect 'another clone' 'hit commit' "$(last_run "$work/other/shop")"
expect 'its snapshot' "$published" "$(started_from "$work/other/shop")"
