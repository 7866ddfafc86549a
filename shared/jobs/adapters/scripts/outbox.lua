-- The webhook outbox: deliveries are recorded in the same script as the state change that they tell of.
-- Prepended to every transition and to the scripts of the webhook room; needs nothing of the library.
--
-- Keys:
--   webhooks:due              targets with unfinished deliveries, scored by the millisecond at which one is due
--   webhooks:queue:TARGET     deliveries that wait, scored by the time of their next attempt
--   webhooks:flying:TARGET    deliveries that are being sent, scored by the end of their lease
--   webhooks:flying:of:TENANT the same for a whole tenant
--   webhooks:failing          those in flight to targets whose last attempt failed
--   webhook:target:TARGET     failures in a row, trust, paused_until, failing_since
--   webhook:delivery:ID       the record of a delivery; ID:attempts lists what became of each attempt
--   webhooks:of:TENANT[:JOB]  indexes of deliveries; members sort by their time of creation
--   webhooks:endpoints:TENANT ids of registered endpoints; webhook:endpoint:ID is the record of one
--   webhooks:secret:TENANT    the tenant's secret for callbacks, where it has one of its own
-- A target is an endpoint, or all callbacks of a tenant to one origin: what succeeds and fails together.

local WEBHOOK_EVENTS = {['job.started'] = true, ['job.extracted'] = true, ['job.succeeded'] = true,
  ['job.failed'] = true, ['job.canceled'] = true}
local LEDGER_MS = 7 * 86400000 -- how long an ended delivery stays in the ledger
local NET_MS = 30 * 86400000 -- after this long no delivery is listed or kept, whatever happened to it

local function whole(number) return string.format('%.0f', number) end

local function fields_of(key)
  local flat, fields = redis.call('HGETALL', key), {}
  for i = 1, #flat, 2 do fields[flat[i]] = flat[i + 1] end
  return fields
end

local function wake_senders()
  redis.call('LPUSH', 'jobs:wake', 'deliver')
  redis.call('LTRIM', 'jobs:wake', 0, 99)
end

-- See to it that a target is looked at by then; whoever looks puts it at its right place.
local function expect_target(target, at)
  local known = redis.call('ZSCORE', 'webhooks:due', target)
  if not known or tonumber(known) > at then redis.call('ZADD', 'webhooks:due', whole(at), target) end
end

local function queue_delivery(id, target, at)
  redis.call('HSET', 'webhook:delivery:' .. id, 'status', 'waiting', 'next', whole(at))
  redis.call('ZADD', 'webhooks:queue:' .. target, whole(at), id)
  expect_target(target, at)
end

local function end_delivery(id, fields, status, reason, now)
  local key = 'webhook:delivery:' .. id
  redis.call('ZREM', 'webhooks:queue:' .. fields.target, id)
  redis.call('HDEL', key, 'next', 'error')
  redis.call('HSET', key, 'status', status, 'ended', whole(now))
  if reason ~= '' then redis.call('HSET', key, 'error', reason) end
  redis.call('PEXPIREAT', key, whole(now + LEDGER_MS))
  redis.call('PEXPIREAT', key .. ':attempts', whole(now + LEDGER_MS))
end

local function list_delivery(index, id, now)
  redis.call('ZADD', index, 0, id)
  redis.call('ZREMRANGEBYLEX', index, '-', '(' .. 'msg_' .. string.format('%012x', math.max(0, now - NET_MS)))
  redis.call('PEXPIREAT', index, whole(now + NET_MS))
end

-- fields: tenant, target, url, type, at, endpoint and what the event says; seed tells this delivery from all others.
local function create_delivery(fields, seed, now)
  local id = 'msg_' .. string.format('%012x', now) .. string.sub(redis.sha1hex(seed), 1, 20)
  local key = 'webhook:delivery:' .. id
  local flat = {'created', whole(now), 'since', whole(now), 'attempts', '0', 'fence', '0'}
  for name, value in pairs(fields) do
    if value then flat[#flat + 1] = name; flat[#flat + 1] = value end
  end
  redis.call('HSET', key, unpack(flat))
  redis.call('PEXPIREAT', key, whole(now + NET_MS))
  list_delivery('webhooks:of:' .. fields.tenant, id, now)
  if fields.job then list_delivery('webhooks:of:' .. fields.tenant .. ':' .. fields.job, id, now) end
  queue_delivery(id, fields.target, now)
  return id
end

local function chooses(events, kind)
  return events and string.find(',' .. events .. ',', ',' .. kind .. ',', 1, true)
end

-- Called with every event of a job, in the script that changes its state.
local function notify(job, tenant, kind, status, now, sequence)
  if not WEBHOOK_EVENTS[kind] then return end
  local endpoints = redis.call('SMEMBERS', 'webhooks:endpoints:' .. tenant)
  local told = redis.call('HMGET', 'job:' .. job, 'callback', 'callback_events', 'callback_target', 'callback_gone',
    'kind', 'partial', 'reference', 's:assemble')
  if #endpoints == 0 and not told[1] then return end
  local created = false
  local function deliver(target, url, endpoint)
    create_delivery({tenant = tenant, target = target, url = url, endpoint = endpoint, type = kind, at = whole(now),
      job = job, job_kind = told[5], job_status = status, partial = told[6], reference = told[7],
      has_result = told[8] == 'succeeded' and '1' or '0'}, job .. ' ' .. sequence .. ' ' .. endpoint, now)
    created = true
  end
  if told[1] and not told[4] and chooses(told[2], kind) then deliver(told[3], told[1], '') end
  for _, endpoint in ipairs(endpoints) do
    local known = redis.call('HMGET', 'webhook:endpoint:' .. endpoint, 'url', 'events', 'status')
    if known[3] == 'active' and chooses(known[2], kind) then deliver(endpoint, known[1], endpoint) end
  end
  if created then wake_senders() end
end

-- A deleted job tells nothing more, and its sender's reference goes with it.
local function withdraw(job, tenant, now)
  local index = 'webhooks:of:' .. tenant .. ':' .. job
  for _, id in ipairs(redis.call('ZRANGE', index, 0, -1)) do
    local key = 'webhook:delivery:' .. id
    local fields = fields_of(key)
    if fields.status then
      redis.call('HDEL', key, 'reference')
      if fields.status == 'waiting' then end_delivery(id, fields, 'failed', 'job_deleted', now) end
      if fields.status == 'sending' then redis.call('HSET', key, 'withdrawn', '1') end
    end
  end
end

