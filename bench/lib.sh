# Sourced by bench/run: figures, medians, servers, the table.

figures=() # section|name|value|unit|wanted|reached|what stands beside it

# median VALUE...: the middle one (the lower of two)
median() { printf '%s\n' "$@" | sort -g | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

# calc EXPRESSION: awk's arithmetic
calc() { awk "BEGIN {printf(\"%.6g\", ($1))}"; }

# part NAME LINE: the value of name=value in a line
part() { awk -v k="$1=" '{for (i = 1; i <= NF; i++) if (index($i, k) == 1) print substr($i, length(k) + 1)}' <<<"$2"; }

# figure NAME VALUE UNIT [WANTED [BESIDE]]: WANTED is ">=N" or "<=N" or empty; BESIDE is text: what the value is to be read against
figure() {
  local reached=
  if [ -n "${4:-}" ]; then
    reached=$(awk -v v="$2" -v w="$4" 'BEGIN {n = substr(w, 3) + 0; if (substr(w, 1, 2) == ">=" ? v >= n : v <= n) print "yes"; else print "no"}')
  fi
  figures+=("$section|$1|$2|$3|${4:-}|$reached|${5:-}")
  printf '  %-62s %10s %-6s%s%s\n' "$1" "$(pretty "$2")" "$3" "${4:+ (wanted $4: $reached)}" "${5:+ [$5]}" >&2
}

pretty() {
  awk -v v="$1" 'function commas(s) {return length(s) > 3 ? commas(substr(s, 1, length(s) - 3)) "," substr(s, length(s) - 2) : s}
    BEGIN {if (v >= 100) s = commas(sprintf("%.0f", v)); else s = sprintf(v >= 10 ? "%.1f" : "%.2f", v); print s}'
}

# ---- servers ----

pids=()

# start NAME COMMAND...: runs it, waits for "listening on http://HOST:PORT", sets addr_NAME, pid_NAME and start_ms_NAME
start() {
  local name=$1 line='' began ended pipe=$work/$1.first fd
  shift
  rm -f "$pipe"
  mkfifo "$pipe"
  exec {fd}<>"$pipe" # both ends: opening does not wait
  began=$(date +%s%N)
  "$@" >"$pipe" 2>"$work/$name.log" &
  local pid=$!
  pids+=("$pid")
  IFS= read -r -t 120 -u "$fd" line || true
  ended=$(date +%s%N)
  exec {fd}<&-
  rm -f "$pipe"
  case $line in
    *'listening on http://'*) ;;
    *) tail -n 5 "$work/$name.log" >&2; say "$name did not start"; exit 1 ;;
  esac
  printf -v "addr_$name" '%s' "${line##*http://}"
  printf -v "pid_$name" '%s' "$pid"
  printf -v "start_ms_$name" '%s' "$(calc "($ended - $began) / 1e6")"
}

# stop NAME
stop() {
  local pid_name=pid_$1
  local pid=${!pid_name} left=() p
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  for p in "${pids[@]}"; do [ "$p" = "$pid" ] || left+=("$p"); done
  pids=("${left[@]}")
}

stop_all() {
  local p
  for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done
}

# place CPUS NAME...: these servers run there and nowhere else. A client that asks one thing at a time meets, wherever the kernel
# happens to put it, either a processor that is awake (15 us here) or one that sleeps (55 us): a toss of a coin, not a figure of ours.
place() {
  local cpus=$1 name pid
  shift
  for name in "$@"; do
    pid=pid_$name
    taskset -acp "$cpus" "${!pid}" >/dev/null
  done
}
every_cpu() { echo "0-$(($(nproc) - 1))"; }

# rss_mb PID [VmRSS|VmHWM|RssAnon]
rss_mb() { awk -v k="${2:-VmRSS}:" '$1 == k {printf "%.1f", $2 / 1024}' "/proc/$1/status"; }

# ---- load ----

# load_get NAME ASKS CONNECTIONS SECONDS: wrk's figures line about the server NAME, and cpu=, its processor time an answer in
# microseconds: what a noisy machine changes least. With token_NAME set the requests carry it.
load_get() { load get.lua BENCH_TARGETS "$@"; }
load_create() { load create.lua BENCH_BODIES "$@"; }
load() {
  local address=addr_$3 pid=pid_$3 token=token_$3 before after out
  before=$(cpu_ticks "${!pid}")
  out=$(env "$2=$4" "BENCH_TOKEN=${!token:-}" wrk -t1 -c"$5" -d"$6" --timeout 10s -s "$top/bench/$1" "http://${!address}/" | grep '^figures')
  after=$(cpu_ticks "${!pid}")
  echo "$out cpu=$(calc "($after - $before) * 1e6 / $(getconf CLK_TCK) / ($(part count "$out") + 1)")"
}
cpu_ticks() { sed 's/.*) //' "/proc/$1/stat" | awk '{print $12 + $13}'; }

must_be_good() { # LINE WHAT
  [ "$(part bad "$1")" = 0 ] || { say "$2: $(part bad "$1") answers were not what was asked for"; exit 1; }
}

# repeat TIMES COMMAND...: each run's line in the array lines
repeat() {
  local times=$1 i
  shift
  lines=()
  for ((i = 0; i < times; i++)); do lines+=("$("$@")"); done
}

# of NAME: the median of name=value over lines
of() {
  local values=() l
  for l in "${lines[@]}"; do values+=("$(part "$1" "$l")"); done
  median "${values[@]}"
}

# ---- the machine ----

# all and busy ticks of the processors; what a hypervisor takes away counts as busy
ticks() { awk '/^cpu / {for (i = 2; i <= 9; i++) all += $i; print all, all - $5 - $6; exit}' /proc/stat; }

# ticks that are ours: children that have ended, and the servers that run
own_ticks() {
  local sum p
  sum=$(sed 's/.*) //' "/proc/$$/stat" | awk '{print $12 + $13 + $14 + $15}')
  for p in "${pids[@]}"; do sum=$((sum + $(cpu_ticks "$p"))); done
  echo "$sum"
}

busy_percent() { # SECONDS: how much of all processors is used while we sleep
  local a b
  a=$(ticks); sleep "$1"; b=$(ticks)
  awk -v a="$a" -v b="$b" 'BEGIN {split(a, x, " "); split(b, y, " "); printf "%.0f", 100 * (y[2] - x[2]) / (y[1] - x[1])}'
}

declare -A others=() # section: how much of the processors other work took meanwhile, in percent

# section NAME: begins one, ends the one before
section() {
  section_end
  [ "$calm" = 0 ] || wait_for_calm
  section=$1 section_ticks=$(ticks) section_own=$(own_ticks)
  printf '%s\n' "$1" >&2
}

section_end() {
  [ -n "${section:-}" ] || return 0
  others[$section]=$(awk -v a="$section_ticks" -v b="$(ticks)" -v own="$(($(own_ticks) - section_own))" 'BEGIN {split(a, x, " "); split(b, y, " ")
    n = 100 * (y[2] - x[2] - own) / (y[1] - x[1]); printf "%.0f", n < 0 ? 0 : n}')
  printf '  (other work took %s %% of the processors meanwhile)\n' "${others[$section]}" >&2
  section=
}

wait_for_calm() {
  local until=$((SECONDS + calm * 60))
  while [ "$(busy_percent 10)" -gt 12 ] && [ "$SECONDS" -lt "$until" ]; do :; done
}

machine_facts() {
  local cpu memory disk
  cpu=$(awk -F': *' '/^model name/ {print $2; exit}' /proc/cpuinfo)
  memory=$(awk '/^MemTotal/ {printf "%.0f GB", $2 / 1048576}' /proc/meminfo)
  disk=$(df --output=fstype "$work" | tail -n 1)
  echo "$(nproc) x ${cpu:-$(uname -m)}, $memory, $disk, Linux $(uname -r | cut -d- -f1), $(. /etc/os-release && echo "$PRETTY_NAME")"
}

# ---- results ----

table() {
  local last= f s name value unit wanted reached beside
  printf '| Figure | Measured | Wanted | Reached | Beside it |\n|---|---:|---|---|---|\n'
  for f in "${figures[@]}"; do
    IFS='|' read -r s name value unit wanted reached beside <<<"$f"
    [ "$s" = "$last" ] || printf '| **%s** | | | | other work meanwhile: %s %% of the processors |\n' "$s" "${others[$s]}"
    last=$s
    printf '| %s | %s%s | %s | %s | %s |\n' "$name" "$(pretty "$value")" "${unit:+ $unit}" "${wanted/=/= }" "$reached" "$beside"
  done
}

json() {
  printf '{\n  "taken": "%s",\n  "commit": "%s",\n  "machine": "%s",\n  "busy_percent_before": %s, "busy_percent_after": %s,\n' "$taken" "$commit" \
    "${machine//\"/}" "$busy_before" "$busy_after"
  printf '  "resources": {"small": %s, "large": %s},\n  "other_work_percent": {' "$small" "$large"
  local s comma=
  for s in "${!others[@]}"; do printf '%s"%s": %s' "$comma" "$s" "${others[$s]}"; comma=', '; done
  printf '},\n  "figures": [\n'
  printf '%s\n' "${figures[@]}" | awk -F'|' '
    function text(s) {gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return "\"" s "\""}
    {printf "%s    {\"section\": %s, \"name\": %s, \"value\": %s, \"unit\": %s, \"wanted\": %s, \"reached\": %s, \"beside\": %s}",
      (NR > 1 ? ",\n" : ""), text($1), text($2), $3, text($4), text($5), ($6 == "yes" ? "true" : $6 == "no" ? "false" : "null"), text($7)}
    END {print "\n  ]\n}"}'
}
