#!/usr/bin/env bash
# SGD (momentum 0.9), Adam, Lookahead(SGD) and Lookahead(Adam) (k = 5, alpha = 0.5) on Fashion-MNIST, the mlp 784-256-10,
# six epochs of batches of 128: prints one line of CSV per run, five seeds each. With and without Lookahead an inner
# optimizer has the same learning rate. The seconds are the processor's, reading and testing included. DATA is the folder
# of fashion-mnist_{train,test}.csv.gz. Some minutes on one thread.
#   samples/fashion/compare.sh DATA >samples/fashion/runs.csv
set -euo pipefail
data=${1:?the folder of fashion-mnist_train.csv.gz and fashion-mnist_test.csv.gz}
lookahead=${LOOKAHEAD:-lookahead}
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
TIMEFORMAT=%U
trap 'rm -rf "$scratch"' EXIT

# solve METHOD RATE SEED: one run into $scratch/run; one that diverges is no failure.
solve() {
  local method=$1 rate=$2 seed=$3 optimizer slow status=0
  case $method in
    *SGD*) optimizer="{name: sgd, momentum: 0.9, lr: $rate}" ;;
    *) optimizer="{name: adam, lr: $rate}" ;;
  esac
  case $method in
    Lookahead*) slow="{k: 5, alpha: 0.5}" ;;
    *) slow=false ;;
  esac
  {
    time "$lookahead" solve "$here/fashion.yaml" -q --no-trace --force --threads 1 --seed "$seed" \
      -o "$scratch/run" --set "data.train=$data/fashion-mnist_train.csv.gz" \
      --set "data.test=$data/fashion-mnist_test.csv.gz" --set "optimizer=$optimizer" --set "lookahead=$slow" \
      --set stop.epochs=6 >/dev/null 2>&1 || status=$?
  } 2>"$scratch/seconds"
  [ "$status" -eq 0 ] || [ "$status" -eq 6 ]
}

# result KEY: a number of that run, nothing where there is none.
result() { awk -F'[:,]' -v key="\"$1\"" '$1 ~ key && $2 !~ /null/ {print $2 + 0; exit}' "$scratch/run/run.json"; }

echo "method,lr,seed,test_accuracy,loss,seconds"
for seed in 1 2 3 4 5; do
  for method in SGD Adam "Lookahead(SGD)" "Lookahead(Adam)"; do
    case $method in
      *SGD*) rate=0.01 ;;
      *) rate=0.001 ;;
    esac
    solve "$method" "$rate" "$seed"
    echo "$method,$rate,$seed,$(result test_accuracy),$(result loss_slow),$(cat "$scratch/seconds")"
  done
done
