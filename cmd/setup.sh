# Sourced by the scripts that build before they run: finds or installs what the build needs, configures and builds.
# All it says goes to stderr. It ends the script with status 69 where something needed is missing, 70 where the
# build fails.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
libraries=(libcli11-dev libyaml-cpp-dev libeigen3-dev libspdlog-dev nlohmann-json3-dev librandom123-dev
           zlib1g-dev)

say() { printf 'lookahead: %s\n' "$*" >&2; }

fail() { # fail STATUS LINE...
  local status=$1 line
  shift
  for line in "$@"; do say "$line"; done
  exit "$status"
}

# The given packages that are not installed; none where there is no package database to tell.
not_installed() {
  command -v dpkg-query >/dev/null || return 0
  local installed package
  # shellcheck disable=SC2016
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    grep -qx "installed $package" <<<"$installed" || echo "$package"
  done
}

# The packages among the given libraries that are not installed, and those of the tools that can not be found.
missing_packages() {
  command -v c++ >/dev/null || echo g++
  command -v cmake >/dev/null || echo cmake
  command -v ninja >/dev/null || command -v make >/dev/null || echo ninja-build
  not_installed "$@"
}

# as_root COMMAND...: through sudo where needed; without a terminal sudo must not ask.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif [ -t 2 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

can_install() {
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" -eq 0 ] && return
  command -v sudo >/dev/null && { [ -t 2 ] || sudo -n true 2>/dev/null; }
}

# quietly LOG COMMAND...: output to the log.
quietly() {
  local log=$1
  shift
  "$@" >>"$log" 2>&1 </dev/null
}

# showing_steps LOG WHAT COMMAND...: the same for a build; on a terminal one line, written again and again, counts its
# steps.
showing_steps() {
  local log=$1 what=$2 line begin=$SECONDS shown=""
  shift 2
  if [ ! -t 2 ]; then
    quietly "$log" "$@"
    return
  fi
  "$@" 2>&1 </dev/null | {
    while IFS= read -r line; do
      printf '%s\n' "$line" >>"$log"
      if [[ $line =~ ^\[\ *([0-9]+)/([0-9]+)\] ]]; then
        line="step ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
      elif [[ $line =~ ^\[\ *([0-9]+)%\] ]]; then
        line="${BASH_REMATCH[1]} %"
      else
        continue
      fi
      line="lookahead: $what, $line, $((SECONDS - begin)) s"
      printf '\r%-*s' "${#shown}" "$line" >&2
      shown=$line
    done
    printf '\r%*s\r' "${#shown}" "" >&2
  }
}

install_packages() { # install_packages LOG PACKAGE...
  local log=$1 apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -y)
  shift
  say "installing $*"
  [ "$(id -u)" -eq 0 ] || as_root true || return
  # An update may fail in part (one broken source among many); the installation shows whether that mattered.
  quietly "$log" as_root "${apt[@]}" update || true
  quietly "$log" as_root "${apt[@]}" install --no-install-recommends "$@"
}

# What a build tree depends on beside its sources: options, compiler and, as it is built for it, the processor.
signature() {
  printf '%s\n' "$@" "${CXX:-} ${CXXFLAGS:-} ${LDFLAGS:-}"
  c++ --version 2>/dev/null | sed -n 1p || true
  sed -n '/^flags/{p;q;}' /proc/cpuinfo 2>/dev/null || true
}

configure() { # configure TREE LOG OPTION...
  local tree=$1 log=$2 generator=()
  shift 2
  # A tree that was copied or moved with its checkout, or was made for something else, is begun anew.
  if [ -e "$tree/CMakeCache.txt" ]; then
    rm -rf "${tree:?}"/{CMakeCache.txt,CMakeFiles,lib,cmd,tests,lookahead}
  fi
  ! command -v ninja >/dev/null || generator=(-G Ninja)
  quietly "$log" cmake -S "$root" -B "$tree" ${generator[@]+"${generator[@]}"} "$@"
}

# One processor per compiler, and 1.4 GB of memory.
parallel() {
  local processors memory
  processors=$(nproc 2>/dev/null || echo 2)
  memory=$(awk '/^MemAvailable/ {print int($2 / 1400000)}' /proc/meminfo 2>/dev/null || echo "$processors")
  [ "${memory:-1}" -ge 1 ] || memory=1
  echo $((processors < memory ? processors : memory))
}

# compiling TREE COMMAND...: with the memory of g++ in pages of 2 MB, where the kernel gives them to those who ask: in
# virtual machines that saves up to a third of its time.
compiling() {
  local ask=$1/large_pages.so
  shift
  # The list of what is preloaded is parted by blanks and colons.
  if [[ $ask != *[[:blank:]:]* ]] && grep -qs '\[madvise\]' /sys/kernel/mm/transparent_hugepage/enabled &&
    { [ -e "$ask" ] || c++ -x c -O2 -shared -fPIC -o "$ask" "$root/cmd/large_pages.c" 2>/dev/null; }; then
    LD_PRELOAD=$ask${LD_PRELOAD:+:$LD_PRELOAD} "$@"
  else
    "$@"
  fi
}

# How long so many seconds of one processor are here.
duration() {
  local seconds=$(($1 / $(parallel)))
  if [ "$seconds" -lt 90 ]; then echo "$(((seconds + 9) / 10 * 10)) seconds"; else echo "$(((seconds + 59) / 60)) minutes"; fi
}

# build TREE SECONDS LIBRARIES OPTION...: makes the tree up to date. SECONDS: what all of it takes a processor;
# LIBRARIES: needed packages beside the usual, as one word. Afterwards $built says whether there was something to do.
build() {
  local tree=$root/$1 work=$2 extra=$3 log=$root/$1/setup.log wanted missing=() begin what=""
  shift 3
  mkdir -p "$tree" 2>/dev/null || true
  [ -w "$tree" ] || fail 70 "cannot write to $tree"
  exec 9>"$tree/.lock"
  ! command -v flock >/dev/null || flock 9
  : >"$log"
  wanted=$(signature "$tree" "$@")
  if [ ! -e "$tree/.configured" ] || [ "$(cat "$tree/.configured")" != "$wanted" ]; then
    # shellcheck disable=SC2086
    mapfile -t missing < <(missing_packages "${libraries[@]}" $extra)
    if [ ${#missing[@]} -gt 0 ] && can_install; then
      install_packages "$log" "${missing[@]}" 9>&- || {
        tail -n 20 "$log" >&2
        fail 69 "could not install ${missing[*]}" "the whole log is $log"
      }
      missing=()
      wanted=$(signature "$tree" "$@")
    fi
    # Libraries may also be there without the package manager's knowledge; cmake has the last word.
    configure "$tree" "$log" "$@" 9>&- || {
      [ ${#missing[@]} -gt 0 ] || tail -n 20 "$log" >&2
      advise "$log" ${missing[@]+"${missing[@]}"}
    }
    printf '%s\n' "$wanted" >"$tree/.configured"
    what="building"
    say "building in $tree, which takes about $(duration "$work")"
  elif [ -n "$(find "$root"/{CMakeLists.txt,lib,cmd} -newer "$tree/.built" -print -quit 2>&1)" ]; then
    what="building what has changed"
    say "$what"
  fi
  # The same text gives the same objects wherever it lies, for those who cache them.
  export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
  export NINJA_STATUS='[%f/%t] '
  touch "$tree/.building"
  begin=$SECONDS
  showing_steps "$log" "${what:-building}" compiling "$tree" cmake --build "$tree" -j "$(parallel)" 9>&- || {
    grep -E 'error|Error|FAILED' "$log" | head -n 40 >&2 || true
    fail 70 "the build failed; the whole log is $log"
  }
  mv "$tree/.building" "$tree/.built"
  exec 9>&-
  # shellcheck disable=SC2034  # for those who source this
  built=$what
  [ -z "$what" ] || say "built in $((SECONDS - begin)) s"
}

# advise LOG PACKAGE...: the build can not be configured; says what to install.
advise() {
  local log=$1
  shift
  if [ $# -gt 0 ] && command -v apt-get >/dev/null; then
    fail 69 "these packages are missing, and only root or sudo can install them: $*" \
      "as root: apt-get update && apt-get install -y --no-install-recommends $*"
  elif [ $# -gt 0 ]; then
    fail 69 "missing here, by their Debian names: $*" \
      "all that is needed: g++ (or clang++) with C++20, cmake, ninja or make, ${libraries[*]}"
  fi
  fail 69 "cmake could not configure the build; the whole log is $log" \
    "needed: g++ (or clang++) with C++20, cmake, ninja or make, and, by their Debian names, ${libraries[*]}"
}
