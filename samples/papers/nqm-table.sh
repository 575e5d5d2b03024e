#!/usr/bin/env bash
# The expected loss of Lookahead on the published noisy quadratic (Zhang, Lucas, Hinton and Ba 2019, section 3.2): 100
# coordinates of curvature 1/i around centres of variance i, from 1, ..., 1, after 1000 steps with k = 5, less the part of
# the loss that is the centres' own. A step's gradient then has the deviation 1/i times sqrt(i) in coordinate i. Measured
# is the mean of 40 runs.
. "$(dirname "$0")/common.sh"

"$lookahead" sweep - -q -o "$scratch/table" >/dev/null <<'SWEEP'
problem:
  objective: {function: quadratic_diag, dim: 100, spectrum: {power: 1}, noise: {gaussian: {sd: {power: 0.5}}}}
  optimizer: sgd
  lookahead: {k: 5}
  stop: {steps: 1000}
vary: {optimizer.lr: [0.1, 0.5, 1], lookahead.alpha: [0.2, 0.5, 0.8, 1]}
seeds: 1..40
SWEEP

echo "lr,alpha,measured,standard_error,exact"
awk -F, '
  # Mean and variance of every coordinate after every round of k steps.
  function exact(lr, alpha,    i, j, r, a, lambda, mu, sum, mean, variance, loss) {
    for (i = 1; i <= 100; ++i) {
      a = 1 / i; lambda = 1 - lr * a; mu = 1 - alpha + alpha * lambda^5
      sum = 0; for (j = 0; j < 5; ++j) sum += lambda^(2 * j)
      mean = 1; variance = 0
      for (r = 0; r < 200; ++r) {mean *= mu; variance = mu^2 * variance + alpha^2 * lr^2 * (a^2 * i) * sum}
      loss += a * (mean^2 + variance) / 2
    }
    return loss
  }
  NR == 1 {for (i = 1; i <= NF; ++i) at[$i] = i; next}
  {
    key = $at["optimizer.lr"] "," $at["lookahead.alpha"]
    if (!(key in count)) order[++keys] = key
    count[key] += 1; sum[key] += $at["gap"]; squares[key] += $at["gap"]^2
  }
  END {
    for (i = 1; i <= keys; ++i) {
      key = order[i]; n = count[key]; mean = sum[key] / n
      split(key, value, ",")
      printf "%s,%.6g,%.2g,%.12g\n", key, mean, sqrt((squares[key] / n - mean^2) / (n - 1)), exact(value[1], value[2])
    }
  }' "$scratch/table/runs.csv"
