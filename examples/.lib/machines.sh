# shellcheck shell=bash
# For examples: a repository, and machines that check it out. They share nothing but what an example gives them.
# Who sources this has set `work`, a directory that is removed in the end.
: "${work:?}"

examples="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
origin="$work/origin/shop"
node_modules="$examples/../node_modules"
mypy="${MYPY:-mypy}"
# `mypy` in a recipe is the one that these examples were told of.
machine_path="$PATH"
[ "$mypy" = mypy ] || machine_path="$(dirname "$mypy"):$PATH"
# A file, and not /dev/null: git replaces what it writes to, and as root that is the device.
export GIT_CONFIG_GLOBAL="$work/gitconfig" GIT_CONFIG_NOSYSTEM=1

# A repository with ../python-project in it: one commit, on main. More files may be named.
# shellcheck disable=SC2120
make_origin() {
  git init --quiet --initial-branch main "$origin"
  cp -r "$examples/python-project/src" "$examples/python-project/mypy.ini" "$@" "$origin"
  echo node_modules >"$origin/.gitignore"
  commit_in "$origin" 'A shop'
}

# commit_in DIRECTORY MESSAGE: commits all there is.
commit_in() {
  git -C "$1" add --all
  git -C "$1" -c user.name=Example -c user.email=example@example.com commit --quiet -m "$2"
}

# checkout REF DIRECTORY: one commit and nothing before it, and what `npm ci` would bring.
checkout() {
  git init --quiet "$2"
  git -C "$2" remote add origin "file://$origin"
  git -C "$2" fetch --quiet --depth 1 origin "$1"
  git -C "$2" checkout --quiet --detach FETCH_HEAD
  mkdir -p "$2/node_modules/.bin"
  ln -s "$(cd "$node_modules/cleanmiss" && pwd -P)/bin/cleanmiss.js" "$2/node_modules/.bin/cleanmiss"
}

# on_machine NAME [VARIABLE=VALUE...] COMMAND...: with a home of its own, and nothing else in its environment.
on_machine() {
  local home="$work/homes/$1"
  shift
  mkdir -p "$home"
  env -i HOME="$home" PATH="$machine_path" TMPDIR="$home" npm_config_update_notifier=false \
    GIT_CONFIG_NOSYSTEM=1 "$@"
}

# last_run DIRECTORY: what `cleanmiss why` knows of it: `miss` and the reason, or `hit` and where the snapshot was found.
last_run() {
  (cd "$1" && "$node_modules/.bin/cleanmiss" why --json) |
    sed -nE 's/^  "(outcome|reason|source)": "(.*)",$/\2/p' | paste -s -d ' ' -
}

# stored_by DIRECTORY, started_from DIRECTORY: the snapshots of its last run.
stored_by() {
  (cd "$1" && "$node_modules/.bin/cleanmiss" why --json) | sed -nE 's/^    "snapshot": "(.*)"$/\1/p'
}
started_from() {
  (cd "$1" && "$node_modules/.bin/cleanmiss" why --json) | sed -nE 's/^  "snapshot": "(.*)",$/\1/p'
}

# expect WHAT EXPECTED SEEN
expect() {
  [ "$2" = "$3" ] || { echo "error: $1: expected $2, saw $3" >&2; return 1; }
  echo "ok: $1: $3"
}

# A laptop does not wait for its uploads: until they are done, its directories are not to be removed.
wait_for_uploads() {
  local folders
  while :; do
    folders="$(readlink /proc/[0-9]*/cwd 2>/dev/null || true)"
    [[ $'\n'$folders == *$'\n'"$work/"* ]] || break
    sleep 0.05
  done
}
