#!/usr/bin/env bash
# Feeds mutated inputs to everything that reads, under libFuzzer with the address and undefined behaviour sanitizers.
#
#   ./tests/fuzz/run.sh                        every target, 1500000 inputs each: a long run
#   ./tests/fuzz/run.sh --runs 20000 csv yaml  two of them, in a minute
#
#   --runs N   inputs of every target; 0 only builds
#   --seed N   another sequence of inputs (default 1)
#   --help     this text
#
# Targets: certify (run.json and trace.csv of a run), checkpoint (checkpoint.bin), csv, expression (formulas), gzip,
# libsvm (data files), journal (of a sweep), model (model.json and the file to predict), set (--set), study (runs.csv,
# sweep.yaml and --assert), sweep (sweep files), yaml (problem files). What is read, and where inputs begin, stands in
# tests/fuzz/TARGET.cpp.
#
# Builds with clang in build-fuzz/, which keeps the inputs found so far (corpus/TARGET), the log of every target
# (found/TARGET.log) and the inputs that broke the program (found/TARGET-*). A target fails by a crash, a leak, more than
# a second of processor time (and a second per KB of the input), more than 100 MB (and 100 times the input) of memory,
# or by a fault without its form. LOOKAHEAD_BUILD_OPTIONS holds further options for cmake. The exit code is 1 where a
# target failed, 2 for a wrong command line, 69 where something needed is missing, 70 where the build failed.
set -euo pipefail
# shellcheck source=cmd/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../cmd/setup.sh"

known=(certify checkpoint csv expression gzip journal libsvm model set study sweep yaml)
runs=1500000
seed=1
targets=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit ;;
    --runs | --seed)
      [[ ${2-} =~ ^(0|[1-9][0-9]{0,9})$ ]] && [ "$1 $2" != "--seed 0" ] ||
        fail 2 "$1 takes a whole number$([ "$1" = --runs ] || echo " from 1"), got '${2-}'"
      [ "$1" = --runs ] && runs=$2 || seed=$2
      shift 2
      ;;
    -*) fail 2 "unknown option $1 (known: --runs N, --seed N, --help)" ;;
    *)
      [[ " ${known[*]} " == *" $1 "* ]] || fail 2 "unknown target '$1' (known: ${known[*]})"
      targets+=("$1") && shift
      ;;
  esac
done
[ ${#targets[@]} -gt 0 ] || targets=("${known[@]}")

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
# Modules that compute rather than read are not optimized, so that only the time of their compilation matters.
# Comparisons are not traced, which takes a third of the time; the dictionary knows the words they are with.
# shellcheck disable=SC2086
quietly "$log" cmake -S "$root" -B "$tree" ${generator[@]+"${generator[@]}"} -DCMAKE_CXX_COMPILER=clang++ \
  -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O1 -gline-tables-only -fno-sanitize-coverage=trace-cmp" \
  -DLOOKAHEAD_BENCH=OFF "-DLOOKAHEAD_COLD=linear;optimizer;objective;engine;theory" \
  -DLOOKAHEAD_SANITIZE=fuzzer-no-link,address,undefined ${LOOKAHEAD_BUILD_OPTIONS:-} &&
  quietly "$log" cmake --build "$tree" -j "$(parallel)" --target lookahead_fuzzer || {
  tail -n 40 "$log" >&2
  fail 70 "the build failed; the whole log is $log"
}

fuzzer=$tree/tests/lookahead_fuzzer
[ "$runs" -gt 0 ] || exit 0

one() { # one TARGET
  local target=$1 corpus=$tree/corpus/$1
  mkdir -p "$corpus"
  # The driver watches time and memory of an input; -timeout ends what never returns.
  LOOKAHEAD_FUZZ_TARGET=$target LOOKAHEAD_FUZZ_SEEDS=$corpus LOOKAHEAD_FUZZ_DICTIONARY=$corpus.dict \
    ASAN_OPTIONS=quarantine_size_mb=16:allocator_may_return_null=1:malloc_context_size=8 \
    UBSAN_OPTIONS=print_stacktrace=1 \
    exec "$fuzzer" -runs="$runs" -seed="$seed" -dict="$corpus.dict" -entropic=0 -max_len=4096 -timeout=60 \
    -malloc_limit_mb=100 -rss_limit_mb=1500 -print_funcs=0 -print_final_stats=1 \
    -artifact_prefix="$tree/found/$target-" "$corpus" >"$tree/found/$target.log" 2>&1
}

failed=0
running=()
finish() { # finish TARGET PID
  local output=$tree/found/$1.log input
  if wait "$2"; then
    printf 'passed: %-10s %s inputs, %s a second\n' "$1" \
      "$(sed -n 's/^stat::number_of_executed_units: *//p' "$output")" \
      "$(sed -n 's/^stat::average_exec_per_sec: *//p' "$output")"
    return
  fi
  failed=$((failed + 1))
  printf 'FAILED: %s, the log is %s\n' "$1" "$output"
  grep -vE '^(#[0-9]+\s+(INITED|NEW|REDUCE|RELOAD|pulse|DONE|READ)|INFO|Dictionary)' "$output" | head -n 60
  input=$(sed -n 's/.*Test unit written to //p' "$output" | tail -n 1)
  [ -z "$input" ] || printf 'again: LOOKAHEAD_FUZZ_TARGET=%s %s %s\n' "$1" "$fuzzer" "$input"
}
for target in "${targets[@]}"; do
  say "$target: $runs inputs"
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
