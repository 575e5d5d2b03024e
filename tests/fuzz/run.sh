#!/usr/bin/env bash
# Feeds mutated inputs to everything that reads, under libFuzzer with the address and undefined behaviour sanitizers:
#   ./tests/fuzz/run.sh                       a million inputs for every target
#   ./tests/fuzz/run.sh --runs 20000 csv yaml
# Builds with clang in build-fuzz/, which also keeps the inputs found so far (corpus/TARGET) and, where one broke the
# program, that input (found/TARGET-*). A target fails by a crash, a leak, an input that takes longer than 4 s (4 KB at
# a second each) and memory beyond 100 MB at once. The exit code is 1 where a target failed (69: something needed is
# missing, 70: the build failed).
set -euo pipefail
# shellcheck source=cmd/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../cmd/setup.sh"

runs=1000000
targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --runs) runs=$2 && shift 2 ;;
    -*) fail 2 "unknown option $1: ./tests/fuzz/run.sh [--runs N] [TARGET...]" ;;
    *) targets+=("$1") && shift ;;
  esac
done
[ ${#targets[@]} -gt 0 ] || targets=(certify csv gzip libsvm model set yaml)

tree=$root/build-fuzz
log=$tree/setup.log
mkdir -p "$tree/found"
: >"$log"
mapfile -t missing < <(missing_packages "${libraries[@]}" doctest-dev clang libclang-rt-dev)
if [ ${#missing[@]} -gt 0 ]; then
  can_install && install_packages "$log" "${missing[@]}" || fail 69 "missing: ${missing[*]}; the log is $log"
fi
say "building in $tree"
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
[ -e "$tree/build.ninja" ] || [ -e "$tree/Makefile" ] || ! command -v ninja >/dev/null || generator=(-G Ninja)
quietly "$log" cmake -S "$root" -B "$tree" ${generator[@]+"${generator[@]}"} -DCMAKE_CXX_COMPILER=clang++ \
  -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O1 -gline-tables-only" \
  -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=12 -DLOOKAHEAD_BENCH=OFF \
  -DLOOKAHEAD_SANITIZE=fuzzer-no-link,address,undefined &&
  quietly "$log" cmake --build "$tree" -j "$(parallel)" --target lookahead_fuzzer || {
  tail -n 40 "$log" >&2
  fail 70 "the build failed; the whole log is $log"
}

one() { # one TARGET
  local target=$1 corpus=$tree/corpus/$1 output=$tree/found/$1.log
  mkdir -p "$corpus"
  # The seeds are written anew: what the program accepts changes with it.
  LOOKAHEAD_FUZZ_TARGET=$target LOOKAHEAD_FUZZ_SEEDS=$corpus ASAN_OPTIONS=quarantine_size_mb=16:allocator_may_return_null=1 \
    UBSAN_OPTIONS=print_stacktrace=1 "$tree/tests/lookahead_fuzzer" -runs="$runs" -max_len=4096 -timeout=4 \
    -malloc_limit_mb=100 -rss_limit_mb=1500 -seed=1 -print_final_stats=1 -artifact_prefix="$tree/found/$target-" \
    "$corpus" >"$output" 2>&1
}

failed=0
running=()
finish() { # finish TARGET PID
  if wait "$2"; then
    printf 'passed: %-8s %s inputs\n' "$1" "$(sed -n 's/^stat::number_of_executed_units: //p' "$tree/found/$1.log")"
  else
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$1"
    grep -vE '^(#|INFO|.NEW_FUNC)' "$tree/found/$1.log" | head -n 60
  fi
}
for target in "${targets[@]}"; do
  one "$target" &
  running+=("$target $!")
  while [ ${#running[@]} -ge "$(parallel)" ]; do
    # shellcheck disable=SC2086
    finish ${running[0]}
    running=("${running[@]:1}")
  done
done
for entry in ${running[@]+"${running[@]}"}; do
  # shellcheck disable=SC2086
  finish $entry
done
echo "$((${#targets[@]} - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
