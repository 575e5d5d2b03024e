#!/usr/bin/env bash
# Why a condition on k is needed for non-convex functions: on six spiral valleys gradient descent with lr 1/L reaches a
# minimum, and so does Lookahead with k = 500; with k = 1000 and 3000 its slow point goes around six points where the
# gradient does not vanish. Prints the norm of the gradient at the slow point in the end.
. "$(dirname "$0")/common.sh"

echo "k,grad_norm"
for k in none 500 1000 3000; do
  block=$([ "$k" = none ] && echo false || echo "{k: $k, alpha: 0.5}")
  steps=$([ "$k" = none ] && echo 20000 || echo "$((60 * k))")
  # 1 / 213.08: the largest curvature on a fine grid, and 2 %.
  printf 'objective: spiral_valleys\noptimizer: {name: sgd, lr: 0.0046931}\nlookahead: %s\nstop: {steps: %s}\n' "$block" "$steps" |
    solve "k$k" --no-trace
  echo "$k,$(result "k$k" grad_norm)"
done
