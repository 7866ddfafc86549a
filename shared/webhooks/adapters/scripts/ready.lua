-- READY: count what may be sent now and say when the next is due. ARGV: now, most in flight per target
-- Returns {deliveries that could start now, next due ms or 0}
local now, most = clock(ARGV[1]), tonumber(ARGV[2])
local TARGETS, ready = 32, 0
for _, target in ipairs(redis.call('ZRANGEBYSCORE', 'webhooks:due', '-inf', whole(now), 'LIMIT', 0, TARGETS)) do
  local state = fields_of('webhook:target:' .. target)
  local lost = redis.call('ZCOUNT', 'webhooks:flying:' .. target, '-inf', whole(now))
  if lost == 0 then place_target(target, state, most, now) end
  if tonumber(redis.call('ZSCORE', 'webhooks:due', target) or now + 1) <= now then
    local free = slots_of(state, most) - redis.call('ZCARD', 'webhooks:flying:' .. target) + lost
    ready = ready + math.max(1, math.min(free, redis.call('ZCOUNT', 'webhooks:queue:' .. target, '-inf', whole(now))))
  end
end
return {ready, tonumber(redis.call('ZRANGE', 'webhooks:due', 0, 0, 'WITHSCORES')[2] or 0)}
