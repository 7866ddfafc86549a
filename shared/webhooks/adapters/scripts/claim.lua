-- CLAIM: take the first delivery that may be sent now, under a lease and with a fence.
-- ARGV: now, lease ms, most in flight per target, most in flight per tenant, attempts allowed, lifetime ms,
--       most in flight to failing targets together
-- Returns nil, or {id, fence, attempt, record, secret, secret before it, "1" where the configured secret is still
-- valid beside the tenant's own, failures of the target in a row}
local now, lease, most, tenant_most = clock(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local allowed, lifetime, most_failing = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local TARGETS, ENDINGS, CROWDED_MS = 200, 200, 200
local endings = 0

-- What a sender that died left behind: nobody knows whether it arrived, so it is sent again.
local function recover(target)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', 'webhooks:flying:' .. target, '-inf', whole(now))) do
    local fields = fields_of('webhook:delivery:' .. id)
    fields.target, fields.tenant = target, fields.tenant or ''
    land(id, fields)
    if fields.status == 'sending' then
      redis.call('RPUSH', 'webhook:delivery:' .. id .. ':attempts',
        cjson.encode({at = tonumber(fields.sent), error = 'worker_lost'}))
      redis.call('PEXPIREAT', 'webhook:delivery:' .. id .. ':attempts', whole(now + NET_MS))
      if tonumber(fields.attempts) >= allowed then
        end_delivery(id, fields, 'failed', 'worker_lost', now)
      else
        queue_delivery(id, target, now)
      end
    end
  end
end

local function obstacle(fields, endpoint)
  if fields.withdrawn then return 'job_deleted' end
  if fields.endpoint ~= '' then
    if not endpoint.status then return 'endpoint_removed' end
    if endpoint.status ~= 'active' then return 'endpoint_disabled' end
  elseif fields.job and redis.call('HGET', 'job:' .. fields.job, 'callback_gone') == '1' then
    return 'gone'
  end
  if tonumber(fields.since) + lifetime < now then return 'overdue' end
  return nil
end

local function is_full(key, limit)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', whole(now))
  return redis.call('ZCARD', key) >= limit
end

local function take(id, fields, owner, state)
  local key = 'webhook:delivery:' .. id
  local attempt = redis.call('HINCRBY', key, 'attempts', 1)
  local fence = redis.call('HINCRBY', key, 'fence', 1)
  redis.call('HSET', key, 'status', 'sending', 'sent', whole(now))
  redis.call('HDEL', key, 'next')
  redis.call('ZREM', 'webhooks:queue:' .. fields.target, id)
  redis.call('ZADD', 'webhooks:flying:' .. fields.target, whole(now + lease), id)
  redis.call('ZADD', 'webhooks:flying:of:' .. fields.tenant, whole(now + lease), id)
  if tonumber(state.failures or 0) > 0 then redis.call('ZADD', 'webhooks:failing', whole(now + lease), id) end
  local before, beside = '', '0'
  if tonumber(owner.previous_until or 0) > now then
    if owner.previous then before = owner.previous else beside = '1' end
  end
  return {id, fence, attempt, redis.call('HGETALL', key), owner.secret or '', before, beside,
    tonumber(state.failures or 0)}
end

local function serve(target)
  recover(target)
  local state = fields_of('webhook:target:' .. target)
  local queue, answer = 'webhooks:queue:' .. target, nil
  while endings < ENDINGS and tonumber(state.paused_until or 0) <= now
    and redis.call('ZCARD', 'webhooks:flying:' .. target) < slots_of(state, most) do
    local id = redis.call('ZRANGEBYSCORE', queue, '-inf', whole(now), 'LIMIT', 0, 1)[1]
    if not id then break end
    local fields = fields_of('webhook:delivery:' .. id)
    local owner = fields.status and fields_of(fields.endpoint ~= '' and 'webhook:endpoint:' .. fields.endpoint
      or 'webhooks:secret:' .. fields.tenant)
    local reason = fields.status and obstacle(fields, owner)
    if not fields.status then -- the net under old deliveries has caught it
      redis.call('ZREM', queue, id)
      endings = endings + 1
    elseif reason then
      end_delivery(id, fields, 'failed', reason, now)
      endings = endings + 1
    else
      if is_full('webhooks:flying:of:' .. fields.tenant, tenant_most)
        or tonumber(state.failures or 0) > 0 and is_full('webhooks:failing', most_failing) then
        redis.call('ZADD', 'webhooks:due', whole(now + CROWDED_MS), target)
        return nil
      end
      answer = take(id, fields, owner, state)
      break
    end
  end
  place_target(target, state, most, now)
  return answer
end

for _, target in ipairs(redis.call('ZRANGEBYSCORE', 'webhooks:due', '-inf', whole(now), 'LIMIT', 0, TARGETS)) do
  local answer = serve(target)
  if answer then return answer end
end
return nil
