-- Replace a reservation by what was used; what was reserved too much comes back, too little becomes a debt.
-- KEYS: bucket, calls. ARGV: now or '', limits r i o, reserved r i o, used r i o, id, reserved micro-dollars,
-- 1 if answered else 0, input, output, cached tokens and micro-dollars for the account,
-- remaining r i o as the vendor told them or -1.
local bucket, calls = KEYS[1], KEYS[2]
local now = clock(ARGV[1])
local limits, reserved, used = three(2), three(5), three(8)
local id, price, answered = ARGV[11], ARGV[12], ARGV[13] == '1'
local remaining = three(18)

redis.call('ZREM', calls, id .. ':' .. price)
local filled = levels(bucket, limits, now)
for place = 1, 3 do
  local capacity = math.max(limits[place] * BURST, 1)
  filled[place] = math.min(capacity, filled[place] + reserved[place] - used[place])
  if remaining[place] >= 0 then filled[place] = math.min(filled[place], remaining[place]) end
end
store(bucket, filled, now)

redis.call('HSET', bucket, 'probe_until', '0') -- whoever probes next need not wait for this call
if answered then
  redis.call('HSET', bucket, 'failures', '0', 'opened', '0')
  local usage = usage_key(now)
  redis.call('HINCRBY', usage, 'calls', 1)
  redis.call('HINCRBY', usage, 'input', ARGV[14])
  redis.call('HINCRBY', usage, 'output', ARGV[15])
  redis.call('HINCRBY', usage, 'cached', ARGV[16])
  redis.call('HINCRBY', usage, 'micro_usd', ARGV[17])
  redis.call('PEXPIRE', usage, USAGE_KEPT_MS)
end
return 1
