# Sourced by the scripts of this folder: a scratch folder that goes again, and runs in it.
# shellcheck shell=bash
set -euo pipefail
lookahead=${LOOKAHEAD:-lookahead}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# solve NAME [ARGUMENT...]: the problem on standard input into $scratch/NAME; a run that diverges is no failure.
solve() {
  local name=$1 status=0
  shift
  "$lookahead" solve - -q -o "$scratch/$name" "$@" >/dev/null || status=$?
  [ "$status" -eq 0 ] || [ "$status" -eq 6 ]
}

# result NAME KEY: a number of a run's run.json.
result() { awk -F'[:,]' -v key="\"$2\"" '$1 ~ key {print $2 + 0; exit}' "$scratch/$1/run.json"; }
