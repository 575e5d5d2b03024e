#!/usr/bin/env bash
# Builds lookahead for this machine and runs it with the given arguments:
#   ./cmd/run.sh solve problem.yaml
# Without arguments it solves samples/rosenbrock.yaml. What is missing is installed with apt-get, as root or through
# sudo. Installing and building speak on stderr; stdout and the exit code are the program's (69: something needed is
# missing, 70: the build failed).
set -euo pipefail
# shellcheck source=cmd/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

build build "" -DCMAKE_BUILD_TYPE=Release -DLOOKAHEAD_NATIVE=ON -DLOOKAHEAD_TESTS=OFF -DLOOKAHEAD_BENCH=OFF
[ $# -gt 0 ] || set -- solve "$root/samples/rosenbrock.yaml"
exec "$root/build/lookahead" "$@"
