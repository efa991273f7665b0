#!/usr/bin/env bash
# The commands of both files, each job on a machine of its own: for the default branch, a merge request, one from a fork.
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

git -C "$origin" checkout --quiet -b feature
echo 'DEFAULT_CURRENCY: int = "EUR"' >>"$origin/src/shop/cart.py"
commit_in "$origin" 'A merge request'

# job NAME FILE REF [VARIABLE=VALUE...]: leaves its checkout in `folder`.
job() {
  local name="$1" file="$2" ref="$3"
  shift 3
  echo "--- $name"
  folder="$work/$name/shop"
  [ -d "$folder" ] || checkout "$ref" "$folder"
  (cd "$folder" && on_machine "$name" CI_PROJECT_DIR="$folder" CI_COMMIT_SHA="$(git rev-parse HEAD)" \
    CI_COMMIT_REF_NAME="$ref" CI_DEFAULT_BRANCH=main "$@" node "$here/../.lib/gitlab-job.mjs" "$here/$file")
}
main=(main CI_PIPELINE_SOURCE=push CI_COMMIT_BRANCH=main)
merge_request=(feature CI_PIPELINE_SOURCE=merge_request_event CI_MERGE_REQUEST_IID=1
  CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main CI_MERGE_REQUEST_SOURCE_BRANCH_NAME=feature)
reader="CLEANMISS_REMOTE_READER=$laptop_url"

job main cleanmiss.gitlab-ci.yml "${main[@]}" "CLEANMISS_REMOTE_WRITER=$ci_url" "$reader"
expect 'the default branch, at first' 'miss absent' "$(last_run "$folder")"
keys="$(redis_key_count)"

# It has a mistake: the job fails as mypy does.
code=0
job merge-request cleanmiss.gitlab-ci.yml "${merge_request[@]}" "$reader" || code=$?
expect "the job of a merge request with a mistake" 1 "$code"
expect 'a merge request' 'hit commit' "$(last_run "$folder")"
expect 'keys in Redis' "$keys" "$(redis_key_count)"

code=0
job fork cleanmiss.gitlab-ci.yml "${merge_request[@]}" || code=$?
expect "the job of a fork's mistake" 1 "$code"
expect 'a fork' 'miss absent' "$(last_run "$folder")"

# Without Redis: GitLab carries the store from one machine to another.
job cache-main cleanmiss-cache.gitlab-ci.yml "${main[@]}"
expect 'the default branch, at first' 'miss absent' "$(last_run "$folder")"
expect 'paths in the cache' '.cleanmiss-store/' \
  "$(sed -n '/^    paths:$/{n;s/^ *- //p}' "$here/cleanmiss-cache.gitlab-ci.yml")"
store="$folder/.cleanmiss-store"
checkout feature "$work/cache-merge-request/shop"
cp -r "$store" "$work/cache-merge-request/shop"
code=0
job cache-merge-request cleanmiss-cache.gitlab-ci.yml "${merge_request[@]}" || code=$?
expect 'the job of a merge request with a mistake' 1 "$code"
expect 'a merge request' 'hit commit' "$(last_run "$folder")"
