-- ENDPOINT: change or read the registered endpoints of a tenant.
-- ARGV: now, tenant, action, endpoint id, then by action:
--   add: url, events, secret, most endpoints. Returns "added" | "full"
--   remove, enable. Return "done" | "unknown"
--   rotate: secret, overlap ms. Returns "done" | "unknown"
--   list. Returns {{id, record}, …}
local now, tenant, action, id = clock(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
local ids, key = 'webhooks:endpoints:' .. tenant, 'webhook:endpoint:' .. id

if action == 'list' then
  local all = redis.call('SMEMBERS', ids)
  table.sort(all)
  local found = {}
  for _, one in ipairs(all) do found[#found + 1] = {one, redis.call('HGETALL', 'webhook:endpoint:' .. one)} end
  return found
end
if action == 'add' then
  if redis.call('SCARD', ids) >= tonumber(ARGV[8]) then return 'full' end
  redis.call('SADD', ids, id)
  redis.call('HSET', key, 'tenant', tenant, 'url', ARGV[5], 'events', ARGV[6], 'secret', ARGV[7], 'status', 'active',
    'created', whole(now))
  return 'added'
end
if redis.call('SISMEMBER', ids, id) == 0 then return 'unknown' end
if action == 'remove' then
  redis.call('SREM', ids, id)
  redis.call('DEL', key)
elseif action == 'rotate' then
  redis.call('HSET', key, 'previous', redis.call('HGET', key, 'secret'), 'previous_until', whole(now + ARGV[6]),
    'secret', ARGV[5], 'rotated', whole(now))
  return 'done'
else
  redis.call('HSET', key, 'status', 'active')
  redis.call('HDEL', key, 'disabled_at', 'reason')
end
-- What waits is looked at again: sent where the endpoint is enabled, ended where it is removed.
redis.call('DEL', 'webhook:target:' .. id)
if redis.call('EXISTS', 'webhooks:queue:' .. id) == 1 then
  expect_target(id, now)
  wake_senders()
end
return 'done'
