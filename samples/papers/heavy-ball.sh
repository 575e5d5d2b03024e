#!/usr/bin/env bash
# How fast heavy ball converges on quadratics, alone and under Lookahead, against the condition number (the figure of
# Zhang, Lucas, Hinton and Ba, 2019): the factor of the distance to the minimum per inner step. Momentum 0.99 is made
# for worse conditions than these; at 100 and 1000 Lookahead damps it. Predicted by the round's largest eigenvalue.
. "$(dirname "$0")/common.sh"

beta=0.99 k=20 alpha=0.8 rounds=200
echo "condition,heavy_ball_measured,heavy_ball_predicted,lookahead_measured,lookahead_predicted"
for condition in 10 100 1000; do
  for block in false "{k: $k, alpha: $alpha}"; do
    name=$([ "$block" = false ] && echo ball || echo la)$condition
    printf 'objective: {function: quadratic, dim: 2, condition: %s}\noptimizer: {name: sgd, lr: 1, momentum: %s}\nlookahead: %s\nstop: {steps: %s}\ntrace: {every: %s, points: true}\n' \
      "$condition" "$beta" "$block" "$((k * rounds))" "$k" | solve "$name"
  done
  # The largest of forty neighbouring rows in the middle and at the end: whatever the phase of an oscillation.
  rate() {
    awk -F, -v k="$k" 'NR == 1 {for (i = 1; i <= NF; ++i) if ($i ~ /^slow_/) {a = b ? a : i; b = i}; next}
      $4 % k == 0 {n += 1; d[n] = sqrt($a^2 + $b^2); step[n] = $4}
      END {h = int(n / 2); for (i = 0; i < 40; ++i) {if (d[h - i] > x) x = d[h - i]; if (d[n - 1 - i] > y) y = d[n - 1 - i]}
           printf "%.10g", exp(log(y / x) / (step[n - 1] - step[h]))}' "$scratch/$1/trace.csv"
  }
  awk -v condition="$condition" -v beta="$beta" -v k="$k" -v alpha="$alpha" \
    -v ball="$(rate "ball$condition")" -v la="$(rate "la$condition")" '
    # Spectral radius of a 2 x 2 matrix.
    function radius(a, b, c, d,    t, det, q) {
      t = (a + d) / 2; det = a * d - b * c; q = t * t - det
      return q < 0 ? sqrt(det) : (t < 0 ? -t : t) + sqrt(q)
    }
    function round(curvature,    a, b, c, d, i, p, q, r, s, m) {
      a = 1; b = 0; c = 0; d = 1
      for (i = 0; i < k; ++i) {
        p = (1 - curvature) * a + beta * c; q = (1 - curvature) * b + beta * d
        r = -curvature * a + beta * c; s = -curvature * b + beta * d
        a = p; b = q; c = r; d = s
      }
      m = radius(1 - alpha + alpha * a, alpha * b, c, d)
      return exp(log(m) / k)
    }
    function alone(curvature) { return radius(1 - curvature, beta, -curvature, beta) }
    BEGIN {
      x = alone(1); y = alone(1 / condition); u = round(1); v = round(1 / condition)
      printf "%s,%.6f,%.6f,%.6f,%.6f\n", condition, ball, (x > y ? x : y), la, (u > v ? u : v)
    }'
done
