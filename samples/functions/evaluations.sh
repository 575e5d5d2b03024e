#!/usr/bin/env bash
# How many gradient evaluations every optimizer needs on every built-in function, under Lookahead (k = 5, alpha = 0.5),
# to come within 1e-8 of the minimum: the least over learning rates 1, 0.1, 0.01 and 0.001, within 20,000 steps from the
# function's standard start. Prints CSV; an empty cell: not reached. A minute or two.
#   samples/functions/evaluations.sh >samples/functions/evaluations.csv
set -euo pipefail
lookahead=${LOOKAHEAD:-lookahead}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mapfile -t functions < <("$lookahead" list functions | awk '{print $1}')
mapfile -t optimizers < <("$lookahead" list optimizers | awk '{print $1}')

# evaluations FUNCTION OPTIMIZER RATE: how many, nothing where the target is not met.
evaluations() {
  printf 'objective: %s\noptimizer: {name: %s, lr: %s}\nstop: {target: 1e-8, steps: 20000}\n' "$@" |
    "$lookahead" solve - -q --json --no-trace --require-target -o "$scratch/$1" --force 2>/dev/null |
    awk -F'[:,]' '/"stop": "target"/ {met = 1} /"grad_evals"/ {count = $2 + 0} END {if (met) print count}' || true
}

printf 'function'
printf ',%s' "${optimizers[@]}"
echo
for function in "${functions[@]}"; do
  # Not where there is no known minimum to come near to.
  printf 'objective: %s\noptimizer: sgd\nstop: {target: 1e-8, steps: 1}\n' "$function" |
    "$lookahead" check - -q >/dev/null 2>&1 || continue
  printf '%s' "$function"
  for optimizer in "${optimizers[@]}"; do
    least=
    for rate in 1 0.1 0.01 0.001; do
      count=$(evaluations "$function" "$optimizer" "$rate")
      if [ -n "$count" ] && { [ -z "$least" ] || [ "$count" -lt "$least" ]; }; then least=$count; fi
    done
    printf ',%s' "$least"
  done
  echo
done
