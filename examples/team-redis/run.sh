#!/usr/bin/env bash
# A CI job publishes; a laptop, with another path and other mtimes, starts from what that left, and can change nothing.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
work="$(mktemp -d)"
# shellcheck source-path=SCRIPTDIR source=../.lib/redis.sh
. "$here/../.lib/redis.sh"
# shellcheck source-path=SCRIPTDIR source=../.lib/machines.sh
. "$here/../.lib/machines.sh"
trap 'stop_redis; rm -rf "$work"' EXIT
start_redis "$work"

# The settings are the server's, and the users may do no more than they need.
expect 'policy' allkeys-lru "$(redis_as ci INFO memory | tr -d '\r' | sed -n 's/^maxmemory_policy://p')"
refused() {
  redis_as "$@" 2>&1 | grep -q NOPERM || { echo "error: $* is not refused" >&2; return 1; }
}
refused laptop SET cleanmiss:1:default:m:x y
refused laptop EVAL 'return 1' 0
refused laptop GET somebody:else
refused ci SET somebody:else y
refused ci CONFIG GET '*'
refused ci FLUSHALL
redis-cli -p "$redis_port" GET cleanmiss:1:default:m:x 2>&1 | grep -q NOAUTH

# The health check of compose.yml, for this port.
health="$(sed -n "s/^ *test: \['CMD-SHELL', '\(.*\)'\]$/\1/p" "$here/compose.yml")"
[[ $health == 'redis-cli ping '* ]] || { echo 'error: compose.yml has no health check that is known here' >&2; exit 1; }
bash -o pipefail -c "${health/redis-cli/redis-cli -p $redis_port}"

# The laptop's configuration is in the repository, for this server.
config="$work/cleanmiss.config.json"
sed "s/redis\.example\.com:6379/127.0.0.1:$redis_port/" "$here/cleanmiss.config.json" >"$config"
make_origin "$config"

checkout main "$work/ci/builds/0/shop"
cd "$work/ci/builds/0/shop"
ci=(on_machine ci CI=true CLEANMISS_REMOTE="$ci_url" CLEANMISS_REMOTE_MODE=read-write)
"${ci[@]}" npx cleanmiss run -- mypy src
expect 'in CI, cold' 'miss absent' "$(last_run .)"
"${ci[@]}" npx cleanmiss doctor -- mypy src
keys="$(redis_key_count)"

checkout main "$work/laptop/shop"
cd "$work/laptop/shop"
laptop=(on_machine laptop CLEANMISS_REDIS_PASSWORD=laptop-password)
"${laptop[@]}" npx cleanmiss run -- mypy src
expect 'on the laptop' 'hit commit' "$(last_run .)"
"${laptop[@]}" npx cleanmiss doctor -- mypy src

# Also where it tries: one line of warning, and mypy's own exit code.
echo 'wrong: int = "text"' >>src/shop/cart.py
code=0
"${laptop[@]}" CLEANMISS_REMOTE="$laptop_url" npx cleanmiss run --wait -- mypy src || code=$?
expect "mypy's exit code" 1 "$code"
expect 'keys in Redis' "$keys" "$(redis_key_count)"
