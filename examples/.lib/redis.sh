# shellcheck shell=bash
# For examples: the Redis of ../team-redis, on this machine, for as long as the example runs.

lib="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
redis_pid=''

# start_redis DIRECTORY: sets redis_port, ci_url and laptop_url. Who starts it calls stop_redis at the end, whatever happens.
start_redis() {
  local attempt log="$1/redis.log"
  command -v redis-server redis-cli >/dev/null ||
    { echo 'error: redis-server is not on PATH: run npm test, or install redis-server' >&2; return 1; }
  # Between our look for a free port and the server's, somebody else may take it.
  for attempt in 1 2 3 4 5; do
    redis_port="$(free_port)"
    ci_url="redis://ci:ci-password@127.0.0.1:$redis_port"
    laptop_url="redis://laptop:laptop-password@127.0.0.1:$redis_port"
    export ci_url laptop_url
    CI_PASSWORD=ci-password LAPTOP_PASSWORD=laptop-password TMPDIR="$1" \
      sh "$lib/../team-redis/start.sh" --bind 127.0.0.1 --port "$redis_port" --dir "$1" >"$log" 2>&1 &
    redis_pid=$!
    redis_answers && return
    stop_redis
    grep -q 'Address already in use' "$log" || break
  done
  echo "error: redis-server did not start (attempt $attempt):" >&2
  cat "$log" >&2
  return 1
}

stop_redis() {
  [ -n "$redis_pid" ] || return 0
  kill "$redis_pid" 2>/dev/null || true
  wait "$redis_pid" 2>/dev/null || true
  redis_pid=''
}

# redis_as USER COMMAND...: what the server answers to one of its two users.
redis_as() {
  local user="$1"
  shift
  REDISCLI_AUTH="$user-password" redis-cli -p "$redis_port" --user "$user" "$@"
}

redis_key_count() {
  redis_as ci INFO keyspace | sed -n 's/^db0:keys=\([0-9]*\),.*/\1/p'
}

free_port() {
  node -e "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })"
}

redis_answers() {
  local tries
  for ((tries = 0; tries < 200; tries++)); do
    kill -0 "$redis_pid" 2>/dev/null || return 1
    [ "$(redis_as ci PING 2>/dev/null)" = PONG ] && return
    sleep 0.05
  done
  return 1
}
