#!/bin/sh
# Starts the server with the users of users.acl (or of another file: USERS=users-with-scopes.acl), whose passwords are in the
# environment. Options of redis-server may follow.
set -eu
: "${CI_PASSWORD:?}" "${LAPTOP_PASSWORD:?}"
here=$(cd "$(dirname "$0")" && pwd)
from="$here/${USERS:-users.acl}"

# Redis takes a SHA-256 in place of a password: none is written down.
sha256() {
  printf %s "$1" | sha256sum | cut -d ' ' -f 1
}

if grep -q '#PR_PASSWORD' "$from"; then : "${PR_PASSWORD:?}"; fi
users="${TMPDIR:-/tmp}/users.acl"
sed -e "s/#CI_PASSWORD/#$(sha256 "$CI_PASSWORD")/" -e "s/#LAPTOP_PASSWORD/#$(sha256 "$LAPTOP_PASSWORD")/" \
  -e "s/#PR_PASSWORD/#$(sha256 "${PR_PASSWORD:-}")/" "$from" >"$users"
unset CI_PASSWORD LAPTOP_PASSWORD PR_PASSWORD
exec redis-server "$here/redis.conf" --aclfile "$users" "$@"
