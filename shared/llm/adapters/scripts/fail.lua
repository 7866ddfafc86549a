-- Count a failure of the service; from the fifth in a row, or at a failed probe, the breaker opens for all.
-- KEYS: bucket. ARGV: now or '', reason, failures that open, longest ms, jitter between 0 and 1.
-- Gives how long the breaker stays open, in ms; 0 while it is closed.
local bucket = KEYS[1]
local now = clock(ARGV[1])
local opened = number(bucket, 'opened', 0)
local failures = redis.call('HINCRBY', bucket, 'failures', 1)
if failures < tonumber(ARGV[3]) and opened == 0 then return 0 end
if number(bucket, 'pause_until', 0) > now then return math.ceil(number(bucket, 'pause_until', 0) - now) end

opened = opened + 1
local open_ms = math.min(tonumber(ARGV[4]), 2 ^ opened * 1000) * (0.75 + 0.25 * tonumber(ARGV[5]))
redis.call('HSET', bucket, 'opened', opened, 'probe_until', '0', 'pause_until', text(now + open_ms),
  'pause_reason', ARGV[2])
return math.ceil(open_ms)
