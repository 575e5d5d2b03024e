#!/usr/bin/env bash
# The stochastic bilinear game of Chavdarova, Pagliardini, Stich, Fleuret and Jaggi (ICLR 2021): the mean of 100 terms
# x_i y_i + b_i'x + c_i'y, x and y of 100 coordinates. Prints the distance to the equilibrium, 14.1 at the start, after
# 20000 steps that see all terms, one drawn at random, or one after the other in random epochs. With all terms every mode
# has the singular value 1/100: descent ascent multiplies it by 1 + i h in a step, h the rate times 1/100,
# extragradient by 1 - h^2 + i h, and Lookahead by 1 - alpha + alpha m^k in a round, m a step's factor.
. "$(dirname "$0")/common.sh"

lr=0.1 k=1000 alpha=0.5 steps=20000
echo "terms,method,distance,predicted"
for terms in all drawn epochs; do
  case $terms in
    all) noise="" ;;
    drawn) noise=", noise: {minibatch: 1}" ;;
    epochs) noise=", noise: {minibatch: {size: 1, replacement: false}}" ;;
  esac
  for method in gda extragradient lookahead-gda lookahead-extragradient lookahead-svrg; do
    case $method in
      lookahead-*) block="{k: $k, alpha: $alpha}" ;;
      *) block=false ;;
    esac
    printf 'objective: {game: stochastic_bilinear_unit, dim: 200%s}\noptimizer: {name: %s, lr: %s}\nlookahead: %s\nstop: {steps: %s}\n' \
      "$noise" "${method#lookahead-}" "$lr" "$block" "$steps" | solve "$terms-$method" --no-trace
    # SVRG without noise is descent ascent: it corrects nothing.
    awk -v terms="$terms" -v method="$method" -v distance="$(result "$terms-$method" distance)" \
      -v lr="$lr" -v k="$k" -v alpha="$alpha" -v steps="$steps" '
      BEGIN {
        h = lr / 100
        re = method ~ /extragradient/ ? 1 - h^2 : 1
        size = log(re^2 + h^2) / 2; angle = atan2(h, re)
        if (method ~ /lookahead/) {
          r = exp(k * size); t = k * angle
          size = log((1 - alpha + alpha * r * cos(t))^2 + (alpha * r * sin(t))^2) / 2 / k
        }
        predicted = terms == "all" ? sprintf("%.8g", sqrt(200) * exp(steps * size)) : ""
        printf "%s,%s,%.8g,%s\n", terms, method, distance, predicted
      }'
  done
done
