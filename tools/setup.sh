# Sourced by ./run and ./test: what a bare Debian 12 lacks, and the builds. Says what it does on standard error.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf 'ansinh: %s\n' "$*" >&2; }

# need PACKAGE...: install what dpkg does not know, as root or through sudo; without either, say the line and end.
need() {
  local missing=() p
  for p in "$@"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$p" 2>/dev/null | grep -qx installed || missing+=("$p")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local as=()
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null && [ ! -t 0 ]; then
      say "these Debian packages are missing; install them, then start again:"
      printf '  apt-get install -y --no-install-recommends %s\n' "${missing[*]}" >&2
      exit 1
    fi
    as=(sudo)
  fi
  say "installing ${missing[*]}"
  local log; log=$(mktemp)
  if ! { "${as[@]}" apt-get update -q && "${as[@]}" env DEBIAN_FRONTEND=noninteractive \
         apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2; rm -f "$log"
    say "apt-get failed; the line was: apt-get install -y --no-install-recommends ${missing[*]}"
    exit 1
  fi
  rm -f "$log"
}

need_to_build() {
  need build-essential cmake ninja-build pkg-config ca-certificates tzdata \
    libsqlite3-dev libzstd-dev zlib1g-dev libsodium-dev libutf8proc-dev libpcre2-dev libssl-dev libcjose-dev libjansson-dev libcurl4-openssl-dev \
    libqrencode-dev fonts-liberation2
  command -v npm >/dev/null || need nodejs npm # another vendor's Node may be here already
}

# quietly LOG COMMAND...: the log is shown when the command fails.
quietly() {
  local log=$1; shift
  mkdir -p "$(dirname "$log")"
  "$@" >"$log" 2>&1 || { tail -n 40 "$log" >&2; say "failed: $*"; exit 1; }
}

# One line that changes when any tracked or new file below the folders does.
stamp_of() { (cd "$top" && find "$@" -path '*/node_modules' -prune -o -path '*/dist' -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1); }

build_web() {
  local stamp; stamp=$(stamp_of web)
  [ -f "$top/web/dist/index.html" ] && [ "$(cat "$top/build/web.stamp" 2>/dev/null)" = "$stamp" ] && return 0
  say "building the pages (npm ci, vite)"
  quietly "$top/build/web-install.log" npm ci --prefix "$top/web" --ignore-scripts --no-audit --no-fund
  quietly "$top/build/web-build.log" npm run build --prefix "$top/web"
  echo "$stamp" >"$top/build/web.stamp"
}

# build_c FOLDER [CMAKE OPTION...] -- TARGET...
build_c() {
  local folder=$top/build/$1 options=(); shift
  while [ "$1" != -- ]; do options+=("$1"); shift; done
  shift
  quietly "$folder/configure.log" cmake -S "$top" -B "$folder" -G Ninja "${options[@]}"
  quietly "$folder/build.log" ninja -C "$folder" "$@"
}

build_release() {
  mkdir -p "$top/build"
  build_web
  say "building the program"
  build_c release -DCMAKE_BUILD_TYPE=Release -- ansinh
}
