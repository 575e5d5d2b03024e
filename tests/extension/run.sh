#!/usr/bin/env bash
# Adds an optimizer, a function and a loss to a scratch copy of the source, one file each and nothing else, builds it and
# runs the laws on all entries. The files are the templates of lib/README.md. Further options go to cmake.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -R "$source"/{CMakeLists.txt,lib,cmd,tests} "$scratch"
cp "$source/tests/extension/steepest.cpp.in" "$scratch/lib/optimizer/items/steepest.cpp"
# The last name of its folder, which leaves the others in the batches that they are compiled in.
cp "$source/tests/extension/zero_bowl.cpp.in" "$scratch/lib/objective/functions/zero_bowl.cpp"
cp "$source/tests/extension/tukey.cpp.in" "$scratch/lib/loss/items/tukey.cpp"
# The same text gives the same objects wherever the copy lies.
export CCACHE_BASEDIR=$scratch CCACHE_NOHASHDIR=1
! command -v ninja >/dev/null || generator=(-G Ninja)
cmake -S "$scratch" -B "$scratch/build" ${generator[@]+"${generator[@]}"} -DCMAKE_BUILD_TYPE=Release \
  -DLOOKAHEAD_NATIVE=ON -DLOOKAHEAD_BENCH=OFF "$@" >"$scratch/log" 2>&1 &&
  cmake --build "$scratch/build" --target lookahead laws_tests -j "$(nproc)" >>"$scratch/log" 2>&1 ||
  { tail -n 40 "$scratch/log"; exit 1; }
for name in steepest zero_bowl tukey; do
  "$scratch/build/lookahead" describe "$name" >/dev/null || { echo "$name is not in its catalog"; exit 1; }
done
printf 'objective: zero_bowl\noptimizer: {name: steepest, lr: 1e-3}\nstop: {target: 1e-3, steps: 1e5}\n' >"$scratch/p.yaml"
"$scratch/build/lookahead" solve "$scratch/p.yaml" -q -o "$scratch/run" --require-target
# What ranks of a team do is looked at where no entry is new.
"$scratch/build/tests/laws_tests" --test-case="law:*" --test-case-exclude="*any number of processes*,*any other number*"
