#!/usr/bin/env bash
# The stationary variance of SGD and of Lookahead on the noisy quadratic of Zhang, Lucas, Hinton and Ba (2019, section
# 3.2): Lookahead divides it by a factor that depends on alpha, k and the learning rate alone. Every coordinate of
# a sphere (curvature 2) is an independent sample.
. "$(dirname "$0")/common.sh"

n=50000 noise=0.5 alpha=0.5 k=5
echo "lr,sgd_measured,sgd_predicted,lookahead_measured,lookahead_predicted"
for lr in 0.05 0.2 0.4; do
  for lookahead_block in false "{k: $k, alpha: $alpha}"; do
    name=$([ "$lookahead_block" = false ] && echo sgd || echo la)
    printf 'objective: {function: sphere, dim: %s, noise: {gaussian: %s}}\nstart: {uniform: [0, 0]}\noptimizer: {name: sgd, lr: %s}\nlookahead: %s\nstop: {steps: 150}\n' \
      "$n" "$noise" "$lr" "$lookahead_block" | solve "$name$lr" --no-trace
  done
  # The loss of a sphere is the sum of squares: the variance, times n.
  awk -v n="$n" -v s="$noise" -v lr="$lr" -v alpha="$alpha" -v k="$k" \
    -v sgd="$(result "sgd$lr" loss_slow)" -v la="$(result "la$lr" loss_slow)" 'BEGIN {
      lambda = 1 - 2 * lr; p = lambda^k; mu = 1 - alpha + alpha * p
      plain = lr^2 * s^2 / (1 - lambda^2)
      slow = alpha^2 * lr^2 * s^2 * (1 - lambda^(2 * k)) / (1 - lambda^2) / (1 - mu^2)
      printf "%s,%.6g,%.6g,%.6g,%.6g\n", lr, sgd / n, plain, la / n, slow }'
done
