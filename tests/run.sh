#!/usr/bin/env bash
# Builds lookahead and its tests in build-tests/ and runs them; arguments go to ctest:
#   ./tests/run.sh -R engine
# What is missing is installed with apt-get, as root or through sudo. The exit code is ctest's (69: something needed is
# missing, 70: the build failed). LOOKAHEAD_BUILD_OPTIONS holds further options for cmake. What takes many minutes more
# is left to .ci/run.
set -euo pipefail
# shellcheck source=cmd/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/../cmd/setup.sh"

# shellcheck disable=SC2086
build build-tests 900 "doctest-dev libbenchmark-dev gnuplot-nox libopenmpi-dev python3-jsonschema zsh fish" -DCMAKE_BUILD_TYPE=Release -DLOOKAHEAD_NATIVE=ON \
  -DLOOKAHEAD_TESTS=ON -DLOOKAHEAD_BENCH=ON ${LOOKAHEAD_BUILD_OPTIONS:-}
exec ctest --test-dir "$root/build-tests" --output-on-failure -j "$(parallel)" -LE long "$@"
