-- EXPIRE: end the retention of what is due. ARGV: now, limit.
-- Returns {number handled, [locations whose bytes must be erased]}; a location stays listed until FORGET names it.
local now, limit = clock(ARGV[1]), tonumber(ARGV[2])
local due = redis.call('ZRANGEBYSCORE', 'jobs:expiry', '-inf', integer(now), 'LIMIT', 0, limit)
for _, member in ipairs(due) do
  local what, job = string.match(member, '^(%a+)/(.+)$')
  redis.call('ZREM', 'jobs:expiry', member)
  if what == 'uploads' then
    release_uploads(job, now)
  else
    local fields = record(job)
    if fields.status and TERMINAL[fields.status] then bury(job, fields, 'expired', now) end
  end
end
return {#due, redis.call('ZRANGE', 'blobs:doomed', 0, limit - 1)}
