#!/usr/bin/env bash
# Two versions of a linter at once, on one store: files of this machine alone, then a Redis that another machine uses too.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
work="$(mktemp -d)"
# shellcheck source-path=SCRIPTDIR source=../.lib/redis.sh
. "$here/../.lib/redis.sh"
trap 'stop_redis; rm -rf "$work"' EXIT

echo '== files'
node "$here/try.mjs"
start_redis "$work"
echo '== files, and a Redis'
node "$here/try.mjs" "$ci_url"
