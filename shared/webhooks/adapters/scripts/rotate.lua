-- ROTATE: give a tenant a secret of its own for callbacks, or a new one; the one before stays valid for a while.
-- ARGV: now, tenant, secret, overlap ms
local now, key = clock(ARGV[1]), 'webhooks:secret:' .. ARGV[2]
local before = redis.call('HGET', key, 'secret')
redis.call('HSET', key, 'secret', ARGV[3], 'previous_until', whole(now + ARGV[4]), 'rotated', whole(now))
if before then redis.call('HSET', key, 'previous', before) end
return 'done'
