#!/usr/bin/env bash
# Draws the pictures of README.md again, with the numbers behind them: samples/pictures/draw.sh
# Needs lookahead in the PATH (or LOOKAHEAD=path/to/lookahead) and gnuplot.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lookahead=${LOOKAHEAD:-lookahead}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
"$lookahead" sweep -q "$here/../experiments/noisy-quadratic.yaml" -o noisy-quadratic >/dev/null
"$lookahead" plot -q noisy-quadratic --kind sensitivity --value tail_gap -o "$here/noisy-quadratic.svg"
"$lookahead" plot -q noisy-quadratic --kind sensitivity --value tail_gap --script >"$here/noisy-quadratic.gp"
"$lookahead" solve -q "$here/path.yaml" -o path >/dev/null
"$lookahead" plot -q path --kind path -o "$here/path.svg"
"$lookahead" plot -q path --kind path --script >"$here/path.gp"
