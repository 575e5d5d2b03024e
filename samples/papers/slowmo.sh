#!/usr/bin/env bash
# SlowMo (Wang, Tantia, Ballas and Rabbat, ICLR 2020) and what it becomes: without slow momentum Lookahead; after every
# single step of sgd heavy ball at alpha times the rate. Prints the largest relative difference of the slow points.
. "$(dirname "$0")/common.sh"

run() { # run NAME OPTIMIZER LOOKAHEAD
  printf 'objective: {function: rosenbrock_chained, dim: 20, noise: {gaussian: 0.1}}\noptimizer: %s\nlookahead: %s\nstop: {steps: 300}\n' \
    "$2" "$3" | solve "$1" --no-trace
}
difference() {
  paste -d, "$scratch/$1/solution.csv" "$scratch/$2/solution.csv" | awk -F, 'NR > 1 {
    d = $2 - $5; d = d < 0 ? -d : d; s = $2 < 0 ? -$2 : $2
    if (d > most) most = d
    if (s > size) size = s
  } END {printf "%.3g", most / size}'
}

run plain "{name: sgd, lr: 5e-4, momentum: 0.5}" "{k: 5, alpha: 0.5}"
run still "{name: sgd, lr: 5e-4, momentum: 0.5}" "{k: 5, alpha: 0.5, outer: {name: slowmo, beta: 0}}"
run slow "{name: sgd, lr: 4e-4}" "{k: 1, alpha: 0.5, outer: {name: slowmo, beta: 0.9}}"
run ball "{name: sgd, lr: 2e-4, momentum: 0.9}" false
echo "reduction,difference"
echo "beta 0 is Lookahead,$(difference still plain)"
echo "k 1 is heavy ball,$(difference slow ball)"
