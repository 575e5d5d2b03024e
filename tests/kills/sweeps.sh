#!/usr/bin/env bash
# Kills sweeps at random moments, continues them, and compares runs.csv and points.csv with those of undisturbed ones,
# byte by byte but for seconds.
#
#   ./tests/kills/sweeps.sh PROGRAM           50 kills over all kinds of sweep here
#   ./tests/kills/sweeps.sh -n 500 PROGRAM    as many
#
#   -n N       kills
#   -s SEED    other moments (default 1)
#
# The exit code is 1 where anything differs, and the folder is kept; 2 for wrong arguments.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kills=50
# shellcheck source=tests/kills/arguments.sh
. "$here/arguments.sh"
scratch=$(mktemp -d)
kinds=("$here"/sweeps/*.yaml)

# A table without the columns of seconds. No cell of these sweeps holds a comma.
steady() {
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) keep[i] = $i !~ /^time_/ }
    { for (i = 1; i <= NF; i++) if (keep[i]) printf "%s,", $i; print "" }' "$1"
}

declare -A lasts
for kind in "${kinds[@]}"; do
  name=$(basename "$kind" .yaml)
  begin=${EPOCHREALTIME/./}
  "$program" -q sweep "$kind" -o "$scratch/whole-$name" >"$scratch/said" 2>&1 || {
    cat "$scratch/said" >&2
    exit 1
  }
  lasts[$name]=$((${EPOCHREALTIME/./} - begin))
done

killed=0 sweeps=0 wrong=0
while [ $killed -lt "$kills" ]; do
  kind=${kinds[$((sweeps % ${#kinds[@]}))]}
  name=$(basename "$kind" .yaml)
  folder=$scratch/cut
  rm -rf "$folder"
  sweeps=$((sweeps + 1))
  for ((i = RANDOM % 4; i >= 0; i--)); do
    wait_us=$(((RANDOM * 32768 + RANDOM) % (lasts[$name] + 1)))
    "$program" -q sweep "$kind" -o "$folder" --threads $((1 + RANDOM % 3)) >"$scratch/said" 2>&1 &
    process=$!
    sleep "$(printf '%d.%06d' $((wait_us / 1000000)) $((wait_us % 1000000)))"
    kill -9 $process && killed=$((killed + 1))
    wait $process
  done
  difference=
  "$program" -q sweep "$kind" -o "$folder" >"$scratch/said" 2>&1 || difference="exit code $?: $(cat "$scratch/said")"
  for table in runs.csv points.csv; do
    [ -n "$difference" ] || cmp -s <(steady "$scratch/whole-$name/$table") <(steady "$folder/$table") || difference="$table differs"
  done
  # Every run that is kept is there, whole.
  [ ! -d "$scratch/whole-$name/runs" ] || diff <(ls "$scratch/whole-$name/runs") <(ls "$folder/runs") >/dev/null ||
    difference="runs differ"
  [ -z "$difference" ] && continue
  wrong=$((wrong + 1))
  echo "$name, sweep $sweeps: $difference"
  mv "$folder" "$scratch/wrong-$sweeps"
done 2>/dev/null
echo "$killed kills in $sweeps sweeps of ${#kinds[@]} kinds, $wrong wrong"
[ $wrong -eq 0 ] || exit 1
rm -rf "$scratch"
