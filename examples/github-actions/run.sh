#!/usr/bin/env bash
# The commands of both workflows, each job on a machine of its own: for main, for a pull request, for one from a fork.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
work="$(mktemp -d)"
# shellcheck source-path=SCRIPTDIR source=../.lib/redis.sh
. "$here/../.lib/redis.sh"
# shellcheck source-path=SCRIPTDIR source=../.lib/machines.sh
. "$here/../.lib/machines.sh"
trap 'stop_redis; rm -rf "$work"' EXIT
start_redis "$work"
make_origin

# GitHub checks out what a pull request would be once merged, under a name of its own.
propose() { # NUMBER LINE
  git -C "$origin" checkout --quiet main
  git -C "$origin" checkout --quiet -b "feature-$1" main
  echo "$2" >>"$origin/src/shop/cart.py"
  commit_in "$origin" "Pull request $1"
  git -C "$origin" checkout --quiet --detach main
  git -C "$origin" -c user.name=Example -c user.email=example@example.com \
    merge --quiet --no-ff -m "Merge $1" "feature-$1"
  git -C "$origin" update-ref "refs/pull/$1/merge" HEAD
}

# job NAME WORKFLOW REF [CONTEXT=VALUE...]: leaves its checkout in `folder`.
job() {
  local name="$1" workflow="$2" ref="$3"
  shift 3
  echo "--- $name"
  folder="$work/$name/shop"
  [ -d "$folder" ] || checkout "$ref" "$folder"
  (cd "$folder" && on_machine "$name" node "$here/../.lib/github-job.mjs" "$here/$workflow" \
    "github.ref=$ref" "github.sha=$(git rev-parse HEAD)" "github.workspace=$folder" "$@")
}
main=(refs/heads/main github.event_name=push github.ref_name=main)
pull_request=(github.event_name=pull_request github.base_ref=main)
secrets=(secrets.CLEANMISS_REMOTE_WRITER="$ci_url" secrets.CLEANMISS_REMOTE_READER="$laptop_url")

propose 1 'DEFAULT_CURRENCY = "EUR"'

# Without Redis: actions/cache carries the store from one machine to another.
job cache-main cleanmiss-actions-cache.yml "${main[@]}"
expect 'main, at first' 'miss absent' "$(last_run "$folder")"
expect 'paths in the cache' '.cleanmiss-store .cleanmiss-store' \
  "$(sed -n 's/^ *path: //p' "$here/cleanmiss-actions-cache.yml" | paste -s -d ' ')"
store="$folder/.cleanmiss-store"
checkout refs/pull/1/merge "$work/cache-pull-request/shop"
cp -r "$store" "$work/cache-pull-request/shop"
job cache-pull-request cleanmiss-actions-cache.yml refs/pull/1/merge "${pull_request[@]}" github.head_ref=feature-1
expect 'a pull request' 'hit commit' "$(last_run "$folder")"

# The configuration names a server for laptops, which is not there: nothing may depend on it.
git -C "$origin" checkout --quiet main
cp "$here/../team-redis/cleanmiss.config.json" "$origin"
commit_in "$origin" 'A team with a Redis'
propose 2 'DEFAULT_CURRENCY = "EUR"'
propose 3 'DEFAULT_CURRENCY: int = "EUR"'

job main cleanmiss.yml "${main[@]}" "${secrets[@]}"
expect 'main, at first' 'miss absent' "$(last_run "$folder")"
keys="$(redis_key_count)"

job pull-request cleanmiss.yml refs/pull/2/merge "${pull_request[@]}" github.head_ref=feature-2 "${secrets[@]}"
expect 'a pull request' 'hit commit' "$(last_run "$folder")"
expect 'keys in Redis' "$keys" "$(redis_key_count)"

# A fork has no secrets. This one has a mistake: the job fails as mypy does, and the steps after it are run.
code=0
job fork cleanmiss.yml refs/pull/3/merge "${pull_request[@]}" github.head_ref=main || code=$?
expect "the job of a fork's mistake" 1 "$code"
expect 'a fork' 'miss absent' "$(last_run "$folder")"
