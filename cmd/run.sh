#!/usr/bin/env bash
# Builds lookahead for this machine and runs it with the given arguments:
#   ./cmd/run.sh solve problem.yaml
# Without arguments it solves samples/rosenbrock.yaml. What is missing is installed with apt-get, as root or through
# sudo. Installing and building speak on stderr; stdout and the exit code are the program's (69: something needed is
# missing, 70: the build failed).
#   ./cmd/run.sh --install [PREFIX]     builds it and puts it into PREFIX/bin, by default ~/.local/bin
#   ./cmd/run.sh --uninstall [PREFIX]   takes away what --install put there
# Their exit code is 2 for wrong arguments, 73 where PREFIX cannot be written to, 66 where nothing is installed.
set -euo pipefail
# shellcheck source=cmd/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

# What --install put below a prefix, one path a line; folders that it made, and that others may use, end with a /.
list=share/lookahead/installed

# The folder to install to, as an absolute path; the arguments are those of --install or --uninstall.
prefix_of() {
  local prefix
  [ $# -le 2 ] || fail 2 "$1 takes one folder, got $(($# - 1))"
  if [ $# -eq 2 ]; then
    prefix=$2
    [ -n "$prefix" ] || fail 2 "$1: the folder is the empty text (leave it out for ~/.local)"
    [[ $prefix != -* ]] || fail 2 "$1 takes a folder, got $prefix (./$prefix for a folder of that name)"
  else
    [ -n "${HOME-}" ] || fail 2 "HOME is not set: name the folder, $1 PREFIX"
    prefix=$HOME/.local
  fi
  [[ $prefix == /* ]] || prefix=$PWD/$prefix
  prefix=${prefix%/}
  echo "$prefix"
}

usage() {
  cat <<'END'
cmd/run.sh builds lookahead for this machine and runs it:

  ./cmd/run.sh COMMAND [ARGUMENTS]     runs it with these arguments: ./cmd/run.sh solve problem.yaml
  ./cmd/run.sh                         solves samples/rosenbrock.yaml
  ./cmd/run.sh --install [PREFIX]      puts it into PREFIX/bin, by default ~/.local/bin
  ./cmd/run.sh --uninstall [PREFIX]    takes away what --install put there

What is missing for the build is installed with apt-get, as root or through sudo.
The program's own help follows.

END
}

uninstall() { # uninstall PREFIX
  local prefix=$1 file folder i folders=()
  [ -f "$prefix/$list" ] || fail 66 "run.sh --install has installed nothing in $prefix"
  while IFS= read -r file; do
    # Nothing outside of the prefix, whatever the list says.
    [[ -n $file && $file != /* && /$file/ != */../* ]] || continue
    if [[ $file == */ ]]; then
      folders+=("$file")
      continue
    fi
    rm -f "$prefix/$file" 2>/dev/null || fail 73 "cannot remove $prefix/$file"
    folder=$(dirname "$file")
    # Folders of this program alone.
    [[ /$folder/ != */lookahead/* ]] || rmdir "$prefix/$folder" 2>/dev/null || true
  done <"$prefix/$list"
  rm -f "$prefix/$list" 2>/dev/null || fail 73 "cannot remove $prefix/$list"
  rmdir "$prefix/${list%/*}" 2>/dev/null || true
  for ((i = ${#folders[@]} - 1; i >= 0; --i)); do rmdir "$prefix/${folders[i]}" 2>/dev/null || true; done
}

# The folders below a prefix that other programs share, each before those in it.
shared_folders=(bin lib share share/{doc,man,man/man1,bash-completion,bash-completion/completions,fish}
                share/{fish/vendor_completions.d,zsh,zsh/site-functions,zsh/vendor-completions})

# Whether the folder can be installed to: told before anything is built.
prepare_prefix() { # prepare_prefix PREFIX
  local folder=$1/${list%/*} shared
  # Those that are not there yet go with the program, unless they hold something else by then.
  made=()
  if [ -f "$1/$list" ]; then mapfile -t made < <(grep '/$' "$1/$list" || true); fi
  for shared in "${shared_folders[@]}"; do
    [ -e "$1/$shared" ] || made+=("$shared/")
  done
  if ! mkdir -p "$1/bin" "$folder" 2>/dev/null || [ ! -w "$1/bin" ] || [ ! -w "$folder" ]; then
    fail 73 "cannot write to $1 (another folder: --install PREFIX)"
  fi
}

install_to() { # install_to PREFIX
  local prefix log=$root/build/setup.log found
  # The form in which cmake lists what it has installed.
  prefix=$(cd "$1/" && pwd)
  prefix=${prefix%/}
  quietly "$log" env -u DESTDIR cmake --install "$root/build" --prefix "$prefix/" --strip || {
    tail -n 5 "$log" >&2
    fail 73 "could not install into $prefix; the whole log is $log"
  }
  # Its last line does not end.
  {
    for found in ${made[@]+"${made[@]}"}; do echo "$found"; done
    while IFS= read -r found || [ -n "$found" ]; do
      echo "${found#"$prefix"/}"
    done <"$root/build/install_manifest.txt"
  } >"$prefix/$list"
}

# How the shell finds the program in the given folder.
say_path() {
  local found
  if [[ :${PATH-}: != *":$1:"* ]]; then
    say "for every new shell, in ~/.profile:  export PATH=\"$1:\$PATH\""
    return
  fi
  found=$(type -P lookahead || true)
  [ -z "$found" ] || [ "$found" -ef "$1/lookahead" ] || say "but the PATH leads to $found"
}

if [ "${1-}" = --uninstall ]; then
  prefix=$(prefix_of "$@")
  uninstall "$prefix"
  say "removed from $prefix"
  exit
fi
if [ "${1-}" = --install ]; then
  prefix=$(prefix_of "$@")
  prepare_prefix "$prefix"
fi

build build 270 "" -DCMAKE_BUILD_TYPE=Release -DLOOKAHEAD_NATIVE=ON -DLOOKAHEAD_TESTS=OFF -DLOOKAHEAD_BENCH=OFF
if [ "${1-}" = --install ]; then
  install_to "$prefix"
  say "installed $prefix/bin/lookahead"
  say_path "$prefix/bin"
  exit
fi
[ -z "$built" ] || say "the program is $root/build/lookahead; ./cmd/run.sh --install puts it into ~/.local/bin"
[ $# -gt 0 ] || set -- solve "$root/samples/rosenbrock.yaml"
case "${1-}" in
  -h | --help) usage ;;
esac
exec "$root/build/lookahead" "$@"
