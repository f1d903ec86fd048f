-- wrk: create the resources of an NDJSON file in turn, the server gives the ids. BENCH_BODIES=FILE [BENCH_TOKEN=T] wrk -s create.lua URL
local asks, n, at = {}, 0, 0

function init()
  local token, headers = os.getenv("BENCH_TOKEN"), { ["Content-Type"] = "application/fhir+json", ["Prefer"] = "return=minimal" }
  if token and token ~= "" then headers["Authorization"] = "Bearer " .. token end
  for line in io.lines(os.getenv("BENCH_BODIES")) do
    n = n + 1
    asks[n] = wrk.format("POST", "/fhir/" .. line:match('"resourceType":"(%a+)"'), headers, line)
  end
end

function request()
  at = at % n + 1
  return asks[at]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("figures count=%d rate=%.1f p50=%.1f p99=%.1f bad=%d\n", summary.requests,
    summary.requests / (summary.duration / 1e6), latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
