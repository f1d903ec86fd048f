# Sourced by ./test: counting, and one function for each kind of test.
passed=0 failed=0 skipped=0
logs=$top/build/test-logs
mkdir -p "$logs"

note() { # note NAME PASSED FAILED LOG
  passed=$((passed + $2)) failed=$((failed + $3))
  printf '%-44s %5d passed %3d failed\n' "$1" "$2" "$3"
  [ "$3" = 0 ] || said "$4"
}

# What a log says of its failures: the lines that name one and what follows them, since a name alone mends nothing.
said() { grep -aE -A 3 'FAIL|ERROR|Error|failed|assert|Sanitizer' "$1" | head -n 60 | cut -c1-300 || true; }

skip() { skipped=$((skipped + $2)); printf '%-44s %5d skipped: %s\n' "$1" "$2" "$3"; }

# A program that ends with 0 or not: one test.
check() { # check NAME SECONDS COMMAND...
  local name=$1 limit=$2 log; log=$logs/${1//[ \/]/_}.log; shift 2
  if timeout "$limit" "$@" >"$log" 2>&1; then note "$name" 1 0 "$log"; else note "$name" 0 1 "$log"; tail -n 5 "$log" | cut -c1-300; fi
}

# A cmocka program: its own counts; a crash or a time-out is one failure more.
cmocka() { # cmocka SECONDS PROGRAM
  local name log ok bad status=0; name=$(basename "$2") log=$logs/$(basename "$2").log
  timeout "$1" "$2" >"$log" 2>&1 || status=$?
  ok=$(grep -acE '^\[       OK \]' "$log" || true)
  bad=$(grep -aE '^\[  FAILED  \] [A-Za-z_]' "$log" | sort -u | grep -c . || true)
  if [ $status != 0 ] && [ "$bad" = 0 ]; then bad=1; echo "ended with status $status" >>"$log"; fi
  if [ $status = 0 ] && [ "$ok" = 0 ]; then bad=1; echo "ERROR ran no test" >>"$log"; fi
  note "$name" "$ok" "$bad" "$log"
}

# A script that ends with "N passed, M failed". FLOOR is "all" (nothing may fail) or how many must pass (then the rest is known
# to fail and told).
counted() { # counted NAME SECONDS FLOOR COMMAND...
  local name=$1 limit=$2 floor=$3 log; log=$logs/${1//[ \/]/_}.log; shift 3
  timeout "$limit" "$@" >"$log" 2>&1 || true
  tally "$name" "$floor" "$log"
}

tally() { # tally NAME FLOOR LOG
  local name=$1 floor=$2 log=$3 line ok bad
  line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1 || true)
  ok=${line%% *} ok=${ok:-0} bad=${line#*, } bad=${bad%% *} bad=${bad:-1}
  if [ "$floor" = all ]; then
    [ "$ok" -gt 0 ] || bad=$((bad > 0 ? bad : 1))
    note "$name" "$ok" "$bad" "$log"
  elif [ "$ok" -lt "$floor" ]; then
    note "$name (floor $floor)" "$ok" "$((bad > 0 ? bad : 1))" "$log"
  else
    [ "$bad" = 0 ] || printf '%-44s %5d known to fail above the floor of %d\n' "$name" "$bad" "$floor"
    note "$name" "$ok" 0 "$log"
  fi
}

# A script that plays a page in a browser, on a machine that may be busy with something else: what fails is played once more from
# the beginning and counts as it ends then. That it was unsteady is told with what it said, to be mended like a failure.
played() { # played NAME SECONDS COMMAND...
  local name=$1 limit=$2 log; log=$logs/${1//[ \/]/_}.log; shift 2
  if ! timeout "$limit" "$@" >"$log" 2>&1; then
    mv "$log" "$log.first"
    printf '%-44s unsteady, played once more; the first time it said:\n' "$name"
    said "$log.first"
    timeout "$limit" "$@" >"$log" 2>&1 || true
  fi
  tally "$name" all "$log"
}

# Side by side, one more than there are processors, since each waits now and then: each counts for itself, and what it said is shown when it ends. Not for what
# promises a time, nor for what uses the server of server_start.
beside=$(($(nproc) + 1)) running=0
job() { # job COMMAND...
  local out; out=$(mktemp "$work/job.XXXXXX")
  if [ "$running" -ge "$beside" ]; then wait -n || true; running=$((running - 1)); fi
  (
    trap - EXIT # the work folder is the whole run's
    passed=0 failed=0
    "$@" >"$out" 2>&1
    cat "$out"
    echo "$passed $failed" >"$out.counts"
  ) &
  running=$((running + 1))
}
# Wait for them all; one that left no counts is a failure.
jobs_end() {
  local out ok bad
  wait
  running=0
  for out in "$work"/job.??????; do
    [ -e "$out" ] || continue
    if [ -e "$out.counts" ]; then read -r ok bad <"$out.counts"; else ok=0 bad=1; cat "$out"; fi
    passed=$((passed + ok)) failed=$((failed + bad))
    rm -f "$out" "$out.counts"
  done
}

# Start a real server on a free port of loopback; sets server_pid and base. Its end is server_stop's, by id.
server_start() { # server_start PROGRAM DATA [OPTION...]
  local program=$1 data=$2 i; shift 2
  timeout 900 "$program" serve --data "$data" --listen 127.0.0.1:0 --auth off --quiet "$@" >"$logs/serve.out" 2>"$logs/serve.err" &
  server_pid=$! base=
  for ((i = 0; i < 200; i++)); do
    base=$(sed -n 's/^listening on //p' "$logs/serve.out")
    [ -n "$base" ] && return 0
    kill -0 "$server_pid" 2>/dev/null || break
    sleep 0.05
  done
  cat "$logs/serve.err" >&2
  return 1
}

server_stop() { [ -n "$server_pid" ] || return 0; kill "$server_pid" 2>/dev/null || true; wait "$server_pid" 2>/dev/null || true; server_pid=; }
