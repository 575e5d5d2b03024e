#!/usr/bin/env bash
# Nested Lookahead (Pushkin and Barba, 2021): every level divides the stationary variance once more. On one curvature the
# slow point of a level with k rounds of the level inside goes at mu = 1 - alpha + alpha p^k, p the factor inside, and
# its variance is alpha^2 V_k / (1 - mu^2), V_k what k inner rounds from a fixed point add up to.
. "$(dirname "$0")/common.sh"

n=50000 noise=0.5 lr=0.2
echo "levels,measured,predicted"
predict() { # predict "k alpha" ...
  awk -v lr="$lr" -v s="$noise" 'BEGIN {
    # One inner step from a fixed point: factor and added variance.
    factor = 1 - 2 * lr; added = lr^2 * s^2
    for (i = 1; i < ARGC; ++i) {
      split(ARGV[i], level, " "); k = level[1]; alpha = level[2]
      sum = 0; for (j = 0; j < k; ++j) sum += factor^(2 * j)
      added *= alpha^2 * sum; factor = 1 - alpha + alpha * factor^k
    }
    printf "%.6g", added / (1 - factor^2) }' "$@"
}
measure() { # measure NAME BLOCK STEPS
  printf 'objective: {function: sphere, dim: %s, noise: {gaussian: %s}}\nstart: {uniform: [0, 0]}\noptimizer: {name: sgd, lr: %s}\nlookahead: %s\nstop: {steps: %s}\n' \
    "$n" "$noise" "$lr" "$2" "$3" | solve "$1" --no-trace
  awk -v n="$n" -v loss="$(result "$1" loss_slow)" 'BEGIN {printf "%.6g", loss / n}'
}
echo "1,$(measure one "{k: 4, alpha: 0.5}" 120),$(predict "4 0.5")"
echo "2,$(measure two "[{k: 4, alpha: 0.5}, {k: 3, alpha: 0.6}]" 240),$(predict "4 0.5" "3 0.6")"
echo "3,$(measure three "[{k: 2, alpha: 0.5}, {k: 3, alpha: 0.6}, {k: 2, alpha: 0.7}]" 360),$(predict "2 0.5" "3 0.6" "2 0.7")"
