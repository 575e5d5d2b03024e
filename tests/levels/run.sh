#!/usr/bin/env bash
# Runs the samples at every level of instructions that this processor has and compares what they write, byte by byte.
#
#   ./tests/levels/run.sh                              all of samples/
#   ./tests/levels/run.sh -n build/lookahead FILE...   these, and a native program beside the levels
#   ./tests/levels/run.sh -l 'baseline;v3'             builds these levels only
#
# Builds the library for all levels in build-levels/. A processor of a lower level is made by hiding instructions from
# the loader (GLIBC_TUNABLES). What is known to differ stands in tests/levels/differing. The exit
# code is 1 where anything else differs, 2 for wrong arguments, 77 where there is nothing to compare, 69 and 70 as of
# cmd/run.sh.
set -euo pipefail
# shellcheck source=cmd/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../cmd/setup.sh"

native="" wanted="baseline;v3;v4"
while [[ ${1-} == -* ]]; do
  case $1 in
    -n)
      [ -x "${2-}" ] || fail 2 "-n takes a program, got '${2-}'"
      native=$2
      ;;
    -l)
      [ -n "${2-}" ] || fail 2 "-l takes levels as -DLOOKAHEAD_LEVELS does"
      wanted=$2
      ;;
    *) fail 2 "unknown option $1 (known: -n PROGRAM, -l LEVELS)" ;;
  esac
  shift 2
done
samples=("$@")
[ $# -gt 0 ] || samples=("$root"/samples/*.yaml "$root"/samples/functions/*.yaml)

# In the other modules no figure is computed, so that only the time of their compilation matters.
build build-levels 900 "" -DCMAKE_BUILD_TYPE=Release -DLOOKAHEAD_TESTS=OFF -DLOOKAHEAD_BENCH=OFF \
  "-DLOOKAHEAD_LEVELS=$wanted" "-DLOOKAHEAD_COLD=certify;cmd;init;options;picture;predict;spec;study;trace"
program=$root/build-levels/lookahead
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# at LEVEL ARGUMENT...: the program at that level.
at() {
  local level=$1 hidden=""
  shift
  case $level in
    native) "$native" "$@" && return || return ;;
    x86-64) hidden=-AVX512F,-AVX2,-AVX,-FMA,-FMA4,-BMI1,-BMI2,-LZCNT,-POPCNT,-SSE4_2,-SSE4_1,-SSSE3 ;;
    x86-64-v3) hidden=-AVX512F,-AVX512VL,-AVX512BW,-AVX512DQ,-AVX512CD ;;
  esac
  GLIBC_TUNABLES=${hidden:+glibc.cpu.hwcaps=$hidden} "$program" "$@"
}

# The loader looks for libraries where the program lies, and not where it is called.
mkdir "$scratch/elsewhere"
touch "$scratch/elsewhere/libz.so.1" "$scratch/elsewhere/liblookahead.so"
(cd "$scratch/elsewhere" && at x86-64 version >/dev/null) ||
  fail 1 "the program loads libraries from the directory it is called in"

levels=()
for level in x86-64 x86-64-v3 x86-64-v4; do
  [ "$(at "$level" version -v | sed -n 's/^  compiled for  //p')" != "$level" ] || levels+=("$level")
done
[ -z "$native" ] || levels+=(native)
say "comparing ${levels[*]}"
[ ${#levels[@]} -gt 1 ] || exit 77

# differs NAME LEVEL: whether that is known.
known() {
  grep -qxE "$1( +$2)?" <(grep -v '^#' "$root/tests/levels/differing")
}

# run LEVEL SAMPLE NAME: solves it; what is to be compared is in a folder of that name.
run() {
  local level=$1 sample=$2 out=$scratch/$1/$3 code=0
  at "$level" solve "$sample" -q --set trace.time=false --checkpoint none -o "$out" >/dev/null 2>"$out.said" || code=$?
  # How a run ends belongs to what it writes; run.json has times in it.
  rm -f "$out/run.json"
  mkdir -p "$out"
  echo "$code" >"$out/code"
  [ "$code" -le 1 ] || { [ "$code" -ge 6 ] && [ "$code" -lt 128 ]; } ||
    { cat "$out.said" >&2 && fail 1 "$sample ends with exit code $code at $level"; }
}

# The first level but the lowest is what the others are compared with: a processor without fused multiply-add is
# promised less.
reference=${levels[1]}
compared=0 differing=0
for sample in "${samples[@]}"; do
  name=$(basename "$sample" .yaml)
  # All levels at once: most samples keep one processor busy.
  runs=()
  for level in "${levels[@]}"; do
    mkdir -p "$scratch/$level"
    run "$level" "$sample" "$name" &
    runs+=($!)
  done
  failed=0
  for pid in "${runs[@]}"; do
    wait "$pid" || failed=1
  done
  [ "$failed" -eq 0 ] || exit 1
  for level in "${levels[@]}"; do
    [ "$level" != "$reference" ] || continue
    compared=$((compared + 1))
    if diff -rq "$scratch/$reference/$name" "$scratch/$level/$name" >"$scratch/said"; then
      ! known "$name" "$level" || echo "same, though known to differ: $name at $level"
    elif known "$name" "$level"; then
      echo "known to differ: $name at $level"
    else
      differing=$((differing + 1))
      echo "DIFFERS: $name at $level from $reference:" && sed "s|$scratch/||g; s/^/  /" "$scratch/said"
    fi
  done
  rm -rf "${scratch:?}"/*/"$name"*
done
echo "$compared comparisons of ${#samples[@]} samples with $reference, $differing differ"
[ "$differing" -eq 0 ]
