-- Take one call out of the buckets, all or nothing.
-- KEYS: bucket, calls. ARGV: now or '', limits r i o, costs r i o, concurrency, id, lost after ms, probe ms,
-- micro-dollars, budget in micro-dollars or -1, how ids of this asker begin or ''. Gives {1} or {0, reason, wait ms}.
local bucket, calls = KEYS[1], KEYS[2]
local now = clock(ARGV[1])
local limits, costs = three(2), three(5)
local concurrency, id, lost_after, probe_ms = tonumber(ARGV[8]), ARGV[9], tonumber(ARGV[10]), tonumber(ARGV[11])
local price, budget, own = tonumber(ARGV[12]), tonumber(ARGV[13]), ARGV[14]

local paused = number(bucket, 'pause_until', 0)
if paused > now then
  return {0, redis.call('HGET', bucket, 'pause_reason'), math.ceil(paused - now)}
end

redis.call('ZREMRANGEBYSCORE', calls, '-inf', now)
if own ~= '' then -- an asker that comes again has no call out: the run that made it died
  for _, member in ipairs(redis.call('ZRANGE', calls, 0, -1)) do
    if string.sub(member, 1, #own) == own then redis.call('ZREM', calls, member) end
  end
end
if redis.call('ZCARD', calls) >= concurrency then return {0, 'concurrency', 500} end

if budget >= 0 then
  local spent = number(usage_key(now), 'micro_usd', 0)
  for _, member in ipairs(redis.call('ZRANGE', calls, 0, -1)) do
    spent = spent + tonumber(string.match(member, ':(%d+)$'))
  end
  if spent + price > budget then return {0, 'model_budget', 86400000 - now % 86400000} end
end

local filled = levels(bucket, limits, now)
local wait = 0
for place = 1, 3 do
  -- A call larger than its bucket goes when the bucket is full, and leaves a debt.
  local needed = math.min(costs[place], math.max(limits[place] * BURST, 1))
  if filled[place] < needed - 0.000001 then
    wait = math.max(wait, (needed - filled[place]) / (limits[place] * REFILL / 60000))
  end
end
if wait > 0 then return {0, 'rate_limited', math.ceil(wait)} end

if number(bucket, 'opened', 0) > 0 then -- the breaker was open: one call probes, the others wait for its outcome
  local probe_until = number(bucket, 'probe_until', 0)
  if probe_until > now then return {0, 'model_outage', math.min(5000, math.ceil(probe_until - now))} end
  redis.call('HSET', bucket, 'probe_until', text(now + probe_ms))
end

for place = 1, 3 do filled[place] = filled[place] - costs[place] end
store(bucket, filled, now)
redis.call('ZADD', calls, now + lost_after, id .. ':' .. ARGV[12])
return {1}
