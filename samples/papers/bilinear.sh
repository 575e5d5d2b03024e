#!/usr/bin/env bash
# The bilinear game: simultaneous gradient descent ascent diverges at any rate; under Lookahead it converges for k >= 3
# with alpha 0.5, not for k = 2 (Chavdarova, Pagliardini, Stich, Fleuret and Jaggi, ICLR 2021). The factor of the
# distance to the equilibrium per round is |1 - alpha + alpha (1 + i h)^k|, h the rate times the singular value 1.
. "$(dirname "$0")/common.sh"

lr=0.1 alpha=0.5 rounds=100
echo "k,measured,predicted"
for k in 0 2 3 5 10; do
  block=$([ "$k" -eq 0 ] && echo false || echo "{k: $k, alpha: $alpha}")
  per_round=$((k == 0 ? 1 : k))
  printf 'objective: {game: bilinear, dim: 2}\noptimizer: {name: gda, lr: %s}\nlookahead: %s\nstop: {rounds: %s}\n' \
    "$lr" "$block" "$rounds" | solve "k$k" --set trace.every=sync
  awk -F, -v k="$k" -v lr="$lr" -v alpha="$alpha" -v rounds="$rounds" -v per="$per_round" '
    NR == 1 {for (i = 1; i <= NF; ++i) if ($i == "distance") column = i; next}
    $4 == 0 {first = $column}
    $4 == per * rounds {last = $column}
    END {
      r = exp(per * log(1 + lr^2) / 2); t = per * atan2(lr, 1)
      a = k == 0 ? 1 : alpha
      re = 1 - a + a * r * cos(t); im = a * r * sin(t)
      printf "%s,%.8f,%.8f\n", k == 0 ? "none" : k, exp(log(last / first) / rounds), sqrt(re^2 + im^2)
    }' "$scratch/k$k/trace.csv"
done
