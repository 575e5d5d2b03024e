#!/usr/bin/env bash
# Kills runs at random moments, continues them, and compares what they leave with undisturbed ones, byte by byte.
#
#   ./tests/kills/run.sh PROGRAM            200 kills over all kinds of run here
#   ./tests/kills/run.sh -n 10000 PROGRAM   as many
#
#   -n N       kills
#   -s SEED    other moments (default 1)
#
# Every file of this folder is a kind of run. One run is killed once to three times, in its first sitting or a later one,
# and then continued to its end. Its trace, solution or model, folds and config.yaml must be those of the undisturbed run,
# and run.json too, but for threads, times, process, machine and warnings. The exit code is 1 where anything differs, and the
# folder is kept; 2 for wrong arguments.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kills=200
# shellcheck source=tests/kills/arguments.sh
. "$here/arguments.sh"
scratch=$(mktemp -d)
kinds=("$here"/*.yaml)

# What run.json says but for what may differ. The warnings come last.
steady() {
  sed -e '/"warnings": /,$d' -e '/"\(read_s\|time_s\|elapsed_s\|trace_s\|started\|machine\|threads\|pid\|host\)": /d' "$1"
}

# same KIND FOLDER: whether a folder has what the undisturbed run of the kind has.
same() {
  local file name whole=$scratch/whole-$1
  for file in "$whole"/*; do
    name=$(basename "$file")
    case $name in
      checkpoint.bin) ;;
      config.yaml) cmp -s <(grep -v '^threads:' "$file") <(grep -v '^threads:' "$2/$name") || { echo "$name differs" && return 1; } ;;
      run.json) cmp -s <(steady "$file") <(steady "$2/$name") || { echo "$name differs" && return 1; } ;;
      *) cmp -s "$file" "$2/$name" || { echo "$name differs" && return 1; } ;;
    esac
  done
  for file in "$2"/*; do
    [ -e "$whole/$(basename "$file")" ] || { echo "$(basename "$file") is left over" && return 1; }
  done
}

declare -A lasts
for kind in "${kinds[@]}"; do
  name=$(basename "$kind" .yaml)
  begin=${EPOCHREALTIME/./}
  "$program" -q solve "$kind" -o "$scratch/whole-$name" >"$scratch/said" 2>&1 || {
    cat "$scratch/said" >&2
    echo "$kind cannot be run" >&2
    exit 1
  }
  lasts[$name]=$((${EPOCHREALTIME/./} - begin))
done

killed=0 wrong=0 runs=0
while [ "$killed" -lt "$kills" ]; do
  kind=${kinds[runs % ${#kinds[@]}]}
  name=$(basename "$kind" .yaml)
  folder=$scratch/$name-$runs
  runs=$((runs + 1))
  times=$((1 + RANDOM % 3))
  for ((i = 0; i < times && killed < kills; ++i)); do
    "$program" -q --threads $((1 + RANDOM % 2)) solve "$kind" --resume "$folder" --checkpoint 5ms >"$scratch/said" 2>&1 &
    process=$!
    delay=$(((RANDOM * 32768 + RANDOM) % (lasts[$name] + 10000)))
    sleep "$(printf '%d.%06d' $((delay / 1000000)) $((delay % 1000000)))"
    kill -KILL $process 2>/dev/null && killed=$((killed + 1)) || i=$((i - 1 + (RANDOM % 4 == 0)))
    wait $process 2>/dev/null
  done
  code=0
  "$program" -q solve "$kind" --resume "$folder" >"$scratch/said" 2>&1 || code=$?
  if [ $code -ne 0 ] || ! difference=$(same "$name" "$folder"); then
    wrong=$((wrong + 1))
    echo "$folder: ${difference:-exit code $code: $(cat "$scratch/said")}"
  else
    rm -rf "$folder"
  fi
done 2>/dev/null
echo "$killed kills in $runs runs of ${#kinds[@]} kinds, $wrong wrong"
[ $wrong -eq 0 ] || exit 1
rm -rf "$scratch"
