# Read by the scripts of this folder: from their arguments, and the number of kills without -n in `kills`, makes kills,
# seed and program; what is wrong is told by the lines 4 to 9 of the script.
seed=1
while getopts n:s: option; do
  case $option in
    n) kills=$OPTARG ;;
    s) seed=$OPTARG ;;
    *) exit 2 ;;
  esac
done
shift $((OPTIND - 1))
program=${1-}
[ $# -eq 1 ] && [ -x "$program" ] && [[ $kills =~ ^[1-9][0-9]*$ && $seed =~ ^[0-9]+$ ]] || {
  sed -n '4,9p' "$0" >&2
  exit 2
}
RANDOM=$seed
