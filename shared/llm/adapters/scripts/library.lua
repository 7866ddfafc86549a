-- What every limiter script shares; prepended to each of them.
--
-- Keys (PREFIX is llm:MODEL):
--   PREFIX:bucket   levels r, i, o (requests, input and output tokens; may be negative: a debt) at millisecond t;
--                   pause_until, pause_reason; failures in a row, opened (times the breaker opened), probe_until
--   PREFIX:calls    calls that are out, "id:micro-dollars", scored by the millisecond at which they count as lost
--   llm:usage:DAY   calls, input, output, cached, micro_usd, hits of one UTC day (days since 1970)
--
-- A bucket holds 3 % of a minute's limit and is refilled at 97.5 % of it, so that no minute sees more than 100.5 %.

local BURST, REFILL = 0.03, 0.975
local USAGE_KEPT_MS = 40 * 86400000

local function clock(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function number(bucket, field, default)
  return tonumber(redis.call('HGET', bucket, field) or default)
end

local function text(value) return string.format('%.6f', value) end

local function usage_key(now) return 'llm:usage:' .. string.format('%.0f', math.floor(now / 86400000)) end

-- Fills the buckets up to now; limits are per minute.
local function levels(bucket, limits, now)
  local at = number(bucket, 't', now)
  local filled = {}
  for place, name in ipairs({'r', 'i', 'o'}) do
    local capacity = math.max(limits[place] * BURST, 1)
    local level = number(bucket, name, capacity)
    filled[place] = math.min(capacity, level + limits[place] * REFILL / 60000 * math.max(0, now - at))
  end
  return filled
end

local function store(bucket, filled, now)
  redis.call('HSET', bucket, 'r', text(filled[1]), 'i', text(filled[2]), 'o', text(filled[3]), 't', text(now))
end

local function three(first)
  return {tonumber(ARGV[first]), tonumber(ARGV[first + 1]), tonumber(ARGV[first + 2])}
end
