#!/usr/bin/env bash
# Compares lookahead with what people use today at the same work on this machine; prints a Markdown table of ratios.
#   tests/bench/peers/run.sh [--quick] [--rows N] [--repetitions N] [--only NAME]... [--work FOLDER] [--no-install]
# Builds the program as cmd/run.sh does, or takes LOOKAHEAD=path. Peers that are missing are installed with apt-get, as
# root or through sudo, but not with --quick or --no-install; those that remain missing are named in the table. Data
# (2 GB, used again by later runs) and runs go to FOLDER, by default build/peers. README.md here tells what is timed.
# The exit code does not depend on the figures (2: wrong option, 69: something needed is missing, 70: the build failed).
set -euo pipefail
# shellcheck source=cmd/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../../cmd/setup.sh"

# Numpy and torch do their products with whatever BLAS there is; at their best with OpenBLAS.
peers=(python3-torch python3-sklearn python3-pandas python3-numpy liblinear-tools libopenblas0-pthread)
python=/usr/bin/python3 # the one that Debian's packages are for
work=$root/build/peers install=yes arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --work)
      [ $# -gt 1 ] || fail 2 "--work needs a folder"
      mkdir -p "$2"
      work=$(cd "$2" && pwd)
      shift
      ;;
    --no-install) install='' ;;
    -h | --help)
      sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
      exit
      ;;
    --quick) install='' arguments+=("$1") ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
mkdir -p "$work"

if [ -n "$install" ]; then
  mapfile -t missing < <(not_installed "${peers[@]}")
  if [ ${#missing[@]} -gt 0 ] && can_install; then
    install_packages "$work/setup.log" "${missing[@]}" || say "could not install them; the log is $work/setup.log"
  fi
fi
[ -x "$python" ] || fail 69 "$python is missing; the peers and their data need it (Debian: python3, python3-numpy)"

if [ -z "${LOOKAHEAD:-}" ]; then
  build build "" -DCMAKE_BUILD_TYPE=Release -DLOOKAHEAD_NATIVE=ON -DLOOKAHEAD_TESTS=OFF -DLOOKAHEAD_BENCH=OFF
  LOOKAHEAD=$root/build/lookahead
  arguments+=(--compiler "$(c++ --version | sed -n 1p)")
fi
command -v "$LOOKAHEAD" >/dev/null || fail 69 "LOOKAHEAD=$LOOKAHEAD is no program"
PYTHONDONTWRITEBYTECODE=1 exec "$python" "$root/tests/bench/peers/compare.py" --lookahead "$LOOKAHEAD" --work "$work" \
  "${arguments[@]}"
