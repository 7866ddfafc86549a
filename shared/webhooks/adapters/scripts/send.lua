-- SEND: put a delivery into the outbox at somebody's order: a test event, or an ended delivery once more.
-- ARGV: now, tenant, "test", seed, target, url, endpoint or empty. Returns the delivery's id
-- ARGV: now, tenant, "replay", delivery id. Returns "unknown" | "unfinished" | "withdrawn" | "endpoint" | its id
local now, tenant = clock(ARGV[1]), ARGV[2]
if ARGV[3] == 'test' then
  local id = create_delivery({tenant = tenant, target = ARGV[5], url = ARGV[6], endpoint = ARGV[7],
    type = 'webhook.test', at = whole(now)}, ARGV[4], now)
  wake_senders()
  return id
end
local id = ARGV[4]
local key = 'webhook:delivery:' .. id
local fields = fields_of(key)
if fields.tenant ~= tenant then return 'unknown' end
if fields.status ~= 'failed' and fields.status ~= 'delivered' then return 'unfinished' end
if fields.job and redis.call('HGET', 'job:' .. fields.job, 'status') == 'deleted' then return 'withdrawn' end
if fields.endpoint ~= '' and redis.call('HGET', 'webhook:endpoint:' .. fields.endpoint, 'status') ~= 'active' then
  return 'endpoint'
end
if fields.endpoint == '' and fields.job then redis.call('HDEL', 'job:' .. fields.job, 'callback_gone') end
redis.call('HDEL', key, 'ended', 'error')
redis.call('HSET', key, 'attempts', '0', 'since', whole(now))
redis.call('PEXPIREAT', key, whole(now + NET_MS))
redis.call('PEXPIREAT', key .. ':attempts', whole(now + NET_MS))
list_delivery('webhooks:of:' .. tenant, id, now)
queue_delivery(id, fields.target, now)
wake_senders()
return id
